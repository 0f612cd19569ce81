use super::{Command, GitPin, Input, LocalPackage, Pins, Step, Tools};
use diagnostics::Problem;
use formats::PackageName;
use repo::{
    BaseImage, Home, Package, Repo, RepoPath, Service, Surroundings, SystemPackages, User, manifest::Manifest, settings,
};
use requirements::Export;
use std::collections::BTreeMap;

/// What the images of one service are made of.
#[derive(Clone, Debug)]
pub struct ImageSpec {
    /// Where the settings are.
    pub home: Home,
    /// The normalised name.
    pub service: PackageName,
    /// The folder of the service.
    pub dir: RepoPath,
    /// What its pins are from.
    pub lock: RepoPath,
    /// As the manifest says; `None` when the build backend finds it.
    pub version: Option<String>,
    /// The licenses of its manifest, where that has an expression (SPDX).
    pub licenses: Option<String>,
    /// Where its source is, as the settings say.
    pub source: Option<String>,
    /// What both images start from, as `FROM` takes it.
    pub base_image: String,
    /// The version of Python, as major and minor number.
    pub python: (u64, u64),
    /// The user that containers run as.
    pub user: User,
    /// Where the production image takes libs from.
    pub lib_source: settings::LibSource,
    /// Of both images: what the settings say, where the service keeps its state, and what its command needs.
    pub env: BTreeMap<String, String>,
    /// The folder for what outlives a container, which the user owns, where the service keeps something.
    pub state: Option<&'static str>,
    /// Debian packages to install.
    pub system: SystemPackages,
    /// The requirement file of the build tools.
    pub tools: RepoPath,
    /// The requirement file of the main group, and of what the other groups add, where there are such groups.
    pub requirements: RepoPath,
    /// The requirement file of the development image.
    pub dev_requirements: Option<RepoPath>,
    /// The requirement file of the tests.
    pub test_requirements: Option<RepoPath>,
    /// The requirement file of the libs that come from an index.
    pub lib_requirements: Option<RepoPath>,
    /// The service itself, then its libs by name.
    pub packages: Vec<LocalPackage>,
    /// What the test stage copies: the manifest (its pytest settings) and the tests. Nothing where there is no test group.
    pub tests: Vec<Input>,
    /// What the container runs.
    pub command: Command,
    /// The command where no local package is installed.
    pub source_command: Command,
    /// Whether the development image starts the service over when a source changes: what does that is in its groups, or the
    /// program does it itself.
    pub reloads: bool,
    /// The port on which the service listens, if it does.
    pub port: Option<u16>,
    /// The path that answers 200 once the service is up.
    pub health: String,
    /// The port of the debugger in the development image, if that has one.
    pub debug_port: Option<u16>,
    /// Packages that are commits of git.
    pub git: Vec<GitPin>,
    /// Whether pins come from other indexes than the default one.
    pub has_indexes: bool,
}

/// Where containers keep what outlives them. A volume that is mounted there is the user's.
pub const STATE: &str = "/data";

impl ImageSpec {
    /// Describes the images of a service. What cannot be in an image is reported and left out; `None` where it is not said
    /// how the service starts.
    pub fn of(
        repo: &Repo,
        service: &Service,
        base: &BaseImage,
        (tools, pins): (&Tools, &Pins),
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let start = service.start().ok()?;
        let package = &service.package;
        let dir = &package.dir;
        let settings = &service.settings;
        let has = |export: &Export, step: Step, file: &str| {
            let is_needed = !export.pins.is_empty() || pins.git.iter().any(|pin| pin.step == step);
            is_needed.then(|| dir.child(file))
        };
        problems.extend(repo.libs_of(service).filter(|lib| lib.is_program).map(uninstallable));
        let packages: Vec<&Package> = std::iter::once(package).chain(repo.libs_of(service)).collect();
        let command = Command(start.command.clone());
        let kept = kept(service);
        Some(Self {
            home: repo.settings.home,
            service: package.name.clone(),
            dir: dir.clone(),
            lock: repo::lock::path(&repo.root, package),
            version: package.version.as_ref().map(|version| version.value.clone()),
            licenses: licenses(&package.manifest),
            source: repo.settings.source.as_ref().map(|source| source.value.clone()),
            base_image: reference(base, problems),
            python: base.python,
            user: repo.user_of(service).clone(),
            lib_source: repo.settings.lib_source,
            env: command
                .environment()
                .into_iter()
                .chain(kept)
                .chain(settings.env.clone())
                .collect(),
            state: state_folder(service),
            system: settings.system_packages.clone(),
            tools: tools.requirements.clone(),
            requirements: dir.child("requirements.txt"),
            dev_requirements: has(&pins.dev, Step::Dev, "requirements-dev.txt"),
            test_requirements: has(&pins.test, Step::Test, "requirements-test.txt"),
            lib_requirements: (!pins.libs.pins.is_empty()).then(|| dir.child("requirements-libs.txt")),
            packages: packages
                .into_iter()
                .map(|package| LocalPackage::read(repo, package, problems))
                .collect(),
            tests: tests(repo, service, problems),
            reloads: !command.needs_watchfiles() || pins.has_in_development("watchfiles"),
            command,
            source_command: Command::from_sources(package, start),
            port: start.port,
            health: settings.up.health.clone(),
            debug_port: service.debug_port(),
            git: pins.git.clone(),
            has_indexes: [&pins.main, &pins.dev, &pins.test]
                .iter()
                .any(|export| !export.indexes.is_empty()),
        })
    }

