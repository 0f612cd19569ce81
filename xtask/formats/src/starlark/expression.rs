//! Reads expressions, by the precedence of Starlark's operators.

use std::rc::Rc;

use super::{
    cursor::Parser,
    syntax::{Arg, ArgKind, Clause, Expr, ExprKind, Lambda, Operator},
    tokens::{SyntaxError, Token},
};

/// Binding strength, weakest first.
const LEVELS: [&[(&str, Operator)]; 9] = [
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("<=", Operator::LessEqual),
        (">=", Operator::GreaterEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
        ("in", Operator::In),
        ("not", Operator::NotIn),
    ],
    &[("|", Operator::BitOr)],
    &[("^", Operator::BitXor)],
    &[("&", Operator::BitAnd)],
    &[("<<", Operator::ShiftLeft), (">>", Operator::ShiftRight)],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[
        ("*", Operator::Multiply),
        ("/", Operator::Divide),
        ("//", Operator::FloorDivide),
        ("%", Operator::Modulo),
    ],
];

impl Parser {
    /// One expression, or a tuple without parentheses.
    pub fn expressions(&mut self) -> Result<Expr, SyntaxError> {
        let first = self.expression()?;
        if *self.peek() != Token::Mark(",") {
            return Ok(first);
        }
        let start = first.span;
        let mut items = vec![first];
        while self.take(",") {
            if matches!(self.peek(), Token::Newline | Token::End | Token::Mark(_)) && !self.starts_expression() {
                break;
            }
            items.push(self.expression()?);
        }
        let span = start.to(self.last());
        Ok(Expr {
            span,
            kind: ExprKind::Tuple(items),
        })
    }

    /// Parses one expression with all its operators.
    pub fn expression(&mut self) -> Result<Expr, SyntaxError> {
        self.deeper()?;
        let expr = self.test();
        self.shallower(1);
        expr
    }

    fn test(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.span();
        if self.keyword() == Some("lambda") {
            self.advance();
            let params = self.params(":")?;
            self.expect(":")?;
            let body = self.expression()?;
            let kind = ExprKind::Lambda(Rc::new(Lambda { params, body }));
            return Ok(Expr {
                span: start.to(self.last()),
                kind,
            });
        }
        let then = self.binary(0)?;
        if self.keyword() != Some("if") {
            return Ok(then);
        }
        self.advance();
        let condition = self.binary(0)?;
        self.expect_word("else")?;
        let other = self.expression()?;
        let kind = ExprKind::Conditional(Box::new([then, condition, other]));
        Ok(Expr {
            span: start.to(self.last()),
            kind,
        })
    }

