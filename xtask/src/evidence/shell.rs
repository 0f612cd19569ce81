//! POSIX shell text as the simple commands in it, as far as that can be told without running it.

use std::{collections::BTreeMap, ops::Range};

use super::dockerfile::expand;

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simple {
    pub words: Vec<Word>,
    pub span: Range<usize>,
    /// In a branch, a loop, a function, or behind `||`: perhaps it does not run.
    pub is_conditional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Without quotes, variables in place.
    pub text: String,
    /// Whether the text is all that it comes to: no command substitution, no variable without a known value.
    pub is_clear: bool,
    pub span: Range<usize>,
}

/// Words before a command that say when it runs.
const BEFORE: [&str; 10] = ["if", "elif", "then", "else", "while", "until", "do", "!", "{", "time"];
/// Words that run the command behind them.
const WRAPPERS: [&str; 5] = ["exec", "sudo", "command", "env", "nice"];

/// The simple commands of a text, in order. `Err` with the place where a quote or a substitution is not closed.
pub fn commands(text: &str, variables: &BTreeMap<String, String>) -> Result<Vec<Simple>, Range<usize>> {
    let mut scanner = Scanner {
        text,
        at: 0,
        variables: variables.clone(),
        found: Vec::new(),
        words: Vec::new(),
        depth: 0,
        is_alternative: false,
    };
    scanner.scan()?;
    Ok(scanner.found)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    variables: BTreeMap<String, String>,
    found: Vec<Simple>,
    words: Vec<Word>,
    /// Branches and loops that are open.
    depth: usize,
    is_alternative: bool,
}

impl Scanner<'_> {
    fn scan(&mut self) -> Result<(), Range<usize>> {
        while let Some(next) = self.peek() {
            match next {
                '\n' | ';' | '|' | '&' | '(' | ')' => self.operator(next),
                _ if next.is_whitespace() => self.at += next.len_utf8(),
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '<' | '>' => self.redirection()?,
                _ => {
                    let word = self.word()?;
                    // A number before a redirection is the file that is redirected.
                    if !(matches!(self.peek(), Some('<' | '>')) && word.text.bytes().all(|byte| byte.is_ascii_digit()))
                    {
                        self.words.push(word);
                    }
                }
            }
        }
        self.finish();
        Ok(())
    }

    fn operator(&mut self, first: char) {
        let is_or = self.rest().starts_with("||");
        let is_file = self.rest().starts_with("&>");
        self.at += if is_or || self.rest().starts_with("&&") { 2 } else { 1 };
        if is_file {
            return;
        }
        self.finish();
        self.is_alternative = is_or || (self.is_alternative && matches!(first, '|' | '&'));
    }

    fn redirection(&mut self) -> Result<(), Range<usize>> {
        self.at += self.rest().len() - self.rest().trim_start_matches(['<', '>', '&', '|']).len();
        while self.peek().is_some_and(|next| matches!(next, ' ' | '\t')) {
            self.at += 1;
        }
        if self.peek().is_some_and(|next| !"\n;|&()<>".contains(next)) {
            self.word()?;
        }
        Ok(())
    }

    /// Closes the command whose words were read.
    fn finish(&mut self) {
        let mut words = std::mem::take(&mut self.words);
        let mut assigned = Vec::new();
        while let Some(first) = words.first() {
            match first.text.as_str() {
                "if" | "while" | "until" | "for" | "case" | "select" => {
                    self.depth += 1;
                    // What a loop runs over, and what a case compares, is no command.
                    if matches!(first.text.as_str(), "for" | "case" | "select") {
                        return;
                    }
                }
                "fi" | "done" | "esac" => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if BEFORE.contains(&first.text.as_str()) || WRAPPERS.contains(&first.text.as_str()) {
                words.remove(0);
            } else if let Some(assignment) = assignment(first) {
                assigned.push(assignment);
                words.remove(0);
            } else {
                break;
            }
        }
        // Before a command, they are for that command alone.
        if words.is_empty() {
            for (name, value) in assigned {
                self.assign(&name, value);
            }
        }
        let is_end = words
            .first()
            .is_some_and(|word| matches!(word.text.as_str(), "fi" | "done" | "esac" | "}"));
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return;
        };
        if is_end {
            return;
        }
        if matches!(first.text.as_str(), "export" | "readonly" | "local") {
            for (name, value) in words.iter().filter_map(assignment).collect::<Vec<_>>() {
                self.assign(&name, value);
            }
        }
        let span = first.span.start..last.span.end;
        self.found.push(Simple {
            words,
            span,
            is_conditional: self.depth > 0 || self.is_alternative,
        });
    }

    /// A value that is not known makes the variable unknown.
    fn assign(&mut self, name: &str, value: Option<String>) {
        match value {
            Some(value) if self.depth == 0 => drop(self.variables.insert(name.to_owned(), value)),
            Some(_) | None => drop(self.variables.remove(name)),
        }
    }

    fn word(&mut self) -> Result<Word, Range<usize>> {
        let start = self.at;
        let (mut text, mut is_clear) = (String::new(), true);
        while let Some(next) = self.peek() {
            match next {
                _ if next.is_whitespace() || "\n;|&()<>".contains(next) => break,
                '\'' => text.push_str(self.closed(start, '\'')?),
                '"' => self.double_quoted(start, &mut text, &mut is_clear)?,
                '\\' => {
                    self.at += 1;
                    text.extend(self.take());
                }
                '$' | '`' => self.substitution(start, &mut text, &mut is_clear)?,
                _ => text.extend(self.take()),
            }
        }
        Ok(Word {
            text,
            is_clear,
            span: start..self.at,
        })
    }

    fn double_quoted(&mut self, start: usize, text: &mut String, is_clear: &mut bool) -> Result<(), Range<usize>> {
        self.at += 1;
        loop {
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('\\') => {
                    self.at += 1;
                    match self.take() {
                        Some(next @ ('"' | '$' | '\\' | '`')) => text.push(next),
                        next => text.extend(std::iter::once('\\').chain(next)),
                    }
                }
                Some('$' | '`') => self.substitution(start, text, is_clear)?,
                Some(_) => text.extend(self.take()),
                None => return Err(start..self.at),
            }
        }
    }

    fn substitution(&mut self, start: usize, text: &mut String, is_clear: &mut bool) -> Result<(), Range<usize>> {
        let begin = self.at;
        if self.peek() == Some('`') {
            self.closed(start, '`')?;
        } else if self.rest().starts_with("$(") {
            self.at += 1;
            self.nested(start, '(', ')')?;
        } else if self.rest().starts_with("${") {
            self.at += 1;
            self.nested(start, '{', '}')?;
            // `${NAME:-else}` means the same here as in an instruction.
            let written = &self.text[begin..self.at];
            if let Ok(expansion) = expand(written, '\\', &self.variables)
                && expansion.unset.is_empty()
            {
                text.push_str(&expansion.text);
                return Ok(());
            }
        } else {
            self.at += 1;
            let rest = &self.text[self.at..];
            let name = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let name = &rest[..name];
            self.at += name.len();
            if let Some(value) = self.variables.get(name) {
                text.push_str(value);
                return Ok(());
            }
        }
        text.push_str(&self.text[begin..self.at]);
        *is_clear = false;
        Ok(())
    }

    /// Up to the bracket that closes the one that stands here.
    fn nested(&mut self, start: usize, open: char, close: char) -> Result<(), Range<usize>> {
        let mut depth = 0;
        while let Some(next) = self.peek() {
            if next == '\'' {
                self.closed(start, '\'')?;
                continue;
            }
            self.at += next.len_utf8();
            if next == '\\' {
                self.take();
            } else if next == open {
                depth += 1;
            } else if next == close {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            }
        }
        Err(start..self.at)
    }

    /// What stands between this quote and the next.
    fn closed(&mut self, start: usize, quote: char) -> Result<&str, Range<usize>> {
        let from = self.at + 1;
        match self.text[from..].find(quote) {
            Some(end) => {
                self.at = from + end + 1;
                Ok(&self.text[from..from + end])
            }
            None => Err(start..self.text.len()),
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }
}

