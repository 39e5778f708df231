//! The error adviser: what every code means, whose side it is on, and what to do. One table for screens, API and docs.
//!
//! Codes and meanings: the error tables of the getAccessToken, getStableAccessToken, sendMessage, newtmpl,
//! code2Session and openApi pages; the wording is ours. Texts of the platform (`errmsg`) change and are never used to
//! tell codes apart.

mod errmsg;
mod kinds;
mod own;
mod send;
mod table;
mod template;
mod token;

pub use errmsg::{address_to_allow, field_at_fault};
pub use kinds::{NextClick, Retry, Scope, Side};

use crate::Lang;

/// A text in both languages.
type Words = (&'static str, &'static str);

/// What is known of a code. Texts by [`Advice::name`], [`Advice::cause`], [`Advice::remedy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// WeChat's errcode, a [`crate::delivery::SkipReason`] or one of [`crate::delivery::own_code`].
    pub errcode: i64,
    /// Whose side the cause is on.
    pub side: Side,
    /// Whether and when a call may be made again.
    pub retry: Retry,
    /// What the code holds for: this delivery, every delivery of the notice, or every call of the mini program.
    pub scope: Scope,
    /// Where the remedy is to be found; `None` when there is nothing to do.
    pub next: Option<NextClick>,
    name: Words,
    cause: Words,
    remedy: Words,
}

impl Advice {
    /// Whether a later try may end otherwise although nothing is mended at the message or with the person.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        use crate::delivery::own_code;
        self.retry != Retry::Never
            || matches!(self.errcode, own_code::NO_CONNECTION | own_code::GATEWAY | own_code::NO_TOKEN)
    }

    /// A few words that name the code.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &'static str {
        lang.t(self.name.0, self.name.1)
    }

    /// One sentence: why.
    #[must_use]
    pub fn cause(&self, lang: Lang) -> &'static str {
        lang.t(self.cause.0, self.cause.1)
    }

    /// One sentence: what to do.
    #[must_use]
    pub fn remedy(&self, lang: Lang) -> &'static str {
        lang.t(self.remedy.0, self.remedy.1)
    }
}

/// In ascending order of their codes, and so are the codes inside each.
const TABLES: [&[Advice]; 4] = [own::TABLE, token::TABLE, send::TABLE, template::TABLE];

/// Every code that is known, ascending.
pub fn all() -> impl Iterator<Item = &'static Advice> {
    TABLES.into_iter().flatten()
}

/// Whether the table knows the code.
#[must_use]
pub fn is_known(errcode: i64) -> bool {
    find(errcode).is_some()
}

/// What is known of a code. One that is not in the table gets advice that holds for any: final, for this delivery only.
#[must_use]
pub fn advise(errcode: i64) -> Advice {
    find(errcode).copied().unwrap_or(Advice { errcode, ..table::UNKNOWN })
}

fn find(errcode: i64) -> Option<&'static Advice> {
    TABLES.into_iter().find_map(|table| {
        let at = table.binary_search_by_key(&errcode, |advice| advice.errcode).ok()?;
        table.get(at)
    })
}
