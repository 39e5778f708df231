//! `yanshu simulate` in a process of its own, steered by its control paths.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, ensure};
use model::Millis;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::process::{Process, free_port};

/// The path that a message goes to.
pub const SEND: &str = "/cgi-bin/message/subscribe/send";
/// The AppSecret of every account here.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Grants in one request.
const BATCH: i64 = 50_000;
/// Calls that the log keeps: more than any round has.
const LOG: i64 = 4_000_000;

/// The running simulator.
#[derive(Debug)]
pub struct Platform {
    /// Its base address.
    pub base: String,
    process: Process,
    client: reqwest::Client,
}

/// What the simulator accepted.
#[derive(Clone, Debug, Deserialize)]
pub struct Summary {
    /// Messages.
    pub accepted: i64,
    /// Messages accepted more than once.
    pub repeats: Vec<Value>,
}

#[derive(Deserialize)]
struct Calls {
    calls: Vec<Call>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    time_ms: Millis,
}

impl Platform {
    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(yanshu: &Path, folder: &Path) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let process = Process::start(yanshu, folder, &["simulate", "--listen", &address], &[])?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let mut platform = Self { base: format!("http://{address}"), process, client };
        for _ in 0..500 {
            platform.process.check()?;
            if platform.call(reqwest::Method::GET, "/sim/settings", None).await.is_ok() {
                return Ok(platform);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        anyhow::bail!("the simulator does not answer at {address}")
    }

    async fn call(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Result<Vec<u8>> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        ensure!(answer.status().is_success(), "the simulator answers {} to {path}", answer.status());
        Ok(answer.bytes().await?.into())
    }

    async fn post(&self, path: &str, body: &Value) -> Result<()> {
        self.call(reqwest::Method::POST, path, Some(body)).await.map(drop)
    }

    /// An account without a daily limit.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn add_account(&self, appid: &str) -> Result<()> {
        let account = json!({ "appid": appid, "secret": SECRET, "dailySends": 1_000_000_000_000_u64 });
        self.post("/sim/accounts", &account).await
    }

    /// A one-time template.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn add_template(&self, appid: &str, id: &str, title: &str, content: &str) -> Result<()> {
        let template = json!({ "appid": appid, "id": id, "title": title, "content": content, "type": 2 });
        self.post("/sim/templates", &template).await
    }

    /// Grants of the people of these numbers.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn grant(&self, appid: &str, template: &str, people: std::ops::Range<i64>, count: u32) -> Result<()> {
        let mut from = people.start;
        while from < people.end {
            let to = people.end.min(from + BATCH);
            let grants: Vec<_> = (from..to)
                .map(|i| json!({ "appid": appid, "openid": openid(i), "templateId": template, "count": count }))
                .collect();
            self.post("/sim/grants", &Value::Array(grants)).await?;
            from = to;
        }
        Ok(())
    }

    /// How long every call takes at least.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn set_latency(&self, ms: i64) -> Result<()> {
        self.post("/sim/settings", &json!({ "latencyMs": ms, "logCapacity": LOG, "keepMessages": 0 })).await
    }

    /// Forgets calls and accepted messages.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn clear(&self) -> Result<()> {
        self.call(reqwest::Method::DELETE, "/sim/log", None).await.map(drop)
    }

    /// What was accepted since it was cleared.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn summary(&self) -> Result<Summary> {
        Ok(serde_json::from_slice(&self.call(reqwest::Method::GET, "/sim/sends/summary", None).await?)?)
    }

    /// When the first message came in, UTC milliseconds.
    ///
    /// # Errors
    /// When none came.
    pub async fn first_send(&self) -> Result<Millis> {
        let path = format!("/sim/calls?limit={LOG}&path={SEND}");
        let calls: Calls = serde_json::from_slice(&self.call(reqwest::Method::GET, &path, None).await?)?;
        calls.calls.iter().map(|call| call.time_ms).min().context("the simulator saw no message")
    }

    /// An access token, as any program gets one.
    ///
    /// # Errors
    /// When the simulator refuses.
    pub async fn token(&self, appid: &str) -> Result<String> {
        let path = format!("/cgi-bin/token?grant_type=client_credential&appid={appid}&secret={SECRET}");
        let answer: Value = serde_json::from_slice(&self.call(reqwest::Method::GET, &path, None).await?)?;
        answer["access_token"].as_str().map(str::to_owned).with_context(|| format!("no token: {answer}"))
    }

    /// Stops it.
    ///
    /// # Errors
    /// When it does not stop in order.
    pub async fn stop(self) -> Result<()> {
        self.process.stop().await
    }
}

/// The openid of a number: 28 characters, as real ones.
#[must_use]
pub fn openid(i: i64) -> String {
    format!("oBench{i:022}")
}
