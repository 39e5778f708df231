//! What a phone shows.

use std::sync::Arc;

use serde::Serialize;

use crate::messages::Message;
use crate::openid::random_text;
use crate::simulator::{Simulator, UnknownAccount};
use crate::subscribers::{Choices, Subscribers};
use crate::template::{Field, KnownTemplate};

/// One person's phone, as far as one mini program goes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Phone {
    /// The mini program.
    pub appid: String,
    /// The person.
    pub openid: String,
    /// Whether subscribe messages of the mini program are on at all.
    pub main_switch: bool,
    /// The mini program's templates that can be asked for.
    pub templates: Vec<PhoneTemplate>,
    /// The messages that came, newest first.
    pub messages: Vec<Message>,
}

/// A template as it concerns one person.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneTemplate {
    /// The template's id.
    pub id: Arc<str>,
    /// Its title.
    pub title: String,
    /// 2 = one-time, 3 = long-term.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Its lines.
    pub fields: Vec<Field>,
    /// Grants left.
    pub balance: u32,
    /// The kept choice, `accept` or `reject`; absent: the popup asks.
    pub always: Option<&'static str>,
    /// Whether the platform banned it.
    pub banned: bool,
}

/// A person of an account.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// The openid.
    pub openid: Arc<str>,
    /// Grants left, all templates together.
    pub balance: u64,
}

impl Simulator {
    /// A person's phone with the newest messages.
    pub fn phone(&self, appid: &str, openid: &str, messages: usize) -> Result<Phone, UnknownAccount> {
        let account = self.known(appid)?;
        let choices = account.subscribers.choices(openid);
        let templates = account.templates().into_iter().filter(|known| !known.template.service_card);
        Ok(Phone {
            appid: appid.to_owned(),
            openid: openid.to_owned(),
            main_switch: !choices.main_off,
            templates: templates.map(|known| template(&known, &account.subscribers, &choices, openid)).collect(),
            messages: self.inner.messages.of(appid, openid, messages),
        })
    }

    /// The first people of an account, in the order of their openids, whose openid contains a text.
    pub fn people(&self, appid: &str, search: &str, limit: usize) -> Result<Vec<Person>, UnknownAccount> {
        let found = self.known(appid)?.subscribers.people(search, limit);
        Ok(found.into_iter().map(|(openid, balance)| Person { openid, balance }).collect())
    }

    /// Makes a person known, by a new openid of 28 characters unless one is given.
    pub fn new_person(&self, appid: &str, openid: Option<String>) -> Result<String, UnknownAccount> {
        let openid = openid.unwrap_or_else(|| format!("o{}", random_text(27)));
        self.add_subscriber(appid, &openid)?;
        Ok(openid)
    }
}

fn template(known: &KnownTemplate, people: &Subscribers, choices: &Choices, openid: &str) -> PhoneTemplate {
    PhoneTemplate {
        id: known.id.clone(),
        title: known.template.title.clone(),
        kind: known.template.kind,
        fields: known.template.fields(),
        balance: people.balance(openid, &known.id),
        always: choices.kept(&known.id).map(|accept| if accept { "accept" } else { "reject" }),
        banned: known.template.banned,
    }
}
