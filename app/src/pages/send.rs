//! Sending in four steps. Each is a page of its own on a draft in the database, so that it can be left and taken up
//! again, on another machine too.

mod audience;
mod content;
mod order;
pub(super) mod parts;
mod review;
mod skipped;
mod start;

pub use audience::SendAudience;
pub use content::SendContent;
pub(in crate::pages) use order::clock;
pub use review::SendReview;
pub use start::SendStart;
