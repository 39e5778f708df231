use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use wechat::{CallError, NotSentCause, SendAccepted, UnknownCause};

use crate::raw::{Script, answer, json, serve};
use crate::support::{client, credentials, send};

async fn result_of(script: Script) -> Result<SendAccepted, CallError> {
    let (base, _requests) = serve(script).await;
    send(&client(&base), &"token".into(), "somebody").await
}

async fn unknown(script: Script) -> UnknownCause {
    match result_of(script).await {
        Err(CallError::Unknown { cause, .. }) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refused_connection_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send(&client(&base), &"token".into(), "somebody").await.unwrap_err();
    assert!(matches!(error, CallError::NotSent { cause: NotSentCause::NotConnected, .. }), "{error:?}");
}

#[tokio::test]
async fn a_host_without_an_address_was_not_sent() {
    let error = send(&client("http://nowhere.invalid"), &"token".into(), "somebody").await.unwrap_err();
    assert!(matches!(error, CallError::NotSent { cause: NotSentCause::NotConnected, .. }), "{error:?}");
}

#[tokio::test]
async fn a_failed_tls_handshake_was_not_sent() {
    let (base, _requests) = serve(Script::Close).await;
    let base = base.replace("http://", "https://");
    let error = send(&client(&base), &"token".into(), "somebody").await.unwrap_err();
    assert!(matches!(error, CallError::NotSent { cause: NotSentCause::NotConnected, .. }), "{error:?}");
}

#[tokio::test]
async fn a_connection_closed_before_or_after_reading_is_in_doubt() {
    assert_eq!(unknown(Script::Close).await, UnknownCause::Broken);
    assert_eq!(unknown(Script::ReadAndClose).await, UnknownCause::Broken);
}

#[tokio::test]
async fn silence_is_in_doubt_and_ends_in_time() {
    assert_eq!(unknown(Script::Silence).await, UnknownCause::Timeout);
}

#[tokio::test]
async fn an_answer_that_stops_half_way_is_in_doubt() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"errcode\":0,".to_owned();
    assert_eq!(unknown(Script::Answer(cut)).await, UnknownCause::Broken);
    assert_eq!(unknown(Script::Answer("HTTP/1.1 20".to_owned())).await, UnknownCause::Broken);
    assert_eq!(unknown(Script::Answer("nonsense\r\n\r\n".to_owned())).await, UnknownCause::Broken);
}

#[tokio::test]
async fn answers_that_are_not_the_platforms_are_in_doubt() {
    assert_eq!(unknown(json("")).await, UnknownCause::Empty);
    assert_eq!(unknown(json("{\"errcode\":0,\"errm")).await, UnknownCause::NotJson);
    assert_eq!(unknown(json("[0,\"ok\"]")).await, UnknownCause::NotJson);
    assert_eq!(unknown(json("{\"errcode\":\"none\"}")).await, UnknownCause::NotJson);
    assert_eq!(unknown(json("{\"status\":\"up\"}")).await, UnknownCause::Incomplete("errcode"));
    let page = "<html><body>sign in to the network</body></html>";
    assert_eq!(unknown(answer("200 OK", "content-type: text/html\r\n", page)).await, UnknownCause::NotJson);
    assert_eq!(unknown(json(&" ".repeat(1024 * 1024 + 1))).await, UnknownCause::TooLarge);
}

#[tokio::test]
async fn other_5xx_are_in_doubt() {
    let page = "<html><h1>502 Bad Gateway</h1></html>";
    for (status, code) in [("502 Bad Gateway", 502), ("500 Internal Server Error", 500), ("504 Gateway Timeout", 504)] {
        assert_eq!(unknown(answer(status, "content-type: text/html\r\n", page)).await, UnknownCause::Status(code));
    }
}

