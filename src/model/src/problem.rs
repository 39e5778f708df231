//! What a person is told when input is refused: a code, a sentence in both languages, and the field at fault.

use crate::{Lang, Text};
use serde::{Deserialize, Serialize};

/// One thing that is wrong with an input, said so that the reader knows what to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable, machine-readable: `too_long`, `required`, `not_unique`, ….
    pub code: String,
    /// The name of the form or JSON field, such as `appid` or `values[thing1]`; empty when it concerns the whole.
    pub field: String,
    /// The sentence.
    pub message: Text,
}

impl Problem {
    /// A problem of one field.
    pub fn of(field: impl Into<String>, code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.to_owned(), field: field.into(), message: Text::new(zh, en) }
    }

    /// A problem of the whole input.
    pub fn whole(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::of("", code, zh, en)
    }

    /// The same problem told of another field name.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// The sentence in a language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> &str {
        self.message.pick(lang)
    }
}

/// All problems of one input; an input is refused whole, never half-applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Collects one more.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Keeps the value of a good parse, collects the problem of a bad one under the field's name.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Problem>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.push(problem.at(field));
                None
            }
        }
    }

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// Itself, when there is at least one problem.
    pub fn check(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The first problem of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&Problem> {
        self.0.iter().find(|p| p.field == field)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
