//! The functions of Helm and Sprig that charts use for what is checked. What another one gives is unknown.

use std::collections::BTreeMap;

use super::{Datum, Text, UNKNOWN, Value, value::quoted_inside};
use crate::growth;
use crate::yaml;
use diagnostics::Source;

/// `None` where the result cannot be told.
pub fn call(name: &str, mut arguments: Vec<Datum>) -> Option<Datum> {
    let is_lenient = matches!(
        name,
        "default"
            | "coalesce"
            | "and"
            | "or"
            | "ternary"
            | "list"
            | "dict"
            | "toYaml"
            | "nindent"
            | "indent"
            | "quote"
            | "printf"
            | "get"
            | "index"
            | "mustToYaml"
            | "hasKey"
            | "merge"
            | "mergeOverwrite"
            | "deepCopy"
            | "set"
            | "append"
            | "concat"
            | "required"
            | "trim"
    );
    if !is_lenient
        && arguments
            .iter()
            .any(|argument| matches!(argument.value, Value::Unknown))
    {
        return None;
    }
    match name {
        "default" => {
            let [fallback, value] = two(arguments)?;
            Some(if value.is_true()? { value } else { fallback })
        }
        "coalesce" | "or" => {
            let last = arguments.pop()?;
            for argument in arguments {
                if argument.is_true()? {
                    return Some(argument);
                }
            }
            Some(last)
        }
        "and" => {
            let last = arguments.pop()?;
            for argument in arguments {
                if !argument.is_true()? {
                    return Some(argument);
                }
            }
            Some(last)
        }
        "not" | "empty" => Some(boolean(!arguments.first()?.is_true()?)),
        "eq" => {
            let (first, rest) = arguments.split_first()?;
            let equal: Option<Vec<bool>> = rest.iter().map(|other| first.equals(other)).collect();
            Some(boolean(equal?.contains(&true)))
        }
        "ne" => {
            let [one, two] = two(arguments)?;
            Some(boolean(!one.equals(&two)?))
        }
        "gt" | "ge" | "lt" | "le" => {
            let [one, two] = two(arguments)?;
            let (one, two) = (integer(&one)?, integer(&two)?);
            Some(boolean(match name {
                "gt" => one > two,
                "ge" => one >= two,
                "lt" => one < two,
                _ => one <= two,
            }))
        }
        "ternary" => {
            let [yes, no, test] = <[Datum; 3]>::try_from(arguments).ok()?;
            Some(if test.is_true()? { yes } else { no })
        }
        "required" => arguments.pop(),
        "list" | "tuple" => Some(Value::from(arguments).into()),
        "dict" => {
            let pairs = arguments
                .chunks(2)
                .map(|pair| Some((pair[0].plain(), pair.get(1)?.clone())));
            Some(Value::from(pairs.collect::<Option<BTreeMap<_, _>>>()?).into())
        }
        "get" | "index" => {
            let mut found = arguments.first()?.clone();
            for key in &arguments[1..] {
                found = match (&found.value, &key.value) {
                    (Value::List(items), Value::Integer(at)) => items.get(usize::try_from(*at).ok()?)?.clone(),
                    _ => found.get(&key.plain()),
                };
            }
            Some(found)
        }
        "hasKey" => match (&arguments.first()?.value, arguments.get(1)?.plain()) {
            (Value::Map(entries), key) => Some(boolean(entries.contains_key(&key))),
            (Value::Null, _) => Some(boolean(false)),
            _ => None,
        },
        "merge" | "mustMerge" => arguments.into_iter().reduce(|first, second| second.overlaid(&first)),
        "mergeOverwrite" | "mustMergeOverwrite" => {
            arguments.into_iter().reduce(|first, second| first.overlaid(&second))
        }
        "deepCopy" | "mustDeepCopy" | "toString" | "set" => arguments.into_iter().next(),
        "append" => {
            let [list, item] = two(arguments)?;
            let Value::List(items) = list.value else {
                return None;
            };
            let mut items = items.to_vec();
            items.push(item);
            Some(Value::from(items).into())
        }
        "concat" => {
            let lists = arguments.into_iter().map(|list| match list.value {
                Value::List(items) => Some(items.to_vec()),
                _ => None,
            });
            Some(Value::from(lists.collect::<Option<Vec<_>>>()?.concat()).into())
        }
        "keys" => members(&arguments, |key, _| Datum::text(key)),
        "values" => members(&arguments, |_, value| value.clone()),
        "has" => {
            let [item, list] = two(arguments)?;
            let Value::List(items) = list.value else {
                return Some(boolean(false));
            };
            let equal: Option<Vec<bool>> = items.iter().map(|other| item.equals(other)).collect();
            Some(boolean(equal?.contains(&true)))
        }
        "first" => match &arguments.first()?.value {
            Value::List(items) => items.first().cloned(),
            _ => None,
        },
        "join" => {
            let [separator, list] = two(arguments)?;
            let Value::List(items) = list.value else { return None };
            let mut out = Text::default();
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(separator.shown());
                }
                out.push(item.shown());
            }
            Some(Value::Text(out).into())
        }
        "len" => match &arguments.first()?.value {
            Value::List(items) => Some(Value::Integer(items.len() as i64).into()),
            Value::Map(entries) => Some(Value::Integer(entries.len() as i64).into()),
            Value::Text(text) => Some(Value::Integer(text.plain().len() as i64).into()),
            _ => None,
        },
        "lookup" => Some(Value::from(BTreeMap::new()).into()),
        "fail" => Some(Datum::text("")),
        "int" | "int64" | "atoi" => {
            let datum = arguments.pop()?;
            let number = integer(&datum)?;
            Some(Datum {
                value: Value::Integer(number),
                place: datum.shown().first_place().or(datum.place),
            })
        }
        "add" => sum(&arguments, |one, two| one.checked_add(two)),
        "sub" => sum(&arguments, |one, two| one.checked_sub(two)),
        "mul" => sum(&arguments, |one, two| one.checked_mul(two)),
        "kindIs" | "typeIs" => {
            let [kind, value] = two(arguments)?;
            Some(boolean(kind.plain() == kind_of(&value.value)))
        }
        "kindOf" => Some(Datum::text(kind_of(&arguments.first()?.value))),
        "toYaml" | "mustToYaml" => {
            let mut out = Text::default();
            arguments.first()?.yaml(0, &mut out);
            Some(Value::Text(out.trim_end()).into())
        }
        "fromYaml" => {
            let text = arguments.first()?.plain();
            let nodes = yaml::read(&Source::new("", text), &mut Vec::new());
            nodes.first().map(Datum::of)
        }
        "printf" => printf(arguments),
        _ => text(name, arguments),
    }
}

