//! Badges: a short word with a tone.

use super::words;
use leptos::prelude::*;
use model::{Lang, delivery::DeliveryState, notice::NoticeState};

/// What a badge feels like; the word says it too, colour alone never does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Neutral,
    /// Good.
    Success,
    /// Bad.
    Fail,
    /// On its way.
    Pending,
    /// Look at it.
    Warn,
    /// By the way.
    Info,
}

impl Tone {
    /// The class of the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Success => "success",
            Self::Fail => "fail",
            Self::Pending => "pending",
            Self::Warn => "warn",
            Self::Info => "info",
        }
    }
}

/// A word with a tone.
#[component]
pub fn Badge(#[prop(into)] text: String, #[prop(optional)] tone: Tone) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{text}</span> }
}

/// A delivery's state.
#[component]
pub fn DeliveryBadge(state: DeliveryState, lang: Lang) -> impl IntoView {
    let tone = match state {
        DeliveryState::Pending | DeliveryState::Sending => Tone::Pending,
        DeliveryState::Sent | DeliveryState::Delivered => Tone::Success,
        DeliveryState::Failed => Tone::Fail,
        DeliveryState::Unknown => Tone::Warn,
        DeliveryState::Skipped | DeliveryState::Cancelled => Tone::Neutral,
    };
    view! { <Badge text=words::delivery_state(state, lang) tone /> }
}

/// A notice's state.
#[component]
pub fn NoticeBadge(state: NoticeState, lang: Lang) -> impl IntoView {
    let tone = match state {
        NoticeState::Draft | NoticeState::Cancelled => Tone::Neutral,
        NoticeState::Scheduled => Tone::Info,
        NoticeState::Running => Tone::Pending,
        NoticeState::Approval | NoticeState::Paused | NoticeState::Missed => Tone::Warn,
        NoticeState::Finished => Tone::Success,
        NoticeState::Stopped => Tone::Fail,
    };
    view! { <Badge text=words::notice_state(state, lang) tone /> }
}
