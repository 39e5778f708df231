//! Adding subscribers, their remarks and balances, and beginning a notice for the chosen ones.

use crate::web::{Done, Form, Need, act, safe_path};
use leptos::prelude::*;
use model::{
    Problem,
    access::Permission,
    ids::{MiniProgramId, SubscriberId, TemplateId},
};
use service::{SubscriberInput, UseResult};

const OPERATE: Need = Need::Permission(Permission::Operate);

/// Adds a subscriber by hand, with grants of a template if one is chosen.
#[server(prefix = "/actions", endpoint = "add-subscriber")]
pub async fn add_subscriber(
    csrf: String,
    mini_program: i64,
    #[server(default)] openid: String,
    #[server(default)] remark: String,
    #[server(default)] template: String,
    #[server(default)] grants: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("subscriber", "/subscribers/new")
        .keep("openid", &openid)
        .keep("remark", &remark)
        .keep("template", &template)
        .keep("grants", &grants);
    act(&csrf, OPERATE, form, |ctx| async move {
        let template = optional_template(&template)?;
        // What is no number goes on as one out of range, so that all that is wrong is said at once.
        let grants = if template.is_some() { whole_number(&grants).unwrap_or(-1) } else { 0 };
        let input = SubscriberInput { openid, remark, template, grants };
        let id = ctx.services.add_subscriber(MiniProgramId(mini_program), &input, &ctx.by()).await?;
        Ok(Done::to(format!("/subscribers/{id}")).saying("订阅者已添加。", "The subscriber is added."))
    })
    .await
}

/// Changes the remark.
#[server(prefix = "/actions", endpoint = "change-remark")]
pub async fn change_remark(csrf: String, id: i64, #[server(default)] remark: String) -> Result<(), ServerFnError> {
    let back = format!("/subscribers/{id}");
    act(&csrf, OPERATE, Form::new("remark", back.clone()).keep("remark", &remark), |ctx| async move {
        ctx.services.change_remark(SubscriberId(id), &remark).await?;
        Ok(Done::to(back).saying("备注已保存。", "The remark is saved."))
    })
    .await
}

/// Sets tags and attributes.
#[server(prefix = "/actions", endpoint = "change-traits")]
pub async fn change_traits(
    csrf: String,
    id: i64,
    #[server(default)] tags: String,
    #[server(default)] attributes: String,
) -> Result<(), ServerFnError> {
    let back = format!("/subscribers/{id}");
    let form = Form::new("traits", back.clone()).keep("tags", &tags).keep("attributes", &attributes);
    act(&csrf, OPERATE, form, |ctx| async move {
        ctx.services.change_traits(SubscriberId(id), &tags, &attributes).await?;
        Ok(Done::to(back).saying("标签和属性已保存。", "Tags and attributes are saved."))
    })
    .await
}

/// Changes a balance by hand, with a reason.
#[server(prefix = "/actions", endpoint = "adjust-grant")]
pub async fn adjust_grant(
    csrf: String,
    id: i64,
    template: i64,
    #[server(default)] change: String,
    #[server(default)] reason: String,
) -> Result<(), ServerFnError> {
    let back = format!("/subscribers/{id}");
    let form = Form::new("adjust-grant", back.clone())
        .keep("template", template.to_string())
        .keep("change", &change)
        .keep("reason", &reason);
    act(&csrf, OPERATE, form, |ctx| async move {
        let n = whole_number(&change).unwrap_or_default();
        let (person, template) = (SubscriberId(id), TemplateId(template));
        let balance = ctx.services.adjust_grant(person, template, n, &reason, &ctx.by()).await?;
        Ok(Done::to(back)
            .saying(format!("已调整，现在的余额是 {balance}。"), format!("Adjusted: the balance is now {balance}.")))
    })
    .await
}

/// Begins a notice for the ticked rows of the list; `back` is the list as it was shown.
#[server(prefix = "/actions", endpoint = "begin-notice-for-chosen")]
pub async fn begin_notice_for_chosen(
    csrf: String,
    #[server(default)] template: String,
    #[server(default)] subscriber: Vec<String>,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let back = if back.is_empty() { "/subscribers".to_owned() } else { safe_path(&back) };
    let form = Form::new("begin-notice", back).keep("template", &template).keep("subscriber", subscriber.join(","));
    act(&csrf, OPERATE, form, |ctx| async move {
        let template = optional_template(&template)?.ok_or_else(no_template)?;
        let chosen = chosen(&subscriber)?;
        let id = ctx.services.begin_notice(template, chosen, &ctx.by()).await?;
        Ok(Done::to(format!("/send/{id}/content")))
    })
    .await
}

fn chosen(ids: &[String]) -> UseResult<Vec<SubscriberId>> {
    let mut chosen: Vec<SubscriberId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.is_empty() {
        return Err(Problem::whole(
            "required",
            "还没有选中订阅者，请先在列表中勾选。",
            "Nobody is chosen: tick the people in the list first.",
        )
        .into());
    }
    Ok(chosen)
}

fn optional_template(text: &str) -> Result<Option<TemplateId>, Problem> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| no_template()) }
}

fn no_template() -> Problem {
    Problem::whole("required", "请选择要发送的模板。", "Choose the template to send.").at("template")
}

/// A whole number as people write it: with a sign, in full-width digits, with spaces around it.
fn whole_number(text: &str) -> Option<i64> {
    let plain = |c| match c {
        '－' | '−' | '–' => '-',
        '＋' => '+',
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        other => other,
    };
    text.trim().chars().map(plain).collect::<String>().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use leptos::server_fn::codec::{FromReq, PostUrl};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    async fn posted(body: &'static str) -> Result<BeginNoticeForChosen, Box<dyn std::error::Error>> {
        let request = Request::post("/").body(Body::from(body))?;
        Ok(<BeginNoticeForChosen as FromReq<PostUrl, _, ServerFnError>>::from_req(request)
            .await
            .map_err(|error| error.to_string())?)
    }

    #[tokio::test]
    async fn ticked_boxes_are_decoded_as_a_browser_sends_them() -> Outcome {
        let args = posted(
            "csrf=t&template=3&subscriber%5B%5D=12&subscriber%5B%5D=7&subscriber%5B%5D=12&back=%2Fsubscribers%3Fq%3Da",
        )
        .await?;
        assert_eq!(args.subscriber, ["12", "7", "12"]);
        assert_eq!((args.template.as_str(), args.back.as_str()), ("3", "/subscribers?q=a"));
        assert_eq!(chosen(&args.subscriber)?, [SubscriberId(7), SubscriberId(12)]);
        Ok(())
    }

    #[tokio::test]
    async fn one_box_and_none_are_decoded_too() -> Outcome {
        assert_eq!(posted("csrf=t&template=&subscriber%5B%5D=12").await?.subscriber, ["12"]);
        let none = posted("csrf=t&template=3").await?;
        assert!(none.subscriber.is_empty());
        assert!(chosen(&none.subscriber).is_err());
        Ok(())
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(whole_number(" +3 "), Some(3));
        assert_eq!(whole_number("－２０"), Some(-20));
        assert_eq!(whole_number("0"), Some(0));
        assert_eq!(
            (whole_number("1.5"), whole_number("一"), whole_number(""), whole_number("99999999999999999999")),
            (None, None, None, None)
        );
    }
}
