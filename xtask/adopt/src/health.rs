//! The path that answers once a service is up.

use evidence::image::Image;
use facts::Subject;
use repo::{RepoPath, Root};

use crate::ByHand;

/// Where services usually say that they are well, the usual one of generated images first.
const HEALTH: [&str; 8] = [
    "/healthz",
    "/health",
    "/livez",
    "/health/live",
    "/api/health",
    "/api/healthz",
    "/ping",
    "/status",
];

/// The one that generated images ask without a setting.
pub(crate) const USUAL: &str = HEALTH[0];

/// The path that says that the service is well: as the image asks, or as its sources or those of its libs have it.
pub(crate) fn of(
    subject: &Subject<'_>,
    image: Option<&Image>,
    root: &Root,
    by_hand: &mut Vec<ByHand>,
) -> Option<String> {
    let commands = image
        .iter()
        .filter_map(|image| image.config.health.as_ref())
        .flat_map(|health| &health.commands);
    let asked = commands.flatten().find_map(|word| {
        let (_, rest) = word.split_once("://")?;
        let end = rest.find(['\'', '"', ' ', ')', ';', '|']).unwrap_or(rest.len());
        let path = rest[..end].split_once('/').map(|(_, path)| format!("/{path}"));
        path.filter(|path| path.len() > 1)
    });
    let package = &subject.service.package;
    let packages = || std::iter::once(package).chain(subject.repo.libs_of(subject.service));
    let repo = subject.repo;
    let is_of_another = |file: &RepoPath| {
        let others = repo.services.iter().map(|service| &service.package).chain(&repo.libs);
        let mut folders = others
            .map(|package| &package.dir)
            .filter(|dir| **dir != RepoPath::root());
        folders.any(|dir| file.is_under(dir))
    };
    // The folder itself as well: not every service is a package. Everything is below that of a project at the root.
    let is_source = |file: &RepoPath| {
        packages().any(|package| {
            let is_root = package.dir == RepoPath::root();
            let is_below = if is_root {
                !is_of_another(file)
            } else {
                file.is_under(&package.dir)
            };
            is_below || package.import_roots.iter().any(|root| file.is_under(root))
        })
    };
    let is_test = |file: &RepoPath| file.as_str().split('/').any(|part| part == "tests" || part == "test");
    let sources = || {
        let files = subject.repo.tree().files().iter();
        files.filter(|file| file.as_str().ends_with(".py") && !is_test(file) && is_source(file))
    };
    let written = || {
        let texts: Vec<String> = sources().filter_map(|file| root.text(file)).collect();
        let has = |path: &&str| {
            let mut texts = texts.iter();
            texts.any(|text| text.contains(&format!("\"{path}\"")) || text.contains(&format!("'{path}'")))
        };
        HEALTH.into_iter().find(has).map(str::to_owned)
    };
    let found = asked.or_else(written);
    if found.is_none() {
        by_hand.push(ByHand::new(
            format!("no file shows which path of `{}` answers when the service is up", package.name),
            format!("respond with 200 at `{USUAL}`, or set `up = {{ health = \"/…\" }}`: the health check of generated images requests it"),
            None,
        ));
    }
    found
}
