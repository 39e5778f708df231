//! The way to withdraw what was not sent yet; its number moves with the others.

use crate::components::words;
use leptos::prelude::*;
use model::{Lang, delivery::DeliveryState, notice::StateCounts};
use serde::{Deserialize, Serialize};

/// Where the form is posted to, and its token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cancel {
    /// Path of the action.
    pub action: String,
    /// Token of the form.
    pub csrf: String,
}

/// The form, folded away so that nobody presses it by the way.
#[component]
pub(super) fn CancelRest(cancel: Cancel, id: i64, counts: RwSignal<StateCounts>, lang: Lang) -> impl IntoView {
    // What is under way cannot be called back any more, so it is not among these.
    let n = move || words::number(counts.read().of(DeliveryState::Pending));
    let text = move || match lang {
        Lang::Zh => ["还有 ", &n(), " 条没有发送。取消后它们不会再发送，授权额度会退回；已经发出的无法撤回。"].concat(),
        Lang::En => [
            &n(),
            " are not sent yet. They will not be, and their grants are given back; what was sent cannot be taken back.",
        ]
        .concat(),
    };
    let button = move || match lang {
        Lang::Zh => ["取消剩余的 ", &n(), " 条"].concat(),
        Lang::En => ["Cancel the remaining ", &n()].concat(),
    };
    view! {
        <details class="more confirm" hidden=move || counts.read().of(DeliveryState::Pending) == 0>
            <summary>{lang.t("取消发送…", "Cancel the rest…").to_owned()}</summary>
            <form method="post" action=cancel.action>
                <input type="hidden" name="csrf" value=cancel.csrf />
                <input type="hidden" name="notice" value=id />
                <p>{text}</p>
                <button class="button danger" type="submit">{button}</button>
            </form>
        </details>
    }
}
