//! The mini program's side. What the scripts do was tried with a stand-in for `wx`.

use super::Subject;
use model::Lang;
use serde_json::json;

impl Subject {
    /// `utils/yanshu.js`: sign in, ask, report.
    pub(in super::super) fn helper(&self, lang: Lang) -> String {
        let [base, appid] = [&self.public_url, &self.appid].map(|s| json!(s).to_string());
        let sign_in = lang.t(
            "用 wx.login 的 code 换取凭证，24 小时内有效",
            "Exchanges the code of wx.login for a token, good for 24 hours",
        );
        let again = lang.t(
            "没有凭证时先登录；已过期（401）时重新登录，再试一次",
            "Signs in where there is no token, and once more where it has ended (401)",
        );
        let ask = lang.t("现在该询问哪些模板", "Which templates to ask for now");
        let report = lang.t(
            "上报用户的选择，同意和拒绝都要。先存在本地，成功后删除；reportId 相同的只计一次，重发没有副作用",
            "Reports the answer, acceptance and refusal alike. Kept until it is taken; the same reportId counts once, so it may be sent again",
        );
        let drop = lang.t("内容有误，重发也不会成功", "Something is wrong with it; sending it again would not help");
        format!(
            "const base = {base}
const appId = {appid}

function request(path, method, data) {{
  return new Promise((resolve, reject) => {{
    wx.request({{
      url: base + path,
      method,
      data,
      header: {{ Authorization: 'Bearer ' + wx.getStorageSync('yanshuToken') }},
      success: (answer) => (answer.data && answer.data.ok ? resolve(answer.data) : reject(answer)),
      fail: reject,
    }})
  }})
}}

// {sign_in}
function login() {{
  return new Promise((success, fail) => wx.login({{ success, fail }}))
    .then(({{ code }}) => request('/api/login', 'POST', {{ appId, code }}))
    .then(({{ token }}) => wx.setStorageSync('yanshuToken', token))
}}

// {again}
function call(path, method, data) {{
  const ready = wx.getStorageSync('yanshuToken') ? Promise.resolve() : login()
  return ready
    .then(() => request(path, method, data))
    .catch((error) => {{
      if (error.statusCode !== 401) throw error
      return login().then(() => request(path, method, data))
    }})
}}

// {ask}
function ask(templateIds) {{
  return call('/api/subscribe/ask?templateIds=' + templateIds.join(','), 'GET').then((answer) => answer.ask)
}}

const waiting = () => wx.getStorageSync('yanshuReports') || []

// {report}
function report(results) {{
  const reportId = Date.now() + '-' + Math.random().toString(36).slice(2)
  wx.setStorageSync('yanshuReports', waiting().concat({{ results, reportId }}))
  return flush()
}}

function flush() {{
  const [first] = waiting()
  if (!first) return Promise.resolve()
  return call('/api/subscribe/record', 'POST', first)
    .catch((error) => {{
      // {drop}
      if (error.statusCode !== 400 && error.statusCode !== 422) throw error
      console.warn(error.data)
    }})
    .then(() => {{
      wx.setStorageSync('yanshuReports', waiting().filter((one) => one.reportId !== first.reportId))
      return flush()
    }})
}}

module.exports = {{ ask, report, flush }}"
        )
    }

    /// The page's script.
    pub(in super::super) fn page(&self, lang: Lang) -> String {
        let ids: String = self
            .templates
            .iter()
            // A line comment ends with the line.
            .map(|(id, title)| {
                format!("  {}, // {}\n", json!(id), title.split_whitespace().collect::<Vec<_>>().join(" "))
            })
            .collect();
        let open = lang.t("补报上次没有成功的；取好要询问的模板", "Sends what was left over; fetches what to ask");
        let tap = lang.t("必须在点击事件里直接调用", "Must be called in the tap handler itself");
        let nothing = lang.t("都已长期订阅，不用再问", "All stand already; nothing to ask");
        format!(
            "const {{ ask, report, flush }} = require('../../utils/yanshu')

const templates = [
{ids}]

Page({{
  onShow() {{
    // {open}
    flush().catch(console.warn)
    this.ids = templates
    ask(templates).then((ids) => {{ this.ids = ids }}).catch(console.warn)
  }},

  // {tap}
  subscribe() {{
    if (this.ids.length === 0) return // {nothing}
    wx.requestSubscribeMessage({{
      tmplIds: this.ids,
      success: (results) => report(results).catch(console.warn),
      fail: (error) => console.warn(error.errCode, error.errMsg),
    }})
  }},
}})"
        )
    }

    /// The page's markup.
    pub(in super::super) fn markup(&self, lang: Lang) -> String {
        let text = lang.t("订阅通知", "Subscribe");
        format!("<button bindtap=\"subscribe\">{text}</button>")
    }
}
