//! Templates kept in step with WeChat, added from its library, deleted there, and their own rule of validity.

use crate::{
    both,
    support::{
        ADMIN, APPID, Options, TEMPLATE, TestApp,
        browser::{Seen, Visitor},
        html::Token,
    },
};
use model::{
    Millis,
    access::Role,
    ids::{MiniProgramId, TemplateId},
    template::{Template as Registered, TemplateKind},
};
use service::{AudienceInput, TemplateInput};
use simulator::{Account, Action, EnumValues, Fault, Match, Template};

const FETCH: &str = "/actions/fetch-templates";
const APPLY: &str = "/actions/apply-sync";
const ADD: &str = "/actions/add-from-library";
const DELETE: &str = "/actions/delete-template";
const LIST: &str = "/wxaapi/newtmpl/gettemplate";

const NEW: &str = "TmplN0123456789abcdefghijklmnopqrstuvwxyzAB";
const CHANGED: &str = "TmplC0123456789abcdefghijklmnopqrstuvwxyzAB";
const CARD: &str = "TmplS0123456789abcdefghijklmnopqrstuvwxyzAB";
const SAME: &str = "TmplE0123456789abcdefghijklmnopqrstuvwxyzAB";

async fn by_id(app: &TestApp, program: MiniProgramId, id: &str) -> Option<Registered> {
    let all = app.services.templates(program).await.unwrap();
    all.into_iter().map(|summary| summary.template).find(|template| template.settings.pri_tmpl_id == id)
}

/// One template of every kind of difference: `TEMPLATE` is gone at WeChat and three people have grants of it.
async fn drift(app: &TestApp, program: MiniProgramId) -> TemplateId {
    app.people(3, 2).await;
    app.simulator.delete_template(APPID, TEMPLATE).unwrap();
    let content = "课程名称:{{thing1.DATA}}\n上课时间：{{time2.DATA}}\n";
    app.simulator.add_template(APPID, Template::one_time(NEW, "课程提醒", content)).unwrap();
    app.simulator.add_template(APPID, Template::service_card(CARD, "取餐状态")).unwrap();
    app.add_template(program, APPID, SAME, "意见受理通知").await;
    let input = TemplateInput {
        pri_tmpl_id: CHANGED.to_owned(),
        title: "进度通知".to_owned(),
        kind: "one_time".to_owned(),
        content: "事项:{{thing1.DATA}}\n旧字段:{{thing4.DATA}}".to_owned(),
        validity_days: "30".to_owned(),
        ..TemplateInput::default()
    };
    let changed = app.services.register_template(program, &input).await.unwrap();
    let theirs = Template {
        enum_values: vec![EnumValues {
            keyword_code: "enum_string2.DATA".to_owned(),
            enum_value_list: vec!["受理".to_owned(), "办结".to_owned()],
        }],
        ..Template::one_time(CHANGED, "办理进度通知", "事项名称:{{thing1.DATA}}\n状态:{{enum_string2.DATA}}\n")
    };
    app.simulator.add_template(APPID, theirs.long_term()).unwrap();
    changed
}

/// The ids that are ticked.
fn ticked(seen: &Seen) -> Vec<String> {
    let form = seen.form(APPLY);
    form.controls.iter().filter(|c| c.name == "chosen[]" && c.sent).map(|c| c.value.clone()).collect()
}

/// Makes the kept answer older, as if so much time had passed.
async fn age(app: &TestApp, program: MiniProgramId, by: Millis) {
    let store = app.services.store();
    let kept = store.snapshot(program, "templates", "").await.unwrap().unwrap();
    store.save_snapshot(program, "templates", "", &kept.body, kept.at - by).await.unwrap();
}

/// The keywords that would be added.
fn kids(seen: &Seen) -> Vec<String> {
    seen.form(ADD).controls.iter().filter(|c| c.name == "kids[]").map(|c| c.value.clone()).collect()
}

fn options(seen: &Seen, name: &str) -> usize {
    seen.form("/templates/library").controls.iter().filter(|control| control.name == name).count()
}

