//! Where the literals, calls and statements of a file stand, for those who edit it.

use std::collections::BTreeMap;

use formats::starlark::{
    parse,
    syntax::{ArgKind, Clause, Expr, ExprKind, Lambda, Operator, Param, Span, Stmt, StmtKind, Target},
    tokens::SyntaxError,
};

/// Lists, dicts and calls, by their bytes.
#[derive(Debug, Default)]
pub struct Outline {
    /// The brackets by their bytes, the brackets included.
    pub brackets: BTreeMap<Span, Bracket>,
    /// Statements of the outermost level, in order.
    pub statements: Vec<Span>,
    /// Statements in blocks.
    pub nested: Vec<Span>,
}

/// A list, a dict or the arguments of a call.
#[derive(Debug)]
pub struct Bracket {
    /// The bytes between the brackets.
    pub inside: Span,
    /// The items, entries or arguments, in order.
    pub items: Vec<BracketItem>,
    /// Whether it holds the arguments of a call.
    pub is_call: bool,
}

/// An item between brackets.
#[derive(Clone, Debug)]
pub struct BracketItem {
    /// The bytes of the item.
    pub span: Span,
    /// The value of an argument; the item itself elsewhere.
    pub value: Span,
    /// The keyword of an argument.
    pub keyword: Option<String>,
    /// `*x` or `**x`.
    pub is_spread: bool,
    /// `+` binds stronger than what stands there.
    pub is_loose: bool,
    /// The function that is called there, by its name.
    pub calls: Option<String>,
}

impl Outline {
    /// Reads the brackets of a file; the error is the first one of its syntax.
    pub fn of(file: u16, text: &str) -> Result<Self, SyntaxError> {
        let statements = parse::parse(file, text)?;
        let mut outline = Self {
            statements: statements.iter().map(|statement| statement.span).collect(),
            ..Self::default()
        };
        walk(&statements, &mut |expr| outline.add(expr));
        nested(&statements, 0, &mut outline.nested);
        Ok(outline)
    }

    fn add(&mut self, expr: &Expr) {
        let span = expr.span;
        let inner = |start: u32| Span {
            start,
            end: span.end.saturating_sub(1),
            ..span
        };
        let (inside, items, is_call) = match &expr.kind {
            ExprKind::List(items) => (inner(span.start + 1), items.iter().map(item).collect(), false),
            ExprKind::Dict(entries) => {
                let entry = |(key, value): &(Expr, Expr)| BracketItem {
                    span: key.span.to(value.span),
                    ..item(value)
                };
                (inner(span.start + 1), entries.iter().map(entry).collect(), false)
            }
            ExprKind::Call(callee, args) => {
                let argument = |arg: &formats::starlark::syntax::Arg| BracketItem {
                    span: arg.span,
                    keyword: match &arg.kind {
                        ArgKind::Keyword(name) => Some(name.clone()),
                        ArgKind::Positional | ArgKind::Star | ArgKind::StarStar => None,
                    },
                    is_spread: matches!(arg.kind, ArgKind::Star | ArgKind::StarStar),
                    ..item(&arg.value)
                };
                (inner(callee.span.end + 1), args.iter().map(argument).collect(), true)
            }
            _ => return,
        };
        self.brackets.insert(span, Bracket { inside, items, is_call });
    }
}

