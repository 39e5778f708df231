//! The platform's paths that are answered.

use axum::http::Method;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Endpoint {
    ClassicToken,
    StableToken,
    Send,
    Session,
    QuotaGet,
    ClearQuota,
    Templates,
    #[default]
    Unknown,
}

impl Endpoint {
    const ALL: [Self; 7] = [
        Self::ClassicToken,
        Self::StableToken,
        Self::Send,
        Self::Session,
        Self::QuotaGet,
        Self::ClearQuota,
        Self::Templates,
    ];

    pub fn of(path: &str) -> Self {
        Self::ALL.into_iter().find(|endpoint| endpoint.path() == path).unwrap_or_default()
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::ClassicToken => "/cgi-bin/token",
            Self::StableToken => "/cgi-bin/stable_token",
            Self::Send => "/cgi-bin/message/subscribe/send",
            Self::Session => "/sns/jscode2session",
            Self::QuotaGet => "/cgi-bin/openapi/quota/get",
            Self::ClearQuota => "/cgi-bin/clear_quota",
            Self::Templates => "/wxaapi/newtmpl/gettemplate",
            Self::Unknown => "unknown",
        }
    }

    /// The error code for this method, if it is the wrong one. The newtmpl pages answer a 404 inside the JSON, the
    /// others 43001 and 43002 (general return codes; stable_token page).
    pub fn refuses(self, method: &Method) -> Option<i32> {
        match self {
            Self::Templates if method != Method::GET => Some(404),
            Self::ClassicToken | Self::Session if method != Method::GET => Some(43001),
            Self::StableToken | Self::Send | Self::QuotaGet | Self::ClearQuota if method != Method::POST => Some(43002),
            _ => None,
        }
    }
}
