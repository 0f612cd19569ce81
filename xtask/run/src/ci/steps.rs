//! Which steps there are: by what the repository holds, so that none has to be listed by hand.

use super::step::{Needs, Run, Stage, Step};
use crate::{
    environments::pinned,
    test::discover::{IMAGES, workspace},
};
use diagnostics::Problem;
use repo::RepoPath;
use repo::{Package, Repo};
use surfaces::WORKFLOWS;
use surfaces::tiltfile;

/// The tasks that write files of the repository. With `--check` they say what is stale.
pub const CHECKING: [&str; 3] = ["gen-dockerfiles", "docs", "update-tilt"];

/// The step that runs `verify-parity`.
const PARITY: &str = "parity";

/// Whether there is anything that the task keeps true: not every repository has a Tiltfile.
fn has_output(repo: &Repo, task: &str) -> bool {
    let file = match task {
        "docs" => return repo.settings.docs.is_some(),
        "update-tilt" => tiltfile::FILE,
        _ => return true,
    };
    RepoPath::parse(file).is_some_and(|file| repo.root.has(&file))
}

/// The steps that the settings list, in the order in which they run: checks of their own, those that `ci` names, and where it
/// names none, what the tool itself generates and checks. Sources that nobody asked it to check are none of its business.
pub fn all(repo: &Repo, base: Option<&str>, services: &[String]) -> Result<Vec<Step>, Vec<Problem>> {
    let mut steps = possible(repo, base, services)?;
    let is_own = |step: &Step| repo.settings.checks.contains_key(&step.name);
    match &repo.settings.ci {
        Some(listed) => {
            super::check_names(&steps, listed.iter().map(|name| &name.value))?;
            steps.retain(|step| is_own(step) || listed.iter().any(|name| step.is_called(&name.value)));
        }
        None => steps.retain(|step| is_own(step) || step.name == PARITY || CHECKING.contains(&step.name.as_str())),
    }
    Ok(steps)
}

/// Every step that could run here.
fn possible(repo: &Repo, base: Option<&str>, services: &[String]) -> Result<Vec<Step>, Vec<Problem>> {
    let workspace = workspace(repo)?;
    let mut steps = Vec::new();
    let mut check = |name: &str, run: Run| {
        steps.push(Step {
            stage: Stage::Checks,
            name: name.into(),
            run,
            needs: None,
        })
    };
    if workspace.has_packages {
        check("rustfmt", cargo(&["fmt", "--all", "--check"]));
        check("clippy", clippy(&["--all-targets"]));
        let untested: Vec<&str> = workspace.untested.iter().flat_map(|name| ["--test", name]).collect();
        if !untested.is_empty() {
            check("clippy-slow", clippy(&untested));
        }
    }
    for task in CHECKING.into_iter().filter(|task| has_output(repo, task)) {
        check(task, xtask(&[task, "--check"]));
    }
    check(PARITY, xtask(&parity()));
    let has = pinned(&repo.root, &repo.settings)?;
    let workflows = workflows(repo);
    if !workflows.is_empty() && has("actionlint") {
        let files = workflows.iter().map(String::as_str);
        check(
            "actionlint",
            xtask(&["tool", "actionlint"].into_iter().chain(files).collect::<Vec<_>>()),
        );
    }
    if !workflows.is_empty() && has("zizmor") {
        let options = [
            "tool",
            "zizmor",
            "--offline",
            "--quiet",
            "--persona",
            "auditor",
            ".github",
        ];
        // The action that others call, where the repository is one.
        let action = ["action.yml", "action.yaml"].into_iter();
        let action = action.filter(|file| repo.root.is_file(&RepoPath::root().child(file)));
        check("zizmor", xtask(&options.into_iter().chain(action).collect::<Vec<_>>()));
    }
    if has("ruff") {
        check("ruff", xtask(&["tool", "ruff", "check"]));
        check("ruff-format", xtask(&["tool", "ruff", "format", "--check"]));
    }
    if has("pyright") {
        for package in typed(repo) {
            let name = package.name.as_str();
            check(
                &format!("pyright-{name}"),
                xtask(&["tool", "--for", package.dir.as_str(), "pyright"]),
            );
        }
        if let Some((service, script)) = application(repo) {
            check(
                "pyright-application",
                xtask(&["tool", "--for", &service, "pyright", &script]),
            );
        }
    }
    for (name, arguments) in &repo.settings.checks {
        check(name, Run::Xtask(arguments.clone()));
    }
    // Where their tests are built anyway: what a feature brings takes long.
    steps.extend(workspace.features.iter().map(|feature| Step {
        stage: Stage::Tests,
        name: format!("clippy-{feature}"),
        run: clippy(&["--all-targets", "--features", feature]),
        needs: None,
    }));
    steps.push(Step {
        stage: Stage::Tests,
        name: "tests".into(),
        run: xtask(if workspace.tests_images {
            &["test", "--skip", IMAGES]
        } else {
            &["test"]
        }),
        needs: None,
    });
    steps.extend(images(repo, base, services));
    if workspace.tests_images {
        steps.push(Step {
            stage: Stage::Trials,
            name: "image-trials".into(),
            run: xtask(&["test", IMAGES]),
            needs: Some(Needs::Docker),
        });
    }
    Ok(steps)
}

