//! The built site: wasm, JavaScript, CSS and public files, from the executable or a directory, sent as they were
//! compressed at build time.

use app::web::Site;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use serde::Deserialize;
use std::{borrow::Cow, path::PathBuf};

/// Where the built files are.
#[derive(Clone, Debug)]
pub enum Assets {
    /// In the executable (feature `embed`).
    Embedded,
    /// In a directory.
    Directory(PathBuf),
    /// Nowhere: pages work, without style.
    Nowhere,
}

#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "$YANSHU_SITE_DIR"]
struct Embedded;

#[derive(Debug, Default, Deserialize)]
struct SiteFile {
    output_name: String,
    css: String,
}

impl Assets {
    /// A directory where one is named, else the executable's own, else nowhere.
    #[must_use]
    pub fn find(dir: Option<PathBuf>) -> Self {
        match dir {
            Some(dir) => Self::Directory(dir),
            None if cfg!(feature = "embed") => Self::Embedded,
            None => Self::Nowhere,
        }
    }

    /// The names of the built files, from `site.json`.
    #[must_use]
    pub fn site(&self) -> Site {
        let file: SiteFile =
            self.read("site.json").and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        if file.css.is_empty() {
            tracing::warn!("no built site was found: pages come without style; build it with `cargo xtask build`");
        }
        Site { output_name: file.output_name, css: file.css }
    }

    fn read(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            #[cfg(feature = "embed")]
            Self::Embedded => Embedded::get(path).map(|file| file.data),
            #[cfg(not(feature = "embed"))]
            Self::Embedded => None,
            // Only plain names: nothing climbs out of the directory.
            Self::Directory(dir) if path.split('/').all(|part| !part.is_empty() && !part.starts_with('.')) => {
                std::fs::read(dir.join(path)).ok().map(Cow::Owned)
            }
            Self::Directory(_) | Self::Nowhere => None,
        }
    }

    /// Answers a request for a file; `None` when there is no such file.
    #[must_use]
    pub fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
        let path = path.trim_start_matches('/');
        if path.is_empty() || path == "site.json" || path.contains('\\') || path.contains('\0') {
            return None;
        }
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let compressed = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, ending)| {
            let takes =
                accepted.split(',').any(|part| part.split(';').next().is_some_and(|name| name.trim() == encoding));
            takes.then(|| self.read(&format!("{path}.{ending}")).map(|bytes| (bytes, encoding))).flatten()
        });
        let (bytes, encoding) = match compressed {
            Some((bytes, encoding)) => (bytes, Some(encoding)),
            None => (self.read(path)?, None),
        };
        let mut response = Response::new(Body::from(bytes.into_owned()));
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        // Files below /pkg carry a hash in their name; the others may change with any version.
        let cache =
            if path.starts_with("pkg/") { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("wasm") => "application/wasm",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_site_directory_is_served() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("site")).unwrap();
        std::fs::write(dir.path().join("secret.txt"), "hush").unwrap();
        std::fs::write(dir.path().join("site/a.txt"), "a").unwrap();
        let assets = Assets::Directory(dir.path().join("site"));
        assert!(assets.answer("/a.txt", &HeaderMap::new()).is_some());
        for path in ["/../secret.txt", "/./a.txt", "//a.txt/", "/..\\secret.txt", "/.hidden", "/"] {
            assert!(assets.answer(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }

    #[test]
    fn the_smallest_form_that_the_browser_takes_is_sent() {
        let dir = tempfile::tempdir().unwrap();
        for (name, body) in [("a.css", "plain"), ("a.css.br", "brotli"), ("a.css.gz", "gzip")] {
            std::fs::write(dir.path().join(name), body).unwrap();
        }
        let assets = Assets::Directory(dir.path().to_path_buf());
        let encoding = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
            let response = assets.answer("/a.css", &headers).unwrap();
            response.headers().get(header::CONTENT_ENCODING).map(|v| v.to_str().unwrap().to_owned())
        };
        assert_eq!(encoding("gzip, deflate, br").as_deref(), Some("br"));
        assert_eq!(encoding("gzip;q=1.0").as_deref(), Some("gzip"));
        assert_eq!(encoding("identity"), None);
    }
}
