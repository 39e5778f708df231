use model::field::Field;
use model::platform::{Category, Keyword, OwnTemplate, PublicTitle};
use model::template::TemplateKind;
use tokio::sync::mpsc::UnboundedReceiver;
use wechat::{AddOrder, CallError, Client, UnknownCause};

use crate::raw::{json, serve};
use crate::support::client;

async fn answering(body: &str) -> (Client, UnboundedReceiver<String>) {
    let (base, requests) = serve(json(body)).await;
    (client(&base), requests)
}

async fn own(body: &str) -> Result<Vec<OwnTemplate>, CallError> {
    answering(body).await.0.own_templates(&"t".into()).await
}

fn field(key: &str, label: &str, example: &str, allowed: &[&str]) -> Field {
    let allowed = allowed.iter().map(|value| (*value).to_owned()).collect();
    Field { key: key.to_owned(), label: label.to_owned(), example: example.to_owned(), allowed }
}

#[tokio::test]
async fn categories_are_read() {
    let body =
        r#"{"errcode":0,"errmsg":"ok","data":[{"id":616,"name":"公交"},{"id":"617","name":"地铁"},{"name":"?"}]}"#;
    let (client, mut requests) = answering(body).await;
    let categories = client.categories(&"to+ken".into()).await.unwrap();
    let category = |id, name: &str| Category { id, name: name.to_owned() };
    assert_eq!(categories, [category(616, "公交"), category(617, "地铁")]);
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("GET /wxaapi/newtmpl/getcategory?access_token=to%2Bken HTTP/1.1\r\n"), "{request}");
}

#[tokio::test]
async fn titles_are_asked_by_category_and_page_and_ids_may_be_strings() {
    let body = r#"{"errcode":0,"errmsg":"ok","count":"55","data":[
        {"tid":99,"title":"付款成功通知","type":2,"categoryId":"616"},
        {"tid":"101","title":"到站提醒","type":"3","categoryId":617},
        {"tid":102,"title":"?","type":4},{"title":"no id"},7]}"#;
    let (client, mut requests) = answering(body).await;
    let titles = client.public_titles(&"t".into(), 616, 30, 30).await.unwrap();
    let title = |tid, title: &str, kind, category| PublicTitle { tid, title: title.to_owned(), kind, category };
    assert_eq!(titles.count, 55);
    assert_eq!(
        titles.titles,
        [
            title(99, "付款成功通知", Some(TemplateKind::OneTime), 616),
            title(101, "到站提醒", Some(TemplateKind::LongTerm), 617),
            title(102, "?", None, 616),
        ]
    );
    let request = requests.recv().await.unwrap();
    let wanted = "GET /wxaapi/newtmpl/getpubtemplatetitles?access_token=t&ids=616&start=30&limit=30 HTTP/1.1\r\n";
    assert!(request.starts_with(wanted), "{request}");
}

