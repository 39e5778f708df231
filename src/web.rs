//! The web server: pages, actions, assets, live events, health.

mod assets;
mod callback;
mod context;
mod downloads;
mod events;
mod health;
mod metrics;
mod panics;
mod refusals;
mod router;
mod security;
mod sessions;
mod upload;

pub use assets::Assets;
pub(crate) use context::{client_address, language};
pub use router::{WebState, router, worker_router};
