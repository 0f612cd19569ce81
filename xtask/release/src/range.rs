//! How a dependent's requirement follows a lib to its new version.
//!
//! A range that admits the new version stays: what the dependent needs did not change. One that does not is moved, each
//! part in its own form: `>=0.1,<0.2` becomes `>=0.2,<0.3`, `^1.2` becomes `^2.0`, `==1.2.*` becomes `==1.3.*`. An upper
//! end stays as far away as it was: up to the next version that breaks, or the next minor one, or the next major one.

use pep440_rs::Version;

use python::constraint::{ConstraintError, Dialect, VersionSet};

/// What becomes of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It admits the version.
    Stays,
    /// The range becomes this one.
    To(String),
    /// Alternatives (`||`), or an arbitrary equality (`===`): only a person knows what they are for.
    Unclear,
}

/// Moves a range so that it admits the version.
pub fn follow(text: &str, dialect: Dialect, new: &Version) -> Result<Moved, ConstraintError> {
    if VersionSet::parse(text, dialect)?.contains(new) {
        return Ok(Moved::Stays);
    }
    if text.contains('|') {
        return Ok(Moved::Unclear);
    }
    let parts = split(text);
    let lower = parts.iter().find(|part| part.operator.starts_with('>'));
    let lower = lower.and_then(|part| part.version.parse::<Version>().ok());
    let mut moved = String::new();
    let mut end = 0;
    for part in &parts {
        let Some(next) = part.moved(lower.as_ref(), new) else {
            return Ok(Moved::Unclear);
        };
        moved.push_str(&text[end..part.start]);
        moved.push_str(&next);
        end = part.end;
    }
    moved.push_str(&text[end..]);
    match VersionSet::parse(&moved, dialect) {
        Ok(set) if set.contains(new) => Ok(Moved::To(moved)),
        Ok(_) | Err(_) => Ok(Moved::Unclear),
    }
}

/// One specifier, and where it stands.
struct Part<'a> {
    start: usize,
    end: usize,
    operator: &'a str,
    /// What stands between the operator and the version.
    blank: &'a str,
    version: &'a str,
}

fn split(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let skip = |from: usize, belongs: &dyn Fn(char) -> bool| {
        text[from..]
            .find(|c| !belongs(c))
            .map_or(text.len(), |length| from + length)
    };
    loop {
        start = skip(start, &|c| c == ',' || c.is_whitespace());
        if start == text.len() {
            return parts;
        }
        let operator = skip(start, &|c| "^~=<>!".contains(c));
        let version = skip(operator, &char::is_whitespace);
        let end = skip(version, &|c| c != ',' && !c.is_whitespace());
        parts.push(Part {
            start,
            end,
            operator: &text[start..operator],
            blank: &text[operator..version],
            version: &text[version..end],
        });
        start = end;
    }
}

impl Part<'_> {
    fn moved(&self, lower: Option<&Version>, new: &Version) -> Option<String> {
        let wildcard = self.version.ends_with(".*");
        let version = self.version.trim_end_matches(".*");
        let length = version.split('.').count();
        let say = |operator: &str, text: String| Some(format!("{operator}{}{text}", self.blank));
        match self.operator {
            "" | "=" | "==" if wildcard => say(self.operator, format!("{}.*", cut(new, length))),
            "" | "=" | "==" | "<=" => say(self.operator, new.to_string()),
            ">=" | "^" | "~=" | "~" => say(self.operator, shortened(new, length)),
            ">" => say(">=", shortened(new, length)),
            "<" => {
                let old = self.version.parse::<Version>().ok()?;
                let position = distance(lower, &old);
                // `<2.0` becomes `<3.0`, `<2` becomes `<3`.
                let length = if old.release().last() == Some(&0) { length } else { 1 };
                say("<", upper(new, position, length)?)
            }
            // What it leaves out is an old version.
            "!=" => say(self.operator, self.version.to_owned()),
            _ => None,
        }
    }
}

/// Which end a range has, seen from its start.
enum Distance {
    /// The next version that breaks (caret).
    Breaking,
    /// The next change of the number at this position.
    Position(usize),
}

fn distance(lower: Option<&Version>, upper: &Version) -> Distance {
    let last = upper.release().iter().rposition(|&number| number != 0).unwrap_or(0);
    match lower {
        Some(lower) if breaking(lower) == last => Distance::Breaking,
        Some(_) | None => Distance::Position(last),
    }
}

/// The position of the number that the next version that breaks changes: the first that is not zero.
fn breaking(version: &Version) -> usize {
    let zeros = version.release().iter().take_while(|&&number| number == 0).count();
    zeros.min(version.release().len().saturating_sub(1))
}

