//! Notices made from another one.

use super::{NEED, page_of};
use crate::web::{Done, Form, act};
use leptos::prelude::*;
use model::{Problem, control::FollowKind, delivery::DeliveryState, ids::NoticeId};

/// Opens the draft that sends once more to some of the recipients: `kind` is `retriable`, `rest`, or a state and a code
/// (`failed:43101`; `unknown:` is any code).
#[server(prefix = "/actions", endpoint = "follow-up-notice")]
pub async fn follow_up_notice(
    csrf: String,
    notice: i64,
    #[server(default)] kind: String,
    #[server(default)] sure: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("follow-up-notice", page_of(notice)).keep("kind", &kind);
    act(&csrf, NEED, form, |ctx| async move {
        let kind = parse(&kind).ok_or_else(unknown)?;
        let id = ctx.services.follow_up(NoticeId(notice), kind, sure == "true", &ctx.by()).await?;
        Ok(Done::to(format!("/send/{id}/review")).saying(
            format!("这是从通知任务 #{notice} 的结果建立的草稿，核对后再确认发送。"),
            format!("This draft is made from the results of notice #{notice}. Check it, then confirm."),
        ))
    })
    .await
}

/// A new draft like this notice.
#[server(prefix = "/actions", endpoint = "duplicate-notice")]
pub async fn duplicate_notice(csrf: String, notice: i64) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("duplicate-notice", page_of(notice)), |ctx| async move {
        let id = ctx.services.duplicate_notice(NoticeId(notice), &ctx.by()).await?;
        Ok(Done::to(format!("/send/{id}/audience")).saying(
            format!("已复制通知任务 #{notice} 为新的草稿。"),
            format!("A new draft was made like notice #{notice}."),
        ))
    })
    .await
}

fn parse(kind: &str) -> Option<FollowKind> {
    match kind {
        "retriable" => Some(FollowKind::Retriable),
        "rest" => Some(FollowKind::Rest),
        other => {
            let (state, code) = other.split_once(':')?;
            let state = DeliveryState::parse(state)?;
            let code = if code.is_empty() { None } else { Some(code.parse().ok()?) };
            Some(FollowKind::Ended(state, code))
        }
    }
}

fn unknown() -> Problem {
    Problem::of("kind", "required", "请选择要再发给哪些人。", "Choose to whom it is to be sent again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_and_nonsense_is_not() {
        assert_eq!(parse("retriable"), Some(FollowKind::Retriable));
        assert_eq!(parse("failed:-1103"), Some(FollowKind::Ended(DeliveryState::Failed, Some(-1103))));
        assert_eq!(parse("unknown:"), Some(FollowKind::Ended(DeliveryState::Unknown, None)));
        for nonsense in ["", "failed", "failed:x", "lost:1"] {
            assert_eq!(parse(nonsense), None, "{nonsense}");
        }
    }
}
