//! The pages, one folder per entry of the navigation.

mod account;
mod errors;
mod files;
mod imports;
mod mini_programs;
mod notices;
mod overview;
mod send;
mod statistics;
mod subscribers;
mod system;
mod templates;
mod users;

pub use account::{Account, Login, Setup};
pub use errors::{ErrorDetail, Errors};
pub use files::{asked_deliveries, asked_subscribers};
pub use imports::{ImportSubscribers, SendFile};
pub use mini_programs::{
    ConnectMiniProgram, EditMiniProgram, LoginKey, MiniProgramCallback, MiniProgramHealth, MiniPrograms,
    NewMiniProgram, RemoveCallbackPage, ResetQuota,
};
pub use notices::{DeliveryDetail, NoticeDetail, Notices};
pub use overview::Overview;
pub use send::{SendAudience, SendContent, SendReview, SendStart};
pub use statistics::Statistics;
pub use subscribers::{NewSubscriber, SubscriberDetail, Subscribers};
pub use system::System;
pub use templates::{
    DeleteTemplate, EditTemplate, NewTemplate, SyncTemplates, TemplateDetail, TemplateLibrary, Templates,
};
pub use users::Users;
