//! What a person sets about the sending of a mini program's notices.

use super::plan;
use crate::{Services, UseResult};
use model::{Problem, Problems, control::SendRules, ids::MiniProgramId};

/// What the form sends; empty fields switch a rule off.
#[derive(Clone, Debug, Default)]
pub struct RulesInput {
    /// Percent, 0 to 100.
    pub fail_share: String,
    /// From 1 on.
    pub fail_after: String,
    /// `22:00`.
    pub quiet_from: String,
    /// `08:00`.
    pub quiet_to: String,
    /// Messages.
    pub cap_n: String,
    /// Days.
    pub cap_days: String,
    /// Messages.
    pub approve_above: String,
}

impl Services {
    /// The rules of a mini program.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send_rules(&self, id: MiniProgramId) -> UseResult<SendRules> {
        Ok(self.store.send_rules(id).await?)
    }

    /// Sets them; they hold from now on, for notices that are being sent too.
    ///
    /// # Errors
    /// `Invalid` with the fields at fault, `NotFound`.
    pub async fn set_send_rules(&self, id: MiniProgramId, input: &RulesInput) -> UseResult<()> {
        let program = self.mini_program(id).await?;
        let rules = parse(input)?;
        self.store.set_send_rules(id, &rules).await?;
        if let Some((from, to)) = rules.quiet
            && let Some((since, until)) = plan::quiet(from, to, &program.settings.time_zone, self.now())
        {
            self.store.note_quiet(id, since, until).await?;
        }
        self.wake_engine();
        Ok(())
    }
}

fn parse(input: &RulesInput) -> Result<SendRules, Problems> {
    let mut problems = Problems::default();
    let usual = SendRules::default();
    let share = problems.take("fail_share", number(&input.fail_share, 0..=100));
    let after = problems.take("fail_after", number(&input.fail_after, 1..=1_000_000));
    let from = problems.take("quiet_from", minute(&input.quiet_from));
    let to = problems.take("quiet_to", minute(&input.quiet_to));
    let n = problems.take("cap_n", number(&input.cap_n, 1..=1_000));
    let days = problems.take("cap_days", number(&input.cap_days, 1..=365));
    let approve_above = problems.take("approve_above", number(&input.approve_above, 0..=100_000_000));
    let quiet = both(from.flatten(), to.flatten());
    match (from, to) {
        (Some(Some(from)), Some(Some(to))) if from == to => problems.push(Problem::of(
            "quiet_to",
            "same",
            "开始和结束不能相同；不需要免打扰时段请都留空。",
            "The end cannot be the beginning; leave both empty for no quiet hours.",
        )),
        (Some(Some(_)), Some(None)) => problems.push(missing("quiet_to")),
        (Some(None), Some(Some(_))) => problems.push(missing("quiet_from")),
        _ => {}
    }
    match (n, days) {
        (Some(Some(_)), Some(None)) => problems.push(missing("cap_days")),
        (Some(None), Some(Some(_))) => problems.push(missing("cap_n")),
        _ => {}
    }
    let cap = both(n.flatten(), days.flatten());
    problems.check()?;
    Ok(SendRules {
        fail_share: share.flatten().unwrap_or(0),
        fail_after: after.flatten().unwrap_or(usual.fail_after),
        quiet,
        cap,
        approve_above: approve_above.flatten(),
    })
}

fn both(a: Option<i64>, b: Option<i64>) -> Option<(i64, i64)> {
    a.zip(b)
}

fn missing(field: &str) -> Problem {
    Problem::of(field, "required", "两项要么都填，要么都留空。", "Fill in both, or leave both empty.")
}

fn number(typed: &str, allowed: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().ok().filter(|n| allowed.contains(n)).map(Some).ok_or_else(|| {
        let (low, high) = (allowed.start(), allowed.end());
        Problem::whole(
            "not_a_limit",
            format!("请填写 {low} 到 {high} 之间的整数，或留空。"),
            format!("Give a whole number from {low} to {high}, or leave it empty."),
        )
    })
}

/// `22:00` as minutes of the day.
pub(super) fn minute(typed: &str) -> Result<Option<i64>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let parsed = typed.split_once(':').and_then(|(hour, rest)| {
        let hour: i64 = hour.parse().ok().filter(|n| (0..24).contains(n))?;
        let minute: i64 = rest.get(..2)?.parse().ok().filter(|n| (0..60).contains(n))?;
        Some(hour * 60 + minute)
    });
    parsed.map(Some).ok_or_else(|| {
        Problem::whole("not_a_time", "请填写时间，例如 22:00。", "Give a time of the day, such as 22:00.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(pairs: &[(&str, &str)]) -> RulesInput {
        let of = |name: &str| pairs.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v).to_owned();
        RulesInput {
            fail_share: of("fail_share"),
            fail_after: of("fail_after"),
            quiet_from: of("quiet_from"),
            quiet_to: of("quiet_to"),
            cap_n: of("cap_n"),
            cap_days: of("cap_days"),
            approve_above: of("approve_above"),
        }
    }

    #[test]
    fn what_is_left_empty_is_off() {
        let rules = parse(&input(&[])).map_err(|p| format!("{p:?}"));
        assert_eq!(rules, Ok(SendRules { fail_share: 0, ..SendRules::default() }));
    }

    #[test]
    fn half_a_rule_and_nonsense_are_refused_at_their_field() {
        for (pairs, field) in [
            (vec![("quiet_from", "22:00")], "quiet_to"),
            (vec![("quiet_from", "22:00"), ("quiet_to", "22:00")], "quiet_to"),
            (vec![("quiet_to", "25:00"), ("quiet_from", "1:00")], "quiet_to"),
            (vec![("quiet_from", "1:0月"), ("quiet_to", "2:00")], "quiet_from"),
            (vec![("cap_n", "3")], "cap_days"),
            (vec![("cap_n", "0"), ("cap_days", "1")], "cap_n"),
            (vec![("fail_share", "101")], "fail_share"),
            (vec![("approve_above", "-1")], "approve_above"),
        ] {
            let refused = parse(&input(&pairs)).err().unwrap_or_default();
            assert!(refused.of(field).is_some(), "{pairs:?}: {refused:?}");
        }
    }
}
