//! The ignore file of a build: what never reaches the builder (moby's `patternmatcher`).

use diagnostics::{Place, Source};
use formats::{IgnorePattern, decisive};
use repo::RepoPath;
use repo::Root;

/// A `.dockerignore`, with the rules of Docker.
#[derive(Debug, Default)]
pub struct Ignore {
    /// Where it lies; `None` where there is none.
    pub path: Option<RepoPath>,
    patterns: Vec<IgnorePattern>,
    /// Where each of these is written.
    places: Vec<Place>,
}

impl Ignore {
    /// The file of this Dockerfile alone, or that of the whole context.
    pub fn of(root: &Root, dockerfile: &RepoPath, context: &RepoPath) -> Self {
        let own = RepoPath::parse(&format!("{dockerfile}.dockerignore"));
        let mut paths = own.into_iter().chain([context.child(".dockerignore")]);
        let source = paths.find_map(|path| root.source_if_present(&path).ok()?);
        source.map_or_else(Self::default, |source| Self::read(&source))
    }

    /// Reads the patterns; one that is not a pattern of Docker is left out.
    pub fn read(source: &Source) -> Self {
        let mut ignore = Self {
            path: RepoPath::parse(source.path()),
            ..Self::default()
        };
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            let text = line.trim().trim_start_matches('\u{feff}');
            if text.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(pattern) = IgnorePattern::parse(text) {
                ignore.patterns.push(pattern);
                ignore.places.push(source.place(start..start + line.trim_end().len()));
            }
        }
        ignore
    }

    /// The pattern that keeps a path of the context out: the last one that matches it or a folder above it decides.
    pub fn excludes(&self, path: &str) -> Option<&Place> {
        self.places.get(decisive(&self.patterns, path)?)
    }

    /// As `excludes`, of a folder and everything in it: no exception lets a part of it in.
    pub fn excludes_all(&self, path: &str) -> Option<&Place> {
        let below = format!("{path}/");
        let mut exceptions = self.patterns.iter().filter(|pattern| pattern.is_exception());
        let lets_in = exceptions.any(|pattern| {
            let text = pattern.as_str();
            text.starts_with(&below) || text.starts_with('*')
        });
        self.excludes(path).filter(|_| !lets_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_decides() {
        let text = "# all\n*\n!services/web\n!libs/core/src\n**/__pycache__\n/services/web/*.lock\n";
        let ignore = Ignore::read(&Source::new(".dockerignore", text));
        for (path, is_out) in [
            ("libs/other", true),
            ("services/web", false),
            ("services/web/src/web/main.py", false),
            ("services/web/src/__pycache__/x.pyc", true),
            ("services/web/poetry.lock", true),
            ("libs/core", true),
            ("libs/core/src/core", false),
        ] {
            assert_eq!(ignore.excludes(path).is_some(), is_out, "{path}");
        }
        assert!(ignore.excludes_all("libs/core").is_none());
        assert!(ignore.excludes_all("libs/other").is_some());
    }
}
