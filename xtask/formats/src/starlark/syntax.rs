//! The syntax tree of a Tiltfile: Starlark, every node with the bytes that it was read from.

use std::rc::Rc;

/// Bytes of one of the files that a Tiltfile is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The index of the file in the list of sources.
    pub file: u16,
    /// The offset of the first byte.
    pub start: u32,
    /// The offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// A span of a file; offsets beyond 4 GiB are cut to the greatest one.
    pub fn new(file: u16, start: usize, end: usize) -> Self {
        let short = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            file,
            start: short(start),
            end: short(end),
        }
    }

    /// From the start of this span to the end of `last`, in the same file.
    pub fn to(self, last: Self) -> Self {
        Self { end: last.end, ..self }
    }

    /// The offsets as a range of bytes.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the other span lies in this one.
    pub fn holds(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// An expression with its place.
#[derive(Debug)]
pub struct Expr {
    /// Without the parentheses around it.
    pub span: Span,
    /// What kind of expression it is.
    pub kind: ExprKind,
}

/// The expressions of Starlark.
#[derive(Debug)]
pub enum ExprKind {
    /// An identifier.
    Name(String),
    /// A string, and whether its bytes between the quotes are its value.
    Text {
        /// The value, with its escapes resolved.
        value: String,
        /// Where the value stands, when no escape changes it.
        inner: Option<Span>,
    },
    /// An integer.
    Int(i64),
    /// A floating-point number, whose value nothing asks for.
    Float,
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// `{key: value}`.
    Dict(Vec<(Expr, Expr)>),
    /// `[expression for …]`.
    ListOf(Box<Expr>, Vec<Clause>),
    /// `{key: value for …}`.
    DictOf(Box<(Expr, Expr)>, Vec<Clause>),
    /// A call with its arguments.
    Call(Box<Expr>, Vec<Arg>),
    /// `object.name`.
    Attribute(Box<Expr>, String),
    /// `object[index]`.
    Index(Box<Expr>, Box<Expr>),
    /// `object[start:stop:step]`.
    Slice(Box<Expr>, [Option<Box<Expr>>; 3]),
    /// `not a`.
    Not(Box<Expr>),
    /// `-x`, `+x`, `~x`.
    Sign(char, Box<Expr>),
    /// `a operator b`.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `then if condition else otherwise`: the three of them in this order.
    Conditional(Box<[Expr; 3]>),
    /// `lambda parameters: body`.
    Lambda(Rc<Lambda>),
}

/// A clause of a comprehension.
#[derive(Debug)]
pub enum Clause {
    /// `for target in iterable`.
    For(Target, Expr),
    /// `if condition`.
    If(Expr),
}

/// An argument of a call.
#[derive(Debug)]
pub struct Arg {
    /// Its bytes, with the name of a keyword argument.
    pub span: Span,
    /// How it is passed.
    pub kind: ArgKind,
    /// The expression that is passed.
    pub value: Expr,
}

/// How an argument is passed, or a parameter is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// By position.
    Positional,
    /// By name.
    Keyword(String),
    /// `*args`.
    Star,
    /// `**kwargs`.
    StarStar,
}

/// The binary operators of Starlark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `or`.
    Or,
    /// `and`.
    And,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `>`.
    Greater,
    /// `<=`.
    LessEqual,
    /// `>=`.
    GreaterEqual,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
    /// `|`.
    BitOr,
    /// `^`.
    BitXor,
    /// `&`.
    BitAnd,
    /// `<<`.
    ShiftLeft,
    /// `>>`.
    ShiftRight,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `//`.
    FloorDivide,
    /// `%`.
    Modulo,
}

/// An anonymous function.
#[derive(Debug)]
pub struct Lambda {
    /// Its parameters.
    pub params: Vec<Param>,
    /// The expression that it returns.
    pub body: Expr,
}

/// A parameter of a function.
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// How its argument is passed.
    pub kind: ArgKind,
    /// The value where no argument is passed.
    pub default: Option<Expr>,
}

/// What an assignment or a loop writes to.
#[derive(Debug)]
pub enum Target {
    /// A variable.
    Name(String),
    /// An attribute of an object.
    Attribute(Expr),
    /// An element of a list or dict.
    Index(Expr, Expr),
    /// Several targets that a sequence is unpacked into.
    Many(Vec<Target>),
}

/// A statement with its place.
#[derive(Debug)]
pub struct Stmt {
    /// Its bytes, with the block that belongs to it.
    pub span: Span,
    /// What kind of statement it is.
    pub kind: StmtKind,
}

/// The statements of Starlark.
#[derive(Debug)]
pub enum StmtKind {
    /// An expression that is evaluated for its effect.
    Expr(Expr),
    /// `target = value`.
    Assign(Target, Expr),
    /// `x += y`
    Augment(Target, Operator, Expr),
    /// `if` with its block and the block of `else`.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `for target in iterable` with its block.
    For(Target, Expr, Vec<Stmt>),
    /// `while` with its block, which Tilt allows.
    While(Expr, Vec<Stmt>),
    /// `def`.
    Def(Rc<Def>),
    /// `return`, with or without a value.
    Return(Option<Expr>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `pass`.
    Pass,
    /// The module, and pairs of the name here and the name there.
    Load(Expr, Vec<(String, String)>),
}

/// A function that `def` declares.
#[derive(Debug)]
pub struct Def {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its statements.
    pub body: Vec<Stmt>,
}
