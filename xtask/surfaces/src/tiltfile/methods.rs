//! Methods of texts, lists and dicts, as far as they matter for paths and lists of paths.

use std::{cell::RefCell, rc::Rc};

use super::{
    machine::Machine,
    operators::written,
    refused,
    text::Text,
    value::{Argument, Arguments, Dict, Entry, Item, List, Unknown, Value},
};
use formats::starlark::syntax::Span;

/// More than this is not followed: a text or list that doubles in a loop would fill the memory.
pub const SIZE: usize = 50_000;

/// Adds to the list itself.
pub fn extend(machine: &Machine<'_>, list: &Rc<RefCell<List>>, more: &Value, span: Span) {
    let (items, homes, hole) = machine.items(more, span);
    let mut list = list.borrow_mut();
    if list.items.len() + items.len() > SIZE {
        list.hole = Some(Rc::new(Unknown {
            span,
            why: "this list is too long to be followed".into(),
        }));
        return;
    }
    list.items.extend(items);
    list.homes.extend(homes);
    if list.hole.is_none() {
        list.hole = hole;
    }
}

pub fn slice(object: &Value, parts: &[Option<Value>; 3], span: Span) -> Value {
    let [start, end, None] = parts else {
        return Value::unknown(span, "a slice with steps is not followed");
    };
    let bound = |part: &Option<Value>, default: usize, length: usize| match part {
        None => Some(default),
        Some(Value::Int(at)) => {
            let length = i64::try_from(length).ok()?;
            let at = if *at < 0 { at.saturating_add(length) } else { *at };
            usize::try_from(at.clamp(0, length)).ok()
        }
        Some(_) => None,
    };
    let range = |length: usize| Some((bound(start, 0, length)?, bound(end, length, length)?));
    let found = match object {
        Value::Text(text) => text
            .known()
            .and_then(|known| range(known.len()))
            .map(|(start, end)| Value::Text(text.slice(start, end.max(start)))),
        Value::List(list) => {
            let list = list.borrow();
            range(list.items.len())
                .filter(|_| list.hole.is_none())
                .map(|(start, end)| {
                    Value::List(Rc::new(RefCell::new(List {
                        items: list.items.get(start..end.max(start)).unwrap_or_default().to_vec(),
                        is_tuple: list.is_tuple,
                        homes: list.homes.clone(),
                        feeders: list.feeders.clone(),
                        hole: None,
                    })))
                })
        }
        _ => None,
    };
    found.unwrap_or_else(|| Value::unknown(span, "this slice is not followed"))
}

pub fn call(machine: &mut Machine<'_>, object: &Value, name: &str, call: Arguments) -> Value {
    let value = match object {
        Value::Text(text) => of_text(machine, text, name, &call),
        Value::List(list) => of_list(machine, list, name, &call),
        Value::Dict(dict) => of_dict(machine, dict, name, &call),
        _ => None,
    };
    value.unwrap_or_else(|| Value::unknown(call.span, format!("the result of `.{name}(…)` is not followed here")))
}

