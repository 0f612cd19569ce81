//! The programs that write locks, and how a person is told to run them.

use super::{Format, pylock};
use crate::{
    RepoPath,
    manifest::{Manifest, PIPFILE},
};

/// What writes the lock of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// Poetry: `poetry.lock`.
    Poetry,
    /// uv: `uv.lock`.
    Uv,
    /// Pipenv: `Pipfile.lock`.
    Pipenv,
    /// PDM: `pdm.lock`.
    Pdm,
    /// Any program that writes the standard's `pylock.toml` (PEP 751).
    Pylock,
}

/// Of `[tool.pdm]`: what its build backend reads, whoever locks.
const OF_THE_BACKEND: [&str; 2] = ["build", "version"];

impl Manager {
    /// Every manager whose locks are read.
    pub const ALL: [Self; 5] = [Self::Poetry, Self::Uv, Self::Pipenv, Self::Pdm, Self::Pylock];

    /// Told from the name of a lock.
    pub fn of_lock(name: &str) -> Option<Self> {
        let of_group = || pylock::group_of(name).map(|_| Self::Pylock);
        Self::ALL
            .into_iter()
            .find(|manager| manager.file() == name)
            .or_else(of_group)
    }

    /// Told from the manifest. `None` where it names none, as one that only configures tools.
    pub fn of(manifest: &Manifest) -> Option<Self> {
        if manifest.pipfile.is_some() {
            return Some(Self::Pipenv);
        }
        let is_built_with = |name: &str| {
            let mut requires = manifest.build.iter().flat_map(|build| &build.requires);
            requires.any(|requirement| requirement.value.starts_with(name))
        };
        if manifest.tool("poetry").is_some() || is_built_with("poetry") {
            return Some(Self::Poetry);
        }
        let keys = manifest.tool("pdm").map(|table| table.entries()).unwrap_or_default();
        if keys.iter().any(|(key, _)| !OF_THE_BACKEND.contains(&key.value)) {
            return Some(Self::Pdm);
        }
        (manifest.tool("uv").is_some() || is_built_with("uv")).then_some(Self::Uv)
    }

    /// Its lock, beside the manifest.
    pub fn file(self) -> &'static str {
        match self {
            Self::Poetry => "poetry.lock",
            Self::Uv => "uv.lock",
            Self::Pipenv => "Pipfile.lock",
            Self::Pdm => "pdm.lock",
            Self::Pylock => pylock::FILE,
        }
    }

    /// What it locks.
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Poetry | Self::Uv | Self::Pdm | Self::Pylock => "pyproject.toml",
            Self::Pipenv => PIPFILE,
        }
    }

    /// As people write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Poetry => "Poetry",
            Self::Uv => "uv",
            Self::Pipenv => "Pipenv",
            Self::Pdm => "PDM",
            Self::Pylock => "pip",
        }
    }

    /// What is called on the command line.
    pub fn program(self) -> &'static str {
        match self {
            Self::Poetry => "poetry",
            Self::Uv => "uv",
            Self::Pipenv => "pipenv",
            Self::Pdm => "pdm",
            Self::Pylock => "pip",
        }
    }

    /// The table of the manifest for what runs in production, and the file that it is in.
    pub fn main_table(self) -> (&'static str, &'static str) {
        let table = match self {
            Self::Poetry | Self::Uv | Self::Pdm | Self::Pylock => "[project] dependencies",
            Self::Pipenv => "[packages]",
        };
        (table, self.manifest())
    }

    /// What to run where the lock is not as it has to be.
    pub fn relock(self, dir: &RepoPath) -> String {
        self.relock_in(&dir.in_words())
    }

    fn relock_in(self, folder: &str) -> String {
        match self {
            // Several programs write it, and not all record the same.
            Self::Pylock => format!(
                "write `{}` in {folder} again, with the program that wrote it or with `pip lock --editable .`",
                pylock::FILE
            ),
            Self::Poetry | Self::Uv | Self::Pipenv | Self::Pdm => format!("run `{} lock` in {folder}", self.program()),
        }
    }

    /// The command that locks the project of a folder, run in the root.
    pub fn lock_command(self, dir: &RepoPath) -> String {
        let dir = from_root(dir);
        match self {
            Self::Poetry => format!("poetry lock --directory {dir}"),
            Self::Uv => format!("uv lock --project {dir}"),
            Self::Pdm => format!("pdm lock --project {dir}"),
            Self::Pylock => format!("pip lock --editable {dir} --output {dir}/{}", pylock::FILE),
            Self::Pipenv => format!("PIPENV_PIPFILE={dir}/{PIPFILE} pipenv lock"),
        }
    }

    /// The command that adds a requirement to a group of the project of a folder, or to its main one.
    pub fn add_command(self, dir: &RepoPath, group: Option<&str>, requirement: &str) -> String {
        let dir = from_root(dir);
        let group = |option: &str| group.map_or_else(String::new, |group| format!(" {option} {group}"));
        match self {
            Self::Poetry => format!("poetry add --directory {dir}{} {requirement}", group("--group")),
            Self::Uv => format!("uv add --project {dir}{} {requirement}", group("--group")),
            Self::Pdm => format!("pdm add --project {dir}{} {requirement}", group("--dev --group")),
            // pip edits no manifest.
            Self::Pylock => format!("uv add --frozen --project {dir}{} {requirement}", group("--group")),
            Self::Pipenv => format!(
                "PIPENV_PIPFILE={dir}/{PIPFILE} pipenv install{} {requirement}",
                group("--categories")
            ),
        }
    }

    /// What takes newer versions of these packages into the lock.
    pub fn update(self, packages: &[&str]) -> String {
        let names = packages.join(" ");
        match self {
            Self::Poetry | Self::Pdm => format!("`{} update {names}`", self.program()),
            Self::Uv => format!("`uv lock --upgrade-package {}`", packages.join(" --upgrade-package ")),
            Self::Pipenv => format!("`pipenv upgrade {names}`"),
            Self::Pylock => "`pip lock --editable .`".to_owned(),
        }
    }

    /// The same as `relock`, told from the path of the lock or of the manifest.
    pub fn relock_beside(self, file: &str) -> String {
        self.relock_in(&folder(file))
    }
}

/// A folder as an argument of a command that is run in the root.
fn from_root(dir: &RepoPath) -> &str {
    if *dir == RepoPath::root() { "." } else { dir.as_str() }
}

/// The folder of a lock or a manifest, in a sentence.
pub fn folder(file: &str) -> String {
    let file = RepoPath::parse(file).unwrap_or_else(RepoPath::root);
    file.parent().in_words()
}

impl Format {
    /// The program that writes this format.
    pub fn manager(self) -> Manager {
        match self {
            Self::V1 | Self::V2_0 | Self::V2_1 => Manager::Poetry,
            Self::Uv => Manager::Uv,
            Self::Pipenv => Manager::Pipenv,
            Self::Pdm => Manager::Pdm,
            Self::Pylock => Manager::Pylock,
        }
    }
}
