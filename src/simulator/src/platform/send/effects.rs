//! What an accepted send leads to: a card on the phone and, with a callback, an event.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::task::JoinHandle;

use super::Order;
use crate::account::{Account, AccountState};
use crate::messages::Arrived;
use crate::push::{Event, Pushes};
use crate::simulator::Inner;
use crate::template::KnownTemplate;

pub(super) struct Accepted<'a> {
    pub account: &'a Arc<AccountState>,
    pub openid: &'a Arc<str>,
    pub template: Arc<KnownTemplate>,
    pub msgid: i64,
}

impl Accepted<'_> {
    pub fn show_on_phone(&self, inner: &Inner, order: &Order<'_>) {
        let capacity = inner.knobs.keep_messages();
        if capacity == 0 {
            return;
        }
        let message = Arrived {
            appid: self.account.appid.clone(),
            openid: self.openid.clone(),
            template: self.template.clone(),
            msgid: self.msgid,
            data: order.data.map_or("", RawValue::get).into(),
            page: order.page.as_deref().filter(|page| !page.is_empty()).map(Into::into),
            state: order.miniprogram_state.as_deref().map(Into::into),
            at_ms: inner.now(),
        };
        inner.messages.push(message, capacity);
    }

    /// Pushes the sent event; what is returned is to be awaited before the answer.
    pub fn push(&self, inner: &Arc<Inner>, settings: &Account) -> Option<JoinHandle<()>> {
        let callback = settings.pushes_to()?;
        let failed = callback.fail_rate > 0.0 && fastrand::f64() < callback.fail_rate;
        let event = Event::sent(self.openid.clone(), inner.now(), &self.template.id, self.msgid, failed);
        Pushes::send_event(inner, self.account, callback, event)
    }
}
