//! Substitution of `$NAME`, `${NAME:-else}` and the like, and the removal of quotes (BuildKit's `shell/lex.go`).

use std::{collections::BTreeMap, iter::Peekable, str::Chars};

use crate::growth::{self, LONGEST, TooLong};

/// What a word comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// The expanded text.
    pub text: String,
    /// Variables that it names and that have no value, so that nothing is in their place.
    pub unset: Vec<String>,
}

/// Why a word cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl From<TooLong> for Unreadable {
    fn from(_: TooLong) -> Self {
        Self(TooLong::WHAT.into())
    }
}

/// Expands a word. `Err` where it is malformed, or uses a form that is not understood.
pub fn expand(word: &str, escape: char, variables: &BTreeMap<String, String>) -> Result<Expansion, Unreadable> {
    let mut lexer = Lexer {
        rest: word.chars().peekable(),
        escape,
        variables,
        unset: Vec::new(),
        depth: 0,
    };
    let text = lexer.until(None)?;
    Ok(Expansion {
        text,
        unset: lexer.unset,
    })
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    escape: char,
    variables: &'a BTreeMap<String, String>,
    unset: Vec<String>,
    depth: usize,
}

/// Nobody writes more `${A:-${B:-…}}`, and each level takes stack.
const DEEPEST: usize = 60;

impl Lexer<'_> {
    /// Up to an unquoted character, which is taken, or to the end.
    fn until(&mut self, stop: Option<char>) -> Result<String, Unreadable> {
        let mut text = String::new();
        while let Some(character) = self.rest.next() {
            match character {
                _ if Some(character) == stop => return Ok(text),
                '\'' => self.single_quoted(&mut text)?,
                '"' => self.double_quoted(&mut text)?,
                '$' => self.put(&mut text)?,
                _ if character == self.escape => text.extend(self.rest.next()),
                _ => text.push(character),
            }
        }
        match stop {
            Some(stop) => Err(Unreadable(format!("`{stop}` is missing"))),
            None => Ok(text),
        }
    }

    /// The value of the variable that stands here.
    fn put(&mut self, text: &mut String) -> Result<(), Unreadable> {
        let value = self.variable()?;
        Ok(growth::put(text, &value)?)
    }

    fn single_quoted(&mut self, text: &mut String) -> Result<(), Unreadable> {
        loop {
            match self.rest.next() {
                Some('\'') => return Ok(()),
                Some(character) => text.push(character),
                None => return Err(Unreadable("a quote is not closed".into())),
            }
        }
    }

    fn double_quoted(&mut self, text: &mut String) -> Result<(), Unreadable> {
        loop {
            match self.rest.next() {
                Some('"') => return Ok(()),
                Some('$') => self.put(text)?,
                Some(character) if character == self.escape => match self.rest.next() {
                    Some(next) if next == '"' || next == '$' || next == self.escape => text.push(next),
                    Some(next) => text.extend([character, next]),
                    None => return Err(Unreadable("a quote is not closed".into())),
                },
                Some(character) => text.push(character),
                None => return Err(Unreadable("a quote is not closed".into())),
            }
        }
    }

    /// What follows `$`.
    fn variable(&mut self) -> Result<String, Unreadable> {
        let is_braced = self.rest.next_if_eq(&'{').is_some();
        let name = self.name();
        if !is_braced {
            return Ok(if name.is_empty() { "$".into() } else { self.value(&name) });
        }
        if name.is_empty() {
            return Err(Unreadable("`${` names no variable".into()));
        }
        let value = self.variables.get(&name).cloned();
        match self.rest.next() {
            Some('}') => Ok(self.value(&name)),
            Some(':') => {
                let operator = self.rest.next();
                let set = value.filter(|value| !value.is_empty());
                self.modified(&name, operator.filter(|operator| "-+?".contains(*operator)), set)
            }
            Some(operator @ ('-' | '+' | '?')) => self.modified(&name, Some(operator), value),
            Some(operator @ ('#' | '%')) => {
                let is_longest = self.rest.next_if_eq(&operator).is_some();
                let pattern = self.word()?;
                let value = value.unwrap_or_else(|| self.value(&name));
                // Each cut is a try.
                growth::spend(value.len().min(LONGEST))?;
                Ok(stripped(&value, &pattern, operator == '#', is_longest))
            }
            Some('/') => {
                let is_all = self.rest.next_if_eq(&'/').is_some();
                let both = self.word()?;
                let (pattern, replacement) = both.split_once('/').unwrap_or((&both, ""));
                let value = value.unwrap_or_else(|| self.value(&name));
                replaced(&value, pattern, replacement, is_all)
            }
            Some(other) => Err(Unreadable(format!("`${{{name}{other}…}}` is not understood"))),
            None => Err(Unreadable("`}` is missing".into())),
        }
    }

    /// `${NAME-word}`, `${NAME+word}`, `${NAME?word}`, by the value that counts as set.
    fn modified(&mut self, name: &str, operator: Option<char>, set: Option<String>) -> Result<String, Unreadable> {
        let word = self.word()?;
        match (operator, set) {
            (Some('-' | '?'), Some(value)) => Ok(value),
            (Some('+'), None) => Ok(String::new()),
            (Some('?'), None) => Err(Unreadable(format!("`{name}` has no value: {word}"))),
            (Some(_), Some(_) | None) => Ok(word),
            (None, _) => Err(Unreadable(format!("`${{{name}:…}}` is not understood"))),
        }
    }

    /// Up to the brace that closes this one.
    fn word(&mut self) -> Result<String, Unreadable> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unreadable("variables are nested too deeply".into()));
        }
        let word = self.until(Some('}'));
        self.depth -= 1;
        word
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(next) = self.rest.next_if(|next| next.is_ascii_alphanumeric() || *next == '_') {
            name.push(next);
            // `$1x` is the first parameter and an x.
            if name.len() == 1 && next.is_ascii_digit() {
                break;
            }
        }
        name
    }

    fn value(&mut self, name: &str) -> String {
        match self.variables.get(name) {
            Some(value) => value.clone(),
            None => {
                self.unset.push(name.to_owned());
                String::new()
            }
        }
    }
}

