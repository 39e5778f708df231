use std::error::Error;

use wechat::{CallError, Client, ClientSettings};

use crate::raw::{Script, json, serve};
use crate::support::{SECRET, client, credentials, send};

const TOKEN: &str = "99_very-secret-token";

/// Everything that a log could show of an error.
fn shown(error: &CallError) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}

#[tokio::test]
async fn no_error_shows_a_token_or_a_secret_or_a_url() {
    let scripts = [
        Script::Close,
        Script::ReadAndClose,
        Script::Silence,
        json(""),
        json(&format!("{{\"access_token\":\"{TOKEN}")),
    ];
    let mut bases = vec!["http://127.0.0.1:1".to_owned(), "http://nowhere.invalid".to_owned()];
    for script in scripts {
        bases.push(serve(script).await.0);
    }
    for base in bases {
        let client = client(&base);
        let errors = [
            send(&client, &TOKEN.into(), "somebody").await.unwrap_err(),
            client.stable_token(&credentials(), false).await.unwrap_err(),
            client.classic_token(&credentials()).await.unwrap_err(),
            client.code_to_session(&credentials(), "very-secret-code").await.unwrap_err(),
        ];
        for error in errors {
            let text = shown(&error);
            for hidden in [TOKEN, SECRET, "very-secret-code", "access_token=", "cgi-bin", "jscode2session"] {
                assert!(!text.contains(hidden), "{hidden} in {text}");
            }
        }
    }
}

#[tokio::test]
async fn credentials_and_tokens_do_not_show_themselves() {
    let (base, _requests) = serve(json(&format!(r#"{{"access_token":"{TOKEN}","expires_in":7200}}"#))).await;
    let token = client(&base).stable_token(&credentials(), false).await.unwrap();
    let text = format!("{:?} {token:?}", credentials());
    assert!(!text.contains(SECRET) && !text.contains(TOKEN), "{text}");
}

#[test]
fn an_address_that_cannot_be_called_is_refused_at_once() {
    for base in ["ftp://api.weixin.qq.com", "http://api.weixin.qq.com/?a=1", "unix:/run/api"] {
        assert!(Client::new(ClientSettings::at(base.parse().unwrap())).is_err(), "{base}");
    }
    assert!(Client::new(ClientSettings::official().unwrap()).is_ok());
}
