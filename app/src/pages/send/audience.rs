//! Step 2: the recipients.

use super::parts;
use crate::{
    actions::send::SetAudience,
    components::{Choice, FormErrors, PageHeader, Select, TextArea, TextField, words::number},
    pages::{imports::upload_form, notices::audience_text},
    web::{Context, FormState, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Lang, access::Permission, notice::Audience, subscriber::Segment};
use service::NoticeView;

/// Choosing the recipients.
#[component]
pub fn SendAudience() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Send, |ctx| async move {
        let view = parts::draft(&ctx).await?;
        let reachable = reachable(&ctx, &view).await?;
        let segments = ctx.services.segments(view.mini_program.id).await?;
        let (id, template) = (view.notice.id, view.template.id);
        let title = ctx.t("选择接收人", "Choose the recipients").to_owned();
        let form = ctx.form("set-audience");
        let errors = form.errors(ctx.lang);
        Ok(Page::new(
            title.clone(),
            view! {
                <PageHeader title text=parts::about(&ctx, &view) />
                {parts::steps(&ctx, 1, Some((id, template)))}
                <form class="form" method="post" action=SetAudience::PATH>
                    <input type="hidden" name="csrf" value=ctx.csrf() />
                    <input type="hidden" name="notice" value=id.0 />
                    <FormErrors errors lang=ctx.lang />
                    {choices(&ctx, &view, &form, reachable, &segments)}
                    <div class="form-actions">
                        <button class="button primary" type="submit">{ctx.t("下一步：填写内容", "Next: content").to_owned()}</button>
                        <a class="button quiet" href=format!("/send?template={template}")>{ctx.t("上一步", "Back").to_owned()}</a>
                    </div>
                </form>
                <h2 id="file">{ctx.t("或者用文件：每人可以有自己的内容", "Or a file: each person may have values of their own").to_owned()}</h2>
                {upload_form(&ctx, Some(id))}
            },
        ))
    })
}

async fn reachable(ctx: &Context, view: &NoticeView) -> Result<i64, PageError> {
    let templates = ctx.services.templates(view.mini_program.id).await?;
    Ok(templates.into_iter().find(|t| t.template.id == view.template.id).map_or(0, |t| t.reachable))
}

/// What the draft holds, as the form's own values: which choice, one openid, the list.
fn stored(audience: &Audience) -> (&'static str, String, String) {
    match audience {
        Audience::Nobody => ("", String::new(), String::new()),
        Audience::EverybodyWithGrant => ("everybody", String::new(), String::new()),
        Audience::Chosen(_) => ("chosen", String::new(), String::new()),
        Audience::Filtered(_) => ("segment", String::new(), String::new()),
        Audience::Listed { .. } => ("listed", String::new(), String::new()),
        Audience::Results { .. } => ("results", String::new(), String::new()),
        Audience::Openids(list) => match list.as_slice() {
            [one] => ("one", one.clone(), String::new()),
            many => ("pasted", String::new(), many.join("\n")),
        },
    }
}

fn choices(
    ctx: &Context,
    view: &NoticeView,
    form: &FormState,
    reachable: i64,
    segments: &[Segment],
) -> impl IntoView + use<> {
    let lang = ctx.lang;
    let (choice, openid, openids) = stored(&view.notice.audience);
    let choice = form.value("audience", choice);
    let rows = rows(ctx, view, choice == "chosen");
    let listed = listed(ctx, view, choice == "listed");
    let segment = segment(ctx, view, form, choice == "segment", segments);
    let one = view! {
        <TextField name="openid" label="openid" value=form.value("openid", &openid) error=form.error("openid", lang) code=true />
    };
    let list = view! {
        <TextArea
            name="openids"
            label=ctx.t("openid 名单", "Openids")
            value=form.value("openids", &openids)
            error=form.error("openids", lang)
            rows=8
            code=true
        />
    };
    let (one_hint, list_hint) = (
        ctx.t("适合先发给自己试一条。", "Good for a trial to yourself."),
        ctx.t(
            "每行一个 openid，也可用逗号或空格分隔；重复的会去掉。",
            "One openid a line, or separated by commas or spaces; duplicates are dropped.",
        ),
    );
    view! {
        <fieldset class="choices" id="f-audience">
            <legend>{ctx.t("发给谁", "To whom").to_owned()}</legend>
            <Choice
                name="audience"
                value="everybody"
                label=ctx.t("所有有授权额度的人", "Everybody with a grant")
                hint=everybody(reachable, lang)
                checked=choice == "everybody"
            />
            {rows}
            {listed}
            {segment}
            {results(&view.notice.audience, choice == "results", lang)}
            <Choice name="audience" value="one" label=ctx.t("一个 openid", "One openid") hint=one_hint checked=choice == "one">
                {one}
            </Choice>
            <Choice name="audience" value="pasted" label=ctx.t("粘贴名单", "A pasted list") hint=list_hint checked=choice == "pasted">
                {list}
            </Choice>
        </fieldset>
    }
}

