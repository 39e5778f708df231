//! Code that developers copy: calls by curl, and the mini program's side.

use model::Lang;
use serde_json::{Value, json};

/// What the examples are about.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// The console's address as the mini program reaches it.
    pub(super) public_url: String,
    /// The AppID.
    pub(super) appid: String,
    /// A registered template's id, or words that stand for one.
    pub(super) template: String,
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
        let results = json!({ &self.template: "accept" });
        let body = if self.token {
            json!({ "results": results })
        } else {
            json!({ "appId": self.appid, "openId": "OPENID", "results": results })
        };
        self.curl("/api/subscribe/record", self.token, &body)
    }

    fn curl(&self, path: &str, token: bool, body: &Value) -> String {
        let authorization = if token { "  -H 'Authorization: Bearer TOKEN' \\\n" } else { "" };
        format!(
            "curl -X POST {} \\\n  -H 'Content-Type: application/json' \\\n{authorization}  -d {}",
            shell(&format!("{}{path}", self.public_url)),
            shell(&body.to_string()),
        )
    }

    /// The mini program's side: sign in, ask, report.
    pub(super) fn mini_program(&self, lang: Lang) -> String {
        let sign_in = lang.t(
            "启动时：用 wx.login 的 code 换取凭证，24 小时内有效",
            "At launch: exchange the code of wx.login for a token, good for 24 hours",
        );
        let ask = lang.t(
            "在按钮的点击事件里调用：弹窗只能由用户点击触发",
            "Call it from a tap handler: the popup opens on a tap only",
        );
        let report = lang.t("同意、拒绝都上报", "Report acceptance and refusal alike");
        let [base, appid, template] = [&self.public_url, &self.appid, &self.template].map(|s| json!(s).to_string());
        format!(
            "const base = {base}
const appId = {appid}

// {sign_in}
wx.login({{
  success({{ code }}) {{
    wx.request({{
      url: base + '/api/login',
      method: 'POST',
      data: {{ appId, code }},
      success({{ data }}) {{
        if (data.ok) wx.setStorageSync('yanshuToken', data.token)
      }},
    }})
  }},
}})

// {ask}
function subscribe() {{
  wx.requestSubscribeMessage({{
    tmplIds: [{template}],
    success(results) {{
      // {report}
      wx.request({{
        url: base + '/api/subscribe/record',
        method: 'POST',
        header: {{ Authorization: 'Bearer ' + wx.getStorageSync('yanshuToken') }},
        data: {{ results }},
      }})
    }},
  }})
}}"
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

    fn subject(token: bool) -> Subject {
        Subject {
            public_url: "https://push.example.com".to_owned(),
            appid: "wx0123456789abcdef".to_owned(),
            template: "TEMPLATE".to_owned(),
            token,
        }
    }

    #[test]
    fn a_report_names_the_person_itself_or_by_token() {
        let plain = subject(false).record_by_curl();
        assert!(
            plain.contains(r#"-d '{"appId":"wx0123456789abcdef","openId":"OPENID","results":{"TEMPLATE":"accept"}}'"#)
        );
        assert!(!plain.contains("Authorization"));
        let signed = subject(true).record_by_curl();
        assert!(signed.contains("-H 'Authorization: Bearer TOKEN' \\\n"));
        assert!(signed.ends_with(r#"-d '{"results":{"TEMPLATE":"accept"}}'"#));
    }

    #[test]
    fn an_address_with_quotes_breaks_out_of_no_example() {
        let odd = Subject { public_url: "https://a'b\"c".to_owned(), ..subject(false) };
        assert!(odd.login_by_curl().starts_with(r#"curl -X POST 'https://a'\''b"c/api/login'"#));
        assert!(odd.mini_program(Lang::Zh).starts_with(r#"const base = "https://a'b\"c""#));
    }
}
