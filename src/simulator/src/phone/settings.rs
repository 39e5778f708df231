//! The settings page of subscribe messages on the phone, and the "…" menu of a card.

use crate::push::{Event, queue};
use crate::simulator::{Simulator, UnknownAccount};

impl Simulator {
    /// The person refuses a template in the settings or in a card's menu. Its grants are gone: the platform does not
    /// publish what a refusal does to accumulated accepts, so this is an assumption, and the strictest one. A kept choice
    /// becomes a refusal. With a callback a change event is pushed; the number of pushes is returned.
    pub fn refuse(&self, appid: &str, openid: &str, template_id: &str) -> Result<usize, UnknownAccount> {
        let account = self.known(appid)?;
        let template = account.template_id(template_id);
        account.subscribers.change(openid, &template, |_balance| 0);
        if account.subscribers.choices(openid).kept(&template).is_some() {
            account.subscribers.choose(openid, |choices| choices.keep(&template, false));
        }
        let event = Event::refused(openid.into(), self.inner.now(), &template);
        Ok(queue(&self.inner, &account, event).len())
    }

    /// The person allows a template again in the settings. A long-term one has its grant back, a one-time one earns
    /// nothing by that; a kept choice becomes an acceptance. Nothing is pushed: the platform tells of refusals only
    /// (subscribe-message guide).
    pub fn allow(&self, appid: &str, openid: &str, template_id: &str) -> Result<(), UnknownAccount> {
        let account = self.known(appid)?;
        let template = account.template_id(template_id);
        if account.template(template_id).is_some_and(|known| known.is_long_term()) {
            account.subscribers.change(openid, &template, |_balance| 1);
        }
        if account.subscribers.choices(openid).kept(&template).is_some() {
            account.subscribers.choose(openid, |choices| choices.keep(&template, true));
        }
        Ok(())
    }

    /// Turns the main switch of an account's messages on or off for a person. While it is off, sends are answered 43101
    /// and prompts fail with 20004; grants stay. The platform documents no event for it, so none is pushed.
    pub fn set_main_switch(&self, appid: &str, openid: &str, on: bool) -> Result<(), UnknownAccount> {
        self.known(appid)?.subscribers.choose(openid, |choices| choices.main_off = !on);
        Ok(())
    }
}
