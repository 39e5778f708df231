//! Values of fields.

use super::*;

both! {
    async fn a_value_that_breaks_its_rule_is_refused_beside_its_field_and_kept(which) {
        let (app, visitor, program, _) = start(which).await;
        let id = "TmplRules0123456789abcdefghijklmnopqrstuvwx";
        let fields = "物:{{thing1.DATA}}\n数:{{number2.DATA}}\n日:{{date3.DATA}}\n钱:{{amount4.DATA}}\n汉:{{phrase5.DATA}}";
        let template = register(&app, program, id, fields).await;
        let notice = draft(&app, program, template, id).await;
        let good = [
            ("values[thing1]", "村口路灯不亮"), ("values[number2]", "12.5"), ("values[date3]", "2026年10月1日"),
            ("values[amount4]", "¥99.50"), ("values[phrase5]", "处理中"),
        ];
        let page = format!("/send/{notice}/content");
        let long = "长".repeat(21);
        let huge = "长".repeat(20_000);
        let bad = [
            ("thing1", "", "微信不接受空值"),
            ("thing1", " \t ", "微信不接受空值"),
            ("thing1", long.as_str(), "当前 21 个字符，最多 20 个，请减少 1 个"),
            ("thing1", huge.as_str(), "当前 20000 个字符"),
            ("thing1", "😀😀😀😀😀😀😀😀😀😀😀", "当前 22 个字符"),
            ("thing1", "两\n行", "内容不能换行"),
            ("thing1", "制\t表", "制表符"),
            ("thing1", "控\u{7}制", "U+0007"),
            ("thing1", "空\0字符", "U+0000"),
            ("number2", "十二", "只能填写数字"),
            ("number2", "1,000", "千位分隔符"),
            ("number2", "１２", "半角"),
            ("date3", "明天", ""),
            ("date3", "2026年2月30日", ""),
            ("amount4", "一百元", "金额格式不对"),
            ("amount4", "12345678901", "最多 10 位"),
            ("phrase5", "OK", "只能填写汉字"),
            ("phrase5", "处理中处理中", "当前 6 个字符，最多 5 个"),
        ];
        for (key, value, why) in bad {
            let name = format!("values[{key}]");
            let mut fields = good.map(|(n, v)| (n, if n == name { value } else { v }));
            let form = visitor.get(&page).await;
            let seen = visitor.fill(&form, "/actions/set-content", &fields).await;
            assert_eq!((seen.status, &seen.path), (StatusCode::OK, &page), "{key} {value:?}");
            let told = seen.under(&format!("f-values-{key}--error"));
            assert!(!told.is_empty() && told.contains(why), "{key} {value:?}: {told:?}");
            for (name, value) in &mut fields {
                assert_eq!(seen.held("/actions/set-content", name), *value, "{name} was not kept after {key} {value:?}");
            }
            let untouched = seen.under("f-values-thing1--error").is_empty() || key == "thing1";
            assert!(untouched, "a good field is blamed for {key} {value:?}");
            assert!(app.notice(notice).await.content.values.is_empty(), "{key} {value:?} was stored");
        }
        let form = visitor.get(&page).await;
        let seen = visitor.fill(&form, "/actions/set-content", &good).await;
        assert_eq!(seen.path, format!("/send/{notice}/review"));
        app.finish().await;
    }
}

both! {
    async fn a_field_that_the_template_does_not_have_is_refused(which) {
        let (app, visitor, program, template) = start(which).await;
        let notice = draft(&app, program, template, TEMPLATE).await;
        let id = notice.to_string();
        let fields = [
            ("notice", id.as_str()), ("values[thing1]", "一"), ("values[phrase2]", "二"), ("values[thing3]", "三"),
            ("program_state", "formal"), ("message_lang", "zh_CN"),
        ];
        let seen = visitor.submit(&format!("/send/{id}/content"), "/actions/set-content", &fields).await;
        seen.must_show("模板没有字段“thing3”");
        assert!(app.notice(notice).await.content.values.is_empty());
        app.finish().await;
    }
}

both! {
    async fn an_unknown_type_of_field_warns_and_is_sent(which) {
        let (app, visitor, program, _) = start(which).await;
        let id = "TmplOdd00123456789abcdefghijklmnopqrstuvwxy";
        let template = register(&app, program, id, "物:{{thing1.DATA}}\n怪:{{weird_kind9.DATA}}").await;
        let notice = draft(&app, program, template, id).await;
        let form = visitor.get(&format!("/send/{notice}/content")).await;
        let values = [("values[thing1]", "一"), ("values[weird_kind9]", "什么都可以 anything 123")];
        let review = visitor.fill(&form, "/actions/set-content", &values).await;
        assert_eq!(review.path, format!("/send/{notice}/review"));
        review.must_show("请留意").must_show("怪：");
        visitor.fill(&review, "/actions/confirm-notice", &[]).await;
        assert_eq!(app.wait(notice).await.counts.of(DeliveryState::Sent), 1);
        app.finish().await;
    }
}
