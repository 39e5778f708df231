//! XLSX.

use crate::Made;
use rust_xlsxwriter::{Chart, ChartType, ExcelDateTime, Format, Formula, Workbook};
use sheets::{Error, Fault, Options, look};
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

fn book(fill: impl FnOnce(&mut Workbook)) -> Made {
    let mut book = Workbook::new();
    fill(&mut book);
    Made::new(&book.save_to_buffer().unwrap())
}

/// A workbook made by hand: one sheet, and other parts as given.
fn by_hand(sheet: &[u8], more: &[(&str, &[u8])]) -> Made {
    let book = br#"<workbook xmlns:r="x"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let parts: [(&str, &[u8]); 3] =
        [("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", RELS), ("xl/worksheets/s.xml", sheet)];
    zipped(&[&parts, more].concat())
}

const RELS: &[u8] = br#"<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>"#;

fn zipped(parts: &[(&str, &[u8])]) -> Made {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    Made::new(&zip.finish().unwrap().into_inner())
}

#[test]
fn cells_are_read_as_they_are_seen() {
    let file = book(|book| {
        let sheet = book.add_worksheet();
        for (column, text) in [(0, "openid"), (1, "时间"), (2, "数量"), (4, "其他")] {
            sheet.write_string(0, column, text).unwrap();
        }
        let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        let at = ExcelDateTime::from_ymd(2026, 11, 21).unwrap().and_hms(8, 30, 0).unwrap();
        sheet.write_string(2, 0, "o<1>&\"'").unwrap();
        sheet.write_with_format(2, 1, &at, &format).unwrap();
        sheet.write_number(2, 2, 0.1).unwrap();
        sheet.write_boolean(2, 4, true).unwrap();
        sheet.write_number(3, 2, 13_800_138_000.0).unwrap();
    });
    let rows = file.rows();
    assert_eq!(rows[0].cells, ["openid", "时间", "数量", "", "其他"]);
    assert_eq!(
        (rows[1].line, &rows[1].cells[..]),
        (3, &["o<1>&\"'", "2026-11-21 08:30", "0.1", "", "TRUE"].map(str::to_owned)[..])
    );
    assert_eq!((rows[2].cell(0), rows[2].cell(2), rows[2].cell(9)), ("", "13800138000", ""));
}

#[test]
fn a_sheet_can_be_chosen_by_its_number() {
    let file = book(|book| {
        book.add_worksheet().set_name("一").unwrap().write_string(0, 0, "first").unwrap();
        book.add_worksheet().set_name("二").unwrap().write_string(0, 0, "second").unwrap();
    });
    assert_eq!(look(file.path(), &Options::default()).unwrap().sheets, ["一", "二"]);
    let second = file.rows_as(&Options { sheet: Some(1), ..Options::default() }).unwrap();
    assert_eq!(second[0].cells, ["second"]);
    let third = file.rows_as(&Options { sheet: Some(2), ..Options::default() });
    assert!(matches!(third, Err(Error::NoSheet(3))));
}

