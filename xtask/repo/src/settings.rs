//! The facts that all images share: `[workspace.metadata.xtask]` in the root `Cargo.toml`, or the same keys elsewhere: see
//! [`Home`].

use std::collections::BTreeMap;

use super::{
    Allow, ApplicationTest, BaseImage, Compose, Frontend, Home, Levels, LibIndex, Platform, RepoPath, Root, User,
    allow,
    home::descend,
    keys, levels,
    toml::{self, Table},
};
use diagnostics::{Located, Source};
use diagnostics::{Place, Problem};

/// Where files are generated that no folder of a repository has a place for.
const OWN_FOLDER: &str = ".twinfile";

/// Globs of folders that hold a `pyproject.toml`. `None` where the settings do not say.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// Globs of the services.
    pub services: Option<Vec<Located<String>>>,
    /// Globs of the libs.
    pub libs: Option<Vec<Located<String>>>,
}

/// The facts that all images share.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where they are.
    pub home: Home,
    /// What a repository whose Dockerfiles are written by hand need not say.
    base_image: Option<BaseImage>,
    /// The platforms that images are built for; none where that is not said.
    pub platforms: Vec<Platform>,
    /// What image names start with, as `REGISTRY/SERVICE`.
    pub image_registry: Option<String>,
    /// Where the source of this repository is: a label of the images, by which registries link to it.
    pub source: Option<Located<String>>,
    /// The user that containers run as.
    pub user: User,
    /// Where production images take libs from.
    pub lib_source: LibSource,
    /// There for sure when libs come from it.
    pub lib_index: Option<LibIndex>,
    /// The folder whose manifest and lock pin uv and the PEP 517 backends.
    pub tools: Located<RepoPath>,
    /// Whether the lock there is the one that is part of the tool.
    pub brings_tools: bool,
    /// The folder for the reference, where it is asked for.
    pub docs: Option<Located<RepoPath>>,
    /// The steps of `cargo xtask ci`, by stage or name, where they are listed.
    pub ci: Option<Vec<Located<String>>>,
    /// What tests all services together.
    pub application_test: Option<ApplicationTest>,
    /// The pages.
    pub frontend: Option<Frontend>,
    /// Compose files are written where it is there.
    pub compose: Option<Compose>,
    /// Whether editors are told how to open development images.
    pub devcontainers: bool,
    /// What `cargo xtask ci` runs besides the checks that it finds: arguments of `cargo xtask`, by name.
    pub checks: BTreeMap<String, Vec<String>>,
    /// Differences between images that are wanted.
    pub allow: Vec<Allow>,
    /// Rules that are more or less severe here than elsewhere.
    pub levels: Levels,
    /// Where what is missing would stand.
    place: Place,
}

/// How libs reach the production image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibSource {
    /// As wheels that the image's own build stage makes.
    Wheelhouse,
    /// From the index of the settings, by version and hash.
    Index,
}

/// Reads the settings from the text of the file that has them. Settings are `None` when something in them is wrong, so that the
/// folders can still be looked at.
pub fn read(home: Home, source: &Source, problems: &mut Vec<Problem>) -> Option<(Folders, Option<Settings>)> {
    let document = match toml::parse(source) {
        Ok(document) => document,
        Err(problem) => {
            problems.push(problem);
            return Some((Folders::default(), None));
        }
    };
    let root = Table::root(source, &document);
    let table = descend(root, home.keys(), problems)?;
    // The manifest of a single project says both: what holds for its image, and what holds for all images.
    let is_package = home.is_pyproject() && root.get("project").is_some();
    if is_package {
        table.reject_unknown_of(&[&keys::SETTINGS, &keys::SERVICE], problems);
    } else {
        table.reject_unknown(&keys::SETTINGS, problems);
    }
    Some((Folders::read(table, problems), Settings::read(home, table, problems)))
}

/// That there are none.
pub fn missing(home: Home) -> Problem {
    Problem::error(format!("`{}` has no `[{}]` table", home.file(), home.header()))
        .at(home.of_file())
        .note("it names the folders of services and libs, and the base image")
        .remedy("run `cargo xtask init`, which writes what follows from the repository")
}

impl Folders {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Self {
        let mut globs = |key| table.strings(key, problems);
        Self {
            services: globs("services"),
            libs: globs("libs"),
        }
    }
}

impl Settings {
    /// Those of a repository that has none.
    pub fn assumed(home: Home) -> Self {
        let place = home.of_file();
        Self {
            home,
            base_image: None,
            platforms: Vec::new(),
            image_registry: None,
            source: None,
            user: User::default(),
            lib_source: LibSource::Wheelhouse,
            lib_index: None,
            tools: Located {
                value: RepoPath::root().child("xtask").child("tools"),
                place: place.clone(),
            },
            brings_tools: true,
            docs: None,
            ci: None,
            application_test: None,
            frontend: None,
            compose: None,
            devcontainers: false,
            checks: BTreeMap::new(),
            allow: Vec::new(),
            levels: Levels::new(),
            place,
        }
    }

