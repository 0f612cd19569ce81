//! The syntax tree of a Tiltfile: Starlark, every node with the bytes that it was read from.

use std::rc::Rc;

/// Bytes of one of the files that a Tiltfile is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: u16,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: u16, start: usize, end: usize) -> Self {
        let short = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            file,
            start: short(start),
            end: short(end),
        }
    }

    pub fn to(self, last: Self) -> Self {
        Self { end: last.end, ..self }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn holds(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

#[derive(Debug)]
pub struct Expr {
    /// Without the parentheses around it.
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Debug)]
pub enum ExprKind {
    Name(String),
    /// A string, and whether its bytes between the quotes are its value.
    Text {
        value: String,
        /// Where the value stands, when no escape changes it.
        inner: Option<Span>,
    },
    Int(i64),
    Float,
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    ListOf(Box<Expr>, Vec<Clause>),
    DictOf(Box<(Expr, Expr)>, Vec<Clause>),
    Call(Box<Expr>, Vec<Arg>),
    Attribute(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Slice(Box<Expr>, [Option<Box<Expr>>; 3]),
    Not(Box<Expr>),
    /// `-x`, `+x`, `~x`.
    Sign(char, Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Conditional(Box<[Expr; 3]>),
    Lambda(Rc<Lambda>),
}

#[derive(Debug)]
pub enum Clause {
    For(Target, Expr),
    If(Expr),
}

#[derive(Debug)]
pub struct Arg {
    pub span: Span,
    pub kind: ArgKind,
    pub value: Expr,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgKind {
    Positional,
    Keyword(String),
    Star,
    StarStar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    In,
    NotIn,
    BitOr,
    BitXor,
    BitAnd,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
}

#[derive(Debug)]
pub struct Lambda {
    pub params: Vec<Param>,
    pub body: Expr,
}

#[derive(Debug)]
pub struct Param {
    pub name: String,
    pub kind: ArgKind,
    pub default: Option<Expr>,
}

#[derive(Debug)]
pub enum Target {
    Name(String),
    Attribute(Expr),
    Index(Expr, Expr),
    Many(Vec<Target>),
}

#[derive(Debug)]
pub struct Stmt {
    pub span: Span,
    pub kind: StmtKind,
}

#[derive(Debug)]
pub enum StmtKind {
    Expr(Expr),
    Assign(Target, Expr),
    /// `x += y`
    Augment(Target, Operator, Expr),
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    For(Target, Expr, Vec<Stmt>),
    Def(Rc<Def>),
    Return(Option<Expr>),
    Break,
    Continue,
    Pass,
    /// The module, and pairs of the name here and the name there.
    Load(Expr, Vec<(String, String)>),
}

#[derive(Debug)]
pub struct Def {
    pub name: String,
    pub params: Vec<Param>,
    pub body: Vec<Stmt>,
}
