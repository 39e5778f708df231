//! Which deliveries of a notice are looked at.

use crate::{components::words, web::Context};
use model::{
    Lang, advice,
    delivery::{DeliveryState, Slice},
    ids::NoticeId,
};

/// The filter in the query string: `?state=success|fail|pending|<one state>&code=<errcode>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pages) struct Filter {
    /// The word, as the links write it.
    state: Option<String>,
    /// The code.
    pub code: Option<i64>,
}

impl Filter {
    /// What the query asks for; words that mean nothing are passed over.
    pub(in crate::pages) fn of(ctx: &Context) -> Self {
        Self::new(ctx.query("state"), ctx.query("code"))
    }

    fn new(state: Option<&str>, code: Option<&str>) -> Self {
        let state = state.filter(|word| !states_of(word).is_empty()).map(str::to_owned);
        Self { state, code: code.and_then(|c| c.trim().parse().ok()) }
    }

    /// The states meant; none: all.
    pub(in crate::pages) fn states(&self) -> Vec<DeliveryState> {
        self.state.as_deref().map(states_of).unwrap_or_default()
    }

    /// Whether it leaves anything out.
    pub(super) fn is_set(&self) -> bool {
        self.state.is_some() || self.code.is_some()
    }

    /// Whether the link of this word is the one followed.
    pub(super) fn is(&self, word: &str) -> bool {
        self.state.as_deref().unwrap_or_default() == word && self.code.is_none()
    }

    /// Path and query of the page with this filter.
    pub(super) fn href(&self, id: NoticeId) -> String {
        path(id, self.state.as_deref().unwrap_or_default(), self.code)
    }

    /// The file of what is looked at.
    pub(super) fn file(&self, id: NoticeId, format: &str) -> String {
        let page = self.href(id);
        let query = page.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        format!("/notices/{id}/files/deliveries.{format}{query}")
    }

    /// The filter in words.
    pub(super) fn say(&self, lang: Lang) -> String {
        let state = self.state.as_deref().map(|word| word_of(word, lang));
        let code = self.code.map(|code| format!("{} ({code})", advice::advise(code).name(lang)));
        [state.map(str::to_owned), code].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// The deliveries of a state word (empty: all) and a code.
pub(in crate::pages) fn link(id: NoticeId, state: &str, code: Option<i64>) -> String {
    path(id, state, code) + "#deliveries"
}

fn path(id: NoticeId, state: &str, code: Option<i64>) -> String {
    let state = if state.is_empty() { String::new() } else { format!("state={state}") };
    let code = code.map(|code| format!("code={code}")).unwrap_or_default();
    let query = [state, code].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("&");
    if query.is_empty() { format!("/notices/{id}") } else { format!("/notices/{id}?{query}") }
}

/// The slices of the charts come before the states of the same name.
fn states_of(word: &str) -> Vec<DeliveryState> {
    let slice = match word {
        "success" => Some(Slice::Success),
        "fail" => Some(Slice::Fail),
        "pending" => Some(Slice::Pending),
        _ => None,
    };
    match slice {
        Some(slice) => DeliveryState::ALL.into_iter().filter(|s| s.slice() == Some(slice)).collect(),
        None => DeliveryState::parse(word).into_iter().collect(),
    }
}

fn word_of(word: &str, lang: Lang) -> &'static str {
    match word {
        "success" => words::slice(Slice::Success, lang),
        "fail" => words::slice(Slice::Fail, lang),
        "pending" => words::slice(Slice::Pending, lang),
        other => DeliveryState::parse(other).map_or("", |state| words::delivery_state(state, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_charts_mean_all_states_of_a_slice() {
        assert_eq!(Filter::new(Some("success"), None).states(), [DeliveryState::Sent, DeliveryState::Delivered]);
        assert_eq!(Filter::new(Some("pending"), None).states(), [DeliveryState::Pending, DeliveryState::Sending]);
        assert_eq!(Filter::new(Some("unknown"), None).states(), [DeliveryState::Unknown]);
        assert_eq!(Filter::new(Some("nonsense"), Some("x")), Filter::default());
    }

    #[test]
    fn a_filter_is_kept_in_links() {
        let filter = Filter::new(Some("fail"), Some("43101"));
        assert_eq!(filter.href(NoticeId(7)), "/notices/7?state=fail&code=43101");
        assert_eq!(Filter::default().href(NoticeId(7)), "/notices/7");
        assert!(filter.is_set() && !Filter::default().is_set());
    }
}
