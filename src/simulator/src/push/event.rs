//! What is pushed (消息推送 → 订阅消息 events of the subscribe-message guide).

use std::borrow::Cow;
use std::sync::Arc;

/// The one scene of mini programs: a page of theirs.
const POPUP_SCENE: i64 = 0;
/// The platform publishes neither codes nor texts of failed sent events; this one is its general "system error".
const FAILURE: (i64, &str) = (-1, "system error");

/// An event of one person.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub name: Cow<'static, str>,
    pub openid: Arc<str>,
    pub created_ms: i64,
    pub content: Content,
}

/// What an event says beyond who, when and its name.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// One of the three events with a `List`; `wrapper` is the element around it.
    List { wrapper: &'static str, items: Vec<Fields> },
    /// Any other.
    Flat(Fields),
}

pub(crate) type Fields = Vec<(&'static str, Field)>;

#[derive(Clone, Debug)]
pub(crate) enum Field {
    Text(String),
    Number(i64),
}

impl Field {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl Event {
    /// The person answered the popup: one item per template.
    pub fn popup(openid: Arc<str>, created_ms: i64, answers: &[(Arc<str>, bool)]) -> Self {
        let item = |(template, accept): &(Arc<str>, bool)| {
            let mut fields = answer(template, *accept);
            fields.push(("PopupScene", Field::Number(POPUP_SCENE)));
            fields
        };
        let content = Content::List { wrapper: "SubscribeMsgPopupEvent", items: answers.iter().map(item).collect() };
        Self { name: "subscribe_msg_popup_event".into(), openid, created_ms, content }
    }

    /// The person refused a template in the settings; accepting there pushes nothing (subscribe-message guide).
    pub fn refused(openid: Arc<str>, created_ms: i64, template: &str) -> Self {
        let content = Content::List { wrapper: "SubscribeMsgChangeEvent", items: vec![answer(template, false)] };
        Self { name: "subscribe_msg_change_event".into(), openid, created_ms, content }
    }

    /// The end of a send.
    pub fn sent(openid: Arc<str>, created_ms: i64, template: &str, msgid: i64, failed: bool) -> Self {
        let (code, status) = if failed { FAILURE } else { (0, "success") };
        let item = vec![
            ("TemplateId", Field::text(template)),
            ("MsgID", Field::Number(msgid)),
            ("ErrorCode", Field::Number(code)),
            ("ErrorStatus", Field::text(status)),
        ];
        let content = Content::List { wrapper: "SubscribeMsgSentEvent", items: vec![item] };
        Self { name: "subscribe_msg_sent_event".into(), openid, created_ms, content }
    }

    /// Any other event, with what the official `debug_demo` carries.
    pub fn other(name: String, openid: Arc<str>, created_ms: i64) -> Self {
        let content = Content::Flat(vec![("debug_str", Field::text("hello world"))]);
        Self { name: name.into(), openid, created_ms, content }
    }

    /// The same as events of one item each.
    pub fn split(self) -> Vec<Self> {
        match self.content {
            Content::List { wrapper, items } if items.len() > 1 => {
                let one = |item| Content::List { wrapper, items: vec![item] };
                let (name, openid, created_ms) = (self.name, self.openid, self.created_ms);
                let event = |content| Self { name: name.clone(), openid: openid.clone(), created_ms, content };
                items.into_iter().map(one).map(event).collect()
            }
            _ => vec![self],
        }
    }
}

fn answer(template: &str, accept: bool) -> Fields {
    let status = if accept { "accept" } else { "reject" };
    vec![("TemplateId", Field::text(template)), ("SubscribeStatusString", Field::text(status))]
}