/// Functions of texts; the last argument is the text.
fn text(name: &str, mut arguments: Vec<Datum>) -> Option<Datum> {
    let datum = arguments.pop()?;
    let subject = match &datum.value {
        Value::Map(_) | Value::List(_) => return None,
        _ => datum.shown(),
    };
    // Quoted or indented, a text can double.
    growth::spend(2 * subject.plain().len()).ok()?;
    let given: Vec<String> = arguments.iter().map(Datum::plain).collect();
    let place = || subject.first_place().or_else(|| datum.place.clone());
    let changed = |text: String| Some(Value::Text(Text::new(text, place())).into());
    let plain = subject.plain();
    match (name, given.as_slice()) {
        ("quote", _) => Some(Value::Text(subject.map(quoted_inside).quoted()).into()),
        ("squote", _) => changed(format!("'{plain}'")),
        ("nindent", [width]) => Some(Value::Text(indented(subject, width.parse().ok()?, "\n")).into()),
        ("indent", [width]) => Some(Value::Text(indented(subject, width.parse().ok()?, "")).into()),
        ("trim", _) => Some(Value::Text(subject.trim_start().trim_end()).into()),
        ("trunc", [most]) => {
            let most: usize = most.parse().ok()?;
            if plain.chars().count() <= most {
                Some(Value::Text(subject).into())
            } else {
                changed(plain.chars().take(most).collect())
            }
        }
        ("trimSuffix", [suffix]) => match plain.strip_suffix(suffix.as_str()) {
            Some(rest) => changed(rest.to_owned()),
            None => Some(Value::Text(subject).into()),
        },
        ("trimPrefix", [prefix]) => match plain.strip_prefix(prefix.as_str()) {
            Some(rest) => changed(rest.to_owned()),
            None => Some(Value::Text(subject).into()),
        },
        ("trimAll", [set]) => changed(plain.trim_matches(|c| set.contains(c)).to_owned()),
        ("replace", [from, to]) if !plain.contains(UNKNOWN) => {
            let number = plain.matches(from.as_str()).count();
            growth::spend(plain.len() + number * to.len()).ok()?;
            changed(plain.replace(from.as_str(), to))
        }
        ("lower", _) => changed(plain.to_lowercase()),
        ("upper", _) => changed(plain.to_uppercase()),
        ("contains", [part]) if subject.is_known() => Some(boolean(plain.contains(part.as_str()))),
        ("hasPrefix", [part]) if subject.is_known() => Some(boolean(plain.starts_with(part.as_str()))),
        ("hasSuffix", [part]) if subject.is_known() => Some(boolean(plain.ends_with(part.as_str()))),
        ("splitList", [separator]) => {
            let parts = plain
                .split(separator.as_str())
                .map(|part| Value::Text(Text::new(part, place())).into());
            Some(Value::from(parts.collect::<Vec<Datum>>()).into())
        }
        _ => None,
    }
}

