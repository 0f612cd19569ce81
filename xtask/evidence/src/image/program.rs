//! What an image starts.

use super::{Image, set_by_env::Env};
use diagnostics::Located;
use formats::shell::is_shell;

impl Image {
    /// Whether a shell runs the ENTRYPOINT and hands it no CMD, though there is one.
    pub fn ignores_command(&self) -> bool {
        let Some(entrypoint) = &self.entrypoint else {
            return false;
        };
        let [shell, flag, text] = entrypoint.value.as_slice() else {
            return false;
        };
        let takes = ["$@", "$*", "$0", "$1", "${"]
            .iter()
            .any(|arguments| text.contains(arguments));
        is_shell(shell) && flag.starts_with('-') && flag.ends_with('c') && !takes && self.command.is_some()
    }

    /// What it runs, as one command.
    pub fn program(&self) -> Vec<String> {
        started(self.words())
    }

    /// The words of both, `env` included.
    pub(super) fn words(&self) -> Vec<String> {
        let words =
            |words: &Option<Located<Vec<String>>>| words.as_ref().map_or(Vec::new(), |words| words.value.clone());
        joined(words(&self.entrypoint), words(&self.command))
    }
}

/// Both as one command. A launcher that starts what it is given is none of it.
pub fn program(entrypoint: Vec<String>, command: Vec<String>) -> Vec<String> {
    started(joined(entrypoint, command))
}

fn joined(entrypoint: Vec<String>, command: Vec<String>) -> Vec<String> {
    let is_launcher = entrypoint
        .first()
        .is_some_and(|first| matches!(first.as_str(), "/bin/sh" | "sh"))
        && entrypoint.iter().any(|word| word.ends_with("exec \"$@\""));
    if is_launcher {
        command
    } else {
        entrypoint.into_iter().chain(command).collect()
    }
}

/// Signals and variables are set for a program, which then takes its place.
fn started(words: Vec<String>) -> Vec<String> {
    Env::of(&words).map(|env| env.started.to_vec()).unwrap_or(words)
}
