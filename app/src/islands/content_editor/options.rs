//! What most people leave as it is: version and language.

use crate::components::words;
use leptos::{html, prelude::*};
use model::{
    Lang,
    mini_program::{MessageLang, ProgramState},
    notice::Content,
};

/// Version and language, folded away; a version that only members can open is told of in red, outside the fold.
#[component]
pub(super) fn Options(content: Content, lang: Lang) -> impl IntoView {
    let state = RwSignal::new(content.program_state);
    let node = NodeRef::<html::Select>::new();
    let read = move |code: &str| {
        if let Some(chosen) = ProgramState::parse(code) {
            state.set(chosen);
        }
    };
    Effect::new(move || {
        if let Some(select) = node.get() {
            read(&select.value());
        }
    });
    let states: Vec<_> = ProgramState::ALL
        .into_iter()
        .map(|s| view! { <option value=s.code() selected=s == content.program_state>{words::program_state(s, lang)}</option> })
        .collect();
    let langs: Vec<_> = MessageLang::ALL
        .into_iter()
        .map(|l| view! { <option value=l.code() selected=l == content.message_lang>{words::message_lang(l)}</option> })
        .collect();
    let open = content.program_state != ProgramState::Formal;
    view! {
        {move || (state.get() != ProgramState::Formal).then(|| view! { <MembersOnly lang /> })}
        <details class="more" open=open>
            <summary>{lang.t("更多选项", "More options").to_owned()}</summary>
            <div class="stack">
                <div class="field">
                    <label for="f-program_state">{lang.t("打开的版本", "Version that it opens").to_owned()}</label>
                    <select id="f-program_state" name="program_state" node_ref=node on:change=move |event| read(&event_target_value(&event))>
                        {states}
                    </select>
                </div>
                <div class="field">
                    <label for="f-message_lang">{lang.t("消息语言", "Language of the message").to_owned()}</label>
                    <select id="f-message_lang" name="message_lang" aria-describedby="f-message_lang-hint">{langs}</select>
                    <p class="field-hint" id="f-message_lang-hint">
                        {lang.t("只影响“进入小程序查看”等固定文字。", "Concerns the fixed words of the card only.").to_owned()}
                    </p>
                </div>
            </div>
        </details>
    }
}

/// What a version other than the released one means.
#[component]
pub fn MembersOnly(lang: Lang) -> impl IntoView {
    view! {
        <div class="notice-box fail" role="status">
            <p>
                <strong>{lang.t("收到的人打不开这条消息。", "The people who get it cannot open it.").to_owned()}</strong> " "
                {lang
                    .t(
                        "当前选的不是正式版，只有小程序的项目成员能点开。正式通知请选“正式版”。",
                        "This is not the released version: only members of the mini program's project can open it. For real notices choose “Released version”.",
                    )
                    .to_owned()}
            </p>
        </div>
    }
}