both! {
    async fn a_sync_shows_the_differences_and_applies_what_is_ticked(which) {
        let app = TestApp::start(which).await;
        let (program, gone) = app.furnish().await;
        let changed = drift(&app, program).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let first = visitor.get("/templates/sync").await;
        first.must_have("次数不多").must_not_have(APPLY);
        assert_eq!(app.simulator.calls(10, Some(LIST)).len(), 0, "only looking asks for nothing");

        let seen = visitor.fill(&first, FETCH, &[]).await;
        seen.must_have("还没有做任何更改").must_have("已在微信删除").must_have("有变化").must_have("新模板");
        seen.must_have("牵涉的授权：3 人，共 6 条额度，将无法再使用。");
        for difference in ["办理进度通知", "旧字段（thing4）", "事项名称", "状态（enum_string2）", "长期"] {
            seen.must_show(difference);
        }
        assert!(seen.under("not-sendable").contains("取餐状态") && seen.under("same").contains("意见受理通知"));
        let mut chosen = ticked(&seen);
        chosen.sort();
        assert_eq!(chosen, [CHANGED, NEW], "what is gone is not ticked");
        assert_eq!(by_id(&app, program, NEW).await, None, "nothing happens before it is applied");

        let done = visitor.fill(&seen, APPLY, &[]).await;
        assert_eq!(done.path, "/templates");
        done.must_have("同步完成：登记 1 个新模板，更新 1 个模板。");
        let new = by_id(&app, program, NEW).await.unwrap();
        assert_eq!((new.settings.title.as_str(), new.settings.fields.len()), ("课程提醒", 2));
        assert_eq!(new.settings.validity_days, None);
        let after = app.services.template(changed).await.unwrap();
        assert_eq!((after.settings.title.as_str(), after.settings.kind), ("办理进度通知", TemplateKind::LongTerm));
        let keys: Vec<_> = after.settings.fields.iter().map(|field| field.key.as_str()).collect();
        assert_eq!(keys, ["thing1", "enum_string2"]);
        assert_eq!(after.settings.fields[1].allowed, ["受理", "办结"]);
        assert_eq!(after.settings.validity_days, Some(30), "our own settings stay");
        assert!(after.synced_at.is_some());
        assert!(by_id(&app, program, SAME).await.unwrap().synced_at.is_some());
        assert_eq!(app.services.template(gone).await.unwrap().gone_at, None, "it was not ticked");
        assert_eq!(by_id(&app, program, CARD).await, None);

        let again = visitor.get("/templates/sync").await;
        assert_eq!(ticked(&again), Vec::<String>::new());
        let done = visitor.fill(&again, APPLY, &[("chosen[]", TEMPLATE)]).await;
        done.must_have("把 1 个模板标记为已在微信删除");
        let marked = app.services.template(gone).await.unwrap();
        assert!(marked.gone_at.is_some() && marked.archived_at.is_none());
        let detail = visitor.get(&format!("/templates/{gone}")).await;
        detail.must_have("这个模板已在微信删除").must_have("/errors/40037");
        detail.must_not_have(&format!("/send?template={gone}")).must_not_have("在微信删除…");
        visitor.get("/templates/sync").await.must_have("不需要更改");
        assert_eq!(app.simulator.calls(10, Some(LIST)).len(), 1, "asked once, by the button");

        // It comes back under the same id.
        let content = "意见内容:{{thing1.DATA}}\n处理状态:{{phrase2.DATA}}";
        app.simulator.add_template(APPID, Template::one_time(TEMPLATE, "意见处理进度通知", content)).unwrap();
        let seen = visitor.fill(&visitor.get("/templates/sync").await, FETCH, &[]).await;
        seen.must_have("重新出现").must_have("内容没有变化");
        visitor.fill(&seen, APPLY, &[]).await;
        assert_eq!(app.services.template(gone).await.unwrap().gone_at, None);
        app.finish().await;
    }
}

both! {
    async fn an_old_or_replaced_list_is_named_and_nothing_chosen_is_refused(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        drift(&app, program).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let seen = visitor.fill(&visitor.get("/templates/sync").await, FETCH, &[]).await;
        seen.must_not_have("超过 10 分钟");
        age(&app, program, 11 * 60_000).await;
        let old = visitor.get("/templates/sync").await;
        old.must_have("超过 10 分钟");

        let refused = visitor.fill(&seen, APPLY, &[]).await;
        assert_eq!(refused.path, "/templates/sync");
        refused.must_have("微信的模板列表已重新获取");
        assert_eq!(by_id(&app, program, NEW).await, None);

        let csrf = old.csrf();
        let form = old.form(APPLY);
        let fetched = form.controls.iter().find(|c| c.name == "fetched_at").unwrap().value.clone();
        let program_id = program.to_string();
        let fields = [("csrf", csrf.as_str()), ("mini_program", &program_id), ("fetched_at", &fetched)];
        let none = visitor.post(APPLY, &fields).await;
        none.must_have("请至少选择一项");
        assert_eq!(ticked(&none), Vec::<String>::new(), "the ticks stay as they were sent");
        let nonsense = [fields.as_slice(), &[("chosen[]", "<b onmouseover=evil>")]].concat();
        visitor.post(APPLY, &nonsense).await.must_have("请至少选择一项").must_be_harmless();
        let wrong = visitor.post(APPLY, &[("csrf", "x"), ("mini_program", &program_id), ("fetched_at", &fetched)]).await;
        wrong.must_have("这个页面已过期");
        assert_eq!(by_id(&app, program, NEW).await, None);
        app.finish().await;
    }
}

