//! Mini programs: the list, adding one, its page.

mod check;
mod developer;
mod edit;
mod fields;
mod guide;
mod list;
mod new;
mod snippets;
mod state;

pub use edit::EditMiniProgram;
pub use list::MiniPrograms;
pub use new::NewMiniProgram;
