//! Runs the statements of a Tiltfile, without doing anything: calls of Tilt's functions are noted, and what the file
//! alone does not tell stays unknown.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    builtin,
    decisions::{Decided, Settled},
    outline,
    value::{Arguments, Entry, Scope, Unknown, Value},
};
use formats::starlark::{
    parse,
    syntax::{Span, Stmt, StmtKind, Target},
    tokens::SyntaxError,
};
use repo::RepoPath;

/// Bounds for what a file may take: far above what people write, far below what a person would wait for.
const STEPS: usize = 400_000;
pub const DEPTH: usize = 300;

/// Gives the text of a file of the repository.
pub type Reader<'a> = &'a dyn Fn(&RepoPath) -> Option<String>;

pub struct Machine<'a> {
    pub reader: Reader<'a>,
    pub files: Vec<File>,
    /// How conditions that the file does not tell are taken to be, where that is not their default.
    pub choices: BTreeMap<Span, bool>,
    /// The conditions that came up.
    pub decided: Vec<Decided>,
    /// What is settled of values that conditions compare.
    pub settled: Vec<Settled>,
    /// Conditions led to where Tilt stops, such as `fail`: it is not started like this.
    pub is_failed: bool,
    /// What Tilt stops at, while it runs the file.
    pub stopped: Option<SyntaxError>,
    pub events: Vec<Event>,
    /// What could not be followed although it may build an image.
    pub lost: Vec<Unknown>,
    /// What is written and has no effect.
    pub idle: Vec<Unknown>,
    /// The loops that run: which items they are at, and from which literals those come.
    pub loops: Vec<(Vec<Span>, Vec<Span>)>,
    /// The calls of the file's own functions that run.
    pub frames: Vec<CallSite>,
    pub file: u16,
    /// The statement of the outermost level that runs.
    pub top: Span,
    pub depth: usize,
    pub steps: usize,
    /// Files that are being read, so that none includes itself.
    open: Vec<u16>,
}

pub struct File {
    pub path: RepoPath,
    pub text: String,
    pub statements: Rc<Vec<Stmt>>,
}

/// A call of one of Tilt's functions.
pub struct Event {
    pub name: Rc<str>,
    pub call: Arguments,
    pub top: Span,
    /// The items of the loops around it, and the literals that they come from.
    pub made_from: Vec<Span>,
    pub feeders: Vec<Span>,
    pub frames: Vec<CallSite>,
}

/// A call of a function that the file defines.
#[derive(Clone, Debug)]
pub struct CallSite {
    pub span: Span,
    /// The parameters that are not given, and the list literals that they are then.
    pub defaulted: Vec<(String, Vec<Span>)>,
    /// The list literals that it is given.
    pub given: Vec<Span>,
}

pub enum Flow {
    Next,
    Break,
    Continue,
    Return(Value),
}

impl<'a> Machine<'a> {
    pub fn new(reader: Reader<'a>, choices: BTreeMap<Span, bool>) -> Self {
        Self {
            reader,
            files: Vec::new(),
            choices,
            decided: Vec::new(),
            settled: Vec::new(),
            is_failed: false,
            stopped: None,
            events: Vec::new(),
            lost: Vec::new(),
            idle: Vec::new(),
            loops: Vec::new(),
            frames: Vec::new(),
            file: 0,
            top: Span::new(0, 0, 0),
            depth: 0,
            steps: 0,
            open: Vec::new(),
        }
    }

