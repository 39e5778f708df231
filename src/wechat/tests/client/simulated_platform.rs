//! Templates and operations against the simulator.

use model::template::TemplateKind;
use secrecy::SecretString;
use simulator::{Callback, Simulator};
use wechat::{AddOrder, CheckOrder, Client, SEND_PATH};

use crate::raw::{answer, serve};
use crate::simulated::{platform, start, token};
use crate::support::{APPID, SECRET, TEMPLATE, credentials, send};

async fn ready() -> (Simulator, Client, SecretString) {
    let (simulator, client) = start().await;
    let token = token(&client).await;
    (simulator, client, token)
}

#[tokio::test]
async fn a_template_goes_from_the_library_into_the_account_and_out_again() {
    let (_simulator, client, token) = ready().await;
    let categories = client.categories(&token).await.unwrap();
    let category = categories.iter().find(|category| category.name == "培训机构").unwrap();
    let page = client.public_titles(&token, category.id, 0, 30).await.unwrap();
    assert!(page.count >= 3 && page.titles.iter().all(|title| title.category == category.id), "{page:?}");
    let title = page.titles.iter().find(|title| title.title == "作业批改完成通知").unwrap();
    assert_eq!(title.kind, Some(TemplateKind::LongTerm));
    let keywords = client.keywords(&token, title.tid).await.unwrap();
    let grade = keywords.iter().find(|keyword| keyword.name == "评级").unwrap();
    let work = keywords.iter().find(|keyword| keyword.name == "作业名称").unwrap();

    let order = AddOrder { tid: title.tid, kids: &[grade.kid, work.kid], scene: "作业反馈" };
    let added = client.add_template(&token, &order).await.unwrap();
    assert!(!added.already);
    let again = client.add_template(&token, &order).await.unwrap();
    assert_eq!((&again.pri_tmpl_id, again.already), (&added.pri_tmpl_id, true));

    let own = client.own_templates(&token).await.unwrap();
    let listed = own.iter().find(|template| template.pri_tmpl_id == added.pri_tmpl_id).unwrap();
    assert!(listed.is_sendable() && listed.title == title.title && listed.kind == title.kind, "{listed:?}");
    let labels: Vec<_> = listed.fields.iter().map(|field| field.label.as_str()).collect();
    assert_eq!(labels, ["评级", "作业名称"]);
    assert_eq!(listed.fields[0].allowed, ["优秀", "良好", "合格", "待改进"]);
    assert_eq!(listed.fields[1].example, work.example);
    assert!(listed.fields[1].key.starts_with("thing"));

    client.delete_template(&token, &added.pri_tmpl_id).await.unwrap();
    let own = client.own_templates(&token).await.unwrap();
    assert_eq!(own.iter().map(|template| template.pri_tmpl_id.as_str()).collect::<Vec<_>>(), [TEMPLATE]);
    let refused = platform(client.delete_template(&token, &added.pri_tmpl_id).await.unwrap_err());
    assert_eq!(refused.errcode, 200_014);
}

#[tokio::test]
async fn a_service_card_is_listed_and_is_not_sendable() {
    let (simulator, client, token) = ready().await;
    simulator.add_template(APPID, simulator::Template::service_card("card", "取餐状态")).unwrap();
    let own = client.own_templates(&token).await.unwrap();
    let sendable: Vec<_> = own.iter().map(|template| (template.pri_tmpl_id.as_str(), template.is_sendable())).collect();
    assert!(sendable.contains(&("card", false)) && sendable.contains(&(TEMPLATE, true)), "{sendable:?}");
}

#[tokio::test]
async fn wrong_orders_are_refused_by_their_codes() {
    let (_simulator, client, token) = ready().await;
    let wrong = AddOrder { tid: 1, kids: &[1, 2], scene: "x" };
    assert_eq!(platform(client.add_template(&token, &wrong).await.unwrap_err()).errcode, 200_014);
    assert_eq!(platform(client.public_titles(&token, 402, 0, 31).await.unwrap_err()).errcode, 200_017);
    assert_eq!(platform(client.keywords(&token, 1).await.unwrap_err()).errcode, 200_014);
    assert_eq!(platform(client.own_templates(&"garbage".into()).await.unwrap_err()).errcode, 40014);
}

#[tokio::test]
async fn the_quota_counts_sends_and_is_reset_with_and_without_a_token() {
    let (simulator, client, token) = ready().await;
    let before = client.quota(&token, SEND_PATH).await.unwrap();
    assert!(before.daily_limit > 0 && before.used == 0 && before.remain == before.daily_limit, "{before:?}");
    simulator.grant(APPID, "somebody", TEMPLATE, 1).unwrap();
    send(&client, &token, "somebody").await.unwrap();
    assert_eq!(client.quota(&token, SEND_PATH).await.unwrap().used, 1);
    client.clear_quota(&token, APPID).await.unwrap();
    assert_eq!(client.quota(&token, SEND_PATH).await.unwrap().used, 0);
    assert_eq!(platform(client.quota(&token, "cgi-bin/x").await.unwrap_err()).errcode, 76003);
    for _ in 0..9 {
        client.clear_quota_by_secret(&credentials()).await.unwrap();
    }
    assert_eq!(platform(client.clear_quota_by_secret(&credentials()).await.unwrap_err()).errcode, 48006);
}

#[tokio::test]
async fn the_detail_of_a_refused_send_is_found_by_its_request_id_and_shows_no_token() {
    let (simulator, client, token) = ready().await;
    simulator.add_subscriber(APPID, "somebody").unwrap();
    let refused = platform(send(&client, &token, "somebody").await.unwrap_err());
    let detail = client.rid_detail(&token, &refused.rid.unwrap()).await.unwrap();
    assert!(detail.url.contains("access_token=***") && detail.response.contains("43101"), "{detail:?}");
    assert!(detail.request.contains("somebody") && detail.client_ip == "127.0.0.1", "{detail:?}");
    assert!(detail.invoked_at > 1_700_000_000_000 && detail.invoked_at % 1000 == 0, "{detail:?}");
    let shown = format!("{detail:?}");
    assert!(!shown.contains(secrecy::ExposeSecret::expose_secret(&token)) && !shown.contains(SECRET), "{shown}");
    assert_eq!(platform(client.rid_detail(&token, "none").await.unwrap_err()).errcode, 76002);
}

#[tokio::test]
async fn the_callbacks_host_is_looked_for() {
    let (simulator, client, token) = ready().await;
    let refused = platform(client.callback_check(&token, CheckOrder::All).await.unwrap_err());
    assert_eq!(refused.errcode, 40201);
    let (base, _requests) = serve(answer("200 OK", "", "success")).await;
    simulator.set_callback(APPID, Some(Callback::plain(base, "t"))).unwrap();
    let found = client.callback_check(&token, CheckOrder::All).await.unwrap();
    assert_eq!(found.dns[0].ip, "127.0.0.1");
    assert!(found.ping[0].loss == "0%" && !found.ping[0].operator.is_empty(), "{found:?}");
    let names = client.callback_check(&token, CheckOrder::Dns).await.unwrap();
    assert!(!names.dns.is_empty() && names.ping.is_empty(), "{names:?}");
}
