//! Middleware that finds out, before a page or an action runs, who asks and how they want it.

use super::WebState;
use app::web::{Context, Flash, SESSION_FLASH, SESSION_MINI_PROGRAM, SESSION_USER, SessionUser, Theme};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Lang, Millis, access::User, ids::MiniProgramId, mini_program::MiniProgram};
use service::UseResult;
use std::{collections::BTreeMap, net::SocketAddr};
use tower_http::request_id::RequestId;
use tower_sessions::Session;

/// The cookie with the browser's nonce.
const NONCE_COOKIE: &str = "yanshu_nonce";
/// Session key of the time when it was stored last for no other reason than to last on.
const SESSION_STORED: &str = "stored";
const DAY_MS: Millis = 24 * 3_600_000;

/// Builds the [`Context`] and puts it into the request.
pub async fn provide(State(state): State<WebState>, session: Session, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    if cross_site(&parts) {
        return (StatusCode::FORBIDDEN, "cross-site request refused\n").into_response();
    }
    let nonce = cookie(&parts.headers, NONCE_COOKIE).filter(|n| n.len() == 22).map(str::to_owned);
    let fresh = match &nonce {
        Some(_) => None,
        None => match state.services.keys().random_text(16) {
            Ok(nonce) => Some(nonce),
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
    };
    let nonce = nonce.or_else(|| fresh.clone()).unwrap_or_default();
    match build(&state, &session, &parts, nonce).await {
        Ok(context) => {
            parts.extensions.insert(context);
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the request's context cannot be made");
            return unavailable(&parts);
        }
    }
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(nonce) = fresh {
        let secure = if state.secure_cookie { "; Secure" } else { "" };
        let cookie = format!("{NONCE_COOKIE}={nonce}; Path=/; HttpOnly; SameSite=Lax{secure}");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    // Pages hold personal data and form tokens.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Browsers say where a POST comes from; one from another site is refused whatever token it carries.
fn cross_site(request: &Parts) -> bool {
    if request.method.is_safe() {
        return false;
    }
    let headers = &request.headers;
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => match (text("origin"), text("host")) {
            (Some(origin), Some(host)) => {
                origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")) != Some(host)
            }
            _ => false,
        },
    }
}

async fn build(state: &WebState, session: &Session, request: &Parts, nonce: String) -> UseResult<Context> {
    let user = signed_in(state, session).await?;
    let is_page = request.method == Method::GET && !request.uri.path().ends_with("/events");
    if user.is_some() {
        keep_alive(session, state.services.now()).await;
    }
    let flash = if is_page { take_flash(session).await } else { None };
    let mini_programs = if user.is_some() { state.services.mini_programs().await? } else { Vec::new() };
    let mini_program = chosen(session, &mini_programs).await;
    let peer = peer(&request.extensions);
    let headers = &request.headers;
    let forwarded = forwarded_for(headers).filter(|_| state.behind_proxy);
    let address = address(headers, peer, state.behind_proxy);
    Ok(Context {
        services: state.services.clone(),
        session: session.clone(),
        user,
        lang: language(headers),
        theme: Theme::parse(cookie(headers, "theme").unwrap_or_default()),
        nonce,
        flash,
        mini_programs,
        mini_program,
        simulator: state.simulator.clone(),
        request_id: request_id(request),
        address,
        loopback: forwarded.is_none()
            && headers.get("x-forwarded-for").is_none()
            && peer.is_some_and(|p| p.ip().is_loopback()),
        setup_code: state.setup_code.clone(),
        public_url: state.public_url.clone(),
        path: request.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        query: query(request.uri.query().unwrap_or_default()),
        site: state.site.clone(),
    })
}

/// The message for this page. It is looked for first: taking it away marks the session as changed even where there is
/// none, and a page that is only read must not write.
async fn take_flash(session: &Session) -> Option<Flash> {
    session.get_value(SESSION_FLASH).await.ok().flatten()?;
    session.remove(SESSION_FLASH).await.ok().flatten()
}

/// A session that changes is stored with a new end; one that is only used changes here once a day.
async fn keep_alive(session: &Session, now: Millis) {
    let stored: Option<Millis> = session.get(SESSION_STORED).await.ok().flatten();
    if stored.is_none_or(|stored| now - stored > DAY_MS) {
        // What cannot be stored now is stored with the next request.
        drop(session.insert(SESSION_STORED, now).await);
    }
}

async fn signed_in(state: &WebState, session: &Session) -> UseResult<Option<User>> {
    let Ok(Some(SessionUser { id, epoch })) = session.get(SESSION_USER).await else { return Ok(None) };
    let user = state.services.user_of_session(id, epoch).await?;
    if user.is_none() {
        // Removed, or the password was changed elsewhere: the session is worth nothing any more.
        drop(session.flush().await);
    }
    Ok(user)
}

async fn chosen(session: &Session, all: &[MiniProgram]) -> Option<MiniProgram> {
    let wanted: Option<MiniProgramId> = session.get(SESSION_MINI_PROGRAM).await.ok().flatten();
    all.iter().find(|p| Some(p.id) == wanted).or_else(|| all.first()).cloned()
}

/// The language that the person chose, else the first of the browser that we speak.
pub(crate) fn language(headers: &HeaderMap) -> Lang {
    cookie(headers, "lang").and_then(Lang::parse).unwrap_or_else(|| {
        // The first language of the browser that we speak; Chinese when it speaks neither.
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        accepted.split(',').find_map(|tag| Lang::parse(tag.trim())).unwrap_or_default()
    })
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(n, _)| *n == name).map(|(_, v)| v))
}

/// Where a request came from; what a proxy says counts only where one is set up.
pub(crate) fn client_address(request: &Request, behind_proxy: bool) -> String {
    address(request.headers(), peer(request.extensions()), behind_proxy)
}

fn address(headers: &HeaderMap, peer: Option<SocketAddr>, behind_proxy: bool) -> String {
    let forwarded = forwarded_for(headers).filter(|_| behind_proxy);
    forwarded.or_else(|| peer.map(|p| p.ip().to_string())).unwrap_or_default()
}

fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)
}

/// The last address is the one our own proxy saw; those before it are whatever the client claims.
fn forwarded_for(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("x-forwarded-for")?.to_str().ok()?;
    value.rsplit(',').next().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty())
}

fn request_id(request: &Parts) -> String {
    request.extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default().to_owned()
}

fn query(text: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// The database is away: a page that needs nothing of it.
fn unavailable(request: &Parts) -> Response {
    let id = request_id(request);
    let (title, text) = match language(&request.headers) {
        Lang::Zh => ("暂时无法访问", "数据库没有响应，请稍后刷新本页。正在进行的发送不会丢失。"),
        Lang::En => (
            "Unavailable for the moment",
            "The database does not answer. Reload this page in a moment; nothing that is being sent is lost.",
        ),
    };
    let html = format!(
        "<!DOCTYPE html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title><h1>{title}</h1><p>{text}</p><p><small>{id}</small></p>"
    );
    (StatusCode::SERVICE_UNAVAILABLE, axum::response::Html(html)).into_response()
}
