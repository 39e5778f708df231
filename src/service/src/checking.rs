//! Filling the message for everybody before anything is sent: who would get one that breaks a rule?

use crate::{NoticeView, Services, UseError, UseResult};
use model::{
    Problem,
    field::Field,
    import::Column,
    notice::{Audience, Preflight},
    placeholders,
    recipient::{Check, Personal, Reachable, Recipient},
    rules,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// People in one step.
const STEP: i64 = 5_000;
/// How long a page waits for the end of a check; a longer one goes on behind it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Checks under way in this process.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    under_way: Mutex<HashSet<String>>,
}

impl Checks {
    fn begin(&self, key: &str) -> bool {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned())
    }

    fn end(&self, key: &str) {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

impl Services {
    /// The fields that recipients of a draft bring values for.
    pub(crate) async fn own_fields(&self, view: &NoticeView) -> UseResult<BTreeSet<String>> {
        if !self.brings_values(view).await? {
            return Ok(BTreeSet::new());
        }
        let import = self.store.list_import(view.notice.id).await?;
        let Some(import) = import else {
            // A list that came another way may bring values for any field.
            return Ok(view.template.settings.fields.iter().map(|field| field.key.clone()).collect());
        };
        let key = |column: Column| if let Column::Field(key) = column { Some(key) } else { None };
        Ok(import.columns.into_iter().filter_map(key).collect())
    }

    /// Whether recipients may have values of their own: from a list, or along with the people of an earlier notice.
    pub(crate) async fn brings_values(&self, view: &NoticeView) -> UseResult<bool> {
        Ok(match view.notice.audience {
            Audience::Listed { .. } => true,
            Audience::Results { .. } => self.store.has_recipients(view.notice.id).await?,
            _ => false,
        })
    }

    /// What checking a draft for everybody came to; begins it where it has not been done for this content and audience.
    /// `None`: it is under way.
    pub(crate) async fn check_for_all(self: &Arc<Self>, view: &NoticeView) -> UseResult<Option<Check>> {
        let Some(key) = self.key_of(view).await? else { return Ok(Some(Check::default())) };
        if let Some(check) = self.store.check_of(view.notice.id).await?.filter(|check| check.holds(&key, self.now())) {
            return Ok(Some(check));
        }
        if !self.checks.begin(&key) {
            return Ok(None);
        }
        let (services, view) = (self.clone(), view.clone());
        let work = tokio::spawn(async move {
            let outcome = services.check(&view, &key).await;
            services.checks.end(&key);
            if let Err(error) = &outcome {
                tracing::error!(error = error as &dyn std::error::Error, "a notice could not be checked for everybody");
            }
            outcome
        });
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(UseError::Internal("a check ended")),
            Err(_) => Ok(None),
        }
    }

    /// Names content and audience, the same in every process; `None` when everybody gets the same.
    async fn key_of(&self, view: &NoticeView) -> UseResult<Option<String>> {
        let content = &view.notice.content.values;
        let fields = &view.template.settings.fields;
        let is_listed = matches!(view.notice.audience, Audience::Listed { .. });
        let gaps = fields.iter().any(|f| content.get(&f.key).is_none_or(|v| v.trim().is_empty()));
        // What was wrong with other content is not wrong with this one.
        let differs = content.values().any(|value| placeholders::any(value))
            || gaps && self.brings_values(view).await?
            || is_listed && !self.store.recipients(view.notice.id, true, "", 1).await?.is_empty();
        if !differs {
            return Ok(None);
        }
        // Whom the cap spares is not looked at.
        let cap = self.store.send_rules(view.mini_program.id).await?.cap.filter(|_| !view.notice.urgent);
        let named = (view.notice.id, content, &view.notice.audience, view.notice.duplicates, fields, cap);
        let json = serde_json::to_vec(&named).map_err(|_| UseError::Internal("a draft has no name"))?;
        let digest = ring::digest::digest(&ring::digest::SHA256, &json);
        Ok(Some(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// `None` when the draft was changed meanwhile.
    async fn check(&self, view: &NoticeView, key: &str) -> UseResult<Option<Check>> {
        let notice = &view.notice;
        let mut check = Check { key: key.to_owned(), at: self.now(), ..Check::default() };
        if !self.store.begin_check(notice.id, &notice.content, &notice.audience, &check).await? {
            return Ok(None);
        }
        let filling = Filling::of(view);
        if matches!(notice.audience, Audience::Listed { .. }) {
            self.check_list(view, filling, key).await?;
        } else {
            self.check_people(view, filling, &mut check).await?;
        }
        check.is_done = true;
        Ok(self.store.end_check(notice.id, &check).await?.then_some(check))
    }

    /// Recipients carry what is wrong with them themselves.
    async fn check_list(&self, view: &NoticeView, filling: Filling<'_>, key: &str) -> UseResult<()> {
        let (id, mut after) = (view.notice.id, String::new());
        loop {
            let rows = self.store.recipients(id, false, &after, STEP).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after.clone_from(&last.openid);
            let openids: Vec<&str> = rows.iter().map(|row| row.openid.as_str()).collect();
            let mut attributes = self.store.attributes_of(view.mini_program.id, &openids).await?;
            let mut judged = Vec::new();
            for row in rows {
                let attributes = attributes.remove(&row.openid).unwrap_or_default();
                let problem = filling.problem(Personal { values: row.values, attributes });
                if problem != row.problem {
                    judged.push((row.openid, problem));
                }
            }
            if !judged.is_empty() && !self.store.judge_recipients(id, key, &judged).await? {
                return Ok(());
            }
        }
    }

    async fn check_people(&self, view: &NoticeView, filling: Filling<'_>, check: &mut Check) -> UseResult<()> {
        let mut after = 0;
        loop {
            let people = self.store.reachable(view.notice.id, (after, STEP), self.now()).await?;
            let Some(last) = people.last() else { return Ok(()) };
            after = last.subscriber;
            for person in people {
                let person = filling.judged(person);
                if person.problem.is_some() {
                    check.invalid += 1;
                    if check.sample.len() < Preflight::SAMPLE {
                        check.sample.push(person);
                    }
                }
            }
        }
    }
}

/// How messages of a draft are filled.
#[derive(Clone, Copy)]
pub(crate) struct Filling<'a> {
    fields: &'a [Field],
    shared: &'a BTreeMap<String, String>,
}

impl<'a> Filling<'a> {
    fn of(view: &'a NoticeView) -> Self {
        Self { fields: &view.template.settings.fields, shared: &view.notice.content.values }
    }

    /// `None` when the last step checks nobody by themselves: all get the same, what is wrong is wrong for all, or the
    /// recipients carry their problems with them. `own`: the fields for which recipients bring values.
    pub(crate) fn of_each(view: &'a NoticeView, own: &BTreeSet<String>) -> Option<Self> {
        let filling = Self::of(view);
        let differs = !own.is_empty() || filling.shared.values().any(|value| placeholders::any(value));
        let is_listed = matches!(view.notice.audience, Audience::Listed { .. });
        let is_right = rules::check_shared(filling.fields, filling.shared, own).problems.0.is_empty();
        Some(filling).filter(|_| differs && is_right && !is_listed)
    }

    /// Somebody, with what is wrong with their message.
    pub(crate) fn judged(self, person: Reachable) -> Recipient {
        let problem = self.problem(Personal { values: person.values, attributes: person.attributes });
        Recipient { problem, ..Recipient::of(person.openid) }
    }

    fn problem(self, personal: Personal) -> Option<Problem> {
        personal.fill(self.fields, self.shared).err()
    }
}

/// Whoever's message cannot be filled is no recipient, although the queue learns of it only at the person's turn. Answers
/// how many these are.
pub(crate) fn leave_out(preflight: &mut Preflight, check: Check) -> i64 {
    let left_out = check.invalid.min(preflight.will_send);
    preflight.will_send -= left_out;
    preflight.invalid += left_out;
    preflight.invalid_sample.extend(check.sample);
    left_out
}

/// The code of [`being_checked`].
pub(crate) const BEING_CHECKED: &str = "being_checked";

pub(crate) fn being_checked() -> Problem {
    Problem::of(
        "audience",
        BEING_CHECKED,
        "正在为每个人检查内容，请稍候刷新。",
        "The content is being checked for every recipient: reload in a moment.",
    )
}
