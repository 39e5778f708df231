//! Registering, changing and archiving templates; keeping them in step with WeChat.

mod delete;
mod library;
mod sync;

pub use delete::DeleteTemplate;
pub use library::AddFromLibrary;
pub use sync::{ApplySync, FetchTemplates};

use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{
    access::Permission,
    content::parse_content,
    ids::{MiniProgramId, TemplateId},
    values,
};
use serde::{Deserialize, Serialize};
use service::{FieldInput, TemplateInput};

const OPERATE: Need = Need::Permission(Permission::Operate);

/// One row of the field editor: `fields[0][key]`, ….
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FieldRow {
    /// `thing1`.
    #[serde(default)]
    pub key: String,
    /// 标签.
    #[serde(default)]
    pub label: String,
    /// Example value.
    #[serde(default)]
    pub example: String,
    /// Allowed values of an enum.
    #[serde(default)]
    pub allowed: String,
}

/// What the form holds beside the rows. Whatever a browser leaves out reads as empty; what must not be empty is refused
/// with words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateFacts {
    pri_tmpl_id: String,
    title: String,
    kind: String,
    content: String,
    validity_days: String,
}

/// Registers a template of the mini program that the form was made for.
#[server(prefix = "/actions", endpoint = "register-template")]
pub async fn register_template(
    csrf: String,
    mini_program: i64,
    #[server(default)] fields: Vec<FieldRow>,
    #[server(flatten)] facts: TemplateFacts,
) -> Result<(), ServerFnError> {
    let input = read(facts, fields);
    act(&csrf, OPERATE, keep(Form::new("template", "/templates/new"), &input), |ctx| async move {
        let id = ctx.services.register_template(MiniProgramId(mini_program), &input).await?;
        let done = Done::to(format!("/templates/{id}"));
        Ok(done.saying(
            "模板已登记，可以开始收集授权或发送。",
            "The template is registered: collect grants or send with it.",
        ))
    })
    .await
}

/// Changes a template.
#[server(prefix = "/actions", endpoint = "change-template")]
pub async fn change_template(
    csrf: String,
    id: i64,
    #[server(default)] fields: Vec<FieldRow>,
    #[server(flatten)] facts: TemplateFacts,
) -> Result<(), ServerFnError> {
    let input = read(facts, fields);
    let form = keep(Form::new("template", format!("/templates/{id}/edit")), &input);
    act(&csrf, OPERATE, form, |ctx| async move {
        ctx.services.change_template(TemplateId(id), &input).await?;
        Ok(Done::to(format!("/templates/{id}")).saying("模板已保存。", "The template is saved."))
    })
    .await
}

/// Archives a template (`archived=true`) or brings it back.
#[server(prefix = "/actions", endpoint = "archive-template")]
pub async fn archive_template(csrf: String, id: i64, #[server(default)] archived: String) -> Result<(), ServerFnError> {
    let back = format!("/templates/{id}");
    act(&csrf, OPERATE, Form::new("archive-template", back.clone()), |ctx| async move {
        let archived = archived == "true";
        ctx.services.archive_template(TemplateId(id), archived).await?;
        let done = Done::to(back);
        Ok(if archived {
            done.saying("模板已归档，不再用于新的发送。", "The template is archived and no longer offered for sending.")
        } else {
            done.saying("模板已恢复，可以继续发送。", "The template is back and can be sent with.")
        })
    })
    .await
}

/// What the form means. A content text that can be read becomes rows here, so that the examples and choices typed for
/// the same keys are kept; one that cannot goes on as it is and is refused with the line at fault.
fn read(facts: TemplateFacts, rows: Vec<FieldRow>) -> TemplateInput {
    let TemplateFacts { pri_tmpl_id, title, kind, content, validity_days } = facts;
    let whole =
        |row: FieldRow| FieldInput { key: row.key, label: row.label, example: row.example, allowed: row.allowed };
    let rows: Vec<FieldInput> = rows.into_iter().map(whole).collect();
    let (content, fields) = match parse_content(&content) {
        Ok(read) => {
            let fields = read.into_iter().map(|field| {
                let known = rows.iter().find(|row| values::field_key(&row.key).is_ok_and(|key| key == field.key));
                let known = known.cloned().unwrap_or_default();
                FieldInput { key: field.key, label: field.label, ..known }
            });
            (String::new(), fields.collect())
        }
        Err(_) => (content, rows),
    };
    TemplateInput { pri_tmpl_id, title, kind, content, fields, validity_days }
}

