//! Taskfiles: tasks with commands, and tasks that call tasks.

use std::collections::BTreeMap;

use super::Asked;
use diagnostics::{Problem, Source};
use formats::yaml::{self, Node};

/// Tasks that call tasks.
const DEEPEST: usize = 16;

type Values = BTreeMap<String, String>;

/// What the tasks run. `false` where one of them is not in the file, or the file is none.
pub fn run(source: &Source, asked: &mut Asked<'_>, problems: &mut Vec<Problem>) -> bool {
    let documents = yaml::read(source, problems);
    let Some(tasks) = documents.first().and_then(|file| file.get("tasks")) else {
        return false;
    };
    let mut values: Values = asked.variables.clone();
    add(&mut values, &documents[0]);
    values.extend(
        asked
            .variables
            .iter()
            .filter(|(name, _)| asked.assigned.contains(*name))
            .map(|(a, b)| (a.clone(), b.clone())),
    );
    let targets = match asked.targets.is_empty() {
        true => vec!["default".to_owned()],
        false => asked.targets.clone(),
    };
    let mut is_known = true;
    for target in targets {
        is_known &= make(&target, tasks, &values, asked, 0);
    }
    is_known
}

fn make(name: &str, tasks: &Node, values: &Values, asked: &mut Asked<'_>, depth: usize) -> bool {
    let Some(task) = tasks.get(name) else { return false };
    if depth > DEEPEST || !asked.step() {
        return true;
    }
    let mut own = values.clone();
    // What it is called with comes before what it says itself.
    let mut said = Values::new();
    add(&mut said, task);
    for (name, value) in said {
        own.entry(name).or_insert(value);
    }
    let folder = task
        .get("dir")
        .and_then(Node::text)
        .map(|dir| expand(dir, &own))
        .unwrap_or_default();
    let folder = asked
        .home
        .join(&folder)
        .unwrap_or_else(|| asked.home.clone())
        .to_string();
    let listed = |key: &str| task.get(key).map(Node::items).unwrap_or_default().iter();
    let single = task.get("cmd").or(Some(task)).filter(|task| task.text().is_some());
    let short = if task.is_sequence() { task.items() } else { &[] };
    let commands = listed("deps").chain(listed("cmds")).chain(short).chain(single);
    for command in commands {
        let is_dependency = listed("deps").any(|other| std::ptr::eq(other, command));
        let called = command
            .get("task")
            .and_then(Node::text)
            .or_else(|| command.text().filter(|_| is_dependency));
        if let Some(called) = called {
            let mut given = own.clone();
            let mut said = Values::new();
            add(&mut said, command);
            given.extend(said.into_iter().map(|(name, value)| (name, expand(&value, &own))));
            make(&expand(called, &own), tasks, &given, asked, depth + 1);
        } else if let Some(text) = command.text().or_else(|| command.get("cmd")?.text()) {
            asked.push_in(folder.clone(), expand(text, &own), command.place());
        }
    }
    true
}

/// `vars: { NAME: value }`, and `env`. What a shell says is not known.
fn add(values: &mut Values, holder: &Node) {
    for key in ["env", "vars"] {
        for (name, value) in holder.get(key).map(Node::entries).unwrap_or_default() {
            let value = value
                .text()
                .map_or_else(|| "*".to_owned(), |value| expand(value, values));
            values.extend(name.text().map(|name| (name.to_owned(), value)));
        }
    }
}

fn expand(text: &str, values: &Values) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((name, after)) = behind.split_once("}}") else {
            return expanded + before + "*";
        };
        expanded.push_str(before);
        let known = name.trim().strip_prefix('.').and_then(|name| values.get(name));
        expanded.push_str(known.map_or("*", String::as_str));
        rest = after;
    }
    expanded + rest
}
