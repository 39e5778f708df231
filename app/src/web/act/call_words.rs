//! What the answer to a single call means, in words. The error adviser speaks of messages; where nothing came back from
//! WeChat a call that sends none has words of its own.

use model::{Lang, Text, advice, delivery::own_code};
use service::Refusal;

/// Name, cause and remedy of a code that a call other than a send ended with.
#[must_use]
pub fn call_words(errcode: i64, lang: Lang) -> [&'static str; 3] {
    let (zh, en) = match errcode {
        own_code::NO_CONNECTION => (
            [
                "连不上微信服务器",
                "雁书所在的服务器无法连接微信的接口地址（默认 api.weixin.qq.com）。",
                "请检查服务器的网络、DNS、防火墙、代理和接口地址设置，然后再试一次。",
            ],
            [
                "WeChat cannot be reached",
                "The server that Yanshu runs on cannot connect to WeChat's API address (api.weixin.qq.com by default).",
                "Check its network, DNS, firewall, proxy and the API address, then try again.",
            ],
        ),
        own_code::GATEWAY => (
            [
                "请求被网关拒绝",
                "微信的网关或中间的代理拒绝了请求（HTTP 429、503 等）。",
                "请过几分钟再试；仍失败时，请检查代理和接口地址设置。",
            ],
            [
                "Refused by a gateway",
                "WeChat's gateway or a proxy in between refused the call (HTTP 429, 503 or the like).",
                "Try again in a few minutes; if it stays, check the proxy and the API address.",
            ],
        ),
        own_code::NO_ANSWER => (
            [
                "没有收到完整的应答",
                "请求已经发出，但没有等到微信的完整应答。",
                "请过一会儿再试；仍失败时，请检查代理和接口地址设置。",
            ],
            [
                "No whole answer",
                "The call went out, but no whole answer came back.",
                "Try again in a moment; if it stays, check the proxy and the API address.",
            ],
        ),
        -1 => (
            ["微信系统繁忙", "微信的服务器暂时繁忙，没有处理这次请求。", "请过一会儿再试。"],
            ["WeChat is busy", "WeChat's servers are busy and did not handle the call.", "Try again in a moment."],
        ),
        code => {
            let advice = advice::advise(code);
            // The adviser's words for any other code point to a text that is not shown everywhere.
            let unlisted =
                lang.t("微信返回了雁书尚未收录的错误码。", "WeChat answered with a code that Yanshu does not know.");
            let cause = if advice::is_known(code) { advice.cause(lang) } else { unlisted };
            return [advice.name(lang), cause, advice.remedy(lang)];
        }
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A refusal as one message: what it is, why, what to do, and what WeChat said.
pub(super) fn sentence(refusal: &Refusal) -> Text {
    let Refusal { errcode, errmsg, rid } = refusal;
    let say = |lang: Lang| {
        let [name, cause, remedy] = call_words(*errcode, lang);
        // WeChat's text ends with the rid already, as a rule.
        let rid = rid.as_deref().filter(|rid| !errmsg.contains(*rid)).map(|rid| format!(" rid: {rid}"));
        let said = match (errmsg.is_empty(), lang) {
            (true, _) => String::new(),
            (false, Lang::Zh) => format!(" 微信返回：{errmsg}{}", rid.unwrap_or_default()),
            (false, Lang::En) => format!(" WeChat said: {errmsg}{}", rid.unwrap_or_default()),
        };
        match lang {
            Lang::Zh => format!("没有完成：{name}（{errcode}）。{cause}{remedy}{said}"),
            Lang::En => format!("Not done: {name} ({errcode}). {cause} {remedy}{said}"),
        }
    };
    Text::new(say(Lang::Zh), say(Lang::En))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_got_no_answer_does_not_speak_of_messages() {
        for code in [own_code::NO_CONNECTION, own_code::GATEWAY, own_code::NO_ANSWER, -1] {
            let text = call_words(code, Lang::Zh).concat();
            assert!(!text.contains("消息") && !text.contains("通知任务"), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_explained_by_the_adviser() {
        assert_eq!(call_words(40164, Lang::Zh)[0], advice::advise(40164).name(Lang::Zh));
    }

    #[test]
    fn a_refusal_says_code_cause_remedy_and_what_wechat_said_with_its_rid_once() {
        let refusal = |errmsg: &str| {
            let rid = Some("65f0a1b2-1c2d3e4f".to_owned());
            sentence(&Refusal { errcode: 48006, errmsg: errmsg.to_owned(), rid })
        };
        let text = refusal("forbid to clear quota rid: 65f0a1b2-1c2d3e4f");
        assert!(text.zh.contains("48006") && text.zh.contains(advice::advise(48006).remedy(Lang::Zh)), "{}", text.zh);
        assert!(text.en.ends_with("WeChat said: forbid to clear quota rid: 65f0a1b2-1c2d3e4f"), "{}", text.en);
        assert!(refusal("forbid").zh.ends_with("微信返回：forbid rid: 65f0a1b2-1c2d3e4f"));
        assert!(!refusal("").zh.contains("微信返回"));
    }
}