/// What is left where the shortest or the longest part that is as the pattern is taken off the start or the end.
fn stripped(value: &str, pattern: &str, is_start: bool, is_longest: bool) -> String {
    let Ok(pattern) = glob::Pattern::new(pattern) else {
        return value.to_owned();
    };
    // Longer values than anybody writes are left as they are: each cut is a try.
    let cuts: Vec<usize> = value
        .char_indices()
        .map(|(at, _)| at)
        .chain([value.len()])
        .take(1000)
        .collect();
    let fits = |cut: &&usize| {
        if is_start {
            pattern.matches(&value[..**cut])
        } else {
            pattern.matches(&value[**cut..])
        }
    };
    let cut = if is_start == is_longest {
        cuts.iter().rev().find(fits)
    } else {
        cuts.iter().find(fits)
    };
    match (cut, is_start) {
        (Some(cut), true) => value[*cut..].to_owned(),
        (Some(cut), false) => value[..*cut].to_owned(),
        (None, _) => value.to_owned(),
    }
}

fn replaced(value: &str, pattern: &str, replacement: &str, is_all: bool) -> Result<String, Unreadable> {
    if pattern.contains(['*', '?', '[']) {
        return Err(Unreadable(
            "a pattern in `${NAME/pattern/text}` is not understood".into(),
        ));
    }
    let number = if pattern.is_empty() {
        0
    } else {
        value.matches(pattern).count()
    };
    if value.len() + number * replacement.len() > LONGEST {
        return Err(TooLong.into());
    }
    growth::spend(value.len())?;
    Ok(match (pattern.is_empty(), is_all) {
        (true, _) => value.to_owned(),
        (false, true) => value.replace(pattern, replacement),
        (false, false) => value.replacen(pattern, replacement, 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_expanded_as_docker_does() {
        let variables =
            [("A", "one"), ("E", ""), ("P", "a/b/c.d.e")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let variables = BTreeMap::from(variables);
        let expanded = |word: &str| expand(word, '\\', &variables).map(|expansion| expansion.text);
        for (word, text) in [
            ("x${A}y$A-z", "xoneyone-z"),
            (r"\$A '$A' \a", "$A $A a"),
            (r#""$A \$A \"b\" \n""#, r#"one $A "b" \n"#),
            ("${N:-d$A} ${E:-d} ${E-d}", "done d "),
            ("${A:+yes}${N:+no}${E:+no}${E+set}", "yesset"),
            ("$ $1x", "$ x"),
            ("${A:?why}", "one"),
            ("${P#*/} ${P##*/} ${P%.*} ${P%%.*}", "b/c.d.e c.d.e a/b/c.d a/b/c"),
            ("${P/b/x} ${P//./-} ${N#x}", "a/x/c.d.e a/b/c-d-e "),
        ] {
            assert_eq!(expanded(word).as_deref(), Ok(text), "{word}");
        }
        for word in [
            "${N:?why}",
            "${A",
            "'a",
            "\"a",
            "${}",
            "${A^x}",
            "${A:x}",
            "${A/*/x}",
            "${A:-x",
        ] {
            expanded(word).unwrap_err();
        }
        expanded(&"${A:-".repeat(100_000)).unwrap_err();
        assert_eq!(expand("$N", '\\', &variables).unwrap().unset, ["N"]);
    }
}
