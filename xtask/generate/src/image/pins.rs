//! The third-party packages of a service's images, out of its lock.

use std::sync::Arc;

use super::{archives, published, secrets};
use diagnostics::{Place, Problem};
use formats::PackageName;
use python::marker::Marker;
use repo::{
    Package, Repo, Service,
    lock::{Lock, Manager},
    manifest::Manifest,
};
use requirements::{self, Export, Pin, PinSource, Selection};

/// A package that is a commit of git.
#[derive(Clone, Debug)]
pub struct GitPin {
    /// The normalised name.
    pub name: PackageName,
    /// What pip makes a wheel of: `NAME @ git+URL@COMMIT`.
    pub requirement: String,
    /// Where it is installed, as a marker; nothing where that is everywhere.
    pub marker: Option<String>,
    /// The requirement file beside which it is installed.
    pub step: Step,
}

/// The steps that install third-party packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// In both images.
    Main,
    /// In the development image.
    Dev,
    /// In the test stage.
    Test,
}

/// What is installed, by who installs it.
#[derive(Clone, Debug)]
pub struct Pins {
    /// In both images: the main group.
    pub main: Export,
    /// What the dev groups add to it; nothing when there are none.
    pub dev: Export,
    /// What the test groups add to it.
    pub test: Export,
    /// Packages that are commits of git, by the group that needs them: images build wheels of them.
    pub git: Vec<GitPin>,
    /// The libs, where the images take them from an index. Only production does: development runs their sources.
    pub libs: Export,
}

impl GitPin {
    fn of(pin: &Pin, step: Step, problems: &mut Vec<Problem>) -> Self {
        let requirement = pin.requirement();
        // It is an argument in quotes, of a shell and of an instruction.
        if requirement.contains(['\'', '"', '\\', '$']) || requirement.chars().any(char::is_control) {
            problems.push(
                Problem::error(format!(
                    "the address of `{}` has a character that a Dockerfile cannot contain",
                    pin.name
                ))
                .at(pin.place.clone()),
            );
        }
        Self {
            name: pin.name.clone(),
            requirement,
            marker: (pin.marker != Marker::TRUE).then(|| pin.marker.to_string()),
            step,
        }
    }
}

impl Pins {
    /// `None` where there is no lock to read them from.
    pub fn of(repo: &Repo, service: &Service, problems: &mut Vec<Problem>) -> Option<Self> {
        check_local(repo, service, problems);
        let manifest = &service.package.manifest;
        let lock = read_lock(repo, &service.package, problems)?;
        let named = |groups: &[diagnostics::Located<String>]| {
            Selection::of_groups(groups.iter().map(|group| group.value.as_str()))
        };
        let settings = &service.settings;
        let main = export(manifest, &lock, &named(&settings.groups), problems)?;
        let mut beyond = |selection| Some(export(manifest, &lock, &selection, problems)?.beyond(&main));
        let dev = beyond(named(&settings.dev_groups))?;
        let test = beyond(named(&settings.test_groups))?;
        let libs = published::pins(repo, service, problems);
        let (mut main, mut dev, mut test) = (main, dev, test);
        let mut git = Vec::new();
        for (export, step) in [(&mut main, Step::Main), (&mut dev, Step::Dev), (&mut test, Step::Test)] {
            git.extend(export.take_git().iter().map(|pin| GitPin::of(pin, step, problems)));
        }
        let pins = Self {
            main,
            dev,
            test,
            git,
            libs,
        };
        for export in [&pins.main, &pins.dev, &pins.test] {
            problems.extend(export.check_hashes());
            check_archives(export, problems);
            check_indexes(export, manifest, problems);
        }
        if let Ok(base) = repo.settings.base_image() {
            archives::check(&pins, &lock, base, &repo.settings.platforms, problems);
        }
        pins.check_debugger(service, lock.format.manager(), problems);
        Some(pins)
    }

    /// Whether the development image has a package.
    pub fn has_in_development(&self, name: &str) -> bool {
        [&self.dev, &self.main]
            .iter()
            .any(|export| export.pins.iter().any(|pin| pin.name.as_str() == name))
    }

