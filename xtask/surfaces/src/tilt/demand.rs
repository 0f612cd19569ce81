use std::collections::BTreeMap;

use evidence::image::{Copied, Image};
use repo::{Package, Repo, RepoPath, Service};

/// What the Tiltfile has to say of one service: from the path dependencies of the repository, and from where the
/// development image has the sources.
#[derive(Clone, Debug)]
pub struct Demand<'a> {
    /// The service.
    pub service: &'a Service,
    /// The development Dockerfile.
    pub dockerfile: RepoPath,
    /// The stage of it that is the development image, where it has others.
    pub target: Option<String>,
    /// What it has to be built with to be that.
    pub arguments: BTreeMap<String, String>,
    /// The syncs that its build has to have.
    pub syncs: Vec<Pair<'a>>,
    /// The service and its libs.
    pub needed: Vec<&'a Package>,
    /// The libs that it does not need.
    pub unneeded: Vec<&'a Package>,
}

/// A folder or file of sources, and where the image has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The folder of the package that the sources belong to.
    pub package: &'a RepoPath,
    /// The path in the repository.
    pub local: RepoPath,
    /// The absolute path in the image.
    pub remote: String,
    /// All that a folder of sources holds, one level below it: whoever syncs each of these syncs the folder.
    pub parts: Vec<String>,
    /// The folders below it that hold modules.
    pub folders: Vec<RepoPath>,
}

impl<'a> Demand<'a> {
    /// What the Tiltfile has to say of a service whose development image is `dev`.
    pub fn of(repo: &'a Repo, service: &'a Service, dev: &Image) -> Self {
        let needed: Vec<&Package> = std::iter::once(&service.package).chain(repo.libs_of(service)).collect();
        let unneeded = repo
            .libs
            .iter()
            .filter(|lib| !service.libs.contains(&lib.name))
            .collect();
        let mut syncs: Vec<Pair<'a>> = Vec::new();
        for package in &needed {
            let copied = dev.copied.iter().map(|copied| &copied.what);
            let mut pairs: Vec<Pair<'a>> = copied.flat_map(|copied| pairs(package, copied)).collect();
            // What lies in the folder of a program is not all of it.
            pairs.retain(|pair| !package.is_program || pair.local == package.dir || package.runs_from(&pair.local));
            for pair in &mut pairs {
                pair.parts = parts(repo, &pair.local);
                pair.folders = folders(repo, &pair.local);
            }
            // Of several copies, the one that is imported is edited.
            if pairs.iter().any(|pair| is_imported(dev, pair)) {
                pairs.retain(|pair| is_imported(dev, pair));
            }
            for pair in pairs {
                if !syncs.contains(&pair) {
                    syncs.push(pair);
                }
            }
        }
        Self {
            service,
            dockerfile: dev.path.clone(),
            target: dev.target.clone(),
            arguments: dev.build_arguments.clone(),
            syncs,
            needed,
            unneeded,
        }
    }
}

/// Whether it lies on PYTHONPATH, or a folder of PYTHONPATH in it.
fn is_imported(dev: &Image, pair: &Pair<'_>) -> bool {
    let is_below = |path: &str, folder: &str| {
        let rest = path.strip_prefix(folder.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let path = dev.config.env.get("PYTHONPATH").map_or("", |path| path.value.as_str());
    let mut folders = path.split(':').filter(|folder| !folder.is_empty());
    folders.any(|folder| is_below(&pair.remote, folder) || is_below(folder, &pair.remote))
}

fn parts(repo: &Repo, folder: &RepoPath) -> Vec<String> {
    let files = repo.tree().under(folder).iter();
    let files = files.filter_map(|path| path.relative_to(folder));
    let mut parts: Vec<String> = files
        .filter(|path| !path.contains("__pycache__") && !path.contains(".egg-info/"))
        .filter_map(|path| path.split('/').next())
        .map(str::to_owned)
        .collect();
    parts.dedup();
    parts
}

/// Folders of a source folder that hold modules, and that are not of its tests.
fn folders(repo: &Repo, folder: &RepoPath) -> Vec<RepoPath> {
    let files = repo.tree().under(folder).iter();
    let modules = files.filter(|path| path.as_str().ends_with(".py"));
    let mut folders: Vec<RepoPath> = modules
        .map(RepoPath::parent)
        .filter(|parent| parent != folder)
        .collect();
    let is_for_tests = |path: &RepoPath| {
        let below = path.relative_to(folder).unwrap_or_default();
        below
            .split('/')
            .any(|part| matches!(part, "test" | "tests" | "testing"))
    };
    folders.retain(|path| !is_for_tests(path));
    folders.dedup();
    folders
}

/// The sources of a package that a `COPY` brings, and where.
fn pairs<'a>(package: &'a Package, copied: &Copied) -> Vec<Pair<'a>> {
    let Some(source) = &copied.source.path else {
        return Vec::new();
    };
    let destination = copied.destination.trim_end_matches('/');
    let pairs = |local: &RepoPath, there: &str| {
        let stands = copied.stands(there).into_iter();
        let pair = stands.filter_map(|(part, remote)| {
            Some(Pair {
                package: &package.dir,
                local: if part.is_empty() {
                    local.clone()
                } else {
                    local.join(&part)?
                },
                remote,
                parts: Vec::new(),
                folders: Vec::new(),
            })
        });
        pair.collect::<Vec<_>>()
    };
    let roots = package.run_roots.iter();
    let found = roots.filter_map(|root| {
        if source == root || source.is_under(root) {
            return Some(pairs(source, destination));
        }
        let below = root.relative_to(source)?;
        Some(pairs(root, &format!("{destination}/{below}")))
    });
    found.flatten().collect()
}
