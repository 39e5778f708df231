//! Control of notices: when they begin, what holds them back, what follows them.

mod confirm;
mod follow;
mod forecast;
mod guard;
mod hold;
mod plan;
mod recur;
mod rules;
mod test_send;
mod timer;

pub use confirm::ConfirmInput;
pub(crate) use confirm::When;
pub(crate) use guard::failing;
pub use hold::{Control, LetGo};
pub(crate) use plan::to_come;
pub use recur::{RepeatInput, not_to_repeat};
pub use rules::RulesInput;

use model::Millis;

/// What was to begin longer ago than this asks instead.
pub(crate) const GRACE_MS: Millis = 3_600_000;
