//! The content of a notice: checks, counters and the phone as one types. The same controls post the same form without
//! WebAssembly.

mod field;
mod options;
pub use options::MembersOnly;

use crate::components::PhoneCard;
use field::{FieldRow, Typed};
use leptos::prelude::*;
use model::{Lang, field::Field, notice::Content, values};
use options::Options;
use serde::{Deserialize, Serialize};

/// What the editor starts with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Editing {
    /// Name of the mini program, for the phone.
    pub app: String,
    /// Title of the template, for the phone.
    pub title: String,
    /// Fields in the order of the card.
    pub fields: Vec<Field>,
    /// What the draft holds, or what was typed and refused.
    pub content: Content,
    /// (form field, sentence) of a refused form.
    pub errors: Vec<(String, String)>,
    /// Where "back" leads.
    pub back: String,
}

impl Editing {
    fn error(&self, field: &str) -> Option<String> {
        self.errors.iter().find(|(name, _)| name == field).map(|(_, text)| text.clone())
    }
}

/// What the phone shows where nothing is typed yet.
const BLANK: &str = "…";

/// The controls of the content form, with the phone beside them.
#[island]
pub fn ContentEditor(editing: Editing, lang: Lang) -> impl IntoView {
    let typed: Vec<(Field, Typed)> = editing
        .fields
        .iter()
        .map(|field| {
            let value = editing.content.values.get(&field.key).cloned().unwrap_or_default();
            (field.clone(), Typed::new(value, editing.error(&field::input_name(&field.key))))
        })
        .collect();
    let page = Typed::new(editing.content.page.clone(), editing.error("page"));
    let lines = typed.clone();
    let rows = Signal::derive(move || lines.iter().map(|(field, typed)| (field.label.clone(), shown(typed))).collect());
    let opens = Signal::derive(move || !page.text.read().trim().is_empty());
    let controls: Vec<_> = typed.into_iter().map(|(field, typed)| view! { <FieldRow field typed lang /> }).collect();
    view! {
        <div class="split">
            <div class="stack">
                {controls}
                <PageRow typed=page lang />
                <Options content=editing.content lang />
                <div class="form-actions">
                    <button class="button primary" type="submit">{lang.t("下一步：核对", "Next: check").to_owned()}</button>
                    <a class="button quiet" href=editing.back>{lang.t("上一步", "Back").to_owned()}</a>
                </div>
            </div>
            <aside class="phone-aside">
                <PhoneCard app=editing.app title=editing.title rows opens lang />
            </aside>
        </div>
    }
}

fn shown(typed: &Typed) -> String {
    let text = typed.text.read();
    let text = text.trim();
    if text.is_empty() { BLANK.to_owned() } else { text.to_owned() }
}

/// The page that a tap opens.
#[component]
fn PageRow(typed: Typed, lang: Lang) -> impl IntoView {
    let error = move || {
        if typed.edited.get() {
            values::page_path(&typed.text.read()).err().map(|problem| problem.say(lang).to_owned())
        } else {
            typed.refusal.get_value()
        }
    };
    let node = NodeRef::<leptos::html::Input>::new();
    field::catch_up(node, typed);
    view! {
        <div class="field" class:invalid=move || error().is_some()>
            <label for="f-page">{lang.t("点开后的页面", "Page that a tap opens").to_owned()}</label>
            <input
                id="f-page"
                class="code"
                type="text"
                name="page"
                value=typed.text.get_untracked()
                placeholder="pages/index/index"
                autocomplete="off"
                spellcheck="false"
                aria-describedby="f-page-error f-page-hint"
                aria-invalid=move || error().map(|_| "true")
                node_ref=node
                on:input=move |event| typed.type_in(event_target_value(&event))
            />
            <div id="f-page-error" aria-live="polite">{move || error().map(|text| view! { <p class="field-error">{text}</p> })}</div>
            <p class="field-hint" id="f-page-hint">
                {lang.t("小程序内的页面路径，可带参数；留空则消息不能点开。", "A page of the mini program, with a query if you like; if empty, the message opens nothing.").to_owned()}
            </p>
        </div>
    }
}
