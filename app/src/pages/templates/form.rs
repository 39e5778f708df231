//! Registering a template and changing it: one form.

use super::no_mini_program;
use crate::{
    actions::templates::{ChangeTemplate, RegisterTemplate},
    components::{Choice, FormErrors, PageHeader, TextField, words},
    islands::{FieldDraft, TemplateDraft, TemplateFields},
    web::{Context, FormState, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    access::Permission,
    field::Field,
    ids::TemplateId,
    rules::FieldType,
    template::{TemplateKind, TemplateSettings},
};

/// Blank rows below those that there are, for browsers that cannot add any.
const BLANK_NEW: usize = 5;
/// As above, for a template that has its fields already.
const BLANK_EDIT: usize = 3;

/// Registers a template.
#[component]
pub fn NewTemplate() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Templates, |ctx| async move {
        let title = ctx.t("登记模板", "Register a template");
        let Some(program) = ctx.mini_program.clone() else { return Ok(no_mini_program(&ctx, title)) };
        let state = ctx.form("template");
        let blank = TemplateSettings {
            pri_tmpl_id: String::new(),
            title: String::new(),
            kind: TemplateKind::OneTime,
            fields: Vec::new(),
            validity_days: None,
        };
        let text = match ctx.lang {
            Lang::Zh => format!("登记到小程序“{}”", program.settings.name),
            Lang::En => format!("For the mini program “{}”", program.settings.name),
        };
        let draft = draft(&state, &blank, program.settings.name.clone(), BLANK_NEW, ctx.lang);
        let basics = basics(&ctx, &state, &blank);
        let body = view! {
            <PageHeader title=title text=text back="/templates" back_text=ctx.t("模板", "Templates") />
            {where_to_find(&ctx)}
            <form class="stack" method="post" action=RegisterTemplate::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="mini_program" value=program.id.0 />
                <TemplateFields draft=draft>{basics}</TemplateFields>
                {buttons(&ctx, ctx.t("登记", "Register"), "/templates".to_owned())}
            </form>
            {field_types(&ctx)}
        };
        Ok(Page::new(title, body))
    })
}

/// Changes a template.
#[component]
pub fn EditTemplate() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Templates, |ctx| async move {
        let id = ctx.number_at(1).map(TemplateId).ok_or(PageError::NotFound)?;
        let template = ctx.services.template(id).await?;
        let program = ctx.services.mini_program(template.mini_program).await?;
        let state = ctx.form("template");
        let title = ctx.t("编辑模板", "Edit the template");
        let back = format!("/templates/{id}");
        let draft = draft(&state, &template.settings, program.settings.name, BLANK_EDIT, ctx.lang);
        let basics = basics(&ctx, &state, &template.settings);
        let note = ctx.t(
            "已确认的通知任务不受影响；草稿会按新的字段检查。",
            "Notices confirmed before are not affected; drafts are checked against the new fields.",
        );
        let body = view! {
            <PageHeader title=title text=note back=back.clone() back_text=template.settings.title.clone() />
            {where_to_find(&ctx)}
            <form class="stack" method="post" action=ChangeTemplate::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=id.0 />
                <TemplateFields draft=draft>{basics}</TemplateFields>
                {buttons(&ctx, ctx.t("保存", "Save"), back)}
            </form>
            {field_types(&ctx)}
        };
        Ok(Page::new(title, body))
    })
}

/// What the editor starts with: what was typed and refused, else what is stored, and blank rows.
fn draft(state: &FormState, stored: &TemplateSettings, app: String, blank: usize, lang: Lang) -> TemplateDraft {
    let mut fields =
        if state.refused() { typed_rows(state, lang) } else { stored.fields.iter().map(stored_row).collect() };
    fields.extend((0..blank).map(|_| FieldDraft::default()));
    TemplateDraft {
        app,
        title: state.value("title", &stored.title),
        title_error: state.error("title", lang),
        content: state.value("content", ""),
        content_error: state.error("content", lang),
        fields_error: state.error("fields", lang),
        fields,
        lang,
    }
}

fn stored_row(field: &Field) -> FieldDraft {
    FieldDraft {
        key: field.key.clone(),
        label: field.label.clone(),
        example: field.example.clone(),
        allowed: field.allowed.join("，"),
        ..FieldDraft::default()
    }
}

/// The rows as they were typed. Rows in between stay blank, so that the numbers of the problems still fit; those at the
/// end go.
fn typed_rows(state: &FormState, lang: Lang) -> Vec<FieldDraft> {
    let mut rows: Vec<FieldDraft> = (0..)
        .take_while(|i| state.values.contains_key(&format!("fields[{i}][key]")))
        .map(|i| {
            let value = |part: &str| state.value(&format!("fields[{i}][{part}]"), "");
            let error = |part: &str| state.error(&format!("fields[{i}][{part}]"), lang);
            FieldDraft {
                key: value("key"),
                label: value("label"),
                example: value("example"),
                allowed: value("allowed"),
                key_error: error("key"),
                label_error: error("label"),
            }
        })
        .collect();
    while rows.last().is_some_and(|row| *row == FieldDraft::default()) {
        rows.pop();
    }
    rows
}

