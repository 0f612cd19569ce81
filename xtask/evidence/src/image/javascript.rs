//! Installs of JavaScript packages, as far as the lock beside their manifest goes.

use ::image::Found;

use super::{disk::Disk, stage::State};
use diagnostics::Place;
use formats::{
    absolute,
    shell::{Simple, Variables},
};
use repo::{RepoPath, Root};

/// An install that may take other versions than the lock has.
#[derive(Clone, Debug)]
pub struct OpenInstall {
    /// `npm install`
    pub command: String,
    /// What keeps to the lock.
    pub strict: &'static str,
    /// The lock in the repository.
    pub lock: RepoPath,
    /// Whether the lock is there when the command runs: then it is used as long as it fits the manifest.
    pub has_lock: bool,
    /// The command.
    pub place: Place,
}

/// A manager, the subcommands that install what the manifest lists, its lock, options that keep to the lock, and what to write.
type Manager = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
    &'static str,
);

const MANAGERS: [Manager; 3] = [
    ("npm", &["install", "i"], "package-lock.json", &[], "npm ci"),
    (
        "yarn",
        &["", "install"],
        "yarn.lock",
        &["--frozen-lockfile", "--immutable"],
        "yarn install --frozen-lockfile",
    ),
    (
        "pnpm",
        &["install", "i"],
        "pnpm-lock.yaml",
        &["--frozen-lockfile"],
        "pnpm install --frozen-lockfile",
    ),
];

impl State {
    /// Notes an install that does not keep to the lock of its folder.
    pub(super) fn install_javascript(&mut self, command: &Simple, variables: &Variables, place: &Place, root: &Root) {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let Some((program, rest)) = words.split_first() else {
            return;
        };
        let Some((_, subcommands, lock, strict, instead)) = MANAGERS.iter().find(|(name, ..)| name == program) else {
            return;
        };
        let mut plain = rest.iter().filter(|word| !word.starts_with('-'));
        let subcommand = plain.next().copied().unwrap_or_default();
        // Packages that are named, and folders that are, are nothing of this lock.
        let is_other = plain.next().is_some()
            || rest.iter().any(|word| {
                let is_elsewhere = ["-g", "--global", "--prefix", "-C", "--cwd", "--dir"].contains(word);
                is_elsewhere || strict.contains(word) || word.contains("--prefix=") || word.contains('$')
            });
        if is_other || !subcommands.contains(&subcommand) || variables.get("CI").is_some() {
            return;
        }
        let folder = variables.get("PWD").map_or("/", String::as_str);
        let source = |name: &str| match self.seen().find(&absolute(folder, name), &Disk(root)) {
            Found::File(file) => file.source,
            Found::Folder | Found::Nothing | Found::Unknown(_) => None,
        };
        let Some(manifest) = source("package.json").as_deref().and_then(RepoPath::parse) else {
            return;
        };
        let beside = manifest.parent().child(lock);
        if !root.has_file(&beside) {
            return;
        }
        let has_lock = !matches!(self.seen().find(&absolute(folder, lock), &Disk(root)), Found::Nothing);
        self.open_installs.push(OpenInstall {
            command: format!("{program} {subcommand}").trim_end().to_owned(),
            strict: instead,
            lock: beside,
            has_lock,
            place: place.clone(),
        });
    }
}