fn item(expr: &Expr) -> BracketItem {
    let is_loose = match &expr.kind {
        ExprKind::Conditional(_) | ExprKind::Lambda(_) | ExprKind::Not(_) => true,
        ExprKind::Binary(operator, ..) => *operator != Operator::Add,
        _ => false,
    };
    let calls = match &expr.kind {
        ExprKind::Call(callee, _) => match &callee.kind {
            ExprKind::Name(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    };
    BracketItem {
        span: expr.span,
        value: expr.span,
        keyword: None,
        is_spread: false,
        is_loose,
        calls,
    }
}

/// The statements in the blocks of these, and in the blocks of those.
fn nested(statements: &[Stmt], depth: usize, into: &mut Vec<Span>) {
    for statement in statements {
        if depth > 0 {
            into.push(statement.span);
        }
        match &statement.kind {
            StmtKind::If(_, then, other) => {
                nested(then, depth + 1, into);
                nested(other, depth + 1, into);
            }
            StmtKind::For(_, _, body) | StmtKind::While(_, body) => nested(body, depth + 1, into),
            StmtKind::Def(def) => nested(&def.body, depth + 1, into),
            _ => {}
        }
    }
}

/// The names that are called somewhere in these statements.
pub fn called(statements: &[Stmt]) -> Vec<String> {
    let mut names = Vec::new();
    walk(statements, &mut |expr| {
        if let ExprKind::Call(callee, _) = &expr.kind
            && let ExprKind::Name(name) = &callee.kind
        {
            names.push(name.clone());
        }
    });
    names
}

/// Every expression, outer ones first.
fn walk(statements: &[Stmt], see: &mut dyn FnMut(&Expr)) {
    for statement in statements {
        match &statement.kind {
            StmtKind::Expr(expr) | StmtKind::Return(Some(expr)) | StmtKind::Load(expr, _) => expression(expr, see),
            StmtKind::Assign(target, expr) | StmtKind::Augment(target, _, expr) => {
                walk_target(target, see);
                expression(expr, see);
            }
            StmtKind::If(condition, then, other) => {
                expression(condition, see);
                walk(then, see);
                walk(other, see);
            }
            StmtKind::For(target, over, body) => {
                walk_target(target, see);
                expression(over, see);
                walk(body, see);
            }
            StmtKind::While(condition, body) => {
                expression(condition, see);
                walk(body, see);
            }
            StmtKind::Def(def) => {
                walk_params(&def.params, see);
                walk(&def.body, see);
            }
            StmtKind::Return(None) | StmtKind::Break | StmtKind::Continue | StmtKind::Pass => {}
        }
    }
}

fn walk_params(params: &[Param], see: &mut dyn FnMut(&Expr)) {
    params
        .iter()
        .filter_map(|param| param.default.as_ref())
        .for_each(|default| expression(default, see));
}

fn walk_target(target: &Target, see: &mut dyn FnMut(&Expr)) {
    match target {
        Target::Name(_) => {}
        Target::Attribute(object) => expression(object, see),
        Target::Index(object, index) => {
            expression(object, see);
            expression(index, see);
        }
        Target::Many(targets) => targets.iter().for_each(|target| walk_target(target, see)),
    }
}

fn expression(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    see(expr);
    let clauses = |clauses: &[Clause], see: &mut dyn FnMut(&Expr)| {
        for clause in clauses {
            match clause {
                Clause::For(target, over) => {
                    walk_target(target, see);
                    expression(over, see);
                }
                Clause::If(condition) => expression(condition, see),
            }
        }
    };
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Text { .. } | ExprKind::Int(_) | ExprKind::Float => {}
        ExprKind::List(items) | ExprKind::Tuple(items) => items.iter().for_each(|item| expression(item, see)),
        ExprKind::Dict(entries) => {
            for (key, value) in entries {
                expression(key, see);
                expression(value, see);
            }
        }
        ExprKind::ListOf(item, parts) => {
            expression(item, see);
            clauses(parts, see);
        }
        ExprKind::DictOf(entry, parts) => {
            expression(&entry.0, see);
            expression(&entry.1, see);
            clauses(parts, see);
        }
        ExprKind::Call(callee, args) => {
            expression(callee, see);
            args.iter().for_each(|arg| expression(&arg.value, see));
        }
        ExprKind::Attribute(object, _) => expression(object, see),
        ExprKind::Index(object, index) => {
            expression(object, see);
            expression(index, see);
        }
        ExprKind::Slice(object, parts) => {
            expression(object, see);
            parts.iter().flatten().for_each(|part| expression(part, see));
        }
        ExprKind::Not(inner) | ExprKind::Sign(_, inner) => expression(inner, see),
        ExprKind::Binary(_, left, right) => {
            expression(left, see);
            expression(right, see);
        }
        ExprKind::Conditional(parts) => parts.iter().for_each(|part| expression(part, see)),
        ExprKind::Lambda(lambda) => {
            let Lambda { params, body } = &**lambda;
            walk_params(params, see);
            expression(body, see);
        }
    }
}
