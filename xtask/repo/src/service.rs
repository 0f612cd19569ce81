//! The facts of one service: `[tool.xtask]` in its `pyproject.toml`.

use std::collections::BTreeMap;

use super::{
    BaseImage, Dockerfiles, Package, SystemPackages, Up, User,
    home::TOOL,
    keys,
    lock::Manager,
    manifest::{MAIN, Manifest},
    toml::{Node, Table},
};
use diagnostics::Located;
use diagnostics::{Place, Problem};
use formats::PackageName;

/// Where debugpy listens by default.
pub const DEBUG_PORT: u16 = 5678;

/// Groups that people keep what they develop with in.
const DEVELOPMENT_GROUPS: [&str; 17] = [
    "dev",
    // Pipenv calls it so.
    "dev-packages",
    "develop",
    "development",
    "debug",
    "local",
    "lint",
    "linting",
    "linters",
    "format",
    "typing",
    "types",
    "docs",
    "doc",
    "notebook",
    "notebooks",
    "tools",
];

/// Groups that people keep what they test with in.
const TEST_GROUPS: [&str; 5] = ["test", "tests", "testing", "ci", "bench"];

/// A service, and the libs that it needs.
#[derive(Clone, Debug)]
pub struct Service {
    /// The package of the service.
    pub package: Package,
    /// `[tool.xtask]` of its manifest.
    pub settings: ServiceSettings,
    /// Every lib that its path dependencies lead to, directly or through other libs, by name.
    pub libs: Vec<PackageName>,
}

/// `[tool.xtask]` of a service.
#[derive(Clone, Debug)]
pub struct ServiceSettings {
    /// `None` where the manifest has no `[tool.xtask]`: such a service can be checked, and neither drawn nor started.
    pub start: Option<Start>,
    /// What its images start from, where it is not what the others start from.
    pub base_image: Option<BaseImage>,
    /// Whom its containers run as, where that is another user.
    pub user: Option<User>,
    /// What its images are called in the registry, where that is not the name of its package.
    pub image: Option<Located<String>>,
    /// Debian packages that its images install.
    pub system_packages: SystemPackages,
    /// Groups that both images get.
    pub groups: Vec<Located<String>>,
    /// Groups that only the development image gets.
    pub dev_groups: Vec<Located<String>>,
    /// Groups that only the test stage gets.
    pub test_groups: Vec<Located<String>>,
    /// Where the development image listens for a debugger when it is asked to, where the settings say it.
    pub debug_port: Option<u16>,
    /// How its images are built, where the names of its Dockerfiles do not say it.
    pub dockerfiles: Dockerfiles,
    /// Environment of both images.
    pub env: BTreeMap<String, String>,
    /// How it runs beside the other services.
    pub up: Up,
}

/// How a container of the service starts.
#[derive(Clone, Debug)]
pub struct Start {
    /// The port on which it listens in the container; `None` where it answers nobody, as a worker or a job.
    pub port: Option<u16>,
    /// What it runs, in exec form.
    pub command: Vec<String>,
}

