//! What the page says besides the description, in both languages.

use super::html::{code, escape, prose, table};
use model::Lang;

/// Chinese for an operation: summary and description.
pub fn chinese(operation: &str) -> Option<(&'static str, &'static str)> {
    Some(match operation {
        "orderNotice" => (
            "下达通知",
            "检查全部内容，保存通知任务和每个接收人的投递，然后返回；随即开始发送。要么全部成功，要么什么都不保存。没有授权额度的接收人会被跳过并计数。每次下达请带一个 `Idempotency-Key`，没有收到应答时用同一个值重试，只会发送一次。",
        ),
        "listNotices" => ("查询通知任务列表", "最新的在前，也包含在控制台下达的。"),
        "getNotice" => ("查看通知任务", "包含各投递状态此刻的数量。"),
        "listDeliveries" => ("查询投递", "每个接收人一行；没有送达的带有原因。"),
        "cancelNotice" => (
            "取消通知任务",
            "撤回尚未发送的投递并退还额度，正在发送的不会中断。已结束的任务保持原样，因此可以重复调用。",
        ),
        "listTemplates" => ("查询模板", "已登记的全部模板，以及下达通知时要填写的字段。"),
        "listSubscribers" => ("查询订阅者列表", "最新的在前。"),
        "getSubscriber" => ("查看订阅者", "包含每个模板还能发送几条。"),
        "recordGrants" => (
            "上报授权",
            "后端转报小程序从 `wx.requestSubscribeMessage` 得到的结果。要么全部记录，要么都不记录。带 `Idempotency-Key` 时只计一次。",
        ),
        "getStatistics" => ("查询统计", "与控制台统计页相同的数字，来自精确的计数。"),
        _ => return None,
    })
}

/// What holds for every call.
pub fn intro(lang: Lang, base: &str) -> String {
    let address = code(&format!("{base}/api/v1"));
    let paragraphs = match lang {
        Lang::Zh => [
            "在请求头 `Authorization: Bearer ys_live_…` 中携带密钥。管理员在控制台的“设置 → API 密钥”新建密钥；每个密钥只对应一个小程序，别的小程序的内容一律返回 404。",
            "请求和返回都是 JSON（UTF-8），时刻为 RFC 3339 的 UTC 时间。句子的语言由 `Accept-Language` 决定（zh 或 en）。列表用 `limit` 和 `cursor` 翻页：把上一页的 `next` 原样作为 `cursor`。",
            "出错时返回 `application/problem+json`：`code` 供程序判断，`errors` 逐项说明哪里（`path`）、什么问题、怎么改；什么都不会保存一半。`request_id` 可用来查日志。",
            "`Idempotency-Key`：同一个值加同样的内容，24 小时内只执行一次并返回同样的结果；内容不同返回 422，正在处理返回 409。请求被拒绝（4xx）时不占用这个值，改正后可以继续使用。",
            "每个密钥每分钟的次数有限，见响应头 `RateLimit-Limit`、`RateLimit-Remaining`、`RateLimit-Reset`；超出返回 429，请等待 `Retry-After` 秒。",
        ],
        Lang::En => [
            "Send a key in the header `Authorization: Bearer ys_live_…`. Administrators make keys in the console under Settings → API keys. Each opens one mini program; whatever belongs to another is a 404.",
            "Requests and answers are JSON in UTF-8, instants RFC 3339 in UTC. `Accept-Language` (zh or en) chooses the language of sentences. Lists go page by page: pass the `next` of a page as the `cursor` of the next call, as it is.",
            "What is refused comes as `application/problem+json`: `code` for machines, and in `errors` each mistake with where it is (`path`) and how to mend it. Nothing is ever stored by half. `request_id` names the call in the logs.",
            "`Idempotency-Key`: the same value with the same body is done once within 24 hours and answered alike; with another body it is refused with 422, while it is being done with 409. A refused call (4xx) does not use the value up: mend it and send it again.",
            "Calls a minute are limited by key, see the headers `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`; past that comes 429: wait for `Retry-After` seconds.",
        ],
    };
    let text: String = paragraphs.iter().map(|paragraph| format!("<p>{}</p>", prose(paragraph))).collect();
    let machine = lang.t("机器可读的描述：", "For machines:");
    format!(
        "<section class=\"card\"><p>{address}</p>{text}<p>{} <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a> (OpenAPI 3.1)</p></section>",
        escape(machine)
    )
}

/// Codes of refusals: status, meaning.
const CODES: [(&str, &str, &str, &str); 18] = [
    ("bad_json", "400", "请求内容不是正确的 JSON", "The body is no JSON"),
    ("bad_body", "400", "请求内容没有收完整", "The body did not come whole"),
    ("key_unknown", "401", "没有密钥，或密钥不对", "No key, or none that is known"),
    ("key_expired", "401", "密钥已过期", "The key has expired"),
    ("key_revoked", "401", "密钥已撤销", "The key was revoked"),
    ("scope_missing", "403", "密钥没有这项权限", "The key lacks the scope"),
    ("not_found", "404", "这个小程序里没有", "There is none in this mini program"),
    ("no_such_path", "404", "没有这个接口", "There is no such endpoint"),
    ("wrong_method", "405", "请求方法不对", "Another method is meant"),
    ("busy", "409", "同一个请求正在处理，请稍后原样重试", "The same request is being worked on: repeat it as it is"),
    ("too_large", "413", "请求内容超过 8 MB", "The body is larger than 8 MB"),
    ("not_json", "415", "Content-Type 应为 application/json", "The Content-Type must be application/json"),
    ("invalid", "422", "内容有误，见 errors", "Something is wrong, see errors"),
    (
        "nobody",
        "422",
        "接收人都没有可用的额度，没有保存任何内容",
        "None of the recipients has a grant; nothing was stored",
    ),
    (
        "idempotency_key_reused",
        "422",
        "Idempotency-Key 已用于别的请求",
        "The Idempotency-Key was used for another request",
    ),
    ("too_many", "429", "超过了每分钟的次数", "More calls than a minute allows"),
    (
        "internal",
        "500",
        "服务出错，请把 request_id 告诉管理员",
        "Something failed here; tell the administrator the request_id",
    ),
    ("unavailable", "503", "数据库暂时没有响应，请稍后重试", "The database does not answer; try again"),
];

/// The table of codes; a problem's `type` leads here.
pub fn codes(lang: Lang) -> String {
    let rows = CODES.iter().map(|(name, status, zh, en)| {
        let anchor = format!("<span id=\"code-{name}\">{}</span>", code(name));
        vec![anchor, escape(status), prose(lang.t(zh, en))]
    });
    let heads = [lang.t("代码", "Code"), lang.t("状态码", "Status"), lang.t("含义", "Meaning")];
    format!("<section class=\"card\">{}</section>", table(lang.t("错误代码", "Codes"), &heads, rows.collect()))
}
