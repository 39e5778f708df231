//! wx.requestSubscribeMessage as it is called and answered on the phone.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// What a person taps in the popup.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The template stays ticked.
    Accept,
    /// It does not, or the whole popup is refused.
    Reject,
}

/// A call of wx.requestSubscribeMessage with what the person answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// The mini program.
    pub appid: String,
    /// The person.
    pub openid: String,
    /// The templates asked for, in the order of the call, and the answers.
    #[serde(deserialize_with = "in_order")]
    pub results: Vec<(String, Choice)>,
    /// Whether 总是保持以上选择，不再询问 is ticked.
    #[serde(default)]
    pub always: bool,
    /// Whether the mini program then tells its back end, if the account has one.
    #[serde(default = "yes")]
    pub report: bool,
    /// Whether its report carries a `reportId`.
    #[serde(default = "yes")]
    pub report_id: bool,
}

fn yes() -> bool {
    true
}

impl Prompt {
    /// One template, one answer, and no report to a back end.
    pub fn one(
        appid: impl Into<String>,
        openid: impl Into<String>,
        template: impl Into<String>,
        choice: Choice,
    ) -> Self {
        Self::new(appid, openid, [(template.into(), choice)])
    }

    /// Several templates, and no report to a back end.
    pub fn new(
        appid: impl Into<String>,
        openid: impl Into<String>,
        results: impl IntoIterator<Item = (String, Choice)>,
    ) -> Self {
        Self {
            appid: appid.into(),
            openid: openid.into(),
            results: results.into_iter().collect(),
            always: false,
            report: false,
            report_id: true,
        }
    }

    /// The same with 总是保持以上选择 ticked.
    pub fn always(self) -> Self {
        Self { always: true, ..self }
    }

    /// The same with a report to the account's back end.
    pub fn reported(self) -> Self {
        Self { report: true, ..self }
    }
}

/// Keeps the order of a JSON object: of two templates with one title the first is asked for.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Choice)>, D::Error> {
    struct InOrder;
    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, Choice)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of template ids and answers")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(entry) = map.next_entry()? {
                all.push(entry);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_map(InOrder)
}
