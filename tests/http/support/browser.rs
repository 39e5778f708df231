//! A browser without JavaScript, as far as HTTP goes: keeps cookies, reads form tokens, follows redirects.

use reqwest::{Client, Response, StatusCode, redirect::Policy};

/// A visitor with cookies of their own.
pub struct Visitor {
    pub client: Client,
    base: String,
}

/// A page as it came.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    /// Path and query after all redirects.
    pub path: String,
    pub html: String,
}

impl Seen {
    pub fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    #[track_caller]
    pub fn must_have(&self, text: &str) -> &Self {
        assert!(self.has(text), "{text:?} is not on {} ({}):\n{}", self.path, self.status, self.html);
        self
    }

    #[track_caller]
    pub fn must_not_have(&self, text: &str) -> &Self {
        assert!(!self.has(text), "{text:?} is on {} ({}):\n{}", self.path, self.status, self.html);
        self
    }

    /// The form token of the page.
    #[track_caller]
    pub fn csrf(&self) -> String {
        let at = self.html.find("name=\"csrf\"").unwrap_or_else(|| panic!("no form on {}: {}", self.path, self.html));
        let tag = &self.html[self.html[..at].rfind('<').unwrap()..];
        let tag = &tag[..tag.find('>').unwrap()];
        let value = &tag[tag.find("value=\"").expect("value") + 7..];
        value[..value.find('"').unwrap()].to_owned()
    }
}

impl Visitor {
    pub fn new(base: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().cookie_store(true).redirect(Policy::limited(5)).no_proxy().build().unwrap();
        Self { client, base: base.to_owned() }
    }

    /// Signed in.
    pub async fn signed_in(base: &str, name: &str, password: &str) -> Self {
        let visitor = Self::new(base);
        let seen = visitor.sign_in(name, password).await;
        assert!(!seen.path.starts_with("/login"), "sign-in failed: {}", seen.html);
        visitor
    }

    pub async fn sign_in(&self, name: &str, password: &str) -> Seen {
        let csrf = self.get("/login").await.csrf();
        self.post("/actions/sign-in", &[("csrf", csrf.as_str()), ("name", name), ("password", password)]).await
    }

    pub async fn get(&self, path: &str) -> Seen {
        let request = self.client.get(format!("{}{path}", self.base)).header("accept", "text/html").header("accept-language", "zh");
        see(request.send().await.unwrap()).await
    }

    /// Posts a form as a browser does and follows the redirect.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("accept", "text/html")
            .header("accept-language", "zh")
            .header("sec-fetch-site", "same-origin")
            .form(fields);
        see(request.send().await.unwrap()).await
    }

    /// Posts with the token of a page.
    pub async fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Seen {
        let csrf = self.get(page).await.csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }
}

async fn see(response: Response) -> Seen {
    let status = response.status();
    let url = response.url().clone();
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Seen { status, path, html: response.text().await.unwrap() }
}
