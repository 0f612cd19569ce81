//! Justfiles: variables, recipes with parameters, and what they need.

use std::collections::BTreeMap;

use super::Asked;
use diagnostics::{Place, Source};

struct Recipe {
    name: String,
    /// With their defaults.
    parameters: Vec<(String, Option<String>)>,
    needs: Vec<String>,
    lines: Vec<(String, Place)>,
}

/// What the recipe runs, with the words behind it as its arguments. `false` where it is not in the file.
pub fn run(source: &Source, asked: &mut Asked<'_>) -> bool {
    let (variables, recipes) = read(source);
    let targets = asked.targets.clone();
    let name = match targets.first() {
        Some(name) => name.clone(),
        None => recipes.first().map(|recipe| recipe.name.clone()).unwrap_or_default(),
    };
    let arguments = targets.get(1..).unwrap_or_default();
    make(&name, arguments, &variables, &recipes, asked)
}

fn make(
    name: &str,
    arguments: &[String],
    variables: &BTreeMap<String, String>,
    recipes: &[Recipe],
    asked: &mut Asked<'_>,
) -> bool {
    let Some(recipe) = recipes.iter().find(|recipe| recipe.name == name) else {
        return false;
    };
    if !asked.is_new(&format!("{name} {}", arguments.join(" "))) {
        return true;
    }
    for need in &recipe.needs {
        make(need, &[], variables, recipes, asked);
    }
    let mut own = variables.clone();
    own.extend(
        asked
            .variables
            .iter()
            .filter(|(name, _)| asked.assigned.contains(*name))
            .map(|(a, b)| (a.clone(), b.clone())),
    );
    for (at, (name, default)) in recipe.parameters.iter().enumerate() {
        let value = arguments.get(at).or(default.as_ref());
        own.insert(name.clone(), value.cloned().unwrap_or_else(|| "*".into()));
    }
    let is_script = recipe.lines.first().is_some_and(|(line, _)| line.starts_with("#!"));
    let lines = recipe
        .lines
        .iter()
        .map(|(line, place)| (expand(line, &own), place.clone()));
    if is_script {
        let place = recipe.lines[0].1.clone();
        let text: Vec<String> = lines.map(|(line, _)| line).collect();
        asked.push(text.join("\n"), place);
    } else {
        for (line, place) in lines {
            asked.push(line.trim_start_matches(['@', '-']).to_owned(), place);
        }
    }
    true
}

fn read(source: &Source) -> (BTreeMap<String, String>, Vec<Recipe>) {
    let mut variables = BTreeMap::new();
    let mut recipes: Vec<Recipe> = Vec::new();
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let place = source.place(at..at + line.trim_end().len());
        at += line.len();
        let plain = line.trim_end();
        if plain.starts_with([' ', '\t']) {
            if let Some(recipe) = recipes.last_mut() {
                recipe.lines.push((plain.trim_start().to_owned(), place));
            }
            continue;
        }
        if plain.is_empty() || plain.starts_with(['#', '[']) {
            continue;
        }
        if let Some((name, value)) = plain.split_once(":=") {
            let name = name.trim_start_matches("export ").trim();
            variables.insert(name.to_owned(), literal(value.trim()).unwrap_or_else(|| "*".into()));
        } else if let Some((head, needs)) = plain.split_once(':') {
            let mut words = head.split_whitespace();
            let name = words.next().unwrap_or_default().trim_start_matches('@').to_owned();
            let parameter = |word: &str| {
                let (name, default) = word
                    .split_once('=')
                    .map_or((word, None), |(name, value)| (name, Some(value)));
                let default = default.map(|value| literal(value).unwrap_or_else(|| "*".into()));
                (name.trim_start_matches(['+', '*', '$']).to_owned(), default)
            };
            recipes.push(Recipe {
                name,
                parameters: words.map(parameter).collect(),
                // `(name argument)` is called with something; the name is enough here.
                needs: needs
                    .split_whitespace()
                    .map(|word| word.trim_matches(['(', ')']).to_owned())
                    .collect(),
                lines: Vec::new(),
            });
        }
    }
    (variables, recipes)
}

fn literal(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then(|| inner.to_owned())
}

fn expand(line: &str, variables: &BTreeMap<String, String>) -> String {
    let mut expanded = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((name, after)) = behind.split_once("}}") else {
            return expanded + before + "*";
        };
        expanded.push_str(before);
        expanded.push_str(variables.get(name.trim()).map_or("*", String::as_str));
        rest = after;
    }
    expanded + rest
}
