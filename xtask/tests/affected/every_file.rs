//! Every file that git knows of this repository: what may change an image or a generated file affects its service, and
//! nothing else does. Which those are is told here by the files themselves: the allow-lists of the contexts, the Dockerfiles,
//! and the sources that the headers of the generated files name.

use std::{collections::BTreeSet, path::Path};

use crate::fixture::Fixture;
use crate::{affected, allow_list::AllowList, commit};

/// Part of all: what the tool is built from, and how git writes files.
const OF_ALL: [&str; 6] = [
    "Cargo.lock",
    "Cargo.toml",
    "xtask/Cargo.toml",
    ".cargo/config.toml",
    ".gitattributes",
    "rust-toolchain.toml",
];

#[test]
fn every_file_affects_the_services_that_it_can_change() {
    let repo = Fixture::of_this_repository();
    // Enough of the tool's own sources to stand for all.
    repo.write("xtask/src/main.rs", "fn main() {}\n");
    repo.write("xtask/tests/some.rs", "");
    let files: Vec<String> = repo.files().into_iter().map(|(path, _)| path).collect();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&repo);
    let services = all(&repo);
    assert!(services.len() > 1 && files.len() > 100, "{} files", files.len());
    let mut wrong = Vec::new();
    let mut counts = [0, 0];
    for file in &files {
        // Changing the text of a manifest could break it: its mode is part of what git compares.
        flip_mode(&repo.path(file));
        let found: BTreeSet<String> = affected(&repo, "HEAD").0.into_iter().collect();
        flip_mode(&repo.path(file));
        let expected: BTreeSet<String> = services
            .iter()
            .filter(|(_, inputs)| inputs.hold(file))
            .map(|(name, _)| name.clone())
            .collect();
        counts[usize::from(expected.is_empty())] += 1;
        if found != expected {
            wrong.push(format!("{file}: affects {found:?}, and should {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(counts[0] > 50 && counts[1] > 10, "{counts:?}");
    for (file, is_expected) in [
        ("README.md", false),
        ("evaluation/README.md", false),
        ("Cargo.toml", true),
    ] {
        let mut drawn = services.iter().filter(|(_, inputs)| inputs.is_drawn);
        assert_eq!(drawn.all(|(_, inputs)| inputs.hold(file)), is_expected, "{file}");
    }
    for (file, is_expected) in [
        ("frontend/apps/chat/src/ChatPage.tsx", true),
        ("frontend/package-lock.json", true),
        ("frontend/README.md", false),
        ("frontend/tests/unit/shape.test.ts", false),
        ("services/rag-backend/pyproject.toml", false),
        ("Cargo.toml", false),
    ] {
        assert_eq!(services.last().unwrap().1.hold(file), is_expected, "{file}");
    }
}

struct Inputs {
    /// By the tool, so that its sources are part of it.
    is_drawn: bool,
    contexts: Vec<AllowList>,
    /// The generated files of the service, and all that their headers name.
    named: BTreeSet<String>,
}

impl Inputs {
    fn hold(&self, file: &str) -> bool {
        file == ".gitattributes"
            || (self.is_drawn && (OF_ALL.contains(&file) || is_of_the_tool(file)))
            || self.named.contains(file)
            || self.contexts.iter().any(|context| context.lets_in(file))
    }
}

/// Manifests and sources of its crates, and not their tests.
fn is_of_the_tool(file: &str) -> bool {
    let is_of_a_test = file.contains("/tests/") || file.contains("/benches/");
    file.starts_with("xtask/") && !is_of_a_test && (file.contains("/src/") || file.ends_with("/Cargo.toml"))
}

/// The services, and the frontend: only its Dockerfile, and what of the folder its allow-list lets in.
fn all(repo: &Fixture) -> Vec<(String, Inputs)> {
    let ignore = "frontend/Dockerfile.dockerignore";
    let named = ["frontend/Dockerfile", ignore];
    let pages = Inputs {
        is_drawn: false,
        contexts: vec![AllowList::read(&repo.read(ignore))],
        named: named.map(str::to_owned).into(),
    };
    let mut found = services(repo);
    found.push(("frontend".into(), pages));
    found
}

/// What the files beside each manifest say.
fn services(repo: &Fixture) -> Vec<(String, Inputs)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(repo.path("services")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let dir = format!("services/{name}");
        let of_tools = named_by(repo, "xtask/tools/requirements.txt");
        let mut inputs = Inputs {
            is_drawn: true,
            contexts: Vec::new(),
            named: of_tools,
        };
        for file in std::fs::read_dir(repo.path(&dir)).unwrap() {
            let path = format!("{dir}/{}", file.unwrap().file_name().into_string().unwrap());
            if repo.path(&path).is_file() {
                inputs.named.extend(named_by(repo, &path));
            }
            if path.ends_with(".dockerignore") {
                inputs.contexts.push(AllowList::read(&repo.read(&path)));
            }
        }
        assert_eq!(inputs.contexts.len(), 2, "{dir}");
        found.push((name, inputs));
    }
    found
}

/// A generated file and its sources, as its header names them.
fn named_by(repo: &Fixture, path: &str) -> BTreeSet<String> {
    let text = repo.read(path);
    let mut lines = text.lines();
    if !lines
        .next()
        .unwrap_or_default()
        .starts_with("# Generated by `cargo xtask")
    {
        return BTreeSet::new();
    }
    let sources = lines.find_map(|line| line.strip_prefix("# Sources: ")).unwrap();
    sources.split(", ").chain([path]).map(str::to_owned).collect()
}

fn flip_mode(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode ^ 0o111)).unwrap();
}
