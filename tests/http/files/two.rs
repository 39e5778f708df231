//! Two files for one draft, and one file that is looked at again.

use super::*;
use model::recipient::Recipient;

both! {
    async fn a_file_that_is_only_handed_in_ends_the_one_that_is_being_read(which) {
        let d = Draft::new(which, 4).await;
        d.hand_in(format!("openid\n{}\n{}\n", openid(0), openid(1)).as_bytes()).await;
        // It is being read, and the first of its rows are on the list.
        let (store, first) = (d.app.services.store().clone(), d.import().await.id);
        let run = Run { import: first, number: 7 };
        assert!(store.begin_import(first, 7, d.app.services.now()).await.unwrap());
        store.add_recipients(d.notice, &[Recipient::of(openid(0))], Some(run)).await.unwrap().expect("it counts");
        d.app.services.set_content(d.notice, &values("好", "处理中")).await.unwrap();
        let page = d.hand_in(format!("openid\n{}\n{}\n{}\n", openid(1), openid(2), openid(3)).as_bytes()).await;
        // Half of the first file is sent to by nobody.
        d.visitor.get(&d.path("review")).await.must_show("请先选择接收人");
        assert!(d.app.services.confirm_notice(d.notice, 9).await.is_err());
        assert_eq!(store.add_recipients(d.notice, &[Recipient::of(openid(1))], Some(run)).await.unwrap(), None);
        let import = d.start(&page, &["openid"]).await;
        assert_eq!((import.state, d.app.notice(d.notice).await.audience), (ImportState::Done, Audience::Listed { size: 3 }));
        assert_eq!(store.recipients(d.notice, false, "", 9).await.unwrap().len(), 3);
        assert_eq!(d.visitor.get(&d.path("review")).await.stat("将发送"), "3");
        d.app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_at_a_file_again_clears_the_list_that_was_read_in_another_way() {
    let d = Draft::new(Which::Sqlite, 1).await;
    let page = d.hand_in(format!("openid,thing1\n{},好\n", openid(0)).as_bytes()).await;
    d.start(&page, &["openid", "field:thing1"]).await;
    // The field that the file fills may stay empty, also when another file is handed in that nobody reads.
    d.app.services.set_content(d.notice, &values("", "处理中")).await.unwrap();
    let other = d.hand_in(format!("openid\n{}\n", openid(0)).as_bytes()).await;
    assert_eq!(d.visitor.get(&d.path("review")).await.stat("将发送"), "1");
    d.start(&other, &["openid"]).await;
    assert!(d.app.services.set_content(d.notice, &values("", "处理中")).await.is_err());
    let page = d.visitor.get(&d.path("file")).await;
    page.must_show("重新查看会清空已读好的名单");
    let page = d.visitor.fill(&page, "/actions/change-reading", &[("encoding", "gb18030")]).await;
    page.must_show("开始读取");
    assert_eq!(d.app.notice(d.notice).await.audience, Audience::Nobody);
    assert_eq!(d.start(&page, &["openid"]).await.state, ImportState::Done);
    assert_eq!(d.app.notice(d.notice).await.audience, Audience::Listed { size: 1 });
    d.app.finish().await;
}
