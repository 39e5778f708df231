//! The business API, as a business system sees it. Every answer is held against its description.

use crate::{
    both,
    support::{ADMIN, Options, TEMPLATE, TestApp, Which, browser::Visitor, openid},
};
use model::{api::Scope, ids::MiniProgramId};
use reqwest::{Client, Method, StatusCode, header::HeaderMap};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use service::ApiKeyInput;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

mod docs;
mod generated;
mod keys;
mod looking;
mod once;
mod ordering;
mod personal;
mod rules;

/// A business system with a key.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    base: String,
    key: String,
    description: Value,
    /// Making one takes longer than using it.
    validators: Arc<Mutex<HashMap<String, Arc<jsonschema::Validator>>>>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    #[track_caller]
    pub fn must_be(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Paths and codes of what is wrong.
    pub fn errors(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().map(|e| (text(&e["path"]), text(&e["code"]))).collect()
    }

    #[track_caller]
    pub fn must_refuse(self, status: u16, path: &str, code: &str) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        let wanted = (path.to_owned(), code.to_owned());
        assert!(self.errors().contains(&wanted), "{wanted:?} is not among {}", self.body);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Caller {
    pub async fn new(app: &TestApp, program: MiniProgramId, scopes: &[Scope]) -> Self {
        let scopes = scopes.iter().map(|scope| scope.code().to_owned()).collect();
        let input = ApiKeyInput { name: "业务系统".to_owned(), scopes, last_day: String::new() };
        let (_, key) = app.services.add_api_key(program, &input, "ann").await.unwrap();
        Self::with_key(&app.url, key.expose_secret()).await
    }

    pub async fn with_key(base: &str, key: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().no_proxy().build().unwrap();
        let text = client.get(format!("{base}/api/v1/openapi.json")).send().await.unwrap().text().await.unwrap();
        let description = serde_json::from_str(&text).unwrap();
        Self { client, base: base.to_owned(), key: key.to_owned(), description, validators: Arc::default() }
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::POST, path, Some(body.to_string()), &[]).await
    }

    pub async fn post_once(&self, path: &str, body: &Value, name: &str) -> Reply {
        self.call(Method::POST, path, Some(body.to_string()), &[("idempotency-key", name)]).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Reply {
        self.send(method, path, body.map(String::into_bytes), headers).await
    }

    /// The same with a body that need not be text.
    pub async fn send(&self, method: Method, path: &str, body: Option<Vec<u8>>, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.client.request(method.clone(), format!("{}/api/v1{path}", self.base));
        if !self.key.is_empty() {
            request = request.bearer_auth(&self.key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON ({status}): {text}"));
        let reply = Reply { status, headers, body };
        self.hold_against(&method, path, &reply);
        reply
    }

    /// Fails where an answer is not as the description says.
    fn hold_against(&self, method: &Method, path: &str, reply: &Reply) {
        assert!(!reply.header("x-request-id").is_empty(), "{path} has no request id");
        let Some(operation) = self.operation(method, path) else {
            assert!(matches!(reply.status.as_u16(), 404 | 405), "{method} {path} is not described: {}", reply.body);
            return;
        };
        let described = &operation["responses"][reply.status.as_str()];
        let kind = reply.header("content-type").to_owned();
        let schema = &described["content"][&kind]["schema"];
        assert!(schema.is_object(), "{method} {path}: {} {kind} is not described", reply.status);
        let validator = self.validator(schema);
        let wrong: Vec<String> = validator.iter_errors(&reply.body).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{method} {path} {}: {wrong:?} in {}", reply.status, reply.body);
        for name in described["headers"].as_object().unwrap().keys() {
            assert!(reply.headers.contains_key(name), "{method} {path} {}: no {name}", reply.status);
        }
    }

    fn validator(&self, schema: &Value) -> Arc<jsonschema::Validator> {
        let make = || {
            let mut schema = schema.clone();
            schema["components"] = self.description["components"].clone();
            Arc::new(jsonschema::validator_for(&schema).unwrap())
        };
        self.validators.lock().unwrap().entry(schema.to_string()).or_insert_with(make).clone()
    }

    fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let path = path.split('?').next().unwrap();
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |shape: &str| {
            let shape: Vec<&str> = shape.split('/').collect();
            shape.len() == parts.len() && shape.iter().zip(&parts).all(|(s, p)| s.starts_with('{') || s == p)
        };
        let (_, item) = self.description["paths"].as_object().unwrap().iter().find(|(shape, _)| fits(shape))?;
        item.get(method.as_str().to_lowercase())
    }
}

/// How many messages people got, each counted once.
pub fn sent(app: &TestApp, people: &[String]) -> u32 {
    people.iter().collect::<std::collections::BTreeSet<_>>().into_iter().map(|one| app.simulator.sent_count(one)).sum()
}

/// An order for so many people.
pub fn order(people: &[String]) -> Value {
    let recipients: Vec<_> = people.iter().map(|openid| json!({ "openid": openid })).collect();
    json!({
        "template_id": TEMPLATE,
        "data": { "thing1": "村口路灯不亮", "phrase2": "处理中" },
        "recipients": recipients,
    })
}

/// What the examples of the reference name: their template, their person with many grants, and notice 1234. For an application
/// with no notice yet.
pub async fn furnish_as_in_the_examples(app: &TestApp, program: MiniProgramId) {
    let (template, person) = ("aLy3Tz4hEsbHmGl7d2MkGtoGPo4ZC10NMWHEuNl0kZ8", "oGZUI0egBJY1zhBYw2KhdUfwVJJE");
    let template = app.add_template(program, crate::support::APPID, template, "意见处理").await;
    app.add_subscriber(program, person, template, 500).await;
    let one = || service::AudienceInput::One(person.to_owned());
    let before = app.draft(template, one()).await;
    app.services.discard_draft(before).await.unwrap();
    let next = match app.database.url.starts_with("sqlite") {
        true => "UPDATE sqlite_sequence SET seq = 1233 WHERE name = 'notices'",
        false => "ALTER TABLE notices ALTER COLUMN id RESTART WITH 1234",
    };
    execute(app, next.to_owned()).await;
    let notice = app.send(template, one()).await;
    assert_eq!(notice.0, 1234);
}

/// Changes something in the database behind the application.
pub async fn execute(app: &TestApp, sql: String) {
    use sqlx::{Connection, Executor};
    let sql = sqlx::AssertSqlSafe(sql);
    if app.database.url.starts_with("sqlite") {
        sqlx::SqliteConnection::connect(&app.database.url).await.unwrap().execute(sql).await.unwrap();
    } else {
        sqlx::PgConnection::connect(&app.database.url).await.unwrap().execute(sql).await.unwrap();
    }
}
