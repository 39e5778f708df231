//! What the overview says of all that.

use super::{operator, send, start};
use crate::{
    both,
    support::{APPID, SECRET, TEMPLATE},
};

both! {
    async fn the_overview_says_what_to_mend_and_to_whom_it_leads(which) {
        let (app, visitor, program, template) = start(which).await;
        let fresh = visitor.get("/").await;
        fresh.must_show("未设置").must_show("今日未查询");
        send(&app, template, 1).await;
        visitor.get("/").await.must_show("无需处理");
        app.simulator.rotate_secret(APPID, Some("f".repeat(32))).unwrap();
        app.services.test_connection(program).await.unwrap();
        let page = visitor.get("/").await;
        page.must_show("无法获取凭证：AppSecret 无效").must_show("查看凭证").must_not_have("无需处理");
        app.simulator.rotate_secret(APPID, Some(SECRET.to_owned())).unwrap();
        app.services.test_connection(program).await.unwrap();
        visitor.get("/").await.must_not_have("无法获取凭证");

        app.simulator.delete_template(APPID, TEMPLATE).unwrap();
        app.services.fetch_templates(program).await.unwrap();
        let fetched_at = app.services.sync_diff(program).await.unwrap().unwrap().fetched_at;
        app.services.apply_sync(program, fetched_at, &[TEMPLATE.to_owned()]).await.unwrap();
        let page = visitor.get("/").await;
        page.must_show("模板在微信后台已不存在：意见处理进度通知").must_have(&format!("href=\"/templates/{template}\""));

        // An operator sees the same, with nothing to click that is not theirs.
        app.simulator.rotate_secret(APPID, Some("f".repeat(32))).unwrap();
        app.services.test_connection(program).await.unwrap();
        let operator = operator(&app).await;
        let page = operator.get("/").await;
        page.must_show("无法获取凭证").must_show("请联系管理员处理").must_not_have("href=\"/mini-programs/1");
        app.services.archive_template(template, true).await.unwrap();
        visitor.get("/").await.must_not_have("模板在微信后台已不存在");
        app.finish().await;
    }
}