both! {
    async fn what_wechat_says_no_to_is_told_in_words(which) {
        let app = TestApp::start(which).await;
        let (_, _) = app.furnish().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        app.simulator.script([Fault::new(Match::path(LIST), Action::errcode(45009))]);
        let seen = visitor.fill(&visitor.get("/templates/sync").await, FETCH, &[]).await;
        seen.must_have("今日调用次数已用完").must_have("45009").must_not_have(APPLY);
        app.simulator.clear_faults();

        app.simulator.script([Fault::new(Match::path("/wxaapi/newtmpl/getcategory"), Action::errcode(200_011))]);
        let seen = visitor.get("/templates/library").await;
        assert!(seen.status.is_success());
        seen.must_have("账号被封禁").must_have("/errors/200011").must_have("rid ");
        app.simulator.clear_faults();
        visitor.get("/templates/library").await.must_have("培训机构").must_not_have("账号被封禁");
        app.finish().await;
    }
}

both! {
    async fn a_template_of_the_library_is_chosen_ordered_previewed_and_added(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        visitor.get("/templates/library").await.must_have("/templates/library?category=402&amp;page=0");
        let titles = visitor.get("/templates/library?category=402&page=0").await;
        titles.must_have("课程提醒").must_have("tid=2301");
        let keywords = "/templates/library?category=402&page=0&tid=2301";
        let seen = visitor.get(keywords).await;
        seen.must_show("少儿书法入门").must_not_have(ADD);
        assert_eq!(options(&seen, "k1"), 6, "a dash and five places");

        for (query, wrong) in [
            ("&preview=1", "请选择 2 到 5 个关键词"),
            ("&k1=1&preview=1", "请选择 2 到 5 个关键词"),
            ("&k1=2&k2=2&preview=1", "有不止一个关键词选了第 2 位"),
            ("&k1=7&k999=1&k2=1&preview=1", "请选择 2 到 5 个关键词"),
        ] {
            visitor.get(&format!("{keywords}{query}")).await.must_have(wrong).must_not_have(ADD);
        }

        // Time first, then course and place; places may have gaps.
        let preview = visitor.get(&format!("{keywords}&k2=1&k1=3&k3=5&k4=&preview=1")).await;
        let card: Vec<_> = crate::support::html::tokens(&preview.html)
            .windows(2)
            .filter(|pair| matches!(&pair[0], Token::Open { name, .. } if name == "dt"))
            .filter_map(|pair| match &pair[1] { Token::Text(text) => Some(text.clone()), _ => None })
            .collect();
        assert_eq!(card, ["上课时间", "课程名称", "上课地点"]);

        for (scene, error) in [("", "请填写服务场景描述"), ("这个场景描述写得实在是太长太长了吧", "最多 15 个字")] {
            let refused = visitor.fill(&preview, ADD, &[("scene", scene)]).await;
            refused.must_have(error);
            assert_eq!(refused.held(ADD, "scene"), scene);
            assert_eq!(kids(&refused), ["2", "1", "3"], "the same choice is shown again");
        }

        let done = visitor.fill(&preview, ADD, &[("scene", "课程开始提醒")]).await;
        done.must_have("模板已添加到小程序");
        let theirs = app.simulator.templates(APPID).unwrap();
        let theirs = theirs.iter().find(|template| template.title == "课程提醒").unwrap();
        let labels: Vec<_> = theirs.content.lines().map(|line| line.split_once(':').unwrap().0).collect();
        assert_eq!(labels, ["上课时间", "课程名称", "上课地点"]);
        let ours = by_id(&app, program, &theirs.id).await.unwrap();
        assert_eq!(done.path, format!("/templates/{}", ours.id));
        assert_eq!((ours.settings.title.as_str(), ours.settings.kind), ("课程提醒", TemplateKind::OneTime));
        let keys: Vec<_> = ours.settings.fields.iter().map(|field| field.key.as_str()).collect();
        assert_eq!(keys, ["time2", "thing1", "thing3"]);

        // The same once more: WeChat says that it is there (200022), and so it is.
        let again = visitor.fill(&preview, ADD, &[("scene", "课程开始提醒")]).await;
        assert_eq!(again.path, done.path);
        assert_eq!(app.services.templates(program).await.unwrap().len(), 2);

        // A long-term title keeps its kind.
        let long = visitor.get("/templates/library?category=402&page=0&tid=2303&k1=1&k2=2&preview=1").await;
        let done = visitor.fill(&long, ADD, &[("scene", "作业批改")]).await;
        done.must_have("长期");
        app.finish().await;
    }
}

