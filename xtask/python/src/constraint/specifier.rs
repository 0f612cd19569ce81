use std::str::FromStr;

use pep440_rs::Version;

use super::{Cut, VersionSet};

/// The operators of a version specifier (PEP 440).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `~=`.
    Compatible,
    /// `===`: the text itself.
    Arbitrary,
}

/// What stands after an operator: a version, or `1.2.*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The version, without the wildcard.
    pub version: Version,
    /// Whether `.*` follows it.
    pub wildcard: bool,
}

impl Pattern {
    /// Parses a version with or without `.*`; `None` where PEP 440 does not accept it.
    pub fn parse(text: &str) -> Option<Self> {
        let (version, wildcard) = match text.strip_suffix(".*") {
            // Poetry also takes `3.*.*`.
            Some(version) => (version.trim_end_matches(".*"), true),
            None => (text, false),
        };
        let version = Version::from_str(version).ok()?;
        Some(Self { version, wildcard })
    }
}

/// The set that one specifier means. `None` where PEP 440 gives the combination no meaning: `>=1.*`, `~=1`.
pub fn specifier(operator: Operator, pattern: Pattern) -> Option<VersionSet> {
    let Pattern { version, wildcard } = pattern;
    if wildcard {
        let all = release_prefix(&version, version.release().len())?;
        return match operator {
            Operator::Equal => Some(all),
            Operator::NotEqual => Some(all.complement()),
            Operator::Less
            | Operator::LessEqual
            | Operator::Greater
            | Operator::GreaterEqual
            | Operator::Compatible
            | Operator::Arbitrary => None,
        };
    }
    Some(match operator {
        Operator::Equal | Operator::Arbitrary => VersionSet::exactly(version),
        Operator::NotEqual => VersionSet::exactly(version).complement(),
        Operator::Less => VersionSet::below(strictly_below(version)),
        Operator::LessEqual => VersionSet::below(Cut::after(version)),
        Operator::Greater => VersionSet::at_least(Cut::after(version)),
        Operator::GreaterEqual => VersionSet::at_least(Cut::before(version)),
        Operator::Compatible => {
            let prefix = release_prefix(&version, version.release().len().checked_sub(1)?)?;
            prefix.intersection(&VersionSet::at_least(Cut::before(version)))
        }
    })
}

/// From a version to the next one that breaks: `^1.2.3` is `>=1.2.3,<2`, `^0.2.3` is `>=0.2.3,<0.3` (Poetry).
pub(super) fn caret(version: Version) -> Option<VersionSet> {
    let release = version.release();
    let leading_zeros = release.iter().take_while(|&&number| number == 0).count();
    let bumped = leading_zeros.min(release.len().saturating_sub(1));
    up_to_bump(version, bumped)
}

/// `~1.2.3` is `>=1.2.3,<1.3`, `~1` is `>=1,<2` (Poetry).
pub(super) fn tilde(version: Version) -> Option<VersionSet> {
    let bumped = usize::from(version.release().len() > 1);
    up_to_bump(version, bumped)
}

fn up_to_bump(version: Version, position: usize) -> Option<VersionSet> {
    let next = bump(&version, position)?;
    Some(VersionSet::between(Cut::before(version), strictly_below(next)))
}

/// All versions whose release starts with the first `length` numbers of this one, development releases included.
fn release_prefix(version: &Version, length: usize) -> Option<VersionSet> {
    let next = bump(version, length.checked_sub(1)?)?;
    let first = release_of(version, version.release().get(..length)?.to_vec());
    Some(VersionSet::between(strictly_below(first), strictly_below(next)))
}

/// The release with the number at `position` raised by one and all after it dropped.
fn bump(version: &Version, position: usize) -> Option<Version> {
    let mut release = version.release().get(..=position)?.to_vec();
    let number = release.last_mut()?;
    *number = number.checked_add(1)?;
    Some(release_of(version, release))
}

fn release_of(version: &Version, release: Vec<u64>) -> Version {
    Version::new(release).with_epoch(version.epoch())
}

/// `<2` leaves out the pre-releases of 2 (PEP 440, "exclusive ordered comparison").
fn strictly_below(version: Version) -> Cut {
    if version.any_prerelease() || version.is_post() || version.is_local() {
        Cut::before(version)
    } else {
        Cut::before(version.with_dev(Some(0)))
    }
}
