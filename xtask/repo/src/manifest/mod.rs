//! `pyproject.toml`: `[project]` (PEP 621), `[dependency-groups]` (PEP 735), and the tables of Poetry, old and new.
//!
//! Reading is syntactic: texts are split and placed here, constraints and markers are understood by who needs them.

mod contents;
mod dependency;
mod entry_points;
mod groups;
mod pdm;
mod pipfile;
#[cfg(test)]
mod tests;
mod uv;

use std::collections::BTreeMap;

use toml_edit::Document;

use super::{
    home::TOOL,
    keys,
    toml::{self, Table},
};
use diagnostics::Problem;
use diagnostics::{Located, Source};
use formats::PackageName;
use python::constraint::Dialect;

pub use contents::{BuildSystem, Contents, PackageInclude};
pub use dependency::{Constraint, Dependency, DependencySource};
pub use groups::{Group, IndexSource, MAIN};
pub use pipfile::{FILE as PIPFILE, NO_PACKAGES, PACKAGES, Pipfile};

/// What a `pyproject.toml` says.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file that was read.
    pub source: Source,
    /// The whole document, for what only some readers want: the content hash, the settings.
    pub document: Document<String>,
    /// `None` also where `[tool.poetry]` has a name that is only a title, which is fine for what is never installed.
    pub name: Option<Located<PackageName>>,
    /// `version`, which a backend may also compute.
    pub version: Option<Located<String>>,
    /// `requires-python`, or what Poetry has for `python`.
    pub requires_python: Option<Constraint>,
    /// What the package needs to run, `[project] dependencies` first, then `[tool.poetry.dependencies]`. A package that
    /// is in both (by range for the wheel, by path for the lock) is here twice.
    pub main: Vec<Dependency>,
    /// Everything but the main group, by the name that Poetry's command line takes.
    pub groups: BTreeMap<String, Group>,
    /// Extra to the packages it adds.
    pub extras: BTreeMap<String, Vec<PackageName>>,
    /// The package indexes that it names.
    pub indexes: Vec<IndexSource>,
    /// What goes into a wheel.
    pub contents: Contents,
    /// `[build-system]`.
    pub build: Option<BuildSystem>,
    /// Beside the manifest, or instead of it.
    pub pipfile: Option<Pipfile>,
}

impl Manifest {
    /// Reads a manifest. `None` only where the file is not TOML; whatever else is wrong is left out and reported.
    pub fn read(source: &Source, problems: &mut Vec<Problem>) -> Option<Self> {
        let document = match toml::parse(source) {
            Ok(document) => document,
            Err(problem) => {
                problems.push(problem);
                return None;
            }
        };
        let root = Table::root(source, &document);
        let project = root.table("project", problems);
        let tool = root.get("tool").and_then(|tool| tool.table(problems));
        let poetry = tool.and_then(|tool| tool.table("poetry", problems));
        let either = |key: &str, problems: &mut Vec<Problem>| {
            let said = project.and_then(|table| table.string(key, problems));
            said.or_else(|| poetry.and_then(|table| table.string(key, problems)))
        };
        let name = match project.and_then(|table| table.string("name", problems)) {
            Some(text) => package_name(text, problems),
            None => poetry
                .and_then(|table| table.string("name", problems))
                .and_then(located_name),
        };
        let version = either("version", problems);
        let mut manifest = Self {
            source: source.clone(),
            name,
            version,
            requires_python: requires_python(project, poetry, problems),
            main: Vec::new(),
            groups: BTreeMap::new(),
            extras: BTreeMap::new(),
            indexes: groups::indexes(poetry, problems),
            contents: Contents::read(project, poetry, tool, problems),
            build: BuildSystem::read(root, problems),
            document: document.clone(),
            pipfile: None,
        };
        manifest.read_dependencies(root, project, poetry, problems);
        problems.extend(manifest.byte_order_mark());
        Some(manifest)
    }