    /// Reads and runs a file, and returns its names. `None` when there is no such file.
    pub fn run_file(&mut self, path: &RepoPath) -> Option<Result<Rc<Scope>, SyntaxError>> {
        let file = match self.files.iter().position(|file| file.path == *path) {
            Some(known) => u16::try_from(known).ok()?,
            None => {
                let text = (self.reader)(path)?;
                let file = u16::try_from(self.files.len()).ok()?;
                let (statements, error) = match parse::parse(file, &text) {
                    Ok(statements) => (statements, None),
                    Err(error) => (Vec::new(), Some(error)),
                };
                let statements = Rc::new(statements);
                self.files.push(File {
                    path: path.clone(),
                    text,
                    statements,
                });
                if let Some(error) = error {
                    return Some(Err(error));
                }
                file
            }
        };
        let scope = Rc::new(Scope::default());
        if self.open.contains(&file) {
            return Some(Ok(scope));
        }
        let statements = self.files.get(usize::from(file))?.statements.clone();
        let before = std::mem::replace(&mut self.file, file);
        self.open.push(file);
        for statement in statements.iter() {
            if self.open.len() == 1 {
                self.top = statement.span;
            }
            self.statement(statement, &scope);
        }
        self.open.pop();
        self.file = before;
        Some(Ok(scope))
    }

    pub fn block(&mut self, statements: &[Stmt], scope: &Rc<Scope>) -> Flow {
        for statement in statements {
            match self.statement(statement, scope) {
                Flow::Next => {}
                flow => return flow,
            }
        }
        Flow::Next
    }

    fn statement(&mut self, statement: &Stmt, scope: &Rc<Scope>) -> Flow {
        if !self.step(statement.span) {
            return Flow::Return(Value::None);
        }
        match &statement.kind {
            StmtKind::Expr(expr) => drop(self.value(expr, scope)),
            StmtKind::Assign(target, expr) => {
                let value = self.value(expr, scope);
                self.assign(target, value, Some(statement.span), scope);
            }
            StmtKind::Augment(target, operator, expr) => {
                let right = self.value(expr, scope);
                let left = match target {
                    Target::Name(name) => self.name(name, statement.span, scope),
                    Target::Attribute(object) => self.value(object, scope),
                    Target::Index(object, index) => {
                        let (object, index) = (self.value(object, scope), self.value(index, scope));
                        self.index(&object, &index, statement.span)
                    }
                    Target::Many(_) => Value::unknown(statement.span, "several names are added to at once"),
                };
                let value = self.augment(*operator, left, right, statement.span);
                self.assign(target, value, Some(statement.span), scope);
            }
            StmtKind::If(condition, then, other) => {
                let condition = self.value(condition, scope);
                let arm = if self.decide(&condition) { then } else { other };
                return self.block(arm, scope);
            }
            StmtKind::For(target, over, body) => return self.for_each(target, over, body, scope),
            StmtKind::While(condition, body) => return self.while_(condition, body, scope),
            StmtKind::Def(def) => {
                let function = self.function(def, scope);
                scope.set(&def.name, function);
            }
            StmtKind::Return(None) => return Flow::Return(Value::None),
            StmtKind::Return(Some(expr)) => return Flow::Return(self.value(expr, scope)),
            StmtKind::Break => return Flow::Break,
            StmtKind::Continue => return Flow::Continue,
            StmtKind::Pass => {}
            StmtKind::Load(module, names) => {
                let module = self.value(module, scope);
                builtin::load(self, &module, names, statement.span, scope);
            }
        }
        Flow::Next
    }

    fn for_each(
        &mut self,
        target: &Target,
        over: &formats::starlark::syntax::Expr,
        body: &[Stmt],
        scope: &Rc<Scope>,
    ) -> Flow {
        let sequence = self.value(over, scope);
        let (items, homes, hole) = self.items(&sequence, over.span);
        // What builds no image may go over anything.
        if let Some(hole) = hole.filter(|_| self.may_build(body, scope)) {
            let why = format!("cannot determine what this loop iterates over: {}", hole.why);
            self.lost.push(Unknown { span: over.span, why });
        }
        for item in items {
            if !self.step(over.span) {
                break;
            }
            let mut from = item.made_from;
            from.extend(item.span);
            self.loops.push((from, homes.clone()));
            self.assign(target, item.value, None, scope);
            let flow = self.block(body, scope);
            self.loops.pop();
            match flow {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return(value) => return Flow::Return(value),
            }
        }
        Flow::Next
    }