/// `NAME=value`, and the value where it is known.
fn assignment(word: &Word) -> Option<(String, Option<String>)> {
    let (name, value) = word.text.split_once('=')?;
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then(|| (name.to_owned(), word.is_clear.then(|| value.to_owned())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let variables = BTreeMap::from([("V".to_owned(), "1.2".to_owned())]);
        let show = |simple: &Simple| {
            let words: Vec<String> = simple
                .words
                .iter()
                .map(|word| format!("{}{}", word.text, if word.is_clear { "" } else { "?" }))
                .collect();
            format!("{}{}", if simple.is_conditional { "~" } else { "" }, words.join("|"))
        };
        commands(text, &variables).unwrap().iter().map(show).collect()
    }

    #[test]
    fn chains_fall_into_commands() {
        for (text, expected) in [
            ("a b && c 'd e' ; f \"$V\"", &["a|b", "c|d e", "f|1.2"][..]),
            ("a=$V b=2; pip install x==$a", &["pip|install|x==1.2"]),
            ("a=$V c; d $a", &["c", "d|$a?"]),
            ("a x==${V:-2} ${W:-3} ${W}", &["a|x==1.2|3|${W}?"]),
            ("export A=3 && echo $A ${A} $B", &["export|A=3", "echo|3|3|$B?"]),
            ("x > out 2>&1 < in | tee -a log # end", &["x", "tee|-a|log"]),
            ("s=\"@$(date +%s)\" && t \"$s\"", &["t|$s?"]),
            (
                "if [ $V = 1 ]; then a; else b; fi; c",
                &["~[|1.2|=|1|]", "~a", "~b", "c"],
            ),
            ("a || b; c", &["a", "~b", "c"]),
            ("for i in 1 2; do pip install $i; done", &["~pip|install|$i?"]),
            ("sudo -E x", &["-E|x"]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        commands("a 'b", &BTreeMap::new()).unwrap_err();
        commands("a $(b", &BTreeMap::new()).unwrap_err();
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z $(){}<>|&;'\"`\\\\\n=#ä0-9]*") {
            let _ = commands(&text, &BTreeMap::new());
        }
    }
}
