//! Notices that are ordered again and again.

use super::{
    GRACE_MS,
    confirm::{When, members_only},
    plan, rules,
};
use crate::{Services, UseError, UseResult, checking::BEING_CHECKED};
use model::{
    Millis, Problem, Problems,
    control::{Recurrence, Repeat, Weekdays},
    ids::{MiniProgramId, NoticeId, RecurrenceId},
    mini_program::ProgramState,
    notice::{Audience, NoticeState},
    rules as field_rules,
};
use std::sync::Arc;
use store::{NewRecurrence, Occurrence};

/// What the form sends.
#[derive(Clone, Debug, Default)]
pub struct RepeatInput {
    /// `day`, `week`, `month`.
    pub every: String,
    /// `09:30`.
    pub time: String,
    /// Days of the week, 0 for Monday.
    pub days: Vec<u8>,
    /// Day of the month.
    pub day: String,
    /// Whether the person has said yes to messages that only members of the project can open, each time.
    pub members_only: bool,
}

impl Services {
    /// Makes a repetition of a draft; the draft goes.
    ///
    /// # Errors
    /// `Invalid` with the fields at fault, or where the draft is not ready.
    pub async fn repeat_notice(&self, id: NoticeId, input: &RepeatInput, by: &str) -> UseResult<RecurrenceId> {
        let view = self.notice(id).await?;
        let notice = view.notice;
        if notice.state != NoticeState::Draft {
            return Err(UseError::NotFound);
        }
        field_rules::check_all(&view.template.settings.fields, &notice.content.values).problems.check()?;
        let repeat = parse(input)?;
        // Nobody is asked when the time comes.
        if notice.content.program_state != ProgramState::Formal && !input.members_only {
            return Err(members_only().into());
        }
        if let Some(problem) = not_to_repeat(&notice.audience) {
            return Err(problem.into());
        }
        let now = self.now();
        let next_at = plan::next(repeat, &view.mini_program.settings.time_zone, now)
            .ok_or(UseError::Internal("a repetition has no next time"))?;
        let new = NewRecurrence { draft: id, repeat, next_at, created_by: by.to_owned() };
        self.store.add_recurrence(&new, now).await?.ok_or(UseError::NotFound)
    }

    /// All of a mini program.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recurrences(&self, program: MiniProgramId) -> UseResult<Vec<Recurrence>> {
        Ok(self.store.recurrences(program).await?)
    }

    /// Orders nothing of it any more; notices that were made stay.
    ///
    /// # Errors
    /// `NotFound` where it was ended before.
    pub async fn end_recurrence(&self, id: RecurrenceId) -> UseResult<()> {
        if self.store.end_recurrence(id).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Orders what is to be repeated now. What goes wrong with one keeps none of the others from being ordered.
    pub(crate) async fn repeat(self: &Arc<Self>, now: Millis) -> UseResult<()> {
        for due in self.store.recurrences_due(now).await? {
            if let Err(error) = self.occur(&due, now).await {
                let error: &dyn std::error::Error = &error;
                tracing::error!(recurrence.id = due.id.0, error, "a repetition could not move on");
            }
        }
        for (notice, at) in self.store.occurrences().await? {
            if let Err(error) = self.order_occurrence(notice, at, now).await {
                let error: &dyn std::error::Error = &error;
                tracing::error!(
                    notice.id = notice.0,
                    error,
                    "a repeated notice could not be ordered; it is tried again"
                );
            }
        }
        Ok(())
    }

    /// Of several times that have passed only the newest is made up for: the earlier ones would have the same people's grants
    /// kept for something that nobody may want any more.
    async fn occur(&self, due: &Recurrence, now: Millis) -> UseResult<()> {
        let Some(due_at) = due.next_at else { return Ok(()) };
        let program = self.mini_program(due.mini_program).await?;
        let time_zone = &program.settings.time_zone;
        let at = plan::latest(due.repeat, time_zone, now).map_or(due_at, |latest| latest.max(due_at));
        let next_at = plan::next(due.repeat, time_zone, now).unwrap_or(Millis::MAX);
        let occurrence = Occurrence { id: due.id, due_at, at, next_at, is_missed: now - at > GRACE_MS };
        if self.store.occur(&occurrence, now).await?.is_some() && at > due_at {
            tracing::warn!(
                recurrence.id = due.id.0,
                "times of a repetition were missed; only the newest is made up for"
            );
        }
        Ok(())
    }

    async fn order_occurrence(self: &Arc<Self>, id: NoticeId, at: Millis, now: Millis) -> UseResult<()> {
        let when = if now - at > GRACE_MS { When::Missed(at) } else { When::Now };
        let by = self.notice(id).await?.notice.created_by;
        match self.confirm(id, i64::MAX, when, &by).await {
            // What fills its placeholders is looked at in the background: the next look at the clock finds that done.
            Err(UseError::Invalid(problems)) if problems.0.iter().any(|p| p.code == BEING_CHECKED) => Ok(()),
            Err(UseError::Invalid(problems)) => {
                let Some(problem) = problems.0.first() else { return Err(UseError::Internal("no problem")) };
                tracing::warn!(
                    notice.id = id.0,
                    problem = problem.code,
                    "a repeated notice cannot be sent as it is; it stays a draft"
                );
                Ok(self.store.leave_occurrence(id, problem, now).await?)
            }
            Err(UseError::NotFound) => Ok(()),
            other => other,
        }
    }
}