    fn while_(&mut self, condition: &formats::starlark::syntax::Expr, body: &[Stmt], scope: &Rc<Scope>) -> Flow {
        loop {
            let value = self.value(condition, scope);
            let is_known = value.truth().is_some();
            if !self.decide(&value) || !self.step(condition.span) {
                return Flow::Next;
            }
            match self.block(body, scope) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Flow::Next,
                Flow::Return(value) => return Flow::Return(value),
            }
            // One turn of it is followed, where nothing tells how many there are.
            if !is_known {
                if self.may_build(body, scope) {
                    let why = "cannot determine how often this loop runs".to_owned();
                    self.lost.push(Unknown {
                        span: condition.span,
                        why,
                    });
                }
                return Flow::Next;
            }
        }
    }

    /// Whether statements call what builds an image, or a function that may.
    fn may_build(&self, body: &[Stmt], scope: &Rc<Scope>) -> bool {
        outline::called(body)
            .iter()
            .any(|name| match scope.get(name).or_else(|| builtin::global(name)) {
                Some(Value::Builtin(name)) => builtin::BUILDS.contains(&&*name),
                Some(Value::Function(_)) => true,
                _ => false,
            })
    }

    pub fn assign(&mut self, target: &Target, value: Value, statement: Option<Span>, scope: &Rc<Scope>) {
        match target {
            Target::Name(name) => scope.set(name, value),
            Target::Attribute(_) => {}
            Target::Index(object, index) => {
                let (object, key) = (self.value(object, scope), self.value(index, scope));
                match &object {
                    Value::Dict(dict) => dict.borrow_mut().set(Entry {
                        key,
                        value,
                        span: statement,
                    }),
                    Value::List(list) => {
                        let Value::Int(at) = key else { return };
                        let mut list = list.borrow_mut();
                        if let Some(item) = usize::try_from(at).ok().and_then(|at| list.items.get_mut(at)) {
                            item.value = value;
                            item.span = None;
                        }
                    }
                    _ => {}
                }
            }
            Target::Many(targets) => {
                let (items, _, hole) = self.items(&value, self.top);
                for (index, target) in targets.iter().enumerate() {
                    let item = items.get(index).map(|item| item.value.clone());
                    let why = hole
                        .as_ref()
                        .map_or("there are fewer values than names", |hole| hole.why.as_str());
                    let span = statement.unwrap_or(self.top);
                    self.assign(
                        target,
                        item.unwrap_or_else(|| Value::unknown(span, why)),
                        statement,
                        scope,
                    );
                }
            }
        }
    }

    /// The file whose folder paths start from: the one that runs, also in functions that it has loaded.
    pub fn here(&self) -> u16 {
        self.open.last().copied().unwrap_or(self.file)
    }

    /// Notes what Tilt stops at, unless it has stopped before.
    pub fn stop(&mut self, span: Span, message: String) {
        if self.stopped.is_none() {
            self.stopped = Some(SyntaxError { span, message });
        }
    }

    /// The bytes of an expression.
    pub fn written(&self, span: Span) -> &str {
        let file = self.files.get(usize::from(span.file));
        file.and_then(|file| file.text.get(span.range())).unwrap_or_default()
    }

    /// `false` when the file takes too long: nothing more is run then.
    pub fn step(&mut self, at: Span) -> bool {
        self.steps += 1;
        if self.steps == STEPS {
            self.lost.push(Unknown {
                span: at,
                why: "the file takes too many steps to be followed further".into(),
            });
        }
        self.steps < STEPS
    }

    pub fn note(&mut self, name: &Rc<str>, call: Arguments) {
        let top = self.top;
        let made_from = self.loops.iter().flat_map(|(items, _)| items.iter().copied()).collect();
        let feeders = self.loops.iter().flat_map(|(_, homes)| homes.iter().copied()).collect();
        self.events.push(Event {
            name: name.clone(),
            call,
            top,
            made_from,
            feeders,
            frames: self.frames.clone(),
        });
    }
}
