//! A row of a file as what it means.

use super::words;
use model::{
    Problem,
    field::Field,
    import::{BadRow, Column},
    recipient::Recipient,
    rules,
    subscriber::{PersonRow, PersonTraits},
    values,
};
use sheets::{Fault, Row};
use std::collections::BTreeMap;

/// Bytes of a bad row that are kept: all cells of any row that people write, so that it can be handed in again.
const MOST_KEPT: usize = 32 * 1024;
/// Characters of a value that breaks a rule of its field; more than any rule takes, so that the rest breaks it too.
const MOST_BAD_VALUE: usize = 500;

/// What spreadsheets write for a value that could not be worked out.
const ERRORS: [&str; 15] = [
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!",
    "#BUSY!",
    "#GETTING_DATA",
];

/// How rows are understood.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub names: Vec<String>,
    pub columns: Vec<Column>,
    /// Of the template; `None` for subscribers.
    pub fields: Option<Vec<Field>>,
}

/// What rows came to.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub rows: i64,
    pub permille: i64,
    /// Of the cells, roughly what the batch takes.
    pub bytes: usize,
    pub recipients: Vec<Recipient>,
    pub people: Vec<PersonRow>,
    pub bad: Vec<BadRow>,
}

impl Meaning {
    /// Understands a row. One without an openid is left out; one with a bad value stays among the recipients, so that
    /// preflight tells of it, and is told among the bad rows too.
    pub(super) fn take(&self, row: Row, batch: &mut Batch) {
        batch.rows += 1;
        batch.permille = i64::from(row.permille);
        batch.bytes += row.cells.iter().map(String::len).sum::<usize>();
        let line = i64::try_from(row.line).unwrap_or(i64::MAX);
        let outcome = match self.fault(&row) {
            Some(fault) => Err(words::of_row(fault, &self.names)),
            None if self.fields.is_some() => self.recipient(line, &row).map(|recipient| {
                let problem = recipient.problem.clone();
                batch.recipients.push(recipient);
                problem
            }),
            None => self.person(&row).map(|person| {
                batch.people.push(person);
                None
            }),
        };
        if let Some(problem) = outcome.unwrap_or_else(Some) {
            batch.bad.push(BadRow { line, problem, cells: kept(row.cells) });
        }
    }

    /// Why a row cannot be taken as it is. A formula or an error in a column that nobody reads does no harm.
    fn fault(&self, row: &Row) -> Option<Fault> {
        let is_used = |column: usize| self.columns.get(column).is_some_and(|column| *column != Column::Ignore);
        let matters = |fault: &Fault| match fault {
            Fault::Formula { column } | Fault::ErrorValue { column } => is_used(*column),
            _ => true,
        };
        let is_error = |cell: &str| ERRORS.iter().any(|error| cell.eq_ignore_ascii_case(error));
        // As text an error looks like any other value, and would be sent.
        let written = || (0..row.cells.len()).find(|column| is_used(*column) && is_error(row.cell(*column)));
        let told = row.faults.iter().copied().find(matters);
        told.or_else(|| written().map(|column| Fault::ErrorValue { column }))
    }

    /// What columns say, without what our own files put before it.
    fn cells<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a Column, &'a str)> {
        self.columns.iter().enumerate().map(|(at, column)| (column, unharmed(row.cell(at))))
    }

    fn openid(&self, row: &Row) -> Result<String, Problem> {
        let cell = self.cells(row).find(|(column, _)| **column == Column::Openid).map_or("", |(_, cell)| cell);
        values::openid(cell).map_err(|problem| words::of_openid(cell, problem))
    }

    fn recipient(&self, line: i64, row: &Row) -> Result<Recipient, Problem> {
        let openid = self.openid(row)?;
        let (mut values, mut problem) = (BTreeMap::new(), None);
        for (column, cell) in self.cells(row).filter(|(_, cell)| !cell.is_empty()) {
            match column {
                Column::Field(key) => {
                    let field = self.fields.iter().flatten().find(|field| field.key == *key);
                    let wrong = field.and_then(|field| rules::check(field, cell).err());
                    values.insert(key.clone(), value(cell, wrong.is_some()));
                    problem = problem.or(wrong);
                }
                Column::Value(name) => {
                    let wrong = values::short_value(cell).err().map(|p| p.at(name));
                    values.insert(name.clone(), value(cell, wrong.is_some()));
                    problem = problem.or(wrong);
                }
                _ => {}
            }
        }
        Ok(Recipient { openid, line: Some(line), values, problem })
    }

    fn person(&self, row: &Row) -> Result<PersonRow, Problem> {
        let openid = self.openid(row)?;
        let (mut remark, mut traits) = (None, PersonTraits::default());
        for (column, cell) in self.cells(row).filter(|(_, cell)| !cell.is_empty()) {
            match column {
                Column::Remark => remark = Some(values::remark(cell)?),
                Column::Tags => traits.tags = values::tags(cell)?,
                Column::Attribute(name) => {
                    let value = values::short_value(cell).map_err(|p| p.at(name))?;
                    traits.attributes.insert(name.clone(), value);
                }
                _ => {}
            }
        }
        Ok(PersonRow { openid, remark, traits })
    }
}

