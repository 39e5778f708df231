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

/// Cells of a bad row that are kept, and characters of each.
const MOST_KEPT: usize = 50;
const MOST_KEPT_CHARS: usize = 500;

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
        let line = i64::try_from(row.line).unwrap_or(i64::MAX);
        let outcome = match row.fault.filter(|fault| self.matters(*fault)) {
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

    /// A formula in a column that nobody reads does no harm.
    fn matters(&self, fault: Fault) -> bool {
        match fault {
            Fault::Formula { column } | Fault::FormulaError { column } => {
                self.columns.get(column).is_some_and(|column| *column != Column::Ignore)
            }
            _ => true,
        }
    }

    fn cells<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a Column, &'a str)> {
        self.columns.iter().enumerate().map(|(at, column)| (column, row.cell(at)))
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
                    let verdict = field.map_or(Ok(None), |field| rules::check(field, cell));
                    problem = problem.or(verdict.err());
                    values.insert(key.clone(), cell.to_owned());
                }
                Column::Value(name) => {
                    let verdict = values::short_value(cell).map_err(|p| p.at(name));
                    problem = problem.or(verdict.err());
                    values.insert(name.clone(), cell.to_owned());
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
                Column::Remark => remark = Some(values::remark(unharmed(cell))?),
                Column::Tags => traits.tags = values::tags(unharmed(cell))?,
                Column::Attribute(name) => {
                    let value = values::short_value(unharmed(cell)).map_err(|p| p.at(name))?;
                    traits.attributes.insert(name.clone(), value);
                }
                _ => {}
            }
        }
        Ok(PersonRow { openid, remark, traits })
    }
}

/// Our own exports put an apostrophe before what a spreadsheet would take for a formula.
fn unharmed(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if sheets::harmless(rest) != rest => rest,
        _ => cell,
    }
}

fn kept(cells: Vec<String>) -> Vec<String> {
    cells.into_iter().take(MOST_KEPT).map(|cell| cell.chars().take(MOST_KEPT_CHARS).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENID: &str = "oABCDEFGHIJKLMNOPQRSTUVWXYZ01";

    fn meaning(columns: &[&str], fields: Option<Vec<Field>>) -> Meaning {
        let columns: Vec<Column> = columns.iter().filter_map(|code| Column::parse(code)).collect();
        Meaning { names: columns.iter().map(Column::code).collect(), columns, fields }
    }

    fn take(meaning: &Meaning, cells: &[&str], fault: Option<Fault>) -> Batch {
        let mut batch = Batch::default();
        let cells = cells.iter().map(|c| (*c).to_owned()).collect();
        meaning.take(Row { line: 7, cells, fault, permille: 5 }, &mut batch);
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
        let batch = take(&of_notice(), &[OPENID, "数学", "张三", "x"], None);
        let values = [("thing1", "数学"), ("姓名", "张三")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let expected = Recipient { line: Some(7), values: values.into(), ..Recipient::of(OPENID) };
        assert_eq!((batch.recipients, batch.rows, batch.permille), (vec![expected], 1, 5));
        // An empty cell is no value: what the notice says holds.
        assert!(take(&of_notice(), &[OPENID, "", ""], None).recipients[0].values.is_empty());
    }

    #[test]
    fn a_bad_value_is_told_and_its_recipient_kept_with_the_problem() {
        let batch = take(&of_notice(), &[OPENID, &"长".repeat(21)], None);
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
            let batch = take(&of_notice(), &[cell, "数学"], None);
            assert_eq!((code(&batch), batch.recipients.len()), (Some(("openid", expected)), 0), "{cell}");
        }
    }

    #[test]
    fn a_formula_counts_where_its_column_does() {
        let batch = take(&of_notice(), &[OPENID, "数学"], Some(Fault::FormulaError { column: 3 }));
        assert_eq!((batch.recipients.len(), batch.bad.len()), (1, 0));
        let batch = take(&of_notice(), &[OPENID, "#N/A"], Some(Fault::FormulaError { column: 1 }));
        assert_eq!((batch.recipients.len(), code(&batch)), (0, Some(("field:thing1", "formula"))));
    }

    #[test]
    fn a_row_of_people_sets_remark_tags_and_attributes() {
        let people = meaning(&["openid", "remark", "tags", "attribute:城市"], None);
        let batch = take(&people, &[OPENID, "'=1+1", "会员, 新", "北京"], None);
        let person = &batch.people[0];
        assert_eq!(person.remark.as_deref(), Some("=1+1"));
        assert_eq!(person.traits.tags.len(), 2);
        assert_eq!(person.traits.attributes.get("城市").map(String::as_str), Some("北京"));
        assert_eq!(code(&take(&people, &[OPENID, &"长".repeat(101)], None)), Some(("remark", "too_long")));
    }
}
