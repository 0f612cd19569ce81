//! One Dockerfile with a stage for each service: whose stage it is, the names tell.

use diagnostics::{Located, Source};

use super::{Build, Package, Repo, RepoPath, Root, Service, Tree, dockerfiles, found};

/// A named stage of a Dockerfile that lies in the folder of no service.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The Dockerfile.
    pub file: RepoPath,
    /// The stage, with its place.
    pub name: Located<String>,
}

/// Every stage that may be that of a service in one of these folders.
pub fn shared<'a>(root: &Root, tree: &Tree, folders: impl Iterator<Item = &'a RepoPath>) -> Vec<Stage> {
    let folders: Vec<&RepoPath> = folders.filter(|dir| **dir != RepoPath::root()).collect();
    let files = found::ours(tree).filter(|path| dockerfiles::is_dockerfile(path.file_name()));
    let files = files.filter(|path| !folders.iter().any(|dir| path.is_under(dir)));
    files.flat_map(|path| named(root, path)).collect()
}

/// The stage of a package, for production.
pub fn of<'a>(stages: &'a [Stage], dir: &RepoPath, name: &str) -> Option<&'a Stage> {
    stages.iter().find(|stage| is_named(dir, name, &stage.name.value))
}

/// Whether a stage is named after a package, or after its folder.
pub fn is_named(dir: &RepoPath, name: &str, stage: &str) -> bool {
    let stage = plain(stage);
    [dir.file_name(), name].iter().any(|known| plain(known) == stage)
}

/// Whether a stage is named after another service of the repository, and not after this one.
pub fn is_of_another(repo: &Repo, package: &Package, stage: &str) -> bool {
    let is_of = |package: &Package| is_named(&package.dir, package.name.as_str(), stage);
    let mut others = repo.services.iter().map(|service| &service.package);
    !is_of(package) && others.any(|other| other.dir != package.dir && is_of(other))
}

/// Lets services without a Dockerfile, and without a word of one in their settings, have the stages that are named after them.
pub(crate) fn assign(root: &Root, tree: &Tree, services: &mut [Service]) {
    let lacks = |service: &Service| {
        let said = &service.settings.dockerfiles;
        let is_said = said.dev.is_some() || said.prod.is_some();
        let mut files = tree.under(&service.package.dir).iter();
        !is_said && !files.any(|file| dockerfiles::is_dockerfile(file.file_name()))
    };
    let lacking: Vec<usize> = services
        .iter()
        .enumerate()
        .filter(|(_, service)| lacks(service))
        .map(|(at, _)| at)
        .collect();
    if lacking.is_empty() {
        return;
    }
    let stages = shared(root, tree, services.iter().map(|service| &service.package.dir));
    for at in lacking {
        let Some(service) = services.get_mut(at) else { continue };
        let package = &service.package;
        let build = |stage: &Stage| build(&package.dir, stage);
        let prod = of(&stages, &package.dir, package.name.as_str());
        let dev = stages.iter().find(|stage| {
            let name = plain(&stage.name.value);
            let rest = dockerfiles::DEVELOPMENT.iter().find_map(|word| {
                let behind = name.strip_suffix(word).and_then(|rest| rest.strip_suffix('-'));
                behind.or_else(|| name.strip_prefix(word)?.strip_prefix('-'))
            });
            rest.is_some_and(|rest| is_named(&package.dir, package.name.as_str(), rest))
        });
        let (dev, prod) = (dev.map(build), prod.map(build));
        service.settings.dockerfiles.dev = dev;
        service.settings.dockerfiles.prod = prod;
    }
}

/// As the settings of the service would say it.
fn build(dir: &RepoPath, stage: &Stage) -> Build {
    let up = vec![".."; dir.as_str().split('/').count()].join("/");
    let place = &stage.name.place;
    let located = |value: String| Located {
        value,
        place: place.clone(),
    };
    Build {
        file: Some(located(format!("{up}/{}", stage.file))),
        target: Some(stage.name.clone()),
        arguments: std::collections::BTreeMap::new(),
        context: Some(located(up)),
    }
}

/// The stages of a file that have names.
fn named(root: &Root, path: &RepoPath) -> Vec<Stage> {
    let text = root.text(path).unwrap_or_default();
    let source = Source::new(path.as_str(), text.as_str());
    let mut stages = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [from, .., r#as, name] = words.as_slice()
            && from.eq_ignore_ascii_case("FROM")
            && r#as.eq_ignore_ascii_case("AS")
        {
            let at = start + line.rfind(name).unwrap_or_default();
            stages.push(Stage {
                file: path.clone(),
                name: Located {
                    value: (*name).to_owned(),
                    place: source.place(at..at + name.len()),
                },
            });
        }
        start += line.len();
    }
    stages
}

fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}
