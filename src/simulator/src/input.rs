//! A platform call as it came in.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::{Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;
use url::form_urlencoded;

use crate::answer::plain;
use crate::refusal::Refusal;
use crate::rids::Asked;

const BODY_LIMIT: usize = 2 * 1024 * 1024;

pub(crate) struct Input {
    pub method: Method,
    pub ip: IpAddr,
    pub body: Bytes,
    uri: Uri,
}

impl Input {
    /// Reads the whole call; the error is the answer to give.
    pub async fn read(request: Request) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        if parts.method == Method::POST && !parts.headers.contains_key(CONTENT_LENGTH) {
            // The platform's gateway does not take chunked bodies (field report).
            return Err(plain(StatusCode::PRECONDITION_FAILED, ""));
        }
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let ip = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip());
        let body = to_bytes(body, BODY_LIMIT).await.map_err(|_too_large| plain(StatusCode::PAYLOAD_TOO_LARGE, ""))?;
        Ok(Self { method: parts.method, ip, body, uri: parts.uri })
    }

    /// What the books of request ids keep of it; nothing is copied here.
    pub fn asked(&self) -> Asked {
        Asked { uri: self.uri.clone(), body: self.body.clone(), ip: self.ip }
    }

    /// A value of the query string.
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        let pairs = form_urlencoded::parse(self.uri.query()?.as_bytes());
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The body as JSON.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Refusal> {
        parse(&self.body)
    }
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    if body.is_empty() {
        return Err(44002.into());
    }
    if body.trim_ascii_start().first() != Some(&b'{') {
        // serde would read a list as the fields in their order.
        return Err(47001.into());
    }
    serde_json::from_slice(body).map_err(|_shape| 47001.into())
}
