//! The messages that the phones show: the last accepted sends, all people together.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde::Serialize;

use crate::platform::values;
use crate::sync::lock;
use crate::template::KnownTemplate;

/// An accepted send as it came in: it is made readable only when somebody looks.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub appid: Arc<str>,
    pub openid: Arc<str>,
    pub template: Arc<KnownTemplate>,
    pub msgid: i64,
    pub data: Box<str>,
    pub page: Option<Box<str>>,
    pub state: Option<Box<str>>,
    pub at_ms: i64,
}

/// A card among the 服务通知 of a phone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The platform's id of the send.
    pub msgid: String,
    /// The template.
    pub template_id: Arc<str>,
    /// Its title at the time.
    pub title: String,
    /// What it says.
    pub lines: Vec<Line>,
    /// The page that a tap opens; absent: the card cannot be tapped.
    pub page: Option<String>,
    /// `formal`, `trial` or `developer`.
    pub miniprogram_state: String,
    /// When it was accepted, UTC milliseconds.
    pub at_ms: i64,
}

/// A line of a card.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The label.
    pub label: String,
    /// The value.
    pub value: String,
}

#[derive(Debug, Default)]
pub(crate) struct Messages {
    kept: Mutex<VecDeque<Arrived>>,
}

impl Messages {
    pub fn push(&self, message: Arrived, capacity: usize) {
        let mut kept = lock(&self.kept);
        while kept.len() >= capacity.max(1) {
            kept.pop_front();
        }
        kept.push_back(message);
    }

    pub fn resize(&self, capacity: usize) {
        let mut kept = lock(&self.kept);
        let surplus = kept.len().saturating_sub(capacity);
        kept.drain(..surplus);
    }

    pub fn clear(&self) {
        lock(&self.kept).clear();
    }

    /// The newest messages of a person first.
    pub fn of(&self, appid: &str, openid: &str, limit: usize) -> Vec<Message> {
        let kept = lock(&self.kept);
        let own = kept.iter().rev().filter(|one| *one.appid == *appid && *one.openid == *openid);
        own.take(limit).map(Message::from).collect()
    }
}

impl From<&Arrived> for Message {
    fn from(arrived: &Arrived) -> Self {
        let values = values(&arrived.data);
        let value = |key: &str| values.get(key).cloned().unwrap_or_default();
        let fields = arrived.template.template.fields();
        let lines = fields.into_iter().map(|field| Line { value: value(&field.key), label: field.label }).collect();
        Self {
            msgid: arrived.msgid.to_string(),
            template_id: arrived.template.id.clone(),
            title: arrived.template.template.title.clone(),
            lines,
            page: arrived.page.as_deref().map(str::to_owned),
            miniprogram_state: arrived.state.as_deref().unwrap_or("formal").to_owned(),
            at_ms: arrived.at_ms,
        }
    }
}
