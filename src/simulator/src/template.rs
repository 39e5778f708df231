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
    /// Whether it is a service card (服务卡片), which is listed but cannot be sent or asked for. The platform does not
    /// publish the error of such a send; here it is that of an unknown template, 40037.
    pub service_card: bool,
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
            service_card: false,
        }
    }
}

impl Template {
    /// A one-time template with the given content lines.
    pub fn one_time(id: impl Into<String>, title: impl Into<String>, content: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), content: content.into(), ..Self::default() }
    }

    /// A service card: no content, and no use for subscribe/send.
    pub fn service_card(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { service_card: true, ..Self::one_time(id, title, "") }
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

/// One line of a template.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// The key that a send fills, for example `thing1`.
    pub key: String,
    /// What stands before the value on the card.
    pub label: String,
    /// The example value, empty where there is none.
    pub example: String,
}

impl Template {
    /// The lines of the template, from its content.
    pub fn fields(&self) -> Vec<Field> {
        let examples: Vec<(&str, &str)> = self.example.lines().filter_map(halves).collect();
        let field = |(at, line): (usize, &str)| {
            let (label, value) = halves(line)?;
            let key = value.trim().strip_prefix("{{")?.strip_suffix(".DATA}}")?.trim();
            // By its label, or else by its place: labels need not be unique.
            let same_label = || examples.iter().find(|(known, _)| *known == label);
            let example = examples.get(at).filter(|(known, _)| *known == label).or_else(same_label);
            let example = example.map(|(_, example)| (*example).to_owned()).unwrap_or_default();
            Some(Field { key: key.to_owned(), label: label.to_owned(), example })
        };
        self.content.lines().enumerate().filter_map(field).collect()
    }
}

/// Label and value of a line, at its first colon of either width.
fn halves(line: &str) -> Option<(&str, &str)> {
    let at = line.find([':', '：'])?;
    let after = line[at..].chars().next().map_or(0, char::len_utf8);
    Some((line[..at].trim(), line[at + after..].trim()))
}

fn keys(content: &str) -> Vec<String> {
    let after_braces = content.split("{{").skip(1);
    after_braces.filter_map(|rest| rest.split_once(".DATA}}")).map(|(key, _)| key.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Template, keys};

    #[test]
    fn keys_are_read_from_the_content_lines() {
        assert_eq!(keys("课程:{{thing1.DATA}}\n时间：{{time2.DATA}}\n"), ["thing1", "time2"]);
        assert!(keys("no keys {{here").is_empty());
    }

    #[test]
    fn the_lines_are_read_with_their_examples() {
        let content = "单号:{{character_string1.DATA}}\n时间：{{time2.DATA}}\n备注:{{thing3.DATA}}\n";
        let example = "单号:A1\n时间：15:01\n".to_owned();
        let template = Template { example, ..Template::one_time("t", "x", content) };
        let fields = template.fields();
        let all: Vec<_> = fields.iter().map(|f| (f.key.as_str(), f.label.as_str(), f.example.as_str())).collect();
        let expected = [("character_string1", "单号", "A1"), ("time2", "时间", "15:01"), ("thing3", "备注", "")];
        assert_eq!(all, expected);
    }
}
