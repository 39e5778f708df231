//! The platform's paths that are answered.

use axum::http::Method;

/// Every path with its method and what the wrong one is answered: the newtmpl pages answer a 404 inside the JSON, the
/// others 43001 and 43002 (general return codes; stable_token page).
static ALL: [(Endpoint, &str, Method, i32); 18] = [
    (Endpoint::ClassicToken, "/cgi-bin/token", Method::GET, 43001),
    (Endpoint::StableToken, "/cgi-bin/stable_token", Method::POST, 43002),
    (Endpoint::Send, "/cgi-bin/message/subscribe/send", Method::POST, 43002),
    (Endpoint::Session, "/sns/jscode2session", Method::GET, 43001),
    (Endpoint::PhoneNumber, "/wxa/business/getuserphonenumber", Method::POST, 43002),
    (Endpoint::QuotaGet, "/cgi-bin/openapi/quota/get", Method::POST, 43002),
    (Endpoint::ClearQuota, "/cgi-bin/clear_quota", Method::POST, 43002),
    (Endpoint::ClearQuotaBySecret, "/cgi-bin/clear_quota/v2", Method::POST, 43002),
    (Endpoint::RidGet, "/cgi-bin/openapi/rid/get", Method::POST, 43002),
    (Endpoint::CallbackCheck, "/cgi-bin/callback/check", Method::POST, 43002),
    (Endpoint::CallbackIps, "/cgi-bin/getcallbackip", Method::GET, 43001),
    (Endpoint::DomainIps, "/cgi-bin/get_api_domain_ip", Method::GET, 43001),
    (Endpoint::Templates, "/wxaapi/newtmpl/gettemplate", Method::GET, 404),
    (Endpoint::Categories, "/wxaapi/newtmpl/getcategory", Method::GET, 404),
    (Endpoint::Titles, "/wxaapi/newtmpl/getpubtemplatetitles", Method::GET, 404),
    (Endpoint::Keywords, "/wxaapi/newtmpl/getpubtemplatekeywords", Method::GET, 404),
    (Endpoint::AddTemplate, "/wxaapi/newtmpl/addtemplate", Method::POST, 404),
    (Endpoint::DeleteTemplate, "/wxaapi/newtmpl/deltemplate", Method::POST, 404),
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Endpoint {
    ClassicToken,
    StableToken,
    Send,
    Session,
    PhoneNumber,
    QuotaGet,
    ClearQuota,
    ClearQuotaBySecret,
    RidGet,
    CallbackCheck,
    CallbackIps,
    DomainIps,
    Templates,
    Categories,
    Titles,
    Keywords,
    AddTemplate,
    DeleteTemplate,
    #[default]
    Unknown,
}

impl Endpoint {
    pub fn of(path: &str) -> Self {
        // Nearly all calls are sends.
        if path == Self::Send.path() {
            return Self::Send;
        }
        ALL.iter().find(|(_, known, ..)| *known == path).map_or(Self::Unknown, |(endpoint, ..)| *endpoint)
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::Send => "/cgi-bin/message/subscribe/send",
            _ => self.entry().map_or("unknown", |(_, path, ..)| path),
        }
    }

    /// The error code for this method, if it is the wrong one.
    pub fn refuses(self, method: &Method) -> Option<i32> {
        self.entry().filter(|(_, _, right, _)| right != method).map(|(.., errcode)| *errcode)
    }

    fn entry(self) -> Option<&'static (Self, &'static str, Method, i32)> {
        ALL.iter().find(|(endpoint, ..)| *endpoint == self)
    }
}
