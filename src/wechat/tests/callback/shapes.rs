//! The same event in all the shapes that were seen.

use model::callback::{AnswerItem, EventBody, SentItem};
use model::grant::Answer;
use wechat::callback::CallbackRefusal;

use crate::support::told;

fn json(event: &str, rest: &str) -> String {
    format!(
        r#"{{"ToUserName":"gh_1","FromUserName":"oABC","CreateTime":"1620973045","MsgType":"event","Event":"{event}",{rest}}}"#
    )
}

fn xml(event: &str, rest: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oABC]]></FromUserName>\
         <CreateTime>1620973045</CreateTime><MsgType><![CDATA[event]]></MsgType>\
         <Event><![CDATA[{event}]]></Event>{rest}</xml>"
    )
}

fn item(id: &str, answer: Answer) -> AnswerItem {
    AnswerItem { pri_tmpl_id: id.to_owned(), answer }
}

fn sent(id: &str) -> SentItem {
    let msgid = Some(2_097_683_633_284_153_344);
    SentItem { pri_tmpl_id: id.to_owned(), msgid, errcode: 0, status: "success".to_owned() }
}

const ONE: &str = r#"{"TemplateId":"T1","SubscribeStatusString":"accept","PopupScene":"0"}"#;
const TWO: &str = r#"{"TemplateId":"T2","SubscribeStatusString":"reject","PopupScene":0}"#;

