//! Template management.

use serde_json::{Value, json};
use simulator::{Account, Template};

use crate::harness::{APPID, Platform, SECRET, TEMPLATE, code, message, text};

const PATH: &str = "/wxaapi/newtmpl";

async fn get(platform: &Platform, call: &str, query: &str) -> Value {
    let token = platform.token().await;
    platform.get(&format!("{PATH}/{call}?access_token={token}{query}")).await
}

async fn add(platform: &Platform, body: &Value) -> Value {
    let token = platform.token().await;
    platform.post(&format!("{PATH}/addtemplate?access_token={token}"), body).await
}

fn order(tid: &str, kids: &[u32]) -> Value {
    json!({ "tid": tid, "kidList": kids, "sceneDesc": "课前提醒" })
}

#[tokio::test]
async fn the_public_library_leads_from_categories_to_titles_to_keywords() {
    let platform = Platform::start().await;
    let categories = get(&platform, "getcategory", "").await;
    assert_eq!(categories["data"][0], json!({ "id": 616, "name": "公交" }));
    let titles = get(&platform, "getpubtemplatetitles", "&ids=616,402&start=0&limit=30").await;
    assert_eq!((&titles["count"], titles["data"].as_array().unwrap().len()), (&json!(7), 7));
    assert_eq!(titles["data"][0], json!({ "tid": 1201, "title": "乘车提醒", "type": 3, "categoryId": "616" }));
    assert_eq!((&titles["data"][3]["title"], &titles["data"][3]["type"]), (&json!("课程提醒"), &json!(2)));
    let page = get(&platform, "getpubtemplatetitles", "&ids=616,402&start=5&limit=1").await;
    assert_eq!((&page["count"], &page["data"][0]["tid"]), (&json!(7), &json!(2303)));
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    let keywords = get(&platform, "getpubtemplatekeywords", "&tid=2301").await;
    assert_eq!(keywords["count"], 7);
    assert_eq!(keywords["data"][3], json!({ "kid": 4, "name": "授课老师", "example": "王老师", "rule": "name" }));
}

#[tokio::test]
async fn wrong_questions_to_the_library_have_their_own_codes() {
    let platform = Platform::start().await;
    for (query, errcode) in [
        ("&ids=616&limit=5", 200016),
        ("&ids=616&start=-1&limit=5", 200016),
        ("&ids=616&start=0&limit=31", 200017),
        ("&ids=616&start=0&limit=0", 200017),
        ("&start=0&limit=5", 200018),
        ("&ids=&start=0&limit=5", 200018),
        ("&ids=616,x&start=0&limit=5", 200019),
        ("&ids=999&start=0&limit=5", 200019),
    ] {
        assert_eq!(code(&get(&platform, "getpubtemplatetitles", query).await), errcode, "{query}");
    }
    for query in ["", "&tid=", "&tid=9", "&tid=x"] {
        assert_eq!(code(&get(&platform, "getpubtemplatekeywords", query).await), 200014, "{query}");
    }
}

#[tokio::test]
async fn an_added_template_has_its_lines_in_the_order_asked_and_can_be_sent() {
    let platform = Platform::start().await;
    let added = add(&platform, &order("2301", &[2, 1, 5])).await;
    let id = added["priTmplId"].as_str().unwrap().to_owned();
    assert_eq!((code(&added), id.len()), (0, 43));
    assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    let list = get(&platform, "gettemplate", "").await;
    let entry = list["data"].as_array().unwrap().iter().find(|one| one["priTmplId"] == id.as_str()).unwrap().clone();
    let expected = json!({
        "priTmplId": id, "title": "课程提醒", "type": 2,
        "content": "上课时间:{{time2.DATA}}\n课程名称:{{thing1.DATA}}\n学员姓名:{{name5.DATA}}\n",
        "example": "上课时间:2025年6月15日 15:01\n课程名称:少儿书法入门\n学员姓名:张三\n",
    });
    assert_eq!(entry, expected);
    platform.simulator.grant(APPID, "somebody", &id, 1).unwrap();
    let mut body = message("somebody");
    body["template_id"] = json!(id);
    assert!(text(&platform.send(&body).await).contains("data.name5.value is empty"));
    body["data"]["name5"] = json!({ "value": "李四" });
    assert_eq!(code(&platform.send(&body).await), 0);
}

#[tokio::test]
async fn an_enum_keyword_brings_its_values() {
    let platform = Platform::start().await;
    let id = add(&platform, &order("4103", &[1, 6])).await["priTmplId"].as_str().unwrap().to_owned();
    let list = get(&platform, "gettemplate", "").await;
    let entry = list["data"].as_array().unwrap().iter().find(|one| one["priTmplId"] == id.as_str()).unwrap();
    let values = json!([{ "keywordCode": "enum_string6.DATA", "enumValueList": ["待缴费", "已缴费", "已逾期"] }]);
    assert_eq!((&entry["type"], &entry["keywordEnumValueList"]), (&json!(3), &values));
}

