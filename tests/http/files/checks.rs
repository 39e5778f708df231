//! What a check finds, and how long that counts.

use super::*;
use model::recipient::Recipient;

impl Draft {
    /// How many would be sent to and how many skipped, as the last step says.
    async fn review(&self) -> (String, String) {
        let page = self.visitor.get(&self.path("review")).await;
        (page.stat("将发送"), page.stat("跳过"))
    }
}

fn told(send: &str, skip: &str) -> (String, String) {
    (send.to_owned(), skip.to_owned())
}

both! {
    async fn what_was_wrong_with_other_content_is_not_wrong_with_this_one(which) {
        let d = Draft::new(which, 2).await;
        let file = format!("openid,姓名,课程\n{},张三,数学\n{},,{}\n", openid(0), openid(1), "长".repeat(21));
        let page = d.hand_in(file.as_bytes()).await;
        d.start(&page, &["openid", "value:姓名", "ignore"]).await;
        // Somebody has no name, then nobody is asked for one.
        d.app.services.set_content(d.notice, &values("{{姓名}}您好", "处理中")).await.unwrap();
        assert_eq!(d.review().await, told("1", "1"));
        d.app.services.set_content(d.notice, &values("您好", "处理中")).await.unwrap();
        assert_eq!(d.review().await, told("2", "0"));
        d.app.services.confirm_notice(d.notice, 2).await.unwrap();
        d.app.wait(d.notice).await;
        assert_eq!(d.told(&openid(1)), ["您好", "处理中"]);
        d.app.finish().await;
    }
}

both! {
    async fn a_check_of_one_process_holds_in_another(which) {
        let d = Draft::new(which, 2).await;
        let page = d.hand_in(format!("openid,姓名\n{},张三\n{},李四\n", openid(0), openid(1)).as_bytes()).await;
        d.start(&page, &["openid", "value:姓名"]).await;
        d.app.services.set_content(d.notice, &values("{{姓名}}您好", "处理中")).await.unwrap();
        assert_eq!(d.review().await, told("2", "0"));
        let check = d.app.services.store().check_of(d.notice).await.unwrap().unwrap();
        let other = d.app.another_process().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert_eq!(other.review(d.notice).await.unwrap().preflight.will_send, 2);
        assert_eq!(d.app.services.store().check_of(d.notice).await.unwrap().unwrap(), check, "nobody has checked it again");
        // What one process learns of people is known to all.
        let program = d.app.notice(d.notice).await.mini_program;
        let person = d.app.services.store().subscriber_by_openid(program, &openid(0)).await.unwrap().unwrap();
        other.change_traits(person.id, "", "城市=北京").await.unwrap();
        assert_eq!(d.app.services.store().check_of(d.notice).await.unwrap(), None);
        assert_eq!(d.review().await, told("2", "0"));
        d.app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_came_without_a_file_is_checked_anew_too() {
    let d = Draft::new(Which::Sqlite, 2).await;
    let store = d.app.services.store().clone();
    let rows = [Recipient::of(openid(0)), Recipient::of(openid(1))];
    store.add_recipients(d.notice, &rows, None).await.unwrap().expect("a draft");
    d.app.services.set_content(d.notice, &values("{{姓名}}", "处理中")).await.unwrap();
    assert_eq!(d.review().await, told("0", "2"));
    d.app.services.set_content(d.notice, &values("{{姓名|您}}", "处理中")).await.unwrap();
    assert_eq!(d.review().await, told("2", "0"));
    d.app.finish().await;
}
