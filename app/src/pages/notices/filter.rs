//! Which deliveries of a notice are looked at.

use crate::{components::words, pages::subscribers::filter::encode, web::Context};
use model::{
    Lang, advice,
    delivery::{DeliveryState, Slice},
    ids::NoticeId,
};

/// Longer than any openid or remark; the rest of a search is dropped.
const MOST_SEARCHED: usize = 100;

/// The filter in the query string: `?state=success|fail|pending|<one state>&code=<errcode>&q=<beginning of an openid, or remark>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pages) struct Filter {
    /// The word, as the links write it.
    state: Option<String>,
    /// The code.
    pub code: Option<i64>,
    /// Whom it is about; empty: everybody.
    pub search: String,
}

impl Filter {
    /// What the query asks for; words that mean nothing are passed over.
    pub(in crate::pages) fn of(ctx: &Context) -> Self {
        Self::new(ctx.query("state"), ctx.query("code"), ctx.query("q"))
    }

    fn new(state: Option<&str>, code: Option<&str>, search: Option<&str>) -> Self {
        let state = state.filter(|word| !states_of(word).is_empty()).map(str::to_owned);
        let search = search.unwrap_or_default().trim();
        let search = search.chars().filter(|c| !c.is_control()).take(MOST_SEARCHED).collect();
        Self { state, code: code.and_then(|c| c.trim().parse().ok()), search }
    }

    /// The word of the states, as a form sends it on.
    pub(super) fn word(&self) -> &str {
        self.state.as_deref().unwrap_or_default()
    }

    /// The same with other states and without a code: whom it is about stays.
    pub(super) fn with_state(&self, id: NoticeId, word: &str) -> String {
        path(id, word, None, &self.search) + "#deliveries"
    }

    /// The states meant; none: all.
    pub(in crate::pages) fn states(&self) -> Vec<DeliveryState> {
        self.state.as_deref().map(states_of).unwrap_or_default()
    }

    /// The same without the search.
    pub(super) fn of_everybody(&self, id: NoticeId) -> String {
        path(id, self.word(), self.code, "") + "#deliveries"
    }

    /// Whether it leaves anything out.
    pub(super) fn is_set(&self) -> bool {
        self.state.is_some() || self.code.is_some() || !self.search.is_empty()
    }

    /// Whether the link of this word is the one followed.
    pub(super) fn is(&self, word: &str) -> bool {
        self.word() == word && self.code.is_none()
    }

    /// Path and query of the page with this filter.
    pub(super) fn href(&self, id: NoticeId) -> String {
        path(id, self.word(), self.code, &self.search)
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
    path(id, state, code, "") + "#deliveries"
}

fn path(id: NoticeId, state: &str, code: Option<i64>, search: &str) -> String {
    let state = if state.is_empty() { String::new() } else { format!("state={state}") };
    let code = code.map(|code| format!("code={code}")).unwrap_or_default();
    let search = if search.is_empty() { String::new() } else { format!("q={}", encode(search)) };
    let query = [state, code, search].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("&");
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
        assert_eq!(Filter::new(Some("success"), None, None).states(), [DeliveryState::Sent, DeliveryState::Delivered]);
        assert_eq!(Filter::new(Some("pending"), None, None).states(), [DeliveryState::Pending, DeliveryState::Sending]);
        assert_eq!(Filter::new(Some("unknown"), None, None).states(), [DeliveryState::Unknown]);
        assert_eq!(Filter::new(Some("nonsense"), Some("x"), None), Filter::default());
    }

    #[test]
    fn a_filter_is_kept_in_links() {
        let filter = Filter::new(Some("fail"), Some("43101"), None);
        assert_eq!(filter.href(NoticeId(7)), "/notices/7?state=fail&code=43101");
        assert_eq!(Filter::default().href(NoticeId(7)), "/notices/7");
        assert!(filter.is_set() && !Filter::default().is_set());
        let search = Filter::new(Some("fail"), None, Some(" 张 三&"));
        assert_eq!(search.href(NoticeId(7)), "/notices/7?state=fail&q=%E5%BC%A0%20%E4%B8%89%26");
        assert_eq!(search.with_state(NoticeId(7), ""), "/notices/7?q=%E5%BC%A0%20%E4%B8%89%26#deliveries");
        assert_eq!(
            search.file(NoticeId(7), "csv"),
            "/notices/7/files/deliveries.csv?state=fail&q=%E5%BC%A0%20%E4%B8%89%26"
        );
        assert!(Filter::new(None, None, Some("o6")).is_set());
    }
}
