//! Templates of an account.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A private template (`priTmplId`) of an account.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Template {
    /// The template id.
    #[serde(alias = "priTmplId", alias = "templateId")]
    pub id: String,
    /// The title.
    pub title: String,
    /// Lines `标签:{{thing1.DATA}}`; the keys in it are the ones that a send must fill. Empty: any keys.
    pub content: String,
    /// The same lines, filled in.
    pub example: String,
    /// 2 = one-time, 3 = long-term (gettemplate).
    #[serde(rename = "type")]
    pub kind: u8,
    /// Allowed values of enum keywords.
    #[serde(rename = "keywordEnumValueList")]
    pub enum_values: Vec<EnumValues>,
    /// Whether the platform banned it: sends are answered 43107.
    pub banned: bool,
}

impl Default for Template {
    fn default() -> Self {
        Self {
            id: String::new(),
            title: String::new(),
            content: String::new(),
            example: String::new(),
            kind: 2,
            enum_values: Vec::new(),
            banned: false,
        }
    }
}

impl Template {
    /// A one-time template with the given content lines.
    pub fn one_time(id: impl Into<String>, title: impl Into<String>, content: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), content: content.into(), ..Self::default() }
    }

    /// The same template as a long-term one.
    pub fn long_term(self) -> Self {
        Self { kind: 3, ..self }
    }
}

/// Allowed values of one enum keyword, as gettemplate lists them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnumValues {
    /// The key with the suffix `.DATA`, for example `enum_string2.DATA`.
    pub keyword_code: String,
    /// What may be sent.
    pub enum_value_list: Vec<String>,
}

/// A template with its keys at hand.
#[derive(Debug)]
pub(crate) struct KnownTemplate {
    pub id: Arc<str>,
    pub keys: Vec<String>,
    pub template: Template,
}

impl KnownTemplate {
    pub fn new(template: Template) -> Self {
        Self { id: template.id.as_str().into(), keys: keys(&template.content), template }
    }

    pub fn is_long_term(&self) -> bool {
        self.template.kind == 3
    }

    /// The allowed values of an enum key, if the template lists any.
    pub fn allowed(&self, key: &str) -> Option<&[String]> {
        let list = &self.template.enum_values;
        let found = list.iter().find(|one| one.keyword_code.trim_end_matches(".DATA") == key)?;
        Some(&found.enum_value_list)
    }
}

fn keys(content: &str) -> Vec<String> {
    let after_braces = content.split("{{").skip(1);
    after_braces.filter_map(|rest| rest.split_once(".DATA}}")).map(|(key, _)| key.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn keys_are_read_from_the_content_lines() {
        assert_eq!(keys("课程:{{thing1.DATA}}\n时间：{{time2.DATA}}\n"), ["thing1", "time2"]);
        assert!(keys("no keys {{here").is_empty());
    }
}
