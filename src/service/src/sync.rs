//! Keeping the templates in step with WeChat: a diff first, then what a person chose of it. Nothing is deleted by itself.

use crate::{Services, UseError, UseResult, zone};
use model::{
    Millis, Problem,
    field::Field,
    ids::{MiniProgramId, TemplateId},
    platform::{OwnTemplate, SyncDiff, SyncLine, SyncStep, Use},
    template::{Template, TemplateSettings, TemplateSummary},
};
use std::collections::HashMap;
use store::SyncChange;

/// The name of the kept answer of gettemplate.
const SNAPSHOT: &str = "templates";

/// What a sync did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncDone {
    /// Registered.
    pub added: usize,
    /// Taken over from WeChat.
    pub changed: usize,
    /// Marked as gone at WeChat.
    pub gone: usize,
}

impl Services {
    /// Asks WeChat for its templates (a small daily quota) and keeps the answer for [`Services::sync_diff`].
    ///
    /// # Errors
    /// `Platform` when WeChat refuses or cannot be reached.
    pub async fn fetch_templates(&self, id: MiniProgramId) -> UseResult<()> {
        self.store.count_use(id, Use::Sync, &zone::china_day(self.now())).await?;
        let theirs = self.call(id, |client, token| async move { client.own_templates(&token).await }).await?;
        self.keep(id, SNAPSHOT, "", &theirs).await?;
        // What is the same needs nobody's decision: it has been seen there now.
        let same = diff(theirs, &self.store.templates(id).await?).into_iter().filter(|l| l.step == SyncStep::Same);
        let seen: Vec<_> = same.filter_map(|line| line.ours.map(|(id, _)| id)).collect();
        Ok(self.store.apply_sync(id, &SyncChange { seen, ..SyncChange::default() }, self.now()).await?)
    }

    /// What the last answer of WeChat would change; `None` when WeChat was not asked yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sync_diff(&self, id: MiniProgramId) -> UseResult<Option<SyncDiff>> {
        let Some((fetched_at, theirs)) = self.kept::<Vec<OwnTemplate>>(id, SNAPSHOT, "").await? else {
            return Ok(None);
        };
        let ours = self.store.templates(id).await?;
        Ok(Some(SyncDiff { fetched_at, lines: diff(theirs, &ours) }))
    }

    /// Applies the chosen lines of the diff of the answer given at `fetched_at`. Our own settings stay.
    ///
    /// # Errors
    /// `Invalid` when WeChat was asked again since, or nothing was chosen.
    pub async fn apply_sync(&self, id: MiniProgramId, fetched_at: Millis, chosen: &[String]) -> UseResult<SyncDone> {
        let diff = self.sync_diff(id).await?.ok_or(UseError::NotFound)?;
        if diff.fetched_at != fetched_at {
            return Err(Problem::of(
                "chosen",
                "changed",
                "微信的模板列表已重新获取，请核对新的差异后再确认。",
                "WeChat was asked again in the meantime. Look at the new differences.",
            )
            .into());
        }
        let (mut change, mut done) = (SyncChange::default(), SyncDone::default());
        for line in &diff.lines {
            let name =
                line.theirs.as_ref().or(line.ours.as_ref().map(|(_, ours)| ours)).map(|t| t.pri_tmpl_id.as_str());
            let is_chosen = name.is_some_and(|name| chosen.iter().any(|c| c == name));
            self.choose(line, is_chosen, &mut change, &mut done).await?;
        }
        if done == SyncDone::default() {
            return Err(
                Problem::of("chosen", "required", "请至少选择一项。", "Choose at least one of the changes.").into()
            );
        }
        self.store.apply_sync(id, &change, self.now()).await?;
        Ok(done)
    }

    async fn choose(
        &self,
        line: &SyncLine,
        chosen: bool,
        change: &mut SyncChange,
        done: &mut SyncDone,
    ) -> UseResult<()> {
        let ours = line.ours.as_ref().map(|(id, _)| *id);
        match (line.step, ours, &line.theirs) {
            (SyncStep::New, _, Some(theirs)) if chosen => {
                change.add.push(settings(theirs, None).ok_or(UseError::Internal("a new template without a kind"))?);
                done.added += 1;
            }
            (SyncStep::Changed | SyncStep::Back, Some(id), Some(theirs)) if chosen => {
                let own = self.template(id).await?.settings;
                change.change.push((id, settings(theirs, Some(&own)).unwrap_or(own)));
                change.seen.push(id);
                done.changed += 1;
            }
            (SyncStep::Gone, Some(id), _) if chosen => {
                change.gone.push(id);
                done.gone += 1;
            }
            _ => {}
        }
        Ok(())
    }

    /// Deletes a template at WeChat, after its title was typed, and archives it here. The grants that hang on it are lost.
    ///
    /// # Errors
    /// `Invalid` when the title is not the one, `Platform` when WeChat refuses, `NotFound`.
    pub async fn delete_at_platform(&self, id: TemplateId, typed_title: &str) -> UseResult<()> {
        let template = self.template(id).await?;
        if typed_title.trim() != template.settings.title.trim() {
            return Err(Problem::of(
                "title",
                "not_the_title",
                "输入的标题与模板标题不一致，没有删除。",
                "This is not the template's title; nothing was deleted.",
            )
            .into());
        }
        let name = template.settings.pri_tmpl_id.as_str();
        let deleted =
            self.call(template.mini_program, |client, token| async move { client.delete_template(&token, name).await });
        match deleted.await {
            // WeChat does not have it any more: that is what was wanted.
            Err(UseError::Platform(error)) if error.errcode() == Some(200_014) => {}
            other => other?,
        }
        let now = self.now();
        self.store.mark_template_gone(id, Some(now)).await?;
        self.store.archive_template(id, Some(now)).await?;
        Ok(())
    }
}

