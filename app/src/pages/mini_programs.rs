//! Mini programs: the list, adding one, and the pages of one: settings, token and quota, callback, connecting it.

mod callback;
mod check;
mod connect;
mod edit;
mod fields;
mod guide;
mod health;
mod list;
mod login_key;
mod new;
mod remove_callback;
mod reset_quota;
mod rules;
mod span;
mod state;
mod tabs;
mod watch;

pub use callback::MiniProgramCallback;
pub(super) use callback::{Standing, standing, trouble_name};
pub use connect::ConnectMiniProgram;
pub use edit::EditMiniProgram;
pub use health::MiniProgramHealth;
pub(super) use health::same_day;
pub use list::MiniPrograms;
pub use login_key::LoginKey;
pub use new::NewMiniProgram;
pub use remove_callback::RemoveCallbackPage;
pub use reset_quota::ResetQuota;
pub use rules::MiniProgramRules;
pub(super) use span::{ago, heard, span};
pub(super) use state::sending as sending_state;