/// Why a draft for these people cannot be repeated.
#[must_use]
pub fn not_to_repeat(audience: &Audience) -> Option<Problem> {
    let (zh, en) = match audience {
        Audience::Nobody => ("请先选择接收人。", "Choose the recipients first."),
        Audience::Results { .. } => (
            "按以前的发送结果选出的人不能重复发送，请改选其他接收人。",
            "Those chosen by the results of an earlier notice cannot be repeated. Choose other recipients.",
        ),
        // Its rows are this draft's own, and what they say of each person was meant for this once.
        Audience::Listed { .. } => (
            "从文件导入的名单只属于这份草稿，不能重复发送。要重复发送，请改选已保存的人群或所有有额度的人。",
            "A list from a file belongs to this draft alone and cannot be repeated. Choose a saved segment or everybody with a grant instead.",
        ),
        Audience::EverybodyWithGrant | Audience::Chosen(_) | Audience::Openids(_) | Audience::Filtered(_) => {
            return None;
        }
    };
    Some(Problem::of("audience", "not_to_repeat", zh, en))
}

fn parse(input: &RepeatInput) -> Result<Repeat, Problems> {
    let mut problems = Problems::default();
    let minute = problems.take(
        "time",
        rules::minute(&input.time).and_then(|minute| {
            minute.ok_or_else(|| Problem::whole("required", "请填写时间，例如 09:30。", "Give a time, such as 09:30."))
        }),
    );
    let minute = minute.unwrap_or_default();
    let repeat = match input.every.as_str() {
        "day" => Some(Repeat::Day { minute }),
        "week" => {
            let days = input.days.iter().fold(Weekdays::default(), |days, day| days.with(*day));
            if days == Weekdays::default() {
                problems.push(Problem::of("days", "required", "请至少选一天。", "Choose at least one day."));
            }
            Some(Repeat::Week { days, minute })
        }
        "month" => problems.take("day", month_day(&input.day)).map(|day| Repeat::Month { day, minute }),
        _ => {
            problems.push(Problem::of("every", "required", "请选择多久一次。", "Choose how often."));
            None
        }
    };
    problems.check()?;
    repeat.ok_or_else(Problems::default)
}

fn month_day(typed: &str) -> Result<i8, Problem> {
    typed.trim().parse().ok().filter(|day| (1..=31).contains(day)).ok_or_else(|| {
        Problem::whole("not_a_day", "请填写 1 到 31 之间的日期。", "Give a day of the month from 1 to 31.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_people_who_can_be_found_again_are_repeated_to() {
        let code = |audience: &Audience| not_to_repeat(audience).map(|problem| problem.code);
        let refused = Some("not_to_repeat".to_owned());
        assert_eq!(code(&Audience::Listed { size: 3 }), refused, "the list goes with the draft");
        assert_eq!(code(&Audience::Nobody), refused);
        assert_eq!(code(&Audience::EverybodyWithGrant), None);
        assert_eq!(code(&Audience::Openids(vec!["a".to_owned()])), None);
    }

    #[test]
    fn a_repetition_without_days_time_or_rhythm_is_refused_at_the_field() {
        for (every, time, day, field) in [
            ("day", "", "", "time"),
            ("week", "09:00", "", "days"),
            ("month", "09:00", "32", "day"),
            ("", "09:00", "", "every"),
        ] {
            let input = RepeatInput {
                every: every.to_owned(),
                time: time.to_owned(),
                day: day.to_owned(),
                ..RepeatInput::default()
            };
            let refused = parse(&input).err().unwrap_or_default();
            assert!(refused.of(field).is_some(), "{field}: {refused:?}");
        }
        let month =
            RepeatInput { every: "month".into(), time: "9:05".into(), day: "31".into(), ..RepeatInput::default() };
        assert_eq!(parse(&month).ok(), Some(Repeat::Month { day: 31, minute: 545 }));
    }
}
