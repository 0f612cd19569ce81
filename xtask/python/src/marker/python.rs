//! Python versions in markers: sets of versions narrowed to sets of releases `X.Y.Z`.
//!
//! Every cut of such a set is "before X.Y.Z", so that equal sets are equal values and no operator but `>=` and `<` is
//! needed to write one.

use pep440_rs::Version;

use super::{MarkerOperator, expression::list, variable::Kind};
use crate::constraint::{Cut, Operator, Pattern, VersionSet, specifier};

/// How many numbers of the release a variable shows: `python_version` is `3.12`, `python_full_version` is `3.12.1`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    Minor = 2,
    Full = 3,
}

/// The releases for which a comparison with a Python variable holds, or why it has no meaning.
pub(super) fn releases(kind: Precision, operator: MarkerOperator, value: &str) -> Result<VersionSet, String> {
    let specifier_operator = match operator {
        MarkerOperator::In => return members(value),
        MarkerOperator::NotIn => return Ok(members(value)?.complement()),
        MarkerOperator::Arbitrary => return Ok(same_text(kind, value)),
        MarkerOperator::Equal => Operator::Equal,
        MarkerOperator::NotEqual => Operator::NotEqual,
        MarkerOperator::Less => Operator::Less,
        MarkerOperator::LessEqual => Operator::LessEqual,
        MarkerOperator::Greater => Operator::Greater,
        MarkerOperator::GreaterEqual => Operator::GreaterEqual,
        MarkerOperator::Compatible => Operator::Compatible,
    };
    let pattern = Pattern::parse(value).ok_or_else(|| format!("`{value}` is not a version (PEP 440)"))?;
    let set = specifier(specifier_operator, pattern);
    let set = set.ok_or_else(|| format!("`{} \"{value}\"` has no meaning (PEP 440)", operator.text()))?;
    Ok(narrowed(&set, kind))
}

/// The Pythons that a project or a dependency allows. An exact `3.9` means every 3.9, as it does for Poetry.
pub(super) fn releases_of_constraint(constraint: &VersionSet) -> VersionSet {
    let whole_minors = constraint
        .intervals()
        .into_iter()
        .filter_map(|interval| match interval {
            (Some(from), Some(to)) if from.version == to.version && from.version.release().len() < 3 => {
                Some(VersionSet::exactly(from.version.clone()))
            }
            _ => None,
        });
    let whole_minors = whole_minors.fold(VersionSet::empty(), |all, one| {
        all.union(&narrowed(&one, Precision::Minor))
    });
    narrowed(constraint, Precision::Full).union(&whole_minors)
}

pub(super) fn precision(kind: Kind) -> Option<Precision> {
    match kind {
        Kind::PythonVersion => Some(Precision::Minor),
        Kind::PythonFullVersion => Some(Precision::Full),
        Kind::Version(_) | Kind::String(_) | Kind::Extra => None,
    }
}

/// `in "3.8 3.9.1"`: a member with fewer than three numbers stands for all releases that start with it (Poetry).
fn members(list_text: &str) -> Result<VersionSet, String> {
    let mut all = VersionSet::empty();
    for member in list(list_text) {
        let mut pattern = Pattern::parse(member).ok_or_else(|| format!("`{member}` is not a version (PEP 440)"))?;
        pattern.wildcard |= pattern.version.release().len() < 3;
        let set = specifier(Operator::Equal, pattern).ok_or_else(|| format!("`{member}` has no meaning (PEP 440)"))?;
        all = all.union(&narrowed(&set, Precision::Full));
    }
    Ok(all)
}

/// `===` compares texts, so that only a value in the shape of the variable can be equal.
fn same_text(kind: Precision, value: &str) -> VersionSet {
    match Pattern::parse(value) {
        Some(pattern)
            if !pattern.wildcard
                && pattern.version.release().len() == kind as usize
                && pattern.version.to_string() == value =>
        {
            narrowed(&VersionSet::exactly(pattern.version), kind)
        }
        _ => VersionSet::empty(),
    }
}

fn narrowed(set: &VersionSet, precision: Precision) -> VersionSet {
    VersionSet::from_intervals(set.intervals().into_iter().filter_map(|(from, to)| {
        let from = match from {
            Some(from) => Some(first_release_from(from, precision)?),
            None => None,
        };
        // Nothing lies below the first release of all.
        let first = Cut::before(Version::new([0, 0, 0]));
        match to.and_then(|to| first_release_from(to, precision)) {
            Some(to) if to == first => None,
            to => Some((from.filter(|from| *from != first), to)),
        }
    }))
}

/// The cut before the first value of the variable that lies above a cut. `None` where none does.
fn first_release_from(cut: &Cut, precision: Precision) -> Option<Cut> {
    let version = &cut.version;
    if version.epoch() > 0 {
        return None;
    }
    let number = |index: usize| version.release().get(index).copied().unwrap_or(0);
    let mut release = [number(0), number(1), number(2)];
    let shown = precision as usize;
    let more = version.release().iter().skip(shown).any(|&number| number > 0);
    let below_its_release = version.any_prerelease();
    let above_its_release = version.is_post() || version.is_local() || cut.after;
    let raised = more || (!below_its_release && above_its_release);
    release.iter_mut().skip(shown).for_each(|number| *number = 0);
    if raised {
        let last = release.get_mut(shown - 1)?;
        *last = last.checked_add(1)?;
    }
    Some(Cut::before(Version::new(release)))
}
