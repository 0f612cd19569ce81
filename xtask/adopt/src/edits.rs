//! What builds and runs the images elsewhere, as it has to read once they are generated: compose files, workflows and bake files.

use diagnostics::{Source, called};
use facts::Subject;
use repo::{Repo, RepoPath, stages};
use surfaces::{
    Surroundings,
    compose::{Build as Composed, Purpose, Run},
    workflows::{Build, What},
};

use crate::{ByHand, Item, Section, commands};

/// Build arguments of generated Dockerfiles.
const ARGUMENTS: [&str; 4] = ["CREATED", "REVISION", "SOURCE", "VERSION"];

/// Stages of generated Dockerfiles that builds name.
const STAGES: [&str; 3] = ["development", "production", "test"];

/// What else may build images for every change.
pub const OTHER_CI: [&str; 4] = [
    ".gitlab-ci.yml",
    "Jenkinsfile",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
];

/// Every edit that is left, each once. `is_generated` is whether both files of every service are there already: rules find the rest then.
pub fn edits(repo: &Repo, subjects: &[Subject<'_>], surroundings: &Surroundings, is_generated: bool) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    let mut add = |section: Section, by_hand: ByHand| {
        let item = Item::by_hand(section, by_hand);
        if !found.contains(&item) {
            found.push(item);
        }
    };
    for subject in subjects {
        for run in &subject.compose {
            if let Some(edit) = of_compose(subject, run) {
                add(Section::Deployment, edit);
            }
        }
        let workflows = || surroundings.workflows.iter().flat_map(|workflow| &workflow.builds);
        // What a workflow builds by a bake file is edited there.
        let is_of_bake = |build: &Build| {
            let mut bake = surroundings.bake.iter();
            bake.any(|known| known.what == build.what && known.target == build.target)
        };
        let own = workflows().filter(|build| !is_of_bake(build));
        for build in own.chain(&surroundings.bake) {
            if let Some(edit) = of_build(subject, build) {
                add(Section::Ci, edit);
            }
        }
        if !is_generated && let Some(edit) = built_alone(subject, workflows()) {
            add(Section::Ci, edit);
        }
    }
    for text in commands::edits(repo, subjects) {
        add(Section::Documentation, text);
    }
    for edit in of_other_ci(repo, subjects) {
        add(Section::Ci, edit);
    }
    found
}

/// The two files that are generated for a service: production, and development.
pub(crate) fn files(subject: &Subject<'_>) -> [RepoPath; 2] {
    let dir = &subject.service.package.dir;
    ["Dockerfile", "Dockerfile.dev"].map(|name| dir.child(name))
}

fn of_compose(subject: &Subject<'_>, run: &Run<'_>) -> Option<ByHand> {
    let build = run.service.build.as_ref()?;
    let [prod, dev] = files(subject);
    let file = build.dockerfile();
    let is_dev = file.as_ref() == Some(&dev)
        || run.purpose == Purpose::Development
        || run.service.asks_for_development().is_some();
    let wanted = if is_dev { dev } else { prod };
    let foreign = foreign(build.arguments.keys());
    let target = build.target.as_ref().map(|target| target.value.as_str());
    let target = target.filter(|target| !STAGES.contains(target));
    let is_of_root = build.context == Some(RepoPath::root());
    if file.as_ref() == Some(&wanted) && foreign.is_empty() && target.is_none() && is_of_root {
        return None;
    }
    let mut steps = Vec::new();
    if file.as_ref() != Some(&wanted) || !is_of_root {
        let context = context(build, run);
        steps.push(format!("set `context: {context}` and `dockerfile: {wanted}`"));
    }
    let mut gone: Vec<String> = Vec::new();
    gone.extend(target.map(|target| format!("`target: {target}`")));
    gone.extend(foreign.iter().map(|name| format!("the argument {name}")));
    if is_dev {
        gone.extend(run.service.command.as_ref().map(|_| "`command`".to_owned()));
        let has_path = run.service.environment.contains_key("PYTHONPATH");
        gone.extend(has_path.then(|| "PYTHONPATH".to_owned()));
    }
    if !gone.is_empty() {
        steps.push(format!("remove {}", gone.join(", ")));
    }
    let by_script = run.service.command.as_ref().filter(|_| !is_dev);
    if let Some(script) = by_script.and_then(|command| named_file(&command.value)) {
        steps.push(format!(
            "set `command` to the program that `{script}` starts, or remove it"
        ));
    }
    let shown = file.map_or_else(|| "an image".to_owned(), |file| format!("`{file}`"));
    Some(ByHand::new(
        format!(
            "{} builds {shown} and does not fit the generated `{wanted}`",
            run.name()
        ),
        steps.join("; "),
        Some(&build.place),
    ))
}

