//! `Pipfile`: what Pipenv locks, in a file of its own beside the manifest or instead of it.

use toml_edit::Document;

use super::{Constraint, Dependency, DependencySource, Manifest};
use crate::toml::{self, Node, Table};
use diagnostics::{Located, Problem, Source};
use formats::PackageName;
use python::constraint::Dialect;

/// The file name of a Pipfile.
pub const FILE: &str = "Pipfile";
/// The tables of a Pipfile that hold no packages. Any other is a category of its own.
pub const NO_PACKAGES: [&str; 5] = ["source", "requires", "scripts", "pipfile", "pipenv"];
/// Packages that run in production.
pub const PACKAGES: &str = "packages";

/// A Pipfile beside the manifest.
#[derive(Clone, Debug)]
pub struct Pipfile {
    /// The file that was read.
    pub source: Source,
    /// The whole document, for the hash.
    pub document: Document<String>,
}

impl Manifest {
    /// What a Pipfile asks for, besides what the manifest says itself.
    pub fn read_pipfile(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let document = match toml::parse(source) {
            Ok(document) => document,
            Err(problem) => return problems.push(problem),
        };
        let root = Table::root(source, &document);
        for (category, node) in root.entries() {
            if NO_PACKAGES.contains(&category.value) {
                continue;
            }
            let Some(table) = node.table(problems) else { continue };
            let entries = table.entries();
            let dependencies = entries.iter().filter_map(|(key, node)| dependency(key, node, problems));
            match category.value {
                PACKAGES => self.main.extend(dependencies),
                other => {
                    let name = PackageName::parse(other).map_or_else(|| other.to_owned(), |name| name.to_string());
                    let group = self.groups.entry(name).or_default();
                    group.dependencies.extend(dependencies);
                }
            }
        }
        if self.requires_python.is_none() {
            self.requires_python = root
                .table("requires", problems)
                .and_then(|table| python(table, problems));
        }
        self.pipfile = Some(Pipfile {
            source: source.clone(),
            document: document.clone(),
        });
    }
}

/// `None` for the project itself, which is not a dependency of it.
fn dependency(key: &Located<&str>, node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Dependency> {
    let mut dependency = Dependency::poetry(key, node, problems).into_iter().next()?;
    if !node.is_table() {
        return Some(dependency);
    }
    let table = node.table(problems)?;
    let is_editable = table.boolean("editable", problems).is_some_and(|flag| flag.value);
    match &mut dependency.source {
        DependencySource::Path { path, .. } if matches!(path.value.as_str(), "." | "./") => return None,
        DependencySource::Path { path, .. } if path.value.contains("://") => {
            dependency.source = DependencySource::Url(path.clone());
        }
        DependencySource::Path { develop, .. } => *develop = is_editable,
        DependencySource::Index(_)
        | DependencySource::Git { .. }
        | DependencySource::Url(_)
        | DependencySource::Workspace { .. } => {}
    }
    Some(dependency)
}

/// Pipenv asks for one minor version, or one release of it, and refuses to deploy into another.
fn python(requires: Table<'_>, problems: &mut Vec<Problem>) -> Option<Constraint> {
    let keys = ["python_version", "python_full_version"];
    let version = keys.into_iter().find_map(|key| requires.string(key, problems))?;
    let minor: Vec<&str> = version.value.split('.').take(2).collect();
    let text = match minor.as_slice() {
        [major, minor] if ![major, minor].iter().any(|number| number.parse::<u64>().is_err()) => {
            format!("=={major}.{minor}.*")
        }
        [..] => return None,
    };
    Some(Constraint {
        text: version.map(|_| text),
        dialect: Dialect::Pep440,
    })
}
