//! A mini program as the platform knows it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

use serde::{Deserialize, Serialize};

use crate::callback::Callback;
use crate::library::Added;
use crate::quota::Quota;
use crate::subscribers::Subscribers;
use crate::sync::{lock, read, write};
use crate::template::{KnownTemplate, Template};
use crate::tokens::Chains;

/// A mini program and the circumstances it is in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Account {
    /// The AppID.
    pub appid: String,
    /// The AppSecret; a wrong one is answered 40125.
    pub secret: String,
    /// Whether the caller's address is on the IP whitelist; if not, token calls are answered 40164.
    pub ip_allowed: bool,
    /// Whether the AppSecret is frozen: token calls are answered 40243, everything else keeps working.
    pub secret_frozen: bool,
    /// Whether the account may send subscribe messages; if not, sends are answered 48001.
    pub authorized: bool,
    /// Whether a well-formed openid that was never registered here is answered 40003; otherwise it is taken for a
    /// person without a grant (43101).
    pub known_openids_only: bool,
    /// Pages of the released version; a send to another page is answered 41030. Absent: any page is right.
    pub pages: Option<Vec<String>>,
    /// Sends allowed per day (45009 beyond). The platform: 10 million, 30 million with WeChat Pay (subscribe-message
    /// guide).
    pub daily_sends: u64,
    /// Calls of `GET /cgi-bin/token` allowed per day (45009 beyond).
    pub daily_classic_tokens: u64,
    /// Life of an access token in seconds; the platform's is 7200 (getAccessToken).
    pub token_lifetime_secs: i64,
    /// Whether the caller's address waits for the administrator's confirmation: token calls are answered 89503.
    pub ip_unconfirmed: bool,
    /// Where events are pushed. Absent: nowhere, as at the platform without 消息推送.
    pub callback: Option<Callback>,
    /// Base URL of the mini program's own back end, which the phone logs in to and reports answers to.
    pub backend_url: Option<String>,
    /// Private templates allowed (200012 beyond). Old documentation says 25, the errcode lists of SDKs 50.
    pub template_limit: usize,
    /// Calls of gettemplate allowed per day (45009 beyond). The platform has a small limit and does not publish it.
    pub daily_template_lists: u64,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            appid: String::new(),
            secret: String::new(),
            ip_allowed: true,
            secret_frozen: false,
            authorized: true,
            known_openids_only: false,
            pages: None,
            daily_sends: 10_000_000,
            daily_classic_tokens: 2_000,
            token_lifetime_secs: 7_200,
            ip_unconfirmed: false,
            callback: None,
            backend_url: None,
            template_limit: 50,
            daily_template_lists: 50,
        }
    }
}

impl Account {
    /// An account in good order.
    pub fn new(appid: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { appid: appid.into(), secret: secret.into(), ..Self::default() }
    }

    /// The callback, if it has a URL.
    pub(crate) fn pushes_to(&self) -> Option<&Callback> {
        self.callback.as_ref().filter(|callback| !callback.url.is_empty())
    }
}

/// An account with everything that belongs to it.
#[derive(Debug)]
pub(crate) struct AccountState {
    pub appid: Arc<str>,
    settings: RwLock<Arc<Account>>,
    templates: RwLock<HashMap<Arc<str>, Arc<KnownTemplate>>>,
    /// Which of them came from the public library.
    pub added: Mutex<Added>,
    pub subscribers: Subscribers,
    pub chains: Mutex<Chains>,
    pub quota: Mutex<Quota>,
}

impl AccountState {
    pub fn new(account: Account) -> Self {
        Self {
            appid: account.appid.as_str().into(),
            settings: RwLock::new(Arc::new(account)),
            templates: RwLock::default(),
            added: Mutex::default(),
            subscribers: Subscribers::new(),
            chains: Mutex::default(),
            quota: Mutex::default(),
        }
    }

    pub fn settings(&self) -> Arc<Account> {
        read(&self.settings).clone()
    }

    pub fn set(&self, account: Account) {
        *write(&self.settings) = Arc::new(account);
    }

    /// Changes some of the settings.
    pub fn change(&self, change: impl FnOnce(&mut Account)) {
        let mut settings = write(&self.settings);
        let mut account = Account::clone(&settings);
        change(&mut account);
        *settings = Arc::new(account);
    }

    pub fn set_template(&self, template: Template) {
        let template = KnownTemplate::new(template);
        write(&self.templates).insert(template.id.clone(), Arc::new(template));
    }

    pub fn template(&self, id: &str) -> Option<Arc<KnownTemplate>> {
        read(&self.templates).get(id).cloned()
    }

    /// Removes a template; false when there is none of that id.
    pub fn delete_template(&self, id: &str) -> bool {
        lock(&self.added).forget(id);
        write(&self.templates).remove(id).is_some()
    }

    pub fn template_count(&self) -> usize {
        read(&self.templates).len()
    }

    /// All templates, in the order of their ids.
    pub fn templates(&self) -> Vec<Arc<KnownTemplate>> {
        let mut all: Vec<_> = read(&self.templates).values().cloned().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// One shared string per template id, so that a million grants do not hold a million copies of it.
    pub fn template_id(&self, id: &str) -> Arc<str> {
        self.template(id).map_or_else(|| id.into(), |template| template.id.clone())
    }
}
