//! The pages, one folder per entry of the navigation.

mod account;
mod mini_programs;
mod notices;
mod overview;
mod send;
mod statistics;
mod subscribers;
mod templates;
mod users;

pub use account::{Account, Login, Setup};
pub use mini_programs::{EditMiniProgram, MiniPrograms, NewMiniProgram};
pub use notices::{DeliveryDetail, NoticeDetail, Notices};
pub use overview::Overview;
pub use send::{SendAudience, SendContent, SendReview, SendStart};
pub use statistics::Statistics;
pub use subscribers::{NewSubscriber, SubscriberDetail, Subscribers};
pub use templates::{EditTemplate, NewTemplate, TemplateDetail, Templates};
pub use users::Users;
