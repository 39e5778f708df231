//! The pages, one folder per entry of the navigation.

mod account;
mod api_keys;
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
mod webhooks;

pub use account::{Account, Login, Setup};
pub use api_keys::ApiKeys;
pub use errors::{ErrorDetail, Errors};
pub use files::{asked_deliveries, asked_subscribers};
pub use imports::{ImportSubscribers, SendFile};
pub use mini_programs::{
    ConnectMiniProgram, EditMiniProgram, LoginKey, MiniProgramCallback, MiniProgramHealth, MiniProgramRules,
    MiniPrograms, NewMiniProgram, RemoveCallbackPage, ResetQuota,
};
pub use notices::{DeliveryDetail, NoticeDetail, Notices, RecurringNotices};
pub use overview::Overview;
pub(in crate::pages) use send::clock;
pub use send::{SendAudience, SendContent, SendReview, SendStart};
pub use statistics::Statistics;
pub use subscribers::{NewSubscriber, SubscriberDetail, Subscribers};
pub use system::System;
pub use templates::{
    DeleteTemplate, EditTemplate, NewTemplate, SyncTemplates, TemplateDetail, TemplateLibrary, Templates,
};
pub use users::Users;
pub use webhooks::{WebhookDetail, Webhooks};
