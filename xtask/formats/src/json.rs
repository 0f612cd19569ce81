//! JSON that remembers where everything stands.

use std::{ops::Range, str::Chars};

use diagnostics::Problem;
use diagnostics::{Located, Source};

/// A value, and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value itself.
    pub value: Value,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// A JSON value (RFC 8259).
#[derive(Clone, Debug)]
pub enum Value {
    /// In the order of the file. A key that stands twice is here twice.
    Object(Vec<(String, Range<usize>, Node)>),
    /// An array.
    Array(Vec<Node>),
    /// A string, with its escapes resolved.
    Text(String),
    /// A number, as written.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
}

/// Nobody nests deeper.
const DEEPEST: usize = 64;

/// Parses a file. A syntax error is one problem, at the byte that does not belong there.
pub fn parse(source: &Source) -> Result<Node, Problem> {
    let text = source.text().strip_prefix('\u{feff}').unwrap_or(source.text());
    let mut parser = Parser {
        rest: text.chars(),
        end: source.text().len(),
    };
    let read = parser.value(0).and_then(|node| match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.wrong("nothing may follow the closing brace")),
    });
    read.map_err(|(at, message)| {
        let width = source.text()[at..].chars().next().map_or(0, char::len_utf8);
        Problem::error(format!("`{}` is not JSON: {message}", source.path())).at(source.place(at..at + width))
    })
}

impl Node {
    /// Of an object; what is said last holds.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Value::Object(members) = &self.value else {
            return None;
        };
        members
            .iter()
            .rev()
            .find(|(name, ..)| name == key)
            .map(|(.., node)| node)
    }

    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Object(_) | Value::Array(_) | Value::Number(_) | Value::Boolean(_) | Value::Null => None,
        }
    }

    /// Without the quotes around it.
    pub fn located(&self, source: &Source) -> Option<Located<String>> {
        let inside = self.span.start + 1..self.span.end.saturating_sub(1);
        Some(Located {
            value: self.text()?.to_owned(),
            place: source.place(inside),
        })
    }

    /// The members of an array; empty for any other value.
    pub fn array(&self) -> &[Self] {
        match &self.value {
            Value::Array(members) => members,
            Value::Object(_) | Value::Text(_) | Value::Number(_) | Value::Boolean(_) | Value::Null => &[],
        }
    }
}

/// Where it is, and why.
type Wrong = (usize, &'static str);

struct Parser<'a> {
    rest: Chars<'a>,
    end: usize,
}

