//! Which templates the mini program should ask for next.

use crate::{RecordReport, Services, UseResult};
use model::{
    ids::TemplateId,
    template::{Template, TemplateKind},
};
use std::collections::HashMap;

/// `wx.requestSubscribeMessage` takes up to five template ids of one kind.
const MOST: usize = 5;

/// A template and what the person has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskItem {
    /// The platform's template id.
    pub pri_tmpl_id: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: TemplateKind,
    /// Acceptances not spent.
    pub balance: i64,
    /// The last thing the person said of it was no.
    pub refused: bool,
}

/// The answer of `GET /api/subscribe/ask`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Whom it is about.
    pub openid: String,
    /// What to give to `wx.requestSubscribeMessage`: at most five of one kind, what is missing most first.
    pub ask: Vec<String>,
    /// All templates that may be asked for.
    pub templates: Vec<AskItem>,
}

impl Services {
    /// What to ask a person for next. `only` limits the templates; empty: all.
    ///
    /// # Errors
    /// `Invalid` when it is not clear who is meant, `TooMany`.
    pub async fn ask(&self, who: &RecordReport, only: &[String]) -> UseResult<Asking> {
        let (program, openid) = self.who(who).await?;
        self.limits.openid(&openid)?;
        let grants: HashMap<TemplateId, _> = match self.store.subscriber_by_openid(program.id, &openid).await? {
            Some(person) => self.store.grants_of(person.id).await?.into_iter().map(|g| (g.template, g)).collect(),
            None => HashMap::new(),
        };
        let usable = |t: &Template| t.archived_at.is_none() && t.gone_at.is_none();
        let wanted = |t: &Template| only.is_empty() || only.contains(&t.settings.pri_tmpl_id);
        let templates: Vec<_> = self
            .store
            .registered_templates(program.id)
            .await?
            .into_iter()
            .filter(|t| usable(t) && wanted(t))
            .map(|t| {
                let grant = grants.get(&t.id);
                AskItem {
                    balance: grant.map_or(0, |g| g.balance),
                    refused: grant.is_some_and(|g| g.refused),
                    pri_tmpl_id: t.settings.pri_tmpl_id,
                    title: t.settings.title,
                    kind: t.settings.kind,
                }
            })
            .collect();
        Ok(Asking { openid, ask: ask(&templates), templates })
    }
}

/// One-time and long-term ids cannot be mixed (20002). A long-term one that is missing and was not refused is asked for
/// first, because one tap lasts; else one-time ones, those of which least is left first, refused ones last.
fn ask(templates: &[AskItem]) -> Vec<String> {
    let missing = |t: &&AskItem| t.kind == TemplateKind::LongTerm && t.balance == 0 && !t.refused;
    let mut chosen: Vec<_> = templates.iter().filter(missing).collect();
    if chosen.is_empty() {
        chosen = templates.iter().filter(|t| t.kind == TemplateKind::OneTime).collect();
        chosen.sort_by_key(|t| (t.refused, t.balance));
    }
    // The platform passes over templates of the same title in one popup (`filter`).
    let mut titles = Vec::new();
    chosen.retain(|t| {
        !titles.contains(&&t.title) && {
            titles.push(&t.title);
            true
        }
    });
    chosen.into_iter().take(MOST).map(|t| t.pri_tmpl_id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, kind: TemplateKind, balance: i64, refused: bool) -> AskItem {
        AskItem { pri_tmpl_id: id.to_owned(), title: id.to_owned(), kind, balance, refused }
    }

    #[test]
    fn a_missing_long_term_template_is_asked_for_alone() {
        let all = [item("a", TemplateKind::OneTime, 0, false), item("b", TemplateKind::LongTerm, 0, false)];
        assert_eq!(ask(&all), ["b"]);
    }

    #[test]
    fn of_one_time_templates_the_emptiest_come_first_and_refused_ones_last() {
        let all = [
            item("a", TemplateKind::OneTime, 3, false),
            item("b", TemplateKind::OneTime, 0, true),
            item("c", TemplateKind::OneTime, 0, false),
            item("d", TemplateKind::LongTerm, 1, false),
            item("e", TemplateKind::LongTerm, 0, true),
        ];
        assert_eq!(ask(&all), ["c", "a", "b"]);
    }

    #[test]
    fn never_more_than_five_and_no_title_twice() {
        let mut all: Vec<_> = (0..9).map(|i| item(&i.to_string(), TemplateKind::OneTime, 0, false)).collect();
        all[1].title = "0".to_owned();
        assert_eq!(ask(&all), ["0", "2", "3", "4", "5"]);
    }
}
