//! What precedes a program: assignments, and programs that only run another.

use super::{Word, expand::assignment};

/// Words that run the command behind them, and their options that take a value.
const WRAPPERS: [(&str, &[&str]); 9] = [
    ("exec", &["-a"]),
    ("sudo", &["-u", "-g", "--user", "--group"]),
    ("command", &[]),
    ("env", &["-u", "--unset", "-C", "--chdir"]),
    ("nice", &["-n"]),
    ("nohup", &[]),
    ("time", &[]),
    ("timeout", &["-s", "-k"]),
    ("xargs", &["-n", "-I", "-L", "-P", "-a", "-d"]),
];

/// Takes off what precedes the program: assignments, which are returned, and programs that only run another.
pub fn unwrap(words: &mut Vec<Word>) -> Vec<(String, Option<String>)> {
    let mut assigned = Vec::new();
    let mut at = 0;
    let mut is_open = false;
    while let Some(word) = words.get(at) {
        if let Some((name, value)) = assignment(&word.text) {
            assigned.push((name.to_owned(), word.is_clear.then(|| value.to_owned())));
            at += 1;
            continue;
        }
        let Some((name, valued)) = WRAPPERS.iter().find(|(name, _)| *name == word.text) else {
            break;
        };
        // `command -v` asks, and runs nothing.
        if words
            .get(at + 1)
            .is_some_and(|next| *name == "command" && next.text.starts_with('-'))
        {
            break;
        }
        is_open |= *name == "xargs";
        at += 1;
        while let Some(option) = words.get(at).filter(|word| word.text.starts_with('-')) {
            at += if valued.contains(&option.text.as_str()) { 2 } else { 1 };
        }
        if *name == "timeout" {
            at += 1;
        }
    }
    words.drain(..at.min(words.len()));
    // What it reads is put behind, and nobody knows what that is.
    if is_open && let Some(last) = words.last().cloned() {
        words.push(Word {
            text: String::new(),
            is_clear: false,
            ..last
        });
    }
    assigned
}
