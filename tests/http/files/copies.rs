//! Notices made from one whose recipients have values of their own.

use super::*;
use crate::support::browser::Seen;
use model::control::FollowKind;
use simulator::{Action, Fault, Match};

/// A file in which each person has words of their own; the content says nothing of them.
async fn own_words(d: &Draft, people: usize) {
    let rows: String = (0..people).map(|i| format!("{},事项{i}\n", openid(i))).collect();
    let page = d.hand_in(format!("openid,thing1\n{rows}").as_bytes()).await;
    d.start(&page, &["openid", "field:thing1"]).await;
    d.app.services.set_content(d.notice, &values("", "处理中")).await.unwrap();
}

fn notice_of(page: &Seen) -> NoticeId {
    NoticeId(page.path.split('/').find_map(|part| part.parse().ok()).unwrap_or_else(|| panic!("{}", page.path)))
}

both! {
    async fn those_who_failed_are_sent_their_own_words_again(which) {
        let d = Draft::new(which, 4).await;
        own_words(&d, 4).await;
        d.app.simulator.script([Fault::new(Match::sends().first(2), Action::errcode(40003))]);
        d.app.services.confirm_notice(d.notice, 4).await.unwrap();
        d.app.wait(d.notice).await;
        let failed = FollowKind::Ended(DeliveryState::Failed, Some(40003));
        let again = d.app.services.follow_up(d.notice, failed, false, "ann").await.unwrap();
        // Pressing again, or choosing the same people once more, keeps their words.
        assert_eq!(d.app.services.follow_up(d.notice, failed, false, "ann").await.unwrap(), again);
        let audience = d.app.services.notice(again).await.unwrap().notice.audience;
        d.app.services.store().change_audience(again, &audience, 0).await.unwrap();
        let review = d.app.services.review(again).await.unwrap();
        assert_eq!((review.problems.0.as_slice(), review.preflight.will_send), (&[][..], 2));
        d.app.services.confirm_notice(again, 2).await.unwrap();
        d.app.wait(again).await;
        for i in 0..4 {
            assert_eq!(d.told(&openid(i)), [format!("事项{i}"), "处理中".to_owned()]);
        }
        d.app.finish().await;
    }
}

both! {
    async fn a_duplicate_has_the_whole_list_with_its_words_at_any_time(which) {
        let d = Draft::new(which, 3).await;
        own_words(&d, 3).await;
        let of_draft = d.app.services.duplicate_notice(d.notice, "ann").await.unwrap();
        d.app.services.confirm_notice(of_draft, 3).await.unwrap();
        d.app.wait(of_draft).await;
        let of_sent = d.app.services.duplicate_notice(of_draft, "ann").await.unwrap();
        let audience = d.app.services.notice(of_sent).await.unwrap().notice.audience;
        assert_eq!(audience, model::notice::Audience::Listed { size: 3 });
        d.app.people(3, 1).await;
        d.app.services.confirm_notice(of_sent, 3).await.unwrap();
        d.app.wait(of_sent).await;
        for i in 0..3 {
            let messages = d.app.simulator.phone(APPID, &openid(i), 9).unwrap().messages;
            let words: Vec<_> = messages.iter().map(|m| m.lines[0].value.clone()).collect();
            assert_eq!(words, vec![format!("事项{i}"); 2]);
        }
        d.app.finish().await;
    }
}

both! {
    async fn a_test_reads_as_somebody_will_read_it(which) {
        let d = Draft::new(which, 3).await;
        own_words(&d, 2).await;
        let review = d.visitor.get(&d.path("review")).await;
        // Somebody on the list gets their own words, anybody else those of the first.
        for (tester, words) in [(1, "事项1"), (2, "事项0")] {
            let page = d.visitor.fill(&review, "/actions/send-test", &[("test_openid", &openid(tester))]).await;
            d.app.services.notice(notice_of(&page)).await.unwrap();
            for _ in 0..500 {
                if !d.told(&openid(tester)).is_empty() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert_eq!(d.told(&openid(tester)), [words.to_owned(), "处理中".to_owned()]);
        }
        d.app.finish().await;
    }
}