/// Those whom the results of an earlier notice chose; offered only where they are chosen already.
fn results(audience: &Audience, checked: bool, lang: Lang) -> Option<AnyView> {
    let Audience::Results { .. } = audience else { return None };
    let label = audience_text(audience, lang);
    let hint = lang.t("已经由后续通知发过的人会自动去掉。", "Whoever another follow-up has reached is left out.");
    Some(view! { <Choice name="audience" value="results" label hint checked /> }.into_any())
}

fn everybody(reachable: i64, lang: Lang) -> String {
    let n = number(reachable);
    match lang {
        Lang::Zh => format!("现在有 {n} 人可以收到；以确认发送那一刻为准。"),
        Lang::En => format!("{n} people can get it now; what counts is the moment of confirmation."),
    }
}

/// Whoever a saved filter finds.
fn segment(ctx: &Context, view: &NoticeView, form: &FormState, checked: bool, segments: &[Segment]) -> Option<AnyView> {
    if segments.is_empty() && !checked {
        return None;
    }
    let options = segments.iter().map(|s| (s.id.to_string(), s.name.clone())).collect();
    // The draft keeps the filter, not its name: the one with the same conditions is shown.
    let held = if let Audience::Filtered(filter) = &view.notice.audience {
        segments.iter().find(|s| s.filter.as_of(0) == filter.as_of(0) || s.filter == **filter)
    } else {
        None
    };
    let value = form.value("segment", &held.map(|s| s.id.to_string()).unwrap_or_default());
    let error = form.error("segment", ctx.lang);
    let label = ctx.t("已保存的人群", "A saved segment");
    let hint = ctx.t("按确认那一刻符合条件的人发送。", "Whoever meets its conditions when you confirm.");
    let select =
        view! { <Select name="segment" label=ctx.t("人群", "Segment") options=options value=value error=error /> };
    let choice = view! {
        <Choice name="audience" value="segment" label hint checked>
            {select}
        </Choice>
    };
    Some(choice.into_any())
}

/// The list that was read from a file.
fn listed(ctx: &Context, view: &NoticeView, checked: bool) -> Option<AnyView> {
    let Audience::Listed { size } = view.notice.audience else { return None };
    let n = number(size);
    let label = match ctx.lang {
        Lang::Zh => format!("名单里的 {n} 人"),
        Lang::En => format!("{n} people of a list"),
    };
    let file = format!("/send/{}/file", view.notice.id);
    let see = ctx.t("查看文件", "See the file").to_owned();
    let choice = view! {
        <Choice name="audience" value="listed" label hint=ctx.t("从文件读入的名单。", "Read from a file.") checked>
            <a href=file>{see}</a>
        </Choice>
    };
    Some(choice.into_any())
}

/// Rows ticked in the subscriber list, or the way there.
fn rows(ctx: &Context, view: &NoticeView, checked: bool) -> AnyView {
    let list = format!("/subscribers?template={}&balance=some", view.template.id);
    if let Audience::Chosen(ids) = &view.notice.audience {
        let n = number(i64::try_from(ids.len()).unwrap_or(i64::MAX));
        let label = match ctx.lang {
            Lang::Zh => format!("已选择 {n} 人"),
            Lang::En => format!("{n} people chosen"),
        };
        let again = ctx.t("重新选择", "Choose again").to_owned();
        return view! {
            <Choice name="audience" value="chosen" label hint=ctx.t("在订阅者列表中勾选的人。", "Ticked in the list of subscribers.") checked>
                <a href=list>{again}</a>
            </Choice>
        }
        .into_any();
    }
    view! {
        <p class="choice-link">
            <a href=list>{ctx.t("从订阅者列表中勾选 →", "Tick people in the list of subscribers →").to_owned()}</a>
        </p>
    }
    .into_any()
}
