//! A refusal: an error code with the platform's words for it.

use std::borrow::Cow;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub errcode: i32,
    pub errmsg: Cow<'static, str>,
    /// The template that is there already, which 200022 tells.
    pub existing: Option<Arc<str>>,
}

impl Refusal {
    pub fn new(errcode: i32, errmsg: impl Into<Cow<'static, str>>) -> Self {
        Self { errcode, errmsg: errmsg.into(), existing: None }
    }

    /// The same template was added before.
    pub fn existing(template: Arc<str>) -> Self {
        Self { existing: Some(template), ..200_022.into() }
    }
}

impl From<i32> for Refusal {
    fn from(errcode: i32) -> Self {
        Self::new(errcode, words(errcode))
    }
}

/// The text of a code as seen in real answers where one is known, else the general table's.
fn words(errcode: i32) -> &'static str {
    match errcode {
        -1 => "system error",
        404 => "404 not found",
        40001 => {
            "invalid credential, access_token is invalid or not latest, could get access_token by \
             getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
        }
        40002 => "invalid grant_type",
        40003 => "invalid openid",
        40013 => "invalid appid",
        40014 => "invalid access_token",
        40029 => "invalid code",
        40037 => "invalid template_id",
        40066 => "invalid url",
        40125 => "invalid appsecret, view more at http://t.cn/RAEkdVq",
        40163 => "code been used",
        40201 => "invalid callback url",
        40202 => "invalid action",
        40203 => "invalid check_operator",
        40243 => "AppSecret is frozen",
        41001 => "access_token missing",
        41002 => "appid missing",
        41004 => "appsecret missing",
        41008 => "missing code",
        41030 => "invalid page",
        42001 => "access_token expired",
        43001 => "require GET method",
        43002 => "require POST method",
        43101 => "user refuse to accept the msg",
        43107 => "subscribe message or template is banned",
        43108 => "concurrent send to the same user",
        44002 => "empty post data",
        45002 => "content size out of limit",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit, must slower, retry next minute",
        45168 => "content contains sensitive words",
        47001 => "data format error",
        47003 => "argument invalid!",
        48001 => "api unauthorized",
        48006 => "forbid to clear quota because of reaching the limit",
        76001 => "rid not found",
        76002 => "rid is error",
        76003 | 76021 => "cgi_path not found, please check",
        76004 => "rid time error",
        76022 => "no permission to use this cgi_path",
        89503 => "this ip must be confirmed by the administrator",
        200_002 => "invalid args",
        200_012 => "private template count reach limit",
        200_014 => "invalid tid",
        200_016 => "invalid start",
        200_017 => "invalid limit",
        200_018 => "empty ids",
        200_019 => "invalid ids",
        200_020 => "invalid kidList",
        200_021 => "invalid sceneDesc",
        200_022 => "template has added already",
        _ => "error",
    }
}
