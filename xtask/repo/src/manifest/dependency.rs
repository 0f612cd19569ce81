use super::package_name;
use crate::toml::{Node, Table};
use diagnostics::{Located, Place, Problem};
use formats::PackageName;
use python::constraint::Dialect;

/// One requirement, as written.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The package that is required.
    pub name: Located<PackageName>,
    /// The extras that are asked for.
    pub extras: Vec<String>,
    /// The versions that are accepted; `None` accepts all.
    pub constraint: Option<Constraint>,
    /// An environment marker (PEP 508).
    pub marker: Option<Located<String>>,
    /// Poetry's short forms of two markers: a constraint on the Python version, and on `sys_platform`.
    pub python: Option<Located<String>>,
    /// `platform` of Poetry, a value of `sys.platform`.
    pub platform: Option<Located<String>>,
    /// Where it comes from.
    pub source: DependencySource,
    /// Left out unless an extra asks for it.
    pub optional: bool,
    /// The extra of `[project.optional-dependencies]` that it stands under.
    pub extra: Option<String>,
}

/// A version constraint and the language it is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// The constraint as it is written.
    pub text: Located<String>,
    /// Whether it is read by Poetry's rules or by PEP 440.
    pub dialect: Dialect,
}

/// Where a dependency comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DependencySource {
    /// A package index: the named one, or the default.
    Index(Option<String>),
    /// A folder or an archive, relative to the manifest.
    Path {
        /// The path as it is written.
        path: Located<String>,
        /// Whether it is installed as an editable one.
        develop: bool,
    },
    /// A repository of git.
    Git {
        /// The address of the repository.
        url: Located<String>,
        /// The branch, tag or commit.
        reference: Option<String>,
        /// The folder of the package in it, if it is not the root.
        subdirectory: Option<String>,
    },
    /// An archive behind an address.
    Url(Located<String>),
    /// The member of this name of the uv workspace, editable unless it says otherwise.
    Workspace {
        /// Whether it is installed as an editable one.
        develop: bool,
    },
}

impl Dependency {
    /// Reads a PEP 508 requirement: `name[extra] >=1 ; marker` or `name @ url ; marker`.
    pub fn pep508(text: Located<String>, problems: &mut Vec<Problem>) -> Option<Self> {
        let whole = text.value.as_str();
        // In a URL requirement only ` ;` ends the URL, which may itself hold a semicolon.
        let is_url = whole
            .split(';')
            .next()
            .is_some_and(|head| head.contains(" @ ") || head.contains("@ "));
        let (requirement, marker) = match whole.split_once(if is_url { " ;" } else { ";" }) {
            Some((requirement, marker)) => (requirement, Some(marker.trim())),
            None => (whole, None),
        };
        let end = requirement.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)) && c != ' ');
        let (name, rest) = requirement.split_at(end.unwrap_or(requirement.len()));
        // `name >=1` and `name (>=1)`: what follows the first blank is not part of the name.
        let (name, rest) = match name.trim_start().split_once(' ') {
            Some((name, _)) => (name, &requirement[requirement.find(name)? + name.len()..]),
            None => (name.trim(), rest),
        };
        let (extras, rest) = split_extras(rest.trim());
        let name = package_name(
            Located {
                value: name.to_owned(),
                place: text.place.clone(),
            },
            problems,
        )?;
        let (source, constraint) = match rest.strip_prefix('@') {
            Some(url) => {
                let url = Located {
                    value: url.trim().to_owned(),
                    place: text.place.clone(),
                };
                (direct_reference(url), None)
            }
            None => {
                let specifiers = rest.trim().trim_start_matches('(').trim_end_matches(')').trim();
                (
                    DependencySource::Index(None),
                    (!specifiers.is_empty()).then(|| specifiers.to_owned()),
                )
            }
        };
        let located = |value: String| Located {
            value,
            place: text.place.clone(),
        };
        Some(Self {
            name,
            extras,
            constraint: constraint.map(|text| Constraint {
                text: located(text),
                dialect: Dialect::Pep440,
            }),
            marker: marker.map(|text| located(text.to_owned())),
            python: None,
            platform: None,
            source,
            optional: false,
            extra: None,
        })
    }

    /// Reads one value of a Poetry dependency table: a constraint, a table, or a list of tables that hold under
    /// different markers.
    pub fn poetry(key: &Located<&str>, node: &Node<'_>, problems: &mut Vec<Problem>) -> Vec<Self> {
        let name = package_name(
            Located {
                value: key.value.to_owned(),
                place: key.place.clone(),
            },
            problems,
        );
        let Some(name) = name else { return Vec::new() };
        if node.is_array() {
            let members = node.array(problems).unwrap_or_default();
            return members
                .iter()
                .filter_map(|member| Self::poetry_one(&name, member, problems))
                .collect();
        }
        Self::poetry_one(&name, node, problems).into_iter().collect()
    }

    fn poetry_one(name: &Located<PackageName>, node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let constraint = |text: Located<String>| Constraint {
            text,
            dialect: Dialect::Poetry,
        };
        if !node.is_table() {
            return Some(Self {
                name: name.clone(),
                extras: Vec::new(),
                constraint: Some(constraint(node.string(problems)?)),
                marker: None,
                python: None,
                platform: None,
                source: DependencySource::Index(None),
                optional: false,
                extra: None,
            });
        }
        let table = node.table(problems)?;
        let extras = table.strings("extras", problems).unwrap_or_default();
        Some(Self {
            name: name.clone(),
            extras: extras.into_iter().map(|extra| extra.value).collect(),
            constraint: table.string("version", problems).map(constraint),
            marker: table.string("markers", problems),
            python: table.string("python", problems),
            platform: table.string("platform", problems),
            source: source_of(table, problems),
            optional: table.boolean("optional", problems).is_some_and(|flag| flag.value),
            extra: None,
        })
    }

    /// The folder or archive of a path dependency.
    pub fn path(&self) -> Option<&Located<String>> {
        match &self.source {
            DependencySource::Path { path, .. } => Some(path),
            DependencySource::Index(_)
            | DependencySource::Git { .. }
            | DependencySource::Url(_)
            | DependencySource::Workspace { .. } => None,
        }
    }

    /// Where its name is written.
    pub fn place(&self) -> Place {
        self.name.place.clone()
    }
}

