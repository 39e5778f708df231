//! The two languages of the console.

use serde::{Deserialize, Serialize};

/// A language of the console's own texts (not the `lang` of a message, see [`crate::mini_program::MessageLang`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 中文, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Picks the text of this language. Both texts stand side by side in the source, so none can be forgotten.
    #[must_use]
    pub fn t<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The value of the HTML `lang` attribute.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.t_static("zh-CN", "en")
    }

    /// The short name used in cookies and query strings: `zh` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.t_static("zh", "en")
    }

    /// Reads [`Lang::code`] and language tags such as `en-GB`; anything else is `None`.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        match s.get(..2)?.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    fn t_static(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// One sentence in both languages, for texts that are made where the reader's language is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both texts.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The text of a language.
    #[must_use]
    pub fn pick(&self, lang: Lang) -> &str {
        lang.t(&self.zh, &self.en)
    }
}
