//! Where a source asks for the metadata of a package, or for the plugins of a group: what only an installed package has.

use std::ops::Range;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A distribution, by its name as written.
    Distribution(String),
    /// The distribution that the module itself is of: `version(__package__)`.
    Itself,
    /// A group of entry points.
    Plugins(String),
}

const CALLS: [&str; 6] = [
    "version(",
    "metadata(",
    "distribution(",
    "requires(",
    "get_distribution(",
    "from_name(",
];
const GROUPS: [&str; 4] = ["group=", "iter_entry_points(", "entry_points()[", "entry_points().get("];

/// Every question, with its place; those that a failure is caught of are left out.
pub(super) fn asked(text: &str) -> Vec<(Asked, Range<usize>)> {
    if !["importlib.metadata", "importlib_metadata", "pkg_resources"]
        .iter()
        .any(|name| text.contains(name))
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for span in python_imports::literals(text) {
        let before = text[..span.start].trim_end_matches(['\'', '"']).trim_end();
        let literal = text[span.clone()].to_owned();
        if GROUPS.iter().any(|call| before.ends_with(call)) {
            found.push((Asked::Plugins(literal), span));
        } else if CALLS.iter().any(|call| before.ends_with(call)) {
            found.push((Asked::Distribution(literal), span));
        }
    }
    for call in CALLS {
        for name in ["__name__)", "__package__)", "__package__ or __name__)"] {
            let asks = format!("{call}{name}");
            found.extend(
                text.match_indices(&asks)
                    .map(|(at, _)| (Asked::Itself, at..at + asks.len())),
            );
        }
    }
    found.retain(|(_, span)| !is_caught(text, span.start));
    found
}

/// Whether a `try` around a line catches that a package is not found.
fn is_caught(text: &str, at: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let before = &text[..text[at..].find('\n').map_or(text.len(), |end| at + end)];
    let mut lines = before.lines().rev();
    let Some(own) = lines.next() else { return false };
    let mut depth = indent(own);
    let mut start = before.len() - own.len();
    for line in lines {
        start = start.saturating_sub(line.len() + 1);
        if line.trim().is_empty() || indent(line) >= depth {
            continue;
        }
        depth = indent(line);
        if line.trim_start().starts_with("try:") && catches(&text[start..], depth) {
            return true;
        }
        if depth == 0 {
            break;
        }
    }
    false
}

/// Whether a handler of the `try` at the start of a text is for packages that are not found.
fn catches(text: &str, depth: usize) -> bool {
    const NAMES: [&str; 6] = [
        "PackageNotFoundError",
        "DistributionNotFound",
        "ModuleNotFoundError",
        "ImportError",
        "Exception",
        "except:",
    ];
    let mut lines = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let mut handlers = Vec::new();
    for line in lines.by_ref() {
        let indent = line.len() - line.trim_start().len();
        if indent < depth {
            break;
        }
        if indent == depth {
            match line.trim_start() {
                line if line.starts_with("except") => handlers.push(line),
                line if line.starts_with("else") || line.starts_with("finally") => {}
                _ => break,
            }
        }
    }
    handlers.iter().any(|line| NAMES.iter().any(|name| line.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<Asked> {
        let text = format!("from importlib.metadata import entry_points, version\n{body}");
        asked(&text).into_iter().map(|(asked, _)| asked).collect()
    }

    #[test]
    fn questions_are_found() {
        let distribution = |name: &str| vec![Asked::Distribution(name.to_owned())];
        assert_eq!(found("V = version('core')\n"), distribution("core"));
        assert_eq!(
            found("def f():\n    return version(\n        \"core\")\n"),
            distribution("core")
        );
        assert_eq!(found("V = version(__package__)\n"), [Asked::Itself]);
        assert_eq!(
            found("for e in entry_points(group=\"core.plugins\"): pass\n"),
            [Asked::Plugins("core.plugins".to_owned())]
        );
        assert_eq!(asked("V = version('core')\n"), []);
    }

    #[test]
    fn what_is_caught_is_left_out() {
        assert_eq!(
            found("try:\n    V = version('core')\nexcept PackageNotFoundError:\n    V = '0'\n"),
            []
        );
        assert_eq!(
            found("try:\n    if x:\n        V = version('core')\nexcept (KeyError, Exception):\n    V = '0'\n"),
            []
        );
        assert_eq!(
            found("try:\n    V = version('core')\nexcept KeyError:\n    V = '0'\n"),
            [Asked::Distribution("core".to_owned())]
        );
        assert_eq!(
            found("try:\n    pass\nexcept ImportError:\n    pass\nV = version('core')\n"),
            [Asked::Distribution("core".to_owned())]
        );
    }
}
