//! The workflows call this tool and nothing else, with options that it has, and actions that cannot change.
//! What else can be wrong with a workflow, actionlint and zizmor find: `.ci/run` runs them.

use std::{fs, path::Path, process::Command};

/// What is wrong with the text of a workflow.
fn findings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_start_matches("- ");
        if let Some(action) = line.strip_prefix("uses:") {
            let reference = action.split('@').nth(1).unwrap_or_default();
            let commit = reference.split(' ').next().unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_commit || !reference.contains("# v") {
                found.push(format!("no commit and version: {action}"));
            }
        }
        let Some(command) = line.strip_prefix("run:") else {
            continue;
        };
        match command.trim().strip_prefix("cargo xtask ") {
            Some(arguments) => found.extend(unknown_options(arguments)),
            None => found.push(format!("no command of ours: {command}")),
        }
    }
    found
}

fn unknown_options(arguments: &str) -> Vec<String> {
    let task = arguments.split(' ').next().unwrap_or_default();
    let help = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args([task, "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let options = arguments.split(' ').filter(|word| word.starts_with("--"));
    options
        .filter(|option| !help.contains(&format!("{option} ")) && !help.contains(&format!("{option}\n")))
        .map(|option| format!("`{task}` has no {option}"))
        .collect()
}

#[test]
fn releases_are_made_by_commands_that_people_can_run_too() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows/release-libs.yml");
    assert_eq!(findings(&fs::read_to_string(path).unwrap()), Vec::<String>::new());
}

#[test]
fn other_commands_options_and_references_are_found() {
    let workflow = "\
steps:
  - uses: actions/checkout@v5
  - run: pip install twine
  - run: cargo xtask build-wheels --out dist --publsh libs
";
    assert_eq!(
        findings(workflow),
        [
            "no commit and version:  actions/checkout@v5",
            "no command of ours:  pip install twine",
            "`build-wheels` has no --publsh",
        ]
    );
}
