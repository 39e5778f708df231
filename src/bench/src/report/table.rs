//! The report for a terminal.

use std::fmt::Write as _;

use super::{Figure, Report, Target};

pub(super) fn of(report: &Report) -> String {
    let mut text = format!("{}\n", report.machine);
    for section in report.sections() {
        let _ = write!(text, "\n{section}\n");
        for figure in report.figures.iter().filter(|figure| figure.section == section) {
            let _ = writeln!(
                text,
                "  {:<72} {:>18}  {:<19} {:<22} {:<14} {}",
                figure.name,
                value(figure),
                spread(figure),
                ratio(figure),
                target(figure),
                verdict(figure)
            );
        }
    }
    text
}

/// A number with as many digits as it deserves.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        n if n >= 100.0 => thousands(value),
        n if n >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(super) fn value(figure: &Figure) -> String {
    format!("{} {}", number(figure.value), figure.unit)
}

pub(super) fn spread(figure: &Figure) -> String {
    if (figure.high - figure.low).abs() < f64::EPSILON {
        return String::new();
    }
    format!("{}–{}", number(figure.low), number(figure.high))
}

pub(super) fn ratio(figure: &Figure) -> String {
    figure.ratio.as_ref().map(|ratio| format!("{:.2} of {}", ratio.value, ratio.to)).unwrap_or_default()
}

pub(super) fn target(figure: &Figure) -> String {
    let unit = if figure.ratio.is_some() { "" } else { figure.unit };
    let text = match figure.target {
        None => return String::new(),
        Some(Target::AtLeast(wanted)) => format!("≥ {} {unit}", number(wanted)),
        Some(Target::AtMost(wanted)) => format!("≤ {} {unit}", number(wanted)),
    };
    text.trim_end().to_owned()
}

pub(super) fn verdict(figure: &Figure) -> String {
    match (figure.target, figure.missed_by()) {
        (None, _) => String::new(),
        (Some(_), None) => "met".to_owned(),
        (Some(_), Some(share)) => format!("missed by {:.0} %", (share * 100.0).max(1.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_grouped() {
        let all: Vec<_> = [1_234_567.0, 999.6, 100.4, 12.34, 0.456, -1234.0].map(number).into();
        assert_eq!(all, ["1,234,567", "1,000", "100", "12.3", "0.46", "-1,234"]);
    }
}
