//! Operators, as far as they matter for paths and lists of paths.

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use super::{
    methods::SIZE,
    text::Text,
    value::{Condition, Dict, List, Value},
};
use formats::starlark::syntax::{Operator, Span};

pub fn binary(operator: Operator, left: &Value, right: &Value, span: Span) -> Value {
    if let (Operator::Add, Value::List(_), Value::List(_) | Value::Unknown(_))
    | (Operator::Add, Value::Unknown(_), Value::List(_)) = (operator, left, right)
    {
        return joined(left, right, span);
    }
    if let (Operator::Modulo, Value::Text(template)) = (operator, left) {
        return percent(template, right).map_or_else(|| unfollowed(left, right, span), Value::Text);
    }
    if let Some(condition) = condition(operator, left, right, span) {
        return condition;
    }
    let value = match (operator, left, right) {
        (Operator::Equal, _, _) => left.equals(right).map(Value::Bool),
        (Operator::NotEqual, _, _) => left.equals(right).map(|equal| Value::Bool(!equal)),
        (Operator::In, _, _) => contains(right, left).map(Value::Bool),
        (Operator::NotIn, _, _) => contains(right, left).map(|found| Value::Bool(!found)),
        (Operator::Add, Value::Text(a), Value::Text(b)) if a.pieces.len() + b.pieces.len() < 500 => {
            Some(Value::Text(a.clone().and(b)))
        }
        (Operator::Add, Value::Text(a), Value::Unknown(_)) => Some(Value::Text(a.clone().and(&Text::unknown()))),
        (Operator::Add, Value::Unknown(_), Value::Text(b)) => Some(Value::Text(Text::unknown().and(b))),
        (Operator::BitOr, Value::Dict(a), Value::Dict(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            let mut dict = Dict {
                entries: a.entries.clone(),
                homes: a.homes.clone(),
                hole: a.hole.clone(),
                is_config: a.is_config,
            };
            b.entries.iter().for_each(|entry| dict.set(entry.clone()));
            dict.homes.extend(&b.homes);
            dict.hole = dict.hole.or_else(|| b.hole.clone());
            Some(Value::Dict(Rc::new(RefCell::new(dict))))
        }
        (_, Value::Int(a), Value::Int(b)) => integers(operator, *a, *b),
        (Operator::Less, Value::Text(a), Value::Text(b)) => a.known().zip(b.known()).map(|(a, b)| Value::Bool(a < b)),
        (Operator::Greater, Value::Text(a), Value::Text(b)) => {
            a.known().zip(b.known()).map(|(a, b)| Value::Bool(a > b))
        }
        _ => None,
    };
    value.unwrap_or_else(|| unfollowed(left, right, span))
}

/// A comparison of what only Tilt knows with values that are known.
fn condition(operator: Operator, left: &Value, right: &Value, span: Span) -> Option<Value> {
    let asked = |value: &Value| -> Option<(Span, Option<String>)> {
        match value {
            Value::Unknown(unknown) => Some((unknown.span, None)),
            Value::Text(text) => Some((text.asked.as_ref()?.span, text.known())),
            _ => None,
        }
    };
    let plain = |value: &Value| match value {
        Value::Text(text) if text.asked.is_none() => text.known(),
        Value::None | Value::Bool(_) | Value::Int(_) => Some(written(value).shown()),
        _ => None,
    };
    let ((asked, default), values) = match operator {
        Operator::Equal | Operator::NotEqual => match (asked(left), asked(right)) {
            (Some(asked), None) => (asked, BTreeSet::from([plain(right)?])),
            (None, Some(asked)) => (asked, BTreeSet::from([plain(left)?])),
            _ => return None,
        },
        Operator::In | Operator::NotIn => match right {
            Value::List(list) if list.borrow().hole.is_none() => {
                let list = list.borrow();
                let values = list.items.iter().map(|item| plain(&item.value));
                (asked(left)?, values.collect::<Option<BTreeSet<_>>>()?)
            }
            Value::Dict(dict) if dict.borrow().hole.is_none() => {
                let dict = dict.borrow();
                let values = dict.entries.iter().map(|entry| plain(&entry.key));
                (asked(left)?, values.collect::<Option<BTreeSet<_>>>()?)
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(Value::Condition(Rc::new(Condition {
        span,
        asked,
        values,
        is_negated: matches!(operator, Operator::NotEqual | Operator::NotIn),
        default,
    })))
}

fn unfollowed(left: &Value, right: &Value, span: Span) -> Value {
    match (left, right) {
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Value::unknown(span, unknown.why.clone()),
        _ => Value::unknown(span, "this operation is not followed"),
    }
}

fn integers(operator: Operator, a: i64, b: i64) -> Option<Value> {
    Some(match operator {
        Operator::Add => Value::Int(a.checked_add(b)?),
        Operator::Subtract => Value::Int(a.checked_sub(b)?),
        Operator::Multiply => Value::Int(a.checked_mul(b)?),
        Operator::FloorDivide => Value::Int(a.checked_div_euclid(b)?),
        Operator::Modulo => Value::Int(a.checked_rem_euclid(b)?),
        Operator::Less => Value::Bool(a < b),
        Operator::Greater => Value::Bool(a > b),
        Operator::LessEqual => Value::Bool(a <= b),
        Operator::GreaterEqual => Value::Bool(a >= b),
        _ => return None,
    })
}

fn joined(left: &Value, right: &Value, span: Span) -> Value {
    if let (Value::List(one), Value::List(other)) = (left, right)
        && one.borrow().is_tuple != other.borrow().is_tuple
    {
        // An error in Starlark, so nothing may be edited into this.
        return Value::unknown(span, "a list and a tuple cannot be added");
    }
    let mut sum = List::default();
    for side in [left, right] {
        match side {
            Value::List(list) => {
                let list = list.borrow();
                if sum.items.len() + list.items.len() > SIZE {
                    return Value::unknown(span, "this list is too long to be followed");
                }
                sum.items.extend(list.items.iter().cloned());
                sum.homes.extend(&list.homes);
                sum.feeders.extend(&list.feeders);
                sum.is_tuple |= list.is_tuple;
                sum.hole = sum.hole.or_else(|| list.hole.clone());
            }
            Value::Unknown(unknown) => sum.hole = Some(unknown.clone()),
            _ => {}
        }
    }
    Value::List(Rc::new(RefCell::new(sum)))
}

fn percent(template: &Text, right: &Value) -> Option<Text> {
    let values: Vec<Text> = match right {
        Value::List(list) if list.borrow().is_tuple => {
            list.borrow().items.iter().map(|item| written(&item.value)).collect()
        }
        Value::Dict(dict) if template.known()?.contains("%(") => {
            let dict = dict.borrow();
            return template.percent_named(|name| {
                let entry = dict.get(&Value::text(name))?;
                Some(written(&entry.value))
            });
        }
        value => vec![written(value)],
    };
    template.percent(&values)
}

/// As `str()` and templates write it.
pub fn written(value: &Value) -> Text {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => Text::plain(number.to_string()),
        Value::Bool(true) => Text::plain("True"),
        Value::Bool(false) => Text::plain("False"),
        Value::None => Text::plain("None"),
        _ => Text::unknown(),
    }
}

fn contains(container: &Value, wanted: &Value) -> Option<bool> {
    match container {
        Value::List(list) => {
            let list = list.borrow();
            let mut is_certain = list.hole.is_none();
            for item in &list.items {
                match item.value.equals(wanted) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => is_certain = false,
                }
            }
            is_certain.then_some(false)
        }
        Value::Dict(dict) => {
            let dict = dict.borrow();
            let found = dict.get(wanted).is_some();
            (found || dict.hole.is_none()).then_some(found)
        }
        Value::Text(text) => Some(text.known()?.contains(&wanted.as_text()?.known()?)),
        _ => None,
    }
}
