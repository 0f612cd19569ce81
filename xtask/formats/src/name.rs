use std::fmt;

/// A distribution name, normalised: lower case, runs of `-`, `_` and `.` as one `-` (PEP 503).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);

impl PackageName {
    /// `None` when the text is not a valid name (PEP 508: ASCII letters, digits, `-`, `_`, `.`; first and last a letter or digit).
    pub fn parse(text: &str) -> Option<Self> {
        let valid = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        let bounded = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        if !valid || !bounded(text.bytes().next()) || !bounded(text.bytes().last()) {
            return None;
        }
        let mut name = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '-' | '_' | '.' if name.ends_with('-') => {}
                '-' | '_' | '.' => name.push('-'),
                _ => name.push(character.to_ascii_lowercase()),
            }
        }
        Some(Self(name))
    }

    /// The normalised name (PEP 503).
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name that Python imports: `rag-core-lib` is imported as `rag_core_lib`.
    pub fn module(&self) -> String {
        self.0.replace('-', "_")
    }
}

/// A name of a group or an extra, normalised as a distribution's (PEP 685, PEP 735); what is not a valid name is only lowered.
pub fn normalised(name: &str) -> String {
    PackageName::parse(name).map_or_else(|| name.to_ascii_lowercase(), |name| name.to_string())
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised() {
        for (text, name) in [("Rag.Core__Lib", "rag-core-lib"), ("a", "a"), ("A-_-b", "a-b")] {
            assert_eq!(
                PackageName::parse(text).map(|name| name.to_string()).as_deref(),
                Some(name)
            );
        }
        for text in ["", "-a", "a-", "a b", "ä", "a/b"] {
            assert_eq!(PackageName::parse(text), None, "{text}");
        }
    }
}
