//! What is left once the settings are there: what a command does, and every edit by hand.

use std::collections::BTreeSet;

use adopt::{Item, OTHER_CI, Section, State};
use diagnostics::{Level, Place, Problem, called};
use generate::{
    artifact::{Artifact, draw},
    sync::{Plan, Scope},
};
use repo::{
    Repo, RepoPath, Root, Service,
    generated::{Header, Kind},
    stages,
};
use surfaces::{WORKFLOWS, tiltfile};
use verify::{Options, observed, verify};

/// The rule about workflows that build one image of a service and not the other.
const BUILT_ALONE: &str = "ci-builds-one-flavour";

/// What is left in the repository as it is with these files.
pub fn left(root: &Root, files: &[(RepoPath, String)]) -> Result<Vec<Item>, Vec<Problem>> {
    let with = root.with_files(files);
    let mut items = Vec::new();
    let mut problems = Vec::new();
    let repo = Repo::read(&with, &mut problems);
    let services: Vec<&Service> = repo.iter().flat_map(|repo| &repo.services).collect();
    // All that is wrong at once, as generation would say it.
    let artifacts = repo
        .as_ref()
        .map_or_else(Vec::new, |repo| draw(repo, &services, &mut problems));
    if services.is_empty() && problems.is_empty() {
        return Ok(items);
    }
    let is_generated = if problems.is_empty() {
        let plan = Plan::new(&with, &artifacts, &Scope::Everywhere)?;
        items.push(Item::new(Section::Images, images(&plan), of_generation(&plan)));
        items.extend(hidden(root, &artifacts));
        plan.is_clean()
    } else {
        items.extend(problems.iter().map(|problem| Item::of(problem, None)));
        items.push(blocked(root, &services));
        false
    };
    let of_parity = of_parity(root, is_generated, &items)?;
    items.extend(of_parity);
    let (edits, _) = observed(&with, |repo, subjects, surroundings| {
        let mut edits = adopt::edits(repo, subjects, surroundings, is_generated);
        edits.extend(superseded(root, repo));
        edits
    })?;
    items.extend(edits);
    if root.has(&RepoPath::root().child(tiltfile::FILE)) {
        let is_stale = !is_generated || items.iter().any(|item| item.section == Section::Tilt);
        let state = if is_stale {
            State::Run(format!("{} update-tilt", called::command()))
        } else {
            State::Done
        };
        let what = "build the development images in the Tiltfile, without arguments";
        items.push(Item::new(Section::Tilt, what, state));
    }
    items.push(of_ci(root));
    items.push(of_readme(root));
    Ok(items)
}

/// That generation waits for the edits before it.
fn blocked(root: &Root, services: &[&Service]) -> Item {
    let names = ["Dockerfile", "Dockerfile.dev"];
    let mut files = services
        .iter()
        .flat_map(|service| names.map(|name| service.package.dir.child(name)));
    let is_by_hand = files.any(|file| root.text(&file).is_some_and(|text| Header::path_in(&text).is_none()));
    let adopt = if is_by_hand { " --adopt" } else { "" };
    let what = "the Dockerfiles of every service, after the edits above: it shows what it replaces first";
    let command = format!("{} gen-dockerfiles{adopt}", called::command());
    Item::new(Section::Images, what, State::Run(command))
}

/// Generated files that git would not take.
fn hidden(root: &Root, artifacts: &[Artifact]) -> Vec<Item> {
    let paths: Vec<RepoPath> = artifacts.iter().map(|artifact| artifact.path.clone()).collect();
    let hidden = repo::git::hidden(root, &paths).into_iter();
    hidden
        .map(|hidden| {
            let shown: Vec<String> = hidden.paths.iter().map(|path| format!("`{path}`")).collect();
            let below: Vec<String> = hidden.paths.iter().map(|path| format!("`!/{path}`")).collect();
            let by_hand = adopt::ByHand {
                what: format!(
                    "git ignores {}, which belong in the repository: `{}` of {}",
                    shown.join(", "),
                    hidden.pattern,
                    hidden.file
                ),
                edit: format!("add {} below line {} of {}", below.join(", "), hidden.line, hidden.file),
                place: None,
            };
            Item::by_hand(Section::Images, by_hand)
        })
        .collect()
}

/// Dockerfiles by hand whose stages made the images of services that have files of their own now.
fn superseded(root: &Root, repo: &Repo) -> Vec<Item> {
    let dirs = repo.services.iter().map(|service| &service.package.dir);
    let stages = stages::shared(root, repo.tree(), dirs);
    let mut found: Vec<(RepoPath, Vec<String>)> = Vec::new();
    for service in &repo.services {
        let package = &service.package;
        let Some(stage) = stages::of(&stages, &package.dir, package.name.as_str()) else {
            continue;
        };
        let name = format!("`{}`", stage.name.value);
        match found.iter_mut().find(|(file, _)| *file == stage.file) {
            Some((_, names)) => names.push(name),
            None => found.push((stage.file.clone(), vec![name])),
        }
    }
    let items = found.into_iter().map(|(file, names)| {
        let by_hand = adopt::ByHand {
            what: format!("`{file}` still has the stages {}", names.join(", ")),
            edit: "remove them, or the file, once nothing builds them".into(),
            place: Some(Place::File(file.to_string())),
        };
        Item::by_hand(Section::Images, by_hand)
    });
    items.collect()
}

