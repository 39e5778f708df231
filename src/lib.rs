//! The executable's parts: settings, command line, web server, REST API.

pub mod api;
pub mod cli;
pub mod demo;
pub mod serve;
pub mod settings;
pub mod telemetry;
pub mod web;
