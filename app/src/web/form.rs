//! A refused form: what was typed and what is wrong with it.

use model::{Lang, Problems};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of a form that was refused; empty for a fresh one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FormState {
    /// Which form.
    pub name: String,
    /// What was typed; secrets are left out.
    pub values: BTreeMap<String, String>,
    /// What is wrong.
    pub problems: Problems,
}

impl FormState {
    /// Whether the form was refused.
    #[must_use]
    pub fn refused(&self) -> bool {
        !self.name.is_empty()
    }

    /// What was typed, else the given value.
    #[must_use]
    pub fn value(&self, field: &str, otherwise: &str) -> String {
        if self.refused() { self.values.get(field).cloned().unwrap_or_default() } else { otherwise.to_owned() }
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn error(&self, field: &str, lang: Lang) -> Option<String> {
        self.problems.of(field).map(|problem| problem.say(lang).to_owned())
    }

    /// All problems as (field, sentence), for the summary above the form.
    #[must_use]
    pub fn errors(&self, lang: Lang) -> Vec<(String, String)> {
        self.problems.0.iter().map(|p| (p.field.clone(), p.say(lang).to_owned())).collect()
    }
}