/// A value to be kept; of one that is wrong not more than tells what it was.
fn value(cell: &str, is_wrong: bool) -> String {
    match cell.char_indices().nth(MOST_BAD_VALUE).filter(|_| is_wrong) {
        Some((end, _)) => format!("{}…", cell.get(..end).unwrap_or_default()),
        None => cell.to_owned(),
    }
}

/// Our own exports put an apostrophe before what a spreadsheet would take for a formula.
pub(super) fn unharmed(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if sheets::harmless(rest) != rest => rest,
        _ => cell,
    }
}

fn kept(cells: Vec<String>) -> Vec<String> {
    let mut left = MOST_KEPT;
    cells
        .into_iter()
        .map(|mut cell| {
            cell.truncate(cell.floor_char_boundary(left));
            left -= cell.len();
            cell
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENID: &str = "oABCDEFGHIJKLMNOPQRSTUVWXYZ01";

    fn meaning(columns: &[&str], fields: Option<Vec<Field>>) -> Meaning {
        let columns: Vec<Column> = columns.iter().filter_map(|code| Column::parse(code)).collect();
        Meaning { names: columns.iter().map(Column::code).collect(), columns, fields }
    }

    fn take(meaning: &Meaning, cells: &[&str], faults: &[Fault]) -> Batch {
        let mut batch = Batch::default();
        let cells = cells.iter().map(|c| (*c).to_owned()).collect();
        meaning.take(Row { line: 7, cells, faults: faults.to_vec(), permille: 5 }, &mut batch);
        batch
    }

    fn code(batch: &Batch) -> Option<(&str, &str)> {
        batch.bad.first().map(|bad| (bad.problem.field.as_str(), bad.problem.code.as_str()))
    }

    fn of_notice() -> Meaning {
        let field = Field { key: "thing1".to_owned(), ..Field::default() };
        meaning(&["openid", "field:thing1", "value:姓名", "ignore"], Some(vec![field]))
    }

    #[test]
    fn a_good_row_is_a_recipient_with_values_of_its_own() {
        let batch = take(&of_notice(), &[OPENID, "数学", "张三", "x"], &[]);
        let values = [("thing1", "数学"), ("姓名", "张三")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let expected = Recipient { line: Some(7), values: values.into(), ..Recipient::of(OPENID) };
        assert_eq!((batch.recipients, batch.rows, batch.permille), (vec![expected], 1, 5));
        // An empty cell is no value: what the notice says holds.
        assert!(take(&of_notice(), &[OPENID, "", ""], &[]).recipients[0].values.is_empty());
    }

    #[test]
    fn a_bad_value_is_told_and_its_recipient_kept_with_the_problem() {
        let batch = take(&of_notice(), &[OPENID, &"长".repeat(21)], &[]);
        assert_eq!(code(&batch), Some(("thing1", "too_long")));
        assert_eq!(batch.recipients[0].problem, Some(batch.bad[0].problem.clone()));
    }

    #[test]
    fn a_row_without_an_openid_is_left_out() {
        for (cell, expected) in [
            ("", "required"),
            ("short", "not_an_openid"),
            ("1.23457E+27", "scientific"),
            ("1E+20", "scientific"),
            ("=A1", "not_an_openid"),
        ] {
            let batch = take(&of_notice(), &[cell, "数学"], &[]);
            assert_eq!((code(&batch), batch.recipients.len()), (Some(("openid", expected)), 0), "{cell}");
        }
    }

    #[test]
    fn a_formula_or_an_error_counts_where_its_column_does() {
        let batch = take(&of_notice(), &[OPENID, "数学"], &[Fault::ErrorValue { column: 3 }]);
        assert_eq!((batch.recipients.len(), batch.bad.len()), (1, 0));
        // Of many the one that matters is told, wherever it stands.
        for column in [1, 2] {
            let faults = [3, column, 3].map(|column| Fault::ErrorValue { column });
            let batch = take(&of_notice(), &[OPENID, "#N/A"], &faults);
            let name = of_notice().names[column].clone();
            assert_eq!((batch.recipients.len(), code(&batch)), (0, Some((name.as_str(), "error_value"))));
        }
        let batch = take(&of_notice(), &[OPENID], &[Fault::Formula { column: 3 }, Fault::Formula { column: 1 }]);
        assert_eq!(code(&batch), Some(("field:thing1", "formula")));
    }

    #[test]
    fn an_error_that_stands_there_as_text_is_sent_to_nobody() {
        for error in ERRORS.into_iter().chain(["#n/a", "#div/0!"]) {
            let batch = take(&of_notice(), &[OPENID, error], &[]);
            assert_eq!((batch.recipients.len(), code(&batch)), (0, Some(("field:thing1", "error_value"))), "{error}");
            assert_eq!(take(&of_notice(), &[OPENID, "数学", "", error], &[]).recipients.len(), 1, "{error}");
            assert_eq!(take(&of_notice(), &[error, "数学"], &[]).recipients.len(), 0, "{error}");
        }
        assert_eq!(take(&of_notice(), &[OPENID, "#1"], &[]).recipients.len(), 1);
    }

    #[test]
    fn a_row_from_our_own_file_of_errors_is_understood_as_it_was() {
        let openid = format!("-{}", &OPENID[1..]);
        let batch = take(&of_notice(), &[&format!("'{openid}"), "'+86", "'=x"], &[]);
        let values = [("thing1", "+86"), ("姓名", "=x")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(batch.recipients, [Recipient { line: Some(7), values: values.into(), ..Recipient::of(openid) }]);
        // All cells of a bad row are kept, as far as anybody writes them.
        let cells: Vec<String> = (0..150).map(|i| format!("{i}{}", "长".repeat(60))).collect();
        let all: Vec<&str> = cells.iter().map(String::as_str).collect();
        assert_eq!(take(&of_notice(), &all, &[]).bad[0].cells, cells);
        let long = "长".repeat(20_000);
        let kept = take(&of_notice(), &["x", &long, "y"], &[]).bad[0].cells.clone();
        assert!(kept.len() == 3 && kept.concat().len() <= MOST_KEPT && kept[0] == "x", "{}", kept.concat().len());
    }

    #[test]
    fn of_a_value_that_is_too_long_not_all_is_kept() {
        let long = "长".repeat(30_000);
        let batch = take(&of_notice(), &[OPENID, &long, &long], &[]);
        let values = &batch.recipients[0].values;
        assert!(values.values().all(|v| v.chars().count() == MOST_BAD_VALUE + 1), "{values:?}");
        assert_eq!(batch.bytes, OPENID.len() + long.len() * 2);
    }

    #[test]
    fn a_row_of_people_sets_remark_tags_and_attributes() {
        let people = meaning(&["openid", "remark", "tags", "attribute:城市"], None);
        let batch = take(&people, &[OPENID, "'=1+1", "会员, 新", "北京"], &[]);
        let person = &batch.people[0];
        assert_eq!(person.remark.as_deref(), Some("=1+1"));
        assert_eq!(person.traits.tags.len(), 2);
        assert_eq!(person.traits.attributes.get("城市").map(String::as_str), Some("北京"));
        assert_eq!(code(&take(&people, &[OPENID, &"长".repeat(101)], &[])), Some(("remark", "too_long")));
    }
}
