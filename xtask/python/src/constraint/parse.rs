use std::{fmt, ops::Range};

use super::Dialect;
use super::{
    Operator, Pattern, VersionSet, specifier,
    specifier::{caret, tilde},
};

/// Why a constraint cannot be read, and which of its bytes are to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintError {
    /// What is wrong, in one line.
    pub message: String,
    /// The bytes of the constraint that are wrong.
    pub span: Range<usize>,
}

impl VersionSet {
    /// Reads a constraint. Alternatives (`||`), caret and tilde and a bare version are Poetry's; between specifiers stands
    /// a comma, for Poetry also a blank.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, ConstraintError> {
        let mut all = Self::empty();
        let mut start = 0;
        for alternative in text.split('|') {
            let span = start..start + alternative.len();
            start = span.end + 1;
            // `||` and `|` mean the same, so that an empty piece may stand between two bars.
            let between_bars = alternative.is_empty() && span.start > 0 && span.end < text.len();
            if between_bars {
                continue;
            }
            if let (Dialect::Pep440, Some(bar)) = (dialect, text.find('|')) {
                return Err(error("`||` is Poetry's, not part of a PEP 440 specifier", bar..bar + 1));
            }
            all = all.union(&conjunction(text, span, dialect)?);
        }
        Ok(all)
    }
}

fn conjunction(text: &str, span: Range<usize>, dialect: Dialect) -> Result<VersionSet, ConstraintError> {
    let mut set = VersionSet::any();
    let mut rest = span;
    loop {
        rest.start = skip(text, rest.clone(), |c| c == ',' || c.is_whitespace());
        if rest.is_empty() {
            return Ok(set);
        }
        let operator_end = skip(text, rest.clone(), |c| "^~=<>!".contains(c));
        let version_start = skip(text, operator_end..rest.end, char::is_whitespace);
        let version_end = skip(text, version_start..rest.end, |c| c != ',' && !c.is_whitespace());
        let whole = rest.start..version_end;
        let (operator, version) = (
            slice(text, rest.start..operator_end),
            slice(text, version_start..version_end),
        );
        set = set.intersection(&single(operator, version, dialect, whole)?);
        rest.start = version_end;
    }
}

fn single(operator: &str, version: &str, dialect: Dialect, whole: Range<usize>) -> Result<VersionSet, ConstraintError> {
    let poetry_only = matches!(operator, "" | "=" | "^" | "~");
    if poetry_only && dialect == Dialect::Pep440 {
        let found = if operator.is_empty() {
            "a bare version".to_owned()
        } else {
            format!("`{operator}`")
        };
        return Err(error(
            format!("{found} is Poetry's, not part of a PEP 440 specifier"),
            whole,
        ));
    }
    if operator.is_empty() && is_wildcard(version) {
        return Ok(VersionSet::any());
    }
    let Some(pattern) = Pattern::parse(version) else {
        let message = if version.is_empty() {
            format!("a version has to follow `{operator}`")
        } else {
            format!("`{version}` is not a version (PEP 440)")
        };
        return Err(error(message, whole));
    };
    let set = match operator {
        "^" | "~" if pattern.wildcard => None,
        "^" => caret(pattern.version),
        "~" => tilde(pattern.version),
        // Poetry reads `~=1` as `>=1,<2`, which PEP 440 does not allow.
        "~=" if pattern.version.release().len() == 1 && !pattern.wildcard && dialect == Dialect::Poetry => {
            tilde(pattern.version)
        }
        // Poetry also takes `>=5.3.*` and `<5.3.*`, where the wildcard adds nothing.
        ">=" | "<" if pattern.wildcard && dialect == Dialect::Poetry => {
            let pattern = Pattern {
                wildcard: false,
                ..pattern
            };
            operator_of(operator).and_then(|operator| specifier(operator, pattern))
        }
        _ => match operator_of(operator) {
            Some(operator) => specifier(operator, pattern),
            None => return Err(error(format!("`{operator}` is not a version operator"), whole)),
        },
    };
    set.ok_or_else(|| error(format!("`{operator}{version}` has no meaning (PEP 440)"), whole))
}

fn operator_of(text: &str) -> Option<Operator> {
    Some(match text {
        "" | "=" | "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterEqual,
        "~=" => Operator::Compatible,
        "===" => Operator::Arbitrary,
        _ => return None,
    })
}

/// `*`, `x`, `*.*`.
fn is_wildcard(version: &str) -> bool {
    version.split('.').all(|part| matches!(part, "*" | "x" | "X"))
}

fn skip(text: &str, within: Range<usize>, belongs: impl Fn(char) -> bool) -> usize {
    let tail = slice(text, within.clone());
    within.start + tail.find(|c| !belongs(c)).unwrap_or(tail.len())
}

fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

fn error(message: impl Into<String>, span: Range<usize>) -> ConstraintError {
    ConstraintError {
        message: message.into(),
        span,
    }
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
