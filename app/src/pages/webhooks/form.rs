//! The fields of an endpoint.

use super::event_words;
use crate::{
    components::{Check, TextField},
    web::{Context, FormState},
};
use leptos::prelude::*;
use model::webhook::EventKind;

/// Address and events.
pub(super) fn fields(ctx: &Context, state: &FormState, url: &str, events: &str) -> AnyView {
    let kept = state.value("events", events);
    let choices: Vec<_> = EventKind::CHOICES
        .into_iter()
        .map(|kind| {
            let (label, hint) = event_words(ctx, kind);
            let checked = kept.split(' ').any(|code| code == kind.code());
            view! { <Check name="events[]" value=kind.code() label=label hint=hint checked=checked /> }
        })
        .collect();
    let event_error = state.error("events[]", ctx.lang);
    view! {
        <TextField
            name="url"
            label=ctx.t("地址", "Address")
            value=state.value("url", url)
            error=state.error("url", ctx.lang)
            hint=ctx.t("https:// 开头的公网地址；不跟随重定向，10 秒内返回 2xx 即为收到。", "A public address with https://. Redirects are not followed; 2xx within 10 seconds means taken.")
            placeholder="https://example.com/yanshu"
            required=true
            code=true
        />
        <fieldset class="field">
            <legend>{ctx.t("事件", "Events").to_owned()}</legend>
            {choices}
            {event_error.map(|error| view! { <p class="field-error">{error}</p> })}
        </fieldset>
    }
    .into_any()
}
