//! The whole round as an operator goes it, with plain forms: no JavaScript, no shortcut past the pages.

use crate::{
    both,
    support::{
        ADMIN, APPID, SECRET, TEMPLATE, TestApp,
        browser::{Seen, Visitor},
        html, openid,
    },
};
use serde_json::json;
use simulator::{Account, Template};
use std::time::Duration;

const PROGRAM: &str = "雁城便民";
const TITLE: &str = "意见处理进度通知";
const CONTENT: &str = "意见内容:{{thing1.DATA}}\n处理状态:{{phrase2.DATA}}";
/// What we typed ourselves and what the pages therefore repeat in any language.
const TYPED: [&str; 6] = [PROGRAM, TITLE, "意见内容", "处理状态", "村口路灯不亮", "处理中"];

both! {
    async fn the_whole_round_goes_by_plain_forms(which) {
        let app = TestApp::start(which).await;
        app.simulator.add_account(Account::new(APPID, SECRET));
        app.simulator.add_template(APPID, Template::one_time(TEMPLATE, TITLE, CONTENT)).unwrap();
        for i in [1, 2] {
            app.simulator.grant(APPID, &openid(i), TEMPLATE, 1).unwrap();
        }
        let visitor = Visitor::new(&app.url);
        set_up_and_sign_in(&visitor).await;
        add_mini_program(&visitor).await;
        register_template(&visitor).await;
        subscribe(&app, &visitor).await;
        let detail = send(&visitor).await;
        assert_eq!((detail.stat("成功"), detail.stat("失败"), detail.stat("跳过")), ("2".to_owned(), "0".to_owned(), "2".to_owned()));
        for i in [1, 2] {
            assert_eq!(app.simulator.sent_count(&openid(i)), 1);
        }
        numbers(&visitor).await;
        languages(&visitor).await;
        app.finish().await;
    }
}

async fn set_up_and_sign_in(visitor: &Visitor) {
    let page = visitor.get("/").await;
    assert_eq!(page.path, "/setup");
    let fields = [("name", ADMIN.0), ("password", ADMIN.1), ("repeated", ADMIN.1)];
    let page = visitor.fill(&page, "/actions/set-up", &fields).await;
    assert_eq!(page.path, "/mini-programs/new");
    page.must_show("管理员已创建");
    let page = visitor.fill(&page, "/actions/sign-out", &[]).await;
    assert_eq!(page.path, "/login");
    let page = visitor.get("/subscribers/new").await;
    assert_eq!(page.path, "/login?next=/subscribers/new");
    let page = visitor.fill(&page, "/actions/sign-in", &[("name", ADMIN.0), ("password", ADMIN.1)]).await;
    assert_eq!(page.path, "/subscribers/new");
}

async fn add_mini_program(visitor: &Visitor) {
    let page = visitor.get("/mini-programs/new").await;
    let fields = [("name", PROGRAM), ("appid", APPID), ("app_secret", SECRET), ("default_page", "pages/index")];
    let page = visitor.fill(&page, "/actions/add-mini-program", &fields).await;
    assert_eq!(page.path, "/mini-programs/1");
    page.must_show("小程序已添加").must_show(PROGRAM).must_not_have(SECRET);
    let page = visitor.fill(&page, "/actions/test-connection", &[]).await;
    page.must_show("连接正常").must_not_have(SECRET);
}

async fn register_template(visitor: &Visitor) {
    let page = visitor.get("/templates/new").await;
    let fields = [("pri_tmpl_id", TEMPLATE), ("title", TITLE), ("content", CONTENT)];
    let page = visitor.fill(&page, "/actions/register-template", &fields).await;
    assert_eq!(page.path, "/templates/1");
    page.must_show("模板已登记").must_show("意见内容").must_show("phrase2");
}

