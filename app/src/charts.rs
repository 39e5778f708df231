//! Charts: SVG drawn on the server, with a text for screen readers and the exact numbers in a table below.
//!
//! Three slices everywhere, in one order: 成功, 失败, 待发送. Colours come from classes (`.success`, `.fail`, `.pending`);
//! stripes and dots tell the slices apart for those who do not see the colours.

mod bars;
mod data;
mod donut;
pub mod geometry;
mod share;
mod slices;

pub use bars::{Bar, StackedBars};
pub use donut::{Donut, DonutLinks};
pub use share::{Part, ShareBar};
pub use slices::{slice_class, success_rate, summary, unknown_hint};

#[cfg(all(test, feature = "ssr"))]
mod tests;
