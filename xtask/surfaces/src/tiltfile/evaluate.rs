//! What an expression comes to.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    builtin,
    machine::{DEPTH, Machine},
    methods, operators, refused,
    text::Text,
    value::{Code, Condition, Dict, Entry, Function, Item, List, Scope, Unknown, Value},
};
use formats::starlark::syntax::{Clause, Def, Expr, ExprKind, Operator, Param, Span};

impl Machine<'_> {
    pub fn value(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Value {
        self.depth += 1;
        let value = if self.depth > DEPTH || !self.step(expr.span) {
            Value::unknown(expr.span, "this is nested too deeply, or calls itself too often")
        } else {
            self.evaluate(expr, scope)
        };
        self.depth -= 1;
        value
    }

    fn evaluate(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Value {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Name(name) => self.name(name, span, scope),
            ExprKind::Text { value, inner } => Value::Text(Text::from_literal(value.clone(), *inner)),
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Float => Value::unknown(span, "this number is not followed"),
            ExprKind::List(items) => self.literal(items, false, span, scope),
            ExprKind::Tuple(items) => self.literal(items, true, span, scope),
            ExprKind::Dict(entries) => {
                let mut dict = Dict {
                    homes: vec![span],
                    ..Dict::default()
                };
                for (key, value) in entries {
                    let at = key.span.to(value.span);
                    let (key, value) = (self.value(key, scope), self.value(value, scope));
                    dict.set(Entry {
                        key,
                        value,
                        span: Some(at),
                    });
                }
                Value::Dict(Rc::new(RefCell::new(dict)))
            }
            ExprKind::ListOf(item, clauses) => self.list_of(item, clauses, scope),
            ExprKind::DictOf(entry, clauses) => {
                let mut dict = Dict::default();
                let inner = Scope::inside(scope);
                let mut hole = None;
                self.clauses(clauses, &inner, &mut hole, &mut |machine| {
                    let (key, value) = (machine.value(&entry.0, &inner), machine.value(&entry.1, &inner));
                    dict.set(Entry { key, value, span: None });
                });
                dict.hole = hole;
                Value::Dict(Rc::new(RefCell::new(dict)))
            }
            ExprKind::Call(callee, args) => {
                let callee = self.value(callee, scope);
                let args = self.arguments(args, span, scope);
                self.call(&callee, args)
            }
            ExprKind::Attribute(object, name) => {
                let object = self.value(object, scope);
                self.attribute(object, name, span)
            }
            ExprKind::Index(object, index) => {
                let (object, index) = (self.value(object, scope), self.value(index, scope));
                self.index(&object, &index, span)
            }
            ExprKind::Slice(object, parts) => {
                let object = self.value(object, scope);
                let parts = [0, 1, 2].map(|part: usize| {
                    let expr = parts.get(part).and_then(Option::as_ref)?;
                    Some(self.value(expr, scope))
                });
                methods::slice(&object, &parts, span)
            }
            ExprKind::Not(inner) => {
                let inner = self.value(inner, scope);
                Value::Bool(!self.decide(&inner))
            }
            ExprKind::Sign(sign, inner) => match (sign, self.value(inner, scope)) {
                ('-', Value::Int(value)) => Value::Int(value.wrapping_neg()),
                ('+', value @ Value::Int(_)) => value,
                _ => Value::unknown(span, "this number is not followed"),
            },
            ExprKind::Binary(operator, left, right) => {
                let left = self.value(left, scope);
                match operator {
                    Operator::Or if self.decide(&left) => left,
                    Operator::And if !self.decide(&left) => left,
                    Operator::Or | Operator::And => self.value(right, scope),
                    _ => {
                        let right = self.value(right, scope);
                        operators::binary(*operator, &left, &right, span)
                    }
                }
            }
            ExprKind::Conditional(parts) => {
                let [then, condition, other] = &**parts;
                let condition = self.value(condition, scope);
                if self.decide(&condition) {
                    self.value(then, scope)
                } else {
                    self.value(other, scope)
                }
            }
            ExprKind::Lambda(lambda) => {
                let defaults = self.defaults(&lambda.params, scope);
                Value::Function(Rc::new(Function {
                    name: "lambda".into(),
                    code: Code::Lambda(lambda.clone()),
                    defaults,
                    scope: scope.clone(),
                    file: self.file,
                }))
            }
        }
    }

    pub fn name(&mut self, name: &str, span: Span, scope: &Rc<Scope>) -> Value {
        let bound = scope.get(name).or_else(|| builtin::global(name));
        if bound.is_none()
            && let Some(message) = refused::function(self, name, span)
        {
            self.stop(span, message);
        }
        bound.unwrap_or_else(|| Value::unknown(span, format!("`{name}` is not bound here")))
    }

    pub fn function(&mut self, def: &Rc<Def>, scope: &Rc<Scope>) -> Value {
        let defaults = self.defaults(&def.params, scope);
        Value::Function(Rc::new(Function {
            name: def.name.clone(),
            code: Code::Def(def.clone()),
            defaults,
            scope: scope.clone(),
            file: self.file,
        }))
    }

    fn defaults(&mut self, params: &[Param], scope: &Rc<Scope>) -> BTreeMap<usize, Value> {
        let mut defaults = BTreeMap::new();
        for (index, param) in params.iter().enumerate() {
            if let Some(default) = &param.default {
                defaults.insert(index, self.value(default, scope));
            }
        }
        defaults
    }

    fn literal(&mut self, items: &[Expr], is_tuple: bool, span: Span, scope: &Rc<Scope>) -> Value {
        let mut list = List {
            is_tuple,
            homes: vec![span],
            ..List::default()
        };
        for item in items {
            let value = self.value(item, scope);
            list.items.push(Item {
                value,
                span: Some(item.span),
                made_from: Vec::new(),
            });
        }
        Value::List(Rc::new(RefCell::new(list)))
    }

    fn list_of(&mut self, item: &Expr, clauses: &[Clause], scope: &Rc<Scope>) -> Value {
        let inner = Scope::inside(scope);
        let outside = self.loops.len();
        let mut list = List::default();
        let mut hole = None;
        list.feeders = self.clauses(clauses, &inner, &mut hole, &mut |machine| {
            let value = machine.value(item, &inner);
            let loops = machine.loops.get(outside..).unwrap_or_default();
            let made_from = loops.iter().flat_map(|(items, _)| items.iter().copied()).collect();
            list.items.push(Item {
                value,
                span: None,
                made_from,
            });
        });
        list.hole = hole;
        Value::List(Rc::new(RefCell::new(list)))
    }

    /// Runs the body for every combination, and returns the literals that the items come from.
    fn clauses(
        &mut self,
        clauses: &[Clause],
        scope: &Rc<Scope>,
        hole: &mut Option<Rc<Unknown>>,
        body: &mut dyn FnMut(&mut Self),
    ) -> Vec<Span> {
        let Some((first, rest)) = clauses.split_first() else {
            body(self);
            return Vec::new();
        };
        match first {
            Clause::If(condition) => {
                let condition = self.value(condition, scope);
                if self.decide(&condition) {
                    self.clauses(rest, scope, hole, body)
                } else {
                    Vec::new()
                }
            }
            Clause::For(target, over) => {
                let sequence = self.value(over, scope);
                let (items, homes, missing) = self.items(&sequence, over.span);
                if hole.is_none() {
                    *hole = missing;
                }
                let mut feeders = homes.clone();
                for item in items {
                    if !self.step(over.span) {
                        break;
                    }
                    let mut from = item.made_from;
                    from.extend(item.span);
                    self.loops.push((from, homes.clone()));
                    self.assign(target, item.value, None, scope);
                    feeders.extend(self.clauses(rest, scope, hole, body));
                    self.loops.pop();
                }
                feeders
            }
        }
    }

    /// What a loop over this goes through, the literals that it comes from, and what of it cannot be told.
    pub fn items(&self, sequence: &Value, at: Span) -> (Vec<Item>, Vec<Span>, Option<Rc<Unknown>>) {
        match sequence {
            Value::List(list) => {
                let list = list.borrow();
                let homes = list.homes.iter().chain(&list.feeders).copied().collect();
                (list.items.clone(), homes, list.hole.clone())
            }
            Value::Dict(dict) => {
                let dict = dict.borrow();
                let items = dict.entries.iter().map(|entry| Item {
                    value: entry.key.clone(),
                    span: entry.span,
                    made_from: Vec::new(),
                });
                (items.collect(), dict.homes.clone(), dict.hole.clone())
            }
            Value::Unknown(unknown) => (Vec::new(), Vec::new(), Some(unknown.clone())),
            _ => {
                let why = "this is not a list".to_owned();
                (Vec::new(), Vec::new(), Some(Rc::new(Unknown { span: at, why })))
            }
        }
    }

    fn attribute(&mut self, object: Value, name: &str, span: Span) -> Value {
        match &object {
            Value::Space(space) => match space.names.get(name) {
                Some(value) => value.clone(),
                None => Value::unknown(span, format!("`{}.{name}` depends on where Tilt runs", space.name)),
            },
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            _ => Value::Method(Rc::new((object, name.to_owned()))),
        }
    }

    /// The entry of a dict whose key is a value that only Tilt knows: by a choice for each key. `None` where it is none.
    pub fn chosen(&mut self, dict: &Rc<RefCell<Dict>>, index: &Value) -> Option<Value> {
        let (asked, default) = match index {
            Value::Unknown(unknown) => (unknown.span, None),
            Value::Text(text) => (text.asked.as_ref()?.span, text.known()),
            _ => return None,
        };
        let entries = dict.borrow().entries.clone();
        entries.into_iter().find_map(|entry| {
            let condition = Condition {
                span: entry.span?,
                asked,
                values: BTreeSet::from([entry.key.as_text()?.known()?]),
                is_negated: false,
                default: default.clone(),
            };
            self.decide(&Value::Condition(Rc::new(condition)))
                .then_some(entry.value)
        })
    }

    pub fn index(&mut self, object: &Value, index: &Value, span: Span) -> Value {
        if let Value::Dict(dict) = object
            && let Some(chosen) = self.chosen(dict, index)
        {
            return chosen;
        }
        if let Value::Dict(dict) = object
            && dict.borrow().is_config
            && let Some(idle) = refused::setting(self, index, span)
        {
            self.idle.push(idle);
        }
        let found = match (object, index) {
            (Value::Dict(dict), key) => {
                let dict = dict.borrow();
                match (dict.get(key), &dict.hole) {
                    (Some(entry), _) => Some(entry.value.clone()),
                    (None, Some(hole)) => Some(Value::Unknown(hole.clone())),
                    (None, None) => None,
                }
            }
            (Value::List(list), Value::Int(at)) => {
                let list = list.borrow();
                let length = i64::try_from(list.items.len()).unwrap_or(i64::MAX);
                let at = if *at < 0 { at.saturating_add(length) } else { *at };
                let item = usize::try_from(at).ok().and_then(|at| list.items.get(at));
                item.filter(|_| list.hole.is_none()).map(|item| item.value.clone())
            }
            (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Some(Value::Unknown(unknown.clone())),
            _ => None,
        };
        // Tilt stops here.
        self.is_failed |= found.is_none() && matches!(object, Value::Dict(_)) && !self.decided.is_empty();
        found.unwrap_or_else(|| Value::unknown(span, "this key does not exist"))
    }

    /// `+=` adds to the list itself.
    pub fn augment(&mut self, operator: Operator, left: Value, right: Value, span: Span) -> Value {
        if let (Operator::Add, Value::List(list), Value::List(_) | Value::Unknown(_)) = (operator, &left, &right)
            && !list.borrow().is_tuple
        {
            methods::extend(self, list, &right, span);
            return left;
        }
        operators::binary(operator, &left, &right, span)
    }
}
