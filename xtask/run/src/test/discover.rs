//! Which tests the repository holds.

use std::collections::BTreeSet;

use walkdir::WalkDir;

use super::cargo::metadata;
pub use super::step::IMAGES;
use super::step::{APPLICATION, BROWSER, Kind, PythonTests, RUST, SLOW, Step};
use diagnostics::Problem;
use repo::{Package, Repo, RepoPath};

/// Every step, in the order in which they are started and shown: what takes longest first, the images last.
pub fn steps(repo: &Repo) -> Result<Vec<Step>, Problem> {
    let mut steps = Vec::new();
    let workspace = workspace(repo)?;
    let named = |name: &str, kind: Kind| Step {
        name: name.into(),
        kind,
    };
    if workspace.has_packages {
        steps.push(named(RUST, Kind::Rust));
    }
    let slow = workspace.untested.iter().filter(|name| *name != IMAGES);
    let slow: Vec<String> = slow.cloned().collect();
    if !slow.is_empty() {
        steps.push(named(SLOW, Kind::Slow(slow)));
    }
    for feature in &workspace.features {
        steps.push(named(feature, Kind::Feature(feature.clone())));
    }
    let services = repo.services.iter().map(|service| {
        let groups = &service.settings.test_groups;
        (
            &service.package,
            groups.iter().map(|group| group.value.clone()).collect(),
        )
    });
    for (package, groups) in repo.libs.iter().map(|lib| (lib, test_groups(lib))).chain(services) {
        let tests = PythonTests {
            import_roots: import_roots(repo, package, &groups),
            groups,
            has_tests: has_tests(repo, package),
            package: package.clone(),
        };
        let name = package.name.as_str();
        let taken = [RUST, SLOW, APPLICATION, BROWSER, IMAGES].contains(&name) || workspace.features.contains(name);
        let name = if taken {
            package.dir.as_str()
        } else {
            package.name.as_str()
        };
        steps.push(named(name, Kind::Python(Box::new(tests))));
    }
    let frontend = repo.settings.frontend.as_ref();
    if let Some(frontend) = frontend
        && frontend.test.is_some()
    {
        steps.push(named(&frontend.name, Kind::Frontend(Box::new(frontend.clone()))));
    }
    if repo.settings.application_test.is_some() {
        steps.push(named(APPLICATION, Kind::Application));
    }
    if let Some(frontend) = frontend
        && frontend.browser_test.is_some()
    {
        steps.push(named(BROWSER, Kind::Browser(Box::new(frontend.clone()))));
    }
    if workspace.tests_images {
        steps.push(named(IMAGES, Kind::Images));
    }
    Ok(steps)
}

/// What cargo says of the workspace.
#[derive(Default)]
pub struct Workspace {
    pub has_packages: bool,
    pub tests_images: bool,
    /// The test targets that `cargo test` leaves out unless it is told their name.
    pub untested: Vec<String>,
    /// The features that test targets require: what they bring takes long to build, so each is a step of its own.
    pub features: BTreeSet<String>,
}

pub fn workspace(repo: &Repo) -> Result<Workspace, Problem> {
    let Some(metadata) = metadata(&repo.root)? else {
        return Ok(Workspace::default());
    };
    let packages = metadata.workspace_packages();
    let targets = || {
        packages
            .iter()
            .flat_map(|package| &package.targets)
            .filter(|target| target.is_test())
    };
    let mut untested: Vec<String> = targets()
        .filter(|target| !target.test)
        .map(|target| target.name.clone())
        .collect();
    untested.sort();
    Ok(Workspace {
        has_packages: !packages.is_empty(),
        tests_images: targets().any(|target| target.name == IMAGES),
        untested,
        features: targets().flat_map(|target| target.required_features.clone()).collect(),
    })
}

/// The group `test`, or where there is none, the groups that bring pytest.
fn test_groups(package: &Package) -> Vec<String> {
    let groups = &package.manifest.groups;
    if groups.contains_key("test") {
        return vec!["test".into()];
    }
    let brings_pytest = groups.iter().filter(|(_, group)| {
        let mut names = group
            .dependencies
            .iter()
            .map(|dependency| dependency.name.value.as_str());
        names.any(|name| name == "pytest")
    });
    brings_pytest.map(|(name, _)| name.clone()).collect()
}

/// The import roots of the package and of every lib that its path dependencies lead to, those of the test groups
/// included. The model has checked the paths of the main group; another that leads nowhere shows when tests import it.
fn import_roots(repo: &Repo, package: &Package, groups: &[String]) -> Vec<RepoPath> {
    let of_groups = groups
        .iter()
        .filter_map(|name| package.manifest.groups.get(name))
        .flat_map(|group| &group.dependencies);
    let mut open: Vec<(&Package, Vec<_>)> = vec![(package, package.manifest.main.iter().chain(of_groups).collect())];
    let mut found = vec![package];
    while let Some((from, dependencies)) = open.pop() {
        for dependency in dependencies {
            let Some(lib) = repo.lib_behind(from, dependency) else {
                continue;
            };
            if found.iter().all(|known| known.dir != lib.dir) {
                found.push(lib);
                open.push((lib, lib.manifest.main.iter().collect()));
            }
        }
    }
    found[1..].sort_by(|a, b| a.name.cmp(&b.name));
    found.iter().flat_map(|package| package.run_roots.clone()).collect()
}

/// Whether the folder holds a file that pytest takes for tests by its name.
fn has_tests(repo: &Repo, package: &Package) -> bool {
    let is_hidden = |name: &str| name.starts_with('.') || name == "node_modules" || name == "__pycache__";
    let files = WalkDir::new(package.dir.under(&repo.root))
        .min_depth(1)
        .into_iter()
        .filter_entry(|entry| !entry.file_name().to_str().is_some_and(is_hidden));
    files.flatten().any(|entry| {
        let name = entry.file_name().to_str().unwrap_or_default();
        let stem = name.strip_suffix(".py").unwrap_or_default();
        stem.starts_with("test_") || stem.ends_with("_test")
    })
}
