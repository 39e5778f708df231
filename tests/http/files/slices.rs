//! The files of a preflight hold whom its numbers count.

use super::*;
use service::RulesInput;

impl Draft {
    /// The openids of a slice, and what is wrong with each.
    async fn slice(&self, code: &str) -> Vec<(String, String)> {
        let path = format!("{}/recipients.csv?slice={code}", self.path("files"));
        let seen = self.visitor.get(&path).await;
        let row = |row: &str| {
            let cells: Vec<&str> = row.splitn(3, ',').collect();
            (cells[0].to_owned(), cells[2].to_owned())
        };
        seen.html.lines().skip(1).map(row).collect()
    }
}

both! {
    async fn a_slice_holds_whom_the_last_step_counts(which) {
        let d = Draft::new(which, 4).await;
        d.app.people(4, 2).await;
        let program = d.app.notice(d.notice).await.mini_program;
        let input = RulesInput {
            fail_share: "50".to_owned(),
            fail_after: "50".to_owned(),
            cap_n: "1".to_owned(),
            cap_days: "7".to_owned(),
            ..RulesInput::default()
        };
        d.app.services.set_send_rules(program, &input).await.unwrap();
        // Two have had enough, one of them has no name; of the others one has none.
        let enough = service::AudienceInput::Pasted([openid(2), openid(3)].join("\n"));
        let first = d.app.send(d.template, enough).await;
        d.app.wait(first).await;
        for i in [0, 2] {
            let person = d.app.services.store().subscriber_by_openid(program, &openid(i)).await.unwrap().unwrap();
            d.app.services.change_traits(person.id, "", "姓名=张三").await.unwrap();
        }
        let all: Vec<String> = (0..4).map(openid).collect();
        for audience in [service::AudienceInput::EverybodyWithGrant, service::AudienceInput::Pasted(all.join("\n"))] {
            d.app.services.set_audience(d.notice, audience).await.unwrap();
            d.app.services.set_content(d.notice, &values("{{姓名}}您好", "处理中")).await.unwrap();
            let p = d.app.services.review(d.notice).await.unwrap().preflight;
            assert_eq!((p.will_send, p.invalid, p.too_often), (1, 1, 2));
            let openids = async |code: &str| d.slice(code).await.into_iter().map(|row| row.0).collect::<Vec<_>>();
            assert_eq!(openids("send").await, [openid(0)]);
            assert_eq!(openids("too_often").await, [openid(2), openid(3)]);
            let invalid = d.slice("invalid").await;
            assert_eq!((invalid.len(), invalid[0].0.as_str()), (1, openid(1).as_str()));
            assert!(invalid[0].1.contains("没有“姓名”的值"), "{invalid:?}");
        }
        // What is confirmed is what was shown.
        d.app.services.confirm_notice(d.notice, 1).await.unwrap();
        let notice = d.app.wait(d.notice).await;
        assert_eq!(notice.counts.of(DeliveryState::Skipped), 3);
        assert_eq!((d.told(&openid(0)).len(), d.told(&openid(1)).len()), (2, 0));
        d.app.finish().await;
    }
}
