//! The web server: pages, actions, assets, live events, health.

mod assets;
mod context;
mod events;
mod health;
mod router;
mod security;
mod sessions;

pub use assets::Assets;
pub use router::{WebState, router};
