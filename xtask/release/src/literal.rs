//! The `__version__` that a package says of itself.

use diagnostics::Source;

const NAME: &str = "__version__";

/// Where the text of the literal stands: `__version__ = "1.2"`, alone on a line, with or without an annotation.
pub fn find(source: &Source) -> Option<(std::ops::Range<usize>, &str)> {
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        if let Some((at, value)) = literal(line) {
            return Some((start + at..start + at + value.len(), value));
        }
        start += line.len();
    }
    None
}

fn literal(line: &str) -> Option<(usize, &str)> {
    let rest = line.strip_prefix(NAME)?;
    let (target, value) = rest.split_once('=')?;
    let annotation = target.trim();
    let value = value.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let text = &value[1..];
    if !(annotation.is_empty() || annotation.starts_with(':')) {
        return None;
    }
    let at = line.len() - text.len();
    Some((at, &text[..text.find(quote)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found() {
        for (text, value) in [
            ("\"\"\"Doc.\"\"\"\n\n__version__ = \"1.2\"\n", Some("1.2")),
            ("__version__: str = '1.2'  # here\n", Some("1.2")),
            ("__version__: Final[str]=\"\"", Some("")),
            ("__version__ = version(\"core\")\n", None),
            ("__version__ == \"1.2\"\n", None),
            ("    __version__ = \"1.2\"\n", None),
            ("__version_info__ = \"1.2\"\n", None),
            ("__version__ = \"1.2\n", None),
            ("__version__ = \"ä\"", Some("ä")),
        ] {
            let source = Source::new("a.py", text);
            let found = find(&source);
            assert_eq!(found.as_ref().map(|(_, value)| *value), value, "{text}");
            if let Some((span, value)) = found {
                assert_eq!(&text[span], value);
            }
        }
    }
}
