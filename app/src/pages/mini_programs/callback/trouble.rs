//! What is refused at the callback, what it means, and what to do.

use model::{Lang, callback::CallbackCount};

/// A few words; empty for what is no trouble.
pub(in crate::pages) fn name(what: CallbackCount, lang: Lang) -> &'static str {
    match what {
        CallbackCount::BadSignature => lang.t("签名错误", "Wrong signature"),
        CallbackCount::PlaintextRefused => lang.t("拒收明文", "Plaintext refused"),
        CallbackCount::Undecipherable => lang.t("无法解密", "Cannot be opened"),
        CallbackCount::Stale => lang.t("时间相差太大", "Time too far off"),
        CallbackCount::Malformed => lang.t("内容无法识别", "Not understood"),
        _ => "",
    }
}

/// Why, and what to do.
pub(super) fn meaning(what: CallbackCount, lang: Lang) -> (&'static str, &'static str) {
    match what {
        CallbackCount::BadSignature => (
            lang.t(
                "用这里的 Token 算出的签名与请求里的不一致。",
                "The signature that the token here gives is not the one in the request.",
            ),
            lang.t(
                "请核对微信后台的 Token 与这里保存的是否相同；记不清时，在两边重新填写同一个。只有零星几次时，也可能是别人在试探这个公开地址，可以不管。",
                "Compare the token in WeChat's console with the one stored here; if in doubt, enter the same one anew in both. A few now and then may be somebody trying out this public address; they do no harm.",
            ),
        ),
        CallbackCount::PlaintextRefused => (
            lang.t(
                "这里设置的是安全模式，收到的却是明文，已拒收。",
                "Safe mode is set here, and what came was plaintext; it was refused.",
            ),
            lang.t(
                "请把微信后台的消息加密方式改为“安全模式”；如果后台确实用明文或兼容模式，就在这里改成同一种。",
                "Choose 安全模式 in WeChat's console; or, if plain or compatible mode is meant, choose the same here.",
            ),
        ),
        CallbackCount::Undecipherable => (
            lang.t(
                "签名正确，但用这里的 EncodingAESKey 解不开，或者解开后属于另一个 AppID。",
                "The signature is right, but the EncodingAESKey here does not open it, or what it opens is of another AppID.",
            ),
            lang.t(
                "请在两边重新填写同一个 EncodingAESKey，并确认微信后台填写的地址末尾是这个小程序的 AppID。",
                "Enter the same EncodingAESKey anew in both, and check that the address in WeChat's console ends with this AppID.",
            ),
        ),
        CallbackCount::Stale => (
            lang.t(
                "请求里的时间与本服务器的时间相差超过 10 分钟，为防止重放没有接收。",
                "The request's time is more than ten minutes from this server's; it was refused to keep replays out.",
            ),
            lang.t(
                "请校准服务器时间（开启 NTP）。时间准确时，多半是有人在重放旧请求，可以不管。",
                "Set the server's clock (turn NTP on). If it is right, somebody is probably replaying old requests; they do no harm.",
            ),
        ),
        CallbackCount::Malformed => (
            lang.t(
                "内容既不是微信的 XML，也不是微信的 JSON。",
                "The body is neither WeChat's XML nor its JSON.",
            ),
            lang.t(
                "请检查中间的代理或防火墙是否改动了请求内容；没有代理时，多半是别人在试探这个地址。",
                "Check whether a proxy or firewall in between changes bodies; without one it is probably somebody trying out the address.",
            ),
        ),
        _ => ("", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_has_a_name_a_cause_and_a_remedy_and_nothing_else_has() {
        for what in CallbackCount::ALL {
            for lang in [Lang::Zh, Lang::En] {
                let (cause, remedy) = meaning(what, lang);
                for text in [name(what, lang), cause, remedy] {
                    assert_eq!(!text.is_empty(), what.is_trouble(), "{what:?}");
                }
            }
        }
    }
}
