//! Notices: the list, one with its deliveries, one delivery with its attempts.

mod codes;
mod control;
mod deliveries;
mod delivery;
mod detail;
mod fault;
pub(super) mod filter;
mod head;
mod list;
mod parts;
mod recurring;
mod request;
mod sides;

pub use delivery::DeliveryDetail;
pub use detail::NoticeDetail;
pub(in crate::pages) use filter::link;
pub use list::Notices;
pub(in crate::pages) use parts::{audience_text, content_facts, duration, own_name, phone, when};
pub use recurring::RecurringNotices;
