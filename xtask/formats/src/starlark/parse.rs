//! Reads statements; `expression.rs` reads what is in them.

use std::rc::Rc;

use super::{
    cursor::Parser,
    syntax::{ArgKind, Def, Expr, ExprKind, Operator, Param, Span, Stmt, StmtKind, Target},
    tokens::{self, SyntaxError, Token},
};

/// The statements of a file.
pub fn parse(file: u16, text: &str) -> Result<Vec<Stmt>, SyntaxError> {
    let mut parser = Parser::new(tokens::split(file, text)?);
    let mut statements = Vec::new();
    while *parser.peek() != Token::End {
        parser.statement(&mut statements)?;
    }
    Ok(statements)
}

impl Parser {
    /// One compound statement, or the simple ones of a line.
    fn statement(&mut self, into: &mut Vec<Stmt>) -> Result<(), SyntaxError> {
        let start = self.span();
        let kind = match self.keyword() {
            Some("def") => self.def()?,
            Some("if") => self.conditional()?,
            Some("for") => {
                self.advance();
                let target = self.targets()?;
                self.expect_word("in")?;
                let over = self.expression()?;
                StmtKind::For(target, over, self.block()?)
            }
            Some("while") => {
                self.advance();
                let condition = self.expression()?;
                StmtKind::While(condition, self.block()?)
            }
            Some(word @ ("class" | "import" | "from" | "try" | "with" | "raise" | "del" | "async")) => {
                return Err(self.error(format!("Starlark has no `{word}`")));
            }
            Some(_) | None => return self.simple(into),
        };
        let span = start.to(self.last());
        into.push(Stmt { span, kind });
        Ok(())
    }

    fn simple(&mut self, into: &mut Vec<Stmt>) -> Result<(), SyntaxError> {
        loop {
            let start = self.span();
            let kind = self.small()?;
            let span = start.to(self.last());
            into.push(Stmt { span, kind });
            let again = self.take(";");
            if *self.peek() == Token::Newline {
                self.advance();
                return Ok(());
            }
            if *self.peek() == Token::End {
                return Ok(());
            }
            if !again {
                return Err(self.unexpected("the end of the line"));
            }
        }
    }

    fn small(&mut self) -> Result<StmtKind, SyntaxError> {
        let word = self.keyword();
        if let Some(word @ ("pass" | "break" | "continue" | "return")) = word {
            self.advance();
            return Ok(match word {
                "pass" => StmtKind::Pass,
                "break" => StmtKind::Break,
                "continue" => StmtKind::Continue,
                _ if matches!(self.peek(), Token::Newline | Token::End | Token::Mark(";")) => StmtKind::Return(None),
                _ => StmtKind::Return(Some(self.expressions()?)),
            });
        }
        let left = self.expressions()?;
        if self.take("=") {
            let target = self.target(left)?;
            return Ok(StmtKind::Assign(target, self.expressions()?));
        }
        const AUGMENTED: [(&str, Operator); 10] = [
            ("+=", Operator::Add),
            ("-=", Operator::Subtract),
            ("*=", Operator::Multiply),
            ("/=", Operator::Divide),
            ("//=", Operator::FloorDivide),
            ("%=", Operator::Modulo),
            ("|=", Operator::BitOr),
            ("&=", Operator::BitAnd),
            ("^=", Operator::BitXor),
            ("<<=", Operator::ShiftLeft),
        ];
        for (mark, operator) in AUGMENTED {
            if self.take(mark) {
                let target = self.target(left)?;
                return Ok(StmtKind::Augment(target, operator, self.expressions()?));
            }
        }
        match left {
            Expr {
                kind: ExprKind::Call(callee, args),
                span,
            } => match &callee.kind {
                ExprKind::Name(name) if name == "load" => load(args, span),
                _ => Ok(StmtKind::Expr(Expr {
                    kind: ExprKind::Call(callee, args),
                    span,
                })),
            },
            left => Ok(StmtKind::Expr(left)),
        }
    }

    fn def(&mut self) -> Result<StmtKind, SyntaxError> {
        self.advance();
        let name = self.name()?;
        self.expect("(")?;
        let params = self.params(")")?;
        self.expect(")")?;
        if self.take("->") {
            self.expression()?;
        }
        let body = self.block()?;
        Ok(StmtKind::Def(Rc::new(Def { name, params, body })))
    }