impl Parser<'_> {
    fn at(&self) -> usize {
        self.end - self.rest.as_str().len()
    }

    fn wrong(&self, why: &'static str) -> Wrong {
        (self.at(), why)
    }

    /// What comes next, blanks skipped.
    fn peek(&mut self) -> Option<char> {
        let text = self.rest.as_str().trim_start();
        self.rest = text.chars();
        text.chars().next()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.rest.next();
        }
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<Node, Wrong> {
        if depth > DEEPEST {
            return Err(self.wrong("it is nested too deep"));
        }
        let first = self.peek();
        let start = self.at();
        let value = match first {
            Some('{') => self.object(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => Value::Text(self.string()?),
            Some('-' | '0'..='9') => Value::Number(self.word()),
            Some(_) => match self.word().as_str() {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                "null" => Value::Null,
                _ => return Err((start, "expected a value")),
            },
            None => return Err((start, "it ends where a value was expected")),
        };
        let span = start..self.at();
        Ok(Node { value, span })
    }

    fn object(&mut self, depth: usize) -> Result<Value, Wrong> {
        let mut members = Vec::new();
        self.takes('{');
        if self.takes('}') {
            return Ok(Value::Object(members));
        }
        loop {
            let is_key = self.peek() == Some('"');
            let start = self.at();
            if !is_key {
                return Err((start, "expected a key in double quotes"));
            }
            let key = self.string()?;
            let span = start..self.at();
            if !self.takes(':') {
                return Err(self.wrong("expected `:` after the key"));
            }
            members.push((key, span, self.value(depth + 1)?));
            if self.takes('}') {
                return Ok(Value::Object(members));
            }
            if !self.takes(',') {
                return Err(self.wrong("expected `,` or `}`"));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Wrong> {
        let mut members = Vec::new();
        self.takes('[');
        if self.takes(']') {
            return Ok(Value::Array(members));
        }
        loop {
            members.push(self.value(depth + 1)?);
            if self.takes(']') {
                return Ok(Value::Array(members));
            }
            if !self.takes(',') {
                return Err(self.wrong("expected `,` or `]`"));
            }
        }
    }

    /// What a number or a name is made of.
    fn word(&mut self) -> String {
        let text = self.rest.as_str();
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"+-._".contains(c));
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        self.rest = rest.chars();
        word.to_owned()
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let start = self.at();
        self.rest.next();
        // Nearly all are plain, and a lock has thousands: the standard library finds their ends.
        let text = self.rest.as_str();
        if let Some((plain, rest)) = text.split_once('"')
            && !plain.contains('\\')
            && !plain.contains('\n')
        {
            self.rest = rest.chars();
            return Ok(plain.to_owned());
        }
        let mut units = String::new();
        loop {
            let at = self.at();
            match self.rest.next() {
                Some('"') => return Ok(units),
                Some('\\') => units.push(self.escaped(at)?),
                Some(c) if c < ' ' => return Err((at, "a string ends in its own line")),
                Some(c) => units.push(c),
                None => return Err((start, "this string has no end")),
            }
        }
    }

    fn escaped(&mut self, at: usize) -> Result<char, Wrong> {
        Ok(match self.rest.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('u') => self.unit(at)?,
            Some(_) | None => return Err((at, "this escape is not valid")),
        })
    }

    /// `\u00e9`, or two halves of one character.
    fn unit(&mut self, at: usize) -> Result<char, Wrong> {
        let first = self.digits(at)?;
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) && self.rest.as_str().starts_with("\\u") {
            self.rest.nth(1);
            units.push(self.digits(at)?);
        }
        // Half a character, which Python writes and reads, is none here.
        let read = char::decode_utf16(units).next();
        Ok(read.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn digits(&mut self, at: usize) -> Result<u16, Wrong> {
        let digits: String = self.rest.by_ref().take(4).collect();
        if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(u16::from_str_radix(&digits, 16).unwrap_or_default())
        } else {
            Err((at, "`\\u` is followed by four hexadecimal digits"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        match parse(&Source::new("a.json", text)) {
            Ok(node) => format!("{:?}", node.value),
            Err(problem) => {
                let (source, span) = problem.places[0].text().unwrap();
                let (line, column) = source.position(span.start);
                format!("{line}:{column} {}", problem.message)
            }
        }
    }

    #[test]
    fn values_are_read() {
        let source = Source::new(
            "a.json",
            "\u{feff}{\"a\": [1, -2.5e3, true, null],\r\n \"b\": \"\\u00e9\\ud83d\\ude00\\n\", \"b\": \"x\"}\n",
        );
        let node = parse(&source).unwrap();
        assert_eq!(node.get("a").unwrap().array().len(), 4);
        assert_eq!(node.get("b").unwrap().text(), Some("x"));
        let place = node.get("b").unwrap().located(&source).unwrap().place;
        let (_, span) = place.text().unwrap();
        assert_eq!(&source.text()[span.clone()], "x");
        assert_eq!(shown("\"\\u00e9\\ud83d\\ude00\\n\""), "Text(\"é😀\\n\")");
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        for (text, expected) in [
            ("", "1:1 `a.json` is not JSON: it ends where a value was expected"),
            (
                "{\"a\": 1,\n}",
                "2:1 `a.json` is not JSON: expected a key in double quotes",
            ),
            (
                "{\n<<<<<<< HEAD\n",
                "2:1 `a.json` is not JSON: expected a key in double quotes",
            ),
            ("{\"a\" 1}", "1:6 `a.json` is not JSON: expected `:` after the key"),
            ("[1 2]", "1:4 `a.json` is not JSON: expected `,` or `]`"),
            ("{} x", "1:4 `a.json` is not JSON: nothing may follow the closing brace"),
            ("[\"a\nb\"]", "1:4 `a.json` is not JSON: a string ends in its own line"),
            ("[nul]", "1:2 `a.json` is not JSON: expected a value"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert!(shown(&"[".repeat(100_000)).contains("nested too deep"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\[\\]{}\",:\\\\u0-9a-fé \n]{0,40}") {
            let _ = parse(&Source::new("a.json", text));
        }
    }
}