/// Ours after a sync: what the platform decides is theirs, the rest stays.
fn settings(theirs: &OwnTemplate, ours: Option<&TemplateSettings>) -> Option<TemplateSettings> {
    Some(TemplateSettings {
        pri_tmpl_id: theirs.pri_tmpl_id.clone(),
        title: theirs.title.clone(),
        kind: theirs.kind?,
        fields: theirs.fields.iter().map(|field| with_example(field, ours)).collect(),
        validity_days: ours.and_then(|ours| ours.validity_days),
    })
}

/// An example of ours is kept where the platform has none.
fn with_example(theirs: &Field, ours: Option<&TemplateSettings>) -> Field {
    let mut field = theirs.clone();
    if field.example.is_empty()
        && let Some(own) = ours.and_then(|ours| ours.fields.iter().find(|own| own.key == field.key))
    {
        field.example.clone_from(&own.example);
    }
    field
}

fn diff(theirs: Vec<OwnTemplate>, ours: &[TemplateSummary]) -> Vec<SyncLine> {
    let mut known: HashMap<&str, &TemplateSummary> =
        ours.iter().map(|summary| (summary.template.settings.pri_tmpl_id.as_str(), summary)).collect();
    let mut lines: Vec<_> = theirs
        .into_iter()
        .map(|theirs| {
            let own = known.remove(theirs.pri_tmpl_id.as_str());
            line(step(&theirs, own.map(|own| &own.template)), Some(theirs), own)
        })
        .collect();
    // One that is archived or marked already asks for no decision.
    let gone = known.into_values().filter(|own| own.template.gone_at.is_none() && own.template.archived_at.is_none());
    lines.extend(gone.map(|own| line(SyncStep::Gone, None, Some(own))));
    lines.sort_by_key(|line| (urgency(line.step), title(line).to_owned()));
    lines
}

fn line(step: SyncStep, theirs: Option<OwnTemplate>, ours: Option<&TemplateSummary>) -> SyncLine {
    SyncLine {
        step,
        theirs,
        ours: ours.map(|ours| (ours.template.id, as_theirs(&ours.template))),
        grants: ours.map_or(0, |ours| ours.balance),
        people: ours.map_or(0, |ours| ours.reachable),
    }
}

fn as_theirs(ours: &Template) -> OwnTemplate {
    let settings = &ours.settings;
    OwnTemplate {
        pri_tmpl_id: settings.pri_tmpl_id.clone(),
        title: settings.title.clone(),
        kind: Some(settings.kind),
        fields: settings.fields.clone(),
    }
}

fn step(theirs: &OwnTemplate, ours: Option<&Template>) -> SyncStep {
    match ours {
        _ if !theirs.is_sendable() => SyncStep::NotSendable,
        None => SyncStep::New,
        Some(ours) if ours.gone_at.is_some() => SyncStep::Back,
        Some(ours) if differs(theirs, &ours.settings) => SyncStep::Changed,
        Some(_) => SyncStep::Same,
    }
}

/// Examples do not count: ours may be better.
fn differs(theirs: &OwnTemplate, ours: &TemplateSettings) -> bool {
    let what = |field: &Field| (field.key.clone(), field.label.clone(), field.allowed.clone());
    theirs.title != ours.title
        || theirs.kind != Some(ours.kind)
        || !theirs.fields.iter().map(what).eq(ours.fields.iter().map(what))
}

fn urgency(step: SyncStep) -> u8 {
    match step {
        SyncStep::Gone => 0,
        SyncStep::Changed => 1,
        SyncStep::Back => 2,
        SyncStep::New => 3,
        SyncStep::NotSendable => 4,
        SyncStep::Same => 5,
    }
}

fn title(line: &SyncLine) -> &str {
    line.theirs.as_ref().or(line.ours.as_ref().map(|(_, ours)| ours)).map_or("", |t| t.title.as_str())
}