    fn binary(&mut self, level: usize) -> Result<Expr, SyntaxError> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        if level == 2 && self.keyword() == Some("not") {
            let start = self.span();
            self.advance();
            self.deeper()?;
            let inner = self.binary(level)?;
            self.shallower(1);
            let kind = ExprKind::Not(Box::new(inner));
            return Ok(Expr {
                span: start.to(self.last()),
                kind,
            });
        }
        let mut left = self.binary(level + 1)?;
        let mut height = 0;
        while let Some(operator) = self.operator(operators)? {
            // Each step makes the tree one higher.
            self.deeper()?;
            height += 1;
            let right = self.binary(level + 1)?;
            let span = left.span.to(self.last());
            left = Expr {
                span,
                kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)),
            };
        }
        self.shallower(height);
        Ok(left)
    }

    fn operator(&mut self, among: &[(&str, Operator)]) -> Result<Option<Operator>, SyntaxError> {
        let written = match self.peek() {
            Token::Name(name) => name.as_str(),
            Token::Mark(mark) => mark,
            _ => return Ok(None),
        };
        let Some((_, operator)) = among.iter().find(|(text, _)| *text == written) else {
            return Ok(None);
        };
        self.advance();
        if *operator == Operator::NotIn {
            self.expect_word("in")?;
        }
        Ok(Some(*operator))
    }

    fn unary(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.span();
        let Token::Mark(mark @ ("-" | "+" | "~")) = *self.peek() else {
            return self.primary();
        };
        self.advance();
        self.deeper()?;
        let inner = self.unary()?;
        self.shallower(1);
        let kind = ExprKind::Sign(mark.chars().next().unwrap_or('+'), Box::new(inner));
        Ok(Expr {
            span: start.to(self.last()),
            kind,
        })
    }

    /// A name, a value or a bracket, with what is called, taken or looked up behind it.
    pub fn primary(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.span();
        let mut expr = self.atom()?;
        if matches!(&expr.kind, ExprKind::Name(name) if name == "f") && matches!(self.peek(), Token::Text { .. }) {
            return Err(self.error("Starlark has no f-strings: write `%` or `.format(…)`".into()));
        }
        let mut height = 0;
        loop {
            let kind = if self.take(".") {
                ExprKind::Attribute(Box::new(expr), self.name()?)
            } else if self.take("(") {
                let args = self.args()?;
                ExprKind::Call(Box::new(expr), args)
            } else if self.take("[") {
                self.subscript(expr)?
            } else {
                break;
            };
            self.deeper()?;
            height += 1;
            expr = Expr {
                span: start.to(self.last()),
                kind,
            };
        }
        self.shallower(height);
        Ok(expr)
    }

    fn subscript(&mut self, object: Expr) -> Result<ExprKind, SyntaxError> {
        let object = Box::new(object);
        let mut parts: [Option<Box<Expr>>; 3] = [None, None, None];
        let mut colons = 0;
        loop {
            if self.take("]") {
                break;
            }
            if self.take(":") {
                colons += 1;
                if colons > 2 {
                    return Err(self.unexpected("`]`"));
                }
                continue;
            }
            if parts[colons].is_some() {
                return Err(self.unexpected("`]`"));
            }
            parts[colons] = Some(Box::new(self.expressions()?));
            if self.follows(",") {
                return Err(self.unexpected("another index"));
            }
        }
        match (colons, parts) {
            (0, [Some(index), ..]) => Ok(ExprKind::Index(object, index)),
            (0, _) => Err(self.error("an index is missing".into())),
            (_, parts) => Ok(ExprKind::Slice(object, parts)),
        }
    }

    fn args(&mut self) -> Result<Vec<Arg>, SyntaxError> {
        let mut args = Vec::new();
        while !self.take(")") {
            let start = self.span();
            let kind = if self.take("**") {
                ArgKind::StarStar
            } else if self.take("*") {
                ArgKind::Star
            } else if let (Token::Name(name), Token::Mark("=")) = (self.peek().clone(), self.peek_second()) {
                self.name()?;
                self.advance();
                ArgKind::Keyword(name)
            } else {
                ArgKind::Positional
            };
            let is_last = |kind: &ArgKind| args.iter().any(|arg: &Arg| arg.kind == *kind);
            let follows_name = args.iter().any(|arg| matches!(arg.kind, ArgKind::Keyword(_)));
            let is_misplaced = match kind {
                ArgKind::Positional => follows_name || is_last(&ArgKind::Star) || is_last(&ArgKind::StarStar),
                ArgKind::Keyword(_) | ArgKind::Star => is_last(&ArgKind::StarStar),
                ArgKind::StarStar => is_last(&ArgKind::StarStar),
            };
            if is_misplaced {
                return Err(self.error("positional arguments must come before keyword arguments".into()));
            }
            let value = self.expression()?;
            args.push(Arg {
                span: start.to(self.last()),
                kind,
                value,
            });
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(args)
    }

    fn atom(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.span();
        let kind = match self.peek().clone() {
            Token::Name(_) => ExprKind::Name(self.name()?),
            Token::Int(value) => {
                self.advance();
                ExprKind::Int(value)
            }
            Token::Float => {
                self.advance();
                ExprKind::Float
            }
            Token::Text { value, inner } => {
                self.advance();
                if matches!(self.peek(), Token::Text { .. }) {
                    return Err(self.error("Starlark does not join adjacent strings: write `+`".into()));
                }
                ExprKind::Text { value, inner }
            }
            Token::Mark("(") => return self.parenthesised(),
            Token::Mark("[") => {
                self.advance();
                self.list()?
            }
            Token::Mark("{") => {
                self.advance();
                self.dict()?
            }
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Expr {
            span: start.to(self.last()),
            kind,
        })
    }

    fn parenthesised(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.span();
        self.advance();
        if self.take(")") {
            return Ok(Expr {
                span: start.to(self.last()),
                kind: ExprKind::Tuple(Vec::new()),
            });
        }
        let mut inner = self.expressions()?;
        if self.keyword() == Some("for") {
            return Err(self.error("Starlark has no generators: write a list".into()));
        }
        self.expect(")")?;
        if matches!(inner.kind, ExprKind::Tuple(_)) {
            inner.span = start.to(self.last());
        }
        Ok(inner)
    }

    fn list(&mut self) -> Result<ExprKind, SyntaxError> {
        let mut items = Vec::new();
        while !self.take("]") {
            items.push(self.expression()?);
            if items.len() == 1 && self.keyword() == Some("for") {
                let clauses = self.clauses()?;
                self.expect("]")?;
                let item = items.remove(0);
                return Ok(ExprKind::ListOf(Box::new(item), clauses));
            }
            if !self.take(",") {
                self.expect("]")?;
                break;
            }
        }
        Ok(ExprKind::List(items))
    }

    fn dict(&mut self) -> Result<ExprKind, SyntaxError> {
        let mut entries = Vec::new();
        while !self.take("}") {
            let key = self.expression()?;
            self.expect(":")?;
            entries.push((key, self.expression()?));
            if entries.len() == 1 && self.keyword() == Some("for") {
                let clauses = self.clauses()?;
                self.expect("}")?;
                return Ok(ExprKind::DictOf(Box::new(entries.remove(0)), clauses));
            }
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(ExprKind::Dict(entries))
    }

    fn clauses(&mut self) -> Result<Vec<Clause>, SyntaxError> {
        let mut clauses = Vec::new();
        loop {
            match self.keyword() {
                Some("for") => {
                    self.advance();
                    let target = self.targets()?;
                    self.expect_word("in")?;
                    clauses.push(Clause::For(target, self.binary(0)?));
                }
                Some("if") => {
                    self.advance();
                    clauses.push(Clause::If(self.binary(0)?));
                }
                Some(_) | None => return Ok(clauses),
            }
        }
    }
}
