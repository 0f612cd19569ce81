//! The command line, from its own tree: the doc comments in `cli.rs` and in the tasks.

use std::fmt::Write;

use clap::{Arg, Command, builder::StyledStr};

use super::{code, table};

/// A line a command.
pub fn overview(cli: &Command) -> String {
    let rows = tasks(cli).map(|task| {
        let name = code(&format!("{} {}", cli.get_name(), task.get_name()));
        vec![name, plain(task.get_about())]
    });
    table(&["command", "what it does"], rows)
}

/// A section a command.
pub fn sections(cli: &Command) -> String {
    let mut text = String::new();
    for task in tasks(cli) {
        let about = plain(task.get_long_about().or(task.get_about()));
        let usage = task.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage:").trim();
        let _ = write!(text, "## {}\n\n{about}\n\n```text\n{usage}\n```\n\n", task.get_name());
        let own: Vec<&Arg> = arguments(task).filter(|argument| !argument.is_global_set()).collect();
        if !own.is_empty() {
            let _ = writeln!(text, "{}", meanings(&own));
        }
    }
    let of_all: Vec<&Arg> = arguments(cli).collect();
    let _ = write!(text, "## Options of every command\n\n{}", meanings(&of_all));
    text
}

fn tasks(cli: &Command) -> impl Iterator<Item = &Command> {
    cli.get_subcommands().filter(|task| !task.is_hide_set())
}

fn arguments(command: &Command) -> impl Iterator<Item = &Arg> {
    let is_shown = |argument: &&Arg| !argument.is_hide_set() && argument.get_id() != "help";
    command.get_arguments().filter(is_shown)
}

fn meanings(arguments: &[&Arg]) -> String {
    table(&["argument", "meaning"], arguments.iter().map(|argument| row(argument)))
}

fn row(argument: &Arg) -> Vec<String> {
    let takes_value = argument.get_action().takes_values();
    let names = argument.get_value_names().unwrap_or_default();
    let value: Vec<String> = names.iter().map(|name| format!("{name}")).collect();
    let value = value.join(" ");
    let long = argument.get_long().map(|name| format!("--{name}"));
    let short = argument.get_short().map(|name| format!("-{name}"));
    let flags: Vec<String> = short.into_iter().chain(long).collect();
    let written = match (flags.is_empty(), takes_value) {
        (true, _) => value,
        (false, true) => format!("{} {value}", flags.join(", ")),
        (false, false) => flags.join(", "),
    };
    let mut meaning = plain(argument.get_long_help().or(argument.get_help()));
    if takes_value && !argument.is_hide_possible_values_set() {
        let values = argument.get_possible_values();
        let values = values.iter().filter(|value| !value.is_hide_set()).map(|value| {
            let about = plain(value.get_help());
            if about.is_empty() {
                code(value.get_name())
            } else {
                format!("{} ({about})", code(value.get_name()))
            }
        });
        let values: Vec<String> = values.collect();
        if !values.is_empty() {
            let _ = write!(meaning, ": {}", values.join(", "));
        }
    }
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| code(&value.to_string_lossy()))
        .collect();
    if takes_value && !defaults.is_empty() {
        let _ = write!(meaning, " [default: {}]", defaults.join(", "));
    }
    vec![code(&written), meaning]
}

/// Help without the colours of a terminal. A place of a value in it, `<NAME>`, is not markup.
fn plain(text: Option<&StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    let mut is_code = false;
    let characters = text.trim().chars().map(|character| {
        is_code ^= character == '`';
        match character {
            '<' if !is_code => "\\<".to_owned(),
            _ => character.to_string(),
        }
    });
    characters.collect()
}