#[test]
fn json_lists_are_objects_or_arrays_with_or_without_a_wrapper() {
    let popup = "subscribe_msg_popup_event";
    let one = EventBody::Popup(vec![item("T1", Answer::Accept)]);
    let two = EventBody::Popup(vec![item("T1", Answer::Accept), item("T2", Answer::Reject)]);
    for (rest, wanted) in [
        (format!(r#""List":{ONE}"#), &one),
        (format!(r#""List":[{ONE}]"#), &one),
        (format!(r#""List":[{ONE},{TWO}]"#), &two),
        (format!(r#""SubscribeMsgPopupEvent":{{"List":{ONE}}}"#), &one),
        (format!(r#""SubscribeMsgPopupEvent":{{"List":[{ONE},{TWO}]}}"#), &two),
        (format!(r#""SubscribeMsgPopupEvent":[{{"List":{ONE}}},{{"List":{TWO}}}]"#), &two),
        (format!(r#""SubscribeMsgPopupEvent":{ONE}"#), &one),
    ] {
        assert_eq!(told(&json(popup, &rest)).as_ref(), Ok(wanted), "{rest}");
    }
}

#[test]
fn xml_lists_are_repeated_elements_with_or_without_a_wrapper() {
    let popup = "subscribe_msg_popup_event";
    let one = "<List><TemplateId><![CDATA[T1]]></TemplateId><SubscribeStatusString><![CDATA[accept]]>\
               </SubscribeStatusString><PopupScene>0</PopupScene></List>";
    let two = "<List>\n <TemplateId>T2</TemplateId>\n <SubscribeStatusString>reject</SubscribeStatusString>\n</List>";
    let only = EventBody::Popup(vec![item("T1", Answer::Accept)]);
    let both = EventBody::Popup(vec![item("T1", Answer::Accept), item("T2", Answer::Reject)]);
    for (rest, wanted) in [
        (format!("<SubscribeMsgPopupEvent>{one}</SubscribeMsgPopupEvent>"), &only),
        (format!("<SubscribeMsgPopupEvent>{one}{two}</SubscribeMsgPopupEvent>"), &both),
        (format!("<SubscribeMsgPopupEvent>\n{one}\n{two}\n</SubscribeMsgPopupEvent >"), &both),
        (format!("{one}{two}"), &both),
        (one.to_owned(), &only),
    ] {
        assert_eq!(told(&xml(popup, &rest)).as_ref(), Ok(wanted), "{rest}");
    }
    let declared = format!("\u{feff}<?xml version=\"1.0\"?>\n<!-- x -->\n{}\n", xml(popup, one));
    assert_eq!(told(&declared), Ok(only));
}

#[test]
fn change_events_tell_refusals() {
    let wanted = Ok(EventBody::Change(vec![item("T2", Answer::Reject)]));
    assert_eq!(told(&json("subscribe_msg_change_event", &format!(r#""List":[{TWO}]"#))), wanted);
    assert_eq!(
        told(&json("subscribe_msg_change_event", &format!(r#""SubscribeMsgChangeEvent":{{"List":{TWO}}}"#))),
        wanted
    );
    let list = "<List><TemplateId>T2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>";
    let wrapped = format!("<SubscribeMsgChangeEvent>{list}</SubscribeMsgChangeEvent>");
    assert_eq!(told(&xml("subscribe_msg_change_event", &wrapped)), wanted);
}

#[test]
fn numbers_of_a_sent_event_are_numbers_or_strings() {
    let wanted = Ok(EventBody::Sent(vec![sent("T1")]));
    for (msgid, errcode) in
        [("2097683633284153344", "0"), ("\"2097683633284153344\"", "\"0\""), ("\" 2097683633284153344 \"", "\"0\"")]
    {
        let list =
            format!(r#""List":{{"TemplateId":"T1","MsgID":{msgid},"ErrorCode":{errcode},"ErrorStatus":"success"}}"#);
        assert_eq!(told(&json("subscribe_msg_sent_event", &list)), wanted, "{list}");
        let wrapped = format!(r#""SubscribeMsgSentEvent":{{{list}}}"#);
        assert_eq!(told(&json("subscribe_msg_sent_event", &wrapped)), wanted, "{wrapped}");
    }
    let list = "<SubscribeMsgSentEvent><List><TemplateId>T1</TemplateId><MsgID>2097683633284153344</MsgID>\
                <ErrorCode>0</ErrorCode><ErrorStatus><![CDATA[success]]></ErrorStatus></List></SubscribeMsgSentEvent>";
    assert_eq!(told(&xml("subscribe_msg_sent_event", list)), wanted);
}

#[test]
fn a_sent_event_may_fail_or_lack_its_id() {
    for (item, msgid, errcode, status) in [
        (r#""TemplateId":"T1","MsgID":"x","ErrorCode":"-1","ErrorStatus":"system error""#, None, -1, "system error"),
        (r#""TemplateId":"T1","ErrorCode":107,"ErrorStatus":"""#, None, 107, ""),
        (r#""TemplateId":"T1","MsgID":9223372036854775808,"ErrorCode":0"#, None, 0, ""),
        (r#""TemplateId":"T1","MsgID":7,"ErrorStatus":"success""#, Some(7), 0, "success"),
    ] {
        let body = told(&json("subscribe_msg_sent_event", &format!(r#""List":{{{item}}}"#)));
        let one = SentItem { pri_tmpl_id: "T1".to_owned(), msgid, errcode, status: status.to_owned() };
        assert_eq!(body, Ok(EventBody::Sent(vec![one])), "{item}");
    }
    // Without any of the two it cannot be matched, without code and status it says nothing.
    for item in [r#""ErrorCode":0"#, r#""TemplateId":"T1""#, r#""TemplateId":"T1","ErrorStatus":"late""#] {
        let body = told(&json("subscribe_msg_sent_event", &format!(r#""List":{{{item}}}"#)));
        assert_eq!(body, Err(CallbackRefusal::Malformed), "{item}");
    }
}

#[test]
fn whatever_begins_with_accept_is_accepted_and_unknown_answers_are_left_out() {
    for (word, answer) in [
        ("accept", Answer::Accept),
        ("acceptWithAudio", Answer::Accept),
        ("acceptWithForcePush", Answer::Accept),
        ("reject", Answer::Reject),
        ("ban", Answer::Ban),
        ("filter", Answer::Filter),
    ] {
        let list = format!(
            r#""List":[{{"TemplateId":"T1","SubscribeStatusString":"{word}"}},{{"TemplateId":"T2","SubscribeStatusString":"perhaps"}},7,"x",null]"#
        );
        let wanted = Ok(EventBody::Popup(vec![item("T1", answer)]));
        assert_eq!(told(&json("subscribe_msg_popup_event", &list)), wanted, "{word}");
    }
}

#[test]
fn an_event_that_says_nothing_is_malformed() {
    for rest in [
        r#""x":1"#.to_owned(),
        r#""List":[]"#.to_owned(),
        r#""List":"""#.to_owned(),
        r#""List":{}"#.to_owned(),
        r#""List":{"TemplateId":"T1","SubscribeStatusString":"perhaps"}"#.to_owned(),
        r#""List":{"SubscribeStatusString":"accept"}"#.to_owned(),
        format!(r#""SubscribeMsgSentEvent":{{"List":{ONE}}}"#),
    ] {
        assert_eq!(told(&json("subscribe_msg_popup_event", &rest)), Err(CallbackRefusal::Malformed), "{rest}");
    }
}
