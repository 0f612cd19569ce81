//! The workflows call this tool and nothing else, with options that it has, and actions that cannot change.
//! What else can be wrong with a workflow, actionlint and zizmor find: `.ci/run` runs them.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use clap::CommandFactory;
use diagnostics::Source;
use formats::yaml::{self, Node};
use run::ci::{CHECKING, Stage};
use twinfile::cli::Cli;

/// What prepares a machine, and has no task.
const PREPARE: [&str; 3] = ["sudo apt-get ", "docker buildx create ", "pipx install poetry=="];
/// A program that an action of its maker installs, and the one thing that it is to do.
const SIGN: &str = "cosign sign --yes ";

/// What is wrong with the text of a workflow.
fn findings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_start_matches("- ");
        if let Some(action) = line.strip_prefix("uses:") {
            let reference = action.split('@').nth(1).unwrap_or_default();
            let commit = reference.split(' ').next().unwrap_or_default();
            // At the commit of the workflow itself.
            if action.trim().starts_with("$/.github/actions/") {
                continue;
            }
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
            None if command.trim().starts_with(SIGN) => {}
            None => found.push(format!("no command of ours: {command}")),
        }
    }
    found
}

fn unknown_options(arguments: &str) -> Vec<String> {
    let task = arguments.split(' ').next().unwrap_or_default();
    // What follows is for the program.
    if task == "tool" {
        return Vec::new();
    }
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

/// The actions of the repository are called from its workflows, and are held to the same.
#[test]
fn own_actions_run_nothing_and_are_pinned() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/actions");
    let mut found = 0;
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if entry.file_type().is_file() {
            let text = fs::read_to_string(entry.path()).unwrap();
            assert_eq!(findings(&text), Vec::<String>::new(), "{}", entry.path().display());
            found += 1;
        }
    }
    assert!(found > 0);
}

/// What others could write to a cache must not reach what is released.
#[test]
fn releases_use_no_cache() {
    for (name, text) in workflows().iter().filter(|(name, _)| name != "ci.yml") {
        assert!(
            !text.contains("actions/cache") && !text.contains(".github/actions/"),
            "{name}"
        );
    }
}

/// A digest that was tested is what gets the tag: the job that names digests builds nothing, and waits for all that test.
#[test]
fn what_is_released_was_tested() {
    let jobs = jobs("images.yml");
    let job = |name: &str| &jobs.iter().find(|(id, _)| id == name).unwrap().1;
    let needs: Vec<&str> = job("release")
        .get("needs")
        .unwrap()
        .items()
        .iter()
        .filter_map(Node::text)
        .collect();
    let pushing: Vec<&str> = jobs
        .iter()
        .filter(|(_, job)| {
            runs(job)
                .iter()
                .any(|command| command.contains("build-images \"$SERVICE\" --push "))
        })
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(pushing, ["amd64", "arm64"]);
    assert!(pushing.iter().all(|name| needs.contains(name)), "{needs:?}");
    let machines: Vec<&str> = pushing
        .iter()
        .filter_map(|name| job(name).get("runs-on")?.text())
        .collect();
    assert_eq!(machines, ["ubuntu-24.04", "ubuntu-24.04-arm"]);
    let released = runs(job("release"));
    assert!(
        released.iter().any(|command| command.contains("--release digests")),
        "{released:?}"
    );
    assert!(
        !released.iter().any(|command| command.contains("--push")),
        "{released:?}"
    );
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
        // These check one lib, when it is released; `lock` asks an index, and `parity` knows which lock is stale; `init` is for a
        // repository that is on its way.
        .filter(|name| !["build-wheels", "bump", "init", "lock"].contains(name))
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

/// Both bots know every folder with a lock, the actions, and what images stand on.
#[test]
fn update_bots_know_every_lock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let listed = Command::new("git")
        .args(["ls-files", "*poetry.lock", "*package-lock.json", "*Cargo.lock"])
        .current_dir(root)
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let folders: Vec<String> = listed
        .lines()
        .filter(|file| !file.contains("/tests/"))
        .map(|file| format!("/{}", file.rsplit_once('/').map_or("", |(folder, _)| folder)))
        .collect();
    assert!(folders.len() >= 10, "{folders:?}");
    let text = fs::read_to_string(root.join(".github/dependabot.yml")).unwrap();
    let documents = yaml::read(&Source::new("dependabot.yml", text.as_str()), &mut Vec::new());
    let updates = documents[0].get("updates").unwrap().items();
    let directories: Vec<&str> = updates
        .iter()
        .flat_map(|update| {
            let several = update.get("directories").map(Node::items).unwrap_or_default();
            several.iter().chain(update.get("directory")).filter_map(Node::text)
        })
        .collect();
    let is_known = |folder: &String| {
        directories.iter().any(|known| match known.strip_suffix("/*") {
            Some(parent) => folder.rsplit_once('/').is_some_and(|(above, _)| above == parent),
            None => known == folder,
        })
    };
    let unknown: Vec<&String> = folders.iter().filter(|folder| !is_known(folder)).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "add them to .github/dependabot.yml");
    for kind in ["cargo", "docker", "github-actions", "helm", "npm", "pip"] {
        let has = |update: &Node| update.get("package-ecosystem").and_then(Node::text) == Some(kind);
        assert!(updates.iter().any(has), "{kind}");
    }
    let renovate = fs::read_to_string(root.join("renovate.json")).unwrap();
    let renovate: serde_json::Value = serde_json::from_str(&renovate).unwrap();
    let managers = renovate["enabledManagers"].as_array().unwrap();
    for manager in ["cargo", "custom.regex", "dockerfile", "github-actions", "npm", "poetry"] {
        assert!(managers.iter().any(|known| known == manager), "{manager}");
    }
    let rules = renovate["packageRules"].as_array().unwrap();
    let commands: Vec<&str> = rules
        .iter()
        .flat_map(|rule| rule["postUpgradeTasks"]["commands"].as_array().into_iter().flatten())
        .filter_map(serde_json::Value::as_str)
        .collect();
    assert_eq!(commands, ["cargo xtask lock", "cargo xtask gen-dockerfiles"]);
    for command in commands {
        let task = command.trim_start_matches("cargo xtask ");
        assert!(Cli::command().find_subcommand(task).is_some(), "{task}");
    }
}
