//! WeChat's public library of templates: categories, titles, keywords, and adding one to the account.

use crate::{Services, UseResult, templates::taken};
use model::{
    Millis, Problem, Problems,
    field::Field,
    ids::{MiniProgramId, TemplateId},
    platform::{Category, Keyword, PublicTitles},
    template::{TemplateKind, TemplateSettings},
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashSet;
use wechat::{AddOrder, CallError, Client};

/// Answers of the library are kept this long: it hardly ever changes, and every call counts against a quota.
const KEPT_MS: Millis = 24 * 3_600_000;
/// Titles on a page; more the platform does not give.
pub const TITLES_A_PAGE: i64 = 30;
/// 服务场景描述 (addtemplate).
const SCENE_CHARS: usize = 15;

/// What the form sends.
#[derive(Clone, Debug, Default)]
pub struct LibraryInput {
    /// The public title.
    pub tid: i64,
    /// Its title, for our own register.
    pub title: String,
    /// `one_time` or `long_term`.
    pub kind: String,
    /// The chosen keywords in the order of the card.
    pub kids: Vec<i64>,
    /// 服务场景描述.
    pub scene: String,
}

impl Services {
    /// The categories of the account.
    ///
    /// # Errors
    /// `Platform` when WeChat refuses or cannot be reached.
    pub async fn categories(&self, id: MiniProgramId) -> UseResult<Vec<Category>> {
        self.remembered(id, "categories", "", |client, token| async move { client.categories(&token).await }).await
    }

    /// A page of a category's titles, from 0.
    ///
    /// # Errors
    /// As above.
    pub async fn public_titles(&self, id: MiniProgramId, category: i64, page: i64) -> UseResult<PublicTitles> {
        let start = page.clamp(0, 1_000) * TITLES_A_PAGE;
        self.remembered(id, "titles", &format!("{category}/{start}"), |client, token| async move {
            client.public_titles(&token, category, start, TITLES_A_PAGE).await
        })
        .await
    }

    /// The keywords of a title.
    ///
    /// # Errors
    /// As above.
    pub async fn keywords(&self, id: MiniProgramId, tid: i64) -> UseResult<Vec<Keyword>> {
        self.remembered(
            id,
            "keywords",
            &tid.to_string(),
            |client, token| async move { client.keywords(&token, tid).await },
        )
        .await
    }

    async fn remembered<T, F, Fut>(&self, id: MiniProgramId, what: &str, key: &str, call: F) -> UseResult<T>
    where
        T: Serialize + DeserializeOwned,
        F: Fn(Client, secrecy::SecretString) -> Fut,
        Fut: Future<Output = Result<T, CallError>>,
    {
        if let Some((at, value)) = self.kept(id, what, key).await?
            && self.now() - at < KEPT_MS
        {
            return Ok(value);
        }
        let value = self.call(id, call).await?;
        self.keep(id, what, key, &value).await?;
        Ok(value)
    }

    /// Adds a template of the library to the account at WeChat and registers it here. One that the account has already is
    /// registered all the same.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, `Platform` when WeChat refuses.
    pub async fn add_from_library(&self, id: MiniProgramId, input: &LibraryInput) -> UseResult<TemplateId> {
        let chosen = self.chosen(id, input).await?;
        let scene = input.scene.trim();
        let order = AddOrder { tid: input.tid, kids: &input.kids, scene };
        let order = &order;
        let added = self.call(id, |client, token| async move { client.add_template(&token, order).await }).await?;
        if let Some(known) = self.store.template_by_pri_tmpl_id(id, &added.pri_tmpl_id).await? {
            self.store.mark_template_gone(known.id, None).await?;
            self.store.archive_template(known.id, None).await?;
            return Ok(known.id);
        }
        let settings = TemplateSettings {
            pri_tmpl_id: added.pri_tmpl_id,
            title: input.title.trim().to_owned(),
            kind: TemplateKind::parse(&input.kind).unwrap_or_default(),
            fields: preview(&chosen),
            validity_days: None,
        };
        // What WeChat made of it may be numbered otherwise than we think: its own list decides.
        let settings = self.as_listed(id, settings).await;
        self.store.add_template(id, &settings, self.now()).await.map_err(taken)
    }

    /// The template as WeChat lists it. If the list cannot be had now, the next sync will show the difference.
    async fn as_listed(&self, id: MiniProgramId, mut settings: TemplateSettings) -> TemplateSettings {
        match self.fetch_templates(id).await {
            Ok(()) => {
                let diff = self.sync_diff(id).await.ok().flatten();
                let lines = diff.map(|diff| diff.lines).unwrap_or_default();
                let listed =
                    lines.into_iter().filter_map(|line| line.theirs).find(|t| t.pri_tmpl_id == settings.pri_tmpl_id);
                if let Some(listed) = listed.filter(model::platform::OwnTemplate::is_sendable) {
                    settings.title = listed.title;
                    settings.kind = listed.kind.unwrap_or(settings.kind);
                    settings.fields = listed.fields;
                }
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the template list could not be fetched");
            }
        }
        settings
    }

    async fn chosen(&self, id: MiniProgramId, input: &LibraryInput) -> UseResult<Vec<Keyword>> {
        let mut problems = Problems::default();
        let distinct: HashSet<_> = input.kids.iter().collect();
        if !(2..=5).contains(&input.kids.len()) || distinct.len() != input.kids.len() {
            problems.push(Problem::of(
                "kids",
                "two_to_five",
                "请选择 2 到 5 个关键词，每个只选一次。",
                "Choose 2 to 5 keywords, each once.",
            ));
        }
        let scene = input.scene.trim();
        if scene.is_empty() || scene.chars().count() > SCENE_CHARS {
            problems.push(Problem::of(
                "scene",
                "scene",
                format!("请填写服务场景描述，最多 {SCENE_CHARS} 个字。"),
                format!("Describe what the message is for, in at most {SCENE_CHARS} characters."),
            ));
        }
        problems.check()?;
        let keywords = self.keywords(id, input.tid).await?;
        let chosen: Vec<_> =
            input.kids.iter().filter_map(|kid| keywords.iter().find(|k| k.kid == *kid).cloned()).collect();
        if chosen.len() != input.kids.len() {
            return Err(Problem::of(
                "kids",
                "unknown",
                "关键词列表已变化，请重新选择。",
                "The list of keywords has changed. Choose again.",
            )
            .into());
        }
        Ok(chosen)
    }
}

/// The fields that the chosen keywords would make, for the preview; WeChat's own numbering counts.
#[must_use]
pub fn preview(chosen: &[Keyword]) -> Vec<Field> {
    chosen
        .iter()
        .map(|keyword| Field {
            key: format!("{}{}", keyword.rule, keyword.kid),
            label: keyword.name.clone(),
            example: keyword.example.clone(),
            allowed: Vec::new(),
        })
        .collect()
}