fn split_extras(rest: &str) -> (Vec<String>, &str) {
    let Some((extras, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return (Vec::new(), rest);
    };
    let extras = extras
        .split(',')
        .map(|extra| extra.trim().to_owned())
        .filter(|extra| !extra.is_empty());
    (extras.collect(), after.trim())
}

fn direct_reference(url: Located<String>) -> DependencySource {
    match url.value.strip_prefix("git+") {
        Some(git) => {
            let (repository, reference) = match git.rsplit_once('@') {
                Some((repository, reference)) if !reference.contains('/') || repository.contains("://") => (
                    repository,
                    Some(reference.split('#').next().unwrap_or(reference).to_owned()),
                ),
                Some(_) | None => (git, None),
            };
            let url = Located {
                value: repository.to_owned(),
                place: url.place.clone(),
            };
            DependencySource::Git {
                url,
                reference,
                subdirectory: None,
            }
        }
        None => match url.value.strip_prefix("file://") {
            Some(path) => {
                let path = Located {
                    value: path.to_owned(),
                    place: url.place.clone(),
                };
                DependencySource::Path { path, develop: false }
            }
            None => DependencySource::Url(url),
        },
    }
}

fn source_of(table: Table<'_>, problems: &mut Vec<Problem>) -> DependencySource {
    let develop = table.boolean("develop", problems).is_some_and(|flag| flag.value);
    for key in ["path", "file"] {
        if let Some(path) = table.string(key, problems) {
            return DependencySource::Path { path, develop };
        }
    }
    let text = |key: &str, problems: &mut Vec<Problem>| table.string(key, problems).map(|text| text.value);
    if let Some(url) = table.string("git", problems) {
        let reference = ["rev", "tag", "branch"].into_iter().find_map(|key| text(key, problems));
        return DependencySource::Git {
            url,
            reference,
            subdirectory: text("subdirectory", problems),
        };
    }
    if let Some(url) = table.string("url", problems) {
        return DependencySource::Url(url);
    }
    DependencySource::Index(text("source", problems))
}