fn of_text(machine: &mut Machine<'_>, text: &Text, name: &str, call: &Arguments) -> Option<Value> {
    let argument = |index: usize| call.positional.get(index).map(|argument| &argument.value);
    let given = |index: usize| argument(index).and_then(Value::as_text).and_then(Text::known);
    let items = |texts: Vec<Text>| {
        let item = |text| Item {
            value: Value::Text(text),
            span: None,
            made_from: Vec::new(),
        };
        Value::list(texts.into_iter().map(item).collect())
    };
    Some(match name {
        "format" => {
            let value = |field: &str| match field.parse::<usize>() {
                Ok(index) => argument(index).map(written),
                Err(_) => call.named.get(field).map(|argument| written(&argument.value)),
            };
            Value::Text(text.format(value)?)
        }
        "join" => {
            let (parts, _, hole) = machine.items(argument(0)?, call.span);
            let mut sum = Text::default();
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    sum.push(text);
                }
                sum.push(&written(&part.value));
            }
            if hole.is_some() {
                sum.push(&Text::unknown());
            }
            Value::Text(sum)
        }
        "split" if argument(0).is_some() && argument(1).is_none() => items(text.split(&given(0)?)?),
        "split" if argument(0).is_none() => {
            let known = text.known()?;
            let start = known.as_ptr() as usize;
            let words = known.split_whitespace().map(|word| {
                let at = word.as_ptr() as usize - start;
                text.slice(at, at + word.len())
            });
            items(words.collect())
        }
        "split" | "rsplit" => {
            let (separator, most) = (given(0)?, argument(1));
            let mut parts = text.split(&separator)?;
            if let Some(most) = most {
                let Value::Int(most) = most else { return None };
                let most = usize::try_from(*most).unwrap_or(parts.len());
                while parts.len() > most + 1 {
                    let at = if name == "split" { parts.len() - 2 } else { 0 };
                    let second = parts.remove(at + 1);
                    let first = parts.remove(at);
                    parts.insert(at, first.and(&Text::plain(separator.as_str())).and(&second));
                }
            }
            items(parts)
        }
        "partition" | "rpartition" => {
            let (known, separator) = (text.known()?, given(0)?);
            let found = if name == "partition" {
                known.find(&separator)
            } else {
                known.rfind(&separator)
            };
            match found {
                Some(at) => items(vec![
                    text.slice(0, at),
                    text.slice(at, at + separator.len()),
                    text.slice(at + separator.len(), known.len()),
                ]),
                None if name == "partition" => items(vec![text.clone(), Text::default(), Text::default()]),
                None => items(vec![Text::default(), Text::default(), text.clone()]),
            }
        }
        "title" | "capitalize" => {
            let known = text.known()?;
            let mut chars = known.chars();
            let first = chars.next()?;
            if name == "title" && known.contains(|c: char| !c.is_alphanumeric()) {
                return None;
            }
            Value::text(
                first
                    .to_uppercase()
                    .chain(chars.as_str().to_lowercase().chars())
                    .collect::<String>(),
            )
        }
        "replace" => Value::Text(text.replace(&given(0)?, argument(1)?.as_text()?)?),
        "strip" | "lstrip" | "rstrip" | "removeprefix" | "removesuffix" => {
            let known = text.known()?;
            let set = given(0);
            let strips = |c: char| set.as_ref().map_or(c.is_whitespace(), |set| set.contains(c));
            let kept = match (name, &set) {
                ("strip", _) => known.trim_matches(strips),
                ("lstrip", _) => known.trim_start_matches(strips),
                ("rstrip", _) => known.trim_end_matches(strips),
                ("removeprefix", Some(prefix)) => known.strip_prefix(prefix.as_str()).unwrap_or(&known),
                ("removesuffix", Some(suffix)) => known.strip_suffix(suffix.as_str()).unwrap_or(&known),
                _ => return None,
            };
            let at = kept.as_ptr() as usize - known.as_ptr() as usize;
            Value::Text(text.slice(at, at + kept.len()).asked(text.asked.clone()))
        }
        "startswith" | "endswith" if text.asked.is_some() => return None,
        "startswith" => Value::Bool(text.known()?.starts_with(&given(0)?)),
        "endswith" => Value::Bool(text.known()?.ends_with(&given(0)?)),
        "lower" => Value::Text(Text::plain(text.known()?.to_lowercase()).asked(text.asked.clone())),
        "upper" => Value::Text(Text::plain(text.known()?.to_uppercase()).asked(text.asked.clone())),
        _ => return None,
    })
}

fn of_list(machine: &mut Machine<'_>, list: &Rc<RefCell<List>>, name: &str, call: &Arguments) -> Option<Value> {
    let argument = |index: usize| call.positional.get(index).map(|argument| argument.value.clone());
    match name {
        "append" | "insert" => {
            let value = argument(usize::from(name == "insert"))?;
            let made_from: Vec<Span> = machine
                .loops
                .iter()
                .flat_map(|(items, _)| items.iter().copied())
                .collect();
            let feeders: Vec<Span> = machine
                .loops
                .iter()
                .flat_map(|(_, homes)| homes.iter().copied())
                .collect();
            // Outside of loops the call itself can be taken out.
            let span = made_from.is_empty().then_some(call.span);
            let mut list = list.borrow_mut();
            let at = match (name, argument(0)) {
                ("insert", Some(Value::Int(at))) => usize::try_from(at).unwrap_or(0).min(list.items.len()),
                _ => list.items.len(),
            };
            list.items.insert(at, Item { value, span, made_from });
            list.feeders.extend(feeders);
        }
        "extend" => extend(machine, list, &argument(0)?, call.span),
        "remove" => {
            let wanted = argument(0)?;
            let mut list = list.borrow_mut();
            let at = list
                .items
                .iter()
                .position(|item| item.value.equals(&wanted) == Some(true))?;
            list.items.remove(at);
        }
        "pop" => {
            let mut list = list.borrow_mut();
            if list.hole.is_some() || list.items.is_empty() {
                return None;
            }
            let last = list.items.len() - 1;
            let at = match argument(0) {
                None => last,
                Some(Value::Int(at)) if at < 0 => {
                    usize::try_from(at.checked_add(i64::try_from(last).ok()? + 1)?).ok()?
                }
                Some(Value::Int(at)) => usize::try_from(at).ok()?,
                Some(_) => return None,
            };
            return (at <= last).then(|| list.items.remove(at).value);
        }
        "index" => {
            let wanted = argument(0)?;
            let list = list.borrow();
            let at = list
                .items
                .iter()
                .position(|item| item.value.equals(&wanted) == Some(true))?;
            return Some(Value::Int(i64::try_from(at).ok()?));
        }
        "clear" => *list.borrow_mut() = List::default(),
        _ => return None,
    }
    Some(Value::None)
}