fn keep(form: Form, input: &TemplateInput) -> Form {
    let form = form
        .keep("pri_tmpl_id", &input.pri_tmpl_id)
        .keep("title", &input.title)
        .keep("kind", &input.kind)
        .keep("content", &input.content)
        .keep("validity_days", &input.validity_days);
    input.fields.iter().enumerate().fold(form, |form, (i, row)| {
        form.keep(format!("fields[{i}][key]"), &row.key)
            .keep(format!("fields[{i}][label]"), &row.label)
            .keep(format!("fields[{i}][example]"), &row.example)
            .keep(format!("fields[{i}][allowed]"), &row.allowed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use leptos::server_fn::codec::{FromReq, PostUrl};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn row(key: &str, example: &str) -> FieldRow {
        FieldRow { key: key.to_owned(), label: "旧".to_owned(), example: example.to_owned(), allowed: String::new() }
    }

    fn made(content: &str, rows: Vec<FieldRow>) -> TemplateInput {
        read(TemplateFacts { content: content.to_owned(), ..TemplateFacts::default() }, rows)
    }

    #[test]
    fn a_pasted_content_keeps_the_examples_of_the_same_keys() {
        let input =
            made("课程:{{thing1.DATA}}\n时间:{{time2.DATA}}", vec![row("thing9", "去"), row(" thing1 ", "数学")]);
        let seen: Vec<_> =
            input.fields.iter().map(|f| (f.key.as_str(), f.label.as_str(), f.example.as_str())).collect();
        assert_eq!(seen, [("thing1", "课程", "数学"), ("time2", "时间", "")]);
        assert!(input.content.is_empty());
    }

    #[test]
    fn without_a_content_or_with_a_broken_one_the_rows_stay_as_typed() {
        assert_eq!(made("  ", vec![row("thing1", "")]).fields.len(), 1);
        let broken = made("课程 thing1", vec![row("thing1", "")]);
        assert_eq!((broken.content.as_str(), broken.fields.len()), ("课程 thing1", 1));
    }

    #[tokio::test]
    async fn the_rows_of_a_browser_are_decoded_in_the_order_of_their_numbers() -> Outcome {
        let body = "csrf=t&mini_program=1&pri_tmpl_id=x&title=%E8%AF%BE&kind=one_time&content=\
                    &fields%5B0%5D%5Bkey%5D=thing1&fields%5B0%5D%5Blabel%5D=%E5%90%8D+%3C&fields%5B0%5D%5Bexample%5D=&fields%5B0%5D%5Ballowed%5D=\
                    &fields%5B10%5D%5Bkey%5D=time11&fields%5B2%5D%5Bkey%5D=time3&fields%5B2%5D%5Blabel%5D=a%26b%3D%5B%5D";
        let request = Request::post("/").body(Body::from(body))?;
        let args = <RegisterTemplate as FromReq<PostUrl, _, ServerFnError>>::from_req(request)
            .await
            .map_err(|error| error.to_string())?;
        let seen: Vec<_> = args.fields.iter().map(|f| (f.key.as_str(), f.label.as_str())).collect();
        assert_eq!(seen, [("thing1", "名 <"), ("time3", "a&b=[]"), ("time11", "")]);
        Ok(())
    }

    #[tokio::test]
    async fn a_form_without_fields_is_decoded_too() -> Outcome {
        let request = Request::post("/").body(Body::from("csrf=t&id=7"))?;
        let args = <ChangeTemplate as FromReq<PostUrl, _, ServerFnError>>::from_req(request)
            .await
            .map_err(|error| error.to_string())?;
        assert_eq!((args.id, args.fields.len(), args.facts.content.as_str()), (7, 0, ""));
        Ok(())
    }
}
