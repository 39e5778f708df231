//! What every page and action works with: the request's context, flash messages, forms, guards.

mod act;
mod context;
mod flash;
mod form;
mod page;
mod reveal;

pub use act::{Done, Form, Need, act, call_words};
pub use context::{Context, Site, Theme, context, provide_request, safe_path};
pub use flash::{Flash, FlashKind, SESSION_FLASH, SESSION_MINI_PROGRAM, SESSION_USER, SessionUser};
pub use form::FormState;
pub use page::{Instead, Nav, Page, PageError, PageResult, page};
pub use reveal::{leave_secret, take_secret};