fn where_to_find(ctx: &Context) -> impl IntoView + use<> {
    view! {
        <div class="notice-box info">
            <p>
                {ctx.t("在 ", "On ").to_owned()}
                <a href="https://mp.weixin.qq.com/" target="_blank" rel="noreferrer">"mp.weixin.qq.com"</a>
                {ctx.t(
                    " 打开“功能 → 订阅消息 → 我的模板”，点模板右侧的“详情”，把“模板 ID”和“详细内容”（形如 ",
                    " open 功能 → 订阅消息 → 我的模板, press 详情 beside the template, and copy 模板 ID and 详细内容 (such as ",
                ).to_owned()}
                <code>"课程名称:{{thing1.DATA}}"</code>
                {ctx.t("）复制到下面。", ") into the form below.").to_owned()}
            </p>
        </div>
    }
}

fn basics(ctx: &Context, state: &FormState, stored: &TemplateSettings) -> impl IntoView + use<> {
    let kind = state.value("kind", stored.kind.code());
    let choices: Vec<_> = TemplateKind::ALL
        .into_iter()
        .map(|choice| {
            let hint = match choice {
                TemplateKind::OneTime => ctx.t(
                    "用户每同意一次，可以给他发一条；多次同意会累加。绝大多数小程序用这种。",
                    "Each acceptance is good for one message, and acceptances add up. What nearly all mini programs have.",
                ),
                TemplateKind::LongTerm => ctx.t(
                    "用户同意一次即可长期发送，直到他拒绝；仅向政务、医疗、交通等公共服务开放。",
                    "One acceptance lasts until it is withdrawn; only for public services such as government, health or transport.",
                ),
            };
            let label = words::template_kind(choice, ctx.lang);
            view! { <Choice name="kind" value=choice.code() label=label hint=hint checked=kind == choice.code() /> }
        })
        .collect();
    let error = state.error("kind", ctx.lang);
    let class = if error.is_some() { "field invalid" } else { "field" };
    view! {
        <TextField
            name="pri_tmpl_id"
            label=ctx.t("模板 ID", "Template id")
            value=state.value("pri_tmpl_id", &stored.pri_tmpl_id)
            hint=ctx.t("“我的模板”里的模板 ID，通常 43 位。", "From 我的模板, usually 43 characters.")
            error=state.error("pri_tmpl_id", ctx.lang)
            required=true
            code=true
        />
        <fieldset id="f-kind" class=class tabindex="-1">
            <legend>{ctx.t("类型", "Kind").to_owned()}</legend>
            {error.map(|error| view! { <p class="field-error">{error}</p> })}
            <div class="choices">{choices}</div>
        </fieldset>
        {validity(ctx, state, stored)}
    }
}

/// Our own rule, off unless somebody wants it: the platform promises no end.
fn validity(ctx: &Context, state: &FormState, stored: &TemplateSettings) -> impl IntoView + use<> {
    let stored = stored.validity_days.map(|days| days.to_string()).unwrap_or_default();
    view! {
        <TextField
            name="validity_days"
            label=ctx.t("有效期（天）", "Validity (days)")
            value=state.value("validity_days", &stored)
            hint=ctx.t(
                "留空表示不限，微信也没有规定授权多久失效。填写后，早于这么多天的一次性授权会记为“已过期”并从余额里扣除，不再用于发送；很多教程按 30 天计算。对长期模板不起作用。",
                "Empty means no limit, and WeChat promises no end. With a number, one-time acceptances older than so many days are written off as expired and not used for sending any more; many guides assume 30. It does nothing for long-term templates.",
            )
            error=state.error("validity_days", ctx.lang)
            kind="number"
            placeholder=ctx.t("不限", "No limit")
        />
    }
}

fn buttons(ctx: &Context, save: &str, cancel: String) -> impl IntoView + use<> {
    view! {
        <div class="form-actions">
            <button class="button primary" type="submit">{save.to_owned()}</button>
            <a class="button quiet" href=cancel>{ctx.t("取消", "Cancel").to_owned()}</a>
        </div>
    }
}

/// What the types of fields take, for whoever fills in the rows by hand.
fn field_types(ctx: &Context) -> impl IntoView + use<> {
    let rows: Vec<_> = FieldType::ALL
        .into_iter()
        .filter(|kind| *kind != FieldType::Other)
        .map(|kind| {
            view! {
                <tr>
                    <th scope="row"><code>{format!("{}1", kind.prefix())}</code></th>
                    <td>{kind.label(ctx.lang)}</td>
                    <td>{kind.rule(ctx.lang)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <details class="more">
            <summary>{ctx.t("字段类型一览", "All types of fields").to_owned()}</summary>
            <div class="table-wrap">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ctx.t("字段名", "Key").to_owned()}</th>
                            <th scope="col">{ctx.t("类型", "Type").to_owned()}</th>
                            <th scope="col">{ctx.t("规则", "Rule").to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
