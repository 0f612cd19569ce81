//! What `test`, `[ … ]` and `[[ … ]]` come to, where that depends on known words alone.

use super::Word;

/// `None` where it cannot be told: a word is not known, or a file is asked for.
pub fn holds(words: &[Word]) -> Option<bool> {
    let words = match words.split_first()? {
        (open, rest) if matches!(open.text.as_str(), "[" | "[[") => rest.split_last()?.1,
        (_, rest) => rest,
    };
    any(words)
}

fn any(words: &[Word]) -> Option<bool> {
    let mut result = Some(false);
    for part in words.split(|word| matches!(word.text.as_str(), "-o" | "||")) {
        match all(part) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

fn all(words: &[Word]) -> Option<bool> {
    let mut result = Some(true);
    for part in words.split(|word| matches!(word.text.as_str(), "-a" | "&&")) {
        match one(part) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

fn one(words: &[Word]) -> Option<bool> {
    if let [not, rest @ ..] = words
        && not.text == "!"
        && !rest.is_empty()
    {
        return one(rest).map(|holds| !holds);
    }
    if words.iter().any(|word| !word.is_clear) {
        return None;
    }
    let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    match words.as_slice() {
        [] => Some(false),
        [word] => Some(!word.is_empty()),
        ["-n", word] => Some(!word.is_empty()),
        ["-z", word] => Some(word.is_empty()),
        [left, "=" | "==", right] => Some(is_like(left, right)),
        [left, "!=", right] => Some(!is_like(left, right)),
        [left, operator, right] => {
            let (left, right): (i64, i64) = (left.parse().ok()?, right.parse().ok()?);
            Some(match *operator {
                "-eq" => left == right,
                "-ne" => left != right,
                "-gt" => left > right,
                "-ge" => left >= right,
                "-lt" => left < right,
                "-le" => left <= right,
                _ => return None,
            })
        }
        [..] => None,
    }
}

/// Whether a word is as a pattern of the shell says.
pub fn is_like(word: &str, pattern: &str) -> bool {
    if pattern.contains(['*', '?', '[']) {
        glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches(word))
    } else {
        word == pattern
    }
}
