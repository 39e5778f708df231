//! 错误码: the error adviser's table, and one code with what it did here.

mod detail;
mod list;
mod refusal;
mod seen;

pub use detail::ErrorDetail;
pub use list::Errors;
pub(super) use refusal::refused;
