//! What runs in the browser.

mod content_editor;
mod live_notice;
mod template_fields;

pub use content_editor::{ContentEditor, Editing, MembersOnly};
pub use live_notice::{Cancel, LiveNotice};
pub use template_fields::{FieldDraft, TemplateDraft, TemplateFields};
