//! The books of a prompt: what it changes, and what the mini program is told.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::prompt::Prompt;
use super::report::{self, Report};
use super::rules::{self, Fate, Fault};
use crate::account::AccountState;
use crate::push::{Event, queue};
use crate::simulator::{Inner, Simulator, UnknownAccount};
use crate::template::KnownTemplate;

/// What wx.requestSubscribeMessage returned, and what came of it.
#[derive(Clone, Debug, Default)]
pub struct PromptAnswer {
    /// `accept`, `reject`, `ban` or `filter` by template, in the order of the call.
    pub results: Vec<(String, &'static str)>,
    /// Why there was no popup, as its page numbers it; absent: it went well.
    pub err_code: Option<i32>,
    /// `requestSubscribeMessage:ok`, or `…:fail` with a reason.
    pub err_msg: String,
    /// Whether no popup was shown because all answers were kept ones.
    pub silent: bool,
    /// Pushes that were queued.
    pub events: usize,
    /// How the report to the back end went, if there was one.
    pub report: Option<Report>,
}

impl PromptAnswer {
    /// What the page's callback gets.
    fn returned(&self) -> Map<String, Value> {
        let results = self.results.iter().map(|(id, word)| (id.clone(), Value::from(*word)));
        let mut all: Map<String, Value> = results.collect();
        all.insert("errMsg".to_owned(), self.err_msg.clone().into());
        if let Some(code) = self.err_code {
            all.insert("errCode".to_owned(), code.into());
        }
        all
    }

    /// What was returned, once for itself under `result` and once together with what came of it.
    pub fn to_json(&self) -> Value {
        let mut all = self.returned();
        all.insert("result".to_owned(), self.returned().into());
        all.insert("silent".to_owned(), self.silent.into());
        all.insert("events".to_owned(), self.events.into());
        all.insert("report".to_owned(), serde_json::to_value(&self.report).unwrap_or(Value::Null));
        all.into()
    }
}

impl Simulator {
    /// Answers a prompt without any report to a back end.
    ///
    /// The books: an accepted one-time template gets one grant more, a refused one keeps what it has; an accepted
    /// long-term template gets its grant, a refused one loses it. A kept choice wins over the answer given here, for
    /// then the popup does not ask. With a callback, one event tells the answers of all templates.
    pub fn answer_prompt(&self, prompt: &Prompt) -> Result<PromptAnswer, UnknownAccount> {
        let account = self.known(&prompt.appid)?;
        let choices = account.subscribers.choices(&prompt.openid);
        let templates = match rules::templates(&account, &choices, prompt) {
            Ok(templates) => templates,
            Err(fault) => return Ok(refused(fault)),
        };
        let fates = rules::fates(&templates, &choices);
        let answers: Vec<(Arc<KnownTemplate>, bool)> = templates
            .iter()
            .zip(&fates)
            .filter_map(|((known, _), fate)| fate.answer().map(|accept| (known.clone(), accept)))
            .collect();
        book(&account, prompt, &answers);
        let silent = !answers.is_empty() && !fates.iter().any(|fate| matches!(fate, Fate::Asked(_)));
        let results = prompt.results.iter().zip(&fates).map(|((id, _), fate)| (id.clone(), fate.word())).collect();
        let events = self.tell(&account, &prompt.openid, &answers, silent);
        let err_msg = "requestSubscribeMessage:ok".to_owned();
        Ok(PromptAnswer { results, err_code: None, err_msg, silent, events, report: None })
    }

    /// Answers a prompt and, if it is to be reported and the account has a back end, plays the mini program: it logs in
    /// there with a fresh code and reports the results.
    pub async fn prompt(&self, prompt: &Prompt) -> Result<PromptAnswer, UnknownAccount> {
        let mut answer = self.answer_prompt(prompt)?;
        let backend = self.known(&prompt.appid)?.settings().backend_url.clone();
        if let Some(backend) = backend.filter(|_| prompt.report && answer.err_code.is_none()) {
            answer.report = Some(report::report(&self.inner, &backend, prompt, &answer.results).await);
        }
        Ok(answer)
    }

    fn tell(
        &self,
        account: &Arc<AccountState>,
        openid: &str,
        answers: &[(Arc<KnownTemplate>, bool)],
        silent: bool,
    ) -> usize {
        let untold = silent && account.settings().pushes_to().is_some_and(|callback| !callback.silent_events);
        if answers.is_empty() || untold {
            return 0;
        }
        let answers: Vec<_> = answers.iter().map(|(known, accept)| (known.id.clone(), *accept)).collect();
        queue(&self.inner, account, Event::popup(openid.into(), Inner::now(&self.inner), &answers)).len()
    }
}

fn refused((code, words): Fault) -> PromptAnswer {
    let err_msg = format!("requestSubscribeMessage:fail {words}");
    PromptAnswer { err_code: Some(code), err_msg, ..PromptAnswer::default() }
}

fn book(account: &AccountState, prompt: &Prompt, answers: &[(Arc<KnownTemplate>, bool)]) {
    let people = &account.subscribers;
    for (known, accept) in answers {
        people.change(&prompt.openid, &known.id, |balance| match (known.is_long_term(), accept) {
            (true, accept) => u32::from(*accept),
            (false, true) => balance.saturating_add(1),
            (false, false) => balance,
        });
    }
    if prompt.always {
        people.choose(&prompt.openid, |choices| {
            answers.iter().for_each(|(known, accept)| choices.keep(&known.id, *accept))
        });
    }
}
