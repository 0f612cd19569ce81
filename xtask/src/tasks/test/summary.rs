//! What came of a run of several steps, as data. `report::table` draws it.

use std::time::Duration;

use crate::{Exit, report::Problem};

/// Tests by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    /// Nothing of the step ran, though it would elsewhere, or if asked.
    Skipped {
        reason: String,
    },
    /// There is nothing to run. Not a pass.
    NoTests {
        reason: String,
    },
}

/// One step that was run, or was to be.
#[derive(Clone, Debug)]
pub struct Row {
    pub step: String,
    pub verdict: Verdict,
    pub counts: Counts,
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
    pub rows: Vec<Row>,
    pub time: Duration,
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
    pub fn totals(&self) -> Counts {
        self.rows
            .iter()
            .map(Row::share)
            .fold(Counts::default(), std::ops::Add::add)
    }

    /// Clean needs a step that passed: a run in which all was skipped is no pass.
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
