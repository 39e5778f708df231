//! CSV.

use crate::Made;
use sheets::{Delimiter, Encoding, Error, Fault, Flow, Kind, Options, look, read};

#[test]
fn utf_8_with_and_without_a_mark_and_gbk_read_the_same() {
    let text = "openid,姓名\r\no1,张三\r\no2,\"李,四\"\r\n";
    let expected = [["openid", "姓名"], ["o1", "张三"], ["o2", "李,四"]];
    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend(text.as_bytes());
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    for (bytes, encoding) in
        [(text.as_bytes().to_vec(), Encoding::Utf8), (marked, Encoding::Utf8), (gbk, Encoding::Gb18030)]
    {
        let file = Made::new(&bytes);
        assert_eq!(file.cells(), expected);
        let look = look(file.path(), &Options::default()).unwrap();
        assert_eq!((look.kind, look.encoding, look.delimiter), (Kind::Csv, Some(encoding), Some(Delimiter::Comma)));
        assert_eq!((look.first.cells.len(), look.sample.len()), (2, 2));
    }
}

#[test]
fn unicode_text_of_excel_is_read_too() {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend("openid\t姓名\r\no1\t张三\r\n".encode_utf16().flat_map(u16::to_le_bytes));
    let file = Made::new(&bytes);
    assert_eq!(file.cells(), [["openid", "姓名"], ["o1", "张三"]]);
}

#[test]
fn commas_semicolons_and_tabs_are_told_apart() {
    for (text, delimiter) in [
        ("a,b;c,d\n1,2;3,4\n", Delimiter::Comma),
        ("a;b,c;d\n1;2,3;4\n", Delimiter::Semicolon),
        ("a\tb,c\td\n1\t2,3\t4\n", Delimiter::Tab),
        ("\"a,b,c\";d\n1;2\n", Delimiter::Semicolon),
    ] {
        let file = Made::new(text.as_bytes());
        assert_eq!(look(file.path(), &Options::default()).unwrap().delimiter, Some(delimiter), "{text}");
    }
    let file = Made::new(b"a;b,c\n1;2,3\n");
    let options = Options { delimiter: Some(Delimiter::Semicolon), ..Options::default() };
    assert_eq!(file.rows_as(&options).unwrap()[1].cells, ["1", "2,3"]);
}

#[test]
fn lines_are_numbered_as_an_editor_numbers_them() {
    let file = Made::new(b"\n\na,b\r\n\r\n1,\"two\nlines\"\n\n\n2,x\r\n3,y");
    let lines: Vec<_> = file.rows().iter().map(|row| (row.line, row.cells[0].clone())).collect();
    let expected = [(3, "a"), (5, "1"), (9, "2"), (10, "3")];
    assert_eq!(lines, expected.map(|(n, text)| (n, text.to_owned())));
}

#[test]
fn lines_of_an_old_mac_are_counted_too() {
    let file = Made::new(b"a,b\r\r1,2\r\"3\rx\",4\r5,6");
    let lines: Vec<u64> = file.rows().iter().map(|row| row.line).collect();
    assert_eq!(lines, [1, 3, 4, 6]);
    // Whatever pieces the text comes in, the two halves of a line end are one.
    let file = Made::new("a,b\r\n".repeat(100_000).as_bytes());
    assert_eq!(file.rows().last().unwrap().line, 100_000);
}

