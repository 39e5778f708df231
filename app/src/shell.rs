//! The document, the routes, and the frame around every page.

mod document;
mod error;
mod frame;
mod routes;

pub use document::document;
pub use error::error_view;
pub use frame::Frame;
