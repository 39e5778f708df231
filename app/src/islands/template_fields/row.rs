//! One row of the field editor.

use super::FieldDraft;
use leptos::prelude::*;
use model::{
    Lang,
    field::Field,
    rules::{self, FieldType},
    values,
};

/// A row as it is being edited. The id only tells rows apart; names and numbers come from the place in the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) id: usize,
    key: RwSignal<String>,
    label: RwSignal<String>,
    example: RwSignal<String>,
    allowed: RwSignal<String>,
    key_error: RwSignal<String>,
    label_error: RwSignal<String>,
}

impl Row {
    pub(super) fn of(id: usize, draft: &FieldDraft) -> Self {
        Self {
            id,
            key: RwSignal::new(draft.key.clone()),
            label: RwSignal::new(draft.label.clone()),
            example: RwSignal::new(draft.example.clone()),
            allowed: RwSignal::new(draft.allowed.clone()),
            key_error: RwSignal::new(draft.key_error.clone().unwrap_or_default()),
            label_error: RwSignal::new(draft.label_error.clone().unwrap_or_default()),
        }
    }

    /// A blank row for the end of the list.
    pub(super) fn blank(rows: &[Self]) -> Self {
        Self::of(next_id(rows), &FieldDraft::default())
    }

    /// Rows of the fields that were read from a content text; examples and choices of equal keys stay.
    pub(super) fn replace(rows: &[Self], fields: Vec<Field>) -> Vec<Self> {
        let first = next_id(rows);
        fields
            .into_iter()
            .enumerate()
            .map(|(i, field)| {
                let known = rows.iter().find(|row| row.key.with_untracked(|key| key.trim() == field.key));
                let mut draft = FieldDraft { key: field.key, label: field.label, ..FieldDraft::default() };
                if let Some(row) = known {
                    draft.example = row.example.get_untracked();
                    draft.allowed = row.allowed.get_untracked();
                }
                Self::of(first + i, &draft)
            })
            .collect()
    }

    /// The line on the phone card; none for a blank row.
    pub(super) fn shown(&self) -> Option<(String, String)> {
        let (key, label, example) = (self.key.get(), self.label.get(), self.example.get());
        if key.trim().is_empty() && label.trim().is_empty() {
            return None;
        }
        let example = if example.trim().is_empty() { self.stand_in(&key) } else { example };
        Some((if label.trim().is_empty() { key } else { label }, example))
    }

    /// What the card shows without an example: an enum's first choice, else what its type gives.
    fn stand_in(&self, key: &str) -> String {
        let kind = self.type_of(key);
        let allowed = self.allowed.get();
        let first = allowed.split([',', '，', '、', ';', '；']).map(str::trim).find(|choice| !choice.is_empty());
        first.filter(|_| kind == FieldType::Enum).unwrap_or(kind.example()).to_owned()
    }

    fn type_of(&self, key: &str) -> FieldType {
        FieldType::of_key(&values::field_key(key).unwrap_or_default())
    }

    fn is_enum(&self) -> bool {
        self.type_of(&self.key.get()) == FieldType::Enum
    }

    /// The type and its rule, beside a key that can be read.
    fn rule(&self, lang: Lang) -> Option<String> {
        let kind = FieldType::of_key(&values::field_key(&self.key.get()).ok()?);
        Some(format!("{}{}{}", kind.label(lang), lang.t("：", ": "), kind.rule(lang)))
    }

    /// What WeChat would say to the example.
    fn example_note(&self, lang: Lang) -> Option<String> {
        let example = self.example.get();
        if example.trim().is_empty() {
            return None;
        }
        let key = values::field_key(&self.key.get()).ok()?;
        let field = Field { key, label: self.label.get(), example: String::new(), allowed: Vec::new() };
        if FieldType::of_key(&field.key) == FieldType::Enum {
            return None;
        }
        rules::check(&field, &example).err().map(|problem| problem.say(lang).to_owned())
    }
}

fn next_id(rows: &[Row]) -> usize {
    rows.iter().map(|row| row.id + 1).max().unwrap_or_default()
}

/// The controls of a row.
#[component]
pub(super) fn FieldRow(
    index: ReadSignal<usize>,
    row: Row,
    rows: RwSignal<Vec<Row>>,
    live: RwSignal<bool>,
    lang: Lang,
) -> impl IntoView {
    let number = move || match lang {
        Lang::Zh => format!("字段 {}", index.get() + 1),
        Lang::En => format!("Field {}", index.get() + 1),
    };
    let remove = move |_| rows.update(|rows| rows.retain(|other| other.id != row.id));
    let check_key = move || {
        let key = row.key.get_untracked();
        let wrong = if key.trim().is_empty() { None } else { values::field_key(&key).err() };
        row.key_error.set(wrong.map(|problem| problem.say(lang).to_owned()).unwrap_or_default());
    };
    let no_error = RwSignal::new(String::new());
    let choices = lang.t("可选值（逗号分隔）", "Choices (comma-separated)");
    view! {
        <div class="field-row" role="group" aria-label=number>
            <div class="field-row-head">
                <span class="muted small">{number}</span>
                <Show when=move || live.get()>
                    <button class="button quiet small" type="button" on:click=remove>
                        {lang.t("移除", "Remove").to_owned()} <span class="visually-hidden">" " {number}</span>
                    </button>
                </Show>
            </div>
            <div class="field-row-cells">
                <Cell index part="key" label=lang.t("字段名", "Key") placeholder="thing1" text=row.key error=row.key_error changed=check_key />
                <Cell index part="label" label=lang.t("标签", "Label") placeholder="课程名称" text=row.label error=row.label_error changed=|| () />
                <Cell index part="example" label=lang.t("示例", "Example") placeholder="" text=row.example error=no_error changed=|| () />
                <Show when=move || !live.get() || row.is_enum()>
                    <Cell index part="allowed" label=choices placeholder="是，否" text=row.allowed error=no_error changed=|| () />
                </Show>
            </div>
            <p class="field-rule muted small">{move || row.rule(lang)}</p>
            <Show when=move || row.example_note(lang).is_some()>
                <p class="field-hint warn">{lang.t("示例：", "Example: ").to_owned()} {move || row.example_note(lang)}</p>
            </Show>
        </div>
    }
}

/// One labelled input of a row. What a person typed before the browser side was ready stays: the value is only set when
/// the input is made.
#[component]
fn Cell<F>(
    index: ReadSignal<usize>,
    part: &'static str,
    label: &'static str,
    placeholder: &'static str,
    text: RwSignal<String>,
    error: RwSignal<String>,
    changed: F,
) -> impl IntoView
where
    F: Fn() + Send + 'static,
{
    let id = move || format!("f-fields-{}--{part}-", index.get());
    let note = move || format!("f-fields-{}--{part}-error", index.get());
    view! {
        <div class="field" class:invalid=move || !error.get().is_empty()>
            <label for=id>{label}</label>
            <input
                id=id
                class=(part == "key").then_some("code")
                type="text"
                name=move || format!("fields[{}][{part}]", index.get())
                value=text.get_untracked()
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || (!error.get().is_empty()).then_some("true")
                aria-describedby=move || (!error.get().is_empty()).then(note)
                on:input:target=move |event| {
                    text.set(event.target().value());
                    error.set(String::new());
                }
                on:change=move |_| changed()
            />
            <Show when=move || !error.get().is_empty()><p class="field-error" id=note>{move || error.get()}</p></Show>
        </div>
    }
}
