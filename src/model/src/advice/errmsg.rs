//! What can be learned from the platform's `errmsg`, for showing only. Forms: field reports, many samples.

/// The key that a 47003 names: `argument invalid! data.thing1.value is empty rid: …`. Older texts were cut at 48
/// characters, so nothing after `.value` is relied upon.
#[must_use]
pub fn field_at_fault(errmsg: &str) -> Option<&str> {
    let rest = errmsg.split_once("data.")?.1;
    let (key, after) = rest.split_once('.')?;
    let word = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (word && after.starts_with("value")).then_some(key)
}

/// The address that a 40164 names, to be added to the IP whitelist as it stands:
/// `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: …`.
#[must_use]
pub fn address_to_allow(errmsg: &str) -> Option<&str> {
    let word = errmsg.split_once("invalid ip ")?.1.split([' ', ',']).next()?;
    word.parse::<std::net::IpAddr>().is_ok().then_some(word)
}
