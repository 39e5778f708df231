use std::error::Error;

use wechat::{AddOrder, CallError, Client, ClientSettings, token_digest};

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
            client.own_templates(&TOKEN.into()).await.unwrap_err(),
            client.add_template(&TOKEN.into(), &AddOrder { tid: 1, kids: &[], scene: "" }).await.unwrap_err(),
            client.clear_quota_by_secret(&credentials()).await.unwrap_err(),
            client.rid_detail(&TOKEN.into(), "1-2").await.unwrap_err(),
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
fn a_token_has_a_name_that_does_not_show_it() {
    // The first 16 bytes of SHA-256("abc"), FIPS 180-4.
    assert_eq!(token_digest(&"abc".into()), "ba7816bf8f01cfea414140de5dae2223");
    assert_ne!(token_digest(&TOKEN.into()), token_digest(&"abc".into()));
}

#[test]
fn an_address_that_cannot_be_called_is_refused_at_once() {
    for base in ["ftp://api.weixin.qq.com", "http://api.weixin.qq.com/?a=1", "unix:/run/api"] {
        assert!(Client::new(ClientSettings::at(base.parse().unwrap())).is_err(), "{base}");
        assert!(client("http://127.0.0.1:1").at(&base.parse().unwrap()).is_err(), "{base}");
    }
    assert!(Client::new(ClientSettings::official().unwrap()).is_ok());
}
