//! A mini program's own back end, as the phone meets it.

use std::sync::{Arc, Mutex};

use axum::extract::{Json, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Router, response::IntoResponse};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::harness::{APPID, SECRET};

#[derive(Clone)]
pub struct Backend {
    pub url: String,
    platform: String,
    /// Bodies of the calls, with the bearer token of the second.
    pub calls: Arc<Mutex<Vec<Value>>>,
}

impl Backend {
    /// It exchanges login codes at the platform.
    pub async fn start(platform: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let backend = Self { url, platform, calls: Arc::default() };
        let router = Router::new()
            .route("/api/login", post(login))
            .route("/api/subscribe/record", post(record))
            .with_state(backend.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        backend
    }
}

async fn login(State(backend): State<Backend>, Json(body): Json<Value>) -> impl IntoResponse {
    backend.calls.lock().unwrap().push(body.clone());
    let query = format!(
        "appid={APPID}&secret={SECRET}&js_code={}&grant_type=authorization_code",
        body["code"].as_str().unwrap()
    );
    let session = reqwest::get(format!("{}/sns/jscode2session?{query}", backend.platform)).await.unwrap();
    let session: Value = serde_json::from_str(&session.text().await.unwrap()).unwrap();
    match session["openid"].as_str() {
        Some(openid) => (StatusCode::OK, Json(json!({ "token": format!("token-of-{openid}") }))),
        None => (StatusCode::BAD_REQUEST, Json(session)),
    }
}

async fn record(State(backend): State<Backend>, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
    let bearer = headers["authorization"].to_str().unwrap().to_owned();
    backend.calls.lock().unwrap().push(json!({ "bearer": bearer, "body": body }));
    Json(json!({ "ok": true }))
}
