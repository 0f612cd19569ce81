//! Functions of Starlark, and of `os.path`, that only depend on what they are given.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{
    builtin::resolved,
    machine::Machine,
    operators,
    text::Text,
    value::{Arguments, Dict, Entry, Item, List, Space, Unknown, Value},
};
use formats::starlark::syntax::Span;

/// Functions that only depend on their arguments.
pub fn call(machine: &mut Machine<'_>, name: &str, call: &Arguments) -> Option<Value> {
    let argument = |index: usize| call.positional.get(index).map(|argument| &argument.value);
    let listed = |items: Vec<Item>, homes: Vec<Span>, hole: Option<Rc<Unknown>>| {
        let list = List {
            items,
            feeders: homes,
            hole,
            ..List::default()
        };
        Value::List(Rc::new(RefCell::new(list)))
    };
    Some(match name {
        "str" => match argument(0)? {
            value @ (Value::Unknown(_) | Value::File(_)) => value.clone(),
            value => Value::Text(operators::written(value)),
        },
        "len" => match argument(0)? {
            Value::List(list) if list.borrow().hole.is_none() => {
                Value::Int(i64::try_from(list.borrow().items.len()).ok()?)
            }
            Value::Text(text) => Value::Int(i64::try_from(text.known()?.len()).ok()?),
            _ => return None,
        },
        "type" => Value::text(match argument(0)? {
            Value::None => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Text(_) => "string",
            Value::List(list) if list.borrow().is_tuple => "tuple",
            Value::List(_) => "list",
            Value::Dict(_) => "dict",
            Value::Function(_) => "function",
            Value::Builtin(_) | Value::Method(_) => "builtin_function_or_method",
            Value::Space(_) => "struct",
            Value::Condition(_) => "bool",
            Value::File(_) => "blob",
            Value::Step(_) | Value::Unknown(_) => return None,
        }),
        "int" => match argument(0)? {
            Value::Int(number) => Value::Int(*number),
            Value::Bool(value) => Value::Int(i64::from(*value)),
            value => Value::Int(value.as_text()?.known()?.trim().parse().ok()?),
        },
        "any" | "all" => {
            let (items, _, hole) = machine.items(argument(0)?, call.span);
            let is_any = name == "any";
            if items.iter().any(|item| item.value.truth() == Some(is_any)) {
                Value::Bool(is_any)
            } else if hole.is_none() && items.iter().all(|item| item.value.truth().is_some()) {
                Value::Bool(!is_any)
            } else {
                return None;
            }
        }
        "hasattr" => {
            let Value::Space(space) = argument(0)? else { return None };
            Value::Bool(space.names.contains_key(&argument(1)?.as_text()?.known()?))
        }
        "min" | "max" => {
            let numbers = call.positional.iter().map(|argument| match argument.value {
                Value::Int(number) => Some(number),
                _ => None,
            });
            let numbers = numbers.collect::<Option<Vec<i64>>>()?;
            let found = if name == "min" {
                numbers.iter().min()
            } else {
                numbers.iter().max()
            };
            Value::Int(*found?)
        }
        "bool" => Value::Bool(argument(0)?.truth()?),
        "dict" => {
            let mut dict = Dict {
                homes: Vec::new(),
                hole: call.hole.clone(),
                ..Dict::default()
            };
            match argument(0) {
                Some(Value::Dict(first)) => {
                    dict.entries = first.borrow().entries.clone();
                    dict.homes = first.borrow().homes.clone();
                    dict.hole = dict.hole.or_else(|| first.borrow().hole.clone());
                }
                Some(_) => return None,
                None => {}
            }
            for (name, argument) in &call.named {
                dict.set(Entry {
                    key: Value::text(name.clone()),
                    value: argument.value.clone(),
                    span: argument.span,
                });
            }
            Value::Dict(Rc::new(RefCell::new(dict)))
        }
        "struct" => Value::Space(Rc::new(Space {
            name: "struct".into(),
            names: call
                .named
                .iter()
                .map(|(name, argument)| (name.clone(), argument.value.clone()))
                .collect::<BTreeMap<_, _>>(),
        })),
        "list" | "tuple" | "set" if argument(0).is_none() => Value::list(Vec::new()),
        "list" | "tuple" | "set" | "sorted" | "reversed" => {
            let (mut items, homes, hole) = machine.items(argument(0)?, call.span);
            if name == "reversed" {
                items.reverse();
            }
            if name == "sorted" {
                items.sort_by_cached_key(|item| item.value.as_text().map(Text::shown));
            }
            let value = listed(items, homes, hole);
            if let ("tuple", Value::List(list)) = (name, &value) {
                list.borrow_mut().is_tuple = true;
            }
            value
        }
        "enumerate" | "zip" => {
            let mut columns = Vec::new();
            let mut all_homes = Vec::new();
            let mut any_hole = None;
            for argument in &call.positional {
                let (items, homes, hole) = machine.items(&argument.value, call.span);
                columns.push(items);
                all_homes.extend(homes);
                any_hole = any_hole.or(hole);
            }
            if name == "enumerate" {
                let numbers = (0..columns.first()?.len()).map(|number| Item {
                    value: Value::Int(i64::try_from(number).unwrap_or(i64::MAX)),
                    span: None,
                    made_from: Vec::new(),
                });
                columns.insert(0, numbers.collect());
            }
            let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
            let row = |at: usize| {
                let items: Vec<Item> = columns.iter().filter_map(|column| column.get(at).cloned()).collect();
                let span = items.iter().find_map(|item| item.span);
                let value = Value::List(Rc::new(RefCell::new(List {
                    items,
                    is_tuple: true,
                    ..List::default()
                })));
                Item {
                    value,
                    span,
                    made_from: Vec::new(),
                }
            };
            listed((0..rows).map(row).collect(), all_homes, any_hole)
        }
        "range" => {
            let number = |index: usize| match argument(index) {
                Some(Value::Int(value)) => Some(*value),
                _ => None,
            };
            let (start, end) = match number(1) {
                Some(end) => (number(0)?, end),
                None => (0, number(0)?),
            };
            let numbers = (start..end.min(start.saturating_add(10_000))).map(|number| Item {
                value: Value::Int(number),
                span: None,
                made_from: Vec::new(),
            });
            Value::list(numbers.collect())
        }
        "os.path.join" => {
            let mut path = Text::default();
            for argument in &call.positional {
                let part = operators::written(&argument.value);
                let before = path.shown();
                if part.shown().starts_with('/') {
                    path = Text::default();
                } else if !before.is_empty() && !before.ends_with('/') {
                    path.push(&Text::plain("/"));
                }
                path.push(&part);
            }
            Value::Text(path)
        }
        "os.path.basename" | "os.path.dirname" => {
            let text = argument(0)?.as_text()?;
            let known = text.known()?;
            let cut = known.rfind('/');
            Value::Text(match name {
                "os.path.basename" => text.slice(cut.map_or(0, |at| at + 1), known.len()),
                _ => text.slice(0, cut.unwrap_or(0)),
            })
        }
        "os.path.abspath" | "os.path.realpath" => Value::Text(argument(0)?.as_text()?.clone()),
        "os.path.exists" => {
            Value::Bool((machine.reader)(&resolved(machine, &argument(0)?.as_text()?.known()?)?).is_some())
        }
        "shlex.quote" | "repr" => Value::Text(argument(0)?.as_text()?.clone()),
        "getattr" => {
            let Value::Space(space) = argument(0)? else { return None };
            let found = space.names.get(&argument(1)?.as_text()?.known()?);
            found.or_else(|| argument(2))?.clone()
        }
        _ => return None,
    })
}
