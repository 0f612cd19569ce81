//! Shell scripts of the repository that a step runs, and that install something.

use super::files::{Files, absolute};
use crate::{
    evidence::shell::{Simple, Variables},
    repo::RepoPath,
};

/// A script, and what it is called with.
pub struct Called {
    pub path: RepoPath,
    pub text: String,
    pub arguments: Vec<String>,
}

/// What separates the arguments of a script in `$@`.
const BETWEEN: &str = "\u{1f}";
/// What changes the arguments, or keeps them in a form of bash's own, is not followed.
const UNFOLLOWED: [&str; 5] = ["shift", "getopts", "eval", "[@]", "+=("];

const INSTALLERS: [&str; 6] = [
    "pip install",
    "poetry install",
    "uv sync",
    "uv pip",
    "apt-get install",
    "apk add",
];

/// The script that a command runs: by its path, by a shell, or by its name in a folder of programs.
pub fn called_by(command: &Simple, files: &Files<'_>, variables: &Variables) -> Option<Called> {
    let (program, rest) = command.words.split_first()?;
    let is_shell = matches!(program.text.rsplit('/').next()?, "sh" | "bash" | "ash" | "dash");
    let (script, arguments) = match is_shell {
        true => {
            let at = rest.iter().position(|word| !word.text.starts_with('-'))?;
            (&rest[at], &rest[at + 1..])
        }
        false => (program, rest),
    };
    let folder = variables.get("PWD").map_or("/", String::as_str);
    let path = match script.text.contains('/') || is_shell {
        true => files.file(&absolute(folder, &script.text))?,
        false => {
            let mut folders = variables.get("PATH")?.split(':');
            folders.find_map(|folder| files.file(&absolute(folder, &script.text)))?
        }
    };
    let text = std::fs::read_to_string(path.under(files.root)).ok()?;
    installs(&text).then(|| Called {
        path,
        text,
        arguments: arguments.iter().map(|word| word.text.clone()).collect(),
    })
}

/// Whether a script or a Makefile speaks of an installer.
pub fn installs(text: &str) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let speaks = |line: &str| INSTALLERS.iter().any(|words| line.contains(words));
    lines.into_iter().any(speaks)
}

impl Called {
    /// What the script sees, where its text is one that is followed.
    pub fn variables(&self, outside: &Variables) -> Option<Variables> {
        if UNFOLLOWED.iter().any(|word| self.text.contains(word)) {
            return None;
        }
        let mut variables = outside.clone();
        for (index, argument) in self.arguments.iter().enumerate() {
            variables.insert((index + 1).to_string(), argument.clone());
        }
        let all = self.arguments.join(BETWEEN);
        variables.insert("@".to_owned(), all);
        Some(variables)
    }
}
