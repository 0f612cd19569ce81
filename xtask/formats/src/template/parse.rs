//! The tree of a template.

use std::{collections::BTreeMap, ops::Range};

use super::{
    Datum, Text, Value,
    lex::{self, Part, Word},
};
use diagnostics::Place;

/// Blocks in blocks, and parentheses in parentheses; more would exhaust the stack.
const DEEPEST: usize = 60;

#[derive(Clone, Debug)]
pub enum Node {
    Text(Text),
    Output(Pipeline),
    /// The branches of an `if`, and what follows `else`.
    If(Vec<(Pipeline, Vec<Node>)>, Vec<Node>),
    With(Pipeline, Vec<Node>, Vec<Node>),
    Range(Pipeline, Vec<Node>, Vec<Node>),
    /// `template "name" argument`
    Template(String, Option<Pipeline>),
    /// `break` and `continue`, which are not followed.
    Leave,
}

#[derive(Clone, Debug)]
pub struct Pipeline {
    /// `$a, $b := `
    pub variables: Vec<String>,
    pub declares: bool,
    /// Operands of each command; the result of one is the last operand of the next.
    pub commands: Vec<Vec<Operand>>,
    pub place: Option<Place>,
}

#[derive(Clone, Debug)]
pub enum Operand {
    Literal(Datum),
    Dot,
    Variable(String),
    Function(String),
    Nested(Box<Pipeline>),
    Member(Box<Operand>, String),
}

/// A template that was read.
pub type Parsed = Vec<Node>;

/// Templates that others can include.
pub type Defines = BTreeMap<String, Vec<Node>>;

/// What is wrong, and where.
pub type Failure = (String, Range<usize>);

/// Reads a template; what it defines is put aside.
pub fn parse(
    text: &str,
    place: &dyn Fn(Range<usize>) -> Option<Place>,
    defines: &mut Defines,
) -> Result<Vec<Node>, Failure> {
    let parts = lex::parts(text).map_err(|at| ("this action does not end".to_owned(), at..at + 2))?;
    let mut parser = Parser {
        text,
        place,
        parts: parts.into_iter(),
        defines,
        depth: 0,
        last: 0..0,
    };
    let (nodes, end) = parser.nodes()?;
    match end {
        Stop::File => Ok(nodes),
        Stop::End | Stop::Else(_) => Err(("nothing is open that this ends".to_owned(), parser.last)),
    }
}

struct Parser<'a> {
    text: &'a str,
    place: &'a dyn Fn(Range<usize>) -> Option<Place>,
    parts: std::vec::IntoIter<Part>,
    defines: &'a mut Defines,
    depth: usize,
    /// The action that was read last.
    last: Range<usize>,
}

/// What ends a block. Behind `else` there may be the condition of another.
enum Stop {
    File,
    End,
    Else(Vec<Word>),
}

impl Parser<'_> {
    fn nodes(&mut self) -> Result<(Vec<Node>, Stop), Failure> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err((format!("more than {DEEPEST} blocks in one another"), self.last.clone()));
        }
        let mut nodes = Vec::new();
        while let Some(part) = self.parts.next() {
            let (inside, whole) = match part {
                Part::Text(range) => {
                    nodes.push(Node::Text(Text::new(&self.text[range.clone()], (self.place)(range))));
                    continue;
                }
                Part::Action { inside, whole } => (inside, whole),
            };
            self.last = whole.clone();
            let text = self.text[inside.clone()].trim();
            if text.starts_with("/*") || text.is_empty() {
                continue;
            }
            let words = lex::words(&self.text[inside.clone()]).map_err(|at| {
                (
                    "this cannot be read".to_owned(),
                    inside.start + at..inside.start + at + 1,
                )
            })?;
            let keyword = match words.first() {
                Some(Word::Name(name)) => name.clone(),
                _ => String::new(),
            };
            match keyword.as_str() {
                "end" => {
                    self.depth -= 1;
                    return Ok((nodes, Stop::End));
                }
                "else" => {
                    self.depth -= 1;
                    return Ok((nodes, Stop::Else(words[1..].to_vec())));
                }
                "if" => nodes.push(self.conditional(&words[1..])?),
                "with" | "range" => {
                    let pipeline = self.pipeline(&words[1..])?;
                    let (body, otherwise) = self.body()?;
                    nodes.push(if keyword == "with" {
                        Node::With(pipeline, body, otherwise)
                    } else {
                        Node::Range(pipeline, body, otherwise)
                    });
                }
                "define" | "block" => {
                    let name = self.name(words.get(1))?;
                    let (body, _) = self.body()?;
                    self.defines.insert(name.clone(), body);
                    if keyword == "block" {
                        nodes.push(Node::Template(name, Some(self.pipeline(&words[2..])?)));
                    }
                }
                "template" => {
                    let name = self.name(words.get(1))?;
                    let argument = (words.len() > 2).then(|| self.pipeline(&words[2..])).transpose()?;
                    nodes.push(Node::Template(name, argument));
                }
                "break" | "continue" => nodes.push(Node::Leave),
                _ => nodes.push(Node::Output(self.pipeline(&words)?)),
            }
        }
        self.depth -= 1;
        Ok((nodes, Stop::File))
    }

    fn conditional(&mut self, condition: &[Word]) -> Result<Node, Failure> {
        let start = self.last.clone();
        let mut branches = Vec::new();
        let mut condition = self.pipeline(condition)?;
        loop {
            let (body, end) = self.nodes()?;
            branches.push((condition, body));
            match end {
                Stop::File => return Err(("this block has no end".to_owned(), start)),
                Stop::End => return Ok(Node::If(branches, Vec::new())),
                Stop::Else(words) => match words.first() {
                    Some(Word::Name(name)) if name == "if" => condition = self.pipeline(&words[1..])?,
                    _ => {
                        let (otherwise, _) = self.nodes()?;
                        return Ok(Node::If(branches, otherwise));
                    }
                },
            }
        }
    }

    fn body(&mut self) -> Result<(Vec<Node>, Vec<Node>), Failure> {
        let start = self.last.clone();
        let (body, end) = self.nodes()?;
        match end {
            Stop::File => Err(("this block has no end".to_owned(), start)),
            Stop::End => Ok((body, Vec::new())),
            Stop::Else(_) => Ok((body, self.nodes()?.0)),
        }
    }

    fn name(&self, word: Option<&Word>) -> Result<String, Failure> {
        match word {
            Some(Word::Text(name)) => Ok(name.clone()),
            _ => Err(("a template's name is missing here".to_owned(), self.last.clone())),
        }
    }

    fn pipeline(&self, words: &[Word]) -> Result<Pipeline, Failure> {
        let mut reader = Reader {
            words,
            at: 0,
            depth: 0,
            place: (self.place)(self.last.clone()),
        };
        let pipeline = reader.pipeline();
        match pipeline {
            Some(pipeline) if reader.at == words.len() => Ok(pipeline),
            _ => Err(("this action cannot be read".to_owned(), self.last.clone())),
        }
    }
}

