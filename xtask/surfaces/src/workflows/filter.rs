//! Path filters: which files of a change a workflow, or a step of it, looks at.

use diagnostics::{Place, Problem, Source};
use formats::yaml::{self, Node};

/// A filter of paths.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of which event, or the name that a step gives it.
    pub name: String,
    /// Whether it decides about the workflow or about steps of it.
    pub kind: Kind,
    /// Its patterns.
    pub patterns: Patterns,
    /// Where it is written.
    pub place: Place,
}

/// Where a filter of paths is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `paths` of an event: the whole workflow.
    Event,
    /// One of the filters of dorny/paths-filter, by its step: what depends on it is not known.
    Step(usize),
}

/// Patterns in their order: a later one has the last word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns {
    texts: Vec<String>,
    /// Whether what matches is left out, as `paths-ignore` says.
    pub is_ignored: bool,
}

impl Patterns {
    /// Whether one of them names this folder, or something in it, in so many words.
    pub fn name(&self, folder: &str) -> bool {
        let literal = |text: &String| {
            let end = text.find(['*', '?', '[', '{']).unwrap_or(text.len());
            format!("{}/", text[..end].trim_end_matches('/'))
        };
        let mut texts = self.texts.iter().filter(|text| !text.starts_with('!')).map(literal);
        !self.is_ignored && texts.any(|text| text.starts_with(&format!("{folder}/")))
    }

    /// Whether a changed file is looked at.
    pub fn hold(&self, path: &str) -> bool {
        let mut holds = false;
        for text in &self.texts {
            match text.strip_prefix('!') {
                Some(text) if matches(text, path, Stars::InFolder) => holds = false,
                None if matches(text, path, Stars::InFolder) => holds = true,
                Some(_) | None => {}
            }
        }
        holds != self.is_ignored
    }
}

/// The filters of the events that start a workflow.
pub fn of_events(workflow: &Node) -> Vec<Filter> {
    // YAML 1.1 reads the key `on` as true; its text is the same.
    let events = workflow.get("on").map(Node::entries).unwrap_or_default();
    let filters = events.iter().flat_map(|(event, settings)| {
        let of_key = |key: &str, is_ignored: bool| {
            let node = settings.get(key)?;
            Some(Filter {
                name: event.text().unwrap_or_default().to_owned(),
                kind: Kind::Event,
                patterns: Patterns {
                    texts: texts(node),
                    is_ignored,
                },
                place: node.place(),
            })
        };
        of_key("paths", false).into_iter().chain(of_key("paths-ignore", true))
    });
    filters.collect()
}

/// The filters of dorny/paths-filter among the steps of a job.
pub fn of_steps(job: &Node, problems: &mut Vec<Problem>) -> Vec<Filter> {
    let steps = job.get("steps").map(Node::items).unwrap_or_default().iter().enumerate();
    let mut found = Vec::new();
    for (index, step) in steps {
        let action = step.get("uses").and_then(Node::text).unwrap_or_default();
        let Some(filters) = step
            .at(&["with", "filters"])
            .filter(|_| action.starts_with("dorny/paths-filter@"))
        else {
            continue;
        };
        let text = filters.text().unwrap_or_default();
        // A text in a text: places are those of the whole.
        let mut wrong = Vec::new();
        let documents = yaml::read(&Source::new("filters", text), &mut wrong);
        if !wrong.is_empty() {
            problems.push(Problem::error("the filters of this step are not YAML").at(filters.place()));
        }
        let entries = documents.first().map(Node::entries).unwrap_or_default();
        found.extend(entries.iter().map(|(name, patterns)| Filter {
            name: name.text().unwrap_or_default().to_owned(),
            kind: Kind::Step(index),
            patterns: Patterns {
                texts: texts(patterns),
                is_ignored: false,
            },
            place: place_of(name.text().unwrap_or_default(), filters),
        }));
    }
    found
}

/// Where the text of the filters names one.
fn place_of(name: &str, filters: &Node) -> Place {
    let place = filters.place();
    let Some((source, span)) = place.text() else {
        return place;
    };
    let mut lines = source.text()[span.clone()].split_inclusive('\n');
    let mut at = span.start;
    let line = lines.find(|line| {
        let is_named = line
            .trim_start()
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(':'));
        at += if is_named {
            line.len() - line.trim_start().len()
        } else {
            line.len()
        };
        is_named
    });
    match line.filter(|_| !name.is_empty()) {
        Some(_) => source.place(at..at + name.len()),
        None => place,
    }
}

/// One pattern or several; behind a kind of change too, and in lists of lists, which anchors make.
fn texts(node: &Node) -> Vec<String> {
    if let Some(text) = node.text() {
        return vec![text.to_owned()];
    }
    let of_kinds = node.entries().iter().map(|(_, patterns)| patterns);
    node.items().iter().chain(of_kinds).flat_map(texts).collect()
}

/// How far a single star reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stars {
    /// To the next `/`; two reach further.
    InFolder,
    /// As far as it can: it stands for what is not known.
    Anything,
}

