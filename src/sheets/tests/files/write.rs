//! What is written is read again, and does nobody harm.

use crate::Made;
use sheets::{CsvWriter, Format, Out, XlsxWriter, harmless};

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

#[test]
fn what_is_written_as_csv_is_read_again() {
    let mut writer = CsvWriter::new(Vec::new()).unwrap();
    writer.row(&row(&["openid", "备注"])).unwrap();
    writer.row(&row(&["o1", "a,\"b\"\nc 雁"])).unwrap();
    let bytes = writer.finish().unwrap();
    assert!(bytes.starts_with(b"\xEF\xBB\xBFopenid,"));
    assert_eq!(Made::new(&bytes).cells(), [["openid", "备注"], ["o1", "a,\"b\"\nc 雁"]]);
}

#[test]
fn what_is_written_as_xlsx_is_read_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("out.xlsx");
    let mut writer = XlsxWriter::default();
    writer.row(&row(&["openid", "备注"])).unwrap();
    writer.row(&row(&["o1", "=1+1"])).unwrap();
    writer.finish(&path).unwrap();
    let file = Made::new(&std::fs::read(&path).unwrap());
    assert_eq!(file.cells(), [["openid", "备注"], ["o1", "=1+1"]]);
    assert!(file.rows().iter().all(|row| row.faults.is_empty()), "a text is no formula");
    XlsxWriter::default().finish(&path).unwrap();
}

#[test]
fn formulas_are_neutralised() {
    for cell in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        assert_eq!(harmless(cell), format!("'{cell}"));
    }
    assert_eq!(harmless("a=1"), "a=1");
    let mut writer = CsvWriter::new(Vec::new()).unwrap();
    writer.row(&row(&["=1+1"])).unwrap();
    assert_eq!(Made::new(&writer.finish().unwrap()).cells(), [["'=1+1"]]);
    assert_eq!(Format::parse("xlsx"), Some(Format::Xlsx));
}