#[test]
fn formulas_count_by_their_results() {
    let file = book(|book| {
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "a").unwrap();
        sheet.write_formula(1, 0, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write_formula(2, 1, Formula::new("=NA()").set_result("#N/A")).unwrap();
    });
    let rows = file.rows();
    assert_eq!((rows[1].cell(0), &rows[1].faults[..]), ("2", &[][..]));
    assert_eq!(rows[2].faults, [Fault::ErrorValue { column: 1 }]);
    let file =
        by_hand(b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><f>NOW()</f></c></row></sheetData></worksheet>", &[]);
    assert_eq!(file.rows()[0].faults, [Fault::Formula { column: 0 }]);
}

#[test]
fn every_fault_of_a_row_is_told_and_an_error_needs_no_formula() {
    let sheet = b"<worksheet><sheetData><row><c t=\"e\"><v>#REF!</v></c><c><f>NOW()</f></c><c t=\"e\"><f>NA()</f><v>#N/A</v></c><c><f>1+1</f><v>2</v></c></row></sheetData></worksheet>";
    let rows = by_hand(sheet, &[]).rows();
    let expected = [Fault::ErrorValue { column: 0 }, Fault::Formula { column: 1 }, Fault::ErrorValue { column: 2 }];
    assert_eq!((&rows[0].faults[..], rows[0].cell(0), rows[0].cell(3)), (&expected[..], "#REF!", "2"));
}

#[test]
fn rows_without_a_number_are_counted() {
    let row = "<row><c><v>1</v></c></row>";
    let sheet = format!(
        "<worksheet><sheetData>{row}{row}<row r=\"7\"><c><v>1</v></c></row>{row}<row r=\"7\"><c><v>1</v></c></row></sheetData></worksheet>"
    );
    let lines: Vec<u64> = by_hand(sheet.as_bytes(), &[]).rows().iter().map(|row| row.line).collect();
    assert_eq!(lines, [1, 2, 7, 8, 9]);
}

#[test]
fn the_first_sheet_that_has_rows_is_taken() {
    let file = book(|book| {
        book.add_worksheet();
        let mut chart = Chart::new(ChartType::Line);
        chart.add_series().set_values("Sheet2!$A$1:$A$9");
        book.add_chartsheet().insert_chart(0, 0, &chart).unwrap();
        book.add_worksheet().write_string(3, 0, "openid").unwrap();
    });
    let seen = look(file.path(), &Options::default()).unwrap();
    assert_eq!((seen.sheet, seen.sheets.len(), &seen.first.cells[..]), (2, 3, &["openid".to_owned()][..]));
    assert_eq!(file.cells(), [["openid"]]);
    // Who asks for an empty one is told so.
    for sheet in [0, 1] {
        let asked = look(file.path(), &Options { sheet: Some(sheet), ..Options::default() });
        assert!(matches!(asked, Err(Error::Empty)), "{sheet}: {asked:?}");
    }
    let file = by_hand(b"<worksheet><sheetData/></worksheet>", &[]);
    assert!(matches!(look(file.path(), &Options::default()), Err(Error::Empty)));
}

#[test]
fn numbers_that_excel_has_shortened_keep_their_look() {
    let sheet = b"<worksheet><sheetData><row><c><v>1.2345678901234501E+27</v></c><c t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData></worksheet>";
    assert_eq!(by_hand(sheet, &[]).cells(), [["1.2345678901234501E+27", "x"]]);
}

#[test]
fn how_a_name_is_read_is_no_part_of_it() {
    let texts = "<sst><si><r><t>张</t></r><r><t>三</t></r><rPh><t>ZHANG</t></rPh></si></sst>";
    let sheet =
        b"<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>9</v></c></row></sheetData></worksheet>";
    let file = by_hand(sheet, &[("xl/sharedStrings.xml", texts.as_bytes())]);
    assert_eq!(file.cells(), [["张三"]]);
}

#[test]
fn a_file_that_was_cut_off_is_told() {
    let whole = book(|book| {
        let sheet = book.add_worksheet();
        for row in 0..5_000 {
            sheet.write_number(row, 0, row).unwrap();
        }
    });
    let bytes = std::fs::read(whole.path()).unwrap();
    for n in [4, 100, bytes.len() / 2, bytes.len() - 1] {
        let error = look(Made::new(&bytes[..n]).path(), &Options::default()).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{n}: {error:?}");
    }
    let file = by_hand(b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\">", &[]);
    assert!(matches!(file.rows_as(&Options::default()), Err(Error::Damaged(_))));
    let other = ZipWriter::new(Cursor::new(Vec::new())).finish().unwrap().into_inner();
    assert!(matches!(look(Made::new(&other).path(), &Options::default()), Err(Error::NotATable(_))));
}

#[test]
fn a_zip_bomb_does_not_go_off() {
    // A single text without end.
    let mut sheet = b"<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>".to_vec();
    sheet.extend(vec![b'a'; 64 << 20]);
    assert!(matches!(by_hand(&sheet, &[]).rows_as(&Options::default()), Err(Error::TooBig)));
    // Texts without number.
    let mut texts = b"<sst>".to_vec();
    let text = format!("<si><t>{}</t></si>", "x".repeat(30_000));
    for _ in 0..4_000 {
        texts.extend(text.as_bytes());
    }
    let empty = b"<worksheet><sheetData></sheetData></worksheet>";
    let file = by_hand(empty, &[("xl/sharedStrings.xml", &texts)]);
    assert!(std::fs::metadata(file.path()).unwrap().len() < 1 << 20);
    assert!(matches!(file.rows_as(&Options::default()), Err(Error::TooBig)));
}

#[test]
fn what_the_reader_keeps_is_bounded() {
    let much = "<".repeat(3 << 20);
    let tags = "<a>".repeat(100_000);
    for part in [
        format!("<worksheet><!--{much}--><sheetData>"),
        format!("<worksheet><sheetData><row><c t=\"inlineStr\"><is><t><![CDATA[{much}]]>"),
        format!("<worksheet><sheetData><row><c r=\"{much}\">"),
        format!("<worksheet><?{much}?>"),
        format!("<worksheet><sheetData>{tags}"),
    ] {
        let error = by_hand(part.as_bytes(), &[]).rows_as(&Options::default()).unwrap_err();
        assert!(matches!(error, Error::TooBig), "{}: {error:?}", &part[..40]);
    }
    // A row of long cells loses what is too much of it, and is told.
    let cell = format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", "长".repeat(30_000));
    let sheet = format!("<worksheet><sheetData><row>{}</row></sheetData></worksheet>", cell.repeat(20));
    let rows = by_hand(sheet.as_bytes(), &[]).rows();
    assert_eq!((&rows[0].faults[..], rows[0].cells.len()), (&[Fault::LongRow][..], 2));
    // Names of sheets are cut.
    let name = "名".repeat(10_000);
    let sheets = format!("<sheet name=\"{name}\" sheetId=\"1\" r:id=\"r1\"/>").repeat(3);
    let workbook = format!("<workbook xmlns:r=\"x\"><sheets>{sheets}</sheets></workbook>");
    let made = zipped(&[
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/s.xml", b"<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>"),
    ]);
    let seen = look(made.path(), &Options::default()).unwrap();
    assert!(seen.sheets.len() == 3 && seen.sheets.iter().all(|name| name.chars().count() == 100));
}

#[test]
fn fifty_thousand_columns_are_told() {
    let cells = "<c><v>1</v></c>".repeat(50_000);
    let sheet = format!("<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>");
    let rows = by_hand(sheet.as_bytes(), &[]).rows();
    assert!(rows[0].cells.len() == sheets::MOST_COLUMNS && matches!(rows[0].faults[..], [Fault::TooManyCells { .. }]));
}

#[test]
fn a_million_empty_rows_hold_nothing() {
    let rows = "<row><c s=\"1\"/></row>".repeat(1_000_000);
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    assert!(matches!(look(by_hand(sheet.as_bytes(), &[]).path(), &Options::default()), Err(Error::Empty)));
}
