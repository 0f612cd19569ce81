//! What came of a run of several steps, as data. `report::table` draws it.

use std::time::Duration;

use anstyle::Style;

use console::style::{GREEN, RED, YELLOW};
use diagnostics::{Exit, Problem};

/// Tests by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Tests that were skipped.
    pub skipped: usize,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of its tests passed.
    Passed,
    /// A test failed, or the step could not run.
    Failed,
    /// Nothing of the step ran, though it would elsewhere, or if asked.
    Skipped {
        /// Why, as a table shows it.
        reason: String,
    },
    /// There is nothing to run. Not a pass.
    NoTests {
        /// Why, as a table shows it.
        reason: String,
    },
}

/// One step that was run, or was to be.
#[derive(Clone, Debug)]
pub struct Row {
    /// The name of the step.
    pub step: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Its tests.
    pub counts: Counts,
    /// How long it took.
    pub time: Duration,
    /// All that the step's program wrote.
    pub output: String,
    /// What kept the step from running its tests.
    pub problems: Vec<Problem>,
    /// The command that runs just this step.
    pub rerun: String,
}

/// All steps of a run, in the order in which they are shown.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The steps.
    pub rows: Vec<Row>,
    /// The time of the whole run.
    pub time: Duration,
}

impl Verdict {
    /// The word that precedes the step, and its style.
    pub fn shown(&self) -> (Style, &'static str) {
        match self {
            Self::Passed => (GREEN, "Passed"),
            Self::Failed => (RED, "Failed"),
            Self::Skipped { .. } => (YELLOW, "Skipped"),
            Self::NoTests { .. } => (YELLOW, "No tests"),
        }
    }
}

/// "12 passed, 1 failed, 2 skipped", leaving out what is zero.
pub fn counts(counts: &Counts) -> String {
    let parts = [
        (counts.passed, "passed"),
        (counts.failed, "failed"),
        (counts.skipped, "skipped"),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    said.join(", ")
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl Row {
    /// What came of the step, beside the verb.
    pub fn result(&self) -> String {
        let counted = counts(&self.counts);
        match &self.verdict {
            Verdict::Passed => counted,
            Verdict::Failed if self.counts.failed == 0 && counted.is_empty() => "did not get to its tests".into(),
            Verdict::Failed => counted,
            Verdict::Skipped { reason } if counted.is_empty() => reason.clone(),
            Verdict::Skipped { reason } => format!("{counted}: {reason}"),
            Verdict::NoTests { reason } => reason.clone(),
        }
    }

    /// The row's share of the last line. A step that failed or was skipped as a whole counts as one test at least, so
    /// that the line never reads better than the run was.
    fn share(&self) -> Counts {
        let Counts {
            passed,
            failed,
            skipped,
        } = self.counts;
        match self.verdict {
            Verdict::Passed | Verdict::NoTests { .. } => self.counts,
            Verdict::Failed => Counts {
                passed,
                failed: failed.max(1),
                skipped,
            },
            Verdict::Skipped { .. } => Counts {
                passed,
                failed,
                skipped: skipped.max(1),
            },
        }
    }
}

impl Summary {
    /// The tests of all steps.
    pub fn totals(&self) -> Counts {
        self.rows
            .iter()
            .map(Row::share)
            .fold(Counts::default(), std::ops::Add::add)
    }

    /// Clean needs a step that passed: a run in which all was skipped is not a pass.
    pub fn exit(&self) -> Exit {
        let any = |wanted: fn(&Verdict) -> bool| self.rows.iter().any(|row| wanted(&row.verdict));
        if any(|verdict| matches!(verdict, Verdict::Failed)) {
            Exit::Failed
        } else if any(|verdict| matches!(verdict, Verdict::Passed)) {
            Exit::Clean
        } else {
            Exit::Nothing
        }
    }
}
