//! Which path leads where.

use super::{
    Assets, callback, context, downloads, events, health,
    metrics::{self, MetricsState},
    panics, refusals, security,
    sessions::Sessions,
    upload,
};
use crate::{api, settings::Settings};
use app::web::{Context, Instead, Site};
use axum::{
    Extension, Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::StreamExt as _;
use leptos::prelude::*;
use secrecy::SecretString;
use service::Services;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower_http::{
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite, cookie::time::Duration};

/// A form of 50,000 pasted openids is 1.5 MB.
const MOST_FORM_BYTES: usize = 4 * 1024 * 1024;
/// What is read of a larger one, to be able to refuse it.
const MOST_READ_BYTES: usize = 64 * 1024 * 1024;
/// A session ends after this long without a request.
const SESSION_DAYS: i64 = 7;

/// What all handlers share.
#[derive(Clone, Debug)]
pub struct WebState {
    /// The use cases.
    pub services: Arc<Services>,
    /// The built files.
    pub assets: Assets,
    /// Their names.
    pub site: Arc<Site>,
    /// The code that `/setup` asks for from elsewhere.
    pub setup_code: Arc<str>,
    /// How the outside reaches the console.
    pub public_url: Arc<str>,
    /// The page of the simulator, where the demo runs one.
    pub simulator: Option<Arc<str>>,
    /// Cookies over https only.
    pub secure_cookie: bool,
    /// Whether a proxy's headers count.
    pub behind_proxy: bool,
    /// What `/metrics` asks for.
    pub metrics_token: Option<Arc<SecretString>>,
    /// The server is stopping: streams end.
    pub stopping: CancellationToken,
}

impl WebState {
    /// State from settings; `public_url` is how the outside reaches the console.
    #[must_use]
    pub fn new(
        services: Arc<Services>,
        settings: &Settings,
        public_url: &str,
        setup_code: &str,
        stopping: CancellationToken,
    ) -> Self {
        let assets = Assets::find(settings.site_dir.clone());
        let site = Arc::new(assets.site());
        Self {
            services,
            assets,
            site,
            setup_code: setup_code.into(),
            public_url: public_url.into(),
            simulator: settings.simulator.as_deref().map(Arc::from),
            secure_cookie: settings.secure_cookie(),
            behind_proxy: settings.behind_proxy,
            metrics_token: settings.metrics_token.clone().map(Arc::new),
            stopping,
        }
    }
}

/// The whole server.
pub fn router(state: WebState) -> Router {
    // Leptos spawns on tokio; a second router in the same process (tests) finds it set already.
    drop(any_spawner::Executor::init_tokio());
    let sessions = SessionManagerLayer::new(Sessions(state.services.store().clone()))
        .with_name("yanshu_session")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(state.secure_cookie)
        .with_expiry(Expiry::OnInactivity(Duration::days(SESSION_DAYS)));
    // Files are as large as they are; who takes them counts for himself.
    let files = Router::new()
        .route("/send/{id}/file", post(upload::recipients).get(page))
        .route("/subscribers/import", post(upload::subscribers).get(page))
        .layer(middleware::from_fn(refusals::as_pages))
        .layer(middleware::from_fn_with_state(state.clone(), context::provide))
        .layer(sessions.clone())
        .layer(DefaultBodyLimit::disable());
    let console = Router::new()
        .route("/actions/{*action}", post(action))
        .route("/notices/{id}/events", get(events::notice))
        .route("/imports/{id}/errors.csv", get(downloads::bad_rows))
        .route("/imports/{id}/duplicates.csv", get(downloads::duplicates))
        .route("/notices/{id}/files/{file}", get(downloads::deliveries))
        .route("/send/{id}/files/{file}", get(downloads::recipients))
        .route("/subscribers/files/{file}", get(downloads::subscribers))
        .fallback(page)
        .layer(middleware::from_fn(refusals::as_pages))
        .layer(middleware::from_fn_with_state(state.clone(), context::provide))
        .layer(sessions)
        .layer(DefaultBodyLimit::disable())
        .layer(CompressionLayer::new());
    Router::new()
        .merge(files)
        .merge(operations(&state.services, state.metrics_token.clone()))
        .nest("/api", api::router(&state))
        .nest("/wechat", callback::router())
        .fallback_service(console.with_state(state.clone()))
        .layer(middleware::from_fn(panics::caught))
        .layer(middleware::from_fn_with_state(state.clone(), assets))
        .layer(middleware::from_fn(security::headers))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(state)
}

/// What whoever runs it asks for: is it alive, can it work, and its numbers.
fn operations<S: Clone + Send + Sync + 'static>(
    services: &Arc<Services>,
    token: Option<Arc<SecretString>>,
) -> Router<S> {
    let metrics = MetricsState { services: services.clone(), token };
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .with_state(services.clone())
        .merge(Router::new().route("/metrics", get(metrics::metrics)).with_state(metrics))
}

/// All that a process without a console serves.
pub fn worker_router(services: &Arc<Services>, settings: &Settings) -> Router {
    operations(services, settings.metrics_token.clone().map(Arc::new)).layer(middleware::from_fn(security::headers))
}

/// Paths only: query strings can hold what does not belong into logs.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
}

/// Files come before pages.
async fn assets(State(state): State<WebState>, request: Request, next: middleware::Next) -> Response {
    if request.method() == Method::GET
        && let Some(response) = state.assets.answer(request.uri().path(), request.headers())
    {
        return response;
    }
    next.run(request).await
}

async fn action(Extension(ctx): Extension<Context>, request: Request) -> Response {
    let provide = move || provide_context(ctx.clone());
    let (parts, body) = request.into_parts();
    let body = match form(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    let mut request = Request::from_parts(parts, Body::from(body));
    // Our actions always answer with a redirect, also for a client that asks for anything.
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    leptos_axum::handle_server_fns_with_context(provide, request).await.into_response()
}

/// A form's body. One that is too large is read to its end all the same, for a browser that may not finish shows a
/// broken connection instead of the answer; one that is absurdly large is cut off.
async fn form(body: Body) -> Result<Vec<u8>, StatusCode> {
    let mut pieces = body.into_data_stream();
    let mut form = Vec::new();
    let mut read = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| StatusCode::BAD_REQUEST)?;
        read += piece.len();
        if read > MOST_READ_BYTES {
            break;
        }
        if read <= MOST_FORM_BYTES {
            form.extend_from_slice(&piece);
        }
    }
    if read > MOST_FORM_BYTES { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(form) }
}

async fn page(Extension(ctx): Extension<Context>, request: Request<Body>) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    render(ctx, None, request).await
}

/// The page of a request's address, or the one that explains why it was refused.
pub(super) async fn render(ctx: Context, refused: Option<StatusCode>, mut request: Request<Body>) -> Response {
    // A redirect is a redirect, whoever asks.
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    let nonce = leptos::nonce::Nonce::new();
    let policy = security::policy(&nonce);
    let provide = {
        let nonce = nonce.clone();
        move || {
            provide_context(ctx.clone());
            provide_context(nonce.clone());
            if let Some(status) = refused {
                provide_context(Instead(status));
            }
        }
    };
    let mut response = leptos_axum::render_app_async_with_context(provide, app::shell::document)(request).await;
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