both! {
    async fn bad_addresses_of_the_library_lead_back_to_a_choice(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        visitor.get("/templates/library?category=x&tid=y").await.must_have("选择类目");
        visitor.get("/templates/library?category=402&tid=1").await.must_have("没有找到这个标题");
        visitor.get("/templates/library?category=402&page=99").await.must_have("这里没有模板");
        visitor.get("/templates/library?category=999").await.must_have("类目无效");
        let seen = visitor.get("/templates/library?category=402&page=0&tid=2301&k1=1&k2=2&preview=1").await;
        let refused = visitor.fill(&seen, ADD, &[("tid", "1"), ("scene", "提醒")]).await;
        refused.must_have("没有做任何更改");
        let repeated = visitor.fill(&seen, ADD, &[("kids[]", "1"), ("kids[]", "1"), ("scene", "提醒")]).await;
        repeated.must_have("请选择 2 到 5 个关键词");
        app.simulator.add_account(Account { template_limit: 0, ..Account::new(APPID, crate::support::SECRET) });
        let full = visitor.fill(&seen, ADD, &[("scene", "提醒")]).await;
        full.must_have("模板数量已满").must_have("200012");
        assert_eq!(full.held(ADD, "scene"), "提醒");
        app.finish().await;
    }
}

both! {
    async fn a_template_is_deleted_at_wechat_only_after_its_title_was_typed(which) {
        // Nobody sends, so that what is under way stays so.
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (_, template) = app.furnish().await;
        app.people(4, 2).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = format!("/templates/{template}/delete");
        visitor.get(&format!("/templates/{template}")).await.must_have(&page).must_have("危险操作");
        let seen = visitor.get(&page).await;
        assert_eq!((seen.stat("会失去的授权额度"), seen.stat("再也收不到的人")), ("8".to_owned(), "4".to_owned()));
        seen.must_not_have("id=\"running\"");

        for title in ["", "意见处理", "<i onclick=evil>"] {
            let refused = visitor.fill(&seen, DELETE, &[("title", title)]).await;
            assert_eq!(refused.path, page);
            refused.must_have("没有删除").must_be_harmless();
        }
        assert_eq!(app.simulator.templates(APPID).unwrap().len(), 1);

        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let warned = visitor.get(&page).await;
        assert!(warned.under("running").contains(&format!("#{notice}")), "{}", warned.html);

        let done = visitor.fill(&seen, DELETE, &[("title", " 意见处理进度通知 ")]).await;
        done.must_have("模板已在微信删除").must_have("已归档");
        assert!(app.simulator.templates(APPID).unwrap().is_empty());
        let gone = app.services.template(template).await.unwrap();
        assert!(gone.gone_at.is_some() && gone.archived_at.is_some());
        visitor.get(&page).await.must_have("不需要再删除").must_not_have(DELETE);
        app.finish().await;
    }
}

both! {
    async fn an_operator_may_sync_but_not_delete(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.services.add_user("operator", "another long password".to_owned().into(), Role::Operator).await.unwrap();
        let visitor = Visitor::signed_in(&app.url, "operator", "another long password").await;
        let page = format!("/templates/{template}/delete");
        assert_eq!(visitor.get(&page).await.status, 403);
        visitor.get(&format!("/templates/{template}")).await.must_have("只有管理员可以").must_not_have(&page);
        let id = template.to_string();
        let refused = visitor.submit("/templates/new", DELETE, &[("id", &id), ("title", "意见处理进度通知")]).await;
        refused.must_not_have("模板已在微信删除");
        assert_eq!(app.simulator.templates(APPID).unwrap().len(), 1);
        let seen = visitor.fill(&visitor.get("/templates/sync").await, FETCH, &[]).await;
        seen.must_have("不需要更改");
        app.finish().await;
    }
}

both! {
    async fn the_validity_is_off_until_somebody_sets_it(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        visitor.get(&format!("/templates/{template}")).await.must_have("授权有效期").must_have("不限");
        let form = visitor.get(&format!("/templates/{template}/edit")).await;
        assert_eq!(form.held("/actions/change-template", "validity_days"), "");
        for bad in ["0", "-3", "3651", "1.5", "很久"] {
            let refused = visitor.fill(&form, "/actions/change-template", &[("validity_days", bad)]).await;
            refused.must_have("请填写 1 到 3650 之间的天数");
            assert_eq!(refused.held("/actions/change-template", "validity_days"), bad);
        }
        let done = visitor.fill(&form, "/actions/change-template", &[("validity_days", "30")]).await;
        done.must_have("同意后 30 天");
        assert_eq!(app.services.template(template).await.unwrap().settings.validity_days, Some(30));
        let form = visitor.get(&format!("/templates/{template}/edit")).await;
        visitor.fill(&form, "/actions/change-template", &[("validity_days", "")]).await.must_have("不限");
        assert_eq!(app.services.template(template).await.unwrap().settings.validity_days, None);
        app.finish().await;
    }
}