#[tokio::test]
async fn the_same_keywords_of_a_title_are_one_template_whatever_their_order() {
    let platform = Platform::start().await;
    let first = add(&platform, &order("2301", &[1, 2])).await;
    let again = add(&platform, &order("2301", &[2, 1])).await;
    assert_eq!((code(&again), &again["priTmplId"]), (200022, &first["priTmplId"]));
    let rid = again["rid"].as_str().unwrap();
    assert_eq!(text(&again), format!("template has added already rid: {rid}"));
    assert_eq!(code(&add(&platform, &order("2301", &[1, 2, 3])).await), 0, "others are another");
    let token = platform.token().await;
    let path = format!("{PATH}/deltemplate?access_token={token}");
    let body = json!({ "priTmplId": first["priTmplId"] });
    assert_eq!(code(&platform.post(&path, &body).await), 0);
    assert_eq!(code(&platform.post(&path, &body).await), 200014);
    let new = add(&platform, &order("2301", &[1, 2])).await;
    assert!(code(&new) == 0 && new["priTmplId"] != first["priTmplId"]);
}

#[tokio::test]
async fn orders_that_cannot_be_are_refused_and_add_nothing() {
    let platform = Platform::start().await;
    let scene = |text: &str| json!({ "tid": "2301", "kidList": [1, 2], "sceneDesc": text });
    for (body, errcode) in [
        (order("", &[1, 2]), 200014),
        (order("9", &[1, 2]), 200014),
        (order("2301", &[1]), 200020),
        (order("2301", &[1, 2, 3, 4, 5, 6]), 200020),
        (order("2301", &[1, 9]), 200020),
        (order("2301", &[1, 1]), 200020),
        (scene(""), 200021),
        (scene("一二三四五六七八九十一二三四五六"), 200021),
        (json!({ "tid": "2301", "kidList": [1, 2] }), 200021),
        (json!({ "tid": 2301, "kidList": [1, 2], "sceneDesc": "x" }), 47001),
    ] {
        assert_eq!(code(&add(&platform, &body).await), errcode, "{body}");
    }
    assert_eq!(platform.simulator.templates(APPID).unwrap().len(), 3);
    assert_eq!(code(&add(&platform, &scene("一二三四五六七八九十一二三四五")).await), 0);
}

#[tokio::test]
async fn no_more_templates_can_be_added_than_the_account_may_have() {
    let platform = Platform::start().await;
    platform.simulator.add_account(Account { template_limit: 4, ..Account::new(APPID, SECRET) });
    assert_eq!(code(&add(&platform, &order("2301", &[1, 2])).await), 0);
    assert_eq!(code(&add(&platform, &order("2301", &[1, 3])).await), 200012);
    assert_eq!(code(&add(&platform, &order("2301", &[2, 1])).await), 200022, "what is there already needs no room");
}

#[tokio::test]
async fn the_list_of_templates_has_a_small_daily_quota() {
    let platform = Platform::start().await;
    for call in 1..=51 {
        assert_eq!(code(&get(&platform, "gettemplate", "").await), if call > 50 { 45009 } else { 0 }, "{call}");
    }
    let token = platform.token().await;
    let asked = json!({ "cgi_path": "/wxaapi/newtmpl/gettemplate" });
    let quota = platform.post(&format!("/cgi-bin/openapi/quota/get?access_token={token}"), &asked).await;
    assert_eq!(quota["quota"], json!({ "daily_limit": 50, "used": 50, "remain": 0 }));
    platform.pass_secs(86_400);
    assert_eq!(code(&get(&platform, "gettemplate", "").await), 0);
}

#[tokio::test]
async fn a_service_card_is_listed_but_cannot_be_sent() {
    let platform = Platform::start().await;
    let card = add(&platform, &json!({ "tid": "10000001", "kidList": [], "sceneDesc": "取餐" })).await;
    let id = card["priTmplId"].as_str().unwrap().to_owned();
    platform.simulator.add_template(APPID, Template::service_card("another", "排队")).unwrap();
    let list = get(&platform, "gettemplate", "").await;
    let of = |id: &str| list["data"].as_array().unwrap().iter().find(|one| one["priTmplId"] == id).unwrap().clone();
    assert_eq!((of(&id)["content"].as_str(), of("another")["title"].as_str()), (Some(""), Some("排队")));
    for id in [id.as_str(), "another"] {
        platform.simulator.grant(APPID, "somebody", id, 1).unwrap();
        let mut body = message("somebody");
        body["template_id"] = json!(id);
        assert_eq!(code(&platform.send(&body).await), 40037);
    }
}

#[tokio::test]
async fn the_wrong_method_and_a_missing_token_are_told_in_the_body() {
    let platform = Platform::start().await;
    let token = platform.token().await;
    for call in ["getcategory", "getpubtemplatetitles", "getpubtemplatekeywords", "gettemplate"] {
        let wrong = platform.post(&format!("{PATH}/{call}?access_token={token}"), &json!({})).await;
        assert_eq!((code(&wrong), text(&wrong).starts_with("404 not found")), (404, true), "{call}");
        assert_eq!(code(&platform.get(&format!("{PATH}/{call}")).await), 41001, "{call}");
    }
    for call in ["addtemplate", "deltemplate"] {
        assert_eq!(code(&platform.get(&format!("{PATH}/{call}?access_token={token}")).await), 404, "{call}");
        assert_eq!(code(&platform.post(&format!("{PATH}/{call}"), &json!({})).await), 41001, "{call}");
    }
    assert_eq!(platform.simulator.templates(APPID).unwrap().len(), 3);
    assert_eq!(platform.simulator.templates(APPID).unwrap()[1].id, TEMPLATE);
}
