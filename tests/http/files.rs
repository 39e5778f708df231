//! Files of recipients and of subscribers, as a person hands them in.

mod broken;
mod checks;
mod copies;
mod lists;
mod mended;
mod slices;
mod two;

use crate::{
    both,
    support::{
        ADMIN, APPID, TEMPLATE, TestApp, Which,
        browser::{Seen, Visitor},
        openid,
    },
};
use model::{
    delivery::{DeliveryState, SkipReason},
    ids::{NoticeId, TemplateId},
    import::{Import, ImportState},
    notice::Audience,
    page::At,
};
use service::ContentInput;
use std::{collections::BTreeMap, fmt::Write as _, time::Duration};
use store::Run;

const BOUNDARY: &str = "----yanshu-test";

/// A form with a file, as a browser sends it.
fn form(csrf: &str, file: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"名单.csv\"\r\nContent-Type: text/csv\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

async fn post(visitor: &Visitor, path: &str, body: Vec<u8>) -> Seen {
    let answer = visitor
        .client
        .post(format!("{}{path}", visitor.base))
        .header("accept-language", "zh")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(body)
        .send()
        .await
        .unwrap();
    let (status, path) = (answer.status(), answer.url().path().to_owned());
    Seen { status, path, html: answer.text().await.unwrap() }
}

async fn hand_in(visitor: &Visitor, on: &str, path: &str, file: &[u8]) -> Seen {
    let csrf = visitor.get(on).await.csrf();
    post(visitor, path, form(&csrf, file)).await
}

struct Draft {
    app: TestApp,
    visitor: Visitor,
    template: TemplateId,
    notice: NoticeId,
}

impl Draft {
    async fn new(which: Which, people: usize) -> Self {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(people, 1).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let notice = app.services.begin_notice(template, Vec::new(), "test").await.unwrap();
        Self { app, visitor, template, notice }
    }

    fn path(&self, step: &str) -> String {
        format!("/send/{}/{step}", self.notice)
    }

    async fn hand_in(&self, file: &[u8]) -> Seen {
        hand_in(&self.visitor, &self.path("audience"), &self.path("file"), file).await
    }

    /// Presses the button below the columns, with the guess or with other choices.
    async fn start(&self, on: &Seen, columns: &[&str]) -> Import {
        let fields: Vec<_> = columns.iter().map(|code| ("columns[]", *code)).collect();
        self.visitor.fill(on, "/actions/start-import", &fields).await;
        self.ended().await
    }

    async fn import(&self) -> Import {
        let program = self.app.notice(self.notice).await.mini_program;
        self.app.services.latest_import(program, Some(self.notice)).await.unwrap().expect("an import")
    }

    async fn ended(&self) -> Import {
        for _ in 0..600 {
            let import = self.import().await;
            if !matches!(import.state, ImportState::Running | ImportState::Uploaded) {
                return import;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the import does not end: {:?}", self.import().await);
    }

    /// What the newest message of a person says.
    fn told(&self, openid: &str) -> Vec<String> {
        let phone = self.app.simulator.phone(APPID, openid, 1).unwrap();
        phone.messages.into_iter().flat_map(|m| m.lines).map(|line| line.value).collect()
    }
}

fn values(thing: &str, phrase: &str) -> ContentInput {
    ContentInput {
        values: BTreeMap::from([("thing1".to_owned(), thing.to_owned()), ("phrase2".to_owned(), phrase.to_owned())]),
        page: "pages/index".to_owned(),
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
    }
}

both! {
    async fn each_person_of_a_file_gets_their_own_message(which) {
        let d = Draft::new(which, 4).await;
        let (a, b, c, new) = (openid(0), openid(1), openid(2), openid(9));
        let text = format!(
            "openid;姓名;意见内容\r\n{a};张三;路灯不亮\r\n{b};;\"水管;漏水\"\r\n{c};王五;{}\r\n{a};张三;再来一次\r\n坏的;赵六;x\r\n{new};孙七;y\r\n",
            "长".repeat(21)
        );
        let gbk = encoding_rs::GBK.encode(&text).0.into_owned();
        let page = d.hand_in(&gbk).await;
        page.must_show("名单.csv").must_show("张三").must_show("GBK / GB18030");
        assert_eq!(page.held("/actions/change-reading", "encoding"), "gb18030");
        assert_eq!(page.held("/actions/change-reading", "delimiter"), "semicolon");
        let import = d.start(&page, &["openid", "value:姓名", "field:thing1"]).await;
        assert_eq!((import.state, import.problem.clone()), (ImportState::Done, None));
        let p = import.progress;
        assert_eq!((p.rows, p.added, p.bad, p.duplicates), (6, 4, 2, 1));
        let page = d.visitor.get(&d.path("file")).await;
        assert_eq!((page.stat("在名单里"), page.stat("有问题的行"), page.stat("去掉的重复")), ("4".to_owned(), "2".to_owned(), "1".to_owned()));
        assert!(page.under("bad").contains("不是") || page.under("bad").contains("openid"), "{}", page.under("bad"));
        page.must_show("2 行有问题，1 行重复").must_show("每人只发一条，所以去掉这一行");
        let mend = d.visitor.get(&format!("/imports/{}/errors.csv", import.id)).await;
        assert_eq!(mend.html.lines().count(), 3, "what was dropped is nothing to hand in again: {}", mend.html);
        let file = d.visitor.get(&format!("/imports/{}/duplicates.csv", import.id)).await;
        let twice = file.html.lines().nth(1).filter(|line| line.starts_with("5,")).unwrap_or_else(|| panic!("{}", file.html));
        assert!(twice.contains(&format!("所以去掉这一行。,{a}")), "{twice}");

        // What the file fills may stay empty; the rest is filled for each.
        let refused = d.app.services.set_content(d.notice, &values("", "{{姓名")).await;
        assert!(refused.is_err(), "a brace that is not closed");
        d.app.services.set_content(d.notice, &values("", "{{姓名|你好}}")).await.unwrap();
        let review = d.visitor.get(&d.path("review")).await;
        assert_eq!((review.stat("将发送"), review.stat("跳过")), ("2".to_owned(), "2".to_owned()));
        review.must_show("第 4 行").must_show("数据不合规则");
        d.app.services.confirm_notice(d.notice, 2).await.unwrap();
        let notice = d.app.wait(d.notice).await;
        assert_eq!((notice.counts.of(DeliveryState::Sent) + notice.counts.of(DeliveryState::Delivered), notice.counts.of(DeliveryState::Skipped)), (2, 2));
        assert_eq!(d.told(&a), ["路灯不亮", "张三"]);
        assert_eq!(d.told(&b), ["水管;漏水", "你好"]);
        assert!(d.told(&c).is_empty());
        let skipped = d.app.services.deliveries(d.notice, &[DeliveryState::Skipped], None, At::Start).await.unwrap().rows;
        let reason = skipped.iter().find(|row| row.openid == c).map(|row| row.errcode);
        assert_eq!(reason, Some(SkipReason::InvalidData.number()));
        d.app.finish().await;
    }
}

both! {
    async fn content_that_wechat_refuses_fails_its_own_row_only(which) {
        let d = Draft::new(which, 3).await;
        // 敏感词 is what the simulator answers 45168 to.
        let text = format!("openid,thing1\n{},敏感词\n{},好\n{},也好\n", openid(0), openid(1), openid(2));
        let page = d.hand_in(text.as_bytes()).await;
        d.start(&page, &["openid", "field:thing1"]).await;
        d.app.services.set_content(d.notice, &values("", "处理中")).await.unwrap();
        d.app.services.confirm_notice(d.notice, 3).await.unwrap();
        let notice = d.app.wait(d.notice).await;
        assert_eq!((notice.counts.of(DeliveryState::Failed), notice.stop_errcode), (1, None));
        assert_eq!((d.told(&openid(1)), d.told(&openid(2))), (vec!["好".to_owned(), "处理中".to_owned()], vec!["也好".to_owned(), "处理中".to_owned()]));
        d.app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_files_are_refused_with_what_to_do() {
    let d = Draft::new(Which::Sqlite, 1).await;
    let columns = "a,".repeat(50_000) + "\n";
    for (file, told) in [
        (b"".as_slice(), "请先选择一个"),
        (b"\n\n\n\n", "文件里没有内容"),
        ("\n".repeat(1_000_000).as_bytes(), "文件里没有内容"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "旧版 Excel"),
        (b"%PDF-1.7", "不是 CSV 或 XLSX"),
        (b"PK\x03\x04 cut off", "不完整或已损坏"),
        (columns.as_bytes(), "列太多"),
    ] {
        let seen = d.hand_in(file).await;
        assert_eq!(seen.path, d.path("audience"), "{told}");
        seen.must_show(told);
    }
    // Nothing of them is kept.
    assert!(
        d.app
            .services
            .latest_import(d.app.notice(d.notice).await.mini_program, Some(d.notice))
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(d.app.notice(d.notice).await.audience, Audience::Nobody);
    let seen = d.visitor.get(&d.path("file")).await;
    assert_eq!(seen.path, d.path("audience"), "there is no file yet");
    // A form that was not ours, and one that ended too early.
    post(&d.visitor, &d.path("file"), form("wrong", b"a,b\n")).await.must_show("已过期");
    let csrf = d.visitor.get(&d.path("audience")).await.csrf();
    let mut cut = form(&csrf, b"openid,b\n1,2\n");
    cut.truncate(cut.len() - 30);
    post(&d.visitor, &d.path("file"), cut).await.must_show("上传中断");
    d.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_fails_as_a_whole_and_leaves_no_half_list() {
    let d = Draft::new(Which::Sqlite, 1).await;
    let mut text = "openid,thing1\n".to_owned();
    for i in 0..25_000 {
        writeln!(text, "{},好", openid(i)).unwrap();
    }
    // A quotation mark that is never closed, far down.
    text.push_str("x,\"");
    text.push_str(&"y\n".repeat(300_000));
    let page = d.hand_in(text.as_bytes()).await;
    let import = d.start(&page, &["openid", "field:thing1"]).await;
    assert_eq!(import.state, ImportState::Failed);
    assert_eq!(d.app.notice(d.notice).await.audience, Audience::Nobody);
    let page = d.visitor.get(&d.path("file")).await;
    page.must_show("从第 25002 行起").must_show("名单已清空");
    // The header alone is no list.
    let page = d.hand_in(b"openid,thing1\n").await;
    assert_eq!(d.start(&page, &["openid", "field:thing1"]).await.problem.unwrap().code, "no_rows");
    d.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_rows_are_shown_and_handed_out() {
    let d = Draft::new(Which::Sqlite, 1).await;
    let mut text = "openid,openid,=x\n".to_owned();
    writeln!(text, "{},a,b", openid(0)).unwrap();
    for i in 0..150 {
        writeln!(text, "1.23457E+27,=cmd(),{i}").unwrap();
    }
    text.push_str("short\n");
    let page = d.hand_in(text.as_bytes()).await;
    page.must_show("openid (2)");
    d.start(&page, &["openid", "ignore", "ignore"]).await;
    let page = d.visitor.get(&d.path("file")).await;
    page.must_show("科学计数法").must_show("151 行有问题，0 行重复；下面是前 100 行。");
    let import = d.import().await;
    let file = d.visitor.get(&format!("/imports/{}/errors.csv", import.id)).await;
    assert!(file.html.starts_with('\u{FEFF}'));
    let lines: Vec<&str> = file.html.trim_start_matches('\u{FEFF}').lines().collect();
    assert_eq!(lines.len(), 152);
    assert_eq!(lines[0], "行号,原因,openid,openid (2),'=x");
    assert!(lines[1].starts_with("3,") && lines[1].ends_with(",1.23457E+27,'=cmd(),0"), "{}", lines[1]);
    assert!(lines[151].starts_with("153,") && lines[151].contains("只有 1 列"), "{}", lines[151]);
    let stranger = Visitor::new(&d.app.url);
    assert!(
        stranger.get(&format!("/imports/{}/errors.csv", import.id)).await.path.starts_with("/login?next=/imports/")
    );
    d.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_columns_mean_is_remembered_and_checked() {
    let d = Draft::new(Which::Sqlite, 1).await;
    let text = format!("编号,内容\n{},好\n", openid(0));
    let page = d.hand_in(text.as_bytes()).await;
    // The openid is known by its look.
    assert!(page.form("/actions/start-import").controls.iter().any(|c| c.sent && c.value == "openid"));
    let refused =
        d.visitor.fill(&page, "/actions/start-import", &[("columns[]", "ignore"), ("columns[]", "ignore")]).await;
    refused.must_show("请指定哪一列是 openid");
    d.start(&page, &["openid", "field:thing1"]).await;
    let page = d.hand_in(text.as_bytes()).await;
    let sent: Vec<_> = page
        .form("/actions/start-import")
        .controls
        .into_iter()
        .filter(|c| c.sent && c.name == "columns[]")
        .map(|c| c.value)
        .collect();
    assert_eq!(sent, ["openid", "field:thing1"]);
    // Without a header the first row is one of the rows.
    let page = d.hand_in(format!("{},好\n{},坏\n", openid(0), openid(1)).as_bytes()).await;
    page.must_show("第 1 列");
    let import = d.start(&page, &["openid", "field:thing1"]).await;
    assert_eq!((import.progress.rows, import.progress.added), (2, 2));
    d.app.finish().await;
}

both! {
    async fn an_interrupted_run_says_so_and_can_be_begun_again(which) {
        let d = Draft::new(which, 2).await;
        let page = d.hand_in(format!("openid\n{}\n{}\n", openid(0), openid(1)).as_bytes()).await;
        page.must_show("开始读取");
        let import = d.import().await;
        // Another process began, put a row on the list, and died.
        let store = d.app.services.store().clone();
        let long_ago = d.app.services.now() - Import::SILENT_MS - 1;
        assert!(store.begin_import(import.id, 7, long_ago).await.unwrap());
        store.add_recipients(d.notice, &[model::recipient::Recipient::of(openid(5))], Some(Run { import: import.id, number: 7 })).await.unwrap();
        let page = d.visitor.get(&d.path("file")).await;
        page.must_show("读取被中断了");
        d.app.services.set_content(d.notice, &values("好", "处理中")).await.unwrap();
        // Half a list is not sent to.
        d.visitor.get(&d.path("review")).await.must_show("还没有读完");
        assert!(d.app.services.confirm_notice(d.notice, 9).await.is_err());
        d.visitor.fill(&page, "/actions/restart-import", &[]).await;
        let import = d.ended().await;
        assert_eq!((import.state, d.app.notice(d.notice).await.audience), (ImportState::Done, Audience::Listed { size: 2 }));
        assert_eq!(d.visitor.get(&d.path("review")).await.stat("将发送"), "2");
        d.app.finish().await;
    }
}

both! {
    async fn a_run_can_be_stopped_and_another_audience_be_chosen(which) {
        let d = Draft::new(which, 1).await;
        let mut text = "openid\n".to_owned();
        for i in 0..60_000 {
            writeln!(text, "{}", openid(i)).unwrap();
        }
        let page = d.hand_in(text.as_bytes()).await;
        d.app.services.start_import(d.import().await.id, Some(&["openid".to_owned()])).await.unwrap();
        d.app.services.stop_import(d.import().await.id).await.unwrap();
        let import = d.ended().await;
        assert_eq!((import.state, d.app.notice(d.notice).await.audience), (ImportState::Stopped, Audience::Nobody));
        d.visitor.get(&d.path("file")).await.must_show("读取已停止，名单已清空");
        // Whoever chooses other recipients meanwhile has the last word.
        d.visitor.fill(&page, "/actions/start-import", &[]).await;
        d.app.services.set_audience(d.notice, service::AudienceInput::EverybodyWithGrant).await.unwrap();
        d.ended().await;
        assert_eq!(d.app.notice(d.notice).await.audience, Audience::EverybodyWithGrant);
        assert_eq!(d.app.services.store().recipients(d.notice, false, "", 9).await.unwrap(), []);
        d.app.finish().await;
    }
}

both! {
    async fn attributes_fill_placeholders_and_who_has_none_is_told_before(which) {
        let d = Draft::new(which, 3).await;
        let program = d.app.notice(d.notice).await.mini_program;
        let file = format!("openid,姓名,标签\n{},张三,会员 新\n{},,老\n", openid(0), openid(1));
        let page = hand_in(&d.visitor, "/subscribers/import", "/subscribers/import", file.as_bytes()).await;
        page.must_show("姓名");
        let columns = [("columns[]", "openid"), ("columns[]", "attribute:姓名"), ("columns[]", "tags")];
        d.visitor.fill(&page, "/actions/start-import", &columns).await;
        for _ in 0..500 {
            let import = d.app.services.latest_import(program, None).await.unwrap().unwrap();
            if import.state == ImportState::Done {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        d.visitor.get("/subscribers/import").await.must_show("导入完成");
        let person = d.app.services.store().subscriber_by_openid(program, &openid(0)).await.unwrap().unwrap();
        let page = d.visitor.get(&format!("/subscribers/{}", person.id)).await;
        assert_eq!(page.held("/actions/change-traits", "tags"), "会员, 新");
        // On the page of a person attributes can be changed.
        let other = d.app.services.store().subscriber_by_openid(program, &openid(2)).await.unwrap().unwrap();
        let page = d.visitor.get(&format!("/subscribers/{}", other.id)).await;
        let page = d.visitor.fill(&page, "/actions/change-traits", &[("tags", "x"), ("attributes", "姓名")]).await;
        page.must_show("应写成 名称=内容");
        let page = d.visitor.fill(&page, "/actions/change-traits", &[("tags", "x"), ("attributes", "姓名=王五\n")]).await;
        page.must_show("标签和属性已保存");

        d.app.services.set_audience(d.notice, service::AudienceInput::EverybodyWithGrant).await.unwrap();
        d.app.services.set_content(d.notice, &values("{{姓名}}您好", "处理中")).await.unwrap();
        let review = d.visitor.get(&d.path("review")).await;
        assert_eq!((review.stat("将发送"), review.stat("跳过")), ("2".to_owned(), "1".to_owned()));
        review.must_show("没有“姓名”的值");
        assert!(d.app.services.confirm_notice(d.notice, 1).await.is_err(), "more than was shown");
        d.app.services.confirm_notice(d.notice, 2).await.unwrap();
        let notice = d.app.wait(d.notice).await;
        assert_eq!(notice.counts.of(DeliveryState::Skipped), 1);
        assert_eq!((d.told(&openid(0)), d.told(&openid(2))), (vec!["张三您好".to_owned(), "处理中".to_owned()], vec!["王五您好".to_owned(), "处理中".to_owned()]));
        // The grant of whoever was skipped is there for another notice.
        assert_eq!(d.app.simulator.balance(APPID, &openid(1), TEMPLATE).unwrap(), 1);
        let reachable = d.app.services.templates(program).await.unwrap();
        assert_eq!(reachable.iter().find(|t| t.template.id == d.template).unwrap().reachable, 1);
        d.app.finish().await;
    }
}
