//! Templates: the account's own and the public library (`/wxaapi/newtmpl/…`).

mod library;
mod own;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use crate::answer;
use crate::client::Client;
use crate::error::{CallError, UnknownCause};
use crate::lenient;
use model::template::TemplateKind;

/// What `addtemplate` is asked for.
#[derive(Clone, Debug)]
pub struct AddOrder<'a> {
    /// The public title.
    pub tid: i64,
    /// The keywords, 2 to 5, in the order of the card; none for a service card.
    pub kids: &'a [i64],
    /// 服务场景描述, at most 15 characters.
    pub scene: &'a str,
}

/// What `addtemplate` answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// `priTmplId`.
    pub pri_tmpl_id: String,
    /// The account had it already (200022 carries its id).
    pub already: bool,
}

/// The same title with the same keywords is there already.
const ALREADY_ADDED: i64 = 200_022;

/// `tid` is a string here and a number in the list of titles (addTemplate page).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Add<'a> {
    tid: String,
    kid_list: &'a [i64],
    scene_desc: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Delete<'a> {
    pri_tmpl_id: &'a str,
}

impl Client {
    /// `POST /wxaapi/newtmpl/addtemplate` (addTemplate). A template that is there already (200022 with its id) is a
    /// success.
    pub async fn add_template(&self, token: &SecretString, order: &AddOrder<'_>) -> Result<Added, CallError> {
        let order = Add { tid: order.tid.to_string(), kid_list: order.kids, scene_desc: order.scene };
        let query = [("access_token", token.expose_secret())];
        added(&self.post("/wxaapi/newtmpl/addtemplate", &query, answer::order(&order)?).await?)
    }

    /// `POST /wxaapi/newtmpl/deltemplate` (deleteTemplate). 200014: there is none of this id.
    pub async fn delete_template(&self, token: &SecretString, pri_tmpl_id: &str) -> Result<(), CallError> {
        let query = [("access_token", token.expose_secret())];
        answer::done(&self.post("/wxaapi/newtmpl/deltemplate", &query, answer::order(&Delete { pri_tmpl_id })?).await?)
    }
}

fn added(body: &[u8]) -> Result<Added, CallError> {
    match answer::read::<Value>(body) {
        Ok(answer) => {
            let pri_tmpl_id = lenient::text_of(&answer, "priTmplId");
            if pri_tmpl_id.is_empty() {
                return Err(UnknownCause::Incomplete("priTmplId").into());
            }
            Ok(Added { pri_tmpl_id, already: false })
        }
        Err(error) => match existing(&error, body) {
            Some(pri_tmpl_id) => Ok(Added { pri_tmpl_id, already: true }),
            None => Err(error),
        },
    }
}

/// The id that the refusal of a duplicate carries (field report).
fn existing(error: &CallError, body: &[u8]) -> Option<String> {
    if error.errcode() != Some(ALREADY_ADDED) {
        return None;
    }
    let answer: Value = serde_json::from_slice(body).ok()?;
    Some(lenient::text_of(&answer, "priTmplId")).filter(|id| !id.is_empty())
}

/// `type`: 2 one-time, 3 long-term (getPubTemplateTitleList, getTemplateList).
fn kind(entry: &Value) -> Option<TemplateKind> {
    match lenient::number_of(entry, "type") {
        Some(2) => Some(TemplateKind::OneTime),
        Some(3) => Some(TemplateKind::LongTerm),
        _ => None,
    }
}
