//! The settings of a mini program that say how WeChat is called.

use super::{KEY, TOKEN, set_callback, start};
use crate::both;
use model::mini_program::{GrantSource, TokenMode};

both! {
    async fn token_call_address_and_source_of_grants_are_set_and_bad_ones_refused_in_place(which) {
        let (app, visitor, program, _) = start(which).await;
        let change = "/actions/change-mini-program";
        let page = visitor.get("/mini-programs/1").await;
        let default = app.services.api_base().to_owned();
        page.must_show(&default);
        assert_eq!((page.held(change, "token_mode").as_str(), page.held(change, "api_base").as_str()), ("stable", ""));
        assert_eq!(page.held(change, "grant_source"), "both");

        let fields = [("token_mode", "classic"), ("api_base", "https://api2.weixin.qq.com"), ("grant_source", "event")];
        let refused = visitor.fill(&page, change, &fields).await;
        refused.must_show("回调");
        assert_eq!(app.services.mini_program(program).await.unwrap().settings.token_mode, TokenMode::Stable);
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        let page = visitor.fill(&visitor.get("/mini-programs/1").await, change, &fields).await;
        page.must_show("已保存").must_show("额度不会增加");
        let settings = app.services.mini_program(program).await.unwrap().settings;
        assert_eq!((settings.token_mode, settings.grant_source), (TokenMode::Classic, GrantSource::Event));
        assert_eq!(settings.api_base, "https://api2.weixin.qq.com");
        assert_eq!(page.held(change, "api_base"), "https://api2.weixin.qq.com");

        // What was typed counts only where “other” is chosen.
        let proxy = [("api_base", "other"), ("api_base_other", " https://proxy.example.com/wx/ ")];
        let page = visitor.fill(&page, change, &proxy).await;
        assert_eq!(app.services.mini_program(program).await.unwrap().settings.api_base, "https://proxy.example.com/wx");
        assert_eq!(page.held(change, "api_base"), "other");
        assert_eq!(page.held(change, "api_base_other"), "https://proxy.example.com/wx");
        for bad in ["", "proxy.example.com", "ftp://proxy.example.com", "https://u:p@proxy", "https://x/?a=b"] {
            let refused = visitor.fill(&page, change, &[("api_base", "other"), ("api_base_other", bad)]).await;
            refused.must_show("请填写完整的接口地址").must_have("f-api_base_other-error");
            assert_eq!(refused.held(change, "api_base_other"), bad);
        }
        let page = visitor.fill(&page, change, &[("api_base", "")]).await;
        page.must_show("已保存");
        assert_eq!(app.services.mini_program(program).await.unwrap().settings.api_base, "");

        let csrf = page.csrf();
        for (field, value) in [("token_mode", "quick"), ("grant_source", "nobody"), ("api_base", "nonsense")] {
            let form = page.form(change);
            let others = form.controls.iter().filter(|c| c.sent && c.name != field && c.name != "csrf");
            let mut all: Vec<_> = others.map(|c| (c.name.as_str(), c.value.as_str())).collect();
            all.extend([("csrf", csrf.as_str()), (field, value)]);
            let refused = visitor.post(change, &all).await;
            refused.must_have("form-errors").must_have("flash fail");
        }
        app.finish().await;
    }
}
