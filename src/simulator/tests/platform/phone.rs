//! The phone, over HTTP.

use serde_json::{Value, json};
use simulator::{Account, Callback, Choice, Prompt, Settings, Template};

use crate::backend::Backend;
use crate::harness::{APPID, LONG_TERM, OTHER, Platform, SECRET, TEMPLATE, code, message};
use crate::receiver::Receiver;

const PHONE: &str = "/sim/phone?appid=wx0000000000000001&openid=somebody";

async fn tap(platform: &Platform, results: Value) -> Value {
    platform
        .control_json("/sim/phone/prompt", &json!({ "appid": APPID, "openid": "somebody", "results": results }))
        .await
}

#[tokio::test]
async fn a_phone_shows_templates_with_balances_and_the_messages_newest_first() {
    let platform = Platform::start().await;
    let content = "项目:{{thing1.DATA}}\n时间：{{time2.DATA}}\n";
    let example = "项目:体检\n时间：09:00\n".to_owned();
    let template = Template { example, ..Template::one_time(TEMPLATE, "预约提醒", content) };
    platform.simulator.add_template(APPID, template).unwrap();
    platform.simulator.add_template(APPID, Template::service_card("card", "取餐")).unwrap();
    assert_eq!(tap(&platform, json!({ TEMPLATE: "accept" })).await["events"], 0);
    tap(&platform, json!({ TEMPLATE: "accept" })).await;
    platform.send_to("somebody").await;
    platform.pass_secs(1);
    let mut second = message("somebody");
    (second["page"], second["miniprogram_state"]) = (json!(""), json!("trial"));
    second["data"]["thing1"]["value"] = json!("数学");
    let msgid = platform.send(&second).await["msgid"].as_i64().unwrap();
    let phone = platform.read(PHONE).await;
    assert_eq!((&phone["mainSwitch"], &phone["openid"]), (&json!(true), &json!("somebody")));
    let ids: Vec<_> = phone["templates"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [LONG_TERM, TEMPLATE, OTHER], "a service card is not offered");
    let fields = json!([
        { "key": "thing1", "label": "项目", "example": "体检" }, { "key": "time2", "label": "时间", "example": "09:00" },
    ]);
    let expected = json!({
        "id": TEMPLATE, "title": "预约提醒", "type": 2, "fields": fields, "balance": 0, "always": null, "banned": false,
    });
    assert_eq!(phone["templates"][1], expected);
    let newest = json!({
        "msgid": msgid.to_string(), "templateId": TEMPLATE, "title": "预约提醒", "page": null, "atMs": 1_750_000_001_000_i64,
        "lines": [{ "label": "项目", "value": "数学" }, { "label": "时间", "value": "15:01" }], "miniprogramState": "trial",
    });
    assert_eq!(phone["messages"][0], newest);
    assert_eq!(phone["messages"][1]["lines"][0]["value"], "语文");
    assert_eq!(
        (&phone["messages"][1]["page"], &phone["messages"][1]["miniprogramState"]),
        (&json!("index?id=1"), &json!("formal"))
    );
}

#[tokio::test]
async fn no_more_messages_are_kept_than_the_settings_say() {
    let platform = Platform::start().await;
    platform.grant("somebody", 9);
    let messages = async || platform.read(PHONE).await["messages"].as_array().unwrap().len();
    let keep = |keep_messages| platform.simulator.configure(Settings { keep_messages, ..Settings::default() });
    keep(2);
    for _ in 0..4 {
        platform.send_to("somebody").await;
    }
    assert_eq!(messages().await, 2);
    keep(0);
    assert_eq!(code(&platform.send_to("somebody").await), 0);
    assert_eq!(messages().await, 0);
}

#[tokio::test]
async fn people_are_found_by_a_part_of_their_openid_and_made_up() {
    let platform = Platform::start().await;
    let made = platform.control_json("/sim/phone/people", &json!({ "appid": APPID })).await;
    let openid = made["openid"].as_str().unwrap().to_owned();
    assert!(openid.len() == 28 && openid.starts_with('o'));
    platform.control_json("/sim/phone/people", &json!({ "appid": APPID, "openid": "anna" })).await;
    platform.grant("anna", 2);
    platform.simulator.grant(APPID, "anna", OTHER, 1).unwrap();
    platform.grant("hannah", 1);
    let find =
        async |query: &str| platform.read(&format!("/sim/phone/people?appid={APPID}{query}")).await["people"].clone();
    let expected = json!([{ "openid": "anna", "balance": 3 }, { "openid": "hannah", "balance": 1 }]);
    assert_eq!(find("&search=anna").await, expected);
    assert_eq!(find("&limit=1&search=anna").await, json!([{ "openid": "anna", "balance": 3 }]));
    assert_eq!(find("").await.as_array().unwrap().len(), 3);
    assert_eq!(code(&platform.send_to(&openid).await), 43101, "a made-up person is known");
}

