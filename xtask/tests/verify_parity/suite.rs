//! Single faults in small repositories, applied one at a time.

use std::{collections::BTreeSet, process::Output};

use serde_json::Value;

use crate::fixture::Fixture;
use diagnostics::Level;

pub const PROD: &str = "services/web/Dockerfile";
pub const DEV: &str = "services/web/Dockerfile.dev";
pub const WEB: &str = "services/web/pyproject.toml";
pub const LOCK: &str = "services/web/poetry.lock";
pub const IGNORE: &str = "services/web/Dockerfile.dockerignore";
pub const PINS: &str = "services/web/requirements.txt";

/// Dockerfiles that the tool wrote.
pub fn drawn() -> Fixture {
    let repo = Fixture::sound();
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    repo
}

/// Dockerfiles as people write them, over the same packages: nothing in them is the tool's.
pub fn by_hand() -> Fixture {
    let repo = drawn();
    for file in [
        "Dockerfile",
        "Dockerfile.dev",
        "Dockerfile.dockerignore",
        "Dockerfile.dev.dockerignore",
    ] {
        std::fs::remove_file(repo.path(&format!("services/web/{file}"))).unwrap();
    }
    for file in [
        "services/web/requirements.txt",
        "services/web/requirements-dev.txt",
        "services/web/requirements-test.txt",
    ] {
        let text = repo.read(file);
        let pins: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        repo.write(file, pins.join("\n") + "\n");
    }
    repo.write(PROD, include_str!("by_hand.Dockerfile"));
    repo.write(DEV, include_str!("by_hand.Dockerfile.dev"));
    repo
}

/// The same service with Poetry in both images.
pub fn with_poetry() -> Fixture {
    let repo = by_hand();
    for file in ["requirements.txt", "requirements-dev.txt", "requirements-test.txt"] {
        std::fs::remove_file(repo.path(&format!("services/web/{file}"))).unwrap();
    }
    repo.write(".dockerignore", "**/.venv\n");
    repo.write(PROD, include_str!("poetry.Dockerfile"));
    repo.write(DEV, include_str!("poetry.Dockerfile.dev"));
    repo
}

/// Two services of the same kind.
pub fn pair() -> Fixture {
    let repo = by_hand();
    for (path, bytes) in repo.files() {
        if let Some(rest) = path.strip_prefix("services/web/") {
            let text = String::from_utf8(bytes)
                .unwrap()
                .replace("services/web", "services/admin");
            let text = text.replace("web.main", "admin.main").replace("\"web\"", "\"admin\"");
            repo.write(
                &format!("services/admin/{}", rest.replace("src/web/", "src/admin/")),
                text,
            );
        }
    }
    repo
}

/// Another lib, which nothing needs.
pub fn other_lib(repo: &Fixture) {
    let manifest = repo.read("libs/core/pyproject.toml").replace("\"core\"", "\"other\"");
    repo.write("libs/other/pyproject.toml", manifest);
    for file in ["README.md", "LICENSE", "src/other/__init__.py"] {
        repo.write(&format!("libs/other/{file}"), "");
    }
}

/// Another version of a package, in the lock and in what was exported from it.
pub fn other_version(repo: &Fixture, dir: &str, package: &str, version: &str) {
    let lock = format!("{dir}/poetry.lock");
    let text = repo.read(&lock);
    let head = format!("name = \"{package}\"\nversion = \"");
    let at = text.find(&head).unwrap() + head.len();
    let old = text[at..].split('"').next().unwrap().to_owned();
    let text = format!("{}{version}{}", &text[..at], &text[at + old.len()..]);
    let archive = |version: &str| format!("file = \"{}-{version}", package.replace('-', "_"));
    repo.write(&lock, text.replace(&archive(&old), &archive(version)));
    for file in ["requirements.txt", "requirements-dev.txt", "requirements-test.txt"] {
        let file = format!("{dir}/{file}");
        let text = repo
            .read(&file)
            .replace(&format!("{package}=={old}"), &format!("{package}=={version}"));
        repo.write(&file, text);
    }
}

pub fn found(output: &Output) -> (BTreeSet<String>, Vec<Value>) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let json: Value =
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    let findings = json["findings"].as_array().unwrap();
    (
        findings.iter().map(rule).collect(),
        json["problems"].as_array().unwrap().clone(),
    )
}

