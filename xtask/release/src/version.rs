use std::str::FromStr;

use pep440_rs::Version;

/// What `bump` is asked for: a version, or which number of the release goes up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The first number goes up.
    Major,
    /// The second number goes up.
    Minor,
    /// The third number goes up.
    Patch,
    /// This version.
    Exactly(Version),
}

/// Why a version cannot be the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not greater than the present one.
    NotGreater,
    /// An index takes no local version (`1.0+build`, PEP 440).
    Local,
    /// A number that does not fit.
    TooLarge,
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "major" => Self::Major,
            "minor" => Self::Minor,
            "patch" => Self::Patch,
            _ => Self::Exactly(Version::from_str(text).map_err(|error| {
                format!("`{text}` is neither `major`, `minor` nor `patch`, and not a version (PEP 440): {error}")
            })?),
        })
    }
}

impl Step {
    /// The version after `old`. Of a pre-release, the final release that it leads to comes first: `minor` makes 1.3.0
    /// out of 1.3.0rc1, and 1.4.0 out of that.
    pub fn after(&self, old: &Version) -> Result<Version, Refusal> {
        let next = match self {
            Self::Exactly(version) => version.clone(),
            Self::Major => raised(old, 0)?,
            Self::Minor => raised(old, 1)?,
            Self::Patch => raised(old, 2)?,
        };
        if next.is_local() {
            Err(Refusal::Local)
        } else if next <= *old {
            Err(Refusal::NotGreater)
        } else {
            Ok(next)
        }
    }
}

/// Raises one of the three numbers and sets those after it to zero. A pre-release of exactly that is final instead.
fn raised(old: &Version, position: usize) -> Result<Version, Refusal> {
    let mut release: Vec<u64> = (0..3)
        .map(|index| old.release().get(index).copied().unwrap_or_default())
        .collect();
    let rest = old.release().get(position + 1..).unwrap_or_default();
    let leads_there = old.any_prerelease() && rest.iter().all(|&number| number == 0);
    if !leads_there {
        let number = release.get_mut(position).ok_or(Refusal::TooLarge)?;
        *number = number.checked_add(1).ok_or(Refusal::TooLarge)?;
    }
    for number in release.iter_mut().skip(position + 1) {
        *number = 0;
    }
    Ok(Version::new(release).with_epoch(old.epoch()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(step: &str, old: &str) -> String {
        let old = Version::from_str(old).unwrap();
        match step.parse::<Step>().unwrap().after(&old) {
            Ok(version) => version.to_string(),
            Err(refusal) => format!("{refusal:?}"),
        }
    }

    #[test]
    fn numbers_go_up() {
        for (step, old, new) in [
            ("patch", "0.1.0", "0.1.1"),
            ("minor", "0.1.9", "0.2.0"),
            ("major", "0.1.9", "1.0.0"),
            ("patch", "1.2", "1.2.1"),
            ("minor", "1.2.3.4", "1.3.0"),
            ("minor", "1.3.0rc1", "1.3.0"),
            ("major", "1.3.0rc1", "2.0.0"),
            ("patch", "1.3.0.dev4", "1.3.0"),
            ("patch", "1.3.0.post1", "1.3.1"),
            ("major", "2!1.0", "2!2.0.0"),
            ("1.2.0-RC1", "1.1", "1.2.0rc1"),
        ] {
            assert_eq!(next(step, old), new, "{step} of {old}");
        }
    }

    #[test]
    fn what_is_not_newer_is_refused() {
        assert_eq!(next("1.0.0", "1.0"), "NotGreater");
        assert_eq!(next("1.0rc1", "1.0"), "NotGreater");
        assert_eq!(next("0.9", "1.0"), "NotGreater");
        assert_eq!(next("1.1+build", "1.0"), "Local");
        assert_eq!(next("patch", "1.0.18446744073709551615"), "TooLarge");
        assert!("newest".parse::<Step>().is_err());
        assert!("".parse::<Step>().is_err());
    }
}
