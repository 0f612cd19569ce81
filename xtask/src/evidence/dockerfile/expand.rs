//! Substitution of `$NAME`, `${NAME:-else}` and the like, and the removal of quotes (BuildKit's `shell/lex.go`).

use std::{collections::BTreeMap, iter::Peekable, str::Chars};

/// What a word comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    pub text: String,
    /// Variables that it names and that have no value, so that nothing stands in their place.
    pub unset: Vec<String>,
}

/// Why a word cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// Expands a word. `Err` where it is malformed, or uses a form that is not understood.
pub fn expand(word: &str, escape: char, variables: &BTreeMap<String, String>) -> Result<Expansion, Unreadable> {
    let mut lexer = Lexer {
        rest: word.chars().peekable(),
        escape,
        variables,
        unset: Vec::new(),
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
}

impl Lexer<'_> {
    /// Up to an unquoted character, which is taken, or to the end.
    fn until(&mut self, stop: Option<char>) -> Result<String, Unreadable> {
        let mut text = String::new();
        while let Some(character) = self.rest.next() {
            match character {
                _ if Some(character) == stop => return Ok(text),
                '\'' => self.single_quoted(&mut text)?,
                '"' => self.double_quoted(&mut text)?,
                '$' => text.push_str(&self.variable()?),
                _ if character == self.escape => text.extend(self.rest.next()),
                _ => text.push(character),
            }
        }
        match stop {
            Some(stop) => Err(Unreadable(format!("`{stop}` is missing"))),
            None => Ok(text),
        }
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
                Some('$') => text.push_str(&self.variable()?),
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

    /// What stands behind `$`.
    fn variable(&mut self) -> Result<String, Unreadable> {
        let is_braced = self.rest.next_if_eq(&'{').is_some();
        let name = self.name();
        if !is_braced {
            return Ok(if name.is_empty() { "$".into() } else { self.value(&name) });
        }
        if name.is_empty() {
            return Err(Unreadable("`${` names no variable".into()));
        }
        let mut also_empty = false;
        loop {
            match self.rest.next() {
                Some('}') => return Ok(self.value(&name)),
                Some(':') if !also_empty => also_empty = true,
                Some(operator @ ('-' | '+' | '?')) => {
                    let word = self.until(Some('}'))?;
                    let set = self
                        .variables
                        .get(&name)
                        .filter(|value| !also_empty || !value.is_empty());
                    return match (operator, set) {
                        ('-', Some(value)) | ('?', Some(value)) => Ok(value.clone()),
                        ('+', None) => Ok(String::new()),
                        ('?', None) => Err(Unreadable(format!("`{name}` has no value: {word}"))),
                        (_, Some(_) | None) => Ok(word),
                    };
                }
                Some(other) => return Err(Unreadable(format!("`${{{name}{other}…}}` is not understood"))),
                None => return Err(Unreadable("`}` is missing".into())),
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_expanded_as_docker_does() {
        let variables = [("A", "one"), ("E", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
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
        ] {
            assert_eq!(expanded(word).as_deref(), Ok(text), "{word}");
        }
        for word in ["${N:?why}", "${A", "'a", "\"a", "${}", "${A#x}", "${A:-x"] {
            expanded(word).unwrap_err();
        }
        assert_eq!(expand("$N", '\\', &variables).unwrap().unset, ["N"]);
    }
}
