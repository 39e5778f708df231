//! Step 3: the content.

use super::parts;
use crate::{
    actions::send::SetContent,
    components::{FormErrors, PageHeader},
    islands::{ContentEditor, Editing},
    web::{FormState, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    access::Permission,
    mini_program::{MessageLang, ProgramState},
    notice::Content,
};
use service::NoticeView;

/// Writing the content.
#[component]
pub fn SendContent() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Send, |ctx| async move {
        let view = parts::draft(&ctx).await?;
        let form = ctx.form("set-content");
        let title = ctx.t("填写内容", "Write the content").to_owned();
        let id = view.notice.id;
        let errors = summary(&view, &form, ctx.lang);
        let editing = editing(&view, &form, ctx.lang);
        Ok(Page::new(
            title.clone(),
            view! {
                <PageHeader title text=parts::about(&ctx, &view) />
                {parts::steps(&ctx, 2, Some((id, view.template.id)))}
                <p class="muted">{placeholders(ctx.lang)}</p>
                <form method="post" action=SetContent::PATH>
                    <input type="hidden" name="csrf" value=ctx.csrf() />
                    <input type="hidden" name="notice" value=id.0 />
                    <FormErrors errors lang=ctx.lang />
                    <ContentEditor editing lang=ctx.lang />
                </form>
            },
        ))
    })
}

fn placeholders(lang: Lang) -> String {
    lang.t(
        "内容里可以写 {{名称}} 或 {{名称|没有时的内容}}，发送时换成名单文件里或订阅者属性里的值；由文件填的字段可以留空。",
        "A value may hold {{name}} or {{name|what to say without}}, filled from the file of recipients or the subscriber's attributes; a field that the file fills may stay empty.",
    )
    .to_owned()
}

/// The problems for the summary, each after the label of its field: many say the same sentence.
fn summary(view: &NoticeView, form: &FormState, lang: Lang) -> Vec<(String, String)> {
    let label = |name: &str| {
        let key = name.strip_prefix("values[")?.strip_suffix(']')?;
        let field = view.template.settings.fields.iter().find(|f| f.key == key)?;
        Some(format!("{}{}", field.label, lang.t("：", ": ")))
    };
    let told = |(name, text): (String, String)| {
        let text = label(&name).unwrap_or_default() + &text;
        (name, text)
    };
    form.errors(lang).into_iter().map(told).collect()
}

/// What the editor starts with: what was typed and refused, else what the draft holds.
fn editing(view: &NoticeView, form: &FormState, lang: Lang) -> Editing {
    let held = &view.notice.content;
    let fields = view.template.settings.fields.clone();
    let values = fields
        .iter()
        .map(|field| {
            let stored = held.values.get(&field.key).map_or("", String::as_str);
            (field.key.clone(), form.value(&format!("values[{}]", field.key), stored))
        })
        .collect();
    let content = Content {
        values,
        page: form.value("page", &held.page),
        program_state: ProgramState::parse(&form.value("program_state", "")).unwrap_or(held.program_state),
        message_lang: MessageLang::parse(&form.value("message_lang", "")).unwrap_or(held.message_lang),
    };
    Editing {
        app: view.mini_program.settings.name.clone(),
        title: view.template.settings.title.clone(),
        fields,
        content,
        errors: form.errors(lang),
        back: format!("/send/{}/audience", view.notice.id),
    }
}
