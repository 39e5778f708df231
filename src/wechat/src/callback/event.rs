//! What a push tells, from its tree (subscribe-message guide; shapes as seen in the field).

use model::Millis;
use model::callback::{AnswerItem, CallbackEvent, EventBody, SentItem};
use model::grant::Answer;
use ring::digest::{Context, SHA256};
use serde_json::Value;

use super::document::Document;
use super::signature::hex;
use super::{CallbackRefusal, Received};
use crate::lenient::{number_of, text_of};

/// Names of events that nobody here knows are cut to this.
const MOST_NAME: usize = 64;
/// What stands before the types of messages.
const MESSAGE: &str = "msg:";
/// Openids and template ids have 28 and 43 characters in every sample.
const MOST_ID: usize = 128;
/// `success` in every sample.
const MOST_STATUS: usize = 100;
/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// Reads the event. `plain` is the body that the tree was read from, for the digest; `sent_at` is when it was pushed.
pub(super) fn read(document: &Document, plain: &[u8], sent_at: Millis) -> Result<Received, CallbackRefusal> {
    event(document, sent_at)
        .map(|event| Received { event, digest: digest(document, plain) })
        .ok_or(CallbackRefusal::Malformed)
}

fn event(document: &Document, sent_at: Millis) -> Option<CallbackEvent> {
    let openid = Some(document.text("FromUserName")).filter(|openid| is_id(openid))?;
    let name = document.text("Event");
    let body = match &*name {
        "subscribe_msg_popup_event" => EventBody::Popup(read_items(document, "SubscribeMsgPopupEvent", answer)?),
        "subscribe_msg_change_event" => EventBody::Change(read_items(document, "SubscribeMsgChangeEvent", answer)?),
        "subscribe_msg_sent_event" => EventBody::Sent(read_items(document, "SubscribeMsgSentEvent", sent)?),
        _ => return other(document, openid, &name, sent_at),
    };
    let happened_at = happened_at(document)?;
    (!openid.is_empty()).then_some(CallbackEvent { openid, happened_at, body })
}

/// Other events and messages are only counted, so they may lack whatever they like but a name.
fn other(document: &Document, openid: String, name: &str, sent_at: Millis) -> Option<CallbackEvent> {
    let name = match shortened(name, MOST_NAME) {
        name if name.is_empty() => message(document)?,
        name => name,
    };
    let body = EventBody::Other(name);
    Some(CallbackEvent { openid, happened_at: happened_at(document).unwrap_or(sent_at), body })
}

/// The name that a message is counted under: it has a type and no event.
fn message(document: &Document) -> Option<String> {
    let kind = shortened(&document.text("MsgType"), MOST_NAME - MESSAGE.len());
    (!kind.is_empty()).then(|| format!("{MESSAGE}{kind}"))
}

/// `CreateTime`, seconds as a number or a string.
fn happened_at(document: &Document) -> Option<Millis> {
    document.number("CreateTime").filter(|seconds| (0..=LAST_SECOND).contains(seconds)).map(|seconds| seconds * 1000)
}

/// The items. What cannot be read (an answer that we do not know) is left out, but at least one must be readable: an
/// event that says nothing to us is not the event we know.
fn read_items<T>(document: &Document, wrapper: &str, read: fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let items = document.get("List").or_else(|| document.get(wrapper))?;
    let mut found = Vec::new();
    collect(items, read, &mut found);
    (!found.is_empty()).then_some(found)
}

/// `List` may be one item or many, stand in a wrapper or not. The depth is bounded by the parsers.
fn collect<T>(value: &Value, read: fn(&Value) -> Option<T>, found: &mut Vec<T>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| collect(one, read, found)),
        Value::Object(members) => match members.get("List") {
            Some(list) => collect(list, read, found),
            None => found.extend(read(value)),
        },
        _ => {}
    }
}

fn answer(item: &Value) -> Option<AnswerItem> {
    let answer = Answer::parse(text_of(item, "SubscribeStatusString").trim())?;
    Some(AnswerItem { pri_tmpl_id: template_id(item).filter(|id| !id.is_empty())?, answer })
}

/// A send is found by its `MsgID`, else by its template: one of them must be there.
fn sent(item: &Value) -> Option<SentItem> {
    let (pri_tmpl_id, msgid) = (template_id(item)?, number_of(item, "MsgID"));
    let status = shortened(&text_of(item, "ErrorStatus"), MOST_STATUS);
    let errcode = number_of(item, "ErrorCode").or_else(|| (status == "success").then_some(0))?;
    (!pri_tmpl_id.is_empty() || msgid.is_some()).then_some(SentItem { pri_tmpl_id, msgid, errcode, status })
}

fn template_id(item: &Value) -> Option<String> {
    Some(text_of(item, "TemplateId").trim().to_owned()).filter(|id| is_id(id))
}

/// Plaintext is under no signature, so whatever will be stored in a column of its own is looked at.
fn is_id(text: &str) -> bool {
    text.len() <= MOST_ID && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn shortened(text: &str, most: usize) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(most).collect()
}

/// The platform repeats a push up to twice, encrypted anew and with another nonce: what stays the same is the message.
fn digest(document: &Document, plain: &[u8]) -> String {
    let mut context = Context::new(&SHA256);
    for part in [document.text("FromUserName"), document.text("CreateTime"), document.text("Event")] {
        update(&mut context, part.as_bytes());
    }
    update(&mut context, plain);
    hex(context.finish().as_ref())
}

/// With its length, so that parts cannot run into one another.
fn update(context: &mut Context, part: &[u8]) {
    context.update(&(part.len() as u64).to_be_bytes());
    context.update(part);
}
