//! Calls: their arguments, and the functions that the file defines.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{
    builtin,
    machine::{CallSite, DEPTH, Flow, Machine},
    methods,
    text::Text,
    value::{Argument, Arguments, Code, Dict, Entry, Function, Item, Scope, Unknown, Value},
};
use formats::starlark::syntax::{Arg, ArgKind, Span};

impl Machine<'_> {
    pub fn arguments(&mut self, args: &[Arg], span: Span, scope: &Rc<Scope>) -> Arguments {
        let mut call = Arguments {
            span,
            file: self.here(),
            positional: Vec::new(),
            named: BTreeMap::new(),
            hole: None,
        };
        for arg in args {
            let value = self.value(&arg.value, scope);
            match &arg.kind {
                ArgKind::Positional => call.positional.push(Argument {
                    value,
                    span: Some(arg.span),
                    expression: Some(arg.value.span),
                }),
                ArgKind::Keyword(name) => {
                    let argument = Argument {
                        value,
                        span: Some(arg.span),
                        expression: Some(arg.value.span),
                    };
                    self.name_argument(&mut call, name.clone(), argument);
                }
                ArgKind::Star => {
                    let (items, _, hole) = self.items(&value, arg.span);
                    let spread = items.into_iter().map(|item| Argument {
                        value: item.value,
                        span: item.span,
                        expression: None,
                    });
                    call.positional.extend(spread);
                    call.hole = call.hole.take().or(hole);
                }
                ArgKind::StarStar => match &value {
                    Value::Dict(dict) => {
                        let dict = dict.borrow();
                        for entry in &dict.entries {
                            let Some(name) = entry.key.as_text().and_then(Text::known) else {
                                continue;
                            };
                            let argument = Argument {
                                value: entry.value.clone(),
                                span: entry.span,
                                expression: None,
                            };
                            self.name_argument(&mut call, name, argument);
                        }
                        call.hole = call.hole.take().or_else(|| dict.hole.clone());
                    }
                    other => {
                        let (_, _, hole) = self.items(other, arg.span);
                        call.hole = call.hole.take().or(hole);
                    }
                },
            }
        }
        call
    }

    /// Starlark stops where a name is given twice, also where a dictionary gives it.
    fn name_argument(&mut self, call: &mut Arguments, name: String, argument: Argument) {
        if call.named.contains_key(&name) {
            self.stop(call.span, format!("`{name}` is given twice"));
        }
        call.named.insert(name, argument);
    }

    pub fn call(&mut self, callee: &Value, call: Arguments) -> Value {
        match callee {
            Value::Builtin(name) => builtin::call(self, name, call),
            Value::Method(method) => methods::call(self, &method.0, &method.1, call),
            Value::Function(function) => {
                self.depth += 4;
                let value = if self.depth > DEPTH {
                    let why = format!("`{}` calls itself too often", function.name);
                    let unknown = Unknown { span: call.span, why };
                    self.lost.push(Unknown {
                        span: unknown.span,
                        why: unknown.why.clone(),
                    });
                    Value::Unknown(Rc::new(unknown))
                } else {
                    self.call_function(function, call)
                };
                self.depth -= 4;
                value
            }
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            _ => Value::unknown(call.span, "this is not a function"),
        }
    }

    fn call_function(&mut self, function: &Rc<Function>, mut call: Arguments) -> Value {
        let params = match &function.code {
            Code::Def(def) => &def.params,
            Code::Lambda(lambda) => &lambda.params,
        };
        let scope = Scope::inside(&function.scope);
        let mut site = CallSite {
            span: call.span,
            defaulted: Vec::new(),
            given: Vec::new(),
        };
        let mut positional = std::mem::take(&mut call.positional).into_iter();
        for (index, param) in params.iter().enumerate() {
            let value = match param.kind {
                ArgKind::Star if param.name.is_empty() => continue,
                ArgKind::Star => Value::list(
                    positional
                        .by_ref()
                        .map(|argument| Item {
                            value: argument.value,
                            span: None,
                            made_from: Vec::new(),
                        })
                        .collect(),
                ),
                ArgKind::StarStar => {
                    let mut dict = Dict {
                        hole: call.hole.clone(),
                        ..Dict::default()
                    };
                    for (name, argument) in std::mem::take(&mut call.named) {
                        dict.set(Entry {
                            key: Value::text(name),
                            value: argument.value,
                            span: argument.span,
                        });
                    }
                    Value::Dict(Rc::new(RefCell::new(dict)))
                }
                ArgKind::Positional | ArgKind::Keyword(_) => {
                    let given = positional.next().or_else(|| call.named.remove(&param.name));
                    match (given, function.defaults.get(&index), &call.hole) {
                        (Some(argument), _, _) => {
                            if let Value::List(list) = &argument.value {
                                site.given.extend(&list.borrow().homes);
                            }
                            argument.value
                        }
                        (None, _, Some(hole)) => Value::Unknown(hole.clone()),
                        (None, Some(default), None) => {
                            if let Value::List(list) = default {
                                site.defaulted.push((param.name.clone(), list.borrow().homes.clone()));
                            }
                            default.clone()
                        }
                        (None, None, None) => Value::unknown(
                            call.span,
                            format!("`{}` is not given to `{}`", param.name, function.name),
                        ),
                    }
                }
            };
            scope.set(&param.name, value);
        }
        let before = std::mem::replace(&mut self.file, function.file);
        self.frames.push(site);
        let value = match &function.code {
            Code::Lambda(lambda) => self.value(&lambda.body, &scope),
            Code::Def(def) => match self.block(&def.body, &scope) {
                Flow::Return(value) => value,
                Flow::Next | Flow::Break | Flow::Continue => Value::None,
            },
        };
        self.frames.pop();
        self.file = before;
        value
    }
}
