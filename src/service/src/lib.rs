//! Use cases and the delivery engine.
//!
//! Every operation that a page, the API or the command line offers is one method of [`Services`]; each parses its input
//! into `model` values, refuses it whole with [`UseError::Invalid`] when something is wrong, and calls the store once
//! where it can. This crate knows neither axum nor leptos.

pub mod clock;
pub mod engine;
mod error;
pub mod keys;
mod mini_programs;
mod notices;
mod password;
mod people;
mod recording;
mod statistics;
mod subscribers;
mod templates;
pub mod tokens;
pub mod zone;

pub use error::{UseError, UseResult};
pub use mini_programs::{ConnectionCheck, MiniProgramInput};
pub use notices::{AudienceInput, ContentInput, NoticeView, Review};
pub use recording::{LoginAnswer, RecordAnswer, RecordReport, Recorded};
pub use statistics::{BucketCounts, Health, Overview, Report, Span};
pub use subscribers::{SubscriberInput, SubscriberView};
pub use templates::{FieldInput, TemplateInput};

use clock::Clock;
use keys::Keys;
use model::Millis;
use std::sync::Arc;
use store::Store;
use tokens::TokenKeeper;

/// All use cases; cheap to clone behind its `Arc`.
#[derive(Debug)]
pub struct Services {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) wechat: wechat::Client,
    pub(crate) tokens: TokenKeeper,
    pub(crate) wake: Arc<tokio::sync::Notify>,
}

impl Services {
    /// Puts the parts together.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, keys: Arc<Keys>, wechat: wechat::Client) -> Self {
        let tokens = TokenKeeper::new(store.clone(), wechat.clone(), keys.clone(), clock.clone());
        Self { store, clock, keys, wechat, tokens, wake: Arc::default() }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// The keys, for form tokens.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The storage, for sessions and health checks.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Tells the engine of this process that something became due.
    pub fn wake_engine(&self) {
        self.wake.notify_one();
    }
}
