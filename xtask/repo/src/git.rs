//! Git, asked in the same way wherever something is asked of it.

use std::{
    collections::BTreeSet,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use super::RepoPath;

/// A run of git in a repository, to which a task adds its arguments. A hook's environment must not lead to another
/// repository; nothing is to be written to the index; what is said is English.
pub fn command(root: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(root)
        .arg("--literal-pathspecs")
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null());
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command
}

/// Files and folders that git ignores, and that are therefore on this machine alone.
#[derive(Clone, Debug, Default)]
pub struct Ignored(Vec<String>);

impl Ignored {
    /// Those of a repository. Empty without git.
    pub fn of(root: &Path) -> Self {
        let mut command = command(root);
        command.args([
            "ls-files",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--directory",
            "-z",
        ]);
        let Some(output) = command.output().ok().filter(|output| output.status.success()) else {
            return Self::default();
        };
        let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Self(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
    }

    /// Whether a file is one of them, or lies in a folder that is.
    pub fn holds(&self, path: &str) -> bool {
        self.0.iter().any(|ignored| match ignored.strip_suffix('/') {
            Some(folder) => path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
            None => ignored == path,
        })
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Paths that a pattern keeps out of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The file with the pattern, as git names it.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The pattern.
    pub pattern: String,
    /// The paths, or the uppermost folders around them that it hides, with a slash behind.
    pub paths: Vec<String>,
}

/// Which of these files git would not add, whether or not they exist, by pattern. None without git.
pub fn hidden(root: &Path, files: &[RepoPath]) -> Vec<Hidden> {
    let mut asked: BTreeSet<String> = BTreeSet::new();
    for file in files {
        asked.insert(file.to_string());
        let mut folder = file.parent();
        while folder != RepoPath::root() {
            asked.insert(format!("{folder}/"));
            folder = folder.parent();
        }
    }
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let answer = ask(
        command(root).args([CHECK_LITERAL, "check-ignore", "--verbose", "--stdin", "-z"]),
        &asked,
    )
    .unwrap_or_default();
    let fields: Vec<&str> = answer.split('\0').collect();
    let mut found: Vec<Hidden> = Vec::new();
    let mut folders: Vec<&str> = Vec::new();
    for field in fields.chunks_exact(4) {
        let [file, line, pattern, path] = *field else { continue };
        // The last pattern that matches decides, and may well take a path back.
        if pattern.starts_with('!') || folders.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        folders.extend(path.ends_with('/').then_some(path));
        let line = line.parse().unwrap_or_default();
        match found.iter_mut().find(|known| known.file == file && known.line == line) {
            Some(known) => known.paths.push(path.to_owned()),
            None => found.push(Hidden {
                file: file.to_owned(),
                line,
                pattern: pattern.to_owned(),
                paths: vec![path.to_owned()],
            }),
        }
    }
    found
}

/// `check-ignore` refuses `--literal-pathspecs`; what it reads from its input is literal in any case.
pub(crate) const CHECK_LITERAL: &str = "--no-literal-pathspecs";

/// What git answers to paths that it reads from its input.
pub(crate) fn ask(command: &mut Command, paths: &[&str]) -> std::io::Result<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let input: String = paths.iter().flat_map(|path| [*path, "\0"]).collect();
    let stdin = child.stdin.take();
    let written = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output()?;
    let _ = written.join();
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
