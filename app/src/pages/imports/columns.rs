//! How the file is read, and what each column means.

use super::hidden;
use crate::{
    actions::imports::{ChangeReading, StartImport},
    components::{Check, FormErrors, Select},
    web::{Context, FormState},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    field::Field,
    import::{Column, Import, ImportState, Shape},
    values,
};

pub(super) fn card(ctx: &Context, import: &Import, fields: Option<&[Field]>) -> AnyView {
    let title = if import.state == ImportState::Uploaded {
        import.file_name.clone()
    } else {
        ctx.t("用其他方式读取", "Read it in another way").to_owned()
    };
    let state = ctx.form("start-import");
    let rows: Vec<_> = (0..import.shape.columns.len()).map(|at| row(ctx, import, fields, &state, at)).collect();
    let button = ctx.t("开始读取", "Read the file").to_owned();
    view! {
        <section class="card" id="columns">
            <h2>{title}</h2>
            {reading(ctx, import)}
            <form class="form" method="post" action=StartImport::PATH>
                {hidden(ctx, import)}
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <p class="muted">{about(ctx, fields.is_some())}</p>
                <div class="table-wrap" tabindex="0" role="region" aria-label=ctx.t("列的用途", "What the columns are for").to_owned()>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{ctx.t("列", "Column").to_owned()}</th>
                                <th scope="col">{ctx.t("前几行", "First rows").to_owned()}</th>
                                <th scope="col">{ctx.t("用途", "What it is for").to_owned()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <div class="form-actions">
                    <button class="button primary" type="submit">{button}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn about(ctx: &Context, of_notice: bool) -> String {
    if of_notice {
        ctx.t(
            "填到字段的列会代替通知里这个字段的内容；空格子仍用通知的内容。作为“{{名称}}”的列可以写进内容里。下次遇到同样列名的文件会记住这些选择。",
            "A column that fills a field takes the place of what the notice says there; where a cell is empty the notice's own content holds. A column used as “{{name}}” can be written into the content. The choices are remembered for the next file with the same header.",
        )
    } else {
        ctx.t(
            "空格子不改变原来的内容，标签只增加不减少。下次遇到同样列名的文件会记住这些选择。",
            "An empty cell changes nothing, and tags are added, never taken away. The choices are remembered for the next file with the same header.",
        )
    }
    .to_owned()
}

fn row(
    ctx: &Context,
    import: &Import,
    fields: Option<&[Field]>,
    state: &FormState,
    at: usize,
) -> impl IntoView + use<> {
    let name = import.shape.columns.get(at).cloned().unwrap_or_default();
    let sample: Vec<String> = import
        .shape
        .sample
        .iter()
        .take(3)
        .filter_map(|(_, cells)| cells.get(at))
        .map(|cell| cell.chars().take(40).collect())
        .collect();
    let key = format!("columns[{at}]");
    let stored = import.columns.get(at).unwrap_or(&Column::Ignore).code();
    let value = state.value(&key, &stored);
    let options: Vec<_> = options(ctx, &name, fields)
        .into_iter()
        .map(|(code, text)| {
            let selected = code == value;
            view! { <option value=code selected=selected>{text}</option> }
        })
        .collect();
    let error = state.error(&key, ctx.lang);
    let label = match ctx.lang {
        Lang::Zh => format!("“{name}”这一列的用途"),
        Lang::En => format!("What the column “{name}” is for"),
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{sample.into_iter().map(|cell| view! { <div><code>{cell}</code></div> }).collect::<Vec<_>>()}</td>
            <td>
                <select id=format!("f-columns-{at}-") name="columns[]" aria-label=label aria-invalid=error.is_some().then_some("true")>
                    {options}
                </select>
                {error.map(|error| view! { <p class="field-error">{error}</p> })}
            </td>
        </tr>
    }
}

fn options(ctx: &Context, name: &str, fields: Option<&[Field]>) -> Vec<(String, String)> {
    let own = values::value_name(name).ok();
    let mut options = vec![
        (Column::Ignore.code(), ctx.t("不使用", "Not used").to_owned()),
        (Column::Openid.code(), "openid".to_owned()),
    ];
    if let Some(fields) = fields {
        let fill = ctx.t("填到字段：", "Fills the field: ");
        options.extend(
            fields.iter().map(|field| {
                (Column::Field(field.key.clone()).code(), format!("{fill}{} ({})", field.label, field.key))
            }),
        );
        let text = own.as_ref().map(|name| format!("{}{{{{{name}}}}}", ctx.t("作为占位符 ", "As ")));
        options.extend(own.zip(text).map(|(name, text)| (Column::Value(name).code(), text)));
    } else {
        options.push((Column::Remark.code(), ctx.t("备注", "Remark").to_owned()));
        options.push((Column::Tags.code(), ctx.t("标签", "Tags").to_owned()));
        let text = own.as_ref().map(|name| format!("{}{name}", ctx.t("属性：", "Attribute: ")));
        options.extend(own.zip(text).map(|(name, text)| (Column::Attribute(name).code(), text)));
    }
    options
}

/// What was guessed about the file, to be overridden.
fn reading(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    let shape = &import.shape;
    let state = ctx.form("change-reading");
    let clears = (import.notice.is_some() && import.state == ImportState::Done).then(|| {
        let text = ctx.t(
            "重新查看会清空已读好的名单，之后要再读一次。",
            "Looking again clears the list that was read; the file has to be read once more then.",
        );
        view! { <p class="muted">{text.to_owned()}</p> }
    });
    view! {
        {clears}
        <form class="toolbar" method="post" action=ChangeReading::PATH>
            {hidden(ctx, import)}
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            {if shape.encoding.is_empty() { sheets(ctx, shape).into_any() } else { text(ctx, shape).into_any() }}
            <Check name="has_header" label=ctx.t("第一行是列名", "The first row names the columns") checked=shape.has_header />
            <button class="button" type="submit">{ctx.t("按此重新查看", "Look again").to_owned()}</button>
        </form>
    }
}

fn text(ctx: &Context, shape: &Shape) -> impl IntoView + use<> {
    let own = |list: [(&str, &str); 3]| list.map(|(code, text)| (code.to_owned(), text.to_owned())).to_vec();
    let encodings = own([("utf-8", "UTF-8"), ("gb18030", "GBK / GB18030"), ("utf-16le", "UTF-16")]);
    let delimiters = own([
        ("comma", ctx.t("逗号 ,", "Comma ,")),
        ("semicolon", ctx.t("分号 ;", "Semicolon ;")),
        ("tab", ctx.t("制表符", "Tab")),
    ]);
    view! {
        <Select name="encoding" label=ctx.t("编码", "Encoding") options=encodings value=shape.encoding.clone() />
        <Select name="delimiter" label=ctx.t("分隔符", "Separator") options=delimiters value=shape.delimiter.clone() />
    }
}

fn sheets(ctx: &Context, shape: &Shape) -> impl IntoView + use<> {
    let options = shape.sheets.iter().enumerate().map(|(at, name)| (at.to_string(), name.clone())).collect();
    view! { <Select name="sheet" label=ctx.t("工作表", "Sheet") options=options value=shape.sheet.to_string() /> }
}
