//! The report as a page of the documentation.

use std::fmt::Write as _;

use super::{Report, table};

const BEGIN: &str = "<!-- figures: written by `cargo xtask bench --doc` -->";
const END: &str = "<!-- end of figures -->";

pub(super) fn of(report: &Report) -> String {
    let mut text = format!("{}\n", report.machine);
    for section in report.sections() {
        let _ = write!(
            text,
            "\n### {section}\n\n| what | measured | rounds | ratio | target | |\n|---|--:|---|---|---|---|\n"
        );
        for figure in report.figures.iter().filter(|figure| figure.section == section) {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                figure.name,
                table::value(figure),
                table::spread(figure),
                table::ratio(figure),
                table::target(figure),
                table::verdict(figure)
            );
        }
    }
    text
}

pub(super) fn page(report: &Report, old: Option<&str>) -> String {
    let figures = format!("{BEGIN}\n\n{}\n{END}", of(report));
    let parts = old.and_then(|old| {
        let (head, rest) = old.split_once(BEGIN)?;
        let (_, tail) = rest.split_once(END)?;
        Some(format!("{head}{figures}{tail}"))
    });
    parts.unwrap_or_else(|| format!("# Benchmarks\n\n{figures}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        machine::Machine,
        options::Options,
        report::{Figure, Target},
    };
    use clap::Parser as _;

    #[test]
    fn new_figures_replace_the_old_ones_and_leave_the_words_around_them() {
        let sizes = Options::parse_from(["bench", "--yanshu", "x"]).sizes();
        let mut report = Report::new(Machine::of_tests(), sizes);
        let figure = Figure::once("k", "Speed", "a name", "ms", 60.0).should(Target::at_most(50.0));
        report.figures.push(figure);
        let first = report.page(None);
        assert!(first.contains("| a name | 60.0 ms |  |  | ≤ 50.0 ms | missed by 20 % |"), "{first}");
        let edited = first.replace("# Benchmarks\n", "# Benchmarks\n\nBefore.\n") + "After.\n";
        report.figures[0].value = 40.0;
        let second = report.page(Some(&edited));
        assert!(second.contains("Before.") && second.ends_with("After.\n"), "{second}");
        assert!(second.contains("40.0 ms") && !second.contains("60.0 ms"), "{second}");
    }
}
