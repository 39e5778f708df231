//! Files that are damaged, want to do harm, or are read in a wrong way.

use super::*;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Write as _};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A workbook made by hand, of one sheet.
fn workbook(sheet: &[u8]) -> Vec<u8> {
    let book = br#"<workbook xmlns:r="x"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let rels = br#"<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>"#;
    let parts: [(&str, &[u8]); 3] =
        [("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", rels), ("xl/worksheets/s.xml", sheet)];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn text(cell: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>")
}

fn sheet(rows: &[String]) -> Vec<u8> {
    let rows: String = rows.iter().map(|cells| format!("<row>{cells}</row>")).collect();
    workbook(format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_workbooks_are_refused_with_what_to_do() {
    let d = Draft::new(Which::Sqlite, 1).await;
    let mut bomb = b"<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>".to_vec();
    bomb.extend(vec![b'a'; 64 << 20]);
    let mut comment = b"<worksheet><!--".to_vec();
    comment.extend(vec![b'<'; 64 << 20]);
    let mut good = Workbook::new();
    let rows = good.add_worksheet();
    for i in 0..5_000 {
        rows.write_string(i, 0, openid(i as usize)).unwrap();
    }
    let good = good.save_to_buffer().unwrap();
    for (file, told) in [
        (workbook(&bomb), "解压后太大"),
        (workbook(&comment), "解压后太大"),
        (good[..good.len() / 2].to_vec(), "不完整或已损坏"),
        (workbook(b"<worksheet><sheetData><row r=\"1\"><c><v>1</v>"), "不完整或已损坏"),
        (sheet(&[text("x").repeat(50_000)]), "列太多"),
        (workbook(b"<worksheet><sheetData/></worksheet>"), "文件里没有内容"),
    ] {
        assert!(file.len() < 1 << 20, "what is sent is small");
        let seen = d.hand_in(&file).await;
        assert_eq!(seen.path, d.path("audience"), "{told}");
        seen.must_show(told);
    }
    assert_eq!(d.app.notice(d.notice).await.audience, Audience::Nobody);
    d.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn formulas_without_a_result_and_errors_are_sent_to_nobody() {
    let d = Draft::new(Which::Sqlite, 9).await;
    let rows: Vec<String> = [
        text("openid") + &text("thing1") + &text("其他"),
        text(&openid(0)) + &text("好") + "<c t=\"e\"><v>#N/A</v></c>",
        text(&openid(1)) + "<c><f>A1&amp;B1</f></c>" + "<c t=\"e\"><v>#N/A</v></c>",
        text(&openid(2)) + "<c t=\"e\"><v>#REF!</v></c>",
        text(&openid(3)) + &text("#VALUE!"),
        "<c><f>NOW()</f></c>".to_owned() + &text("好"),
        text(&openid(5)) + "<c t=\"str\"><f>B1</f><v>算好了</v></c>",
    ]
    .into();
    let page = d.hand_in(&sheet(&rows)).await;
    let import = d.start(&page, &["openid", "field:thing1", "ignore"]).await;
    assert_eq!((import.progress.rows, import.progress.added, import.progress.bad), (6, 2, 4));
    let told = d.app.services.bad_rows(import.id, 0, 9).await.unwrap();
    let told: Vec<_> = told.iter().map(|row| (row.line, row.problem.code.as_str())).collect();
    // The rows have no number of their own, and each is told by its place.
    assert_eq!(told, [(3, "formula"), (4, "error_value"), (5, "error_value"), (6, "formula")]);
    d.visitor.get(&d.path("file")).await.must_show("没有保存结果").must_show("错误值");
    // The same in CSV, where an error is a text like any other.
    let file = format!("openid,thing1,其他\n{},#N/A,x\n{},好,#N/A\n", openid(0), openid(1));
    let page = d.hand_in(file.as_bytes()).await;
    let import = d.start(&page, &["openid", "field:thing1", "ignore"]).await;
    assert_eq!((import.progress.added, import.progress.bad), (1, 1));
    d.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_that_begins_with_an_empty_sheet_is_read() {
    let d = Draft::new(Which::Sqlite, 1).await;
    let mut book = Workbook::new();
    book.add_worksheet().set_name("空").unwrap();
    let list = book.add_worksheet();
    list.set_name("名单").unwrap().write_string(0, 0, "openid").unwrap();
    list.write_string(1, 0, openid(0)).unwrap();
    let page = d.hand_in(&book.save_to_buffer().unwrap()).await;
    assert_eq!(page.held("/actions/change-reading", "sheet"), "1");
    let import = d.start(&page, &["openid"]).await;
    assert_eq!((import.state, import.progress.added), (ImportState::Done, 1));
    // Whoever asks for the empty one is told so, and the list stays.
    let page = d.visitor.get(&d.path("file")).await;
    d.visitor.fill(&page, "/actions/change-reading", &[("sheet", "0")]).await.must_show("文件里没有内容");
    assert_eq!(d.app.notice(d.notice).await.audience, Audience::Listed { size: 1 });
    d.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_read_in_a_wrong_encoding_is_told_row_by_row() {
    let d = Draft::new(Which::Sqlite, 3).await;
    let text = format!("openid,课程\n{},数学\n{},english\n{},语文\n", openid(0), openid(1), openid(2));
    let page = d.hand_in(&encoding_rs::GBK.encode(&text).0).await;
    assert_eq!(page.held("/actions/change-reading", "encoding"), "gb18030");
    let page = d.visitor.fill(&page, "/actions/change-reading", &[("encoding", "utf-8")]).await;
    let import = d.start(&page, &["openid", "field:thing1"]).await;
    assert_eq!((import.progress.rows, import.progress.added, import.progress.bad), (3, 1, 2));
    let page = d.visitor.get(&d.path("file")).await;
    page.must_show("无法按所选编码读出");
    let page = d.visitor.fill(&page, "/actions/change-reading", &[("encoding", "gb18030")]).await;
    let import = d.start(&page, &["openid", "field:thing1"]).await;
    assert_eq!((import.progress.added, import.progress.bad), (3, 0));
    // One bad byte in UTF-8 costs its own row only.
    let mut bytes = format!("openid,课程\n{},数学\n{},", openid(0), openid(1)).into_bytes();
    bytes.extend(b"\xD5\n");
    bytes.extend(format!("{},语文\n", openid(2)).as_bytes());
    let page = d.hand_in(&bytes).await;
    assert_eq!(page.held("/actions/change-reading", "encoding"), "utf-8");
    let import = d.start(&page, &["openid", "field:thing1"]).await;
    assert_eq!((import.progress.added, import.progress.bad), (2, 1));
    d.app.finish().await;
}
