//! What a command installs.

pub(super) mod call;
pub(super) mod environment;
mod export;
mod operands;
mod pdm;
mod pipenv;
mod poetry;
mod project;
mod read;
mod unfollowed;

use diagnostics::{Located, Place};
use formats::{PackageName, requirements::LocalEntry};
use repo::{
    RepoPath,
    lock::{Folders, Manager, Target},
};
use std::sync::Arc;

pub use environment::{SYSTEM, made_by as environment_made_by, managed_by};
pub use export::{Export, made_by as export_made_by};
pub use operands::is_path;
pub use pdm::PACKAGES;
pub use pipenv::NO_PROJECT as NO_PIPFILE;
pub use poetry::Settings as PoetrySettings;
pub use read::{NO_PROJECT, Setting, read, resolves, uninstalled};

impl By {
    /// The manager whose lock is installed.
    pub fn manager(self) -> Option<Manager> {
        match self {
            Self::Poetry => Some(Manager::Poetry),
            Self::Uv => Some(Manager::Uv),
            Self::Pipenv => Some(Manager::Pipenv),
            Self::Pdm => Some(Manager::Pdm),
            Self::Pip | Self::Resolver => None,
        }
    }
}

/// One command that puts Python packages somewhere, or chooses versions.
#[derive(Clone, Debug)]
pub struct Install {
    /// The program that installs.
    pub by: By,
    /// `-r`, those that these lead to included.
    pub files: Vec<Requirements>,
    /// `-c`
    pub constraints: Vec<Requirements>,
    /// Named on the command line, as written.
    pub packages: Vec<String>,
    /// Packages of the image's own files, by `.`, `./libs/core` or `-e`.
    pub local: Vec<Local>,
    /// Whether it accepts only archives with the digests that are written.
    pub is_hashed: bool,
    /// From a folder of wheels alone.
    pub is_offline: bool,
    /// Nothing is installed but what is named.
    pub is_alone: bool,
    /// What is installed already and meets what is asked for is replaced by newer versions all the same.
    pub is_eager: bool,
    /// The groups that it installs.
    pub groups: Groups,
    /// What kind of a place the prefix is.
    pub into: Destination,
    /// Where the project is in the image, of what installs a lock.
    pub folder: Option<String>,
    /// How the project itself gets into the environment.
    pub own: Own,
    /// Where the packages go: an environment, or a folder of packages or wheels.
    pub prefix: String,
    /// Where wheels are taken from, as `/wheels/*.whl`.
    pub wheels: Vec<String>,
    /// What it does where the lock is not of the manifest, unless something on the command line stops it then.
    pub when_stale: Option<WhenStale>,
    /// Of what installs a lock: the lock that is beside the manifest in the image.
    pub lock: Option<RepoPath>,
    /// Of the same: the folder of the manifest.
    pub project: Option<RepoPath>,
    /// Of the same: whether the project itself is installed, which imports it from its sources.
    pub installs_project: bool,
    /// Of the same: whether packages that are folders are left out.
    pub is_without_directories: bool,
    /// Of `uv sync`: whether the members of the workspace are left out.
    pub is_without_members: bool,
    /// Of `uv sync`: whether all is copied into the environment, and nothing imported from where it stands.
    pub is_without_editables: bool,
    /// `uv sync`, `uv pip sync`, `pip-sync`, `poetry sync`: whether it takes out what it was not asked for.
    pub is_exact: bool,
    /// Of what installs a lock: the packages that it is installed for.
    pub target: Option<Target>,
    /// Of the same: what the lock takes from folders, where that is known.
    pub folders: Option<Arc<Folders>>,
    /// Of `uv sync`: where the interpreters are that it takes, of those that it downloads.
    pub managed: Option<String>,
    /// Of uv, where it links to its cache instead of copying: that folder.
    pub links_to: Option<String>,
    /// The same, where that folder is only mounted for the step.
    pub is_link_lost: bool,
    /// Of `uv sync`: whether it compares the lock with all manifests of the workspace.
    pub is_locked: bool,
    /// Of `uv sync`: packages that are left out by name.
    pub left_out: Vec<PackageName>,
    /// `--no-binary`: names, or `:all:`.
    pub from_sources: Vec<String>,
    /// `--python-version`: the Python that archives are chosen for, where that is not the one that runs.
    pub for_python: Option<String>,
    /// `--platform`, `--python-platform`: the system that they are chosen for.
    pub for_platform: Option<String>,
    /// Taken out again later.
    pub removed: Vec<PackageName>,
    /// A command behind `||` that chooses versions where this install fails.
    pub falls_back: Option<Place>,
    /// Where the command is written.
    pub place: Place,
}

/// What kind of a place an install fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The packages of a Python, by its prefix.
    Environment,
    /// A folder of packages.
    Folder,
    /// A folder of archives.
    Wheels,
    /// The environment of a tool.
    Elsewhere,
}

/// How a project gets into the environment of its own lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// It does not.
    LeftOut,
    /// It is imported from where it stands.
    Editable,
    /// As a copy.
    Copied,
}

/// A package that is installed from a folder of the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// In the image.
    pub path: String,
    /// The folder of the repository that stands there.
    pub dir: Option<RepoPath>,
    /// Imported from where it stands, instead of being copied into the environment.
    pub is_editable: bool,
}

/// Which program, and what it does about versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// `pip install`, `uv pip install`, `uv pip sync`, `pip wheel`, `pipx install`.
    Pip,
    /// `poetry install`, `poetry sync`: what the lock says.
    Poetry,
    /// `uv sync --frozen` or `--locked`: what the lock says.
    Uv,
    /// `pipenv install`, `pipenv sync`: what the lock says.
    Pipenv,
    /// `pdm install`, `pdm sync`: what the lock says.
    Pdm,
    /// `poetry lock`, `poetry update`, `poetry add`, `uv lock`, `uv sync` and the like: chooses versions.
    Resolver,
}

/// What an installer does with a lock that is not of the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenStale {
    /// It updates the lock, and installs what that has.
    LocksAnew,
    /// It installs the lock as it is.
    GoesOn,
}

/// Which groups of a lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// `--only`; everything else is left out.
    pub only: Vec<String>,
    /// Groups that are left out.
    pub without: Vec<String>,
    /// Groups that are added.
    pub with: Vec<String>,
    /// What is taken besides `main` when nothing is said; `None` for all that are not optional, as Poetry does.
    pub defaults: Option<Vec<String>>,
}

impl Groups {
    /// Whether a group that is not optional is installed.
    pub fn takes(&self, group: &str) -> bool {
        let listed = |list: &[String]| list.iter().any(|name| name == group);
        if listed(&self.without) {
            return false;
        }
        if !self.only.is_empty() {
            return listed(&self.only);
        }
        let by_default = |defaults: &Vec<String>| group == "main" || listed(defaults) || listed(&self.with);
        self.defaults.as_ref().is_none_or(by_default)
    }
}

/// A requirement file, and where it comes from.
#[derive(Clone, Debug)]
pub struct Requirements {
    /// The path as the command writes it.
    pub written: String,
    /// Where it is in the image.
    pub at: Option<String>,
    /// `None` where no file of the repository stands there.
    pub path: Option<RepoPath>,
    /// Where the build itself wrote the file, from a lock.
    pub export: Option<Export>,
    /// Folders and archives that it names.
    pub local: Vec<LocalEntry>,
    /// `-c` in it.
    pub constraints: Vec<Located<String>>,
    /// Nothing is known to stand there, and nothing unknown either.
    pub is_absent: bool,
}
