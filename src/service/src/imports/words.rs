//! What is wrong with a file or a row, in words.

use model::{Problem, import::BadRow};
use sheets::{Error, Fault, MOST_CELL, MOST_COLUMNS, MOST_ROW};

/// The file as a whole.
pub(super) fn of_file(error: &Error) -> Problem {
    let say = |code: &str, zh: String, en: String| Problem::of("file", code, zh, en);
    match error {
        Error::Empty => say(
            "empty",
            "文件里没有内容。请检查选的文件，第一行应是列名，下面每行一个人。".to_owned(),
            "The file holds nothing. The first row should name the columns, each row below be one person.".to_owned(),
        ),
        Error::NotATable("xls") => say(
            "old_excel",
            "这是旧版 Excel（.xls）文件。请在 Excel 里“另存为”.xlsx 或 CSV 后重新上传。".to_owned(),
            "This is an old Excel file (.xls). Save it as .xlsx or CSV in Excel and hand it in again.".to_owned(),
        ),
        Error::NotATable(_) => say(
            "not_a_table",
            "这不是 CSV 或 XLSX 文件。请从表格软件导出 CSV 或 XLSX 后重新上传。".to_owned(),
            "This is neither CSV nor XLSX. Export one of them from your spreadsheet and hand it in again.".to_owned(),
        ),
        Error::Damaged(_) => say(
            "damaged",
            "文件不完整或已损坏，可能上传中断过。请确认能在 Excel 里打开，再重新上传。".to_owned(),
            "The file is damaged or cut off. Make sure that Excel opens it, then hand it in again.".to_owned(),
        ),
        Error::NoSheet(n) => say(
            "no_sheet",
            format!("文件里没有第 {n} 个工作表，请重新选择。"),
            format!("The workbook has no sheet {n}: choose another."),
        ),
        Error::TooManyColumns => say(
            "too_many_columns",
            format!("列太多：最多 {MOST_COLUMNS} 列。请删掉不需要的列后重新上传。"),
            format!("Too many columns: at most {MOST_COLUMNS}. Remove those you do not need and hand it in again."),
        ),
        Error::RowTooLong { line } => say(
            "row_too_long",
            format!("从第 {line} 行起的一行过长，多半是一个引号没有配对。请改正后重新上传。"),
            format!(
                "The row that begins at line {line} is too long; most likely a quotation mark is never closed. Mend it and hand the file in again."
            ),
        ),
        Error::TooBig => say(
            "too_big",
            "这个 XLSX 解压后太大。请另存为 CSV 后上传，或拆成几个文件。".to_owned(),
            "This XLSX unpacks to too much. Save it as CSV, or split it.".to_owned(),
        ),
        Error::Io(_) | Error::Write(_) => say(
            "gone",
            "服务器上读不到这个文件，请重新上传。".to_owned(),
            "The file cannot be read on the server: hand it in again.".to_owned(),
        ),
    }
}

/// A row whose openid stood in the file before.
pub(super) fn duplicate() -> Problem {
    Problem::of(
        "openid",
        BadRow::DUPLICATE,
        "这个 openid 在前面的行里已经有了，每人只发一条，所以去掉这一行。",
        "This openid stands in an earlier row; everybody gets one message, so this row was dropped.",
    )
}

/// One row.
pub(super) fn of_row(fault: Fault, names: &[String]) -> Problem {
    let name = |column: usize| names.get(column).cloned().unwrap_or_else(|| (column + 1).to_string());
    match fault {
        Fault::Encoding => Problem::whole(
            "encoding",
            "这一行有无法按所选编码读出的字符，请换一种编码重新读取，或改正这一行。",
            "Some characters cannot be read in the chosen encoding: choose another one, or mend this row.",
        ),
        Fault::TooManyCells { has, header } => Problem::whole(
            "cells",
            format!("这一行有 {has} 列，列名只有 {header} 个；内容里的分隔符要用引号括起来。"),
            format!(
                "This row has {has} cells, the header {header}: put quotation marks around text that holds the separator."
            ),
        ),
        Fault::TooFewCells { has, header } => Problem::whole(
            "cells",
            format!("这一行只有 {has} 列，列名有 {header} 个，可能被截断；请补全。"),
            format!("This row has {has} cells, the header {header}: was it cut off? Complete it."),
        ),
        Fault::OpenQuote => Problem::whole(
            "cut_off",
            "文件在一对引号中间结束，最后一行不完整；请检查文件是否被截断。",
            "The file ends inside quotation marks, so its last row is not complete: was it cut off?",
        ),
        Fault::LongCell => Problem::whole(
            "too_long",
            format!("有一格超过 {MOST_CELL} 个字符，请缩短。"),
            format!("A cell has more than {MOST_CELL} characters: make it shorter."),
        ),
        Fault::LongRow => Problem::whole(
            "too_long",
            format!("这一行超过 {} KB，请缩短。", MOST_ROW / 1024),
            format!("This row has more than {} kB: make it shorter.", MOST_ROW / 1024),
        ),
        Fault::Formula { column } => Problem::of(
            name(column),
            "formula",
            "这一格是公式而且没有保存结果，请粘贴为数值后重新上传。",
            "This cell is a formula without a stored result: paste it as a value.",
        ),
        Fault::ErrorValue { column } => Problem::of(
            name(column),
            "error_value",
            "这一格是错误值（如 #N/A），请改正。",
            "This cell is an error (such as #N/A): mend it.",
        ),
    }
}

/// Why a cell is no openid.
pub(super) fn of_openid(cell: &str, ordinary: Problem) -> Problem {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits > 0 && cell.parse::<f64>().is_ok();
    if is_number && cell.contains(['e', 'E']) {
        return Problem::of(
            "openid",
            "scientific",
            "Excel 把 openid 变成了科学计数法，末尾的数字已经丢失。请把这一列设为“文本”格式，从原始数据重新导出。",
            "Excel has turned this openid into a number and lost its end. Format the column as text and export it anew from the source.",
        );
    }
    ordinary.at("openid")
}