    /// Up to the bracket or colon that ends them, which stays.
    pub fn params(&mut self, end: &'static str) -> Result<Vec<Param>, SyntaxError> {
        let mut params = Vec::new();
        while *self.peek() != Token::Mark(end) {
            let kind = if self.take("**") {
                ArgKind::StarStar
            } else if self.take("*") {
                ArgKind::Star
            } else {
                ArgKind::Positional
            };
            let is_separator = kind == ArgKind::Star && !matches!(self.peek(), Token::Name(_));
            let name = if is_separator { String::new() } else { self.name()? };
            if end == ")" && self.take(":") {
                self.expression()?;
            }
            let default = if self.take("=") { Some(self.expression()?) } else { None };
            params.push(Param { name, kind, default });
            if !self.take(",") {
                break;
            }
        }
        Ok(params)
    }

    /// `if` and all its `elif`, without recursion: the list may be long.
    fn conditional(&mut self) -> Result<StmtKind, SyntaxError> {
        let mut arms = Vec::new();
        let mut other = Vec::new();
        loop {
            let start = self.span();
            self.advance();
            let condition = self.expression()?;
            arms.push((start, condition, self.block()?, self.last()));
            match self.keyword() {
                Some("elif") => self.deeper()?,
                Some("else") => {
                    self.advance();
                    other = self.block()?;
                    break;
                }
                Some(_) | None => break,
            }
        }
        self.shallower(arms.len() - 1);
        let mut kind = None;
        while let Some((start, condition, then, end)) = arms.pop() {
            if let Some((kind, start, end)) = kind.take() {
                let span = Span::to(start, end);
                other = vec![Stmt { span, kind }];
            }
            kind = Some((StmtKind::If(condition, then, std::mem::take(&mut other)), start, end));
        }
        kind.map(|(kind, _, _)| kind)
            .ok_or_else(|| self.error("an `if` without a condition".into()))
    }

    fn block(&mut self) -> Result<Vec<Stmt>, SyntaxError> {
        self.expect(":")?;
        self.deeper()?;
        let mut body = Vec::new();
        if *self.peek() == Token::Newline {
            self.advance();
            if *self.peek() != Token::Indent {
                return Err(self.unexpected("an indented block"));
            }
            self.advance();
            while *self.peek() != Token::Dedent {
                self.statement(&mut body)?;
            }
            self.advance();
        } else {
            self.simple(&mut body)?;
        }
        self.shallower(1);
        Ok(body)
    }

    /// What stands between `for` and `in`.
    pub fn targets(&mut self) -> Result<Target, SyntaxError> {
        let mut all = Vec::new();
        let mut is_many = false;
        loop {
            let one = self.primary()?;
            all.push(self.target(one)?);
            if !self.take(",") {
                break;
            }
            is_many = true;
            if self.keyword() == Some("in") {
                break;
            }
        }
        match all.pop() {
            Some(only) if !is_many => Ok(only),
            last => Ok(Target::Many(all.into_iter().chain(last).collect())),
        }
    }

    fn target(&self, expr: Expr) -> Result<Target, SyntaxError> {
        match expr.kind {
            ExprKind::Name(name) => Ok(Target::Name(name)),
            ExprKind::Attribute(..) => Ok(Target::Attribute(expr)),
            ExprKind::Index(object, index) => Ok(Target::Index(*object, *index)),
            ExprKind::List(items) | ExprKind::Tuple(items) => {
                let targets = items.into_iter().map(|item| self.target(item));
                Ok(Target::Many(targets.collect::<Result<_, _>>()?))
            }
            _ => Err(SyntaxError {
                span: expr.span,
                message: "nothing can be assigned to this".into(),
            }),
        }
    }
}

fn load(args: Vec<super::syntax::Arg>, span: Span) -> Result<StmtKind, SyntaxError> {
    let error = |message: &str| SyntaxError {
        span,
        message: message.into(),
    };
    let mut module = None;
    let mut names = Vec::new();
    for arg in args {
        match (&arg.kind, &arg.value.kind) {
            (ArgKind::Positional, _) if module.is_none() => module = Some(arg.value),
            (ArgKind::Positional, ExprKind::Text { value, .. }) => names.push((value.clone(), value.clone())),
            (ArgKind::Keyword(name), ExprKind::Text { value, .. }) => names.push((name.clone(), value.clone())),
            _ => return Err(error("`load` takes strings")),
        }
    }
    match module {
        Some(module) => Ok(StmtKind::Load(module, names)),
        None => Err(error("`load` names no module")),
    }
}
