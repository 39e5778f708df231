//! The parts that pages are put together from. They take texts that are already in the reader's language, hold no state
//! and work without JavaScript.

mod badge;
mod code;
mod empty;
mod form;
mod header;
mod icon;
mod pager;
mod phone;
mod progress;
mod stat;
mod steps;
pub mod words;

pub use badge::{Badge, DeliveryBadge, NoticeBadge, Tone};
pub use code::ErrorCode;
pub use empty::Empty;
pub(crate) use form::escape;
pub use form::{Check, Choice, FormErrors, Password, Select, TextArea, TextField};
pub use header::PageHeader;
pub use icon::{Icon, IconName};
pub use pager::Pager;
pub use phone::PhoneCard;
pub use progress::Progress;
pub use stat::Stat;
pub use steps::Steps;
