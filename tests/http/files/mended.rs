//! The file of bad rows, mended and handed in again; and files that nobody needs any more.

use super::*;
use store::NewImport;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_rows_can_be_mended_and_handed_in_again() {
    let d = Draft::new(Which::Sqlite, 1).await;
    // An openid that a spreadsheet would take for a formula.
    let dashed = format!("-{}", &openid(1)[1..]);
    let long = "长".repeat(21);
    let file = format!("openid,课程,=备用,说明\n{},{long},x,+1\n{dashed},{long},,@me\n{},数学\n", openid(0), openid(2));
    let page = d.hand_in(file.as_bytes()).await;
    let import = d.start(&page, &["openid", "field:thing1", "ignore", "value:说明"]).await;
    assert_eq!((import.progress.added, import.progress.bad), (2, 3));
    let errors = d.visitor.get(&format!("/imports/{}/errors.csv", import.id)).await.html;
    let rows: Vec<&str> = errors.trim_start_matches('\u{FEFF}').lines().collect();
    assert_eq!(rows[0], "行号,原因,openid,课程,'=备用,说明");
    assert!(rows[2].contains(&format!(",'{dashed},")) && rows[2].ends_with(",,'@me"), "{}", rows[2]);
    assert!(rows[3].ends_with(&format!(",{},数学,,", openid(2))), "as wide as the header: {}", rows[3]);

    let page = d.hand_in(errors.replace(&long, "语文").as_bytes()).await;
    // What the columns are for is known; the two of ours are for nothing.
    let columns: Vec<String> = page
        .form("/actions/start-import")
        .controls
        .into_iter()
        .filter(|c| c.sent && c.name == "columns[]")
        .map(|c| c.value)
        .collect();
    assert_eq!(columns, ["ignore", "ignore", "openid", "field:thing1", "ignore", "value:说明"]);
    let import = d.start(&page, &[]).await;
    assert_eq!((import.state, import.progress.added, import.progress.bad), (ImportState::Done, 3, 0));
    let rows = d.app.services.store().recipients(d.notice, false, "", 9).await.unwrap();
    let own: Vec<_> =
        rows.iter().map(|row| (row.openid.as_str(), row.values.get("说明").map(String::as_str))).collect();
    assert_eq!(own, [(dashed.as_str(), Some("@me")), (openid(0).as_str(), Some("+1")), (openid(2).as_str(), None)]);
    d.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_files_go_with_the_housekeeping() {
    let d = Draft::new(Which::Sqlite, 1).await;
    d.hand_in(b"openid\nx\n").await;
    let kept = std::path::PathBuf::from(d.import().await.path);
    let services = &d.app.services;
    let (stray, fresh) = (services.place_for_upload().await.unwrap(), services.place_for_upload().await.unwrap());
    let foreign = stray.with_file_name("notes.txt");
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(2 * 86_400);
    for (path, is_old) in [(&stray, true), (&fresh, false), (&foreign, true), (&kept, true)] {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        if is_old {
            file.set_modified(long_ago).unwrap();
        }
    }
    // One was handed in more than a week ago.
    let (old, import) = (services.place_for_upload().await.unwrap(), d.import().await);
    std::fs::write(&old, b"openid\n").unwrap();
    let new = NewImport {
        mini_program: import.mini_program,
        notice: None,
        file_name: "old.csv".to_owned(),
        path: old.to_string_lossy().into_owned(),
        bytes: 7,
        shape: import.shape,
        columns: import.columns,
        created_by: "ann".to_owned(),
    };
    let id = services.store().add_import(&new, services.now() - 8 * 86_400_000).await.unwrap();
    service::keep_up(services, None, || false).await.unwrap();
    assert!(!old.exists() && services.import(id).await.is_err(), "it is too old");
    assert!(!stray.exists(), "nobody names it");
    assert!(fresh.exists() && foreign.exists() && kept.exists());
    d.app.finish().await;
}
