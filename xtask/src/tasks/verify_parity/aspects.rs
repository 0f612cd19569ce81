//! What a repository holds that a rule can be about. A repository without a Tiltfile is not praised for its Tiltfile.

use std::{collections::HashSet, path::PathBuf};

use walkdir::WalkDir;

use crate::{
    repo::Repo,
    rules::{Aspect, RULES},
};

/// How deep a chart lies: `deploy/charts/NAME/Chart.yaml`.
const CHART_DEPTH: usize = 4;

pub fn looked_at(repo: &Repo) -> Vec<Aspect> {
    let has_rule = |aspect: &Aspect| RULES.iter().any(|rule| rule.aspect == *aspect);
    let aspects = Aspect::ALL.into_iter().filter(has_rule);
    aspects.filter(|aspect| is_there(repo, *aspect)).collect()
}

/// What rules of images are about.
pub fn of_images() -> Vec<Aspect> {
    let has_rule = |aspect: &Aspect| {
        let mut of_images = RULES.iter().filter(|rule| rule.check.of_images().is_some());
        of_images.any(|rule| rule.aspect == *aspect)
    };
    Aspect::ALL.into_iter().filter(has_rule).collect()
}

fn is_there(repo: &Repo, aspect: Aspect) -> bool {
    match aspect {
        Aspect::Files | Aspect::Base | Aspect::Lock | Aspect::Packages | Aspect::Libs | Aspect::Runtime => true,
        Aspect::Tilt => repo.root.join("Tiltfile").is_file(),
        Aspect::Chart => has_chart(repo),
        Aspect::Ci => repo.root.join(".github/workflows").is_dir(),
    }
}

fn has_chart(repo: &Repo) -> bool {
    let services = repo.services.iter().map(|service| &service.package);
    let packages: HashSet<PathBuf> = services
        .chain(&repo.libs)
        .map(|package| package.dir.under(&repo.root))
        .collect();
    let walk = WalkDir::new(&repo.root).max_depth(CHART_DEPTH).into_iter();
    let mut entries = walk.filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        let is_foreign = name.starts_with('.') || name == "node_modules" || name == "target";
        entry.depth() == 0 || !(is_foreign || packages.contains(entry.path()))
    });
    entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() == "Chart.yaml"))
}
