//! Use cases and the delivery engine.
//!
//! Every operation that a page, the API or the command line offers is one method of [`Services`]; each parses its input
//! into `model` values, refuses it whole with [`UseError::Invalid`] when something is wrong, and calls the store once
//! where it can. This crate knows neither axum nor leptos.

mod api_keys;
mod asking;
mod callbacks;
mod checking;
pub mod clock;
mod control;
pub mod engine;
mod error;
mod exports;
mod headcount;
mod health;
mod imports;
pub mod keys;
mod library;
mod limits;
mod metrics;
mod mini_programs;
mod notices;
mod orders;
mod password;
mod people;
mod platform;
mod quota;
mod recording;
mod segments;
mod statistics;
mod subscribers;
mod sync;
mod templates;
pub mod tokens;
mod upkeep;
mod vitals;
mod webhooks;
pub mod zone;

pub use api_keys::{ApiCaller, ApiKeyInput, KeyCheck};
pub use asking::{AskItem, Asking};
pub use callbacks::{CallbackInput, EventWorker, Push};
pub use control::{ConfirmInput, Control, LetGo, RepeatInput, RulesInput, not_to_repeat};
pub use error::{Refusal, UseError, UseResult};
pub use exports::{PreflightSlice, SlicePlace};
pub use health::{CallbackHealth, TokenHealth, TokenTrouble};
pub use imports::{Reading, TOLD, Upload};
pub use library::{LibraryInput, TITLES_A_PAGE, preview};
pub use limits::{LimitSettings, Rate};
pub use mini_programs::{ConnectionCheck, MiniProgramInput};
pub use notices::{AudienceInput, ContentInput, NoticeView, Review};
pub use orders::{Once, Order, OrderNumbers, Ordered, Recipient, Start, SubscriberBalances};
pub use recording::{Connection, LoginAnswer, RecordAnswer, RecordReport, Recorded};
pub use statistics::{BucketCounts, DayAccuracy, Health, Overview, Report, Span};
pub use subscribers::{SubscriberInput, SubscriberView};
pub use sync::SyncDone;
pub use templates::{FieldInput, TemplateInput};
pub use upkeep::keep_up;
pub use vitals::{EngineHealth, EngineState, Queue};
pub use webhooks::{EndpointInput, WebhookWorker};

use clock::Clock;
use keys::Keys;
use model::{Millis, ids::MiniProgramId, worker::Warning};
use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
};
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
    pub(crate) events: Arc<tokio::sync::Notify>,
    pub(crate) inbox: callbacks::Inbox,
    pub(crate) limits: limits::Limits,
    pub(crate) connected: Mutex<HashSet<MiniProgramId>>,
    pub(crate) headcounts: headcount::Headcounts,
    pub(crate) meter: engine::meter::Meter,
    pub(crate) gauges: metrics::Gauges,
    pub(crate) warnings: OnceLock<Vec<Warning>>,
    pub(crate) hooks: webhooks::Hooks,
    pub(crate) undo_ms: Millis,
    pub(crate) uploads: PathBuf,
    pub(crate) checks: checking::Checks,
    pub(crate) withdrawals: engine::withdrawal::Withdrawals,
}

impl Services {
    /// Puts the parts together.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, keys: Arc<Keys>, wechat: wechat::Client) -> Self {
        let tokens = TokenKeeper::new(store.clone(), wechat.clone(), keys.clone(), clock.clone());
        let wake = store.heard().due.clone();
        Self {
            store,
            clock,
            keys,
            wechat,
            tokens,
            wake,
            events: Arc::default(),
            inbox: callbacks::Inbox::default(),
            limits: limits::Limits::new(LimitSettings::default()),
            connected: Mutex::default(),
            headcounts: headcount::Headcounts::default(),
            meter: engine::meter::Meter::default(),
            gauges: metrics::Gauges::default(),
            warnings: OnceLock::new(),
            hooks: webhooks::Hooks::default(),
            undo_ms: 0,
            uploads: std::env::temp_dir().join("yanshu-uploads"),
            checks: checking::Checks::default(),
            withdrawals: engine::withdrawal::Withdrawals::default(),
        }
    }

    /// With time to take a confirmation back before anything is sent; ten minutes at most.
    #[must_use]
    pub fn with_undo(mut self, undo: std::time::Duration) -> Self {
        self.undo_ms = Millis::try_from(undo.as_millis()).unwrap_or(0).min(600_000);
        self
    }

    /// With files that are handed in kept in this folder.
    #[must_use]
    pub fn with_uploads(mut self, folder: PathBuf) -> Self {
        self.uploads = folder;
        self
    }

    /// With other limits than the usual ones.
    #[must_use]
    pub fn with_limits(mut self, settings: LimitSettings) -> Self {
        self.limits = limits::Limits::new(settings);
        self
    }

    /// With webhooks that may go to private addresses and without TLS.
    #[must_use]
    pub fn with_private_webhooks(mut self, allowed: bool) -> Self {
        self.hooks = webhooks::Hooks::new(allowed);
        self
    }

    /// Notes what is dangerous about the settings of this process, to be told wherever somebody looks; counts once.
    pub fn note_warnings(&self, warnings: Vec<Warning>) {
        self.warnings.get_or_init(|| warnings);
    }

    pub(crate) fn own_warnings(&self) -> &[Warning] {
        self.warnings.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether another call of the mini program's API may come from this address now.
    ///
    /// # Errors
    /// [`UseError::TooMany`].
    pub fn allow_address(&self, address: &str) -> UseResult<()> {
        self.limits.address(address)
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