fn indented(text: Text, width: usize, before: &str) -> Text {
    let spaces = " ".repeat(width.min(200));
    let mut out = Text::new(format!("{before}{spaces}"), None);
    out.push(text.map(|piece| piece.replace('\n', &format!("\n{spaces}"))));
    out
}

/// `%s`, `%d`, `%v` and `%q` in turn; the arguments keep their places.
fn printf(arguments: Vec<Datum>) -> Option<Datum> {
    let mut arguments = arguments.into_iter();
    let format = arguments.next()?.plain();
    let mut out = Text::default();
    let mut rest = format.as_str();
    while let Some(at) = rest.find('%') {
        out.push(Text::new(&rest[..at], None));
        let verb = rest[at + 1..].chars().next()?;
        rest = &rest[at + 1 + verb.len_utf8()..];
        match verb {
            's' | 'd' | 'v' => {
                let text = arguments.next()?.shown();
                growth::spend(text.plain().len()).ok()?;
                out.push(text);
            }
            'q' => out.push(arguments.next()?.shown().quoted()),
            '%' => out.push(Text::new("%", None)),
            _ => return None,
        }
    }
    out.push(Text::new(rest, None));
    Some(Value::Text(out).into())
}

fn members(arguments: &[Datum], member: impl Fn(&str, &Datum) -> Datum) -> Option<Datum> {
    let Value::Map(entries) = &arguments.first()?.value else {
        return None;
    };
    let found: Vec<Datum> = entries.iter().map(|(key, value)| member(key, value)).collect();
    Some(Value::from(found).into())
}

fn sum(arguments: &[Datum], step: impl Fn(i64, i64) -> Option<i64>) -> Option<Datum> {
    let (first, rest) = arguments.split_first()?;
    let number = rest
        .iter()
        .try_fold(integer(first)?, |sum, next| step(sum, integer(next)?))?;
    Some(Value::Integer(number).into())
}

fn integer(datum: &Datum) -> Option<i64> {
    match &datum.value {
        Value::Integer(number) => Some(*number),
        Value::Text(text) => text.plain().trim().parse().ok(),
        Value::Null => Some(0),
        Value::Float(number) => number.parse::<f64>().ok().map(|number| number as i64),
        Value::Bool(_) | Value::List(_) | Value::Map(_) | Value::Unknown => None,
    }
}

fn boolean(flag: bool) -> Datum {
    Value::Bool(flag).into()
}

fn two(arguments: Vec<Datum>) -> Option<[Datum; 2]> {
    arguments.try_into().ok()
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "invalid",
        Value::Bool(_) => "bool",
        Value::Integer(_) => "int",
        Value::Float(_) => "float64",
        Value::Text(_) => "string",
        Value::List(_) => "slice",
        Value::Map(_) => "map",
        Value::Unknown => "",
    }
}
