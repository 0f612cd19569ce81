//! Which service of the repository each service of a compose file runs, and what for.

use super::by_compose::{is_called, is_development, is_of};
use evidence::image::Image;
use facts::Subject;
use repo::{Package, Repo, RepoPath, stages};
use surfaces::compose::{Index, Mount, Project, Purpose, Run, Service};
use surfaces::reference;

/// Tells subjects what compose files run of them.
pub fn assign<'a>(projects: &'a [Project], subjects: &mut [Subject<'a>]) {
    let index = Index::of(projects);
    for subject in subjects.iter_mut() {
        let files = subject.dockerfiles.dev.iter().chain(&subject.dockerfiles.prod);
        let files = files.chain(subject.images().map(|image| &image.path));
        let near = index.near(&subject.service.package, subject.service.image(), files);
        let all = || near.iter().copied();
        let built: Vec<&str> = all()
            .filter(|(_, service)| is_built(service, subject))
            .map(|(_, service)| service.name.value.as_str())
            .collect();
        let runs = all().filter(|(_, service)| {
            // Where another file builds it, this one takes the image from elsewhere.
            let is_known = service.build.is_none() && built.contains(&service.name.value.as_str());
            is_built(service, subject) || is_known || is_image_of(service, subject)
        });
        let runs: Vec<(&Project, &Service)> = runs.collect();
        let purpose = |project: &Project, service: &Service| match project.purpose {
            Purpose::Unsaid => told(project, service, &runs, subject),
            said => said,
        };
        let runs = runs.iter().map(|(project, service)| Run {
            project,
            service,
            purpose: purpose(project, service),
            code: code(service, subject.repo),
            missing: missing(service, subject.repo),
        });
        subject.compose = runs.collect();
    }
    settle(subjects);
}

/// A file that runs production of one service is for production of all, though it may build another stage of some.
fn settle(subjects: &mut [Subject<'_>]) {
    let runs = subjects.iter().flat_map(|subject| &subject.compose);
    let produced = runs.filter(|run| run.project.purpose == Purpose::Unsaid && run.purpose == Purpose::Production);
    let produced: Vec<*const Project> = produced.map(|run| std::ptr::from_ref(run.project)).collect();
    for run in subjects.iter_mut().flat_map(|subject| &mut subject.compose) {
        if run.purpose == Purpose::Unsaid && produced.iter().any(|project| std::ptr::eq(*project, run.project)) {
            run.purpose = Purpose::Production;
        }
    }
}

/// Mounts of packages, and of what is imported out of them.
fn code<'a>(service: &'a Service, repo: &Repo) -> Vec<&'a Mount> {
    let is_code = |path: &RepoPath| {
        let services = repo.services.iter().map(|service| &service.package);
        let mut packages = services.chain(&repo.libs);
        let is_part = |package: &Package| path.is_under(&package.dir) && holds_modules(repo, path);
        packages.any(|package| package.dir == *path || package.dir.is_under(path) || is_part(package))
    };
    let mounts = service.mounts.iter();
    mounts
        .filter(|mount| mount.source.as_ref().is_some_and(is_code))
        .collect()
}

/// Whether it is a module, or a folder with some in it or in the folders of it.
fn holds_modules(repo: &Repo, path: &RepoPath) -> bool {
    let is_module = |file: &RepoPath| file.as_str().ends_with(".py");
    let is_near = |file: &RepoPath| {
        file.relative_to(path)
            .is_some_and(|inside| inside.matches('/').count() < 2)
    };
    let mut files = repo.tree().under(path).iter();
    (is_module(path) && repo.root.has_file(path)) || files.any(|file| is_module(file) && is_near(file))
}

/// The Dockerfile that is named and not there, in a folder that is: one that is not may be a submodule.
fn missing(service: &Service, repo: &Repo) -> Option<RepoPath> {
    let build = service.build.as_ref()?;
    let is_here = build
        .context
        .as_ref()
        .is_some_and(|context| repo.root.has_folder(context));
    build.dockerfile().filter(|file| is_here && !repo.root.has(file))
}

fn is_built(service: &Service, subject: &Subject<'_>) -> bool {
    let Some(build) = &service.build else { return false };
    // One Dockerfile may have a stage for each service.
    let target = build.target.as_ref().map(|target| target.value.as_str());
    if target.is_some_and(|stage| stages::is_of_another(subject.repo, &subject.service.package, stage)) {
        return false;
    }
    let file = build.dockerfile();
    let is_seen = subject.images().any(|image| file.as_ref() == Some(&image.path));
    is_seen
        || is_of(
            build,
            &service.name.value,
            &subject.service.package,
            &subject.dockerfiles,
        )
}

/// `registry/web:1`, of the service that is called so.
fn is_image_of(service: &Service, subject: &Subject<'_>) -> bool {
    let Some(image) = service.image.as_ref().filter(|_| service.build.is_none()) else {
        return false;
    };
    let last = image.value.rsplit('/').next().unwrap_or_default();
    let name = last.split([':', '@']).next().unwrap_or_default();
    // `redis` is the image of others, whatever a folder is called.
    let is_set = subject.service.settings.image.is_some() && name == reference::last(subject.service.image());
    image.value.contains('/') && (is_set || is_called(name, &subject.service.package))
}

/// What a file without a purpose runs: what is mounted, reloaded or built tells it.
fn told(project: &Project, service: &Service, runs: &[(&Project, &Service)], subject: &Subject<'_>) -> Purpose {
    if is_development(service) || builds(service, subject.dev.as_ref()) || !code(service, subject.repo).is_empty() {
        return Purpose::Development;
    }
    // The file beside it makes development of the same, and this one does not.
    let is_other = |(other, upper): &(&Project, &Service)| {
        other.purpose == Purpose::Development
            && other.files[0].parent() == project.files[0].parent()
            && upper.name.value == service.name.value
            && (builds(upper, subject.dev.as_ref()) || is_development(upper))
    };
    if builds(service, subject.prod.as_ref()) && runs.iter().any(is_other) {
        Purpose::Production
    } else {
        Purpose::Unsaid
    }
}

/// Whether it builds that image, as far as file and stage tell.
fn builds(service: &Service, image: Option<&Image>) -> bool {
    let (Some(build), Some(image)) = (&service.build, image) else {
        return false;
    };
    let target = build.target.as_ref().map(|target| target.value.as_str());
    let mut asked = image.build_arguments.iter();
    build.dockerfile().as_ref() == Some(&image.path)
        && target == image.target.as_deref()
        && asked.all(|(name, value)| build.arguments.get(name).is_some_and(|said| said.value == *value))
}
