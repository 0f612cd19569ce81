//! How compose files build the images of a service: which Dockerfile, stage and arguments each flavour has.

use std::collections::BTreeMap;

use evidence::{development, image::Target};
use repo::Root;
use repo::{Package, RepoPath, dockerfiles::Pair};
use surfaces::compose::{Build, Index, Purpose, Service as Composed, plain};

/// What one image is built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposeBuild {
    pub file: RepoPath,
    pub stage: Option<String>,
    pub arguments: BTreeMap<String, String>,
    pub context: Option<RepoPath>,
}

impl ComposeBuild {
    pub fn target(&self) -> Target {
        Target {
            stage: self.stage.clone(),
            arguments: self.arguments.clone(),
            context: self.context.clone(),
        }
    }
}

/// Of development and of production, as far as compose files say it with one voice.
pub fn builds(
    root: &Root,
    compose: &Index<'_>,
    package: &Package,
    files: &Pair,
) -> (Option<ComposeBuild>, Option<ComposeBuild>) {
    let (mut dev, mut prod) = (Vec::new(), Vec::new());
    for (project, service) in compose.near(package, package.name.as_str(), files.dev.iter().chain(&files.prod)) {
        let Some(build) = &service.build else { continue };
        if !is_of(build, &service.name.value, package, files) {
            continue;
        }
        let Some(build) = compose_build(build).filter(|build| root.has_file(&build.file)) else {
            continue;
        };
        match project.purpose {
            Purpose::Development => dev.push((true, service, build)),
            Purpose::Production => prod.push((true, service, build)),
            Purpose::Unsaid if is_development(service) => dev.push((false, service, build)),
            // Of a file whose name tells what it is for, it says the context.
            Purpose::Unsaid if files.dev.is_some() && files.prod.as_ref() == Some(&build.file) => {
                prod.push((false, service, build));
            }
            // `build: .` says no more than that there is a Dockerfile.
            Purpose::Unsaid if build.stage.is_none() && build.arguments.is_empty() => {}
            Purpose::Unsaid => prod.push((false, service, build)),
        }
    }
    let (dev, prod) = (one(dev, package), one(prod, package));
    // A file for production that builds what is for something else does not make production of it: a rule says so.
    let is_odd = |build: &ComposeBuild| {
        let is_shared = dev.as_ref() == Some(build) && (build.stage.is_some() || !build.arguments.is_empty());
        is_shared || is_aside(build)
    };
    let prod = prod.filter(|build| !is_odd(build));
    (dev, prod)
}

/// Whether the build is by its own words not the production one.
fn is_aside(build: &ComposeBuild) -> bool {
    let arguments = build.arguments.iter();
    let mut arguments = arguments.map(|(name, value)| (name.as_str(), value.as_str()));
    development::asked(build.stage.as_deref(), &mut arguments).is_some()
        || build.stage.as_deref().is_some_and(development::is_for_checks)
}

/// Whether a build is one of this package: by its Dockerfile; else by its folder, or by what compose calls it.
pub fn is_of(build: &Build, name: &str, package: &Package, files: &Pair) -> bool {
    let Some(file) = build.dockerfile() else { return false };
    let mut known = files.dev.iter().chain(&files.prod);
    if known.any(|known| *known == file) {
        return true;
    }
    let is_root = package.dir == RepoPath::root();
    let is_here = build.context.as_ref() == Some(&package.dir) || file.parent() == package.dir;
    (is_here && !is_root) || is_called(name, package)
}

/// Whether a name is that of the package, or of its folder.
pub fn is_called(name: &str, package: &Package) -> bool {
    plain(name) == package.name.as_str() || plain(name) == plain(package.dir.file_name())
}

/// Whether a service tells by itself that it is for development.
pub fn is_development(service: &Composed) -> bool {
    let build = service.build.as_ref();
    let file = build.and_then(|build| build.dockerfile.as_ref());
    let words = service.command.iter().chain(&service.entrypoint);
    service.asks_for_development().is_some()
        || file.is_some_and(|file| development::is_named(&file.value))
        || words
            .map(|words| &words.value)
            .any(|words| development::reloading(words).is_some())
}

pub fn compose_build(build: &Build) -> Option<ComposeBuild> {
    let is_known = |text: &String| !text.contains('*');
    let stage = build.target.as_ref().map(|target| target.value.clone());
    if stage.as_ref().is_some_and(|stage| !is_known(stage)) {
        return None;
    }
    let arguments = build.arguments.iter().filter(|(_, said)| is_known(&said.value));
    Some(ComposeBuild {
        file: build.dockerfile()?,
        stage,
        arguments: arguments
            .map(|(name, said)| (name.clone(), said.value.clone()))
            .collect(),
        context: build.context.clone(),
    })
}

/// The build that all of them name. Where they differ, that of files which say what they are for; then that of the service which is called
/// as the package is, then of the one that has ports. What is left in doubt is not guessed.
fn one(said: Vec<(bool, &Composed, ComposeBuild)>, package: &Package) -> Option<ComposeBuild> {
    let mut said = said;
    let prefer = |said: &mut Vec<(bool, &Composed, ComposeBuild)>,
                  is_better: &dyn Fn(&(bool, &Composed, ComposeBuild)) -> bool| {
        if said.iter().any(is_better) {
            said.retain(is_better);
        }
    };
    prefer(&mut said, &|(is_told, ..)| *is_told);
    if differ(&said) {
        prefer(&mut said, &|(_, service, _)| is_called(&service.name.value, package));
    }
    if differ(&said) {
        prefer(&mut said, &|(_, service, _)| !service.ports.is_empty());
    }
    let is_one = !differ(&said);
    said.into_iter().next().filter(|_| is_one).map(|(_, _, build)| build)
}

fn differ(said: &[(bool, &Composed, ComposeBuild)]) -> bool {
    said.windows(2).any(|two| two[0].2 != two[1].2)
}
