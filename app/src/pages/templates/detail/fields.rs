//! The fields of a template: on the phone, and as a table with their rules.

use crate::{components::PhoneCard, web::Context};
use leptos::prelude::*;
use model::{field::Field, mini_program::MiniProgram, rules::FieldType, template::Template};

/// A field's example, its first choice, or its type's example.
fn example(field: &Field) -> String {
    let own = Some(&field.example).filter(|example| !example.is_empty()).or_else(|| field.allowed.first());
    own.cloned().unwrap_or_else(|| FieldType::of_key(&field.key).example().to_owned())
}

pub(super) fn preview(ctx: &Context, template: &Template, program: &MiniProgram) -> impl IntoView + use<> {
    let rows: Vec<_> = template.settings.fields.iter().map(|field| (field.label.clone(), example(field))).collect();
    let opens = !program.settings.default_page.is_empty();
    view! {
        <PhoneCard app=program.settings.name.clone() title=template.settings.title.clone() rows=rows opens=opens lang=ctx.lang />
    }
}

pub(super) fn fields(ctx: &Context, fields: &[Field]) -> impl IntoView + use<> {
    let rows: Vec<_> = fields.iter().map(|field| field_row(ctx, field)).collect();
    view! {
        <section class="card" id="fields">
            <h2>{ctx.t("字段", "Fields").to_owned()}</h2>
            <div class="table-wrap">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ctx.t("标签", "Label").to_owned()}</th>
                            <th scope="col">{ctx.t("字段名", "Key").to_owned()}</th>
                            <th scope="col">{ctx.t("类型与规则", "Type and rule").to_owned()}</th>
                            <th scope="col" class="num">{ctx.t("字数上限", "Limit").to_owned()}</th>
                            <th scope="col">{ctx.t("示例", "Example").to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn field_row(ctx: &Context, field: &Field) -> impl IntoView + use<> {
    let kind = FieldType::of_key(&field.key);
    let limit = kind.limit().map_or_else(|| "—".to_owned(), |n| n.to_string());
    let choices = (kind == FieldType::Enum).then(|| {
        let text = if field.allowed.is_empty() {
            ctx.t("未填写可选值，发送前无法检查。", "No choices given, so values cannot be checked.").to_owned()
        } else {
            format!("{}{}", ctx.t("可选值：", "Choices: "), field.allowed.join(ctx.t("、", ", ")))
        };
        view! { <div class="small">{text}</div> }
    });
    let given = (!field.example.is_empty()).then(|| field.example.clone());
    view! {
        <tr>
            <th scope="row">{field.label.clone()}</th>
            <td><code>{field.key.clone()}</code></td>
            <td>{kind.label(ctx.lang)} <div class="muted small">{kind.rule(ctx.lang)}</div> {choices}</td>
            <td class="num">{limit}</td>
            <td>{given.unwrap_or_else(|| "—".to_owned())}</td>
        </tr>
    }
}
