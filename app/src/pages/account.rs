//! First run, sign-in, and one's own account.

mod login;
mod own;
mod setup;

pub use login::Login;
pub use own::Account;
pub use setup::Setup;
