//! The steps of the suite and what they share: one PostgreSQL, one compiler for the browser, one sum of counts.

use std::fmt;

use anyhow::Result;
use clap::ValueEnum;

use super::{browser, checks, counts::Counts, guard, postgres::Clusters, rust};
use crate::{
    site::{self, Flavour, Site},
    toolchain::Wasm,
    workspace::Workspace,
};

/// A step of `cargo xtask test`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// Formatting.
    #[value(name = "fmt")]
    Format,
    /// Dependencies.
    Guard,
    /// Clippy on the server side.
    Clippy,
    /// Clippy on the browser side.
    ClippyWasm,
    /// A throwaway PostgreSQL.
    Postgres,
    /// Rust's tests.
    Rust,
    /// The site and its size.
    Site,
    /// The tests in a real browser.
    Browser,
}

impl Step {
    /// Every step, in the order in which they run: the quick ones first.
    pub const ALL: &[Self] = &[
        Self::Format,
        Self::Guard,
        Self::Clippy,
        Self::ClippyWasm,
        Self::Postgres,
        Self::Rust,
        Self::Site,
        Self::Browser,
    ];

    /// What it shows.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Format => "the code is formatted",
            Self::Guard => "no server crate in the wasm, one version of each main crate",
            Self::Clippy => "no warnings on the server side",
            Self::ClippyWasm => "no warnings on the browser side",
            Self::Postgres => "a throwaway PostgreSQL starts",
            Self::Rust => "unit, property, storage and HTTP tests",
            Self::Site => "the site builds and keeps its size",
            Self::Browser => "the console works in Chromium",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.to_possible_value().as_ref().map_or("?", clap::builder::PossibleValue::get_name))
    }
}

/// What the steps share. Each part is made when a step first needs it, so that any selection of steps works.
#[derive(Debug)]
pub struct Bench<'a> {
    /// The checkout under test.
    pub workspace: &'a Workspace,
    with_postgres: bool,
    clusters: Option<Clusters>,
    wasm: Option<Wasm>,
    counts: Counts,
}

impl<'a> Bench<'a> {
    /// Begins a run, with PostgreSQL or (at the caller's wish) without.
    pub fn new(workspace: &'a Workspace, with_postgres: bool) -> Self {
        Self { workspace, with_postgres, clusters: None, wasm: None, counts: Counts::default() }
    }

    /// Runs one step.
    pub fn run(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Format => checks::format(self.workspace),
            Step::Guard => guard::run(self.workspace),
            Step::Clippy => checks::clippy(self.workspace),
            Step::ClippyWasm => checks::clippy_wasm(self),
            Step::Postgres => self.environment().map(drop),
            Step::Rust => rust::run(self),
            Step::Site => checks::site(self),
            Step::Browser => browser::run(self),
        }
    }

    /// The variables by which tests find PostgreSQL; it is started when first asked for.
    pub fn environment(&mut self) -> Result<Vec<(&'static str, String)>> {
        if !self.with_postgres {
            return Ok(Vec::new());
        }
        let clusters = match self.clusters.take() {
            Some(running) => running,
            None => Clusters::start()?,
        };
        Ok(self.clusters.insert(clusters).environment())
    }

    /// The compiler for the browser side.
    pub fn wasm(&mut self) -> Result<&Wasm> {
        let wasm = match self.wasm.take() {
            Some(found) => found,
            None => Wasm::ensure(self.workspace)?,
        };
        Ok(self.wasm.insert(wasm))
    }

    /// Builds a site, or finds that it is built.
    pub fn site(&mut self, flavour: Flavour) -> Result<Site> {
        let workspace = self.workspace;
        site::build(workspace, self.wasm()?, flavour)
    }

    /// Adds what a test runner counted.
    pub fn add(&mut self, counts: Counts) {
        self.counts = self.counts + counts;
    }

    /// The sum over all test runners.
    pub const fn counts(&self) -> Counts {
        self.counts
    }
}
