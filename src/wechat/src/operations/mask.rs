//! Masking secrets in what the platform kept of a call.

/// What a name ends with whose value nobody must see: `access_token`, `appsecret`, `refresh_token`, ….
const SECRET_NAMES: [&str; 6] = ["token", "secret", "session_key", "js_code", "aeskey", "aes_key"];

/// What stands in place of a secret.
const MASK: &str = "***";

/// The text with the values of secrets masked, be it a query string or JSON (which may be escaped, once or more, as JSON
/// inside of JSON is). An empty value stays as it is.
pub(super) fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', ':']) {
        let (name, after) = rest.split_at(at + 1);
        shown.push_str(name);
        rest = after;
        if !is_secret(name) {
            continue;
        }
        let (quotes, value, beyond) = split_value(after);
        shown.push_str(quotes);
        shown.push_str(if value.is_empty() { "" } else { MASK });
        rest = beyond;
    }
    shown + rest
}

/// Whether a text that ends with a separator ends with the name of a secret before it.
fn is_secret(text: &str) -> bool {
    let name = text.trim_end_matches(['=', ':']).trim_end_matches(around).as_bytes();
    let ends_with = |end: &&str| {
        let tail = name.len().checked_sub(end.len()).and_then(|from| name.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    SECRET_NAMES.iter().any(ends_with)
}

/// What stands before a value (space, one quote, which may be escaped), the value, and what follows.
fn split_value(after: &str) -> (&str, &str, &str) {
    let bare = after.trim_start_matches(|c: char| c == '\\' || c.is_whitespace());
    let quoted = bare.strip_prefix('"');
    let value = quoted.unwrap_or(bare);
    let (before, _) = after.split_at(after.len() - value.len());
    let end = value.find(|c: char| if quoted.is_some() { c == '"' } else { ends(c) }).unwrap_or(value.len());
    let (value, _) = value.split_at(end);
    // The backslash of a closing quote that is escaped belongs to the quote.
    let value = if quoted.is_some() { value.trim_end_matches('\\') } else { value };
    let (_, beyond) = after.split_at(before.len() + value.len());
    (before, value, beyond)
}

/// What may stand between a name and its separator.
fn around(c: char) -> bool {
    matches!(c, '"' | '\\') || c.is_whitespace()
}

/// What ends a value without quotes.
fn ends(c: char) -> bool {
    matches!(c, '&' | '"' | ',' | '}' | '#' | ';') || c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_are_masked_in_queries_and_in_json_and_in_json_inside_of_json() {
        for (text, wanted) in [
            ("access_token=50_Im7x-_", "access_token=***"),
            ("/cgi-bin/x?a=1&access_token=50_Im&b=2", "/cgi-bin/x?a=1&access_token=***&b=2"),
            ("?appid=wx1&SECRET=0f&js_code=0a1#x", "?appid=wx1&SECRET=***&js_code=***#x"),
            (r#"{"appid":"wx1","appsecret":"0f, }e","n":1}"#, r#"{"appid":"wx1","appsecret":"***","n":1}"#),
            (r#"{"access_token" : "a\/b", "expires_in":7200}"#, r#"{"access_token" : "***", "expires_in":7200}"#),
            (r#"{\"access_token\":\"abc\",\"n\":1}"#, r#"{\"access_token\":\"***\",\"n\":1}"#),
            (r#"{"session_key":"k==","openid":"o"}"#, r#"{"session_key":"***","openid":"o"}"#),
            (r#"{"refresh_token":12345}"#, r#"{"refresh_token":***}"#),
            ("token=密钥&x", "token=***&x"),
        ] {
            assert_eq!(masked(text), wanted);
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "",
            "access_token is invalid or not latest",
            r#"{"access_token":"","thing1":{"value":"token secret"}}"#,
            "access_token=",
            "İaccess_tokens=1 秘密",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
