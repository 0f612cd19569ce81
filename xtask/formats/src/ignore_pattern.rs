//! One pattern of a `.dockerignore`, matched as Docker does (moby's `patternmatcher`).

/// A pattern that keeps paths out of a build, or lets them in again.
#[derive(Debug)]
pub struct IgnorePattern {
    text: String,
    is_exception: bool,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// `*`, as in most files that list what is let in.
    Everything,
    /// The text is literal.
    Plain,
    /// `**/NAME`: what it names, in any folder.
    Anywhere(glob::Pattern),
    Glob(glob::Pattern),
}

const OPTIONS: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl IgnorePattern {
    /// `None` where Docker does not accept it.
    pub fn parse(text: &str) -> Option<Self> {
        let (text, is_exception) = match text.strip_prefix('!') {
            Some(rest) => (rest.trim(), true),
            None => (text, false),
        };
        let text = text.trim_start_matches("./").trim_matches('/');
        let is_glob = |text: &str| text.contains(['*', '?', '[']);
        let name = text.strip_prefix("**/");
        let name = name.filter(|name| !name.is_empty() && !name.contains(['/', '\\']) && !name.contains("**"));
        let kind = match name {
            _ if text == "*" => Kind::Everything,
            _ if !is_glob(text) => Kind::Plain,
            Some(name) => Kind::Anywhere(glob::Pattern::new(name).ok()?),
            None => Kind::Glob(glob::Pattern::new(text).ok()?),
        };
        let text = text.to_owned();
        Some(Self {
            text,
            is_exception,
            kind,
        })
    }

    /// Whether it lets in what it matches: it is written behind a `!`.
    pub fn is_exception(&self) -> bool {
        self.is_exception
    }

    /// The pattern without what makes no difference: a leading `./`, and slashes at its ends.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches a path of the context, or a folder above it.
    fn matches(&self, path: &str) -> bool {
        match &self.kind {
            Kind::Everything => true,
            Kind::Plain => {
                let rest = path.strip_prefix(&self.text);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            Kind::Anywhere(name) => path.split('/').any(|part| name.matches_with(part, OPTIONS)),
            Kind::Glob(glob) => {
                let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
                ends.into_iter().any(|end| glob.matches_with(&path[..end], OPTIONS))
            }
        }
    }
}

/// The pattern that keeps a path of the context out, by its number: the last one that matches it or a folder above it decides.
pub fn decisive(patterns: &[IgnorePattern], path: &str) -> Option<usize> {
    let mut found = None;
    for (at, pattern) in patterns.iter().enumerate() {
        if (found.is_some() == pattern.is_exception) && pattern.matches(path) {
            found = (!pattern.is_exception).then_some(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the pattern as a whole says, of the path and of every folder above it.
    fn by_its_whole(pattern: &str, path: &str) -> bool {
        let glob = glob::Pattern::new(pattern).unwrap();
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.into_iter().any(|end| glob.matches_with(&path[..end], OPTIONS))
    }

    #[test]
    fn short_ways_say_what_the_whole_pattern_says() {
        let paths = [
            "a",
            "a.py",
            "x/a.pyc",
            ".git/a",
            "x/__pycache__/y/z",
            "x/y/.a.pyo",
            "__pycache__",
        ];
        for pattern in [
            "*",
            "a",
            "x/y",
            "**/__pycache__",
            "**/*.py[co]",
            "**/.*",
            "**/?",
            "**/x",
        ] {
            let read = IgnorePattern::parse(pattern).unwrap();
            for path in paths {
                assert_eq!(read.matches(path), by_its_whole(pattern, path), "{pattern} of {path}");
            }
        }
    }

    #[test]
    fn others_are_matched_as_a_whole() {
        for (pattern, path, is_out) in [
            ("libs/*/tests", "libs/core/tests/test_x.py", true),
            ("libs/*/tests", "libs/core/src/tests", false),
            ("**/tests/**", "a/tests/b", true),
            ("**/a/b", "x/a/b/c", true),
            ("./libs/", "libs/core", true),
            ("libs", "libs2", false),
        ] {
            assert_eq!(
                IgnorePattern::parse(pattern).unwrap().matches(path),
                is_out,
                "{pattern} of {path}"
            );
        }
        assert!(IgnorePattern::parse("a[").is_none());
    }
}
