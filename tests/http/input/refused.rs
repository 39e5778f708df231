//! What a person in a browser sees where there is no page to show: never a bare status.

use super::*;

#[track_caller]
fn must_explain(seen: &Seen, status: u16, words: &str) {
    assert_eq!(seen.status, status, "{}: {}", seen.path, seen.html);
    seen.must_have(words).must_have("请求编号").must_have("回到总览");
}

#[tokio::test]
async fn a_download_of_what_is_gone_is_explained_by_a_page() {
    let (app, visitor, _, _) = start(Which::Sqlite).await;
    for path in [
        "/notices/999/files/deliveries.csv",
        "/send/999/files/recipients.csv?slice=no_grant",
        "/subscribers/files/nothing.csv",
        "/imports/999/errors.csv",
    ] {
        must_explain(&visitor.get(path).await, 404, "没有找到");
        let bare = visitor.client.get(format!("{}{path}", app.url)).send().await.unwrap();
        assert_eq!((bare.status().as_u16(), bare.text().await.unwrap().as_str()), (404, ""), "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_form_that_is_too_large_or_goes_to_a_page_is_explained_by_a_page() {
    let (app, visitor, _, _) = start(Which::Sqlite).await;
    let openids = "o-openid-of-somebody-0000001\n".repeat(200_000);
    let csrf = visitor.get("/send").await.csrf();
    let seen = visitor.post("/actions/set-audience", &[("csrf", &csrf), ("notice", "1"), ("openids", &openids)]).await;
    must_explain(&seen, 413, "改用文件上传");
    must_explain(&visitor.post("/templates", &[("csrf", &csrf)]).await, 405, "刷新后再试");
    app.finish().await;
}
