use std::{fmt, ops::Range};

use super::{Comparison, Expression, MarkerOperator, Variable, build};

/// Why a marker cannot be read, and which of its bytes are to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkerError {
    /// What is wrong, in one line.
    pub message: String,
    /// The bytes of the marker that are wrong.
    pub span: Range<usize>,
}

/// No marker that people or tools write comes near; without a bound a hostile one could exhaust the stack.
const DEEPEST: usize = 50;
const LONGEST: usize = 500;

impl Expression {
    /// Parses a marker.
    pub fn parse(text: &str) -> Result<Self, MarkerError> {
        Self::parse_with(text, Variable::parse)
    }

    /// Parses a marker of a `pylock.toml` (PEP 751), which may search `extras` and `dependency_groups`.
    pub fn parse_of_lock(text: &str) -> Result<Self, MarkerError> {
        Self::parse_with(text, Variable::parse_of_lock)
    }

    fn parse_with(text: &str, variable: fn(&str) -> Option<Variable>) -> Result<Self, MarkerError> {
        let mut parser = Parser {
            text,
            at: 0,
            comparisons: 0,
            variable,
        };
        let expression = parser.any(0)?;
        match parser.token() {
            Token::End => Ok(expression),
            Token::Close => Err(parser.error("`)` without `(`")),
            _ => Err(parser.error("expected `and` or `or`")),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    comparisons: usize,
    /// Knows the names of variables.
    variable: fn(&str) -> Option<Variable>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Open,
    Close,
    Text(&'a str),
    Word(&'a str),
    Operator(&'a str),
    Unclosed,
    Strange,
    End,
}

impl<'a> Parser<'a> {
    fn any(&mut self, depth: usize) -> Result<Expression, MarkerError> {
        let mut members = vec![self.all(depth)?];
        while self.token() == Token::Word("or") {
            self.advance();
            members.push(self.all(depth)?);
        }
        Ok(join(members, Expression::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Expression, MarkerError> {
        let mut members = vec![self.atom(depth)?];
        while self.token() == Token::Word("and") {
            self.advance();
            members.push(self.atom(depth)?);
        }
        Ok(join(members, Expression::All))
    }

    fn atom(&mut self, depth: usize) -> Result<Expression, MarkerError> {
        if self.token() != Token::Open {
            return self.comparison().map(Expression::Compare);
        }
        if depth >= DEEPEST {
            return Err(self.error(format!("more than {DEEPEST} parentheses inside each other")));
        }
        self.advance();
        let inner = self.any(depth + 1)?;
        if self.token() != Token::Close {
            return Err(self.error("expected `)`"));
        }
        self.advance();
        Ok(inner)
    }

    fn comparison(&mut self) -> Result<Comparison, MarkerError> {
        self.comparisons += 1;
        if self.comparisons > LONGEST {
            return Err(self.error(format!("more than {LONGEST} comparisons")));
        }
        let start = self.skipped();
        let left = self.side()?;
        let (operator, operator_span) = self.operator()?;
        let right = self.side()?;
        let whole = start..self.at;
        let comparison = match (left, right) {
            (Side::Variable(variable), Side::Value(value)) => Comparison {
                variable,
                operator,
                value: value.to_owned(),
                swapped: false,
            },
            (Side::Value(value), Side::Variable(variable)) => {
                let swapped = matches!(operator, MarkerOperator::In | MarkerOperator::NotIn);
                let turned = if swapped { Some(operator) } else { operator.swapped() };
                let Some(operator) = turned else {
                    return Err(MarkerError {
                        message: format!("`{}` needs the variable on its left", operator.text()),
                        span: operator_span,
                    });
                };
                Comparison {
                    variable,
                    operator,
                    value: value.to_owned(),
                    swapped,
                }
            }
            (Side::Variable(_), Side::Variable(_)) | (Side::Value(_), Side::Value(_)) => {
                return Err(MarkerError {
                    message: "a marker compares a variable with a quoted value".into(),
                    span: whole,
                });
            }
        };
        match build::fault(&comparison) {
            Some(message) => Err(MarkerError { message, span: whole }),
            None => Ok(comparison),
        }
    }

    fn side(&mut self) -> Result<Side<'a>, MarkerError> {
        let side = match self.token() {
            Token::Text(value) => Side::Value(value),
            Token::Word(name) => match (self.variable)(name) {
                Some(variable) => Side::Variable(variable),
                None => return Err(self.error(format!("`{name}` is not a marker variable (PEP 508)"))),
            },
            Token::Unclosed => return Err(self.error("the quote is not closed")),
            Token::Strange => return Err(self.error("a marker cannot contain this character outside quotes")),
            Token::Open | Token::Close | Token::Operator(_) => {
                return Err(self.error("expected a variable or a quoted value"));
            }
            Token::End => return Err(self.error("the marker ends where a variable or a quoted value is expected")),
        };
        self.advance();
        Ok(side)
    }

    fn operator(&mut self) -> Result<(MarkerOperator, Range<usize>), MarkerError> {
        let start = self.skipped();
        let operator = match self.token() {
            Token::Operator("==") => MarkerOperator::Equal,
            Token::Operator("!=") => MarkerOperator::NotEqual,
            Token::Operator("<") => MarkerOperator::Less,
            Token::Operator("<=") => MarkerOperator::LessEqual,
            Token::Operator(">") => MarkerOperator::Greater,
            Token::Operator(">=") => MarkerOperator::GreaterEqual,
            Token::Operator("~=") => MarkerOperator::Compatible,
            Token::Operator("===") => MarkerOperator::Arbitrary,
            Token::Word("in") => MarkerOperator::In,
            Token::Word("not") => {
                self.advance();
                if self.token() != Token::Word("in") {
                    return Err(self.error("expected `in` after `not`"));
                }
                MarkerOperator::NotIn
            }
            _ => {
                return Err(
                    self.error("expected an operator: `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `===`, `in` or `not in`")
                );
            }
        };
        self.advance();
        Ok((operator, start..self.at))
    }

    fn token(&self) -> Token<'a> {
        self.scan().0
    }

    fn advance(&mut self) {
        self.at = self.scan().1;
    }

    /// The next token and where it ends.
    fn scan(&self) -> (Token<'a>, usize) {
        let start = self.skipped();
        let rest = self.text.get(start..).unwrap_or_default();
        let Some(first) = rest.chars().next() else {
            return (Token::End, start);
        };
        let run = |belongs: fn(char) -> bool| {
            let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
            (rest.get(..length).unwrap_or_default(), start + length)
        };
        match first {
            '(' => (Token::Open, start + 1),
            ')' => (Token::Close, start + 1),
            '"' | '\'' => {
                let inside = rest.get(1..).unwrap_or_default();
                match inside.split_once(first) {
                    Some((value, _)) => (Token::Text(value), start + value.len() + 2),
                    None => (Token::Unclosed, self.text.len()),
                }
            }
            '<' | '>' | '=' | '!' | '~' => {
                let (operator, end) = run(|c| "<>=!~".contains(c));
                (Token::Operator(operator), end)
            }
            _ if first.is_ascii_alphabetic() || first == '_' => {
                let (word, end) = run(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
                (Token::Word(word), end)
            }
            _ => (Token::Strange, start + first.len_utf8()),
        }
    }

    fn skipped(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.text.len() - rest.trim_start().len()
    }

    /// An error at the next token.
    fn error(&self, message: impl Into<String>) -> MarkerError {
        MarkerError {
            message: message.into(),
            span: self.skipped()..self.scan().1,
        }
    }
}

enum Side<'a> {
    Variable(Variable),
    Value(&'a str),
}

fn join(mut members: Vec<Expression>, joined: fn(Vec<Expression>) -> Expression) -> Expression {
    match members.pop() {
        Some(only) if members.is_empty() => only,
        last => {
            members.extend(last);
            joined(members)
        }
    }
}

impl fmt::Display for MarkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