/// The exclusive end of a range that starts at `new`, in at least `length` numbers.
fn upper(new: &Version, distance: Distance, length: usize) -> Option<String> {
    let position = match distance {
        Distance::Breaking => breaking(new),
        Distance::Position(position) => position,
    };
    let mut release: Vec<u64> = (0..=position)
        .map(|index| new.release().get(index).copied().unwrap_or_default())
        .collect();
    let number = release.last_mut()?;
    *number = number.checked_add(1)?;
    release.resize(length.max(release.len()), 0);
    Some(Version::new(release).with_epoch(new.epoch()).to_string())
}

/// The first numbers of the release.
fn cut(version: &Version, length: usize) -> String {
    let release = (0..length).map(|index| version.release().get(index).copied().unwrap_or_default());
    Version::new(release).with_epoch(version.epoch()).to_string()
}

/// The version without trailing zeros beyond `length` numbers: a range that said `>=0.1` goes on with `>=0.2`.
fn shortened(version: &Version, length: usize) -> String {
    let is_final = *version == version.only_release().with_epoch(version.epoch());
    let tail = version.release().get(length..).unwrap_or_default();
    if is_final && tail.iter().all(|&number| number == 0) {
        cut(version, length.min(version.release().len()))
    } else {
        version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(text: &str, dialect: Dialect, new: &str) -> String {
        match follow(text, dialect, &new.parse().unwrap()).unwrap() {
            Moved::Stays => "stays".into(),
            Moved::To(text) => text,
            Moved::Unclear => "unclear".into(),
        }
    }

    #[test]
    fn each_form_moves_in_its_own_way() {
        for (old, new, moved) in [
            (">=0.1,<0.2", "0.1.5", "stays"),
            (">=0.1,<0.2", "0.2.0", ">=0.2,<0.3"),
            (">=0.1,<0.2", "0.2.3", ">=0.2.3,<0.3"),
            (">=0.1,<0.2", "1.0.0", ">=1.0,<2"),
            (">=0.1.0, <0.2.0", "0.2.0", ">=0.2.0, <0.3.0"),
            (">= 1.2 , < 2", "1.9.9", "stays"),
            (">= 1.2 , < 2", "2.0.0", ">= 2.0 , < 3"),
            (">=1.2,<1.3", "1.3.0", ">=1.3,<1.4"),
            (">=1.2,<3", "3.1.0", ">=3.1,<4"),
            (">=1,<2", "2.0.0rc1", ">=2.0.0rc1,<3"),
            (">=1,<2,!=1.5", "2.0.0", ">=2,<3,!=1.5"),
            (">1,<2", "2.0.0", ">=2,<3"),
            ("<2", "2.1.0", "<3"),
            ("<=1.9", "2.0.0", "<=2.0.0"),
            ("==1.2.3", "1.2.4", "==1.2.4"),
            ("==1.2.*", "1.3.0", "==1.3.*"),
            ("==1.*", "2.0.0", "==2.*"),
            ("~=1.2", "2.0.0", "~=2.0"),
            ("~=1.2.3", "1.3.0", "~=1.3.0"),
            (">=1", "7.0.0", "stays"),
            ("===1.2", "1.3", "unclear"),
            (">=1!1.0,<1!2", "1!2.0.0", ">=1!2.0,<1!3"),
            ("!=2.0.0", "2.0.0", "unclear"),
        ] {
            assert_eq!(followed(old, Dialect::Pep440, new), moved, "{old} to {new}");
        }
    }

    #[test]
    fn forms_of_poetry_move_too() {
        for (old, new, moved) in [
            ("^0.1", "0.2.0", "^0.2"),
            ("^1.2.3", "1.3.0", "stays"),
            ("^1.2.3", "2.0.0", "^2.0.0"),
            ("~1.2", "1.3.0", "~1.3"),
            ("1.*", "2.0.0", "2.*"),
            ("1.2.3", "1.2.4", "1.2.4"),
            ("*", "2.0.0", "stays"),
            ("^1 || ^2", "3.0.0", "unclear"),
            (">=1.0 <2.0", "2.0.0", ">=2.0 <3.0"),
        ] {
            assert_eq!(followed(old, Dialect::Poetry, new), moved, "{old} to {new}");
        }
    }

    #[test]
    fn what_is_no_range_is_an_error() {
        assert!(follow(">=x", Dialect::Pep440, &"1.0".parse().unwrap()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[<>=!~^0-9.,* |ä]{0,20}") {
            let _ = follow(&text, Dialect::Poetry, &"1.2.3".parse().unwrap());
        }
    }
}
