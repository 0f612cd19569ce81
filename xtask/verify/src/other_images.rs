//! Images that are built from the repository and belong to no service: that of the pages, and what compose files build besides.

use std::collections::{BTreeMap, BTreeSet};

use super::by_compose;
use diagnostics::Problem;
use evidence::{
    image::{Image, Target},
    loaded::Listed,
};
use facts::{OtherImage, Subject};
use formats::dockerfile::Dockerfile;
use repo::{Repo, RepoPath, dockerfiles};
use surfaces::{Surroundings, compose::Service};

/// Reads them, each once for each way to build it. What cannot be followed is left out: nothing is claimed about it.
pub fn read<'a>(repo: &'a Repo, subjects: &[Subject<'_>], surroundings: &'a Surroundings) -> Vec<OtherImage<'a>> {
    let mut of_services: BTreeSet<RepoPath> = BTreeSet::new();
    for subject in subjects {
        of_services.extend(subject.images().map(|image| image.path.clone()));
        of_services.extend(subject.dockerfiles.dev.iter().chain(&subject.dockerfiles.prod).cloned());
        let dockerfiles = repo.tree().under(&subject.service.package.dir).iter();
        let is_root = subject.service.package.dir == RepoPath::root();
        // What lies beside a service may be of it in a way that nobody sees.
        of_services.extend(
            dockerfiles
                .filter(|path| !is_root && dockerfiles::is_dockerfile(path.file_name()))
                .cloned(),
        );
    }
    let mut builds: BTreeMap<Key, (Target, Vec<&Service>)> = BTreeMap::new();
    if let Some(pages) = &repo.pages {
        let target = Target {
            context: Some(RepoPath::root()),
            ..Target::default()
        };
        builds.insert(key(&pages.dockerfile, &target), (target, Vec::new()));
    }
    for service in surroundings.compose.iter().flat_map(|project| &project.services) {
        let Some(build) = service.build.as_ref().and_then(by_compose::compose_build) else {
            continue;
        };
        let target = build.target();
        let known = builds.entry(key(&build.file, &target));
        known.or_insert_with(|| (target, Vec::new())).1.push(service);
    }
    let listed = Listed::of(repo);
    let others = builds
        .into_iter()
        .filter(|((path, ..), _)| !of_services.contains(path) && repo.root.has_file(path));
    let read = others.filter_map(|((path, ..), (target, runs))| {
        let mut unread: Vec<Problem> = Vec::new();
        let source = repo.root.source(&path).ok()?;
        let dockerfile = Dockerfile::read(&source, &mut unread);
        let image = Image::of((&repo.root, &repo.locks), &path, &dockerfile, &target, &mut unread)?;
        Some(OtherImage {
            repo,
            image,
            listed: listed.clone(),
            runs,
        })
    });
    read.collect()
}

/// What tells builds apart: the Dockerfile, the context and the stage.
type Key = (RepoPath, Option<RepoPath>, Option<String>);

fn key(path: &RepoPath, target: &Target) -> Key {
    (path.clone(), target.context.clone(), target.stage.clone())
}
