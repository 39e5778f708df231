//! What the columns of a file mean: a guess, and what a person says.

use model::{
    Problem, Problems,
    field::Field,
    import::{Column, Shape},
    values,
};
use std::collections::HashSet;

/// The columns that our file of bad rows has before those of the file they stood in, in both languages.
pub const TOLD: [(&str, &str); 2] = [("行号", "Line"), ("原因", "Reason")];

/// How many columns of a file are of our own making.
pub(super) fn told(shape: &Shape) -> usize {
    let is_ours = |((zh, en), name): (&(&str, &str), &String)| name == zh || name == en;
    let all = shape.has_header && shape.columns.len() > TOLD.len() && TOLD.iter().zip(&shape.columns).all(is_ours);
    if all { TOLD.len() } else { 0 }
}

/// Guesses by the names of the columns and by what stands below them. `fields` is `None` for a file of subscribers.
pub(super) fn guess(shape: &Shape, fields: Option<&[Field]>) -> Vec<Column> {
    let mut used = HashSet::new();
    let mut columns: Vec<Column> = shape
        .columns
        .iter()
        .map(|name| {
            let column = by_name(name, fields);
            if column == Column::Ignore || used.insert(column.code()) { column } else { Column::Ignore }
        })
        .collect();
    if !columns.contains(&Column::Openid)
        && let Some(at) = (0..columns.len()).find(|at| looks_like_openids(shape, *at))
        && let Some(column) = columns.get_mut(at)
    {
        *column = Column::Openid;
    }
    columns
}

fn by_name(name: &str, fields: Option<&[Field]>) -> Column {
    let bare: String = name.to_lowercase().chars().filter(|c| !c.is_whitespace() && !"_-".contains(*c)).collect();
    if bare == "openid" || bare == "touser" || bare == "用户openid" {
        return Column::Openid;
    }
    match fields {
        Some(fields) => fields
            .iter()
            .find(|field| field.key == name || field.label == name)
            .map_or(Column::Ignore, |field| Column::Field(field.key.clone())),
        None => match bare.as_str() {
            "备注" | "昵称" | "remark" | "nickname" => Column::Remark,
            "标签" | "tags" | "tag" => Column::Tags,
            _ => Column::Ignore,
        },
    }
}

fn looks_like_openids(shape: &Shape, column: usize) -> bool {
    let cells: Vec<&String> = shape.sample.iter().filter_map(|(_, cells)| cells.get(column)).collect();
    !cells.is_empty() && cells.iter().all(|cell| values::openid(cell).is_ok())
}

/// What a person chose, one code a column.
pub(super) fn parse(shape: &Shape, fields: Option<&[Field]>, codes: &[String]) -> Result<Vec<Column>, Problems> {
    let (mut columns, mut problems, mut used) = (Vec::new(), Problems::default(), HashSet::new());
    for (at, name) in shape.columns.iter().enumerate() {
        let code = codes.get(at).map_or("ignore", String::as_str);
        let input = format!("columns[{at}]");
        let Some(column) = Column::parse(code).filter(|column| is_possible(column, fields)) else {
            problems.push(Problem::of(
                input,
                "unknown",
                format!("“{name}”这一列的用途不能识别，请重新选择。"),
                format!("What the column “{name}” is for is not known: choose again."),
            ));
            continue;
        };
        if let Column::Value(value) | Column::Attribute(value) = &column
            && let Err(problem) = values::value_name(value)
        {
            problems.push(problem.at(input));
            continue;
        }
        if column != Column::Ignore && !used.insert(column.code()) {
            problems.push(Problem::of(
                input,
                "twice",
                format!("“{name}”和另一列选了同样的用途，请只留一列。"),
                format!("The column “{name}” is for the same as another one: leave one of them."),
            ));
            continue;
        }
        columns.push(column);
    }
    if problems.0.is_empty() && !columns.contains(&Column::Openid) {
        problems.push(Problem::of(
            "columns[0]",
            "no_openid",
            "请指定哪一列是 openid。",
            "Say which column is the openid.",
        ));
    }
    problems.check()?;
    Ok(columns)
}

fn is_possible(column: &Column, fields: Option<&[Field]>) -> bool {
    match (column, fields) {
        (Column::Ignore | Column::Openid, _) | (Column::Value(_), Some(_)) => true,
        (Column::Field(key), Some(fields)) => fields.iter().any(|field| field.key == *key),
        (Column::Remark | Column::Tags | Column::Attribute(_), None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(columns: &[&str], cells: &[&str]) -> Shape {
        let own = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        Shape { columns: own(columns), sample: vec![(2, own(cells))], ..Shape::default() }
    }

    fn field(key: &str, label: &str) -> Field {
        Field { key: key.to_owned(), label: label.to_owned(), ..Field::default() }
    }

    #[test]
    fn columns_are_known_by_key_and_label_and_openids_by_their_look() {
        let fields = [field("thing1", "课程"), field("time2", "时间")];
        let shape = shape(&["编号", "课程", "time2", "课程"], &["oABCDEFGHIJKLMNOPQRSTUVWXYZ01", "a", "b", "c"]);
        let expected =
            [Column::Openid, Column::Field("thing1".to_owned()), Column::Field("time2".to_owned()), Column::Ignore];
        assert_eq!(guess(&shape, Some(&fields)), expected);
    }

    #[test]
    fn what_a_person_says_is_checked() {
        let fields = [field("thing1", "课程")];
        let shape = shape(&["a", "b", "c"], &[]);
        let codes = |codes: [&str; 3]| codes.map(str::to_owned);
        let good = parse(&shape, Some(&fields), &codes(["openid", "field:thing1", "value:姓名"]));
        assert!(good.is_ok_and(|columns| columns.len() == 3));
        for (bad, code) in [
            (["openid", "field:thing2", "ignore"], "unknown"),
            (["openid", "openid", "ignore"], "twice"),
            (["ignore", "field:thing1", "ignore"], "no_openid"),
            (["openid", "value:{a}", "ignore"], "not_a_name"),
            (["openid", "tags", "ignore"], "unknown"),
        ] {
            let problems = parse(&shape, Some(&fields), &codes(bad)).err().unwrap_or_default();
            assert_eq!(problems.0.first().map(|p| p.code.as_str()), Some(code), "{bad:?}");
        }
    }
}