#[tokio::test]
async fn a_prompt_answers_as_the_client_api_does_and_pushes_one_event() {
    let (platform, receiver) = (Platform::start().await, Receiver::start().await);
    platform.simulator.hold_pushes(true);
    platform.simulator.set_callback(APPID, Some(receiver.plain())).unwrap();
    let answer = tap(&platform, json!({ TEMPLATE: "accept", OTHER: "reject" })).await;
    let returned = json!({ "errMsg": "requestSubscribeMessage:ok", TEMPLATE: "accept", OTHER: "reject" });
    assert_eq!(answer["result"], returned);
    assert_eq!((&answer[TEMPLATE], &answer["errMsg"]), (&json!("accept"), &json!("requestSubscribeMessage:ok")));
    assert_eq!((&answer["events"], &answer["report"]), (&json!(1), &Value::Null));
    platform.simulator.deliver_pushes().await;
    assert_eq!(receiver.events()[0]["List"].as_array().unwrap().len(), 2, "one event, one item per template");
}

#[tokio::test]
async fn prompts_that_the_platform_refuses_change_nothing() {
    let (platform, receiver) = (Platform::start().await, Receiver::start().await);
    platform.simulator.set_callback(APPID, Some(receiver.plain())).unwrap();
    platform.simulator.add_template(APPID, Template::service_card("card", "取餐")).unwrap();
    let six: serde_json::Map<_, _> = (0..6).map(|n| (format!("t{n}"), json!("accept"))).collect();
    let cases = [
        (json!({}), 10001),
        (six.into(), 20003),
        (json!({ TEMPLATE: "accept", LONG_TERM: "accept" }), 20002),
        (json!({ TEMPLATE: "accept", "nowhere": "accept" }), 20001),
        (json!({ TEMPLATE: "accept", "card": "accept" }), 20001),
    ];
    for (results, errcode) in cases {
        let answer = tap(&platform, results).await;
        assert_eq!(answer["errCode"], errcode, "{answer}");
        assert!(answer["errMsg"].as_str().unwrap().starts_with("requestSubscribeMessage:fail "));
        assert_eq!((&answer["events"], &answer["result"]["errCode"]), (&json!(0), &json!(errcode)));
    }
    platform.simulator.change_account(APPID, |account| account.authorized = false).unwrap();
    assert_eq!(tap(&platform, json!({ TEMPLATE: "accept" })).await["errCode"], 20005);
    assert_eq!(platform.simulator.balance(APPID, "somebody", TEMPLATE).unwrap(), 0);
    assert!(receiver.all().is_empty());
}