impl ServiceSettings {
    /// Reads `[tool.xtask]` of a service. `None` when the table is there, and lacks what the images need.
    pub fn read(manifest: &Manifest, problems: &mut Vec<Problem>) -> Option<Self> {
        let Some(table) = manifest.settings() else {
            return Some(Self::assumed(manifest));
        };
        if let (Some(one), Some(other)) = (manifest.tool("xtask"), manifest.tool(TOOL)) {
            problems.push(
                Problem::error(format!("`{}` has two tables with settings", manifest.source.path()))
                    .at(one.place())
                    .at(other.place().label("and here"))
                    .remedy("keep one of the two tables: the keys are the same in both"),
            );
            return None;
        }
        if manifest.source.path() == "pyproject.toml" {
            table.reject_unknown_of(&[&keys::SERVICE, &keys::SETTINGS], problems);
        } else {
            table.reject_unknown(&keys::SERVICE, problems);
        }
        // One that says neither is checked, and neither drawn nor started.
        let is_started = table.get("port").is_some() || table.get("command").is_some();
        let read = |problems: &mut Vec<Problem>| {
            let (port, command) = (read_port(table, "port", problems), read_command(table, problems));
            Some(Start {
                port: port?,
                command: command?,
            })
        };
        let start = is_started.then(|| read(problems));
        let debug_port = read_port(table, "debug-port", problems);
        let groups = |key: &str, default: &[&str], problems: &mut Vec<Problem>| match table.strings(key, problems) {
            Some(groups) => groups,
            None => named(manifest, default, table.place()),
        };
        let dev_groups = groups(
            "dev-groups",
            if is_started { &["dev"] } else { &DEVELOPMENT_GROUPS },
            problems,
        );
        let test_groups = groups(
            "test-groups",
            if is_started { &["test"] } else { &TEST_GROUPS },
            problems,
        );
        let main = || Located {
            value: MAIN.to_owned(),
            place: table.place(),
        };
        let both = table.strings("groups", problems).unwrap_or_else(|| vec![main()]);
        for group in both.iter().chain(&dev_groups).chain(&test_groups) {
            check_group(group, manifest, problems);
        }
        Some(Self {
            start: match start {
                Some(read) => Some(read?),
                None => None,
            },
            base_image: read_base(table, problems),
            user: table.get("user").and_then(|_| User::read(table, problems)),
            image: read_image(table, problems),
            system_packages: SystemPackages::read(table, problems),
            groups: both,
            dev_groups,
            test_groups,
            debug_port: debug_port?,
            dockerfiles: Dockerfiles::read(table, problems),
            env: env_entries(table, problems)
                .into_iter()
                .map(|(name, text)| (name, text.value))
                .collect(),
            up: Up::read(table, problems),
        })
    }

    /// What a manifest without settings lets one assume: groups are for development where their names say so.
    fn assumed(manifest: &Manifest) -> Self {
        Self {
            start: None,
            base_image: None,
            user: None,
            image: None,
            system_packages: SystemPackages::default(),
            groups: vec![Located {
                value: MAIN.to_owned(),
                place: manifest.source.place(0..0),
            }],
            dev_groups: named(manifest, &DEVELOPMENT_GROUPS, manifest.source.place(0..0)),
            test_groups: named(manifest, &TEST_GROUPS, manifest.source.place(0..0)),
            debug_port: None,
            dockerfiles: Dockerfiles::default(),
            env: BTreeMap::new(),
            up: Up::default(),
        }
    }
}

