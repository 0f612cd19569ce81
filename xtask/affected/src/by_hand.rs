//! What Dockerfiles take that somebody wrote: no allow-list says what they see, so their own words do.

use diagnostics::{Located, Problem};
use formats::dockerfile::{Arguments, Dockerfile, Keyword, Statement};
use repo::{Repo, RepoPath, Service, dockerfiles::Pair, generated::is_drawn};

/// Files and folders: those of the service and its libs, and all that its Dockerfiles copy or mount. Nothing where it has
/// none, or only such that we drew. The root of the repository stands for what cannot be told.
pub fn inputs(repo: &Repo, service: &Service, known: &Pair, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let dir = &service.package.dir;
    let entries = repo.root.entries(dir).into_iter();
    let mut dockerfiles: Vec<RepoPath> = entries
        .filter(|entry| entry.name.contains("Dockerfile") && !entry.name.ends_with(".dockerignore"))
        .map(|entry| entry.path)
        .chain(known.dev.iter().chain(&known.prod).cloned())
        .filter(|path| !is_drawn(&repo.root, path))
        .collect();
    dockerfiles.sort();
    dockerfiles.dedup();
    if dockerfiles.is_empty() {
        return Vec::new();
    }
    let mut found = vec![dir.clone()];
    found.extend(repo.libs_of(service).map(|lib| lib.dir.clone()));
    // Some lie apart from the service.
    found.extend(dockerfiles.iter().cloned());
    found.extend(dockerfiles.iter().flat_map(|path| named(repo, path, problems)));
    found.sort();
    found.dedup();
    found
}

/// What one Dockerfile copies or mounts.
pub fn named(repo: &Repo, path: &RepoPath, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let source = match repo.root.source(path) {
        Ok(source) => source,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let dockerfile = Dockerfile::read(&source, problems);
    let statements = dockerfile.stages.iter().flat_map(|stage| &stage.statements);
    statements.flat_map(sources).map(|written| origin(&written)).collect()
}

/// What of the build context an instruction names.
fn sources(statement: &Statement) -> Vec<String> {
    match statement.keyword {
        Keyword::Copy | Keyword::Add if statement.flag("from").next().is_none() => {
            let (Arguments::Words(words) | Arguments::Exec(words)) = &statement.arguments else {
                return Vec::new();
            };
            let sources = words.split_last().map_or(&[][..], |(_, sources)| sources);
            let is_file = |word: &&Located<String>| !word.value.contains("://") && !word.value.starts_with("<<");
            sources.iter().filter(is_file).map(|word| word.value.clone()).collect()
        }
        Keyword::Run => statement.flag("mount").filter_map(|mount| bound(mount.value)).collect(),
        _ => Vec::new(),
    }
}

/// The source of a bind mount from the context.
fn bound(mount: &str) -> Option<String> {
    let value = |key: &str| {
        let mut pairs = mount.split(',').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == key).map(|(_, value)| value)
    };
    let is_bind = value("type").is_none_or(|kind| kind == "bind");
    (is_bind && value("from").is_none()).then(|| value("source").or_else(|| value("src")).unwrap_or(".").to_owned())
}

/// Where a source leads, seen from the root of the repository. Where the context is the folder of the Dockerfile, that counts
/// as a whole anyway.
fn origin(written: &str) -> RepoPath {
    let plain = written.split(['*', '?', '[']).next().unwrap_or_default();
    let plain = if plain.len() == written.len() {
        plain
    } else {
        // The folder in which a pattern is looked for.
        plain.rsplit_once('/').map_or("", |(folder, _)| folder)
    };
    let is_known = !plain.contains('$');
    let path = RepoPath::parse(plain.trim_start_matches('/')).filter(|_| is_known);
    path.unwrap_or_else(RepoPath::root)
}
