//! Commands whose failure does not end the script: nobody notices that they did not do what they were to do.

use std::ops::Range;

use super::tree::{Command, Item, Joined, List};

/// What ends a script at the first command that fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strictness {
    /// `set -e`
    pub ends_on_failure: bool,
    /// `set -o pipefail`
    pub heeds_pipes: bool,
}

/// They succeed, and mend nothing.
const IDLE: [&str; 6] = ["true", ":", "echo", "printf", "exit", "logger"];

impl Strictness {
    /// By the words of a shell or of `set`: `-euo pipefail`.
    pub fn said<'a>(mut self, words: impl Iterator<Item = &'a str>) -> Self {
        let mut is_option = false;
        for word in words {
            let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
            match (word, letters) {
                ("pipefail", _) if is_option => self.heeds_pipes = true,
                ("errexit", _) if is_option => self.ends_on_failure = true,
                (_, Some(letters)) => self.ends_on_failure |= letters.contains('e'),
                (_, None) => {}
            }
            is_option = letters.is_some_and(|letters| letters.ends_with('o'));
        }
        self
    }
}

/// The simple commands of a text whose failure is not seen, by their bytes.
pub fn of(text: &str, list: &List, strictness: Strictness) -> Vec<Range<usize>> {
    let mut walk = Walk {
        text,
        strictness,
        found: Vec::new(),
    };
    walk.list(list, true);
    walk.found
}

struct Walk<'a> {
    text: &'a str,
    strictness: Strictness,
    found: Vec<Range<usize>>,
}

impl Walk<'_> {
    /// `is_heeded`: whoever runs the list sees how it ends.
    fn list(&mut self, list: &List, is_heeded: bool) {
        let mut start = 0;
        while start < list.len() {
            let rest = &list[start + 1..];
            let more = rest.iter().take_while(|item| item.joined != Joined::Then).count();
            let end = start + 1 + more;
            self.chain(&list[start..end], is_heeded && end == list.len());
            start = end;
        }
    }

    /// Commands with `&&` and `||` between them.
    fn chain(&mut self, chain: &[Item], is_heeded: bool) {
        // Of each, what is run where it fails: the next command behind a `||`.
        let mut answers: Vec<Option<&Item>> = Vec::with_capacity(chain.len());
        let mut answer = None;
        for item in chain.iter().rev() {
            answers.push(answer);
            if item.joined == Joined::Or {
                answer = Some(item);
            }
        }
        for (at, (item, answer)) in chain.iter().zip(answers.into_iter().rev()).enumerate() {
            let is_last = at + 1 == chain.len();
            // A shell that ends on failure does so for the last command of a chain.
            let is_seen = is_heeded || (self.strictness.ends_on_failure && is_last);
            let is_answered = answer.is_some();
            let is_hidden = answer.is_some_and(|answer| self.is_idle(answer));
            self.item(
                item,
                (is_seen || is_answered) && !is_hidden && !item.is_negated,
                item.is_negated,
            );
        }
    }

    fn item(&mut self, item: &Item, is_heeded: bool, is_negated: bool) {
        let Some((last, before)) = item.pipeline.split_last() else {
            return;
        };
        if is_negated {
            return;
        }
        for command in before {
            self.command(command, is_heeded && self.strictness.heeds_pipes);
        }
        self.command(last, is_heeded);
    }

    fn command(&mut self, command: &Command, is_heeded: bool) {
        match command {
            Command::Simple { words, span, .. } => {
                let mut said = words.iter().map(|word| &self.text[word.clone()]);
                if said.next() == Some("set") {
                    self.strictness = self.strictness.said(said);
                } else if !is_heeded {
                    self.found.push(span.clone());
                }
            }
            Command::Group(list) => self.list(list, is_heeded),
            Command::Subshell(list) => {
                let before = self.strictness;
                self.list(list, is_heeded);
                self.strictness = before;
            }
            Command::If { branches, otherwise } => {
                for (_, body) in branches {
                    self.list(body, is_heeded);
                }
                self.list(otherwise, is_heeded);
            }
            Command::Case { arms, .. } => arms.iter().for_each(|(_, body)| self.list(body, is_heeded)),
            // What is tried again and again is heeded by whoever wrote the loop; functions, where they are called.
            Command::Loop { .. } | Command::For { .. } | Command::Function { .. } => {}
        }
    }

    /// Whether a command only lets the script go on.
    fn is_idle(&self, item: &Item) -> bool {
        let is_idle = |command: &Command| match command {
            Command::Simple { words, .. } => {
                let mut words = words.iter().map(|word| &self.text[word.clone()]);
                let first = words.next().unwrap_or_default();
                IDLE.contains(&first) && (first != "exit" || matches!(words.next(), Some("0")))
            }
            Command::Group(list) | Command::Subshell(list) => list.iter().all(|item| self.is_idle(item)),
            Command::If { .. }
            | Command::Loop { .. }
            | Command::For { .. }
            | Command::Case { .. }
            | Command::Function { .. } => false,
        };
        !item.is_negated && item.pipeline.iter().all(is_idle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::unheeded;

    fn found(text: &str, strictness: Strictness) -> Vec<&str> {
        unheeded(text, strictness).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn failures_that_nobody_sees_are_told() {
        for (text, expected) in [
            ("a && b", &[][..]),
            ("a || true", &["a"]),
            ("a && b || echo no", &["a", "b"]),
            ("a || exit 1", &[]),
            ("a || { echo no && true; }", &["a"]),
            ("a || b", &[]),
            ("a; b", &["a"]),
            ("a && b; c", &["a", "b"]),
            ("set -e; a; b", &[]),
            ("set -ex\na && b\nc", &["a"]),
            ("a | tee x", &["a"]),
            ("set -o pipefail; a | tee x", &[]),
            ("{ a || true; } && b", &["a"]),
            ("(a; b)", &["a"]),
            ("if a; then b; fi", &[]),
            ("! a", &[]),
            ("until a; do sleep 1; done", &[]),
            ("for i in 1 2; do a && break; done", &[]),
        ] {
            assert_eq!(found(text, Strictness::default()), expected, "{text}");
        }
        let bash = Strictness::default().said(["-euo", "pipefail", "-c"].into_iter());
        assert_eq!(
            bash,
            Strictness {
                ends_on_failure: true,
                heeds_pipes: true
            }
        );
        assert!(found("a | b; c", bash).is_empty());
    }
}
