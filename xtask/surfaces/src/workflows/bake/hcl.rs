//! HCL as bake files use it, as the JSON that says the same: blocks, attributes, lists, maps and templates. What is more than a
//! value, as a call of a function, becomes the template `${?}`, which nobody can tell.

mod words;

use serde_json::{Map, Value};

use words::is_name;

/// Lists in maps in blocks; more would exhaust the stack.
const DEEPEST: usize = 64;
const UNKNOWN: &str = "${?}";

/// What is wrong, and at which byte.
pub struct Broken {
    pub at: usize,
    pub what: &'static str,
}

/// The value of a file: `{ "target": { "web": { … } } }`.
pub fn read(text: &str) -> Result<Value, Broken> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let body = reader.body()?;
    match reader.peek() {
        None => Ok(Value::Object(body)),
        Some(_) => Err(reader.broken("a `}` that nothing opened")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    /// Attributes and blocks, to the end or the next `}`.
    fn body(&mut self) -> Result<Map<String, Value>, Broken> {
        self.deeper()?;
        let mut body = Map::new();
        loop {
            self.skip(true);
            match self.peek() {
                None | Some('}') => break,
                Some(c) if is_name(c) => {}
                Some(_) => return Err(self.broken("neither a name nor a block")),
            }
            let name = self.name();
            self.skip(false);
            if self.peek() == Some('=') {
                self.at += 1;
                let value = self.expression()?;
                body.insert(name, value);
                continue;
            }
            let mut path = vec![name];
            loop {
                self.skip(false);
                match self.peek() {
                    Some('"') => path.push(self.string()?),
                    Some('{') => break,
                    Some(c) if is_name(c) => path.push(self.name()),
                    _ => return Err(self.broken("neither `=` nor `{` after a name")),
                }
            }
            let open = self.at;
            self.at += 1;
            let block = self.body()?;
            if self.peek() != Some('}') {
                return Err(Broken {
                    at: open,
                    what: "a `{` that nothing closes",
                });
            }
            self.at += 1;
            put(&mut body, &path, block);
        }
        self.depth -= 1;
        Ok(body)
    }

    /// A value to the end of the line, or to what closes the list or map that it is in.
    fn expression(&mut self) -> Result<Value, Broken> {
        self.skip(false);
        let start = self.at;
        let value = match self.peek() {
            Some('"') => Value::String(self.string()?),
            Some('[') => self.list()?,
            Some('{') => self.map()?,
            Some('<') if self.rest().starts_with("<<") => self.heredoc()?,
            Some(c) if c.is_ascii_digit() || c == '-' => Value::String(self.word()),
            Some(c) if is_name(c) => match self.word() {
                word if ["true", "false"].contains(&word.as_str()) => Value::String(word),
                word if word == "null" => Value::Null,
                word => Value::String(format!("${{{word}}}")),
            },
            _ => Value::String(UNKNOWN.into()),
        };
        self.skip(false);
        match self.peek() {
            None | Some('\n' | '\r' | ',' | ']' | '}') if self.at > start => Ok(value),
            _ => {
                self.rest_of_expression()?;
                if self.at == start {
                    return Err(self.broken("no value after `=`"));
                }
                Ok(Value::String(UNKNOWN.into()))
            }
        }
    }

    /// Over operators, calls and the like.
    fn rest_of_expression(&mut self) -> Result<(), Broken> {
        let (start, mut open) = (self.at, 0usize);
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.string()?;
                    continue;
                }
                '(' | '[' | '{' => open += 1,
                '\n' | ',' | ')' | ']' | '}' if open == 0 => return Ok(()),
                ')' | ']' | '}' => open -= 1,
                _ => {}
            }
            self.at += c.len_utf8();
        }
        match open {
            0 => Ok(()),
            _ => Err(Broken {
                at: start,
                what: "a bracket that nothing closes",
            }),
        }
    }

    fn list(&mut self) -> Result<Value, Broken> {
        self.deeper()?;
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip(true);
            match self.peek() {
                None => {
                    return Err(Broken {
                        at: open,
                        what: "a `[` that nothing closes",
                    });
                }
                Some(']') => break,
                Some(',') => self.at += 1,
                Some(_) if self.rest().starts_with("for ") && items.is_empty() => {
                    self.comprehension()?;
                    items.push(Value::String(UNKNOWN.into()));
                }
                Some(_) => {
                    let before = self.at;
                    items.push(self.expression()?);
                    if self.at == before {
                        return Err(self.broken("no value of a list"));
                    }
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(Value::Array(items))
    }

    fn map(&mut self) -> Result<Value, Broken> {
        self.deeper()?;
        let open = self.at;
        self.at += 1;
        let mut map = Map::new();
        loop {
            self.skip(true);
            match self.peek() {
                None => {
                    return Err(Broken {
                        at: open,
                        what: "a `{` that nothing closes",
                    });
                }
                Some('}') => break,
                Some(',') => self.at += 1,
                Some(_) if self.rest().starts_with("for ") && map.is_empty() => self.comprehension()?,
                Some(c) => {
                    let name = match c {
                        '"' => self.string()?,
                        c if is_name(c) => self.name(),
                        _ => return Err(self.broken("no name of a map")),
                    };
                    self.skip(false);
                    if !matches!(self.peek(), Some('=' | ':')) {
                        return Err(self.broken("no `=` after a name"));
                    }
                    self.at += 1;
                    let value = self.expression()?;
                    map.insert(name, value);
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(Value::Object(map))
    }

    /// `for x in y : z`, to what closes it.
    fn comprehension(&mut self) -> Result<(), Broken> {
        while !matches!(self.peek(), None | Some(']' | '}')) {
            let before = self.at;
            self.rest_of_expression()?;
            if self.at == before {
                self.at += 1;
            }
        }
        Ok(())
    }
}

/// `target "web" { … }` as `{ "target": { "web": { … } } }`. What is said twice is said together.
fn put(body: &mut Map<String, Value>, path: &[String], block: Map<String, Value>) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    let entry = body.entry(first.clone()).or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(entry) = entry else { return };
    if rest.is_empty() {
        entry.extend(block)
    } else {
        put(entry, rest, block)
    }
}
