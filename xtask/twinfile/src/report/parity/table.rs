//! Services down, aspects across: what both the terminal and the summary of a workflow show.

use std::cmp::Reverse;

use diagnostics::Level;
use repo::dockerfiles::is_dockerfile;
use rules::Aspect;
use verify::{Finding, Report};

/// Rules that find that an image, or a lock, is not there to be looked at.
const NO_IMAGE: [&str; 1] = ["dockerfile-missing"];
const NO_LOCK: [&str; 2] = ["lock-missing", "lock-stale"];

/// What is known about one aspect of one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Fine,
    /// So many of the most severe level that was found.
    Found(Level, usize),
    /// What it would be told from is missing or cannot be read.
    Unknown(Why),
    /// The row is of no service, and nothing was found.
    Empty,
}

/// Why nothing is known about an aspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    NoImage,
    NoLock,
    Unread,
    Unclear,
    Unfound,
}

impl Why {
    pub fn text(self) -> &'static str {
        match self {
            Self::NoImage => "there are not two images to compare",
            Self::NoLock => "no lock fits the manifest",
            Self::Unread => "a file cannot be read",
            Self::Unclear => "what an image installs cannot be determined",
            Self::Unfound => "nothing there builds or runs the service",
        }
    }
}

impl Cell {
    pub fn text(self) -> String {
        match self {
            Self::Fine => "ok".into(),
            Self::Found(Level::Error, number) => number.to_string(),
            Self::Found(Level::Warning, number) => format!("{number} warn"),
            Self::Found(Level::Note, number) => format!("{number} note"),
            Self::Unknown(_) => "?".into(),
            Self::Empty => "-".into(),
        }
    }

    /// What sorts severe findings first, and of two the one that was found more often.
    pub fn severity(self) -> (u8, Reverse<usize>) {
        match self {
            Self::Found(Level::Error, number) => (0, Reverse(number)),
            Self::Unknown(_) => (1, Reverse(0)),
            Self::Found(Level::Warning, number) => (2, Reverse(number)),
            Self::Found(Level::Note, number) => (3, Reverse(number)),
            Self::Fine | Self::Empty => (4, Reverse(0)),
        }
    }
}

/// A row a service, and one for what is of none of them alone.
pub fn rows(outcome: &Report) -> Vec<(&str, Vec<Cell>)> {
    let of_service = outcome.services.iter().map(|(name, dir)| {
        let is_in =
            |path: &str, dir: &str| dir.is_empty() || path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
        // Whose Dockerfile it is that lies in no service's folder, nobody can tell.
        let is_stray = |path: &str| {
            let is_dockerfile = is_dockerfile(path.rsplit('/').next().unwrap_or_default());
            is_dockerfile && outcome.services.iter().all(|(_, dir)| !is_in(path, dir.as_str()))
        };
        let is_here = |path: &str| is_in(path, dir.as_str()) || is_stray(path);
        let mut unread = outcome.problems.iter().filter(|problem| problem.level == Level::Error);
        let unread = unread.any(|problem| problem.places.iter().any(|place| is_here(place.position().0)));
        let cells = outcome.aspects.iter().map(|aspect| {
            let is_unclear = *aspect == Aspect::Packages && outcome.unclear.contains(name);
            let is_unfound = outcome.unfound.contains(&(name.clone(), *aspect));
            let why = hidden(outcome, name, *aspect)
                .or(unread.then_some(Why::Unread))
                .or(is_unclear.then_some(Why::Unclear))
                .or(is_unfound.then_some(Why::Unfound));
            cell(outcome, Some(name), *aspect, why.map_or(Cell::Fine, Cell::Unknown))
        });
        (name.as_str(), cells.collect())
    });
    let mut rows: Vec<_> = of_service.collect();
    if outcome.findings.iter().any(|finding| finding.service.is_none()) {
        let aspects = outcome.aspects.iter();
        let cells = aspects.map(|aspect| cell(outcome, None, *aspect, Cell::Empty));
        rows.push(("repository", cells.collect()));
    }
    rows
}

fn cell(outcome: &Report, service: Option<&str>, aspect: Aspect, without: Cell) -> Cell {
    let levels: Vec<Level> = outcome
        .findings
        .iter()
        .filter(|finding| finding.service.as_deref() == service && finding.rule.aspect == aspect)
        .map(|finding| finding.problem.level)
        .collect();
    let Some(gravest) = levels.iter().min() else {
        return without;
    };
    Cell::Found(*gravest, levels.iter().filter(|level| *level == gravest).count())
}

/// Nothing is known about an image that is not there, nor about pins without a lock.
fn hidden(outcome: &Report, service: &str, aspect: Aspect) -> Option<Why> {
    let is_found = |rule: &str| {
        let is_it = |finding: &Finding| finding.rule.id == rule && finding.service.as_deref() == Some(service);
        outcome.findings.iter().any(is_it)
    };
    let image = || NO_IMAGE.into_iter().any(is_found).then_some(Why::NoImage);
    let lock = || NO_LOCK.into_iter().any(is_found).then_some(Why::NoLock);
    match aspect {
        Aspect::Base | Aspect::Libs | Aspect::Runtime => image(),
        Aspect::Packages => image().or_else(lock),
        Aspect::Files | Aspect::Lock | Aspect::Tilt | Aspect::Chart | Aspect::Compose | Aspect::Ci => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::rule;

    #[test]
    fn rules_that_hide_something_exist() {
        for id in NO_IMAGE.into_iter().chain(NO_LOCK) {
            assert!(rule(id).is_some(), "rule `{id}` does not exist");
        }
    }
}