#[tokio::test]
async fn a_gateway_that_throttles_says_for_how_long() {
    let cases = [
        ("429 Too Many Requests", "Retry-After: 7\r\n", 429, Some(7_000)),
        ("503 Service Unavailable", "", 503, None),
        ("503 Service Unavailable", "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", 503, None),
        ("429 Too Many Requests", "Retry-After: -1\r\n", 429, None),
    ];
    for (status_line, headers, wanted, wait) in cases {
        match result_of(answer(status_line, headers, "busy")).await {
            Err(CallError::Throttled { status, retry_after_ms }) => {
                assert_eq!((status, retry_after_ms), (wanted, wait))
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn other_4xx_and_redirects_are_refusals_and_nothing_is_sent_again() {
    let cases = [("412 Precondition Failed", 412), ("404 Not Found", 404), ("307 Temporary Redirect", 307)];
    for (status_line, wanted) in cases {
        let (base, mut requests) = serve(answer(status_line, "location: /elsewhere\r\n", "")).await;
        let error = send(&client(&base), &"token".into(), "somebody").await.unwrap_err();
        assert!(matches!(error, CallError::Refused { status } if status == wanted), "{error:?}");
        assert!(requests.recv().await.is_some());
        assert!(requests.try_recv().is_err(), "one request only");
    }
}

#[tokio::test]
async fn no_broken_call_is_repeated() {
    for script in [Script::ReadAndClose, Script::Silence, json(""), answer("503 Service Unavailable", "", "")] {
        let (base, mut requests) = serve(script).await;
        assert!(send(&client(&base), &"token".into(), "somebody").await.is_err());
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(requests.recv().await.is_some());
        assert!(requests.try_recv().is_err(), "one request only");
    }
}

#[tokio::test]
async fn codes_and_ids_may_be_numbers_or_strings() {
    let id = Some(2_097_683_633_284_153_344);
    for body in [
        r#"{"errcode":0,"errmsg":"ok","msgid":2097683633284153344}"#,
        r#"{"errcode":"0","errmsg":"ok","msgid":"2097683633284153344"}"#,
        r#"{"msgid":2097683633284153344}"#,
    ] {
        assert_eq!(result_of(json(body)).await.unwrap().msgid, id, "{body}");
    }
    for body in [
        r#"{"errcode":0,"errmsg":"ok"}"#,
        r#" {"errmsg":"ok"}"#,
        r#"{"errcode":0,"msgid":null}"#,
        r#"{"errcode":0,"msgid":{"a":1}}"#,
    ] {
        assert_eq!(result_of(json(body)).await.unwrap().msgid, None, "{body}");
    }
    let error = result_of(json(r#"{"errcode":"43101","errmsg":"user refuse","rid":"61-a"}"#)).await.unwrap_err();
    assert_eq!(error.errcode(), Some(43101));
    assert!(matches!(error, CallError::Platform(error) if error.rid.as_deref() == Some("61-a")));
}

#[tokio::test]
async fn a_token_answer_without_a_token_is_a_failure() {
    for body in [r#"{"errcode":0}"#, r#"{"access_token":"","expires_in":7200}"#, r#"{"access_token":"t"}"#, "{}"] {
        let (base, _requests) = serve(json(body)).await;
        let error = client(&base).stable_token(&credentials(), false).await.unwrap_err();
        assert!(matches!(error, CallError::Unknown { cause: UnknownCause::Incomplete(_), .. }), "{body} {error:?}");
    }
    let (base, _requests) = serve(json(r#"{"access_token":"t","expires_in":"345"}"#)).await;
    let token = client(&base).classic_token(&credentials()).await.unwrap();
    assert_eq!((token.access_token.expose_secret(), token.expires_in_secs), ("t", 345));
}

#[tokio::test]
async fn a_send_goes_out_with_its_length_and_in_the_platforms_shape() {
    let (base, mut requests) = serve(json(r#"{"errcode":0,"errmsg":"ok"}"#)).await;
    send(&client(&format!("{base}/proxy/")), &"to+ken".into(), "somebody").await.unwrap();
    let request = requests.recv().await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /proxy/cgi-bin/message/subscribe/send?access_token=to%2Bken HTTP/1.1\r\n"),
        "{head}"
    );
    let head = head.to_lowercase();
    assert!(head.contains(&format!("content-length: {}", body.len())) && !head.contains("transfer-encoding"), "{head}");
    assert!(head.contains("user-agent: yanshu/") && head.contains("content-type: application/json"), "{head}");
    let wanted = r#"{"touser":"somebody","template_id":"template-one","page":"pages/index?id=1","miniprogram_state":"formal","lang":"zh_CN","data":{"thing1":{"value":"语文 \"1\""},"time2":{"value":"15:01"}}}"#;
    assert_eq!(body, wanted);
}
