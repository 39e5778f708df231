//! The simulator and how it is steered from Rust.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use serde::Deserialize;
use tokio::sync::watch;

use crate::account::{Account, AccountState};
use crate::callback::Callback;
use crate::calls::{Call, Log};
use crate::codes::{Codes, Person, PhoneCodes};
use crate::fault::{Fault, Faults};
use crate::messages::Messages;
use crate::push::Pushes;
use crate::rids::Rids;
use crate::settings::{Knobs, Settings};
use crate::summary::{SendSummary, Totals};
use crate::sync::{lock, read, write};
use crate::template::Template;
use crate::tokens::{TokenEnd, Tokens};

/// A clock: UTC milliseconds.
type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A fake `api.weixin.qq.com`. Clones share one state.
#[derive(Clone)]
pub struct Simulator {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    clock: Clock,
    accounts: RwLock<HashMap<Arc<str>, Arc<AccountState>>>,
    pub tokens: Tokens,
    pub faults: Faults,
    pub log: Log,
    pub totals: Totals,
    pub codes: Codes,
    pub knobs: Knobs,
    pub messages: Messages,
    pub pushes: Pushes,
    pub rids: Rids,
    pub phone_codes: PhoneCodes,
    pub last_msgid: AtomicI64,
    /// True while the server stops: calls that wait or hang are let go.
    pub closing: watch::Sender<bool>,
}

/// There is no account of that AppID.
#[derive(Clone, Debug, thiserror::Error)]
#[error("no account {0:?}")]
pub struct UnknownAccount(pub String);

/// A number of grants.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The account.
    pub appid: String,
    /// Who gave it.
    pub openid: String,
    /// For which template.
    pub template_id: String,
    /// How many; one where absent.
    #[serde(default = "one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("accounts", &read(&self.inner.accounts).len()).finish_non_exhaustive()
    }
}

impl Default for Simulator {
    fn default() -> Self {
        Self::new()
    }
}

