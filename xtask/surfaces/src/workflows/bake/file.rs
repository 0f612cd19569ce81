//! Bake files as values, and their targets with all that they inherit, once for each entry of their matrix.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::hcl;
use diagnostics::{Place, Problem, Source};
use formats::{growth, shell::Variables};

/// Lists in lists.
const DEEPEST: usize = 16;
/// Groups in groups.
const MOST_GROUPS: usize = 200;
/// Of how many targets one may be put together, the same ones again included.
const MOST_BASES: usize = 200;
/// What the lists of one matrix may come to.
const MOST_ENTRIES: usize = 256;

/// Files that are used together, later ones laid over earlier ones.
#[derive(Default)]
pub struct Files {
    said: Map<String, Value>,
    values: BTreeMap<String, String>,
}

/// The value of a file, by its name JSON or HCL.
pub fn read(source: &Source) -> Result<Value, Problem> {
    let path = source.path();
    let broken =
        |format: &str, what: &str, place: Place| Problem::error(format!("`{path}` is not {format}: {what}")).at(place);
    if path.ends_with(".json") {
        return serde_json::from_str(source.text()).map_err(|error| {
            let lines = source.text().split_inclusive('\n').take(error.line().saturating_sub(1));
            let at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
            let what = error.to_string();
            // The place is shown by itself.
            let what = what.split(" at line ").next().unwrap_or_default();
            let what = what.replace("EOF while parsing", "it ends within");
            broken("JSON", &what, source.place(at..at + 1))
        });
    }
    hcl::read(source.text()).map_err(|error| broken("HCL", error.what, source.place(error.at..error.at + 1)))
}

impl Files {
    /// Lays a file over those before it. Variables of the environment come before those of files.
    pub fn add(&mut self, file: Value, environment: &Variables) {
        let Value::Object(file) = file else { return };
        for (name, variable) in file.get("variable").and_then(Value::as_object).into_iter().flatten() {
            let default = variable.get("default").and_then(Value::as_str);
            let value = environment.get(name).map(String::as_str).or(default);
            let value = value.map_or_else(|| "*".to_owned(), |value| expand(value, &self.values));
            self.values.insert(name.clone(), value);
        }
        for kind in ["target", "group"] {
            for (name, said) in file.get(kind).and_then(Value::as_object).into_iter().flatten() {
                let all = self.said.entry(kind).or_insert_with(|| Value::Object(Map::new()));
                let known = all
                    .as_object_mut()
                    .map(|all| all.entry(name.clone()).or_insert(Value::Null));
                if let Some(known) = known {
                    *known = over(said.clone(), known.take());
                }
            }
        }
    }

    /// The names of all targets.
    pub fn names(&self) -> Vec<String> {
        let all = self.said.get("target").and_then(Value::as_object);
        all.into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }

    /// Targets and groups that name a target which no file has: who names it, and the name.
    pub fn dangling(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (kind, key) in [("target", "inherits"), ("group", "targets")] {
            let all = self.said.get(kind).and_then(Value::as_object).into_iter().flatten();
            for (owner, said) in all {
                // The names of a matrix are known only with it.
                let names = said.get(key).and_then(Value::as_array).into_iter().flatten();
                for name in names.filter_map(Value::as_str).filter(|name| !name.contains("${")) {
                    let is_group = key == "targets" && self.get("group", name).is_some();
                    if !is_group && self.target(name).is_empty() {
                        found.push((owner.clone(), name.to_owned()));
                    }
                }
            }
        }
        found
    }

    /// Targets that inherit from themselves, or are built with their own image, over others: the target, and what it names first.
    pub fn circles(&self) -> Vec<(String, String)> {
        let needed = |name: &str| -> Vec<String> {
            let said = self.get("target", name);
            let inherited = said.and_then(|said| said.get("inherits")).and_then(Value::as_array);
            let contexts = said.and_then(|said| said.get("contexts")).and_then(Value::as_object);
            let contexts = contexts.into_iter().flatten().filter_map(|(_, value)| value.as_str());
            let contexts = contexts.filter_map(|value| value.strip_prefix("target:"));
            let inherited = inherited.into_iter().flatten().filter_map(Value::as_str);
            inherited.chain(contexts).map(str::to_owned).collect()
        };
        let leads = |from: &str, to: &str| {
            let (mut seen, mut left) = (BTreeSet::new(), vec![from.to_owned()]);
            while let Some(name) = left.pop() {
                if name == to {
                    return true;
                }
                if seen.insert(name.clone()) {
                    left.extend(needed(&name));
                }
            }
            false
        };
        let all = self.names().into_iter();
        let circles = all.filter_map(|name| {
            let first = needed(&name).into_iter().find(|first| leads(first, &name))?;
            Some((name, first))
        });
        circles.collect()
    }

    /// The targets that a name stands for, with what each says. Groups may hold groups. `None` for one that is not there.
    pub fn targets(&self, wanted: &str) -> Vec<(String, Map<String, Value>)> {
        let mut names = BTreeSet::new();
        self.collect(wanted, &mut names, &mut BTreeSet::new());
        names.iter().flat_map(|name| self.target(name)).collect()
    }

    /// Whether no target and no group has a name, as far as all names are known.
    pub fn lacks(&self, name: &str) -> bool {
        // The address of a repository is not a name, and one that a run makes up is not known.
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let mut all = self.names().into_iter().flat_map(|known| self.target(&known));
        let is_told = is_name && !all.any(|(known, _)| known.contains('*') || known.contains('$'));
        is_told && self.get("group", name).is_none() && self.target(name).is_empty() && name != "default"
    }

