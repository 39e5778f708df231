//! Who and when, other events, and XML that is not the platform's.

use model::callback::EventBody;
use model::mini_program::CallbackMode::Plain;
use wechat::callback::CallbackRefusal;

use crate::support::{AT, query, taken, told};

fn other(name: &str) -> Result<EventBody, CallbackRefusal> {
    Ok(EventBody::Other(name.to_owned()))
}

const MALFORMED: Result<EventBody, CallbackRefusal> = Err(CallbackRefusal::Malformed);

fn event(body: &str) -> (String, i64) {
    let event = taken(Plain, &(query(None), body.to_owned())).unwrap().event;
    (event.openid, event.happened_at)
}

#[test]
fn the_time_is_whole_seconds_as_a_number_or_a_string() {
    for time in ["1620973045", "\"1620973045\""] {
        let popup = r#""Event":"subscribe_msg_popup_event","List":{"TemplateId":"T","SubscribeStatusString":"accept"}"#;
        let body = format!(r#"{{"FromUserName":"oABC","CreateTime":{time},{popup}}}"#);
        assert_eq!(event(&body), ("oABC".to_owned(), 1_620_973_045_000));
    }
}

#[test]
fn an_event_that_we_act_upon_must_say_who_and_when() {
    let with = |start: &str| {
        told(&format!(
            r#"{{{start}"Event":"subscribe_msg_popup_event","List":{{"TemplateId":"T","SubscribeStatusString":"accept"}}}}"#
        ))
    };
    assert!(with(r#""FromUserName":"oABC","CreateTime":1,"#).is_ok());
    for start in [
        "",
        r#""FromUserName":"oABC","#,
        r#""CreateTime":1,"#,
        r#""FromUserName":"","CreateTime":1,"#,
        r#""FromUserName":["oABC"],"CreateTime":1,"#,
        r#""FromUserName":"oABC\u0000","CreateTime":1,"#,
        r#""FromUserName":"oA BC","CreateTime":1,"#,
        r#""FromUserName":"oABC","CreateTime":"now","#,
        r#""FromUserName":"oABC","CreateTime":-1,"#,
        r#""FromUserName":"oABC","CreateTime":9223372036854775807,"#,
        r#""FromUserName":"oABC","CreateTime":1.5,"#,
    ] {
        assert_eq!(with(start), MALFORMED, "{start}");
    }
    assert_eq!(with(&format!(r#""FromUserName":"{}","CreateTime":1,"#, "o".repeat(129))), MALFORMED);
    let id = "T".repeat(129);
    let list = format!(r#""List":{{"TemplateId":"{id}","SubscribeStatusString":"accept"}}"#);
    let body = format!(r#"{{"FromUserName":"oABC","CreateTime":1,"Event":"subscribe_msg_popup_event",{list}}}"#);
    assert_eq!(told(&body), MALFORMED);
}

#[test]
fn unknown_events_and_messages_are_taken_by_their_name() {
    assert_eq!(told(r#"{"MsgType":"event","Event":"debug_demo","debug_str":"x"}"#), other("debug_demo"));
    assert_eq!(told(r#"{"Event":"wxa_media_check"}"#), other("wxa_media_check"));
    assert_eq!(told(r#"{"FromUserName":"oABC","MsgType":"text","Content":"hi"}"#), other("msg:text"));
    assert_eq!(told("<xml><MsgType>image</MsgType></xml>"), other("msg:image"));
    assert_eq!(told(r#"{"Event":"Subscribe_Msg_Popup_Event"}"#), other("Subscribe_Msg_Popup_Event"));
    let long = "长".repeat(100);
    assert_eq!(told(&format!(r#"{{"Event":"{long}"}}"#)), other(&"长".repeat(64)));
    assert_eq!(told(&format!(r#"{{"MsgType":"{long}"}}"#)), other(&format!("msg:{}", "长".repeat(60))));
    assert_eq!(told(r#"{"Event":"a\u0000b\n"}"#), other("ab"));
    assert_eq!(told(r#"{"Event":"\u007f","MsgType":"text"}"#), other("msg:text"));
    for nameless in [r#"{"Event":{"x":1}}"#, r#"{"Event":"\u007f"}"#, r#"{"Event":" ","MsgType":"\u0001"}"#] {
        assert_eq!(told(nameless), MALFORMED, "{nameless}");
    }
}

#[test]
fn what_only_counts_need_not_say_who_or_when() {
    assert_eq!(event(r#"{"Event":"debug_demo"}"#), (String::new(), AT * 1000));
    assert_eq!(event(r#"{"Event":"debug_demo","CreateTime":"x"}"#), (String::new(), AT * 1000));
    assert_eq!(event(r#"{"Event":"debug_demo","FromUserName":"oABC","CreateTime":5}"#), ("oABC".to_owned(), 5_000));
}

#[test]
fn xml_text_may_be_escaped_or_cdata() {
    for name in ["a&amp;b", "<![CDATA[a&b]]>", "a&#38;b", "&#x61;&amp;b", " \n<![CDATA[a&b]]>\n", "<![CDATA[a]]>&amp;b"]
    {
        assert_eq!(told(&format!("<xml><Event>{name}</Event></xml>")), other("a&b"), "{name}");
    }
}

#[test]
fn xml_that_is_not_the_platforms_is_malformed() {
    let deep = format!("<xml><Event>x</Event>{}x{}</xml>", "<a>".repeat(20), "</a>".repeat(20));
    let endless = "<a>".repeat(100_000);
    for body in [
        "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml><Event>&a;</Event></xml>",
        "<!DOCTYPE xml SYSTEM \"file:///etc/passwd\"><xml><Event>x</Event></xml>",
        "<xml><Event>&a;</Event></xml>",
        "<xml><Event>&nbsp;</Event></xml>",
        "<xml><Event>&#0;</Event></xml>",
        "<xml><Event>&#xD800;</Event></xml>",
        "<xml><Event>a & b</Event></xml>",
        "<xml><Event>x</Even></xml>",
        "<xml><Event>x</Event>",
        "<xml><Event>x</Event></xml></xml>",
        "<xml><Event>x</Event></xml><xml><Event>x</Event></xml>",
        "<xml><Event>x</Event></xml>x",
        "<xml><Event>x</Event></xml><y><Event>x</Event></y>",
        "<a><xml><Event>x</Event></xml>",
        "<xml>x</xml>",
        "<xml><Event><![CDATA[x</Event></xml>",
        "<xml><Event>x</Event><Event>y</Event></xml>",
        &deep,
        &endless,
    ] {
        assert_eq!(told(body), MALFORMED, "{}", body.get(..40).unwrap_or(body));
    }
}