/// The mini program reports one person; another is added by hand, and a third without a grant.
async fn subscribe(app: &TestApp, visitor: &Visitor) {
    let report = json!({ "openId": openid(1), "templateId": TEMPLATE });
    let answer = visitor
        .client
        .post(format!("{}/api/subscribe/record", app.url))
        .header("content-type", "application/json")
        .body(report.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let page = visitor.get("/subscribers/new").await;
    let fields = [("openid", &*openid(2)), ("remark", "no7"), ("template", "1"), ("grants", "1")];
    let page = visitor.fill(&page, "/actions/add-subscriber", &fields).await;
    page.must_show("订阅者已添加").must_show("no7");
    let page = visitor.get("/subscribers/new").await;
    visitor.fill(&page, "/actions/add-subscriber", &[("openid", &*openid(3))]).await.must_show("订阅者已添加");
    let list = visitor.get("/subscribers").await;
    for i in 1..=3 {
        list.must_show(&openid(i));
    }
    let list = visitor.get("/subscribers?template=1&balance=some").await;
    list.must_show(&openid(1)).must_show(&openid(2)).must_not_have(&openid(3));
}

/// Two have a grant, one has none, one was never seen, and one stands there twice.
async fn send(visitor: &Visitor) -> Seen {
    let page = visitor.get("/send").await;
    let page = visitor.fill(&page, "/actions/begin-notice", &[("template", "1")]).await;
    assert_eq!(page.path, "/send/1/audience");
    let list = format!("{}\r\n{}, {}\r\n{}\r\n{}", openid(1), openid(2), openid(3), openid(1), openid(9));
    let page = visitor.fill(&page, "/actions/set-audience", &[("audience", "pasted"), ("openids", &list)]).await;
    assert_eq!(page.path, "/send/1/content");
    let values = [("values[thing1]", "村口路灯不亮"), ("values[phrase2]", "处理中")];
    let review = visitor.fill(&page, "/actions/set-content", &values).await;
    assert_eq!(review.path, "/send/1/review");
    let numbers = ["将发送", "跳过", "去掉的重复"].map(|label| review.stat(label));
    assert_eq!(numbers, ["2", "2", "1"]);
    review.must_show("确认发送 2 条").must_show("村口路灯不亮").must_show("pages/index");
    assert_eq!(review.held("/actions/confirm-notice", "shown"), "2");
    let page = visitor.fill(&review, "/actions/confirm-notice", &[]).await;
    assert_eq!(page.path, "/notices/1");
    // The same button once more, as an impatient finger does.
    let page = visitor.fill(&review, "/actions/confirm-notice", &[]).await;
    assert_eq!(page.path, "/notices/1");
    for _ in 0..200 {
        let page = visitor.get("/notices/1").await;
        assert_eq!(page.status, 200);
        if page.shows("已完成") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the notice does not end: {:?}", html::texts(&visitor.get("/notices/1").await.html));
}

async fn numbers(visitor: &Visitor) {
    let page = visitor.get("/statistics").await;
    let tiles = ["成功", "失败", "待发送", "已跳过"].map(|label| page.stat(label));
    assert_eq!(tiles, ["2", "0", "0", "2"]);
    page.must_show("成功 2");
    let page = visitor.get("/").await;
    let tiles = ["今日成功", "今日失败", "今日待发送", "今日已跳过", "订阅者"].map(|label| page.stat(label));
    assert_eq!(tiles, ["2", "0", "0", "2", "4"]);
    let page = visitor.get("/notices/1?state=success").await;
    page.must_show(&openid(1)).must_show(&openid(2)).must_not_have(&openid(3));
    let page = visitor.get("/notices/1?state=skipped").await;
    page.must_show(&openid(3)).must_show(&openid(9)).must_not_have(&openid(2));
}

/// Every page in both languages; a second draft stands for the pages of a send.
async fn languages(visitor: &Visitor) {
    let page = visitor.get("/send?template=1").await;
    let page = visitor.fill(&page, "/actions/begin-notice", &[("template", "1")]).await;
    assert_eq!(page.path, "/send/2/audience");
    let pages = [
        "/",
        "/account",
        "/mini-programs",
        "/mini-programs/new",
        "/mini-programs/1",
        "/templates",
        "/templates/new",
        "/templates/1",
        "/templates/1/edit",
        "/subscribers",
        "/subscribers/new",
        "/subscribers/1",
        "/subscribers?q=none",
        "/send",
        "/send/2/audience",
        "/send/2/content",
        "/send/2/review",
        "/notices",
        "/notices?state=stopped",
        "/notices/1",
        "/notices/1?state=failed&code=43101",
        "/notices/1/deliveries/1",
        "/notices/1/deliveries/3",
        "/statistics",
        "/statistics?from=2026-99-99&template=77",
        "/settings/users",
        "/system",
    ];
    let mut wrong = Vec::new();
    for (lang, tag) in [("en", "en"), ("zh", "zh")] {
        visitor.speak(lang).await;
        for path in pages {
            let seen = visitor.get(path).await;
            assert_eq!((seen.status.as_u16(), seen.path.as_str()), (200, path));
            assert!(seen.html.contains(&format!("<html lang=\"{tag}")), "{path} says another language than {tag}");
            wrong.extend(foreign(&seen.html, lang).into_iter().map(|text| format!("{lang} {path}: {text}")));
        }
        let seen = visitor.get("/nowhere").await;
        assert_eq!(seen.status, 404);
        wrong.extend(foreign(&seen.html, lang).into_iter().map(|text| format!("{lang} 404: {text}")));
        let stranger = Visitor::new(&visitor.base);
        if lang == "en" {
            let login = stranger.get("/login").await;
            stranger.fill(&login, "/actions/preference", &[("lang", lang)]).await;
        }
        let seen = stranger.get("/login").await;
        wrong.extend(foreign(&seen.html, lang).into_iter().map(|text| format!("{lang} /login: {text}")));
    }
    assert!(wrong.is_empty(), "untranslated:\n{}", wrong.join("\n"));
}

/// Words of WeChat's console, examples of what is typed in Chinese, and names of languages: in English texts they stand as
/// they are. What contains another comes first.
const AS_THEY_ARE: [&str; 22] = [
    "简体中文",
    "繁體中文（香港）",
    "繁體中文（台灣）",
    "中文",
    "课程名称",
    "开课时间",
    "是，否",
    "after 元",
    "元 after",
    "我的模板",
    "模板 ID",
    "详细内容",
    "详情",
    "功能",
    "订阅消息",
    "开发管理",
    "开发设置",
    "开发者 ID",
    "IP 白名单",
    "生成",
    "重置",
    "合法域名",
];
/// Words of the platform that are the same in Chinese.
const NO_CHINESE: [&str; 10] =
    ["AppID", "AppSecret", "openid", "errcode", "rid", "English", "POST", "JSON", "CSV", "XLSX"];

/// The texts of a page that are in the other language.
fn foreign(html: &str, lang: &str) -> Vec<String> {
    let without = |text: &str, words: &[&str]| words.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
    let mut texts = html::texts(html);
    if lang == "en" {
        let han = |c| matches!(c, '\u{3007}'..='\u{9FFF}');
        texts.retain(|text| without(&without(text, &TYPED), &AS_THEY_ARE).chars().any(han));
    } else {
        texts.retain(|text| is_english(&without(text, &TYPED)));
    }
    texts
}

/// Two words of small letters side by side are a sentence; one word alone is a label, unless it is the name of a thing.
fn is_english(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let word = |w: &str| w.len() > 1 && w.chars().all(|c| c.is_ascii_lowercase());
    let sentence = words
        .windows(2)
        .any(|pair| word(pair[0].trim_start_matches(|c: char| c.is_ascii_uppercase())) && word(pair[1]));
    let label = text.len() > 2
        && text.chars().all(|c| c.is_ascii_alphabetic())
        && !NO_CHINESE.contains(&text)
        && text != ADMIN.0;
    sentence || label
}

#[test]
fn the_other_language_is_noticed() {
    let page =
        "<h1>Overview</h1><p>总览</p><a title='退出'>Sign out</a><p>AppID 简体中文</p><code>x y zz</code><p>openid</p>";
    assert_eq!(foreign(page, "en"), ["总览", "退出"]);
    assert_eq!(foreign(page, "zh"), ["Overview", "Sign out"]);
}