/// The file of an image by hand that a command starts: generated images do not hold it.
fn named_file(command: &[String]) -> Option<&String> {
    let is_of_system = |word: &str| word.starts_with("/bin/") || word.starts_with("/usr/bin/");
    let mut words = command.iter();
    words.find(|word| (word.starts_with('/') && !is_of_system(word)) || word.ends_with(".sh"))
}

/// The root of the repository, as the compose file sees it.
fn context(build: &Composed, run: &Run<'_>) -> String {
    let path = build.place.position().0;
    let file = if path.is_empty() {
        run.project.file().as_str()
    } else {
        path
    };
    match file.matches('/').count() {
        0 => ".".to_owned(),
        depth => vec![".."; depth].join("/"),
    }
}

/// Build arguments that no generated Dockerfile takes.
pub(crate) fn foreign<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let foreign = names.filter(|name| !ARGUMENTS.contains(&name.as_str()));
    foreign.map(|name| format!("`{name}`")).collect()
}

fn of_build(subject: &Subject<'_>, build: &Build) -> Option<ByHand> {
    let What::Dockerfile(path) = &build.what else {
        return None;
    };
    let files = files(subject);
    let foreign = foreign(build.args.iter().map(|(name, _)| name));
    if let Some(file) = files.iter().find(|file| build.names(file)) {
        if !build.is_told() {
            return None;
        }
        let is_root = |context: &&str| context.is_empty() || *context == ".";
        if let Some(context) = build.context.as_deref().filter(|context| !is_root(context)) {
            let gone = foreign.iter().map(|name| format!("; remove the argument {name}"));
            return Some(ByHand::new(
                format!("this builds `{path}` in the folder `{context}`"),
                format!(
                    "build `{file}` with the root of the repository as context{}",
                    gone.collect::<String>()
                ),
                Some(&build.place),
            ));
        }
        if !foreign.is_empty() {
            return Some(ByHand::new(
                format!(
                    "this build passes {}, but generated Dockerfiles take no such argument",
                    foreign.join(", ")
                ),
                "remove the argument: the file determines which image is built",
                Some(&build.place),
            ));
        }
        let target = build.target.as_deref()?;
        let (is_dev, wanted) = commands::wanted(subject, build)?;
        return (*file != wanted || !commands::has_stage(is_dev, target)).then(|| {
            let edit = if *file == wanted {
                format!("remove the target: `{file}` builds this image without one")
            } else {
                format!("build `{wanted}` instead, without a target")
            };
            let what = format!("this builds the stage `{target}` of `{path}`, which the generated file does not have");
            ByHand::new(what, edit, Some(&build.place))
        });
    }
    let target = build.target.as_deref();
    let package = &subject.service.package;
    if let Some(target) = target.filter(|target| stages::is_named(&package.dir, package.name.as_str(), target)) {
        return Some(ByHand::new(
            format!("this builds the stage `{target}` of `{path}`"),
            format!(
                "build `{}` instead, without a target, and `{}` beside it",
                files[0], files[1]
            ),
            Some(&build.place),
        ));
    }
    let (_, wanted) = commands::wanted(subject, build).filter(|_| build.is_told())?;
    Some(ByHand::new(
        format!("this builds `{path}`, which `{wanted}` replaces"),
        format!("build `{wanted}` instead, with the root of the repository as context"),
        Some(&build.place),
    ))
}

/// That workflows build the file that production will have, and none builds the other one.
fn built_alone<'a>(subject: &Subject<'_>, builds: impl Iterator<Item = &'a Build>) -> Option<ByHand> {
    let name = subject.service.package.name.as_str();
    let [prod, dev] = files(subject);
    let of_service: Vec<&Build> = builds
        .filter(|build| build.is_told() && (build.is_of(name, &prod, true) || build.is_of(name, &dev, false)))
        .collect();
    let first = of_service
        .first()
        .filter(|_| !of_service.iter().any(|build| build.is_of(name, &dev, false)))?;
    Some(ByHand::new(
        format!("workflows build one image of `{name}`"),
        format!(
            "build `{dev}` there too, or run `{} build-images {name}`, which builds both",
            called::command()
        ),
        Some(&first.place),
    ))
}

/// Files of other systems than GitHub's that build one file of a service, by their text alone.
fn of_other_ci(repo: &Repo, subjects: &[Subject<'_>]) -> Vec<ByHand> {
    let mut found = Vec::new();
    for name in OTHER_CI {
        let path = RepoPath::root().child(name);
        let Some(text) = repo.root.text(&path) else { continue };
        let source = Source::new(name, text.as_str());
        for subject in subjects {
            let [prod, dev] = files(subject);
            let (prod, dev) = (prod.to_string(), dev.to_string());
            if let Some(at) = text.find(&prod).filter(|_| !text.contains(&dev)) {
                found.push(ByHand::new(
                    format!("`{name}` names only `{prod}`"),
                    format!("build `{dev}` there too"),
                    Some(&source.place(at..at + prod.len())),
                ));
            }
        }
    }
    found
}
