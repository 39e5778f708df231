//! Somebody who has signed in to the console: keeps cookies, finds the token of a form, reads pages to their end.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// A browser, as far as HTTP goes.
#[derive(Debug)]
pub struct Visitor {
    client: reqwest::Client,
    base: String,
}

impl Visitor {
    /// Signs in.
    ///
    /// # Errors
    /// When the console does not let us in.
    pub async fn sign_in(base: &str, (name, password): (&str, &str)) -> Result<Self> {
        let client = reqwest::Client::builder().cookie_store(true).no_proxy().build()?;
        let visitor = Self { client, base: base.to_owned() };
        let csrf = visitor.csrf("/login").await?;
        let path = visitor.post("/actions/sign-in", &[("csrf", &csrf), ("name", name), ("password", password)]).await?;
        ensure!(!path.starts_with("/login"), "the console does not let {name} in");
        Ok(visitor)
    }

    /// A page and how long it took from the request to its last byte.
    ///
    /// # Errors
    /// When it is not the page that was asked for.
    pub async fn page(&self, path: &str) -> Result<(String, Duration)> {
        let began = Instant::now();
        let answer = self.client.get(format!("{}{path}", self.base)).header("accept", "text/html").send().await?;
        let (status, url) = (answer.status(), answer.url().clone());
        let html = answer.text().await?;
        let took = began.elapsed();
        let asked = path.split('?').next().unwrap_or_default();
        ensure!(status.is_success() && url.path() == asked, "{path} answers {status} at {}", url.path());
        Ok((html, took))
    }

    /// Posts a form; the path that it leads to.
    ///
    /// # Errors
    /// When the console refuses.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        let request = self.client.post(format!("{}{path}", self.base)).header("sec-fetch-site", "same-origin");
        let answer = request.header("accept", "text/html").form(fields).send().await?;
        ensure!(answer.status().is_success(), "{path} answers {}", answer.status());
        Ok(answer.url().path().to_owned())
    }

    /// The form token of a page.
    ///
    /// # Errors
    /// When the page has no form.
    pub async fn csrf(&self, path: &str) -> Result<String> {
        let (html, _) = self.page(path).await?;
        let (before, after) = html.split_once("name=\"csrf\"").with_context(|| format!("no form on {path}"))?;
        let begin = before.rfind('<').unwrap_or_default();
        let tag = format!("{} {}", &before[begin..], after.split('>').next().unwrap_or_default());
        let value = tag.split_once("value=\"").and_then(|(_, rest)| rest.split_once('"'));
        value.map(|(value, _)| value.to_owned()).with_context(|| format!("no token on {path}"))
    }
}
