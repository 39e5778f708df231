//! What the tests share.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use wechat::{CallError, Client, ClientSettings, Credentials, Data, SendAccepted, SendRequest};

pub const APPID: &str = "wx0000000000000001";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const TEMPLATE: &str = "template-one";

pub fn client(base: &str) -> Client {
    let mut settings = ClientSettings::at(base.parse().unwrap());
    settings.connect_timeout = Duration::from_millis(300);
    settings.timeout = Duration::from_millis(600);
    Client::new(settings).unwrap()
}

pub fn credentials() -> Credentials {
    Credentials { appid: APPID.to_owned(), secret: SECRET.into() }
}

pub fn values() -> BTreeMap<String, String> {
    BTreeMap::from([("thing1".to_owned(), "语文 \"1\"".to_owned()), ("time2".to_owned(), "15:01".to_owned())])
}

pub async fn send(client: &Client, token: &SecretString, openid: &str) -> Result<SendAccepted, CallError> {
    send_values(client, token, openid, &values()).await
}

pub async fn send_values(
    client: &Client,
    token: &SecretString,
    openid: &str,
    values: &BTreeMap<String, String>,
) -> Result<SendAccepted, CallError> {
    let request = SendRequest {
        touser: openid,
        template_id: TEMPLATE,
        page: Some("pages/index?id=1"),
        miniprogram_state: "formal",
        lang: "zh_CN",
        data: Data::Values(values),
    };
    client.sender(token).send(&request).await
}