fn of_dict(machine: &mut Machine<'_>, dict: &Rc<RefCell<Dict>>, name: &str, call: &Arguments) -> Option<Value> {
    let argument = |index: usize| call.positional.get(index).map(|argument| argument.value.clone());
    let pair = |entry: &Entry| {
        let item = |value: &Value| Item {
            value: value.clone(),
            span: None,
            made_from: Vec::new(),
        };
        let items = vec![item(&entry.key), item(&entry.value)];
        Value::List(Rc::new(RefCell::new(List {
            items,
            is_tuple: true,
            ..List::default()
        })))
    };
    let listed = |value: &dyn Fn(&Entry) -> Value| {
        let dict = dict.borrow();
        let items = dict.entries.iter().map(|entry| Item {
            value: value(entry),
            span: entry.span,
            made_from: Vec::new(),
        });
        Value::List(Rc::new(RefCell::new(List {
            items: items.collect(),
            feeders: dict.homes.clone(),
            hole: dict.hole.clone(),
            ..List::default()
        })))
    };
    Some(match name {
        "items" => listed(&pair),
        "keys" => listed(&|entry| entry.key.clone()),
        "values" => listed(&|entry| entry.value.clone()),
        "get" => {
            let key = argument(0)?;
            if let Some(chosen) = machine.chosen(dict, &key) {
                return Some(chosen);
            }
            let dict = dict.borrow();
            let idle = refused::setting(machine, &key, call.span).filter(|_| dict.is_config);
            if let Some(idle) = idle {
                machine.idle.push(idle);
                return Some(argument(1).unwrap_or(Value::None));
            }
            match (dict.get(&key), &dict.hole) {
                (Some(entry), _) => entry.value.clone(),
                // What holds when Tilt is started without more; a condition is followed both ways.
                (None, Some(hole)) => match argument(1) {
                    Some(Value::Text(default)) => {
                        let (span, why) = (call.span, hole.why.clone());
                        Value::Text(default.asked(Some(Box::new(Unknown { span, why }))))
                    }
                    Some(default @ (Value::List(_) | Value::Dict(_) | Value::Int(_))) => default,
                    _ => Value::unknown(call.span, hole.why.clone()),
                },
                (None, None) => argument(1).unwrap_or(Value::None),
            }
        }
        "setdefault" => {
            let key = argument(0)?;
            if let Some(entry) = dict.borrow().get(&key) {
                return Some(entry.value.clone());
            }
            let value = argument(1).unwrap_or(Value::None);
            dict.borrow_mut().set(Entry {
                key,
                value: value.clone(),
                span: Some(call.span),
            });
            value
        }
        "pop" => {
            let key = argument(0)?;
            let mut dict = dict.borrow_mut();
            let at = dict
                .entries
                .iter()
                .position(|entry| entry.key.equals(&key) == Some(true));
            match at {
                Some(at) => dict.entries.remove(at).value,
                None => argument(1)?,
            }
        }
        "update" => {
            let added: Vec<Entry> = match argument(0) {
                Some(Value::Dict(more)) => more.borrow().entries.clone(),
                None => Vec::new(),
                Some(other) => {
                    let (_, _, hole) = machine.items(&other, call.span);
                    let unknown = || {
                        Rc::new(Unknown {
                            span: call.span,
                            why: "this is not a dict".into(),
                        })
                    };
                    dict.borrow_mut().hole = Some(hole.unwrap_or_else(unknown));
                    Vec::new()
                }
            };
            let mut dict = dict.borrow_mut();
            added.into_iter().for_each(|entry| dict.set(entry));
            for (name, Argument { value, span, .. }) in &call.named {
                dict.set(Entry {
                    key: Value::text(name.clone()),
                    value: value.clone(),
                    span: *span,
                });
            }
            if let Some(hole) = &call.hole {
                dict.hole = Some(hole.clone());
            }
            Value::None
        }
        _ => return None,
    })
}
