//! The HTML document.

use super::routes::App;
use crate::web::{Context, Theme, context};
use leptos::{config::LeptosOptions, hydration::HydrationScripts, prelude::*};
use leptos_meta::{MetaTags, provide_meta_context};

/// The whole page of a request.
#[must_use]
pub fn document() -> AnyView {
    provide_meta_context();
    let ctx = context();
    let theme = (ctx.theme != Theme::Auto).then(|| ctx.theme.code());
    let css = ctx.site.css.clone();
    let scripts = scripts(&ctx);
    view! {
        <!DOCTYPE html>
        <html lang=ctx.lang.tag() data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                {(!css.is_empty()).then(|| view! { <link rel="stylesheet" href=css /> })}
                {scripts}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
    .into_any()
}

/// The island scripts; without a built site pages do without.
fn scripts(ctx: &Context) -> Option<impl IntoView + use<>> {
    let name = ctx.site.output_name.clone();
    (!name.is_empty()).then(|| {
        let options = LeptosOptions::builder().output_name(name).site_pkg_dir("pkg").build();
        view! { <HydrationScripts options islands=true /> }
    })
}
