//! The workflows call this tool and nothing else, with options that it has, and actions that cannot change.
//! What else can be wrong with a workflow, actionlint and zizmor find: `.ci/run` runs them.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use clap::CommandFactory;
use diagnostics::Source;
use formats::yaml::{self, Node};
use run::ci::{CHECKING, Stage};
use xtask::cli::Cli;

/// What prepares a machine, and has no task.
const PREPARE: [&str; 2] = ["sudo apt-get ", "docker buildx create "];

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
            None if PREPARE.iter().any(|start| command.trim().starts_with(start)) => {}
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

fn workflows() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows");
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The jobs of a workflow of this repository, by their ids.
fn jobs(file: &str) -> Vec<(String, Node)> {
    let (_, text) = workflows().into_iter().find(|(name, _)| name == file).unwrap();
    let mut problems = Vec::new();
    let documents = yaml::read(&Source::new(file, text.as_str()), &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    let jobs = documents[0].get("jobs").unwrap().entries();
    jobs.iter()
        .map(|(name, job)| (name.text().unwrap().to_owned(), job.clone()))
        .collect()
}

fn runs(job: &Node) -> Vec<&str> {
    let steps = job.get("steps").unwrap().items();
    steps.iter().filter_map(|step| step.get("run")?.text()).collect()
}

#[test]
fn workflows_run_commands_that_people_can_run_too() {
    let files = workflows();
    assert!(files.len() >= 3, "{files:?}");
    for (name, text) in files {
        assert_eq!(findings(&text), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_stage_of_ci_is_a_job_in_the_same_order() {
    let jobs = jobs("ci.yml");
    let stages: Vec<&str> = jobs
        .iter()
        .flat_map(|(_, job)| runs(job))
        .filter_map(|command| command.strip_prefix("cargo xtask ci ")?.split(' ').next())
        .collect();
    assert_eq!(stages, Stage::ALL.map(Stage::name));
    for stage in Stage::ALL {
        assert!(jobs.iter().any(|(name, _)| name == stage.name()), "{}", stage.name());
    }
}

#[test]
fn every_job_has_a_time_limit_and_permissions_of_its_own() {
    for (file, text) in workflows() {
        assert!(
            text.contains("\npermissions: {}\n") && text.contains("\nconcurrency:\n"),
            "{file}"
        );
        for (name, job) in jobs(&file) {
            assert!(
                job.get("timeout-minutes").is_some() && job.get("permissions").is_some(),
                "{file}: {name}"
            );
            let steps = job.get("steps").unwrap().items();
            let checkouts = steps.iter().filter(|step| {
                let uses = step.get("uses").and_then(Node::text).unwrap_or_default();
                uses.starts_with("actions/checkout@")
            });
            for checkout in checkouts {
                let persists = checkout.at(&["with", "persist-credentials"]).and_then(Node::as_bool);
                assert_eq!(persists, Some(false), "{file}: {name}");
            }
        }
    }
}

#[test]
fn the_script_of_ci_calls_the_stages_too() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/run");
    let script = fs::read_to_string(script).unwrap();
    for command in ["check checks cargo xtask ci checks\n", "\ncargo xtask test || "] {
        assert!(script.contains(command), "{command}");
    }
}

/// What a task with `--check` says is stale, `cargo xtask ci` has to ask.
#[test]
fn every_task_that_writes_is_checked() {
    let tasks = Cli::command();
    let checking: BTreeSet<&str> = tasks
        .get_subcommands()
        .filter(|task| {
            task.get_arguments()
                .any(|argument| argument.get_long() == Some("check"))
        })
        .map(|task| task.get_name())
        // These check one lib, when it is released.
        .filter(|name| !["build-wheels", "bump"].contains(name))
        .collect();
    assert_eq!(
        checking,
        BTreeSet::from(CHECKING),
        "add the missing one to `CHECKING` in tasks/ci/steps.rs"
    );
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
