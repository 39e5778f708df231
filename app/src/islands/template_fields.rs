//! The editor of a template: its title and fields, with the phone card at the side.
//!
//! What the server renders is a complete form part: the rows, blank rows to fill in, and the text area for the platform's
//! content text, which the server reads. In the browser rows come and go, a pasted content text becomes rows at once, and
//! every key is explained as it is typed.

mod row;

use crate::components::{PhoneCard, escape};
use leptos::prelude::*;
use model::{Lang, content::parse_content};
use row::{FieldRow, Row};
use serde::{Deserialize, Serialize};

/// One row as the server gives it: what was typed or stored, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDraft {
    /// `thing1`.
    pub key: String,
    /// 标签.
    pub label: String,
    /// Example value.
    pub example: String,
    /// Allowed values of an enum, separated.
    pub allowed: String,
    /// What is wrong with the key.
    pub key_error: Option<String>,
    /// What is wrong with the label.
    pub label_error: Option<String>,
}

/// The form part as the server gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateDraft {
    /// Name of the mini program, for the card.
    pub app: String,
    /// Title of the template.
    pub title: String,
    /// What is wrong with the title.
    pub title_error: Option<String>,
    /// The content text.
    pub content: String,
    /// What is wrong with the content text.
    pub content_error: Option<String>,
    /// What is wrong with the rows as a whole.
    pub fields_error: Option<String>,
    /// The rows, blank ones included.
    pub fields: Vec<FieldDraft>,
    /// The reader's language.
    pub lang: Lang,
}

/// Title, then what the page puts in (children), then content text and rows; the phone card beside them.
#[island]
pub fn TemplateFields(draft: TemplateDraft, children: Children) -> impl IntoView {
    let lang = draft.lang;
    let title = RwSignal::new(draft.title.clone());
    let rows = RwSignal::new(draft.fields.iter().enumerate().map(|(id, field)| Row::of(id, field)).collect::<Vec<_>>());
    let app = draft.app.clone();
    let card = move || {
        let shown = Some(title.get()).filter(|t| !t.trim().is_empty()).unwrap_or_else(|| "模板标题".to_owned());
        let lines = Signal::derive(move || rows.get().iter().filter_map(Row::shown).collect::<Vec<_>>());
        view! { <PhoneCard app=app.clone() title=shown rows=lines opens=true lang=lang /> }
    };
    view! {
        <div class="split">
            <div class="stack">
                <section class="card form">
                    <h2>{lang.t("基本信息", "Basics").to_owned()}</h2>
                    <TitleField title=title error=draft.title_error.clone() lang=lang />
                    {children()}
                </section>
                <section class="card">
                    <h2>{lang.t("字段", "Fields").to_owned()}</h2>
                    <ContentField text=draft.content.clone() error=draft.content_error.clone() rows=rows lang=lang />
                    <RowsEditor rows=rows error=draft.fields_error.clone() lang=lang />
                </section>
            </div>
            <aside class="stack phone-side">{card}</aside>
        </div>
    }
}

#[component]
fn TitleField(title: RwSignal<String>, error: Option<String>, lang: Lang) -> impl IntoView {
    let class = if error.is_some() { "field invalid" } else { "field" };
    view! {
        <div class=class>
            <label for="f-title">{lang.t("标题", "Title").to_owned()} <span class="required" aria-hidden="true">"*"</span></label>
            <input
                id="f-title"
                type="text"
                name="title"
                value=title.get_untracked()
                autocomplete="off"
                required
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=if error.is_some() { "f-title-error f-title-hint" } else { "f-title-hint" }
                on:input:target=move |event| title.set(event.target().value())
            />
            {error.map(|error| view! { <p class="field-error" id="f-title-error">{error}</p> })}
            <p class="field-hint" id="f-title-hint">
                {lang.t("卡片上显示的标题，与微信后台一致，例如“课程开课提醒”。", "The card's title, as on WeChat's console.").to_owned()}
            </p>
        </div>
    }
}

/// The content text. Once the browser has made rows of it, it is no longer submitted: the rows hold more than it does.
#[component]
fn ContentField(text: String, error: Option<String>, rows: RwSignal<Vec<Row>>, lang: Lang) -> impl IntoView {
    let error = RwSignal::new(error.unwrap_or_default());
    let taken = RwSignal::new(0_usize);
    let read = move |text: String| {
        error.set(String::new());
        taken.set(0);
        if text.trim().is_empty() {
            return;
        }
        match parse_content(&text) {
            Ok(fields) => {
                taken.set(fields.len());
                rows.update(|rows| *rows = Row::replace(rows, fields));
            }
            Err(problem) => error.set(problem.say(lang).to_owned()),
        }
    };
    let hint = lang.t(
        "每行一个字段。填写后以这里的内容为准，下面同名字段的示例和可选值会保留；留空则使用下面的字段。",
        "One field per line. When filled in, this is what counts; examples and choices of the same keys below are kept. Leave it empty to use the fields below.",
    );
    view! {
        <div class="field" class:invalid=move || !error.get().is_empty()>
            <label for="f-content">{lang.t("粘贴“详细内容”（推荐）", "Paste the 详细内容 (recommended)").to_owned()}</label>
            <textarea
                id="f-content"
                class="code"
                name=move || (taken.get() == 0).then_some("content")
                rows="5"
                placeholder="课程名称:{{thing1.DATA}}\n开课时间:{{time2.DATA}}"
                spellcheck="false"
                aria-invalid=move || (!error.get().is_empty()).then_some("true")
                aria-describedby="f-content-note f-content-hint"
                on:input:target=move |event| read(event.target().value())
            >
                {escape(&text)}
            </textarea>
            <div id="f-content-note" aria-live="polite">
                <Show when=move || !error.get().is_empty()><p class="field-error">{move || error.get()}</p></Show>
                <Show when=move || taken.get() != 0><p class="field-hint success">{move || taken_text(taken.get(), lang)}</p></Show>
            </div>
            <p class="field-hint" id="f-content-hint">{hint.to_owned()}</p>
        </div>
    }
}

fn taken_text(n: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("已识别 {n} 个字段，并填入下面的列表。"),
        Lang::En => format!("{n} fields recognised and put into the list below."),
    }
}

/// The rows, and in the browser a button for one more.
#[component]
fn RowsEditor(rows: RwSignal<Vec<Row>>, error: Option<String>, lang: Lang) -> impl IntoView {
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let add = move |_| rows.update(|rows| rows.push(Row::blank(rows)));
    let intro = lang.t(
        "或逐个填写，顺序与卡片一致；空行会被忽略。",
        "Or fill them in one by one, in the order of the card; blank rows are ignored.",
    );
    view! {
        <div id="f-fields" class="field-rows" tabindex="-1">
            <p class="field-hint">{intro.to_owned()}</p>
            {error.map(|error| view! { <p class="field-error">{error}</p> })}
            <ForEnumerate
                each=move || rows.get()
                key=|row| row.id
                children=move |index, row| view! { <FieldRow index=index row=row rows=rows live=live lang=lang /> }
            />
            <Show when=move || live.get()>
                <p><button class="button small" type="button" on:click=add>{lang.t("＋ 添加字段", "+ Add a field").to_owned()}</button></p>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use crate::components::escape;

    #[test]
    fn a_content_text_cannot_leave_its_text_area() {
        assert_eq!(escape("a:</textarea><script>&lt;"), "a:&lt;/textarea>&lt;script>&amp;lt;");
    }
}
