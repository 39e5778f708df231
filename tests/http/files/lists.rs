//! Lists that are handed out, and saved filters.

use super::*;

/// The rows of a CSV answer, without its byte order mark.
fn rows(seen: &Seen) -> Vec<String> {
    assert!(seen.html.starts_with('\u{FEFF}'), "{}", seen.html);
    seen.html.trim_start_matches('\u{FEFF}').lines().map(str::to_owned).collect()
}

both! {
    async fn slices_and_lists_are_handed_out(which) {
        let d = Draft::new(which, 3).await;
        let program = d.app.notice(d.notice).await.mini_program;
        let text = format!("openid,thing1\n{},好\n{},{}\n{},好\n", openid(0), openid(1), "长".repeat(30), openid(8));
        let page = d.hand_in(text.as_bytes()).await;
        d.start(&page, &["openid", "field:thing1"]).await;
        d.app.services.set_content(d.notice, &values("", "处理中")).await.unwrap();
        let get = async |slice: &str| rows(&d.visitor.get(&format!("{}?slice={slice}", d.path("files/recipients.csv"))).await);
        assert_eq!(get("send").await, ["openid,行号,原因".to_owned(), format!("{},,", openid(0))]);
        assert_eq!(get("unknown").await[1], format!("{},,", openid(8)));
        let invalid = get("invalid").await;
        assert!(invalid[1].starts_with(&format!("{},3,thing1: ", openid(1))), "{invalid:?}");
        assert_eq!(get("refused").await.len(), 1);
        d.app.services.confirm_notice(d.notice, 1).await.unwrap();
        d.app.wait(d.notice).await;

        let page = d.visitor.get(&format!("/notices/{}?state=skipped", d.notice)).await;
        page.must_have(&format!("/notices/{}/files/deliveries.csv?state=skipped", d.notice));
        let skipped = rows(&d.visitor.get(&format!("/notices/{}/files/deliveries.csv?state=skipped", d.notice)).await);
        assert_eq!(skipped.len(), 3);
        assert!(skipped.iter().any(|row| row.contains("数据不合规则")), "{skipped:?}");
        assert_eq!(rows(&d.visitor.get(&format!("/notices/{}/files/deliveries.csv", d.notice)).await).len(), 4);
        let url = format!("{}/notices/{}/files/deliveries.xlsx", d.app.url, d.notice);
        let answer = d.visitor.client.get(url).send().await.unwrap();
        assert_eq!(answer.headers()["content-disposition"], format!("attachment; filename=\"yanshu-notice-{}.xlsx\"", d.notice));
        assert!(answer.bytes().await.unwrap().starts_with(b"PK\x03\x04"));

        // People go out and come in again as they were.
        let store = d.app.services.store().clone();
        let person = store.subscriber_by_openid(program, &openid(0)).await.unwrap().unwrap().id;
        d.app.services.change_remark(person, "=HYPERLINK(\"x\")").await.unwrap();
        d.app.services.change_traits(person, "会员 新", "城市=北京").await.unwrap();
        let file = d.visitor.get("/subscribers/files/subscribers.csv").await;
        let people = rows(&file);
        assert_eq!(people.len(), 5);
        assert!(people[0].ends_with(",城市") && people.iter().any(|row| row.contains("'=HYPERLINK")), "{people:?}");
        d.app.services.change_remark(person, "").await.unwrap();
        let page = hand_in(&d.visitor, "/subscribers/import", "/subscribers/import", file.html.as_bytes()).await;
        let columns: Vec<_> = ["openid", "remark", "tags", "ignore", "ignore", "ignore", "attribute:城市"].map(|code| ("columns[]", code)).to_vec();
        d.visitor.fill(&page, "/actions/start-import", &columns).await;
        for _ in 0..500 {
            if d.app.services.latest_import(program, None).await.unwrap().unwrap().state == ImportState::Done {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(store.subscriber(person).await.unwrap().unwrap().remark, "=HYPERLINK(\"x\")");
        let stranger = Visitor::new(&d.app.url);
        let path = "/subscribers/files/subscribers.csv";
        let sent_to = stranger.get(path).await;
        assert_eq!(sent_to.path, format!("/login?next={path}"), "a browser is led to the sign-in page");
        let bare = stranger.client.get(format!("{}{path}", stranger.base)).send().await.unwrap();
        assert_eq!(bare.status(), 401);
        d.app.finish().await;
    }
}

both! {
    async fn a_filter_is_saved_and_sent_to(which) {
        let d = Draft::new(which, 3).await;
        let program = d.app.notice(d.notice).await.mini_program;
        for i in [0, 2] {
            let person = d.app.services.store().subscriber_by_openid(program, &openid(i)).await.unwrap().unwrap().id;
            d.app.services.change_traits(person, "会员", "城市=北京").await.unwrap();
        }
        let page = d.visitor.get("/subscribers?tag=会员&attr=城市&value=北京&seen=within7").await;
        page.must_show(&openid(0)).must_show(&openid(2));
        assert!(!page.shows(&openid(1)));
        let page = d.visitor.fill(&page, "/actions/save-segment", &[("name", "")]).await;
        page.must_show("请填写名称");
        let page = d.visitor.fill(&page, "/actions/save-segment", &[("name", "北京会员")]).await;
        page.must_show("人群已保存").must_show("北京会员");
        let page = d.visitor.get(&d.path("audience")).await;
        let segment = d.app.services.segments(program).await.unwrap()[0].id.to_string();
        let page = d.visitor.fill(&page, "/actions/set-audience", &[("audience", "segment"), ("segment", &segment)]).await;
        assert_eq!(page.path, d.path("content"));
        d.app.services.set_content(d.notice, &values("好", "处理中")).await.unwrap();
        assert_eq!(d.visitor.get(&d.path("review")).await.stat("将发送"), "2");
        d.app.services.confirm_notice(d.notice, 2).await.unwrap();
        d.app.wait(d.notice).await;
        assert_eq!((d.told(&openid(0)).len(), d.told(&openid(1)).len()), (2, 0));
        let page = d.visitor.get("/subscribers?tag=会员").await;
        let page = d.visitor.fill(&page, "/actions/delete-segment", &[]).await;
        page.must_show("人群已删除");
        d.app.finish().await;
    }
}
