//! How a line falls into words: flags, words with quotes, and JSON arrays (BuildKit's `line_parsers.go`, `split_command.go`).

use std::ops::Range;

/// The words of a text, quotes and escapes kept as written.
pub fn quoted_words(text: &str, escape: char) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let (mut start, mut quote) = (None, None);
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match quote {
            None if character.is_whitespace() => {
                words.extend(start.take().map(|start| start..at));
                continue;
            }
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None if character == escape => drop(characters.next()),
            Some('"') if character == escape => drop(characters.next()),
            Some(open) if character == open => quote = None,
            Some(_) | None => {}
        }
        start.get_or_insert(at);
    }
    words.extend(start.map(|start| start..text.len()));
    words
}

/// The words of a text that knows no quotes.
pub fn plain_words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() {
            words.extend(start.take().map(|start| start..at));
        } else {
            start.get_or_insert(at);
        }
    }
    words.extend(start.map(|start| start..text.len()));
    words
}

/// The flags at the head of a text, with the quotes taken off, and where the rest starts.
pub fn flags(text: &str) -> (Vec<(Range<usize>, String)>, usize) {
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let start = at + (rest.len() - rest.trim_start().len());
        if !text[start..].starts_with("--") {
            return (flags, start);
        }
        let (word, end) = flag(text, start);
        if word == "--" {
            return (flags, end);
        }
        flags.push((start..end, word));
        at = end;
    }
}

fn flag(text: &str, start: usize) -> (String, usize) {
    let (mut word, mut quote) = (String::new(), None);
    let mut characters = text[start..].char_indices();
    while let Some((at, character)) = characters.next() {
        match quote {
            None if character.is_whitespace() => return (word, start + at),
            None if matches!(character, '"' | '\'') => quote = Some(character),
            Some(open) if character == open => quote = None,
            // Here it is always the backslash, whatever the directive says.
            Some(_) | None if character == '\\' => word.extend(characters.next().map(|(_, next)| next)),
            Some(_) | None => word.push(character),
        }
    }
    (word, text.len())
}

/// A JSON array of strings, each with its place in the text. `None` where it is not one: then it is a shell command.
pub fn json_words(text: &str) -> Option<Vec<(Range<usize>, String)>> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let words: Vec<String> = serde_json::from_str(text.trim()).ok()?;
    let mut spans = Vec::new();
    let (mut start, mut escaped) = (None, false);
    for (at, byte) in text.bytes().enumerate() {
        match (start, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), b'"') => {
                spans.push(open..at + 1);
                start = None;
            }
            (None, b'"') => start = Some(at),
            (Some(_) | None, _) => {}
        }
    }
    Some(spans.into_iter().zip(words).collect())
}

/// A heredoc that a word opens: `<<EOF`, `3<<-"EOF"`.
pub fn heredoc(word: &str) -> Option<(String, bool)> {
    let rest = word
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .strip_prefix("<<")?;
    let (rest, chomp) = match rest.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let name: String = rest.chars().filter(|c| !matches!(c, '"' | '\'')).collect();
    (!name.is_empty() && !rest.contains('<')).then_some((name, chomp))
}
