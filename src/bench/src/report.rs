//! What was measured, beside what it should be.

mod markdown;
mod table;

use serde::Serialize;

use crate::{machine::Machine, options::Sizes, stats::Sample};

/// A whole run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where it ran.
    pub machine: Machine,
    /// How much was measured.
    pub sizes: Sizes,
    /// In the order in which they were measured.
    pub figures: Vec<Figure>,
}

/// One measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// Its name in JSON.
    pub key: String,
    /// The table it stands in.
    pub section: String,
    /// What was measured.
    pub name: String,
    /// The unit of the values.
    pub unit: &'static str,
    /// The median (a percentile where the name says so).
    pub value: f64,
    /// The smallest of the rounds.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// How it stands to another figure of the same run.
    pub ratio: Option<Ratio>,
    /// What it should be: the ratio where there is one, else the value.
    pub target: Option<Target>,
}

/// A figure over another one.
#[derive(Clone, Debug, Serialize)]
pub struct Ratio {
    /// Over what.
    pub to: String,
    /// The median over the rounds, each over its own.
    pub value: f64,
}

/// What the issue asks for.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Target {
    /// This or more.
    #[must_use]
    pub fn at_least(value: f64) -> Self {
        Self::AtLeast(value)
    }

    /// This or less.
    #[must_use]
    pub fn at_most(value: f64) -> Self {
        Self::AtMost(value)
    }

    /// By how much a value misses it, as a share of the target; `None` when it is met.
    #[must_use]
    pub fn missed_by(self, value: f64) -> Option<f64> {
        let share = match self {
            Self::AtLeast(wanted) => 1.0 - value / wanted,
            Self::AtMost(wanted) => value / wanted - 1.0,
        };
        (share > 0.0).then_some(share)
    }
}

impl Figure {
    /// A figure from its rounds.
    #[must_use]
    pub fn new(key: &str, section: &str, name: &str, unit: &'static str, sample: &Sample) -> Self {
        let (low, high) = sample.spread();
        Self {
            key: key.to_owned(),
            section: section.to_owned(),
            name: name.to_owned(),
            unit,
            value: sample.median(),
            low,
            high,
            ratio: None,
            target: None,
        }
    }

    /// A figure that was measured once.
    #[must_use]
    pub fn once(key: &str, section: &str, name: &str, unit: &'static str, value: f64) -> Self {
        Self::new(key, section, name, unit, &Sample::new(vec![value]))
    }

    /// With its ratio to others, and what that should be. Where the rounds are not alike in number, median over median.
    #[must_use]
    pub fn of(mut self, others: &[f64], to: &str, target: Option<Target>) -> Self {
        let other = Sample::new(others.to_vec()).median();
        self.ratio = Some(Ratio { to: to.to_owned(), value: self.value / other.max(f64::MIN_POSITIVE) });
        self.target = target;
        self
    }

    /// With what its value should be.
    #[must_use]
    pub fn should(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// By how much it misses its target, as a share; `None` when it is met or has none.
    #[must_use]
    pub fn missed_by(&self) -> Option<f64> {
        let judged = self.ratio.as_ref().map_or(self.value, |ratio| ratio.value);
        self.target.and_then(|target| target.missed_by(judged))
    }
}

impl Report {
    /// An empty one.
    #[must_use]
    pub fn new(machine: Machine, sizes: Sizes) -> Self {
        Self { machine, sizes, figures: Vec::new() }
    }

    /// Adds a figure and tells it.
    #[expect(clippy::print_stderr, reason = "whoever runs a bench wants to see how far it is")]
    pub fn add(&mut self, figure: Figure) {
        eprintln!("bench: {}: {}", figure.name, table::value(&figure));
        self.figures.push(figure);
    }

    /// Tells how far the run is.
    #[expect(clippy::print_stderr, reason = "whoever runs a bench wants to see how far it is")]
    pub fn say(&self, text: &str) {
        eprintln!("bench: {text}");
    }

    /// Every figure as a table for a terminal.
    #[must_use]
    pub fn table(&self) -> String {
        table::of(self)
    }

    /// Every figure as Markdown, with the machine.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::of(self)
    }

    /// A page with the tables between its marks: the old page with new ones, or a new page.
    #[must_use]
    pub fn page(&self, old: Option<&str>) -> String {
        markdown::page(self, old)
    }

    fn sections(&self) -> Vec<&str> {
        let mut sections: Vec<&str> = Vec::new();
        for figure in &self.figures {
            if !sections.contains(&figure.section.as_str()) {
                sections.push(&figure.section);
            }
        }
        sections
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_met_at_its_bound_and_missed_by_a_share_beyond() {
        assert_eq!(Target::at_least(0.4).missed_by(0.4), None);
        assert_eq!(Target::at_most(50.0).missed_by(12.0), None);
        assert!(Target::at_least(0.4).missed_by(0.3).is_some_and(|share| (share - 0.25).abs() < 1e-9));
        assert!(Target::at_most(50.0).missed_by(60.0).is_some_and(|share| (share - 0.2).abs() < 1e-9));
    }

    #[test]
    fn a_ratio_is_what_the_target_judges() {
        let figure = Figure::once("k", "s", "n", "sends/s", 300.0).of(&[1000.0], "bare", Some(Target::at_least(0.4)));
        assert!(figure.missed_by().is_some());
        let figure = Figure::once("k", "s", "n", "ms", 300.0).should(Target::at_most(400.0));
        assert!(figure.missed_by().is_none());
    }
}