impl Simulator {
    /// A simulator without any account, on the system's clock.
    pub fn new() -> Self {
        Self::with_clock(Arc::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        }))
    }

    /// The same on another clock, which gives UTC milliseconds.
    pub fn with_clock(clock: Arc<dyn Fn() -> i64 + Send + Sync>) -> Self {
        let settings = Settings::default();
        let inner = Inner {
            clock,
            accounts: RwLock::default(),
            tokens: Tokens::default(),
            faults: Faults::default(),
            log: Log::new(settings.log_capacity),
            totals: Totals::default(),
            codes: Codes::default(),
            knobs: Knobs::new(&settings),
            messages: Messages::default(),
            pushes: Pushes::default(),
            rids: Rids::default(),
            phone_codes: PhoneCodes::default(),
            // Above 2^53, as the ids in field reports are: whoever reads it as a double notices.
            last_msgid: AtomicI64::new(2_097_683_633_284_153_344),
            closing: watch::Sender::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The platform's paths and the control paths under `/sim/`.
    pub fn router(&self) -> Router {
        let control = Router::new().nest("/sim", crate::control::router()).merge(crate::control::entrance());
        control.fallback(crate::platform::entry).with_state(self.clone())
    }

    /// Changes the settings of the whole simulator.
    pub fn configure(&self, settings: Settings) {
        self.inner.knobs.set(&settings);
        self.inner.log.resize(settings.log_capacity);
        self.inner.messages.resize(settings.keep_messages);
        Pushes::hold(&self.inner, settings.hold_pushes);
    }

    /// The settings in force.
    pub fn settings(&self) -> Settings {
        self.inner.knobs.all()
    }

    /// Adds an account, or changes it: tokens, templates and subscribers stay.
    pub fn add_account(&self, account: Account) {
        let appid: Arc<str> = account.appid.as_str().into();
        let mut accounts = write(&self.inner.accounts);
        match accounts.get(&appid) {
            Some(known) => known.set(account),
            None => drop(accounts.insert(appid, Arc::new(AccountState::new(account)))),
        }
    }

    /// The accounts as they stand, in the order of their AppIDs.
    pub fn accounts(&self) -> Vec<Account> {
        self.inner.accounts().iter().map(|account| Account::clone(&account.settings())).collect()
    }

    /// Changes some of an account's settings and leaves the others.
    pub fn change_account(&self, appid: &str, change: impl FnOnce(&mut Account)) -> Result<(), UnknownAccount> {
        let account = self.known(appid)?;
        account.change(|settings| {
            change(settings);
            // The account would not be found under another.
            settings.appid = appid.to_owned();
        });
        Ok(())
    }

    /// Sets where an account's events are pushed.
    pub fn set_callback(&self, appid: &str, callback: Option<Callback>) -> Result<(), UnknownAccount> {
        self.change_account(appid, |account| account.callback = callback)
    }

    /// Adds a template to an account, or changes it.
    pub fn add_template(&self, appid: &str, template: Template) -> Result<(), UnknownAccount> {
        self.known(appid)?.set_template(template);
        Ok(())
    }

    /// Removes a template as the platform's console can: sends of it are answered 40037. False when there is none.
    pub fn delete_template(&self, appid: &str, id: &str) -> Result<bool, UnknownAccount> {
        Ok(self.known(appid)?.delete_template(id))
    }

    /// Bans a template or lifts the ban. False when there is none of that id.
    pub fn ban_template(&self, appid: &str, id: &str, banned: bool) -> Result<bool, UnknownAccount> {
        let account = self.known(appid)?;
        let Some(known) = account.template(id) else { return Ok(false) };
        account.set_template(Template { banned, ..known.template.clone() });
        Ok(true)
    }

    /// The templates of an account.
    pub fn templates(&self, appid: &str) -> Result<Vec<Template>, UnknownAccount> {
        Ok(self.known(appid)?.templates().iter().map(|known| known.template.clone()).collect())
    }

    /// Makes an openid known to an account without any grant.
    pub fn add_subscriber(&self, appid: &str, openid: &str) -> Result<(), UnknownAccount> {
        self.known(appid)?.subscribers.register(openid);
        Ok(())
    }

    /// Adds n grants, as n accepts in the prompt do, and returns the balance.
    pub fn grant(&self, appid: &str, openid: &str, template_id: &str, n: u32) -> Result<u32, UnknownAccount> {
        let account = self.known(appid)?;
        let template = account.template_id(template_id);
        Ok(account.subscribers.change(openid, &template, |balance| balance.saturating_add(n)))
    }

    /// Adds grants in bulk.
    pub fn add_grants(&self, grants: impl IntoIterator<Item = Grant>) -> Result<(), UnknownAccount> {
        grants.into_iter().try_for_each(|grant| {
            self.grant(&grant.appid, &grant.openid, &grant.template_id, grant.count).map(|_balance| ())
        })
    }

    /// Sets balances in bulk; zero is what a refusal leaves.
    pub fn set_grants(&self, grants: impl IntoIterator<Item = Grant>) -> Result<(), UnknownAccount> {
        grants.into_iter().try_for_each(|grant| {
            let account = self.known(&grant.appid)?;
            let template = account.template_id(&grant.template_id);
            account.subscribers.change(&grant.openid, &template, |_balance| grant.count);
            Ok(())
        })
    }

    /// The grants left.
    pub fn balance(&self, appid: &str, openid: &str, template_id: &str) -> Result<u32, UnknownAccount> {
        Ok(self.known(appid)?.subscribers.balance(openid, template_id))
    }

    /// Makes a login code known; it is good once.
    pub fn add_code(&self, appid: &str, code: &str, openid: &str, unionid: Option<String>) {
        self.inner.codes.add(appid, code, Person { openid: openid.to_owned(), unionid });
    }

    /// Makes a code of getPhoneNumber known; it is good once.
    pub fn add_phone_code(&self, appid: &str, code: &str, phone_number: &str) {
        self.inner.phone_codes.add(appid, code, phone_number);
    }

    /// Changes the AppSecret, which ends all tokens, and returns the new one.
    pub fn rotate_secret(&self, appid: &str, secret: Option<String>) -> Result<String, UnknownAccount> {
        let account = self.known(appid)?;
        let secret = secret.unwrap_or_else(|| format!("{:032x}", fastrand::u128(..)));
        account.change(|settings| settings.secret.clone_from(&secret));
        self.inner.tokens.end(&account, TokenEnd::Superseded, self.inner.now());
        Ok(secret)
    }

    /// Ends all tokens of an account before their time.
    pub fn end_tokens(&self, appid: &str, how: TokenEnd) -> Result<(), UnknownAccount> {
        self.inner.tokens.end(&*self.known(appid)?, how, self.inner.now());
        Ok(())
    }

    /// Adds rules to the fault script.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inner.faults.add(faults);
    }

    /// The rules in force.
    pub fn faults(&self) -> Vec<Fault> {
        self.inner.faults.list()
    }

    /// Ends the fault script.
    pub fn clear_faults(&self) {
        self.inner.faults.clear();
    }

    /// The newest calls first, of one path or of all.
    pub fn calls(&self, limit: usize, path: Option<&str>) -> Vec<Call> {
        self.inner.log.newest(limit, path)
    }

    /// How many calls there were, also those that the log has let go.
    pub fn call_count(&self) -> u64 {
        self.inner.log.total()
    }

    /// Accepted sends at a glance.
    pub fn send_summary(&self) -> SendSummary {
        self.inner.totals.summary()
    }

    /// Sends accepted for an openid, whichever account it belongs to.
    pub fn sent_count(&self, openid: &str) -> u32 {
        read(&self.inner.accounts).values().map(|account| account.subscribers.accepted(openid)).sum()
    }

    /// Empties the logs of calls and pushes and forgets what was accepted. Accounts, templates, grants and tokens stay.
    pub fn clear_log(&self) {
        self.inner.log.clear();
        self.inner.totals.clear();
        self.inner.messages.clear();
        self.inner.pushes.log.clear();
        let accounts = read(&self.inner.accounts);
        accounts.values().for_each(|account| account.subscribers.forget_sends());
    }

    /// Sets the quota counters of an account back, without counting as one of the ten resets.
    pub fn reset_quota(&self, appid: &str) -> Result<(), UnknownAccount> {
        *lock(&self.known(appid)?.quota) = crate::quota::Quota::default();
        Ok(())
    }

    pub(crate) fn known(&self, appid: &str) -> Result<Arc<AccountState>, UnknownAccount> {
        self.inner.account(appid).ok_or_else(|| UnknownAccount(appid.to_owned()))
    }
}

impl Inner {
    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    pub fn account(&self, appid: &str) -> Option<Arc<AccountState>> {
        read(&self.accounts).get(appid).cloned()
    }

    /// All accounts, in the order of their AppIDs.
    pub fn accounts(&self) -> Vec<Arc<AccountState>> {
        let mut all: Vec<_> = read(&self.accounts).values().cloned().collect();
        all.sort_by(|a, b| a.appid.cmp(&b.appid));
        all
    }

    /// Whether the openid belongs to another account than this.
    pub fn is_foreign(&self, openid: &str, here: &str) -> bool {
        let accounts = read(&self.accounts);
        accounts.values().any(|account| *account.appid != *here && account.subscribers.knows(openid))
    }

    /// Waits, but not past the end of the server.
    pub async fn pause(&self, duration: Duration) {
        let mut closing = self.closing.subscribe();
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }
}