/// Whether a path matches a pattern of GitHub: `*`, `**`, `[…]`, and `?`, which here is any one character.
pub fn matches(pattern: &str, path: &str, stars: Stars) -> bool {
    // Up to the first of these a pattern says what it means, which is all of it in most, and enough to turn most away.
    let plain = pattern.find(['*', '?', '[', '\\']).unwrap_or(pattern.len());
    let (plain, pattern) = pattern.split_at(plain);
    let Some(path) = path.strip_prefix(plain) else {
        return false;
    };
    if pattern.is_empty() {
        return path.is_empty();
    }
    let mut matcher = Matcher {
        path: path.as_bytes(),
        stars,
        failed: vec![false; (pattern.len() + 1) * (path.len() + 1)],
    };
    matcher.matches(pattern.as_bytes(), 0)
}

/// Whether a text with `*` for what only a run can tell may be that text.
pub fn is_like(text: &str, other: &str) -> bool {
    text.contains('*') && matches(text, other, Stars::Anything)
}

struct Matcher<'a> {
    path: &'a [u8],
    stars: Stars,
    /// Where what is left of the pattern does not match what is left of the path, so that nothing is tried twice.
    failed: Vec<bool>,
}

impl Matcher<'_> {
    fn matches(&mut self, pattern: &[u8], at: usize) -> bool {
        let key = pattern.len() * (self.path.len() + 1) + at;
        if self.failed[key] {
            return false;
        }
        let matches = self.tries(pattern, at);
        self.failed[key] = !matches;
        matches
    }

    fn tries(&mut self, pattern: &[u8], at: usize) -> bool {
        let end = self.path.len();
        let next = self.path.get(at).copied();
        match pattern {
            [] => next.is_none(),
            // In the middle it may stand for no folder at all.
            [b'*', b'*', b'/', rest @ ..] => {
                self.matches(rest, at)
                    || (at..end).any(|index| self.path[index] == b'/' && self.matches(rest, index + 1))
            }
            [b'*', b'*', rest @ ..] => (at..=end).any(|index| self.matches(rest, index)),
            [b'*', rest @ ..] => {
                let folder = self.path[at..].iter().position(|byte| *byte == b'/');
                let reach = match self.stars {
                    Stars::Anything => end,
                    Stars::InFolder => folder.map_or(end, |length| at + length),
                };
                (at..=reach).any(|index| self.matches(rest, index))
            }
            [b'?', rest @ ..] => next.is_some_and(|byte| byte != b'/') && self.matches(rest, at + 1),
            [b'[', rest @ ..] if rest.contains(&b']') => {
                let close = rest.iter().position(|byte| *byte == b']').unwrap_or(0);
                next.is_some_and(|byte| in_set(&rest[..close], byte)) && self.matches(&rest[close + 1..], at + 1)
            }
            [b'\\', byte, rest @ ..] | [byte, rest @ ..] => next == Some(*byte) && self.matches(rest, at + 1),
        }
    }
}

fn in_set(set: &[u8], byte: u8) -> bool {
    match set {
        [from, b'-', to, rest @ ..] => (*from..=*to).contains(&byte) || in_set(rest, byte),
        [one, rest @ ..] => *one == byte || in_set(rest, byte),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_github_reads_them() {
        let is = |pattern: &str, path: &str| matches(pattern, path, Stars::InFolder);
        for (pattern, path) in [
            ("libs/**", "libs/a/b.py"),
            ("**", "a/b"),
            ("*", "README.md"),
            ("**/poetry.lock", "poetry.lock"),
            ("**/poetry.lock", "libs/a/poetry.lock"),
            ("libs/*/src/**", "libs/a/src/b.py"),
            ("**.py", "a/b.py"),
            ("lib[a-s]/x", "libs/x"),
        ] {
            assert!(is(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("*", "a/b"),
            ("libs/*", "libs/a/b"),
            ("libs", "libs/a"),
            ("libs/**", "lib/a"),
            ("*.py", "a/b.py"),
        ] {
            assert!(!is(pattern, path), "{pattern} {path}");
        }
        assert!(matches(
            "services/*/Dockerfile",
            "services/web/Dockerfile",
            Stars::Anything
        ));
        assert!(!is(&"*a".repeat(40), &"a".repeat(39)));
        assert!(matches("*", "services/web/Dockerfile", Stars::Anything));
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        let patterns = |texts: &[&str], is_ignored| Patterns {
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
            is_ignored,
        };
        let some = patterns(&["libs/**", "!libs/a/**", "libs/a/src/**"], false);
        assert!(some.hold("libs/b/x") && !some.hold("libs/a/x") && some.hold("libs/a/src/x") && !some.hold("x"));
        assert!(some.name("libs/a") && !some.name("libs/b") && patterns(&["libs/b"], false).name("libs/b"));
        let ignored = patterns(&["docs/**"], true);
        assert!(ignored.hold("libs/b") && !ignored.hold("docs/b"));
    }
}