    fn get(&self, kind: &str, name: &str) -> Option<&Map<String, Value>> {
        self.said.get(kind)?.get(name)?.as_object()
    }

    fn collect(&self, name: &str, found: &mut BTreeSet<String>, seen: &mut BTreeSet<String>) {
        match self.get("group", name) {
            Some(group) if seen.len() < MOST_GROUPS && seen.insert(name.to_owned()) => {
                let members = group.get("targets").and_then(Value::as_array).into_iter().flatten();
                for member in members.filter_map(Value::as_str) {
                    self.collect(&expand(member, &self.values), found, seen);
                }
            }
            Some(_) => {}
            None => drop(found.insert(name.to_owned())),
        }
    }

    /// A target; all that its matrix makes of it; or the one of some matrix that is called so.
    fn target(&self, name: &str) -> Vec<(String, Map<String, Value>)> {
        if let Some(said) = self.get("target", name) {
            return self.entries(name, said);
        }
        let all = self.said.get("target").and_then(Value::as_object).into_iter().flatten();
        let made = all.filter(|(_, said)| said.get("matrix").is_some());
        let made = made.flat_map(|(of, said)| said.as_object().map_or(Vec::new(), |said| self.entries(of, said)));
        made.filter(|(made, _)| made == name).collect()
    }

    fn entries(&self, name: &str, said: &Map<String, Value>) -> Vec<(String, Map<String, Value>)> {
        let matrix = said.get("matrix").and_then(Value::as_object);
        let mut entries = vec![self.values.clone()];
        for (variable, values) in matrix.into_iter().flatten() {
            let Some(values) = values.as_array() else { continue };
            let each = entries.iter().flat_map(|entry| {
                values.iter().map(|value| {
                    let mut entry = entry.clone();
                    add(&mut entry, variable.clone(), value, 0);
                    entry
                })
            });
            entries = each.take(MOST_ENTRIES).collect();
        }
        let made = entries.iter().map(|values| {
            let own = said
                .get("name")
                .and_then(Value::as_str)
                .map(|name| expand(name, values));
            let whole = self.inherited(said, values, &mut vec![name.to_owned()], &mut 0);
            (own.unwrap_or_else(|| name.to_owned()), whole)
        });
        made.collect()
    }

    /// What a target says, over what it inherits: of two, the later one has the last word.
    fn inherited(
        &self,
        said: &Map<String, Value>,
        values: &BTreeMap<String, String>,
        trail: &mut Vec<String>,
        bases_read: &mut usize,
    ) -> Map<String, Value> {
        let mut whole = Value::Null;
        let bases = said.get("inherits").and_then(Value::as_array).into_iter().flatten();
        for base in bases.filter_map(Value::as_str) {
            let base = expand(base, values);
            *bases_read += 1;
            if *bases_read > MOST_BASES || trail.contains(&base) {
                continue;
            }
            if let Some(said) = self.get("target", &base) {
                trail.push(base);
                whole = over(Value::Object(self.inherited(said, values, trail, bases_read)), whole);
                trail.pop();
            }
        }
        let own = expanded(Value::Object(said.clone()), values, 0);
        match over(own, whole) {
            Value::Object(whole) => whole,
            _ => Map::new(),
        }
    }
}

/// One value over another: maps are put together, key by key.
fn over(upper: Value, lower: Value) -> Value {
    match (upper, lower) {
        (Value::Object(upper), Value::Object(mut lower)) => {
            for (key, value) in upper {
                let below = lower.remove(&key).unwrap_or(Value::Null);
                // Only arguments and the like are maps in there.
                let value = if value.is_object() { over(value, below) } else { value };
                lower.insert(key, value);
            }
            Value::Object(lower)
        }
        (upper, _) => upper,
    }
}

/// `${item}`, and `${item.name}` where it is a map.
fn add(values: &mut BTreeMap<String, String>, name: String, value: &Value, depth: usize) {
    match value {
        Value::String(text) => drop(values.insert(name, expand(text, values))),
        Value::Object(map) if depth < DEEPEST => {
            for (key, value) in map {
                add(values, format!("{name}.{key}"), value, depth + 1);
            }
        }
        other => drop(values.insert(name, other.to_string())),
    }
}

fn expanded(value: Value, values: &BTreeMap<String, String>, depth: usize) -> Value {
    match value {
        Value::String(text) => Value::String(expand(&text, values)),
        Value::Array(items) if depth < DEEPEST => Value::Array(
            items
                .into_iter()
                .map(|item| expanded(item, values, depth + 1))
                .collect(),
        ),
        Value::Object(map) if depth < DEEPEST => {
            let map = map
                .into_iter()
                .map(|(key, value)| (key, expanded(value, values, depth + 1)));
            Value::Object(map.collect())
        }
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(is_so) => Value::String(is_so.to_string()),
        other => other,
    }
}

/// The text with its templates in place; `*` for what is more than a name, or not known.
fn expand(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        // `$${` is not a template.
        if let Some(before) = before.strip_suffix('$') {
            expanded = expanded + before + "${";
            rest = behind;
            continue;
        }
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        expanded.push_str(before);
        let value = values.get(name.trim()).map_or("*", String::as_str);
        if growth::put(&mut expanded, value).is_err() {
            return "*".to_owned();
        }
        rest = after;
    }
    expanded + rest
}