    /// What editors of Windows put in front of a text. Python's own reader of TOML, which Poetry and most build backends use, refuses it.
    fn byte_order_mark(&self) -> Option<Problem> {
        const MARK: &str = "\u{feff}";
        let reads_it = |backend: &str| backend.starts_with("maturin") || backend.starts_with("uv_build");
        let is_read = self.build.as_ref().is_some_and(|build| {
            let backend = build.backend.as_ref();
            backend.is_none_or(|backend| !reads_it(&backend.value))
        });
        let is_marked = self.source.text().starts_with(MARK);
        (is_marked && is_read).then(|| {
            let message = format!(
                "`{}` starts with a byte order mark, which Python refuses to read as TOML",
                self.source.path()
            );
            Problem::error(message)
                .at(self.source.place(0..MARK.len()))
                .remedy("save the file as UTF-8 without a byte order mark")
        })
    }

    /// Whether it has `[project]` (PEP 621). Otherwise `[tool.poetry]` says all that is to be said.
    pub fn has_project(&self) -> bool {
        self.document.get("project").is_some()
    }

    /// Whether the Pipfile says which Python is wanted, and nothing else does.
    pub fn is_of_pipfile(&self, python: &Constraint) -> bool {
        let source = python.text.place.text().map(|(source, _)| source.path());
        self.pipfile
            .as_ref()
            .is_some_and(|pipfile| source == Some(pipfile.source.path()))
    }

    /// The file that says what runs in production.
    pub fn main_source(&self) -> &Source {
        self.pipfile.as_ref().map_or(&self.source, |pipfile| &pipfile.source)
    }

    /// The table with the settings of a service: `[tool.xtask]`, or the same by the name of the installed program. In the root
    /// folder, that table may hold the settings of the repository alone.
    pub fn settings(&self) -> Option<Table<'_>> {
        let is_root = self.source.path() == "pyproject.toml";
        let is_of_service = |table: &Table<'_>| {
            let mut keys = keys::SERVICE.keys.iter().map(|key| key.name);
            let is_of_repository = |key: &str| keys::SETTINGS.keys.iter().any(|other| other.name == key);
            !is_root || keys.any(|key| table.get(key).is_some() && !is_of_repository(key))
        };
        self.tool("xtask").or_else(|| self.tool(TOOL).filter(is_of_service))
    }

    /// The table under `[tool.NAME]`.
    pub fn tool(&self, name: &str) -> Option<Table<'_>> {
        // What has the wrong type was reported when the manifest was read.
        let mut reported = Vec::new();
        let root = Table::root(&self.source, &self.document);
        root.table("tool", &mut reported)?.table(name, &mut reported)
    }
}

fn requires_python(
    project: Option<Table<'_>>,
    poetry: Option<Table<'_>>,
    problems: &mut Vec<Problem>,
) -> Option<Constraint> {
    if let Some(text) = project.and_then(|table| table.string("requires-python", problems)) {
        return Some(Constraint {
            text,
            dialect: Dialect::Pep440,
        });
    }
    let python = poetry?.get("dependencies")?.table(problems)?.get("python")?;
    // Poetry also takes a table here, whose version is the constraint.
    let text = if python.is_table() {
        python.table(problems)?.string("version", problems)
    } else {
        python.string(problems)
    };
    Some(Constraint {
        text: text?,
        dialect: Dialect::Poetry,
    })
}

/// A distribution name, or a problem.
pub(super) fn package_name(text: Located<String>, problems: &mut Vec<Problem>) -> Option<Located<PackageName>> {
    let name = located_name(text.clone());
    if name.is_none() {
        problems.push(
            Problem::error(format!("`{}` is not a valid package name", text.value))
                .at(text.place)
                .note("a name holds ASCII letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit (PEP 508)"),
        );
    }
    name
}

fn located_name(text: Located<String>) -> Option<Located<PackageName>> {
    Some(Located {
        value: PackageName::parse(&text.value)?,
        place: text.place,
    })
}
