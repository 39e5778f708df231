//! Subscribers: the list, one of them, and adding one by hand.

mod detail;
pub(super) mod filter;
mod list;
mod new;

pub use detail::SubscriberDetail;
pub use list::Subscribers;
pub use new::NewSubscriber;