    /// The development image starts the service under debugpy when its environment asks for that.
    fn check_debugger(&self, service: &Service, manager: Manager, problems: &mut Vec<Problem>) {
        if service.debug_port().is_none() || self.has_in_development("debugpy") {
            return;
        }
        let group = service.settings.dev_groups.first();
        let dir = &service.package.dir;
        let place = group.map(|group| group.place.clone());
        let group = group.map_or("dev", |group| group.value.as_str());
        problems.push(
            Problem::error(format!(
                "the dev groups of `{}` do not have `debugpy`",
                service.package.name
            ))
            .at(place.unwrap_or_else(|| Place::File(dir.child("pyproject.toml").to_string())))
            .note("the development image runs the service under it when `DEBUGPY_PORT` is set")
            .remedy(format!("run `{}`", manager.add_command(dir, Some(group), "debugpy"))),
        );
    }
}

/// The lock of a package.
pub fn read_lock(repo: &Repo, package: &Package, problems: &mut Vec<Problem>) -> Option<Arc<Lock>> {
    let lock = repo.lock_of(package).map_err(|found| problems.extend(found)).ok()?;
    if let Some(problem) = lock.source.check_line_ends() {
        problems.push(problem);
        return None;
    }
    Some(lock)
}

pub fn export(manifest: &Manifest, lock: &Lock, selection: &Selection, problems: &mut Vec<Problem>) -> Option<Export> {
    requirements::export(manifest, lock, selection)
        .map_err(|found| problems.extend(found))
        .ok()
}

/// The pin of a package, where there is one.
pub fn pin_of<'a>(export: &'a Export, name: &PackageName) -> Option<&'a requirements::Pin> {
    export.pins.iter().find(|pin| &pin.name == name)
}

/// Images hold the libs of the main group. One that only another group asks for would be missing where it is wanted.
fn check_local(repo: &Repo, service: &Service, problems: &mut Vec<Problem>) {
    let settings = &service.settings;
    for name in settings.dev_groups.iter().chain(&settings.test_groups) {
        let Some(group) = service.package.manifest.groups.get(&name.value) else {
            continue;
        };
        for dependency in &group.dependencies {
            let lib = &dependency.name.value;
            let is_local = dependency.path().is_some() || repo.lib_behind(&service.package, dependency).is_some();
            if !is_local || service.libs.contains(lib) {
                continue;
            }
            let place = dependency
                .path()
                .map_or_else(|| dependency.place(), |path| path.place.clone());
            problems.push(
                Problem::error(format!(
                    "`{lib}` is a path dependency only of the group `{}`",
                    name.value
                ))
                .at(place)
                .note("images contain the local packages of the main group")
                .remedy(to_main(repo, service, lib, &name.value)),
            );
        }
    }
}

fn to_main(repo: &Repo, service: &Service, lib: &PackageName, group: &str) -> String {
    let package = &service.package;
    let manifest = package.manifest.source.path();
    let relock = repo::lock::manager(&repo.root, package).lock_command(&package.dir);
    if package.manifest.has_project() {
        format!("move `{lib}` from the group `{group}` to the main dependencies of {manifest}, then run `{relock}`")
    } else {
        format!(
            "move `{lib}` from `[tool.poetry.group.{group}.dependencies]` to `[tool.poetry.dependencies]` of {manifest}, then run `{relock}`"
        )
    }
}

/// Without a caret, which would show the line, and with it the password, in the log of CI.
fn check_indexes(export: &Export, manifest: &Manifest, problems: &mut Vec<Problem>) {
    for index in &export.indexes {
        if let Err(why) = repo::lib_index::check_url(&index.url) {
            problems.push(
                Problem::error(why)
                    .at(Place::File(manifest.source.path().to_owned()))
                    .note("everyone with access to the repository or an image could read them")
                    .remedy(format!(
                        "remove them from the URL, revoke them, and pass new ones to builds in the environment variable `{}`, as the text of a .netrc file",
                        secrets::VARIABLE
                    )),
            );
        }
    }
}

/// An archive of the repository is not in the build context.
fn check_archives(export: &Export, problems: &mut Vec<Problem>) {
    for pin in &export.pins {
        match &pin.source {
            PinSource::File { path } => problems.push(
                Problem::error(format!(
                    "`{}` comes from the archive `{path}`, which is not available in any image",
                    pin.name
                ))
                .at(pin.place.clone())
                .remedy("publish it to an index, or make it a lib with a manifest"),
            ),
            PinSource::Default | PinSource::Index { .. } | PinSource::Git { .. } | PinSource::Url { .. } => {}
        }
    }
}
