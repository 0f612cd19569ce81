//! JSON byte for byte as Python's `json.dumps(…, sort_keys=True)` writes it, because Poetry, Pipenv and PDM hash those bytes.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use toml_edit::{Item, Value};

use super::content_hash::NoJson;
use formats::json::{self, Node};

/// What is collected before it is hashed.
pub(super) enum Json<'a> {
    Null,
    Text(&'a str),
    Item(&'a Item),
    Value(&'a Value),
    /// JSON already.
    Node(&'a Node),
    Array(Vec<Json<'a>>),
    Object(BTreeMap<&'a str, Json<'a>>),
}

/// What stands between members, and behind a key.
#[derive(Clone, Copy)]
struct Layout {
    comma: &'static str,
    colon: &'static str,
}

const USUAL: Layout = Layout {
    comma: ", ",
    colon: ": ",
};
/// `separators=(",", ":")`
const COMPACT: Layout = Layout { comma: ",", colon: ":" };

impl Json<'_> {
    /// The digest of what `json.dumps` writes.
    pub(super) fn digest(&self) -> Result<String, NoJson> {
        self.digest_in(USUAL)
    }

    /// The same, with no blanks in it.
    pub(super) fn compact_digest(&self) -> Result<String, NoJson> {
        self.digest_in(COMPACT)
    }

    fn digest_in(&self, layout: Layout) -> Result<String, NoJson> {
        let mut text = String::new();
        self.write(&mut text, layout)?;
        let digest = Sha256::digest(text.as_bytes());
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn write(&self, into: &mut String, layout: Layout) -> Result<(), NoJson> {
        match self {
            Self::Null => into.push_str("null"),
            Self::Text(text) => string(text, into),
            Self::Item(one) => item(one, into, layout)?,
            Self::Value(one) => value(one, into, layout)?,
            Self::Node(one) => node(one, into, layout)?,
            Self::Array(members) => array(members.iter(), into, layout, |member, into| member.write(into, layout))?,
            Self::Object(members) => object(members.iter(), into, layout, |member, into| member.write(into, layout))?,
        }
        Ok(())
    }
}

fn node(node: &Node, into: &mut String, layout: Layout) -> Result<(), NoJson> {
    match &node.value {
        json::Value::Null => into.push_str("null"),
        json::Value::Text(text) => string(text, into),
        json::Value::Number(number) => into.push_str(number),
        json::Value::Boolean(flag) => into.push_str(if *flag { "true" } else { "false" }),
        json::Value::Array(members) => {
            array(members.iter(), into, layout, |member, into| {
                self::node(member, into, layout)
            })?;
        }
        json::Value::Object(members) => {
            let members: BTreeMap<&str, &Node> = members.iter().map(|(key, _, node)| (key.as_str(), node)).collect();
            object(members.iter(), into, layout, |member, into| {
                self::node(member, into, layout)
            })?;
        }
    }
    Ok(())
}

fn item(item: &Item, into: &mut String, layout: Layout) -> Result<(), NoJson> {
    match item {
        Item::None => into.push_str("null"),
        Item::Value(one) => value(one, into, layout)?,
        Item::Table(table) => {
            let members: BTreeMap<&str, &Item> = table.iter().collect();
            object(members.iter(), into, layout, |member, into| {
                self::item(member, into, layout)
            })?;
        }
        Item::ArrayOfTables(tables) => array(tables.iter(), into, layout, |table, into| {
            let members: BTreeMap<&str, &Item> = table.iter().collect();
            object(members.iter(), into, layout, |member, into| {
                self::item(member, into, layout)
            })
        })?,
    }
    Ok(())
}

fn value(value: &Value, into: &mut String, layout: Layout) -> Result<(), NoJson> {
    match value {
        Value::String(text) => string(text.value(), into),
        Value::Integer(number) => into.push_str(&number.value().to_string()),
        Value::Float(number) => into.push_str(&float(*number.value())),
        Value::Boolean(flag) => into.push_str(if *flag.value() { "true" } else { "false" }),
        Value::Datetime(date) => return Err(NoJson(date.span())),
        Value::Array(members) => array(members.iter(), into, layout, |member, into| {
            self::value(member, into, layout)
        })?,
        Value::InlineTable(table) => {
            let members: BTreeMap<&str, &Value> = table.iter().collect();
            object(members.iter(), into, layout, |member, into| {
                self::value(member, into, layout)
            })?;
        }
    }
    Ok(())
}

fn array<T>(
    members: impl Iterator<Item = T>,
    into: &mut String,
    layout: Layout,
    write: impl Fn(T, &mut String) -> Result<(), NoJson>,
) -> Result<(), NoJson> {
    into.push('[');
    for (index, member) in members.enumerate() {
        if index > 0 {
            into.push_str(layout.comma);
        }
        write(member, into)?;
    }
    into.push(']');
    Ok(())
}

fn object<'a, T>(
    members: impl Iterator<Item = (&'a &'a str, T)>,
    into: &mut String,
    layout: Layout,
    write: impl Fn(T, &mut String) -> Result<(), NoJson>,
) -> Result<(), NoJson> {
    into.push('{');
    for (index, (key, member)) in members.enumerate() {
        if index > 0 {
            into.push_str(layout.comma);
        }
        string(key, into);
        into.push_str(layout.colon);
        write(member, into)?;
    }
    into.push('}');
    Ok(())
}

/// Only ASCII comes out: other characters as `\uXXXX`, in two halves where one is not enough.
fn string(text: &str, into: &mut String) {
    into.push('"');
    for character in text.chars() {
        match character {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            '\u{8}' => into.push_str("\\b"),
            '\u{c}' => into.push_str("\\f"),
            ' '..='~' => into.push(character),
            _ => {
                let mut halves = [0; 2];
                for half in character.encode_utf16(&mut halves) {
                    into.push_str(&format!("\\u{half:04x}"));
                }
            }
        }
    }
    into.push('"');
}

/// The shortest digits that read back as the same number, as `repr` lays them out: an exponent below 1e-4 and from 1e16.
fn float(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        };
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let plain = number.to_string();
        return if plain.contains('.') {
            plain
        } else {
            format!("{plain}.0")
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_look_like_pythons() {
        for (number, text) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(float(number), text);
        }
    }

    #[test]
    fn strings_look_like_pythons() {
        let mut text = String::new();
        string("a\"\\\n\u{7f}\u{1}é😀", &mut text);
        assert_eq!(text, r#""a\"\\\n\u007f\u0001\u00e9\ud83d\ude00""#);
    }
}
