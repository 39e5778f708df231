//! An error of the platform and what its text tells.

use std::net::IpAddr;

/// What the platform answered instead of a success.
///
/// Its meaning is in the code alone: texts change, and are cut short at times.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("errcode {errcode}: {errmsg}")]
pub struct PlatformError {
    /// The code.
    pub errcode: i64,
    /// The text, without the request id at its end.
    pub errmsg: String,
    /// The request id, which the platform's support and `rid/get` ask for. It is good for seven days.
    pub rid: Option<String>,
}

/// Texts seen have below 200 characters; whatever else comes must not fill a log or a table.
const ERRMSG_LIMIT: usize = 500;

impl PlatformError {
    /// Takes the request id from the field `rid` (200022 has one) or from the end of the text: ` rid: 616e6385-…`.
    pub(crate) fn new(errcode: i64, errmsg: &str, rid: Option<String>) -> Self {
        let (text, suffix) = match errmsg.rsplit_once("rid:") {
            Some((text, rid)) if is_rid(rid.trim()) => (text, Some(rid.trim().to_owned())),
            _ => (errmsg, None),
        };
        let errmsg = text.trim_end_matches([' ', ',']).chars().take(ERRMSG_LIMIT).collect();
        Self { errcode, errmsg, rid: rid.filter(|rid| is_rid(rid)).or(suffix) }
    }

    /// The key of the value that was refused: `thing1` of `argument invalid! data.thing1.value is empty` (47003). The
    /// text may be cut off anywhere after `.value`.
    pub fn field_at_fault(&self) -> Option<&str> {
        let mut rest = self.errmsg.as_str();
        while let Some((_, after)) = rest.split_once("data.") {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (key, tail) = after.split_at(end);
            if !key.is_empty() && tail.starts_with(".value") {
                return Some(key);
            }
            rest = after;
        }
        None
    }

    /// The address to put on the whitelist: `1.2.3.4` of `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist`
    /// (40164).
    pub fn whitelist_ip(&self) -> Option<IpAddr> {
        let (_, after) = self.errmsg.split_once("invalid ip ")?;
        after.split([' ', ',']).next()?.parse().ok()
    }
}

/// Hex groups with dashes; its length is not documented.
fn is_rid(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::PlatformError;

    fn error(errmsg: &str) -> PlatformError {
        PlatformError::new(1, errmsg, None)
    }

    #[test]
    fn the_request_id_is_taken_off_the_text() {
        let refused = error("user refuse to accept the msg rid: 616e6385-74ba0201-4a349921");
        assert_eq!(refused.rid.as_deref(), Some("616e6385-74ba0201-4a349921"));
        assert_eq!(refused.errmsg, "user refuse to accept the msg");
        assert_eq!(error("system error rid:5f-1").rid.as_deref(), Some("5f-1"));
        assert_eq!(error("invalid code hint: [dRLzgA04114106]").rid, None);
    }

    #[test]
    fn the_request_id_may_be_a_field_of_its_own() {
        let error = PlatformError::new(200022, "template has added already", Some("62-a".to_owned()));
        assert_eq!(error.rid.as_deref(), Some("62-a"));
    }

    #[test]
    fn the_field_at_fault_is_found_in_whole_and_in_cut_texts() {
        assert_eq!(error("argument invalid! data.thing1.value is empty rid: 1-2").field_at_fault(), Some("thing1"));
        assert_eq!(
            error("argument invalid! data.character_string13.value").field_at_fault(),
            Some("character_string13")
        );
        assert_eq!(error("argument invalid! data.char").field_at_fault(), None);
        assert_eq!(error("bad data. data.thing1.value invalid").field_at_fault(), Some("thing1"));
        assert_eq!(error("system error").field_at_fault(), None);
    }

    #[test]
    fn the_address_to_whitelist_is_found() {
        let v4 = error("invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 1-2").whitelist_ip();
        assert_eq!(v4.map(|ip| ip.to_string()).as_deref(), Some("1.2.3.4"));
        let v6 = error("invalid ip 2001:db8::1, not in whitelist").whitelist_ip();
        assert_eq!(v6.map(|ip| ip.to_string()).as_deref(), Some("2001:db8::1"));
        assert_eq!(error("invalid ip").whitelist_ip(), None);
    }

    #[test]
    fn an_endless_text_is_cut() {
        assert_eq!(error(&"字".repeat(10_000)).errmsg.chars().count(), 500);
    }
}
