//! Code that developers copy: the mini program's side, and calls by curl.

mod script;

use serde_json::{Value, json};

/// What the examples are about.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// The console's address as the mini program reaches it.
    pub(super) public_url: String,
    /// The AppID.
    pub(super) appid: String,
    /// Id and title of the templates to ask for; never empty.
    pub(super) templates: Vec<(String, String)>,
    /// Whether reports need the login token.
    pub(super) token: bool,
}

impl Subject {
    /// `POST /api/login` by curl.
    pub(super) fn login_by_curl(&self) -> String {
        self.curl("/api/login", false, &json!({ "appId": self.appid, "code": "CODE" }))
    }

    /// `POST /api/subscribe/record` by curl.
    pub(super) fn record_by_curl(&self) -> String {
        let results: Value = self.templates.iter().map(|(id, _)| (id.clone(), json!("accept"))).collect();
        let body = if self.token {
            json!({ "results": results, "reportId": "ORDER-1" })
        } else {
            json!({ "appId": self.appid, "openId": "OPENID", "results": results, "reportId": "ORDER-1" })
        };
        self.curl("/api/subscribe/record", self.token, &body)
    }

    /// `GET /api/subscribe/ask` by curl.
    pub(super) fn ask_by_curl(&self) -> String {
        let who = if self.token { String::new() } else { format!("&appId={}&openId=OPENID", self.appid) };
        let url = format!("{}/api/subscribe/ask?templateIds={}{who}", self.public_url, self.ids());
        let authorization = if self.token { " \\\n  -H 'Authorization: Bearer TOKEN'" } else { "" };
        format!("curl {}{authorization}", shell(&url))
    }

    fn ids(&self) -> String {
        self.templates.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(",")
    }

    fn curl(&self, path: &str, token: bool, body: &Value) -> String {
        let authorization = if token { "  -H 'Authorization: Bearer TOKEN' \\\n" } else { "" };
        format!(
            "curl -X POST {} \\\n  -H 'Content-Type: application/json' \\\n{authorization}  -d {}",
            shell(&format!("{}{path}", self.public_url)),
            shell(&body.to_string()),
        )
    }
}

/// A word for a shell, whatever it contains.
fn shell(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Lang;

    fn subject(token: bool) -> Subject {
        Subject {
            public_url: "https://push.example.com".to_owned(),
            appid: "wx0123456789abcdef".to_owned(),
            templates: vec![("TEMPLATE".to_owned(), "办结通知".to_owned())],
            token,
        }
    }

    #[test]
    fn a_report_names_the_person_itself_or_by_token() {
        let plain = subject(false).record_by_curl();
        assert!(plain.contains(
            r#"-d '{"appId":"wx0123456789abcdef","openId":"OPENID","reportId":"ORDER-1","results":{"TEMPLATE":"accept"}}'"#
        ));
        assert!(!plain.contains("Authorization"));
        let signed = subject(true).record_by_curl();
        assert!(signed.contains("-H 'Authorization: Bearer TOKEN' \\\n"));
        assert!(signed.ends_with(r#"-d '{"reportId":"ORDER-1","results":{"TEMPLATE":"accept"}}'"#));
    }

    #[test]
    fn what_to_ask_is_asked_for_the_chosen_templates() {
        let mut two = subject(true);
        two.templates.push(("SECOND".to_owned(), String::new()));
        let ask = two.ask_by_curl();
        assert!(ask.starts_with("curl 'https://push.example.com/api/subscribe/ask?templateIds=TEMPLATE,SECOND' \\\n"));
        assert!(ask.ends_with("-H 'Authorization: Bearer TOKEN'"));
        assert!(subject(false).ask_by_curl().ends_with("&appId=wx0123456789abcdef&openId=OPENID'"));
    }

    #[test]
    fn an_address_or_title_with_quotes_breaks_out_of_no_example() {
        let odd = Subject {
            public_url: "https://a'b\"c".to_owned(),
            templates: vec![("T".to_owned(), "a */ b\nc".to_owned())],
            ..subject(false)
        };
        assert!(odd.login_by_curl().starts_with(r#"curl -X POST 'https://a'\''b"c/api/login'"#));
        assert!(odd.helper(Lang::Zh).contains(r#"const base = "https://a'b\"c""#));
        assert!(odd.page(Lang::Zh).contains("\"T\", // a */ b c\n"));
    }
}