#[tokio::test]
async fn banned_templates_and_second_ones_of_a_title_are_not_asked_for() {
    let (platform, receiver) = (Platform::start().await, Receiver::start().await);
    platform.simulator.hold_pushes(true);
    platform.simulator.set_callback(APPID, Some(receiver.plain())).unwrap();
    platform.simulator.add_template(APPID, Template::one_time("a-twin", "上课提醒", "")).unwrap();
    platform.control("/sim/templates/ban", &json!({ "appid": APPID, "id": OTHER, "banned": true })).await;
    // The first of the call is asked for, though its id comes later in the alphabet.
    let body = format!(
        r#"{{"appid":"{APPID}","openid":"somebody","results":{{"{TEMPLATE}":"accept","a-twin":"accept","{OTHER}":"accept"}}}}"#
    );
    let request = platform.http.post(platform.url("/sim/phone/prompt")).header("content-type", "application/json");
    let answer: Value = serde_json::from_str(&request.body(body).send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(
        (&answer[TEMPLATE], &answer["a-twin"], &answer[OTHER]),
        (&json!("accept"), &json!("filter"), &json!("ban"))
    );
    platform.simulator.deliver_pushes().await;
    assert_eq!(receiver.events()[0]["List"]["TemplateId"], TEMPLATE);
    assert_eq!(platform.simulator.balance(APPID, "somebody", "a-twin").unwrap(), 0);
    let all_banned = tap(&platform, json!({ OTHER: "accept" })).await;
    assert_eq!((&all_banned["events"], &all_banned["silent"]), (&json!(0), &json!(false)));
}

#[tokio::test]
async fn silent_answers_push_an_event_only_if_the_callback_says_so() {
    for (silent_events, events) in [(true, 1), (false, 0)] {
        let platform = Platform::start().await;
        platform.simulator.hold_pushes(true);
        let callback = Callback { silent_events, ..Callback::plain("http://127.0.0.1:1", "t") };
        platform.simulator.set_callback(APPID, Some(callback)).unwrap();
        let prompt = Prompt::one(APPID, "somebody", TEMPLATE, Choice::Accept).always();
        assert_eq!(platform.simulator.answer_prompt(&prompt).unwrap().events, 1);
        assert_eq!(platform.simulator.answer_prompt(&prompt).unwrap().events, events);
        assert_eq!(platform.simulator.balance(APPID, "somebody", TEMPLATE).unwrap(), 2);
    }
}

#[tokio::test]
async fn the_settings_page_changes_templates_and_the_main_switch() {
    let platform = Platform::start().await;
    let choose = async |choice: Value| {
        let mut body = json!({ "appid": APPID, "openid": "somebody" });
        body.as_object_mut().unwrap().extend(choice.as_object().unwrap().clone());
        platform.control_json("/sim/phone/settings", &body).await
    };
    tap(&platform, json!({ TEMPLATE: "accept" })).await;
    choose(json!({ "templateId": TEMPLATE, "accept": false })).await;
    assert_eq!(platform.read(PHONE).await["templates"][1]["balance"], 0);
    for (choice, on) in [
        (json!({ "mainSwitch": false }), false),
        (json!({ "mainSwitch": true }), true),
        (json!({ "mainSwitch": true, "accept": false }), false),
        (json!({ "mainSwitch": true, "accept": true }), true),
    ] {
        choose(choice).await;
        assert_eq!(platform.read(PHONE).await["mainSwitch"], on);
    }
}

#[tokio::test]
async fn the_mini_program_logs_in_and_reports_what_the_popup_returned() {
    let platform = Platform::start().await;
    let backend = Backend::start(platform.url("")).await;
    let account = Account { backend_url: Some(backend.url.clone()), ..Account::new(APPID, SECRET) };
    platform.simulator.add_account(account);
    platform.simulator.ban_template(APPID, OTHER, true).unwrap();
    let answer = tap(&platform, json!({ TEMPLATE: "accept", OTHER: "accept" })).await;
    assert_eq!(answer["report"]["login"]["status"], 200, "{answer}");
    assert_eq!(answer["report"]["record"], json!({ "status": 200, "body": { "ok": true } }));
    let calls = backend.calls.lock().unwrap().clone();
    assert_eq!(calls[0]["appId"], APPID);
    assert_eq!(calls[1]["bearer"], "Bearer token-of-somebody");
    let body = &calls[1]["body"];
    assert_eq!((&body["appId"], &body["results"]), (&json!(APPID), &json!({ TEMPLATE: "accept", OTHER: "ban" })));
    assert_eq!(body["reportId"].as_str().unwrap().len(), 32);
    let quiet = json!({ "appid": APPID, "openid": "somebody", "results": { TEMPLATE: "accept" }, "report": false });
    assert_eq!(platform.control_json("/sim/phone/prompt", &quiet).await["report"], Value::Null);
    let plain = json!({ "appid": APPID, "openid": "somebody", "results": { TEMPLATE: "accept" }, "reportId": false });
    platform.control_json("/sim/phone/prompt", &plain).await;
    let calls = backend.calls.lock().unwrap().clone();
    assert_eq!(calls.len(), 4);
    assert!(calls[3]["body"].get("reportId").is_none());
}

#[tokio::test]
async fn a_back_end_that_is_down_or_refuses_the_login_is_told_without_its_address() {
    let platform = Platform::start().await;
    let backend = |url: &str| Account { backend_url: Some(url.to_owned()), ..Account::new(APPID, SECRET) };
    platform.simulator.add_account(backend("http://127.0.0.1:1/hidden"));
    let answer = tap(&platform, json!({ TEMPLATE: "accept" })).await;
    let login = &answer["report"]["login"];
    assert!(login["status"].is_null() && !login["body"].as_str().unwrap().contains("hidden"), "{answer}");
    assert_eq!((&answer["report"]["record"], &answer[TEMPLATE]), (&Value::Null, &json!("accept")));
    // The simulator itself knows no such path.
    platform.simulator.add_account(backend(&platform.url("/nowhere")));
    let answer = tap(&platform, json!({ TEMPLATE: "accept" })).await;
    assert_eq!(
        (&answer["report"]["login"]["body"]["errcode"], &answer["report"]["record"]),
        (&json!(40066), &Value::Null)
    );
}

#[tokio::test]
async fn an_unknown_account_is_404() {
    let platform = Platform::start().await;
    for path in ["/sim/phone?appid=x&openid=y", "/sim/phone/people?appid=x", "/sim/callback?appid=x"] {
        assert_eq!(platform.http.get(platform.url(path)).send().await.unwrap().status(), 404, "{path}");
    }
}
