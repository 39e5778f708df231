//! The simulator's books of grants: what prompts, settings and sends do to them.

use simulator::{Choice, Prompt};

use crate::harness::{APPID, LONG_TERM, OTHER, Platform, TEMPLATE, code, message};

fn balance(platform: &Platform, template: &str) -> u32 {
    platform.simulator.balance(APPID, "somebody", template).unwrap()
}

fn tap(platform: &Platform, template: &str, choice: Choice) {
    let answer = platform.simulator.answer_prompt(&Prompt::one(APPID, "somebody", template, choice)).unwrap();
    assert_eq!(answer.err_code, None);
}

async fn send(platform: &Platform, template: &str) -> i64 {
    let mut body = message("somebody");
    body["template_id"] = template.into();
    code(&platform.send(&body).await)
}

#[tokio::test]
async fn one_time_accepts_add_up_and_a_refused_popup_takes_nothing_away() {
    let platform = Platform::start().await;
    for choice in [Choice::Accept, Choice::Accept, Choice::Reject] {
        tap(&platform, TEMPLATE, choice);
    }
    assert_eq!(balance(&platform, TEMPLATE), 2);
    assert_eq!((send(&platform, TEMPLATE).await, send(&platform, TEMPLATE).await), (0, 0));
    assert_eq!(send(&platform, TEMPLATE).await, 43101);
}

#[tokio::test]
async fn a_long_term_accept_stays_until_it_is_refused() {
    let platform = Platform::start().await;
    for _ in 0..3 {
        tap(&platform, LONG_TERM, Choice::Accept);
    }
    assert_eq!(balance(&platform, LONG_TERM), 1);
    assert_eq!((send(&platform, LONG_TERM).await, send(&platform, LONG_TERM).await), (0, 0));
    tap(&platform, LONG_TERM, Choice::Reject);
    assert_eq!(send(&platform, LONG_TERM).await, 43101);
    platform.simulator.allow(APPID, "somebody", LONG_TERM).unwrap();
    assert_eq!(send(&platform, LONG_TERM).await, 0);
}

#[tokio::test]
async fn a_refusal_in_the_settings_ends_every_grant_of_that_template_only() {
    let platform = Platform::start().await;
    tap(&platform, TEMPLATE, Choice::Accept);
    tap(&platform, TEMPLATE, Choice::Accept);
    tap(&platform, OTHER, Choice::Accept);
    platform.simulator.refuse(APPID, "somebody", TEMPLATE).unwrap();
    assert_eq!((balance(&platform, TEMPLATE), balance(&platform, OTHER)), (0, 1));
    assert_eq!(send(&platform, TEMPLATE).await, 43101);
    platform.simulator.allow(APPID, "somebody", TEMPLATE).unwrap();
    assert_eq!(balance(&platform, TEMPLATE), 0, "allowing earns nothing");
    tap(&platform, TEMPLATE, Choice::Accept);
    assert_eq!(send(&platform, TEMPLATE).await, 0);
}

#[tokio::test]
async fn the_main_switch_stops_sends_and_prompts_and_keeps_the_grants() {
    let platform = Platform::start().await;
    tap(&platform, TEMPLATE, Choice::Accept);
    platform.simulator.set_main_switch(APPID, "somebody", false).unwrap();
    assert_eq!(send(&platform, TEMPLATE).await, 43101);
    let refused = platform.simulator.answer_prompt(&Prompt::one(APPID, "somebody", TEMPLATE, Choice::Accept)).unwrap();
    assert_eq!(refused.err_code, Some(20004));
    assert_eq!(refused.err_msg, "requestSubscribeMessage:fail The main switch is switched off");
    assert_eq!(balance(&platform, TEMPLATE), 1);
    platform.simulator.set_main_switch(APPID, "somebody", true).unwrap();
    assert_eq!(send(&platform, TEMPLATE).await, 0);
}

#[tokio::test]
async fn a_deleted_template_is_unknown_to_sends_and_prompts() {
    let platform = Platform::start().await;
    tap(&platform, TEMPLATE, Choice::Accept);
    assert!(platform.simulator.delete_template(APPID, TEMPLATE).unwrap());
    assert!(!platform.simulator.delete_template(APPID, TEMPLATE).unwrap());
    assert_eq!(send(&platform, TEMPLATE).await, 40037);
    let refused = platform.simulator.answer_prompt(&Prompt::one(APPID, "somebody", TEMPLATE, Choice::Accept)).unwrap();
    assert_eq!(refused.err_code, Some(20001));
}

#[tokio::test]
async fn a_kept_choice_earns_grants_without_a_popup_and_a_refusal_in_the_settings_turns_it() {
    let platform = Platform::start().await;
    let accept = Prompt::one(APPID, "somebody", TEMPLATE, Choice::Accept).always();
    let first = platform.simulator.answer_prompt(&accept).unwrap();
    assert!(!first.silent);
    let reject = Prompt::one(APPID, "somebody", TEMPLATE, Choice::Reject);
    let second = platform.simulator.answer_prompt(&reject).unwrap();
    assert_eq!((second.silent, second.results[0].1), (true, "accept"), "the kept choice answers");
    assert_eq!(balance(&platform, TEMPLATE), 2);
    platform.simulator.refuse(APPID, "somebody", TEMPLATE).unwrap();
    let third = platform.simulator.answer_prompt(&accept).unwrap();
    assert_eq!((third.silent, third.results[0].1, balance(&platform, TEMPLATE)), (true, "reject", 0));
    platform.simulator.allow(APPID, "somebody", TEMPLATE).unwrap();
    assert_eq!(platform.simulator.answer_prompt(&reject).unwrap().results[0].1, "accept");
    assert_eq!(balance(&platform, TEMPLATE), 1);
}
