//! Shell scripts of the repository that a step runs, and that install something.

use std::ops::Range;

use super::{files::Files, installers::installs};
use diagnostics::{Place, Source};
use formats::absolute;
use formats::shell::{Simple, Variables, is_shell};
use repo::RepoPath;

/// A script, and what it is called with.
pub struct Called {
    pub path: RepoPath,
    pub source: Source,
    pub arguments: Vec<String>,
}

/// What separates the arguments of a script in `$@`.
const BETWEEN: &str = "\u{1f}";
/// What changes the arguments, or keeps them in a form of bash's own, is not followed.
const UNFOLLOWED: [&str; 5] = ["shift", "getopts", "eval", "[@]", "+=("];

/// Programs of the system, which no repository has scripts for: most steps call nothing else.
const OF_THE_SYSTEM: [&str; 24] = [
    "[", "addgroup", "adduser", "apk", "apt-get", "cd", "chmod", "chown", "cp", "curl", "echo", "export", "find",
    "groupadd", "ln", "mkdir", "mv", "pip", "python", "rm", "set", "test", "useradd", "uv",
];

/// The script that a command runs: by its path, by a shell, or by its name in a folder of programs.
pub fn called_by(command: &Simple, files: &Files<'_>, variables: &Variables) -> Option<Called> {
    let (program, rest) = command.words.split_first()?;
    if OF_THE_SYSTEM.contains(&program.text.as_str()) {
        return None;
    }
    let is_shell = is_shell(&program.text);
    let (script, arguments) = if is_shell {
        let at = rest.iter().position(|word| !word.text.starts_with('-'))?;
        (&rest[at], &rest[at + 1..])
    } else {
        (program, rest)
    };
    let folder = variables.get("PWD").map_or("/", String::as_str);
    let path = if script.text.contains('/') || is_shell {
        files.file(&absolute(folder, &script.text))?
    } else {
        let mut folders = variables.get("PATH")?.split(':');
        folders.find_map(|folder| files.file(&absolute(folder, &script.text)))?
    };
    let source = files.root.source(&path).ok()?;
    installs(source.text()).then(|| Called {
        path,
        source: source.clone(),
        arguments: arguments.iter().map(|word| word.text.clone()).collect(),
    })
}

impl Called {
    /// Where something is to be fixed: in the script, unless an argument or a variable in lower case, which scripts give their
    /// own, says what is installed.
    pub fn place(&self, span: Range<usize>, caller: &Place) -> Place {
        let said = &self.source.text()[span.clone()];
        let is_of_caller = said.split('$').skip(1).any(|rest| {
            let name = rest.trim_start_matches('{');
            name.starts_with(|c: char| c.is_ascii_digit() || c == '@' || c == '*')
                || name.starts_with(char::is_lowercase)
        });
        if is_of_caller {
            caller.clone()
        } else {
            self.source.place(span).label("in the script that is run")
        }
    }

    /// What the script sees, where its text is one that is followed.
    pub fn variables(&self, outside: &Variables) -> Option<Variables> {
        if UNFOLLOWED.iter().any(|word| self.source.text().contains(word)) {
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