    /// The digest that the base image is pinned to.
    pub fn base_digest(&self) -> Option<&str> {
        self.base_image.split_once('@').map(|(_, digest)| digest)
    }

    /// The local packages whose wheels are built in the image: all, or only the service where libs come from an index. None is
    /// built of a program.
    pub fn wheels(&self) -> &[LocalPackage] {
        let first = usize::from(self.program().is_some());
        let last = match self.lib_source {
            settings::LibSource::Wheelhouse => self.packages.len(),
            settings::LibSource::Index => 1,
        };
        self.packages.get(first..last).unwrap_or_default()
    }

    /// The local packages that production installs: as wheels that are built in the image, or that an index holds.
    pub fn installed(&self) -> &[LocalPackage] {
        let first = usize::from(self.program().is_some());
        self.packages.get(first..).unwrap_or_default()
    }

    /// The packages of git that a step installs.
    pub fn git_of(&self, step: Step) -> impl Iterator<Item = &GitPin> {
        self.git.iter().filter(move |pin| pin.step == step)
    }

    /// The service itself, where no wheel is made of it.
    pub fn program(&self) -> Option<&LocalPackage> {
        self.packages.first().filter(|service| service.is_program)
    }

    /// The folders that Python imports local packages from in the development image: of the service first, then of its
    /// libs by name.
    pub fn import_roots(&self) -> Vec<RepoPath> {
        self.packages
            .iter()
            .flat_map(|package| package.import_roots.iter().cloned())
            .collect()
    }
}

/// A lib of which no wheel is made, so that nothing brings it into production.
fn uninstallable(lib: &Package) -> Problem {
    let manifest = lib.manifest.source.path();
    Problem::error(format!("the lib `{}` is not a package", lib.name))
        .at(lib.manifest.source.place(0..0))
        .note("production installs libs as wheels")
        .remedy(format!(
            "remove `package-mode = false` (Poetry), `package = false` (uv) or `distribution = false` (PDM) from `{manifest}`"
        ))
}

/// The folder of the image in which the service keeps its state, where it keeps something.
pub fn state_folder(service: &Service) -> Option<&'static str> {
    (!kept(service).is_empty()).then_some(STATE)
}

/// The variables that say where the service keeps its state, for a container.
fn kept(service: &Service) -> BTreeMap<String, String> {
    let surroundings = Surroundings {
        state: STATE.into(),
        ..Surroundings::default()
    };
    let of_state = service.settings.up.env.iter().filter(|(_, text)| text.is_of_state());
    of_state
        .map(|(name, text)| (name.clone(), text.render(&surroundings)))
        .collect()
}

fn licenses(manifest: &Manifest) -> Option<String> {
    let project = manifest.document.as_table().get("project")?;
    project.get("license")?.as_str().map(str::to_owned)
}

/// The reference stands unquoted in `FROM`.
fn reference(base: &BaseImage, problems: &mut Vec<Problem>) -> String {
    let reference = &base.reference;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:@".contains(&byte);
    if !reference.value.bytes().all(plain) {
        problems.push(
            Problem::error(format!("`{}` is not an image reference", reference.value)).at(reference.place.clone()),
        );
    }
    reference.value.clone()
}

/// The manifest, and the folders of tests that are there.
fn tests(repo: &Repo, service: &Service, problems: &mut Vec<Problem>) -> Vec<Input> {
    if service.settings.test_groups.is_empty() {
        return Vec::new();
    }
    let mut folders = service.package.test_folders();
    folders.retain(|folder| repo.root.has(folder));
    let paths = std::iter::once(service.package.dir.child("pyproject.toml")).chain(folders);
    paths
        .filter_map(|path| Input::read(&repo.root, &path, problems))
        .collect()
}
