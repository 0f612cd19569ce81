//! What a build is given and no layer keeps: credentials, as a file in the form of .netrc.

use repo::{Repo, Service, lock::LockedSource, settings::LibSource};

/// For the package indexes of third-party packages.
pub const INDEX: &str = "index";
/// For the repositories of packages that are commits of git.
pub const GIT: &str = "git";
/// For the index of the libs.
pub const LIB_INDEX: &str = "lib-index";

/// The environment variable with the text of such a file, which `docker-bake.json` and the compose files give to builds. Where it is
/// not set, builds get an empty file.
pub const VARIABLE: &str = "BUILD_NETRC";

/// The secrets that steps of the images of a service ask for.
pub fn of(repo: &Repo, service: &Service) -> Vec<&'static str> {
    // A lock that cannot be read is reported by who draws the Dockerfiles.
    let lock = repo.lock_of(&service.package).ok();
    let has = |is_meant: fn(&LockedSource) -> bool| {
        let mut packages = lock.iter().flat_map(|lock| &lock.packages);
        packages.any(|package| !package.groups.is_empty() && is_meant(&package.source))
    };
    let is_of_index = |source: &LockedSource| matches!(source, LockedSource::Index { .. });
    let is_of_git = |source: &LockedSource| matches!(source, LockedSource::Git { .. });
    let libs = repo.settings.lib_source == LibSource::Index && !service.libs.is_empty();
    [(INDEX, has(is_of_index)), (GIT, has(is_of_git)), (LIB_INDEX, libs)]
        .into_iter()
        .filter_map(|(id, is_needed)| is_needed.then_some(id))
        .collect()
}
