//! The phone: what a person sees of an account's messages and does about them.

mod answer;
mod code;
mod prompt;
mod report;
mod rules;
mod settings;
mod view;

pub use answer::PromptAnswer;
pub use prompt::{Choice, Prompt};
pub use report::{Exchange, Report};
pub use view::{Person, Phone, PhoneTemplate};
