use model::platform::{CallbackCheck, CheckedAddress, CheckedPing, Quota, RidDetail};
use tokio::sync::mpsc::UnboundedReceiver;
use wechat::{CallError, CheckOrder, Client, SEND_PATH, UnknownCause};

use crate::raw::{json, serve};
use crate::support::{APPID, SECRET, client, credentials};

async fn answering(body: &str) -> (Client, UnboundedReceiver<String>) {
    let (base, requests) = serve(json(body)).await;
    (client(&base), requests)
}

fn assert_request(request: &str, path: &str, body: &str) {
    assert!(request.starts_with(&format!("POST {path} HTTP/1.1\r\n")), "{request}");
    assert!(request.ends_with(&format!("\r\n\r\n{body}")), "{request}");
}

fn is_incomplete(error: &CallError) -> bool {
    matches!(error, CallError::Unknown { cause: UnknownCause::Incomplete(_), .. })
}

#[tokio::test]
async fn the_quota_of_a_path_is_read() {
    let body = r#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":10000000,"used":"12","remain":9999988},
        "rate_limit":{"call_count":600,"refresh_second":"60"},"component_rate_limit":{"call_count":1}}"#;
    let (client, mut requests) = answering(body).await;
    let quota = client.quota(&"t".into(), SEND_PATH).await.unwrap();
    let wanted = Quota { daily_limit: 10_000_000, used: 12, remain: 9_999_988, rate_calls: 600, rate_seconds: 60 };
    assert_eq!(quota, wanted);
    let order = r#"{"cgi_path":"/cgi-bin/message/subscribe/send"}"#;
    assert_request(&requests.recv().await.unwrap(), "/cgi-bin/openapi/quota/get?access_token=t", order);
}

