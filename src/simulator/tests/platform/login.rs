use serde_json::Value;

use crate::harness::{APPID, Platform, SECRET, code};

async fn session(platform: &Platform, code: &str) -> Value {
    let query = format!("appid={APPID}&secret={SECRET}&js_code={code}&grant_type=authorization_code");
    platform.get(&format!("/sns/jscode2session?{query}")).await
}

#[tokio::test]
async fn a_known_code_is_good_once() {
    let platform = Platform::start().await;
    platform.simulator.add_code(APPID, "abc", "somebody", Some("union".to_owned()));
    let answer = session(&platform, "abc").await;
    assert_eq!((answer["openid"].as_str(), answer["unionid"].as_str()), (Some("somebody"), Some("union")));
    assert!(answer["session_key"].is_string() && answer.get("errcode").is_none());
    assert_eq!(code(&session(&platform, "abc").await), 40163);
    assert_eq!(code(&session(&platform, "other").await), 40029);
}

#[tokio::test]
async fn a_demo_code_gives_the_same_openid_every_time_and_makes_it_known() {
    let platform = Platform::start().await;
    let openid = simulator::demo_openid(APPID, "alice");
    for _ in 0..2 {
        assert_eq!(session(&platform, "demo-alice").await["openid"], openid.as_str());
    }
    assert_eq!(code(&platform.send_to(&openid).await), 43101);
}

#[tokio::test]
async fn a_wrong_secret_gives_no_session() {
    let platform = Platform::start().await;
    let query = format!("appid={APPID}&secret=x&js_code=demo-a&grant_type=authorization_code");
    assert_eq!(code(&platform.get(&format!("/sns/jscode2session?{query}")).await), 40125);
}