struct Reader<'a> {
    words: &'a [Word],
    at: usize,
    depth: usize,
    place: Option<Place>,
}

impl Reader<'_> {
    fn pipeline(&mut self) -> Option<Pipeline> {
        let (variables, declares) = self.variables();
        let mut commands = vec![self.command()?];
        while self.words.get(self.at) == Some(&Word::Pipe) {
            self.at += 1;
            commands.push(self.command()?);
        }
        Some(Pipeline {
            variables,
            declares,
            commands,
            place: self.place.clone(),
        })
    }

    fn variables(&mut self) -> (Vec<String>, bool) {
        let equals = self
            .words
            .iter()
            .position(|word| matches!(word, Word::Define | Word::Assign));
        let Some(equals) = equals.filter(|equals| *equals > self.at && self.depth == 0) else {
            return (Vec::new(), false);
        };
        let names = self.words[self.at..equals].iter().filter_map(|word| match word {
            Word::Variable(name) => Some(name.clone()),
            _ => None,
        });
        let names = names.collect();
        self.at = equals + 1;
        (names, self.words[equals] == Word::Define)
    }

    fn command(&mut self) -> Option<Vec<Operand>> {
        let mut operands = Vec::new();
        while let Some(operand) = self.operand() {
            operands.push(operand);
        }
        (!operands.is_empty()).then_some(operands)
    }

    fn operand(&mut self) -> Option<Operand> {
        let mut operand = match self.words.get(self.at)? {
            Word::Text(text) => Operand::Literal(Datum::text(text.clone())),
            Word::Number(text) => Operand::Literal(
                text.parse()
                    .map_or_else(|_| Value::Float(text.clone()), Value::Integer)
                    .into(),
            ),
            Word::Name(name) => match name.as_str() {
                "true" => Operand::Literal(Value::Bool(true).into()),
                "false" => Operand::Literal(Value::Bool(false).into()),
                "nil" => Operand::Literal(Value::Null.into()),
                _ => Operand::Function(name.clone()),
            },
            Word::Variable(name) => Operand::Variable(name.clone()),
            Word::Dot => Operand::Dot,
            Word::Field { name, .. } => Operand::Member(Box::new(Operand::Dot), name.clone()),
            Word::Open => {
                self.depth += 1;
                self.at += 1;
                let nested = (self.depth < DEEPEST).then(|| self.pipeline()).flatten()?;
                self.depth -= 1;
                (self.words.get(self.at) == Some(&Word::Close)).then_some(Operand::Nested(Box::new(nested)))?
            }
            Word::Close | Word::Pipe | Word::Comma | Word::Define | Word::Assign => return None,
        };
        self.at += 1;
        while let Some(Word::Field { name, is_member: true }) = self.words.get(self.at) {
            operand = Operand::Member(Box::new(operand), name.clone());
            self.at += 1;
        }
        Some(operand)
    }
}
