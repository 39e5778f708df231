//! Server functions: what forms post to. Each one parses, calls one use case and redirects; the frame is
//! [`crate::web::act`].
//!
//! They are posted by plain HTML forms (`<form method="post" action=SignIn::PATH>`), with or without WebAssembly.

pub mod account;
pub mod api_keys;
pub mod control;
pub mod imports;
pub mod mini_programs;
pub mod notices;
pub mod rid;
pub mod segments;
pub mod send;
pub mod subscribers;
pub mod templates;
pub mod users;
pub mod webhooks;