#[test]
fn a_bad_byte_does_not_make_another_encoding() {
    let good = "openid,姓名\no1,张三\no2,李四\n";
    let guessed = |bytes: &[u8]| look(Made::new(bytes).path(), &Options::default()).unwrap().encoding;
    let spoilt = |mut bytes: Vec<u8>| {
        bytes.extend(b"o3,\xD5\n");
        bytes.extend("o4,王五\n".as_bytes());
        bytes
    };
    assert_eq!(guessed(&spoilt(good.as_bytes().to_vec())), Some(Encoding::Utf8));
    // A mark decides, however much is wrong after it.
    let mut marked = b"\xEF\xBB\xBFopenid,x\n".to_vec();
    marked.extend(encoding_rs::GBK.encode("o1,张三李四王五赵六\n").0.iter());
    assert_eq!(guessed(&marked), Some(Encoding::Utf8));
    let faults: Vec<_> = Made::new(&spoilt(good.as_bytes().to_vec())).rows().into_iter().map(|r| r.faults).collect();
    assert_eq!(faults, [vec![], vec![], vec![], vec![Fault::Encoding], vec![]]);
    for text in [
        "张三\n",
        "openid,姓名\no1,张\n",
        "联系电话,备注\n138,请尽快联系联通营业厅\n",
        "的一是在不了有和人这中大为上个国\n",
    ] {
        assert_eq!(guessed(&encoding_rs::GBK.encode(text).0), Some(Encoding::Gb18030), "{text}");
        assert_eq!(guessed(text.as_bytes()), Some(Encoding::Utf8), "{text}");
    }
}

#[test]
fn a_million_empty_lines_hold_nothing() {
    let file = Made::new("\n".repeat(1_000_000).as_bytes());
    assert!(matches!(look(file.path(), &Options::default()), Err(Error::Empty)));
    let file = Made::new(format!("a,b\n{}1,2\n", ",\n".repeat(1_000_000)).as_bytes());
    let rows = file.rows();
    assert_eq!((rows.len(), rows[1].line), (2, 1_000_002));
    assert!(matches!(look(Made::new(b"").path(), &Options::default()), Err(Error::Empty)));
}

#[test]
fn fifty_thousand_columns_are_refused() {
    let file = Made::new(format!("{}\n", "a,".repeat(50_000)).as_bytes());
    assert!(matches!(file.rows_as(&Options::default()), Err(Error::TooManyColumns)));
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_bounded_and_told() {
    let file = Made::new(format!("a,b\n1,\"{}", "x,y\n".repeat(500_000)).as_bytes());
    assert!(matches!(file.rows_as(&Options::default()), Err(Error::RowTooLong { line: 2 })));
    let file = Made::new(b"a,b\n1,2\n3,\"cut o");
    assert_eq!(file.rows().last().unwrap().faults, [Fault::OpenQuote]);
}

#[test]
fn rows_of_another_width_than_the_header_are_told() {
    let file = Made::new(b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,\n");
    let faults: Vec<_> = file.rows().into_iter().map(|row| row.faults).collect();
    let fewer = Fault::TooFewCells { has: 2, header: 3 };
    let more = Fault::TooManyCells { has: 4, header: 3 };
    assert_eq!(faults, [vec![], vec![], vec![fewer], vec![more], vec![]]);
}

#[test]
fn text_in_another_encoding_is_told_row_by_row() {
    let mut bytes = "openid,name\no1,张三\n".as_bytes().to_vec();
    bytes.extend(b"o2,\xFF\xFF\n");
    bytes.extend("o3,李四\n".as_bytes());
    let file = Made::new(&bytes);
    let options = Options { encoding: Some(Encoding::Utf8), ..Options::default() };
    let faults: Vec<_> = file.rows_as(&options).unwrap().into_iter().map(|row| row.faults).collect();
    assert_eq!(faults, [vec![], vec![], vec![Fault::Encoding], vec![]]);
}

#[test]
fn what_is_no_table_is_refused() {
    for bytes in [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".as_slice(), b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n\0\0\0"] {
        assert!(matches!(look(Made::new(bytes).path(), &Options::default()), Err(Error::NotATable(_))));
    }
}

#[test]
fn reading_stops_when_it_is_told_and_says_how_far_it_is() {
    let file = Made::new("a,b\n".repeat(100_000).as_bytes());
    let mut seen = Vec::new();
    read(file.path(), &Options::default(), &mut |row| {
        seen.push(row.permille);
        if seen.len() == 50_000 { Flow::Stop } else { Flow::On }
    })
    .unwrap();
    assert_eq!(seen.len(), 50_000);
    assert!(seen.is_sorted() && (400..=700).contains(seen.last().unwrap()), "{:?}", seen.last());
}
