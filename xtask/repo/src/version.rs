//! The version of a package whose manifest leaves it to the build backend (`dynamic = ["version"]`): a literal in one of its files
//! is read, one that comes from git is not known where a build sees no git.

use super::{Package, RepoPath, Root, manifest::Manifest};
use diagnostics::{Located, Place, Problem, Source};

/// Requirements of a build that compute the version from git.
const FROM_GIT: [&str; 9] = [
    "dunamai",
    "hatch-vcs",
    "poetry-dynamic-versioning",
    "setuptools-git-versioning",
    "setuptools-scm",
    "uv-dynamic-versioning",
    "vcs-versioning",
    "versioneer",
    "versioningit",
];

/// Whether `[project]` leaves its version to the backend.
pub fn is_dynamic(manifest: &Manifest) -> bool {
    let project = manifest.document.get("project");
    let dynamic = project
        .and_then(|project| project.get("dynamic"))
        .and_then(|list| list.as_array());
    dynamic.is_some_and(|list| list.iter().any(|field| field.as_str() == Some("version")))
}

/// The files, beside modules, that a backend reads parts of the metadata from.
pub(crate) fn files(manifest: &Manifest) -> Vec<String> {
    let of_setuptools = |table: &toml_edit::Item| {
        let keys = table.as_table_like().into_iter().flat_map(|table| table.iter());
        let named = keys.filter_map(|(_, item)| item.get("file"));
        let texts = named.flat_map(|file| match file.as_array() {
            Some(list) => list.iter().filter_map(|item| item.as_str()).collect(),
            None => file.as_str().into_iter().collect::<Vec<_>>(),
        });
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    let setuptools = item(manifest, &["setuptools", "dynamic"]).map(of_setuptools);
    let hatch = text(manifest, &["hatch", "version", "path"]).map(str::to_owned);
    let pdm = text(manifest, &["pdm", "version", "path"]).map(str::to_owned);
    setuptools.into_iter().flatten().chain(hatch).chain(pdm).collect()
}

impl Package {
    /// The version that a build gives the package. `None` where only its backend can tell.
    pub(crate) fn find_version(&self, root: &Root) -> Option<Located<String>> {
        let manifest = &self.manifest;
        if manifest.version.is_some() || !is_dynamic(manifest) {
            return manifest.version.clone();
        }
        self.version_files().iter().find_map(|path| {
            let source = root.source_if_present(path).ok()??;
            literal(&source)
        })
    }

    /// Why no build of the package knows its version, if it is computed from git.
    pub fn version_of_git(&self) -> Option<Problem> {
        let manifest = &self.manifest;
        let build = manifest.build.as_ref()?;
        let is_of_git = |requirement: &&Located<String>| {
            let end = requirement
                .value
                .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
            let name = &requirement.value[..end.unwrap_or(requirement.value.len())];
            FROM_GIT.contains(&name.replace(['_', '.'], "-").to_ascii_lowercase().as_str())
        };
        let tool = build.requires.iter().find(is_of_git);
        let backend = build.backend.as_ref().map_or("", |backend| backend.value.as_str());
        // This one replaces the version that the manifest has.
        let replaces = backend.starts_with("poetry_dynamic_versioning");
        let is_scm = text(manifest, &["pdm", "version", "source"]) == Some("scm");
        if !replaces && (!is_dynamic(manifest) || tool.is_none() && !is_scm || self.version.is_some()) {
            return None;
        }
        let place = tool.or(build.backend.as_ref()).map(|text| text.place.clone());
        let path = manifest.source.path();
        Some(
            Problem::error(format!("the version of `{}` comes from git", self.name))
                .at(place.unwrap_or_else(|| Place::File(path.to_owned())))
                .note("wheels are built without git, so that every clone and every image makes the same")
                .remedy(match (tool, replaces) {
                    (_, true) => format!(
                        "build it with `poetry.core.masonry.api` in `{path}`, and write the version there: `cargo xtask bump` raises it"
                    ),
                    (Some(tool), false) => format!(
                        "write `version = \"0.1.0\"` under `[project]` of `{path}`, take `version` out of `dynamic`, and take `{}` out of `requires`: `cargo xtask bump` raises the version",
                        tool.value
                    ),
                    (None, false) => format!(
                        "write `version = \"0.1.0\"` under `[project]` of `{path}`, take `version` out of `dynamic`, and remove `[tool.pdm.version]`: `cargo xtask bump` raises the version"
                    ),
                }),
        )
    }

    /// The files in which the backend of the package looks for its version.
    fn version_files(&self) -> Vec<RepoPath> {
        let manifest = &self.manifest;
        let attribute = text(manifest, &["setuptools", "dynamic", "version", "attr"]);
        let attribute = attribute.and_then(|name| Some(name.rsplit_once('.')?.0.replace('.', "/")));
        let backend = manifest.build.as_ref().and_then(|build| build.backend.as_ref());
        // flit reads the module.
        let is_flit = backend.is_some_and(|backend| backend.value.starts_with("flit"));
        let modules = attribute.or_else(|| is_flit.then(|| self.name.module()));
        let homes: Vec<&RepoPath> = self.import_roots.iter().chain([&self.dir]).collect();
        let modules = modules.iter().flat_map(|module| {
            homes.iter().flat_map(move |home| {
                let names = [format!("{module}/__init__.py"), format!("{module}.py")];
                names.map(|name| home.child(&name))
            })
        });
        let said = files(manifest);
        let said = said.iter().filter_map(|path| self.dir.join(path));
        modules.chain(said).collect()
    }
}

/// `__version__ = "1.0"` of a module, `VERSION = "1.0"`, or all that a file has.
fn literal(source: &Source) -> Option<Located<String>> {
    let text = source.text();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let name_end = line
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(line.len());
        if !matches!(&line[..name_end], "__version__" | "VERSION" | "version") {
            continue;
        }
        // It may be annotated: `__version__: str = "1.0"`.
        let Some((_, value)) = line[name_end..].split_once('=') else {
            continue;
        };
        let value = value.trim();
        let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else {
            continue;
        };
        let Some(version) = value[1..].split(quote).next() else {
            continue;
        };
        let at = start + line.find(version).unwrap_or(0);
        return is_version(version).then(|| Located {
            value: version.to_owned(),
            place: source.place(at..at + version.len()),
        });
    }
    let whole = text.trim();
    let at = text.find(whole)?;
    (!source.path().ends_with(".py") && is_version(whole)).then(|| Located {
        value: whole.to_owned(),
        place: source.place(at..at + whole.len()),
    })
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<pep440_rs::Version>().is_ok()
}

fn item<'a>(manifest: &'a Manifest, keys: &[&str]) -> Option<&'a toml_edit::Item> {
    let tool = manifest.document.get("tool")?;
    keys.iter().try_fold(tool, |item, key| item.get(key))
}

fn text<'a>(manifest: &'a Manifest, keys: &[&str]) -> Option<&'a str> {
    item(manifest, keys)?.as_str()
}
