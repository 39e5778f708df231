//! The pages of the console, rendered on the server; islands bring to life what needs life.
//!
//! Everything that runs on the server only lives in modules that exist under feature `ssr`; what the browser gets is
//! [`islands`], the [`components`] they use, and nothing else.

// Views are types as deep as the HTML they stand for.
#![recursion_limit = "512"]

pub mod charts;
pub mod components;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod web;