fn read_base(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<BaseImage> {
    let python = table.string("python", problems);
    match (table.string("base-image", problems), python) {
        (Some(reference), python) => BaseImage::read(reference, python, problems),
        (None, Some(python)) => {
            problems.push(
                Problem::error("`python` is the version of a `base-image`, which is not set here")
                    .at(python.place)
                    .remedy("set `base-image` beside it, or remove it"),
            );
            None
        }
        (None, None) => None,
    }
}

/// A name as registries allow it, without registry and tag.
fn read_image(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    let said = table.string("image", problems)?;
    let is_part = |part: &str| {
        let is_known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.chars().all(is_known)
    };
    if said.value.split('/').all(is_part) {
        return Some(said);
    }
    let problem = Problem::error(format!("`{}` is not the name of an image", said.value)).at(said.place);
    problems.push(problem.remedy("use small letters, digits, `.`, `_`, `-` and `/`; the registry is `image-registry`"));
    None
}

/// The groups of a manifest that are called so. One that uv installs by default, beside `dev`, is for no flavour.
fn named(manifest: &Manifest, names: &[&str], place: Place) -> Vec<Located<String>> {
    let mut ignored = Vec::new();
    let uv = manifest.tool("uv").and_then(|uv| uv.get("default-groups"));
    let defaults = uv
        .filter(Node::is_array)
        .and_then(|groups| groups.strings(&mut ignored));
    let defaults = defaults.unwrap_or_default();
    let is_default = |group: &String| group != "dev" && defaults.iter().any(|default| default.value == *group);
    let groups = manifest.groups.keys().filter(|group| names.contains(&group.as_str()));
    let located = groups.filter(|group| !is_default(group)).map(|group| Located {
        value: group.clone(),
        place: place.clone(),
    });
    located.collect()
}

impl Service {
    /// What its production image is called, without registry and tag.
    pub fn image(&self) -> &str {
        let said = self.settings.image.as_ref();
        said.map_or(self.package.name.as_str(), |said| said.value.as_str())
    }

    /// Where the development image listens for a debugger: where the settings name a port, or where a group that it gets
    /// asks for debugpy.
    pub fn debug_port(&self) -> Option<u16> {
        let groups = self.settings.groups.iter().chain(&self.settings.dev_groups);
        let manifest = &self.package.manifest;
        let of_groups = groups.filter_map(|group| manifest.groups.get(&group.value));
        let of_groups = of_groups.flat_map(|group| &group.dependencies);
        let mut asked = manifest.main.iter().chain(of_groups);
        let is_there = asked.any(|dependency| dependency.name.value.as_str() == "debugpy");
        self.settings.debug_port.or(is_there.then_some(DEBUG_PORT))
    }

    /// What writes its lock. `None` where nothing says that it has one.
    pub fn manager(&self) -> Option<Manager> {
        let named = Manager::of(&self.package.manifest);
        named.or(self.settings.start.as_ref().map(|_| Manager::Poetry))
    }

    /// How it starts, or what is missing to say so.
    pub fn start(&self) -> Result<&Start, Problem> {
        let manifest = &self.package.manifest;
        self.settings.start.as_ref().ok_or_else(|| {
            let (message, place, fix) = match manifest.settings() {
                Some(table) => (
                    format!(
                        "`[tool.xtask]` of `{}` has neither `port` nor `command`",
                        manifest.source.path()
                    ),
                    table.place(),
                    "add `command` to the table, and `port` if it listens on one",
                ),
                None => (
                    format!("`{}` has no `[tool.xtask]` table", manifest.source.path()),
                    manifest.source.place(0..0),
                    "add `[tool.xtask]` with `command`, and `port` if it listens on one",
                ),
            };
            Problem::error(message)
                .at(place)
                .note("a service says there how its images start")
                .remedy(fix)
        })
    }
}

/// `None` where it is not a port, which is reported; `Some(None)` where there is none.
fn read_port(table: Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Option<Option<u16>> {
    let Some(node) = table.get(key) else {
        return Some(None);
    };
    let number = node.integer(problems)?;
    let port = u16::try_from(number.value).ok().filter(|port| *port > 0);
    if port.is_none() {
        problems.push(Problem::error(format!("{} is not a port: ports are 1 to 65535", number.value)).at(number.place));
    }
    port.map(Some)
}

fn read_command(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Vec<String>> {
    let Some(node) = table.get("command") else {
        problems.push(
            Problem::error("`command` is missing")
                .at(table.place())
                .remedy("add how the service starts, in exec form: `command = [\"python\", \"-m\", \"PACKAGE\"]`"),
        );
        return None;
    };
    let words: Vec<String> = node.strings(problems)?.into_iter().map(|word| word.value).collect();
    if words.is_empty() || words.iter().any(|word| word.contains('\0')) || words.first().is_some_and(String::is_empty) {
        problems.push(
            Problem::error("`command` is empty")
                .at(node.place())
                .remedy("write it in exec form: `[\"uvicorn\", \"…\"]`"),
        );
        return None;
    }
    Some(words)
}

/// The environment variables of a table's `env`.
pub(super) fn env_entries(table: Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Located<String>> {
    let mut env = BTreeMap::new();
    let Some(entries) = table.table("env", problems) else {
        return env;
    };
    for (key, node) in entries.entries() {
        let valid = key
            .value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !key.value.bytes().next().is_none_or(|byte| byte.is_ascii_digit());
        if !valid {
            problems.push(Problem::error(format!("`{}` is not an environment variable name", key.value)).at(key.place));
            continue;
        }
        if let Some(value) = node.string(problems) {
            if value.value.contains(['\n', '\r', '\0']) {
                problems.push(Problem::error("a value in `env` is one line").at(value.place));
                continue;
            }
            env.insert(key.value.to_owned(), value);
        }
    }
    env
}

fn check_group(group: &Located<String>, manifest: &Manifest, problems: &mut Vec<Problem>) {
    if group.value == MAIN || manifest.groups.contains_key(&group.value) {
        return;
    }
    let known: Vec<&str> = manifest.groups.keys().map(String::as_str).collect();
    problems.push(
        Problem::error(format!("dependency group `{}` does not exist", group.value))
            .at(group.place.clone())
            .remedy(format!("known groups are {}", super::toml::quoted(&known))),
    );
}