#[tokio::test]
async fn keywords_are_read() {
    let body = r#"{"errcode":0,"errmsg":"ok","count":2,"data":[
        {"kid":1,"name":"物品名称","example":"名称","rule":"thing"},{"kid":"2","name":"数量","example":3}]}"#;
    let (client, mut requests) = answering(body).await;
    let keywords = client.keywords(&"t".into(), 99).await.unwrap();
    let keyword = |kid, name: &str, example: &str, rule: &str| Keyword {
        kid,
        name: name.to_owned(),
        example: example.to_owned(),
        rule: rule.to_owned(),
    };
    assert_eq!(keywords, [keyword(1, "物品名称", "名称", "thing"), keyword(2, "数量", "3", "")]);
    let request = requests.recv().await.unwrap();
    assert!(
        request.starts_with("GET /wxaapi/newtmpl/getpubtemplatekeywords?access_token=t&tid=99 HTTP/1.1\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn a_template_is_added_with_its_title_as_a_string_and_its_keywords_in_order() {
    let (client, mut requests) = answering(r#"{"errmsg":"ok","errcode":0,"priTmplId":"new-id"}"#).await;
    let order = AddOrder { tid: 401, kids: &[3, 1, 2], scene: "上课提醒" };
    let added = client.add_template(&"t".into(), &order).await.unwrap();
    assert_eq!((added.pri_tmpl_id.as_str(), added.already), ("new-id", false));
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("POST /wxaapi/newtmpl/addtemplate?access_token=t HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"tid\":\"401\",\"kidList\":[3,1,2],\"sceneDesc\":\"上课提醒\"}"), "{request}");
}

#[tokio::test]
async fn a_template_that_is_there_already_counts_as_added_if_its_id_is_told() {
    let order = AddOrder { tid: 401, kids: &[1, 2], scene: "x" };
    let body =
        r#"{"errmsg":"template has added already rid: 62-a","priTmplId":"old-id","errcode":200022,"rid":"62-a"}"#;
    let added = answering(body).await.0.add_template(&"t".into(), &order).await.unwrap();
    assert_eq!((added.pri_tmpl_id.as_str(), added.already), ("old-id", true));
    for body in [
        r#"{"errmsg":"template has added already","errcode":200022}"#,
        r#"{"errmsg":"template has added already","errcode":200022,"priTmplId":""}"#,
    ] {
        let error = answering(body).await.0.add_template(&"t".into(), &order).await.unwrap_err();
        assert_eq!(error.errcode(), Some(200_022), "{body}");
    }
    // Another code is a refusal, whatever id it carries.
    let body = r#"{"errmsg":"limit","priTmplId":"x","errcode":200012}"#;
    let error = answering(body).await.0.add_template(&"t".into(), &order).await.unwrap_err();
    assert_eq!(error.errcode(), Some(200_012));
    let error = answering(r#"{"errcode":0}"#).await.0.add_template(&"t".into(), &order).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { cause: UnknownCause::Incomplete("priTmplId"), .. }), "{error:?}");
}

#[tokio::test]
async fn own_templates_are_read_with_fields_examples_and_choices() {
    let body = r#"{"errcode":0,"errmsg":"ok","data":[
        {"priTmplId":"A","title":"上课提醒","type":2,
         "content":"开课时间:{{date2.DATA}}\n课程名称:{{thing1.DATA}}\n","example":"开课时间:2019年10月1日\n课程名称:语文\n"},
        {"priTmplId":"B","title":"状态","type":"3",
         "content":"状态：{{enum_string2.DATA}}\\n签到：{{enum.DATA}}","example":"状态：进行中\\n签到：是",
         "keywordEnumValueList":[{"keywordCode":"enum_string2.DATA","enumValueList":["进行中","已结束"]},
                                 {"keywordCode":"enum","enumValueList":["是",1]},{"keywordCode":5}]}]}"#;
    let (client, mut requests) = answering(body).await;
    let templates = client.own_templates(&"t".into()).await.unwrap();
    assert_eq!(
        templates,
        [
            OwnTemplate {
                pri_tmpl_id: "A".to_owned(),
                title: "上课提醒".to_owned(),
                kind: Some(TemplateKind::OneTime),
                fields: vec![
                    field("date2", "开课时间", "2019年10月1日", &[]),
                    field("thing1", "课程名称", "语文", &[])
                ],
            },
            OwnTemplate {
                pri_tmpl_id: "B".to_owned(),
                title: "状态".to_owned(),
                kind: Some(TemplateKind::LongTerm),
                fields: vec![
                    field("enum_string2", "状态", "进行中", &["进行中", "已结束"]),
                    field("enum", "签到", "是", &["是", "1"]),
                ],
            },
        ]
    );
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("GET /wxaapi/newtmpl/gettemplate?access_token=t HTTP/1.1\r\n"), "{request}");
}

#[tokio::test]
async fn service_cards_and_unknown_kinds_are_listed_and_are_not_sendable() {
    let body = r#"{"errcode":0,"data":[
        {"priTmplId":"card","title":"打车","type":2,"content":"","example":""},
        {"priTmplId":"rare","title":"限频","type":4,"content":"a:{{thing1.DATA}}"},
        {"priTmplId":"bare"},{"title":"no id"},{"priTmplId":null},"x",null]}"#;
    let templates = own(body).await.unwrap();
    let ids: Vec<_> = templates.iter().map(|template| template.pri_tmpl_id.as_str()).collect();
    assert_eq!(ids, ["card", "rare", "bare"]);
    assert!(templates.iter().all(|template| !template.is_sendable()), "{templates:?}");
    assert!(templates[0].kind.is_some() && templates[0].fields.is_empty());
    assert!(templates[1].kind.is_none() && templates[1].fields.len() == 1);
}

#[tokio::test]
async fn an_empty_list_is_told_from_an_answer_that_is_none() {
    for body in [r#"{"errcode":0,"data":[]}"#, r#"{"data":[]}"#, r#"{"errcode":"0"}"#, r#"{"errcode":0,"data":null}"#] {
        assert_eq!(own(body).await.unwrap(), [], "{body}");
    }
    for body in
        ["{}", r#"{"status":"up"}"#, r#"{"data":null}"#, r#"{"errcode":0,"data":{}}"#, r#"{"errcode":0,"data":"x"}"#]
    {
        let error = own(body).await.unwrap_err();
        assert!(
            matches!(error, CallError::Unknown { cause: UnknownCause::Incomplete("data"), .. }),
            "{body} {error:?}"
        );
    }
    // A wrong method comes as a code inside of HTTP 200, the small quota as another.
    for (body, code) in [(r#"{"errcode":404,"errmsg":"404 not found"}"#, 404), (r#"{"errcode":45009}"#, 45009)] {
        assert_eq!(own(body).await.unwrap_err().errcode(), Some(code));
    }
}

#[tokio::test]
async fn a_template_is_deleted_by_its_id() {
    let (client, mut requests) = answering(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    client.delete_template(&"t".into(), "some-id").await.unwrap();
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("POST /wxaapi/newtmpl/deltemplate?access_token=t HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"priTmplId\":\"some-id\"}"), "{request}");
    let error = answering(r#"{"errcode":200014}"#).await.0.delete_template(&"t".into(), "x").await.unwrap_err();
    assert_eq!(error.errcode(), Some(200_014));
    let error = answering("{}").await.0.delete_template(&"t".into(), "x").await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { cause: UnknownCause::Incomplete("errcode"), .. }), "{error:?}");
}