/// What else is true of such a fault.
pub fn consequences(rule: &str) -> &'static [&'static str] {
    match rule {
        // The settings name a Python that is allowed, so an image with another one is also another image.
        // A file of another group lacks the main one; a pin without version, and a lock edited by hand, is not a pin of the lock.
        "development-package-in-production" => &["package-missing"],
        "python-outside-range" => &["base-image-varies", "interpreter-missing"],
        // The lib's own lock is of its manifest as it was, too, and so is what the lock of the service repeats.
        "lib-metadata-stale" => &["lock-stale"],
        "lib-constraint-unsatisfied" => &["lib-metadata-stale", "lock-stale"],
        // Without a lock there is nothing else to compare with; with one, one of the files is not of it.
        "package-differs" => &["hash-not-in-lock", "lock-missing", "pin-not-in-lock"],
        // The libs, the service and the programs were in the environment, too.
        "package-missing" => &["lib-missing", "program-missing", "service-missing"],
        // What an exception allows is not looked for without a lock.
        "lock-missing" => &["exception-unused"],
        // Then no job builds production of that service.
        "ci-list-incomplete" => &["ci-builds-one-flavour"],
        // A module that does not exist, too.
        // Another server is one that the image may not have.
        "compose-command-overrides" => &["compose-command-fails"],
        // Where a lock is expected, that there is none.
        "compiled-requirements-stale" | "import-not-installed" => &["lock-missing"],
        // The debugger of development, started in production, too.
        "command-differs" => &["module-missing", "program-missing"],
        // The environment is made by the Python of the other image.
        "base-image-differs" | "base-image-varies" => &["interpreter-missing"],
        // Tilt names the workload of the service as the chart called it.
        "chart-service-missing" => &["tilt-resource-missing"],
        _ => &[],
    }
}

/// What a run prints.
pub fn said(repo: &Fixture) -> String {
    let output = repo.run(&["verify-parity", "--verbose"]);
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub type Fault = (&'static str, &'static str, fn(&Fixture));
/// What looks like a fault, and is none.
pub type Twin = (&'static str, fn(&Fixture));

/// Nothing is found in any of these, each made by `repository` and one harmless edit.
pub fn stay_quiet(repository: fn() -> Fixture, twins: impl IntoIterator<Item = Twin>) {
    let mut wrong = Vec::new();
    for (what, apply) in twins {
        let repo = repository();
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        if !rules.is_empty() || !problems.is_empty() {
            wrong.push(format!("{what}: {rules:?} {problems:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Applies each fault to a repository of its own, and says which were not reported as they should.
pub fn suite(start: fn() -> Fixture, faults: &[Fault], besides: &[&str]) {
    let mut wrong = Vec::new();
    for (rule, what, apply) in faults {
        let repo = start();
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (mut rules, problems) = found(&output);
        let code = output.status.code();
        let is_found = rules.remove(*rule);
        for expected in besides.iter().chain(consequences(rule)) {
            rules.remove(*expected);
        }
        let expected = expected_exit(&output, rule);
        if !is_found || !rules.is_empty() || code != Some(expected) || !problems.is_empty() {
            wrong.push(format!(
                "{what}: `{rule}` found: {is_found}, besides: {rules:?}, exit {code:?}, {problems:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a run ends with that found this fault: by the severity of the rule, or of what it found where that is less severe, and of what
/// else is true.
pub fn expected_exit(output: &Output, rule: &str) -> i32 {
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let mut of_rule = findings.iter().filter(|finding| finding["rule"] == rule);
    let is_less = MAY_BE_LESS_SEVERE.contains(&rule) && of_rule.all(|finding| finding["level"] != "error");
    let is_beside = |finding: &Value| finding["rule"] != rule && finding["level"] == "error";
    if level_of(rule) == Level::Error && !is_less || findings.iter().any(is_beside) {
        5
    } else {
        0
    }
}

/// Rules whose findings are not all errors; `severity.rs` says which are.
pub const MAY_BE_LESS_SEVERE: [&str; 14] = [
    "base-image-floats",
    "bytecode-differs",
    "ci-list-incomplete",
    "environment-of-another-python",
    "install-resolves",
    "lock-leads-elsewhere",
    "lock-stale",
    "own-code-differs",
    "package-installed-twice",
    "platform-differs",
    "system-files-differ",
    "user-is-root",
    "variable-unset",
    "virtual-environment-overlaid",
];

pub fn level_of(id: &str) -> Level {
    rules::rule(id).map(|rule| rule.level).unwrap()
}

pub fn replace_all(repo: &Fixture, file: &str, from: &str, to: &str) {
    let text = repo.read(file);
    assert!(text.contains(from), "`{from}` in {file}");
    repo.write(file, text.replace(from, to));
}

pub fn drop_line(repo: &Fixture, file: &str, with: &str) {
    let text = repo.read(file);
    assert!(text.contains(with), "`{with}` in {file}");
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains(with)).collect();
    repo.write(file, kept.join("\n") + "\n");
}

/// The first line of a file that starts so, changed.
pub fn change_line(repo: &Fixture, file: &str, start: &str, change: impl FnOnce(&str) -> String) {
    let text = repo.read(file);
    let line = text
        .lines()
        .find(|line| line.starts_with(start))
        .unwrap_or_else(|| panic!("`{start}` in {file}"));
    repo.write(file, text.replacen(&format!("{line}\n"), &change(line), 1));
}

/// Applies each twin to a repository of its own; none of these rules may report it.
pub fn silent(start: fn() -> Fixture, twins: &[Twin], rules: &[&str]) {
    let mut wrong = Vec::new();
    for (what, apply) in twins {
        let repo = start();
        apply(&repo);
        let (found, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        let found: Vec<&String> = found.iter().filter(|rule| rules.contains(&rule.as_str())).collect();
        if !found.is_empty() || !problems.is_empty() {
            wrong.push(format!("{what}: {found:?} {problems:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
