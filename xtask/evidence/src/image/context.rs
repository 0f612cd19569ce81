//! The build context: which folder of the repository a Dockerfile is built with, and what of it reaches the builder.

use std::sync::Arc;

use super::ignore::Ignore;
use diagnostics::Place;
use formats::dockerfile::{Arguments, Dockerfile, Keyword};
use repo::RepoPath;
use repo::Root;

/// A folder of the repository that is sent to the builder.
#[derive(Clone, Debug)]
pub struct Context {
    /// The folder.
    pub dir: RepoPath,
    /// What is not sent of it.
    pub ignore: Arc<Ignore>,
}

/// What a source of `COPY` leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As written, without a leading `./`.
    pub written: String,
    /// Where it leads, where something is there.
    pub path: Option<RepoPath>,
    /// The pattern of the ignore file that keeps it out.
    pub ignored: Option<Place>,
}

impl Context {
    /// The folder that holds most of what is copied: that of the service, that of the Dockerfile, or one above it. Where it is
    /// the same for several, the first of these, unless the file names that folder and so is built from the root.
    pub fn infer(root: &Root, path: &RepoPath, home: Option<&RepoPath>, dockerfile: &Dockerfile) -> RepoPath {
        let mut folders: Vec<RepoPath> = home.cloned().into_iter().collect();
        let mut folder = path.parent();
        loop {
            folders.push(folder.clone());
            if folder == RepoPath::root() {
                break;
            }
            folder = folder.parent();
        }
        folders.dedup();
        let first = folders[0].clone();
        let is_named = first != RepoPath::root() && dockerfile.source.text().contains(first.as_str());
        if is_named {
            folders.reverse();
        }
        let mut sources = sources(dockerfile);
        // What is installed has to be there, too.
        let has_all = sources.iter().any(|source| matches!(plain(source), "" | "."));
        let text = dockerfile.source.text();
        let locks = LOCKS
            .into_iter()
            .filter(|(command, _)| has_all && text.contains(command));
        sources.extend(locks.map(|(_, lock)| lock));
        if sources.iter().all(|source| exists(root, &folders[0], source)) {
            return folders.swap_remove(0);
        }
        let found = |folder: &RepoPath| sources.iter().filter(|source| exists(root, folder, source)).count();
        // Of equals, the last is the one.
        folders.into_iter().rev().max_by_key(found).unwrap_or(first)
    }

    /// The context of a Dockerfile, with the ignore file that Docker reads for it.
    pub fn new(root: &Root, dockerfile: &RepoPath, dir: RepoPath) -> Self {
        let ignore = Arc::new(Ignore::of(root, dockerfile, &dir));
        Self { dir, ignore }
    }

    /// One path, or all that a pattern matches.
    pub fn matching(&self, root: &Root, written: &str) -> Vec<Origin> {
        let plain = plain(written);
        if !plain.contains(['*', '?', '[']) {
            return vec![self.find(root, plain)];
        }
        let paths = root.matching(&self.dir, plain, glob::MatchOptions::new()).into_iter();
        let found: Vec<Origin> = paths.map(|path| self.origin(plain, Some(path))).collect();
        if !found.is_empty() && found.iter().all(|origin| origin.path.is_none()) {
            return found.into_iter().take(1).collect();
        }
        let mut found: Vec<Origin> = found.into_iter().filter(|origin| origin.path.is_some()).collect();
        if found.is_empty() {
            found.push(self.origin(plain, None));
        }
        found
    }

    /// What a path of the context stands for, as `COPY` writes it.
    pub fn find(&self, root: &Root, written: &str) -> Origin {
        let written = plain(written);
        let path = self.dir.join(written).filter(|path| root.has(path));
        // Nothing above the context is sent.
        let path = path.filter(|path| *path == self.dir || path.is_under(&self.dir));
        self.origin(written, path)
    }

    fn origin(&self, written: &str, path: Option<RepoPath>) -> Origin {
        let ignored = path
            .as_ref()
            // Of everything, what is not ignored comes.
            .filter(|path| **path != self.dir)
            .and_then(|path| self.ignore.excludes_all(self.relative(path)?));
        Origin {
            written: written.to_owned(),
            ignored: ignored.cloned(),
            path: path.filter(|_| ignored.is_none()),
        }
    }

    /// Whether a path of the repository reaches the builder.
    pub fn sends(&self, path: &RepoPath) -> bool {
        self.relative(path)
            .is_some_and(|relative| relative.is_empty() || self.ignore.excludes(relative).is_none())
    }

    fn relative<'a>(&self, path: &'a RepoPath) -> Option<&'a str> {
        if *path == self.dir {
            return Some("");
        }
        path.relative_to(&self.dir)
    }
}

fn plain(written: &str) -> &str {
    written
        .trim_start_matches("./")
        .trim_start_matches('/')
        .trim_end_matches('/')
}

/// Commands that install a lock of the folder that they run in, or of one above.
const LOCKS: [(&str, &str); 4] = [
    ("uv sync", "uv.lock"),
    ("uv export", "uv.lock"),
    ("poetry install", "poetry.lock"),
    ("pdm sync", "pdm.lock"),
];

/// What is copied or mounted from the context, as far as it is written out.
fn sources(dockerfile: &Dockerfile) -> Vec<&str> {
    let mut sources = Vec::new();
    for statement in dockerfile.stages.iter().flat_map(|stage| &stage.statements) {
        match (statement.keyword, &statement.arguments) {
            (Keyword::Copy | Keyword::Add, Arguments::Words(words) | Arguments::Exec(words))
                if statement.flag("from").next().is_none() =>
            {
                let words = words.split_last().map_or(&[][..], |(_, sources)| sources);
                sources.extend(words.iter().map(|word| word.value.as_str()));
            }
            (Keyword::Run, _) => {
                for mount in statement.flag("mount") {
                    let options = || mount.value.split(',').filter_map(|option| option.split_once('='));
                    if options().all(|(name, _)| name != "from") {
                        let source = options().find(|(name, _)| matches!(*name, "source" | "src"));
                        sources.extend(source.map(|(_, source)| source));
                    }
                }
            }
            (_, _) => {}
        }
    }
    sources.retain(|source| !source.contains(['$', '<']) && !source.contains("://"));
    sources.sort_unstable();
    sources.dedup();
    sources
}

fn exists(root: &Root, context: &RepoPath, source: &str) -> bool {
    let source = plain(source);
    if source.contains(['*', '?', '[']) {
        return !root.matching(context, source, glob::MatchOptions::new()).is_empty();
    }
    // Nothing above the context is sent.
    let is_above = source.split('/').any(|part| part == "..");
    !is_above && context.join(source).is_some_and(|path| root.has(&path))
}
