use crate::toml::{Node, Table};
use diagnostics::{Located, Problem};

/// Which files the manifest puts into a wheel, as written.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The readme files that the metadata of the wheel holds.
    pub readmes: Vec<Located<String>>,
    /// Paths or globs (PEP 639).
    pub license_files: Vec<Located<String>>,
    /// The license as an SPDX expression (PEP 639), or as whatever text an older manifest has.
    pub license: Option<String>,
    /// `packages` of `[tool.poetry]`, or of the wheel of hatch; empty where the build backend finds them.
    pub packages: Vec<PackageInclude>,
    /// `[tool.poetry] include`: paths or globs.
    pub include: Vec<Located<String>>,
    /// `package-mode = false` of Poetry, `package = false` of uv, `distribution = false` of PDM: nothing to install.
    pub is_no_package: bool,
    /// Scripts that the build backend runs: `[tool.poetry.build] script`, or the hook of hatch.
    pub build_scripts: Vec<Located<String>>,
}

/// An entry of `packages` or `include` of Poetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageInclude {
    /// The package or the pattern.
    pub include: Located<String>,
    /// The folder that it lies in, such as `src`.
    pub from: Option<Located<String>>,
}

/// `[build-system]` (PEP 517, PEP 518).
#[derive(Clone, Debug)]
pub struct BuildSystem {
    /// What the backend needs, as PEP 508 writes it.
    pub requires: Vec<Located<String>>,
    /// The module that builds.
    pub backend: Option<Located<String>>,
}

impl Contents {
    pub(super) fn read(
        project: Option<Table<'_>>,
        poetry: Option<Table<'_>>,
        tool: Option<Table<'_>>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut contents = Self {
            is_no_package: is_no_package(tool, problems),
            ..Self::default()
        };
        if let Some(project) = project {
            contents.readmes = project
                .get("readme")
                .map(|node| readmes(&node, problems))
                .unwrap_or_default();
            contents.license_files = project.strings("license-files", problems).unwrap_or_default();
            let license = project.get("license");
            contents.license = license.as_ref().and_then(|node| node.as_str()).map(str::to_owned);
            let license = license.filter(Node::is_table).and_then(|node| node.table(problems));
            contents
                .license_files
                .extend(license.and_then(|table| table.string("file", problems)));
        }
        let Some(poetry) = poetry else {
            contents.packages = hatch(tool, problems);
            contents.build_scripts = hatch_hook(tool, problems);
            return contents;
        };
        if contents.readmes.is_empty() {
            contents.readmes = poetry
                .get("readme")
                .map(|node| readmes(&node, problems))
                .unwrap_or_default();
        }
        let packages = poetry
            .get("packages")
            .and_then(|node| node.array(problems))
            .unwrap_or_default();
        contents.packages = packages.iter().filter_map(|node| package(node, problems)).collect();
        let include = poetry
            .get("include")
            .and_then(|node| node.array(problems))
            .unwrap_or_default();
        contents.include = include.iter().filter_map(|node| path_of(node, problems)).collect();
        let build = poetry.get("build");
        let script = build.and_then(|node| {
            if node.is_table() {
                node.table(problems)?.string("script", problems)
            } else {
                node.string(problems)
            }
        });
        contents.build_scripts.extend(script);
        contents
    }
}

impl BuildSystem {
    pub(super) fn read(root: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let table = root.table("build-system", problems)?;
        Some(Self {
            requires: table.strings("requires", problems).unwrap_or_default(),
            backend: table.string("build-backend", problems),
        })
    }
}

/// Whether the manifest says that there is nothing to install, in the words of one of the managers.
fn is_no_package(tool: Option<Table<'_>>, problems: &mut Vec<Problem>) -> bool {
    let flags = [("poetry", "package-mode"), ("uv", "package"), ("pdm", "distribution")];
    let mut values = flags.into_iter().filter_map(|(name, key)| {
        // A value that is not a table is reported where the table is read.
        let table = tool?.get(name).filter(Node::is_table)?.table(problems)?;
        table.boolean(key, problems)
    });
    values.any(|flag| !flag.value)
}

/// `[tool.hatch.build.targets.wheel] packages`: folders, each imported by its last name.
fn hatch(tool: Option<Table<'_>>, problems: &mut Vec<Problem>) -> Vec<PackageInclude> {
    let mut at = tool;
    for key in ["hatch", "build", "targets", "wheel"] {
        at = at.and_then(|table| table.table(key, problems));
    }
    let packages = at.and_then(|wheel| wheel.strings("packages", problems));
    let packages = packages.into_iter().flatten().map(|path| {
        let (from, include) = path
            .value
            .trim_end_matches('/')
            .rsplit_once('/')
            .unwrap_or(("", &path.value));
        PackageInclude {
            include: path.clone().map(|_| include.to_owned()),
            from: (!from.is_empty()).then(|| path.clone().map(|_| from.to_owned())),
        }
    });
    packages.collect()
}

/// `[tool.hatch.build.hooks.custom] path`
fn hatch_hook(tool: Option<Table<'_>>, problems: &mut Vec<Problem>) -> Vec<Located<String>> {
    let mut at = tool;
    for key in ["hatch", "build", "hooks", "custom"] {
        at = at.and_then(|table| table.table(key, problems));
    }
    at.and_then(|hook| hook.string("path", problems)).into_iter().collect()
}

/// One file, several (Poetry), or `{ file = … }` (PEP 621).
fn readmes(node: &Node<'_>, problems: &mut Vec<Problem>) -> Vec<Located<String>> {
    if node.is_table() {
        let file = node.table(problems).and_then(|table| table.string("file", problems));
        return file.into_iter().collect();
    }
    if node.is_array() {
        node.strings(problems).unwrap_or_default()
    } else {
        node.string(problems).into_iter().collect()
    }
}

fn package(node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<PackageInclude> {
    let table = node.table(problems)?;
    Some(PackageInclude {
        include: table.string("include", problems)?,
        from: table.string("from", problems),
    })
}

fn path_of(node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    if node.is_table() {
        node.table(problems)?.string("path", problems)
    } else {
        node.string(problems)
    }
}
