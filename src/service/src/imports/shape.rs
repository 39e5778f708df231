//! What a file is, by its beginning.

use super::{Reading, rows::unharmed, words};
use crate::{UseError, UseResult};
use model::import::Shape;
use sheets::{Delimiter, Encoding, Fault, Look, Options};
use std::path::Path;

/// Characters of a column's name, and of a cell that is shown.
const MOST_NAME: usize = 200;
const MOST_SAMPLE: usize = 200;

/// How a file of a shape is read.
pub(super) fn options(shape: &Shape) -> Options {
    Options {
        encoding: Encoding::parse(&shape.encoding),
        delimiter: Delimiter::parse(&shape.delimiter),
        sheet: Some(shape.sheet),
    }
}

/// What a file is, read as a person says.
pub(super) async fn shape_of(path: &Path, reading: &Reading) -> UseResult<Shape> {
    let options = Options {
        encoding: Encoding::parse(&reading.encoding),
        delimiter: Delimiter::parse(&reading.delimiter),
        sheet: reading.sheet,
    };
    let path = path.to_owned();
    let asked = options.clone();
    let look = tokio::task::spawn_blocking(move || sheets::look(&path, &asked))
        .await
        .map_err(|_| UseError::Internal("a file could not be looked at"))?
        .map_err(|error| UseError::from(words::of_file(&error)))?;
    if look.first.faults.iter().any(|fault| matches!(fault, Fault::TooManyCells { .. })) {
        return Err(words::of_file(&sheets::Error::TooManyColumns).into());
    }
    Ok(shape(look, reading.has_header))
}

fn shape(look: Look, has_header: Option<bool>) -> Shape {
    // A first row with an openid in it is no header.
    let has_header =
        has_header.unwrap_or_else(|| !look.first.cells.iter().any(|cell| model::values::openid(cell).is_ok()));
    let mut rows = Vec::new();
    if !has_header {
        rows.push((look.first.line, look.first.cells.clone()));
    }
    rows.extend(look.sample.into_iter().map(|row| (row.line, row.cells)));
    for cell in rows.iter_mut().flat_map(|(_, cells)| cells) {
        cut(cell, MOST_SAMPLE);
    }
    let width = rows.iter().map(|(_, cells)| cells.len()).chain([look.first.cells.len()]).max().unwrap_or_default();
    let columns = (0..width)
        .map(|at| look.first.cells.get(at).filter(|name| has_header && !name.is_empty()))
        .map(|name| name.map(|name| name_of(name)))
        .enumerate()
        .map(|(at, name)| name.unwrap_or_else(|| format!("第 {0} 列 / column {0}", at + 1)))
        .collect();
    Shape {
        encoding: look.encoding.map(|e| e.code().to_owned()).unwrap_or_default(),
        delimiter: look.delimiter.map(|d| d.code().to_owned()).unwrap_or_default(),
        sheets: look.sheets,
        sheet: look.sheet,
        has_header,
        columns: told_apart(columns),
        sample: rows,
    }
}

/// The name of a column, without what our own files put before it.
fn name_of(cell: &str) -> String {
    let mut name = unharmed(cell).to_owned();
    cut(&mut name, MOST_NAME);
    name
}

fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
}

/// Columns of the same name are told apart by a number.
fn told_apart(mut names: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashMap::<String, usize>::new();
    for name in &mut names {
        let n = seen.entry(name.clone()).or_default();
        *n += 1;
        if *n > 1 {
            *name = format!("{name} ({n})");
        }
    }
    names
}