#[tokio::test]
async fn a_quota_may_lack_its_rest_and_its_rate_but_not_its_limit() {
    let (client, _requests) = answering(r#"{"errcode":0,"quota":{"daily_limit":10,"used":12}}"#).await;
    let wanted = Quota { daily_limit: 10, used: 12, remain: 0, rate_calls: 0, rate_seconds: 0 };
    assert_eq!(client.quota(&"t".into(), SEND_PATH).await.unwrap(), wanted);
    for body in [r#"{"errcode":0}"#, r#"{"errcode":0,"quota":null}"#, r#"{"quota":{"used":1,"remain":2}}"#] {
        let error = answering(body).await.0.quota(&"t".into(), SEND_PATH).await.unwrap_err();
        assert!(is_incomplete(&error), "{body} {error:?}");
    }
    let error = answering(r#"{"errcode":76021}"#).await.0.quota(&"t".into(), "/x").await.unwrap_err();
    assert_eq!(error.errcode(), Some(76021));
}

#[tokio::test]
async fn counters_are_reset_with_a_token_or_with_the_secret() {
    let (client, mut requests) = answering(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    client.clear_quota(&"t".into(), APPID).await.unwrap();
    let order = format!(r#"{{"appid":"{APPID}"}}"#);
    assert_request(&requests.recv().await.unwrap(), "/cgi-bin/clear_quota?access_token=t", &order);
    client.clear_quota_by_secret(&credentials()).await.unwrap();
    let order = format!(r#"{{"appid":"{APPID}","appsecret":"{SECRET}"}}"#);
    assert_request(&requests.recv().await.unwrap(), "/cgi-bin/clear_quota/v2", &order);

    let (client, _requests) = answering(r#"{"errcode":48006,"errmsg":"forbid to clear quota"}"#).await;
    assert_eq!(client.clear_quota(&"t".into(), APPID).await.unwrap_err().errcode(), Some(48006));
    let (client, _requests) = answering("{}").await;
    assert!(is_incomplete(&client.clear_quota_by_secret(&credentials()).await.unwrap_err()));
}

#[tokio::test]
async fn the_detail_of_a_request_shows_no_token_and_no_secret() {
    let body = r#"{"errcode":0,"errmsg":"ok","request":{"invoke_time":1635156704,"cost_in_ms":"30",
        "request_url":"access_token=50_Im7xxxx&lang=zh","request_body":"{\"appsecret\":\"0f0f\",\"rid\":\"61-a\"}",
        "response_body":{"access_token":"51_Jn8","expires_in":7200},"client_ip":"113.1.2.3"}}"#;
    let (client, mut requests) = answering(body).await;
    let detail = client.rid_detail(&"t".into(), "61725984-6126f6f9-040f19c4").await.unwrap();
    let wanted = RidDetail {
        invoked_at: 1_635_156_704_000,
        cost_ms: 30,
        url: "access_token=***&lang=zh".to_owned(),
        request: r#"{"appsecret":"***","rid":"61-a"}"#.to_owned(),
        response: r#"{"access_token":"***","expires_in":7200}"#.to_owned(),
        client_ip: "113.1.2.3".to_owned(),
    };
    assert_eq!(detail, wanted);
    let order = r#"{"rid":"61725984-6126f6f9-040f19c4"}"#;
    assert_request(&requests.recv().await.unwrap(), "/cgi-bin/openapi/rid/get?access_token=t", order);

    let (client, _requests) = answering(r#"{"errcode":0,"request":{}}"#).await;
    assert_eq!(client.rid_detail(&"t".into(), "x").await.unwrap(), RidDetail::default());
    for body in [r#"{"errcode":0}"#, r#"{"errcode":0,"request":"x"}"#] {
        assert!(is_incomplete(&answering(body).await.0.rid_detail(&"t".into(), "x").await.unwrap_err()), "{body}");
    }
    let error = answering(r#"{"errcode":76001}"#).await.0.rid_detail(&"t".into(), "x").await.unwrap_err();
    assert_eq!(error.errcode(), Some(76001));
}

#[tokio::test]
async fn a_callback_check_is_read_without_an_error_code() {
    let body = r#"{"dns":[{"ip":"111.161.64.40","real_operator":"UNICOM"}],
        "ping":[{"ip":"111.161.64.40","from_operator":"UNICOM","package_loss":"0%","time":"23.079ms"},
                {"ip":"111.161.64.48","from_operator":"CAP","package_loss":0}]}"#;
    let (client, mut requests) = answering(body).await;
    let found = client.callback_check(&"t".into(), CheckOrder::All).await.unwrap();
    let ping = |ip: &str, operator: &str, loss: &str, time: &str| CheckedPing {
        ip: ip.to_owned(),
        operator: operator.to_owned(),
        loss: loss.to_owned(),
        time: time.to_owned(),
    };
    let wanted = CallbackCheck {
        dns: vec![CheckedAddress { ip: "111.161.64.40".to_owned(), operator: "UNICOM".to_owned() }],
        ping: vec![ping("111.161.64.40", "UNICOM", "0%", "23.079ms"), ping("111.161.64.48", "CAP", "0", "")],
    };
    assert_eq!(found, wanted);
    requests.recv().await.unwrap();
    for (order, action) in [(CheckOrder::All, "all"), (CheckOrder::Dns, "dns"), (CheckOrder::Ping, "ping")] {
        client.callback_check(&"t".into(), order).await.unwrap();
        let order = format!(r#"{{"action":"{action}","check_operator":"DEFAULT"}}"#);
        assert_request(&requests.recv().await.unwrap(), "/cgi-bin/callback/check?access_token=t", &order);
    }
}

#[tokio::test]
async fn a_callback_check_may_find_nothing_or_be_refused() {
    let (client, _requests) = answering(r#"{"dns":[]}"#).await;
    assert_eq!(client.callback_check(&"t".into(), CheckOrder::Dns).await.unwrap(), CallbackCheck::default());
    let (client, _requests) = answering(r#"{"errcode":40201,"errmsg":"not set"}"#).await;
    assert_eq!(client.callback_check(&"t".into(), CheckOrder::All).await.unwrap_err().errcode(), Some(40201));
    let (client, _requests) = answering(r#"{"status":"up"}"#).await;
    assert!(is_incomplete(&client.callback_check(&"t".into(), CheckOrder::All).await.unwrap_err()));
}
