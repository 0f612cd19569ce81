use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use repo::{
    lock::{LockedPackage, LockedSource, Manager},
    settings::LibSource,
};

pub const RULE: Rule = Rule {
    id: "lock-leads-elsewhere",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "a lock takes a package from a folder of one machine or from a git repository that no manifest names, or a lib of the repository from an index",
    why: "the lock then installs something else than the code of this commit, or nothing at all on another machine",
    example: "url = \"/home/me/project/libs/core\" in poetry.lock",
    fix: "declare the lib with a relative path in the manifest, and lock again",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(lock) = subject.lock.any() else {
        return Vec::new();
    };
    let is_from_index = matches!(subject.repo.settings.lib_source, LibSource::Index);
    // What Poetry locks from an index in place of a folder is not of its manifest, which is another rule.
    let asks = subject.lock().is_some() && !is_from_index && lock.format.manager() != Manager::Poetry;
    let is_lib = |package: &&LockedPackage| subject.repo.libs.iter().any(|lib| lib.name == package.name);
    let mut found = Vec::new();
    for package in &lock.packages {
        match &package.source {
            LockedSource::Directory { path, .. } | LockedSource::File { path } if is_of_a_machine(path) => {
                let message = format!(
                    "`{}` is locked at `{path}`, which exists only on one machine",
                    package.name
                );
                let problem = Problem::error(message).at(package.version.place.clone());
                found.push(problem.remedy(format!(
                    "name it by a relative path, and {}",
                    subject.relock(&subject.service.package)
                )));
            }
            LockedSource::Default | LockedSource::Index { .. } if asks && is_lib(&package) => {
                let message = format!(
                    "`{}` is a lib of the repository, but the lock takes it from an index",
                    package.name
                );
                // Both images get what was published: they are alike, and lack what was changed since.
                let problem = Problem::warning(message).at(package.version.place.clone());
                found.push(problem.remedy(format!(
                    "name it by its path, and {}",
                    subject.relock(&subject.service.package)
                )));
            }
            LockedSource::Git { url, .. } if !may_ask_for_git(subject, package) => {
                let message = format!(
                    "`{}` is locked from the repository `{url}`, which no manifest asks for",
                    package.name
                );
                let problem = Problem::error(message).at(package.version.place.clone());
                found.push(problem.remedy(format!(
                    "name the repository in the manifest, or {}",
                    subject.relock(&subject.service.package)
                )));
            }
            LockedSource::Default
            | LockedSource::Index { .. }
            | LockedSource::Git { .. }
            | LockedSource::Url { .. }
            | LockedSource::File { .. }
            | LockedSource::Directory { .. } => {}
        }
    }
    found
}

/// `/home/me`, `C:\\Users`, `~`.
fn is_of_a_machine(path: &str) -> bool {
    let path = path.strip_prefix("file://").unwrap_or(path);
    path.starts_with(['/', '~']) || path.as_bytes().get(1) == Some(&b':')
}

/// Whether a package may come from git: a manifest of the repository says so, or another package from git, whose manifest nobody reads.
fn may_ask_for_git(subject: &Subject<'_>, package: &LockedPackage) -> bool {
    let is_of_git = |other: &LockedPackage| {
        let is_listed = matches!(
            other.source,
            LockedSource::Git { .. } | LockedSource::Url { .. } | LockedSource::Directory { .. }
        );
        is_listed && other.name != package.name && subject.repo.libs.iter().all(|lib| lib.name != other.name)
    };
    let packages = std::iter::once(&subject.service.package).chain(&subject.repo.libs);
    let mut texts = packages.map(|package| package.manifest.source.text());
    let is_declared = texts.any(|text| text.contains("git+") || text.contains("git ="));
    let is_of_another = subject
        .lock
        .any()
        .is_some_and(|lock| lock.packages.iter().any(is_of_git));
    is_declared || is_of_another
}
