use serde_json::json;
use simulator::{Account, TokenEnd};

use crate::harness::{APPID, Platform, SECRET, code, message, text};

/// Whether a token works, told by a send that fails at a later check.
async fn verdict(platform: &Platform, token: &str) -> i64 {
    code(&platform.send_as(token, &message("nobody")).await)
}

const WORKS: i64 = 40003;

fn of(answer: &serde_json::Value) -> String {
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_stable_token_stays_the_same_with_the_time_it_has_left() {
    let platform = Platform::start().await;
    let first = platform.stable(false).await;
    assert_eq!(first["expires_in"], 7200);
    assert!(first.get("errcode").is_none());
    platform.pass_secs(6_855);
    let second = platform.stable(false).await;
    assert_eq!((of(&second), &second["expires_in"]), (of(&first), &json!(345)));
}

#[tokio::test]
async fn a_stable_token_is_renewed_in_its_last_five_minutes_and_the_old_one_lives_out_its_time() {
    let platform = Platform::start().await;
    let old = platform.token().await;
    platform.pass_secs(6_950);
    let new = platform.stable(false).await;
    assert_ne!(of(&new), old);
    assert_eq!(new["expires_in"], 7200);
    assert_eq!(verdict(&platform, &old).await, WORKS);
    platform.pass_secs(250);
    assert_eq!(verdict(&platform, &old).await, 42001);
    assert_eq!(verdict(&platform, &of(&new)).await, WORKS);
}

#[tokio::test]
async fn a_forced_refresh_does_nothing_within_30_seconds_and_is_refused_after_20_a_day() {
    let platform = Platform::start().await;
    let first = of(&platform.stable(true).await);
    platform.pass_secs(29);
    assert_eq!(of(&platform.stable(true).await), first);
    for _ in 0..19 {
        platform.pass_secs(30);
        assert_ne!(of(&platform.stable(true).await), first);
    }
    platform.pass_secs(30);
    assert_eq!(code(&platform.stable(true).await), 45009);
    assert_eq!(code(&platform.stable(false).await), 0);
}

#[tokio::test]
async fn a_superseded_token_is_refused_with_40001() {
    let platform = Platform::start().await;
    let first = of(&platform.classic().await);
    let second = of(&platform.classic().await);
    assert_ne!(first, second);
    assert_eq!(verdict(&platform, &first).await, WORKS, "within the overlap");
    platform.pass_secs(300);
    assert_eq!(verdict(&platform, &first).await, 40001);
    let third = of(&platform.classic().await);
    let fourth = of(&platform.classic().await);
    assert_eq!(verdict(&platform, &second).await, 40001, "the last but two has no overlap");
    assert_eq!(verdict(&platform, &third).await, WORKS);
    assert_eq!(verdict(&platform, &fourth).await, WORKS);
}

#[tokio::test]
async fn the_two_families_of_tokens_do_not_touch_each_other() {
    let platform = Platform::start().await;
    let stable = platform.token().await;
    for _ in 0..3 {
        platform.classic().await;
    }
    assert_eq!(verdict(&platform, &stable).await, WORKS);
    assert_eq!(platform.token().await, stable);
}

#[tokio::test]
async fn a_missing_a_garbled_and_a_timed_out_token_are_told_apart() {
    let platform = Platform::start().await;
    assert_eq!(verdict(&platform, "").await, 41001);
    assert_eq!(verdict(&platform, "garbage").await, 40014);
    assert_eq!(verdict(&platform, &format!("99_{}", "x".repeat(136))).await, 40001);
    let token = platform.token().await;
    platform.pass_secs(7_200);
    assert_eq!(verdict(&platform, &token).await, 42001);
}

#[tokio::test]
async fn tokens_can_be_ended_before_their_time() {
    let platform = Platform::start().await;
    for (how, errcode) in [(TokenEnd::Superseded, 40001), (TokenEnd::Expired, 42001)] {
        let token = platform.token().await;
        platform.simulator.end_tokens(APPID, how).unwrap();
        assert_eq!(verdict(&platform, &token).await, errcode);
        assert_ne!(platform.token().await, token);
    }
}

#[tokio::test]
async fn a_wrong_appid_and_a_wrong_secret_are_told_apart() {
    let platform = Platform::start().await;
    let get = async |query: &str| code(&platform.get(&format!("/cgi-bin/token?{query}")).await);
    assert_eq!(get("grant_type=client_credential&appid=wx9&secret=x").await, 40013);
    assert_eq!(get(&format!("grant_type=client_credential&appid={APPID}&secret=x")).await, 40125);
    assert_eq!(get("grant_type=client_credential&secret=x").await, 41002);
    assert_eq!(get(&format!("grant_type=client_credential&appid={APPID}")).await, 41004);
    assert_eq!(get(&format!("grant_type=password&appid={APPID}&secret={SECRET}")).await, 40002);
}

#[tokio::test]
async fn an_address_off_the_whitelist_is_named_in_the_refusal() {
    let platform = Platform::start().await;
    platform.simulator.add_account(Account { ip_allowed: false, ..Account::new(APPID, SECRET) });
    let refused = platform.stable(false).await;
    assert_eq!(code(&refused), 40164);
    assert!(text(&refused).starts_with("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: "));
    assert_eq!(code(&platform.classic().await), 40164);
}

#[tokio::test]
async fn a_frozen_secret_stops_token_calls_but_not_sends() {
    let platform = Platform::start().await;
    let token = platform.token().await;
    platform.grant("somebody", 1);
    platform.simulator.add_account(Account { secret_frozen: true, ..Account::new(APPID, SECRET) });
    assert_eq!(code(&platform.stable(false).await), 40243);
    assert_eq!(code(&platform.send_as(&token, &message("somebody")).await), 0);
}

#[tokio::test]
async fn a_rid_begins_with_the_time_in_hex() {
    let platform = Platform::start().await;
    let refused = platform.get("/cgi-bin/token?grant_type=client_credential&appid=wx9&secret=x").await;
    let (_, rid) = text(&refused).split_once(" rid: ").unwrap();
    let groups: Vec<&str> = rid.split('-').collect();
    assert_eq!(i64::from_str_radix(groups[0], 16).unwrap(), 1_750_000_000);
    assert_eq!((groups.len(), groups[1].len(), groups[2].len()), (3, 8, 8));
}

#[tokio::test]
async fn the_wrong_method_and_an_unknown_path_are_refused_in_the_body() {
    let platform = Platform::start().await;
    assert_eq!(code(&platform.get("/cgi-bin/stable_token").await), 43002);
    assert_eq!(code(&platform.get("/cgi-bin/message/subscribe/send").await), 43002);
    assert_eq!(code(&platform.post("/cgi-bin/token", &json!({})).await), 43001);
    assert_eq!(code(&platform.post("/wxaapi/newtmpl/gettemplate", &json!({})).await), 404);
    assert_eq!(code(&platform.get("/cgi-bin/nowhere").await), 40066);
}
