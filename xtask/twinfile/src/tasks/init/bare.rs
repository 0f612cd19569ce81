//! Services with requirement files and no `pyproject.toml`: the commands that make one of what the images install.

use std::collections::BTreeSet;

use adopt::{ByHand, Item, Section};
use diagnostics::{Place, called};
use evidence::image::Image;
use facts::Subject;
use repo::{RepoPath, Root};

/// Requirement files of development, as people call them.
const DEVELOPMENT: [&str; 7] = [
    "requirements-dev.in",
    "requirements-dev.txt",
    "requirements_dev.txt",
    "dev-requirements.txt",
    "requirements/dev.in",
    "requirements/dev.txt",
    "requirements-test.txt",
];

/// The item of such a service.
pub fn without_manifest(subject: &Subject<'_>, root: &Root) -> Item {
    let package = &subject.service.package;
    let (dir, name) = (package.dir.shown(), &package.name);
    let beside = |name: &str| Some(package.dir.child(name)).filter(|path| root.is_file(path));
    let mut main = subject
        .prod
        .as_ref()
        .or(subject.dev.as_ref())
        .map_or(Vec::new(), |image| installed(image, root));
    if main.is_empty() {
        main.extend(beside("requirements.txt"));
    }
    let mut dev = subject.dev.as_ref().map_or(Vec::new(), |image| installed(image, root));
    dev.retain(|file| !main.contains(file));
    if dev.is_empty() {
        dev.extend(DEVELOPMENT.iter().find_map(|name| beside(name)));
    }
    let mut commands = vec![format!("uv init --bare --no-workspace --name {name} {dir}")];
    for (option, files) in [("", &main), (" --dev", &dev)] {
        let files: Vec<String> = files.iter().map(|file| from(file, root)).collect();
        if !files.is_empty() {
            commands.push(format!("uv add --no-sync{option} --project {dir} {}", files.join(" ")));
        }
    }
    commands.push(format!("{} init", called::command()));
    let commands: Vec<String> = commands.iter().map(|command| format!("`{command}`")).collect();
    let place = main
        .first()
        .map_or_else(|| package.manifest.source.path().to_owned(), ToString::to_string);
    let by_hand = ByHand {
        what: format!("`{dir}` has no pyproject.toml"),
        edit: format!("run {}", commands.join(", then ")),
        place: Some(Place::File(place)),
    };
    Item::by_hand(Section::Packages, by_hand)
}

/// The requirement files that the commands of an image name, without those that these lead to.
fn installed(image: &Image, root: &Root) -> Vec<RepoPath> {
    let files = image.installs.iter().flat_map(|install| &install.what.files);
    let mut paths: Vec<RepoPath> = files.filter_map(|file| file.path.clone()).collect();
    let leads_to = |from: &RepoPath, to: &RepoPath| {
        let text = root.text(from).unwrap_or_default();
        text.lines().any(|line| {
            let named = line.strip_prefix("-r").or_else(|| line.strip_prefix("--requirement"));
            let named = named.map(|name| name.trim_start_matches(['=', ' ']).trim_end());
            named.and_then(|name| from.parent().join(name)).as_ref() == Some(to)
        })
    };
    let all = paths.clone();
    paths.retain(|path| !all.iter().any(|from| from != path && leads_to(from, path)));
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    paths
}

/// What people wrote comes before what a compiler of requirements made of it. That holds the versions which are to stay.
fn from(file: &RepoPath, root: &Root) -> String {
    let written = file.as_str().strip_suffix(".txt").map(|stem| format!("{stem}.in"));
    let written = written
        .and_then(|path| RepoPath::parse(&path))
        .filter(|path| root.is_file(path));
    let compiled = file.as_str().strip_suffix(".in").map(|stem| format!("{stem}.txt"));
    let compiled = compiled
        .and_then(|path| RepoPath::parse(&path))
        .filter(|path| root.is_file(path));
    match (written, compiled) {
        (Some(written), _) => format!("-r {written} -c {file}"),
        (None, Some(compiled)) => format!("-r {file} -c {compiled}"),
        (None, None) => format!("-r {file}"),
    }
}
