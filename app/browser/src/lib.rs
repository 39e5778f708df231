//! The wasm entry point: brings the islands of a page to life. Everything else of a page is HTML already.

/// The islands, named here so that the linker keeps them; the page calls each by name.
pub use app::islands;

/// Called by the script of the page once the wasm is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
