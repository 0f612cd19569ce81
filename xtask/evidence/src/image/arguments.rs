//! Words with the variables in place, and what `ARG` says before the first `FROM`.

use std::collections::BTreeMap;

use diagnostics::{Located, Problem};
use formats::dockerfile::{Arguments, Dockerfile, expand};
use formats::growth::TooLong;

/// What `ARG` says before the first `FROM`.
pub fn globals(
    dockerfile: &Dockerfile,
    arguments: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, String> {
    let mut globals = BTreeMap::new();
    for statement in &dockerfile.global {
        let Arguments::Words(words) = &statement.arguments else {
            continue;
        };
        for word in words {
            let (name, default) = match word.value.split_once('=') {
                Some((name, text)) => {
                    let text = Located {
                        value: text.to_owned(),
                        place: word.place.clone(),
                    };
                    (name, Some(expanded(&text, dockerfile.escape, &globals, problems).value))
                }
                None => (word.value.as_str(), None),
            };
            if let Some(value) = arguments.get(name).cloned().or(default) {
                globals.insert(name.to_owned(), value);
            }
        }
    }
    globals
}

/// A word with the variables in place. One that cannot be read is reported, and stays as written.
pub fn expanded(
    word: &Located<String>,
    escape: char,
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) -> Located<String> {
    match expand(&word.value, escape, variables) {
        Ok(expansion) => word.clone().map(|_| expansion.text),
        // What is too much is said once: all that is based on it is too.
        Err(unreadable) if unreadable.0 == TooLong::WHAT && problems.iter().any(is_too_long) => word.clone(),
        Err(unreadable) => {
            problems.push(Problem::error(format!("cannot read this word: {}", unreadable.0)).at(word.place.clone()));
            word.clone()
        }
    }
}

fn is_too_long(problem: &Problem) -> bool {
    problem.message.ends_with(TooLong::WHAT)
}
