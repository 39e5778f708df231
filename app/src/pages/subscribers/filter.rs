//! The filter of the list, in its address.

use crate::web::Context;
use model::{
    ids::TemplateId,
    page::At,
    subscriber::{BalanceFilter, LastFilter, SeenFilter, SubscriberFilter},
};

/// Longer than any openid or remark; the rest of a search is dropped.
const MOST_SEARCHED: usize = 100;

/// Which page an address asks for; anything garbled is the first.
pub(super) fn page_at(ctx: &Context) -> At {
    at(ctx.query("before"), ctx.query("after"))
}

fn at(before: Option<&str>, after: Option<&str>) -> At {
    let key = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    match (key(before), key(after)) {
        (Some(before), _) => At::Before(before),
        (None, Some(after)) => At::After(after),
        (None, None) => At::Start,
    }
}

/// The filter that an address asks for; what is unknown or garbled filters nothing.
pub(in crate::pages) fn asked(ctx: &Context, known: impl Fn(TemplateId) -> bool) -> SubscriberFilter {
    SubscriberFilter {
        search: search(ctx.query("q").unwrap_or_default()),
        template: ctx.query("template").and_then(|id| id.parse().ok()).filter(|id| known(*id)),
        balance: BalanceFilter::parse(ctx.query("balance").unwrap_or_default()),
        tag: search(ctx.query("tag").unwrap_or_default()),
        attribute: (search(ctx.query("attr").unwrap_or_default()), search(ctx.query("value").unwrap_or_default())),
        seen: SeenFilter::parse(ctx.query("seen").unwrap_or_default()),
        last: LastFilter::parse(ctx.query("last").unwrap_or_default()),
    }
}

fn search(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MOST_SEARCHED).collect()
}

/// Whether anything is filtered away.
pub(super) fn is_filtering(filter: &SubscriberFilter) -> bool {
    *filter != SubscriberFilter::default()
}

/// The address of the list under a filter, its first page.
pub(in crate::pages) fn address(filter: &SubscriberFilter) -> String {
    let mut pairs = Vec::new();
    if !filter.search.is_empty() {
        pairs.push(format!("q={}", encode(&filter.search)));
    }
    if let Some(template) = filter.template {
        pairs.push(format!("template={template}"));
    }
    if filter.balance != BalanceFilter::Any {
        pairs.push(format!("balance={}", filter.balance.code()));
    }
    let (name, value) = &filter.attribute;
    if !filter.tag.is_empty() {
        pairs.push(format!("tag={}", encode(&filter.tag)));
    }
    if !name.is_empty() {
        pairs.push(format!("attr={}&value={}", encode(name), encode(value)));
    }
    if filter.seen != SeenFilter::Any {
        pairs.push(format!("seen={}", filter.seen.code()));
    }
    if filter.last != LastFilter::Any {
        pairs.push(format!("last={}", filter.last.code()));
    }
    if pairs.is_empty() { "/subscribers".to_owned() } else { format!("/subscribers?{}", pairs.join("&")) }
}

/// The address of a page of the list, to come back to.
pub(super) fn address_at(filter: &SubscriberFilter, at: At) -> String {
    let base = address(filter);
    let join = if base.contains('?') { '&' } else { '?' };
    match at {
        At::Start => base,
        At::After(key) => format!("{base}{join}after={key}"),
        At::Before(key) => format!("{base}{join}before={key}"),
    }
}

/// Percent-encodes everything but the characters that mean nothing in a query string.
pub(in crate::pages) fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_filtered_and_nothing_else() {
        let mut filter = SubscriberFilter::default();
        assert_eq!(address(&filter), "/subscribers");
        assert_eq!(address_at(&filter, At::After(7)), "/subscribers?after=7");
        filter.search = "a b&c=#%+张".to_owned();
        filter.template = Some(TemplateId(3));
        filter.balance = BalanceFilter::None;
        assert_eq!(address(&filter), "/subscribers?q=a%20b%26c%3D%23%25%2B%E5%BC%A0&template=3&balance=none");
        assert!(address_at(&filter, At::Before(9)).ends_with("&balance=none&before=9"));
    }

    #[test]
    fn garbled_pages_are_the_first() {
        assert_eq!(at(None, Some("12")), At::After(12));
        assert_eq!(at(Some("-3"), Some("12")), At::Before(-3));
        assert_eq!(at(Some("x"), Some("99999999999999999999")), At::Start);
    }

    #[test]
    fn a_search_is_one_short_line() {
        assert_eq!(search("  o6\0_b\n "), "o6_b");
        assert_eq!(search(&"雁".repeat(5_000)).chars().count(), MOST_SEARCHED);
    }
}
