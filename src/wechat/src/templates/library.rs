//! The public library: categories of the account, titles of a category, keywords of a title.

use model::platform::{Category, Keyword, PublicTitle, PublicTitles};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::kind;
use crate::answer;
use crate::client::Client;
use crate::error::CallError;
use crate::lenient::{number_of, text_of};

impl Client {
    /// `GET /wxaapi/newtmpl/getcategory` (getCategory). An entry without an id cannot be asked for and is left out.
    pub async fn categories(&self, token: &SecretString) -> Result<Vec<Category>, CallError> {
        let query = [("access_token", token.expose_secret())];
        let (_, entries) = answer::list(&self.get("/wxaapi/newtmpl/getcategory", &query).await?)?;
        let category = |entry: &Value| Some(Category { id: number_of(entry, "id")?, name: text_of(entry, "name") });
        Ok(entries.iter().filter_map(category).collect())
    }

    /// `GET /wxaapi/newtmpl/getpubtemplatetitles` (getPubTemplateTitleList): at most 30 from `start` (from 0), of one
    /// category. An entry without a `tid` cannot be asked for and is left out.
    pub async fn public_titles(
        &self,
        token: &SecretString,
        category: i64,
        start: i64,
        limit: i64,
    ) -> Result<PublicTitles, CallError> {
        let (ids, start, limit) = (category.to_string(), start.to_string(), limit.to_string());
        let query = [("access_token", token.expose_secret()), ("ids", &*ids), ("start", &*start), ("limit", &*limit)];
        let (answer, entries) = answer::list(&self.get("/wxaapi/newtmpl/getpubtemplatetitles", &query).await?)?;
        let titles: Vec<_> = entries.iter().filter_map(|entry| title(entry, category)).collect();
        let listed = i64::try_from(titles.len()).unwrap_or(i64::MAX);
        Ok(PublicTitles { count: number_of(&answer, "count").unwrap_or(listed), titles })
    }

    /// `GET /wxaapi/newtmpl/getpubtemplatekeywords` (getPubTemplateKeyWordsById). An entry without a `kid` cannot be
    /// chosen and is left out.
    pub async fn keywords(&self, token: &SecretString, tid: i64) -> Result<Vec<Keyword>, CallError> {
        let tid = tid.to_string();
        let query = [("access_token", token.expose_secret()), ("tid", &*tid)];
        let (_, entries) = answer::list(&self.get("/wxaapi/newtmpl/getpubtemplatekeywords", &query).await?)?;
        Ok(entries.iter().filter_map(keyword).collect())
    }
}

/// The page says that `categoryId` is a number, its sample shows a string.
fn title(entry: &Value, asked: i64) -> Option<PublicTitle> {
    Some(PublicTitle {
        tid: number_of(entry, "tid")?,
        title: text_of(entry, "title"),
        kind: kind(entry),
        category: number_of(entry, "categoryId").unwrap_or(asked),
    })
}

fn keyword(entry: &Value) -> Option<Keyword> {
    Some(Keyword {
        kid: number_of(entry, "kid")?,
        name: text_of(entry, "name"),
        example: text_of(entry, "example"),
        rule: text_of(entry, "rule"),
    })
}
