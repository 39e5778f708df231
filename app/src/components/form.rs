//! Form fields: label, control, hint and error belong together, for eyes and for screen readers.

use leptos::prelude::*;
use model::Lang;

/// The id of a control, from its field name: `values[thing1]` → `f-values-thing1-`.
fn id_of(name: &str) -> String {
    let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    format!("f-{safe}")
}

struct Parts {
    id: String,
    invalid: Option<&'static str>,
    described: Option<String>,
}

fn parts(name: &str, hint: &str, error: Option<&String>) -> Parts {
    let id = id_of(name);
    let mut described = Vec::new();
    if error.is_some() {
        described.push(format!("{id}-error"));
    }
    if !hint.is_empty() {
        described.push(format!("{id}-hint"));
    }
    let described = (!described.is_empty()).then(|| described.join(" "));
    Parts { id, invalid: error.map(|_| "true"), described }
}

fn frame(id: &str, label: String, hint: String, error: Option<String>, required: bool, control: AnyView) -> AnyView {
    let class = if error.is_some() { "field invalid" } else { "field" };
    let (id, hint_id, error_id) = (id.to_owned(), format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class=class>
            <label for=id>{label} {required.then(|| view! { <span class="required" aria-hidden="true">"*"</span> })}</label>
            {control}
            {error.map(|error| view! { <p class="field-error" id=error_id>{error}</p> })}
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
        </div>
    }
    .into_any()
}

/// One line of text.
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] required: bool,
    /// `text` unless said otherwise: `number`, `date`, `search`, ….
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional, into)] autocomplete: String,
    /// Set in a fixed-width face: ids and codes.
    #[prop(optional)]
    code: bool,
    /// Offered values, as a datalist.
    #[prop(optional)]
    offers: Vec<String>,
) -> impl IntoView {
    let Parts { id, invalid, described } = parts(&name, &hint, error.as_ref());
    let list = (!offers.is_empty()).then(|| format!("{id}-list"));
    let autocomplete = if autocomplete.is_empty() { "off".to_owned() } else { autocomplete };
    let control = view! {
        <input
            id=id.clone()
            class=code.then_some("code")
            type=kind
            name=name
            value=value
            placeholder=placeholder
            autocomplete=autocomplete
            spellcheck="false"
            list=list.clone()
            required=required
            aria-invalid=invalid
            aria-describedby=described
        />
        {list.map(|list| {
            let options: Vec<_> = offers.into_iter().map(|o| view! { <option value=o></option> }).collect();
            view! { <datalist id=list>{options}</datalist> }
        })}
    }
    .into_any();
    frame(&id, label, hint, error, required, control)
}

/// A password or secret: never filled in by us.
#[component]
pub fn Password(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] required: bool,
    /// `current-password`, `new-password` or `off`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    #[prop(optional, into)] placeholder: String,
) -> impl IntoView {
    let Parts { id, invalid, described } = parts(&name, &hint, error.as_ref());
    let control = view! {
        <input
            id=id.clone()
            type="password"
            name=name
            autocomplete=autocomplete
            placeholder=placeholder
            required=required
            aria-invalid=invalid
            aria-describedby=described
        />
    }
    .into_any();
    frame(&id, label, hint, error, required, control)
}

/// Leptos 0.8 writes the text of a `<textarea>` as it is; without this, `</textarea>` typed into it would end it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(default = 6)] rows: u32,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional)] code: bool,
) -> impl IntoView {
    let Parts { id, invalid, described } = parts(&name, &hint, error.as_ref());
    let control = view! {
        <textarea
            id=id.clone()
            class=code.then_some("code")
            name=name
            rows=rows
            placeholder=placeholder
            spellcheck="false"
            aria-invalid=invalid
            aria-describedby=described
        >
            {escape(&value)}
        </textarea>
    }
    .into_any();
    frame(&id, label, hint, error, false, control)
}

/// One of a list.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// (value, text).
    options: Vec<(String, String)>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    let Parts { id, invalid, described } = parts(&name, &hint, error.as_ref());
    let options: Vec<_> = options
        .into_iter()
        .map(|(v, text)| {
            let selected = v == value;
            view! { <option value=v selected=selected>{text}</option> }
        })
        .collect();
    let control = view! {
        <select id=id.clone() name=name aria-invalid=invalid aria-describedby=described>
            {options}
        </select>
    }
    .into_any();
    frame(&id, label, hint, error, false, control)
}

/// Yes or no; sends `value` when ticked, nothing otherwise.
#[component]
pub fn Check(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional)] checked: bool,
    #[prop(default = "true".to_owned(), into)] value: String,
    #[prop(optional, into)] hint: String,
) -> impl IntoView {
    let id = id_of(&format!("{name}-{value}"));
    view! {
        <div class="check">
            <input id=id.clone() type="checkbox" name=name value=value checked=checked />
            <label for=id>{label} {(!hint.is_empty()).then(|| view! { <span class="field-hint">{hint}</span> })}</label>
        </div>
    }
}

/// One of a few, with room for more below each (children).
#[component]
pub fn Choice(
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] checked: bool,
    #[prop(optional)] disabled: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let id = id_of(&format!("{name}-{value}"));
    view! {
        <div class="choice">
            <input id=id.clone() type="radio" name=name value=value checked=checked disabled=disabled />
            <label for=id>
                <span class="choice-label">{label}</span>
                {(!hint.is_empty()).then(|| view! { <span class="field-hint">{hint}</span> })}
            </label>
            {children.map(|children| view! { <div class="choice-more">{children()}</div> })}
        </div>
    }
}

/// The summary above a refused form: what is wrong, with links to the fields.
#[component]
pub fn FormErrors(errors: Vec<(String, String)>, lang: Lang) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let items: Vec<_> = errors
            .into_iter()
            .map(|(field, text)| {
                if field.is_empty() {
                    view! { <li>{text}</li> }.into_any()
                } else {
                    view! { <li><a href=format!("#{}", id_of(&field))>{text}</a></li> }.into_any()
                }
            })
            .collect();
        view! {
            <div class="form-errors" role="alert">
                <strong>{lang.t("请修改以下内容：", "Please change the following:").to_owned()}</strong>
                <ul>{items}</ul>
            </div>
        }
    })
}