fn images(plan: &Plan) -> String {
    let number = |kinds: &[Kind]| {
        plan.changes
            .iter()
            .filter(|change| kinds.contains(&change.kind))
            .count()
    };
    let by_hand: Vec<String> = plan.foreign().map(|change| format!("`{}`", change.path)).collect();
    let mut what = format!(
        "the Dockerfiles of every service, and the files beside them: {} to create, {} to update",
        number(&[Kind::Create]),
        number(&[Kind::Update, Kind::Remove])
    );
    if plan.is_clean() {
        what = "the Dockerfiles of every service, and the files beside them".to_owned();
    } else if !by_hand.is_empty() {
        what.push_str(&format!(", and {} written by hand to replace", by_hand.join(", ")));
    }
    what
}

fn of_generation(plan: &Plan) -> State {
    let command = called::command();
    if plan.is_clean() {
        State::Done
    } else if plan.foreign().next().is_some() {
        State::Run(format!("{command} gen-dockerfiles --adopt"))
    } else {
        State::Run(format!("{command} gen-dockerfiles"))
    }
}

/// What parity finds outside of the files that generation replaces.
fn of_parity(root: &Root, is_generated: bool, known: &[Item]) -> Result<Vec<Item>, Vec<Problem>> {
    let report = verify(root, &Options::default(), || {})?;
    let is_replaced = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        repo::dockerfiles::is_dockerfile(name) || name.ends_with(".dockerignore") || name.starts_with("requirements")
    };
    let is_of_generation = |rule: &str| ["dockerfile-missing", "generated-file-stale"].contains(&rule);
    // Generation says it already, with the same line.
    let line = |place: &Place| Some((place.position().0.to_owned(), place.position().1?[0].0));
    let known: BTreeSet<(String, usize)> = known.iter().filter_map(|item| line(item.place.as_ref()?)).collect();
    let is_known = |problem: &Problem| problem.places.iter().filter_map(line).any(|line| known.contains(&line));
    let left: Vec<(&Problem, &str)> = report
        .findings
        .iter()
        .filter(|finding| finding.problem.level != Level::Note)
        .filter(|finding| is_generated || !is_of_generation(finding.rule.id))
        // Said in words of its own, while one file makes both images.
        .filter(|finding| is_generated || finding.rule.id != BUILT_ALONE)
        // A command does it: see the item of the Tiltfile.
        .filter(|finding| is_generated || !finding.rule.id.starts_with("tilt-"))
        .map(|finding| (&finding.problem, finding.rule.id))
        .filter(|(problem, _)| !is_known(problem))
        .filter(|(problem, _)| {
            let mut places = problem.places.iter();
            is_generated || !places.any(|place| is_replaced(place.position().0))
        })
        .collect();
    let mut items: Vec<Item> = left
        .into_iter()
        .map(|(problem, rule)| Item::of(problem, Some(rule)))
        .collect();
    if items.is_empty() && is_generated {
        let what = "the same software in development and production";
        items.push(Item::new(Section::Images, what, State::Done));
    }
    Ok(items)
}

fn of_ci(root: &Root) -> Item {
    let what = "check every change for parity";
    let folder = RepoPath::parse(WORKFLOWS).unwrap_or_else(RepoPath::root);
    let workflows: Vec<RepoPath> = root.entries(&folder).into_iter().map(|entry| entry.path).collect();
    let others = OTHER_CI.map(|file| RepoPath::root().child(file));
    let hooks = RepoPath::root().child(".pre-commit-config.yaml");
    let all = workflows.iter().chain(&others).chain([&hooks]);
    let mut texts = all.filter_map(|path| root.text(path));
    if texts.any(|text| text.contains("verify-parity") || text.contains("twinfile")) {
        return Item::new(Section::Ci, what, State::Done);
    }
    let [gitlab, ..] = &others;
    let edit = if workflows.is_empty() && root.has(gitlab) {
        "add to .gitlab-ci.yml: `parity: { image: ghcr.io/astral-sh/uv:python3.13-trixie-slim, script: [uvx twinfile gen-dockerfiles --check, uvx twinfile verify-parity] }`"
    } else if workflows.is_empty() {
        "run `uvx twinfile gen-dockerfiles --check` and `uvx twinfile verify-parity` for every change"
    } else {
        "add steps to a job: `- uses: astral-sh/setup-uv@v10.2.0`, `- run: uvx twinfile gen-dockerfiles --check`, `- run: uvx twinfile verify-parity --format github`"
    };
    Item::new(Section::Ci, what, State::ByHand(edit.into()))
}

fn of_readme(root: &Root) -> Item {
    let what = "describe the two images of every service in the README";
    let texts = ["README.md", "README.rst", "CONTRIBUTING.md"].map(|file| root.text(&RepoPath::root().child(file)));
    if texts.iter().flatten().any(|text| text.contains("Dockerfile.dev")) {
        return Item::new(Section::Documentation, what, State::Done);
    }
    let edit = format!(
        "add: \"Each service has two images. `Dockerfile` is production: only packages, no sources on PYTHONPATH. `Dockerfile.dev` is development: the same packages, sources that reload, a debugger. Both are generated by `{command} gen-dockerfiles` from the manifests and the lock; run it after you add a dependency.\"",
        command = called::command()
    );
    Item::new(Section::Documentation, what, State::ByHand(edit))
}
