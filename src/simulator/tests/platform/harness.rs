//! A running simulator with one account, one template and a clock that stands still.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use simulator::{Account, Simulator, Template};
use tokio::net::TcpListener;

pub const APPID: &str = "wx0000000000000001";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const TEMPLATE: &str = "template-one";
pub const LONG_TERM: &str = "template-long";
pub const OTHER: &str = "template-other";
pub const SEND: &str = "/cgi-bin/message/subscribe/send";

pub struct Platform {
    pub simulator: Simulator,
    pub address: SocketAddr,
    pub http: reqwest::Client,
    clock: Arc<AtomicI64>,
}

impl Platform {
    pub async fn start() -> Self {
        let clock = Arc::new(AtomicI64::new(1_750_000_000_000));
        let hand = clock.clone();
        let simulator = Simulator::with_clock(Arc::new(move || hand.load(Ordering::SeqCst)));
        simulator.add_account(Account::new(APPID, SECRET));
        let content = "课程:{{thing1.DATA}}\n时间:{{time2.DATA}}\n";
        simulator.add_template(APPID, Template::one_time(TEMPLATE, "上课提醒", content)).unwrap();
        simulator.add_template(APPID, Template::one_time(OTHER, "缴费通知", "项目:{{thing1.DATA}}\n")).unwrap();
        simulator.add_template(APPID, Template::one_time(LONG_TERM, "上课提醒", content).long_term()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(simulator.clone().serve(listener, std::future::pending()));
        // Fails when another test of this process was first, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).build().unwrap();
        Self { simulator, address, http, clock }
    }

    pub fn pass_secs(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn get(&self, path: &str) -> Value {
        parse(self.http.get(self.url(path)).send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        parse(self.http.post(self.url(path)).body(body.to_string()).send().await.unwrap()).await
    }

    /// A control call, which must succeed.
    pub async fn control(&self, path: &str, body: &Value) {
        let request = self.http.post(self.url(path)).header("content-type", "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {} {}", response.status(), response.text().await.unwrap());
    }

    /// A control call, which must succeed, and its answer.
    pub async fn control_json(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(self.url(path)).header("content-type", "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {} {}", response.status(), response.text().await.unwrap());
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }

    pub async fn put(&self, path: &str, body: &Value) -> reqwest::Response {
        let request = self.http.put(self.url(path)).header("content-type", "application/json");
        request.body(body.to_string()).send().await.unwrap()
    }

    /// What a control path shows.
    pub async fn read(&self, path: &str) -> Value {
        let text = self.http.get(self.url(path)).send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    pub async fn stable(&self, force: bool) -> Value {
        let body = json!({
            "grant_type": "client_credential", "appid": APPID, "secret": SECRET, "force_refresh": force,
        });
        self.post("/cgi-bin/stable_token", &body).await
    }

    pub async fn classic(&self) -> Value {
        let query = format!("grant_type=client_credential&appid={APPID}&secret={SECRET}");
        self.get(&format!("/cgi-bin/token?{query}")).await
    }

    pub async fn token(&self) -> String {
        self.stable(false).await["access_token"].as_str().unwrap().to_owned()
    }

    pub fn grant(&self, openid: &str, n: u32) {
        self.simulator.grant(APPID, openid, TEMPLATE, n).unwrap();
    }

    pub async fn send_as(&self, token: &str, body: &Value) -> Value {
        self.post(&format!("{SEND}?access_token={token}"), body).await
    }

    pub async fn send(&self, body: &Value) -> Value {
        self.send_as(&self.token().await, body).await
    }

    pub async fn send_to(&self, openid: &str) -> Value {
        self.send(&message(openid)).await
    }
}

async fn parse(response: reqwest::Response) -> Value {
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

pub fn message(openid: &str) -> Value {
    json!({
        "touser": openid, "template_id": TEMPLATE, "page": "index?id=1",
        "data": { "thing1": { "value": "语文" }, "time2": { "value": "15:01" } },
    })
}

pub fn code(answer: &Value) -> i64 {
    answer["errcode"].as_i64().unwrap_or(0)
}

pub fn text(answer: &Value) -> &str {
    answer["errmsg"].as_str().unwrap_or_default()
}
