//! One field of the template: control, rule, counter, what is wrong with it.

use leptos::{html, prelude::*};
use model::{
    Lang,
    field::Field,
    rules::{self, FieldType},
};

/// What stands in a control.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    /// The text.
    pub text: RwSignal<String>,
    /// Whether the person changed it since the page came; until then what the server said of it stands.
    pub edited: RwSignal<bool>,
    /// What the server said of it.
    pub refusal: StoredValue<Option<String>>,
}

impl Typed {
    pub(super) fn new(text: String, refusal: Option<String>) -> Self {
        Self { text: RwSignal::new(text), edited: RwSignal::new(false), refusal: StoredValue::new(refusal) }
    }

    pub(super) fn type_in(self, text: String) {
        self.text.set(text);
        self.edited.set(true);
    }
}

/// The name of a field's control, as the form sends it.
pub(super) fn input_name(key: &str) -> String {
    ["values[", key, "]"].concat()
}

/// The id of a field's control, the one that summaries of refused forms link to.
fn id_of(key: &str) -> String {
    ["f-values-", key, "-"].concat()
}

/// What was typed before WebAssembly was there, or kept by the browser over a reload, counts as typed.
pub(super) fn catch_up(node: NodeRef<html::Input>, typed: Typed) {
    Effect::new(move || {
        if let Some(input) = node.get() {
            let now = input.value();
            if now != typed.text.get_untracked() {
                typed.type_in(now);
            }
        }
    });
}

/// What is said of a value.
#[derive(Clone, Default, PartialEq)]
struct Verdict {
    problem: Option<String>,
    warning: Option<String>,
}

fn verdict(field: &Field, typed: Typed, lang: Lang) -> Verdict {
    let edited = typed.edited.get();
    let text = typed.text.read();
    let text = text.trim();
    if !edited {
        if let Some(refusal) = typed.refusal.get_value() {
            return Verdict { problem: Some(refusal), warning: None };
        }
        if text.is_empty() {
            return Verdict::default();
        }
    }
    // Filled for each person; what comes of it is looked at before anything is sent.
    if text.contains("{{") {
        return Verdict::default();
    }
    match rules::check(field, text) {
        Ok(warning) => Verdict { problem: None, warning: warning.map(|w| w.say(lang).to_owned()) },
        Err(problem) => Verdict { problem: Some(problem.say(lang).to_owned()), warning: None },
    }
}

/// One field with everything that belongs to it.
#[component]
pub(super) fn FieldRow(field: Field, typed: Typed, lang: Lang) -> impl IntoView {
    let kind = FieldType::of_key(&field.key);
    let id = id_of(&field.key);
    let judged = {
        let field = field.clone();
        Memo::new(move |_| verdict(&field, typed, lang))
    };
    let messages = move || {
        let Verdict { problem, warning } = judged.get();
        (
            problem.map(|text| view! { <p class="field-error">{text}</p> }),
            warning.map(|text| view! { <p class="field-warning">{text}</p> }),
        )
    };
    let node = NodeRef::<html::Input>::new();
    let control = if field.allowed.is_empty() {
        catch_up(node, typed);
        line(&field, &id, typed, judged, node)
    } else {
        choice(&field, &id, typed, judged, lang)
    };
    view! {
        <div class="field" class:invalid=move || judged.read().problem.is_some()>
            <label for=id.clone()>{field.label.clone()} <span class="required" aria-hidden="true">"*"</span></label>
            {control}
            <div class="row field-state">
                <div id=[&id, "-error"].concat() aria-live="polite">{messages}</div>
                <Shorter field=field.clone() typed node lang />
                <Counter kind typed />
            </div>
            <p class="field-hint" id=[&id, "-hint"].concat()>
                <code>{field.key}</code> " " {kind.label(lang)} {lang.t("：", ": ").to_owned()} {kind.rule(lang)}
            </p>
        </div>
    }
}

fn line(field: &Field, id: &str, typed: Typed, judged: Memo<Verdict>, node: NodeRef<html::Input>) -> AnyView {
    view! {
        <input
            id=id.to_owned()
            type="text"
            name=input_name(&field.key)
            value=typed.text.get_untracked()
            placeholder=field.example.clone()
            autocomplete="off"
            aria-required="true"
            aria-describedby=[id, "-error ", id, "-hint"].concat()
            aria-invalid=move || judged.read().problem.is_some().then_some("true")
            node_ref=node
            on:input=move |event| typed.type_in(event_target_value(&event))
        />
    }
    .into_any()
}

/// An enum whose values the template gives.
fn choice(field: &Field, id: &str, typed: Typed, judged: Memo<Verdict>, lang: Lang) -> AnyView {
    let value = typed.text.get_untracked();
    let options: Vec<_> = field
        .allowed
        .iter()
        .map(|choice| view! { <option value=choice.clone() selected=*choice == value>{choice.clone()}</option> })
        .collect();
    let node = NodeRef::<html::Select>::new();
    Effect::new(move || {
        if let Some(select) = node.get()
            && select.value() != typed.text.get_untracked()
        {
            typed.type_in(select.value());
        }
    });
    view! {
        <select
            id=id.to_owned()
            name=input_name(&field.key)
            aria-required="true"
            aria-describedby=[id, "-error ", id, "-hint"].concat()
            aria-invalid=move || judged.read().problem.is_some().then_some("true")
            node_ref=node
            on:change=move |event| typed.type_in(event_target_value(&event))
        >
            <option value="">{lang.t("请选择", "Choose one").to_owned()}</option>
            {options}
        </select>
    }
    .into_any()
}

/// How many characters of how many are used; only where the length is what is limited.
#[component]
fn Counter(kind: FieldType, typed: Typed) -> impl IntoView {
    kind.limit().map(|_| {
        let used = Memo::new(move |_| {
            let text = typed.text.read();
            let text = text.trim();
            (rules::length(text), kind.limit_for(text).unwrap_or_default())
        });
        let over = move || {
            let (n, limit) = used.get();
            n > limit
        };
        view! {
            <span class="counter" class:over=over>
                {move || used.get().0} "/" {move || used.get().1}
            </span>
        }
    })
}

/// The offer to cut a text that is too long; it needs the browser, so it stands there only once the browser is ready.
#[component]
fn Shorter(field: Field, typed: Typed, node: NodeRef<html::Input>, lang: Lang) -> impl IntoView {
    let live = RwSignal::new(false);
    Effect::new(move || live.set(true));
    let offer = Memo::new(move |_| if live.get() { rules::suggest_shorter(&field, &typed.text.read()) } else { None });
    let take = move |_| {
        if let (Some(text), Some(input)) = (offer.get_untracked(), node.get_untracked()) {
            input.set_value(&text);
            typed.type_in(text);
        }
    };
    move || {
        offer.get().map(|text| {
            view! {
                <button class="button small" type="button" on:click=take>
                    {lang.t("缩短为 ", "Shorten to ").to_owned()} <q>{text}</q>
                </button>
            }
        })
    }
}
