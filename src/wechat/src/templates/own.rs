//! The account's own templates.

use model::content::read_platform_content;
use model::platform::OwnTemplate;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::kind;
use crate::answer;
use crate::client::Client;
use crate::error::CallError;
use crate::lenient::{text, text_of};

impl Client {
    /// `GET /wxaapi/newtmpl/gettemplate` (getTemplateList). Its daily quota is small and not published. An entry without
    /// an id cannot be sent and is left out.
    pub async fn own_templates(&self, token: &SecretString) -> Result<Vec<OwnTemplate>, CallError> {
        let query = [("access_token", token.expose_secret())];
        let (_, entries) = answer::list(&self.get("/wxaapi/newtmpl/gettemplate", &query).await?)?;
        Ok(entries.iter().filter_map(template).collect())
    }
}

fn template(entry: &Value) -> Option<OwnTemplate> {
    let pri_tmpl_id = text_of(entry, "priTmplId");
    if pri_tmpl_id.is_empty() {
        return None;
    }
    let fields = read_platform_content(&text_of(entry, "content"), &text_of(entry, "example"), &enums(entry));
    Some(OwnTemplate { pri_tmpl_id, title: text_of(entry, "title"), kind: kind(entry), fields })
}

/// `keywordEnumValueList`, which only templates with enums have.
fn enums(entry: &Value) -> Vec<(String, Vec<String>)> {
    let lists = entry.get("keywordEnumValueList").and_then(Value::as_array);
    let list = |list: &Value| {
        let values = list.get("enumValueList").and_then(Value::as_array);
        (text_of(list, "keywordCode"), values.into_iter().flatten().map(text).collect())
    };
    lists.into_iter().flatten().map(list).collect()
}