fn images(repo: &Repo, base: Option<&str>, services: &[String]) -> Option<Step> {
    let mut arguments = vec!["build-images".to_owned()];
    if services.is_empty() {
        arguments.push(base.map_or_else(|| "--affected".into(), |base| format!("--affected={base}")));
    }
    arguments.extend(services.iter().cloned());
    arguments.push("--test".into());
    (!repo.services.is_empty() || repo.pages.is_some()).then(|| Step {
        stage: Stage::Images,
        name: "build-images".into(),
        run: Run::Xtask(arguments),
        needs: Some(Needs::Docker),
    })
}

/// All targets, those too that `--all-targets` leaves out because `cargo test` does.
/// With `--all-targets`, cargo leaves out those that it does not test by itself; named alone, they are looked at.
fn clippy(targets: &[&str]) -> Run {
    let mut arguments = vec!["clippy", "--locked", "--quiet", "--workspace"];
    arguments.extend(targets);
    arguments.extend(["--", "--deny", "warnings"]);
    cargo(&arguments)
}

fn parity() -> Vec<&'static str> {
    match std::env::var_os("GITHUB_ACTIONS") {
        Some(_) => vec!["verify-parity", "--format", "github"],
        None => vec!["verify-parity"],
    }
}

/// The packages that say how pyright is to check them.
fn typed(repo: &Repo) -> Vec<&Package> {
    let packages = repo
        .libs
        .iter()
        .chain(repo.services.iter().map(|service| &service.package));
    packages
        .filter(|package| package.manifest.tool("pyright").is_some())
        .collect()
}

/// The script that tests the application, as seen from the folder of the service in whose environment it runs.
fn application(repo: &Repo) -> Option<(String, String)> {
    let test = repo.settings.application_test.as_ref()?;
    let mut services = repo.services.iter();
    let service = services.find(|service| service.package.name == test.python_of.value)?;
    let dir = service.package.dir.as_str();
    let up = "../".repeat(dir.split('/').count());
    Some((dir.to_owned(), format!("{up}{}", test.script.value)))
}

/// The files of all workflows.
fn workflows(repo: &Repo) -> Vec<String> {
    let entries = RepoPath::parse(WORKFLOWS).map(|folder| repo.root.entries(&folder));
    let files = entries
        .unwrap_or_default()
        .into_iter()
        .map(|entry| entry.path.to_string());
    files
        .filter(|name| name.ends_with(".yml") || name.ends_with(".yaml"))
        .collect()
}

fn xtask(arguments: &[&str]) -> Run {
    Run::Xtask(owned(arguments))
}

fn cargo(arguments: &[&str]) -> Run {
    Run::Cargo(owned(arguments))
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