    fn read(home: Home, table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let base_image = match table.string("base-image", problems) {
            Some(reference) => Some(BaseImage::read(reference, table.string("python", problems), problems)?),
            None => None,
        };
        let user = User::read(table, problems);
        let lib_index = LibIndex::read(table, problems);
        let lib_source = LibSource::read(table, problems);
        let tools = read_tools(table, problems);
        let allow = allow::read(table, problems);
        let levels = levels::read(table, problems);
        Some(Self {
            home,
            base_image,
            platforms: Platform::read(table, problems),
            image_registry: table.string("image-registry", problems).map(|text| text.value),
            source: read_source(table, problems),
            user: user?,
            lib_source: lib_source?,
            lib_index,
            tools: tools?,
            brings_tools: table.get("tools").is_none(),
            docs: read_docs(table, problems),
            ci: table.strings("ci", problems),
            application_test: ApplicationTest::read(table, problems),
            frontend: Frontend::read(table, problems),
            compose: Compose::read(table, problems),
            devcontainers: table.boolean("devcontainers", problems).is_some_and(|flag| flag.value),
            checks: read_checks(table, problems),
            allow,
            levels,
            place: table.place(),
        })
    }

    /// Where no folder of the repository has the lock of the tools, the one that is part of the tool is read in its place.
    pub(crate) fn bring_tools(&mut self, root: &Root) {
        self.brings_tools = self.brings_tools && !root.has_folder(&self.tools.value);
        if self.brings_tools {
            let folder = RepoPath::root().child(OWN_FOLDER);
            root.bring(&folder.child("pyproject.toml"), tools::MANIFEST);
            root.bring(&folder.child("poetry.lock"), tools::LOCK);
            self.tools.value = folder;
        }
    }

    /// The image that all images start from, or what is missing to say so.
    pub fn base_image(&self) -> Result<&BaseImage, Problem> {
        self.base_image.as_ref().ok_or_else(|| self.missing("base-image"))
    }

    /// What is missing to draw images.
    pub fn undeclared(&self) -> Option<Problem> {
        self.base_image().err()
    }

    fn missing(&self, key: &str) -> Problem {
        Problem::error(format!("`{key}` is missing"))
            .at(self.place.clone())
            .remedy(format!("add `{key} = …` to this table"))
    }
}

impl LibSource {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let Some(text) = table.string("lib-source", problems) else {
            return Some(Self::Wheelhouse);
        };
        match text.value.as_str() {
            "wheelhouse" => Some(Self::Wheelhouse),
            "index" if table.get("lib-index").is_some() => Some(Self::Index),
            "index" => {
                problems.push(
                    Problem::error("`lib-index` is missing")
                        .at(text.place)
                        .remedy("add `lib-index = { name = \"…\", url = \"https://…/simple/\" }`"),
                );
                None
            }
            _ => {
                problems.push(
                    Problem::error(format!("unknown lib source `{}`", text.value))
                        .at(text.place)
                        .remedy("known are `wheelhouse` and `index`"),
                );
                None
            }
        }
    }
}

fn read_source(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    let text = table.string("source", problems)?;
    let is_address = text.value.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
    if is_address && text.value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(text);
    }
    problems.push(
        Problem::error(format!("`{}` is not an address", text.value))
            .at(text.place)
            .remedy("write it as in `https://github.com/team/repository`"),
    );
    None
}

fn read_tools(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Located<RepoPath>> {
    let text = match table.string("tools", problems) {
        Some(text) => text,
        None => Located {
            value: "xtask/tools".into(),
            place: table.place(),
        },
    };
    let path = RepoPath::parse(&text.value);
    if path.is_none() {
        problems.push(Problem::error(format!("`{}` leads out of the repository", text.value)).at(text.place.clone()));
    }
    Some(Located {
        value: path?,
        place: text.place,
    })
}

fn read_docs(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Located<RepoPath>> {
    let text = table.string("docs", problems)?;
    let folder = RepoPath::parse(&text.value).filter(|folder| !folder.as_str().is_empty());
    if folder.is_none() {
        problems
            .push(Problem::error(format!("`{}` is not a folder of the repository", text.value)).at(text.place.clone()));
    }
    Some(Located {
        value: folder?,
        place: text.place,
    })
}

fn read_checks(table: Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Vec<String>> {
    let mut checks = BTreeMap::new();
    let Some(entries) = table.table("checks", problems) else {
        return checks;
    };
    for (name, node) in entries.entries() {
        let words = node.strings(problems).unwrap_or_default();
        if words.is_empty() && node.is_array() {
            problems.push(
                Problem::error(format!("the check `{}` runs nothing", name.value))
                    .at(node.place())
                    .remedy("name a task of cargo xtask and its arguments: `[\"tool\", \"…\"]`"),
            );
            continue;
        }
        let words = words.into_iter().map(|word| word.value).collect();
        checks.insert(name.value.to_owned(), words);
    }
    checks
}

/// A string that has to be there.
pub(super) fn required(table: Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    if table.get(key).is_none() {
        problems.push(
            Problem::error(format!("`{key}` is missing"))
                .at(table.place())
                .remedy(format!("add `{key} = …` to this table")),
        );
    }
    table.string(key, problems)
}
