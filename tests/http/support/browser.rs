//! A browser without JavaScript, as far as HTTP goes: keeps cookies, reads form tokens, follows redirects.

use super::html::{self, Token};
use reqwest::{
    Client, Response, StatusCode,
    cookie::{CookieStore as _, Jar},
    redirect::Policy,
};
use std::sync::Arc;

/// A visitor with cookies of their own.
pub struct Visitor {
    pub client: Client,
    jar: Arc<Jar>,
    pub base: String,
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

impl Seen {
    /// The number that stands under a label on a tile.
    #[track_caller]
    pub fn stat(&self, label: &str) -> String {
        let texts = html::texts(&self.html);
        let labels = html::tokens(&self.html)
            .windows(2)
            .any(|pair| pair[0].attribute("class") == Some("stat-label") && pair[1] == Token::Text(label.to_owned()));
        assert!(labels, "no tile {label:?} on {} ({}): {texts:?}", self.path, self.status);
        let tokens = html::tokens(&self.html);
        let at = tokens.windows(2).position(|pair| {
            pair[0].attribute("class") == Some("stat-label") && pair[1] == Token::Text(label.to_owned())
        });
        let value = tokens[at.unwrap()..].iter().skip_while(|t| t.attribute("class") != Some("stat-value")).nth(1);
        let Some(Token::Text(value)) = value else { panic!("a tile without a number: {label}") };
        value.clone()
    }

    /// The texts inside the element with this id.
    #[track_caller]
    pub fn under(&self, id: &str) -> String {
        let tokens = html::tokens(&self.html);
        let at = tokens.iter().position(|token| token.attribute("id") == Some(id));
        let at =
            at.unwrap_or_else(|| panic!("nothing is called {id} on {} ({}):\n{}", self.path, self.status, self.html));
        let Token::Open { name, .. } = &tokens[at] else { return String::new() };
        let (mut depth, mut words) = (0_usize, Vec::new());
        for token in &tokens[at..] {
            match token {
                Token::Open { name: other, .. } => depth += usize::from(other == name),
                Token::Close(other) => depth -= usize::from(other == name),
                Token::Text(text) => words.push(text.trim()),
            }
            if depth == 0 {
                break;
            }
        }
        words.concat()
    }

    /// Fails where what somebody typed has become part of the page: the tests' payloads all say `evil`.
    #[track_caller]
    pub fn must_be_harmless(&self) -> &Self {
        let mut script = false;
        for token in html::tokens(&self.html) {
            match &token {
                Token::Open { name, attributes } => {
                    script = name == "script";
                    let bad = |name: &str, value: &str| {
                        name.starts_with("on")
                            || name.contains("evil")
                            || (matches!(name, "href" | "src" | "action") && value.starts_with("javascript:"))
                    };
                    let bad = attributes.iter().find(|(name, value)| bad(name, value));
                    assert!(
                        bad.is_none() && !name.contains("evil"),
                        "{} has <{name} {bad:?}>:\n{}",
                        self.path,
                        self.html
                    );
                }
                Token::Text(text) => assert!(!(script && text.contains("evil")), "{} runs {text}", self.path),
                Token::Close(_) => script = false,
            }
        }
        self
    }

    /// Whether the words stand on the page as text, whatever characters they are of.
    pub fn shows(&self, text: &str) -> bool {
        html::tokens(&self.html).iter().any(|token| match token {
            Token::Text(words) => words.contains(text),
            Token::Open { attributes, .. } => attributes.iter().any(|(_, value)| value.contains(text)),
            Token::Close(_) => false,
        })
    }

    #[track_caller]
    pub fn must_show(&self, text: &str) -> &Self {
        assert!(self.shows(text), "{text:?} does not show on {} ({}):\n{}", self.path, self.status, self.html);
        self
    }

    /// What a form holds for a field.
    #[track_caller]
    pub fn held(&self, action: &str, field: &str) -> String {
        let form = self.form(action);
        let control = form.controls.iter().find(|c| c.name == field && c.sent);
        control.unwrap_or_else(|| panic!("no field {field} in {action} on {}: {form:?}", self.path)).value.clone()
    }

    /// The form with this action.
    #[track_caller]
    pub fn form(&self, action: &str) -> html::Form {
        let found = html::forms(&self.html).into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("no form {action} on {} ({}):\n{}", self.path, self.status, self.html))
    }
}

impl Visitor {
    pub fn new(base: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let jar = Arc::new(Jar::default());
        let client =
            Client::builder().cookie_provider(jar.clone()).redirect(Policy::limited(5)).no_proxy().build().unwrap();
        Self { client, jar, base: base.to_owned() }
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let all = self.jar.cookies(&self.base.parse().unwrap())?;
        let mut pairs = all.to_str().unwrap().split("; ").filter_map(|pair| pair.split_once('='));
        pairs.find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
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
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .header("accept", "text/html")
            .header("accept-language", "zh");
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

    /// Fills in fields of a form that stands on the page and presses its button; every other field goes as it stands.
    pub async fn fill(&self, on: &Seen, action: &str, fields: &[(&str, &str)]) -> Seen {
        let form = on.form(action);
        assert_eq!(form.method, "post");
        for (name, value) in fields {
            let fits = |c: &html::Control| {
                c.name == *name
                    && (!matches!(c.kind.as_str(), "radio" | "checkbox" | "option" | "submit") || c.value == *value)
            };
            assert!(
                form.controls.iter().any(fits),
                "{action} on {} has no field {name} for {value:?}: {form:?}",
                on.path
            );
        }
        let stands = form.controls.iter().filter(|c| c.sent && !fields.iter().any(|(name, _)| *name == c.name));
        let mut all: Vec<_> = stands.map(|c| (c.name.as_str(), c.value.as_str())).collect();
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }

    /// Chooses a language as the switch on every page does.
    pub async fn speak(&self, lang: &str) {
        let seen = self.get("/account").await;
        self.fill(&seen, "/actions/preference", &[("lang", lang)]).await;
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
    // As it is: reading it as text would take a byte order mark away.
    Seen { status, path, html: String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned() }
}
