//! Notices.

use super::{json, state, word};
use crate::StoreResult;
use model::{
    delivery::DeliveryState,
    ids::{MiniProgramId, NoticeId, RecurrenceId, TemplateId},
    notice::{Audience, Notice, NoticeState, StateCounts},
};
use std::collections::HashMap;

/// A row of `notices` with the template's title, without the audience.
#[derive(sqlx::FromRow)]
pub(crate) struct NoticeRecord {
    pub id: i64,
    mini_program_id: i64,
    template_id: i64,
    template_title: String,
    state: String,
    duplicates: i64,
    created_by: String,
    created_at: i64,
    confirmed_at: Option<i64>,
    finished_at: Option<i64>,
    stop_errcode: Option<i64>,
    pruned_at: Option<i64>,
    content: String,
    hold: Option<String>,
    due_at: Option<i64>,
    planned: i64,
    urgent: i64,
    heeds: i64,
    hold_errcode: Option<i64>,
    recurrence_id: Option<i64>,
}

impl NoticeRecord {
    pub(crate) fn into_model(self, audience: Audience, counts: StateCounts) -> StoreResult<Notice> {
        Ok(Notice {
            id: NoticeId(self.id),
            mini_program: MiniProgramId(self.mini_program_id),
            template: TemplateId(self.template_id),
            template_title: self.template_title,
            state: word("notices", "state", self.hold.as_ref().unwrap_or(&self.state), NoticeState::parse)?,
            audience,
            content: json("notices", "content", &self.content)?,
            duplicates: self.duplicates,
            created_by: self.created_by,
            created_at: self.created_at,
            confirmed_at: self.confirmed_at,
            due_at: self.due_at,
            planned: self.planned != 0,
            urgent: self.urgent != 0,
            heeds: self.heeds != 0,
            hold_errcode: self.hold_errcode,
            recurrence: self.recurrence_id.map(RecurrenceId),
            finished_at: self.finished_at,
            stop_errcode: self.stop_errcode,
            pruned_at: self.pruned_at,
            counts,
        })
    }
}

/// Rows of (key, state, n) as counts by key.
pub(crate) fn counts_by(table: &'static str, rows: Vec<(i64, i64, i64)>) -> StoreResult<HashMap<i64, StateCounts>> {
    let mut counts: HashMap<i64, StateCounts> = HashMap::new();
    for (key, s, n) in rows {
        counts.entry(key).or_default().add(state(table, s)?, n);
    }
    Ok(counts)
}

/// Pending and sending are counted as one; so many of a key are being sent.
pub(crate) fn tell_sending(counts: &mut HashMap<i64, StateCounts>, sending: Vec<(i64, i64)>) {
    for (key, n) in sending {
        if let Some(counts) = counts.get_mut(&key) {
            let n = n.min(counts.of(DeliveryState::Pending));
            counts.add(DeliveryState::Pending, -n);
            counts.add(DeliveryState::Sending, n);
        }
    }
}

/// What a notice needs to be confirmed or asked about.
#[derive(sqlx::FromRow)]
pub(crate) struct DraftRecord {
    pub mini_program_id: i64,
    pub template_id: i64,
    pub duplicates: i64,
    pub audience: String,
    pub kind: String,
    pub urgent: i64,
    /// The cap of the mini program.
    pub cap_n: Option<i64>,
    pub cap_days: Option<i64>,
    /// More messages than this need a second person.
    pub approve_above: Option<i64>,
}

impl DraftRecord {
    pub(crate) fn audience(&self) -> StoreResult<Audience> {
        json("notices", "audience", &self.audience)
    }
}
