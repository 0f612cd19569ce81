use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::image::{By, Copied, Image, Reach};
use facts::Subject;
use repo::RepoPath;
use surfaces::compose::Purpose;

pub const RULE: Rule = Rule {
    id: "virtual-environment-overlaid",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "sources are copied or mounted over the folder of the virtual environment",
    why: "a `.venv` of the build machine, for a different Python and platform, replaces the one in the image",
    example: "ENV PATH=/app/.venv/bin:$PATH and COPY . /app, without `.venv` in the ignore file; or `volumes: [.:/app]` in compose.yaml",
    fix: "create the environment in a different folder such as /opt/venv, or add `**/.venv` to the ignore file",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        for environment in environments(image) {
            // A stage that builds may hold it too, and hand it on.
            let holds = |copied: &Copied| {
                copied
                    .environments
                    .iter()
                    .any(|path| path.trim_end_matches('/') == environment)
            };
            let copies = image.copied.iter();
            let copies = copies.filter(|copied| copied.reach <= Reach::Copied || holds(&copied.what));
            for copied in copies.map(|copied| &copied.what) {
                let folder = copied.destination.trim_end_matches('/');
                let below = environment.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
                let (Some(below), Some(source)) = (below, &copied.source.path) else {
                    continue;
                };
                if is_made_later(image, &environment, copied) {
                    continue;
                }
                // A file is copied beside the environment, and not over it.
                if !holds_a_package(subject, source) {
                    continue;
                }
                let Some(there) = source.join(below) else { continue };
                if !image.context.sends(&there) {
                    continue;
                }
                let message = format!(
                    "`{environment}` is the virtual environment, and `{}` is copied over it",
                    copied.source.written
                );
                let problem = if is_synced_later(image, &environment, copied) {
                    Problem::warning(message).note("`uv sync` makes it again only where that one does not work here")
                } else {
                    Problem::error(message)
                };
                found.push(
                    problem
                        .at(copied.place.clone())
                        .note(format!("`{there}` of the build machine would be there"))
                        .remedy(format!(
                            "add `**/{}` to the ignore file, or keep the environment in /opt/venv",
                            there.file_name()
                        )),
                );
            }
        }
    }
    found.extend(mounted(subject));
    found
}

/// Whether the environment is made below the copy: then nothing lies over it. What an ignore file should keep out is another rule.
fn is_made_later(image: &Image, environment: &str, copied: &Copied) -> bool {
    let mut made = image.environments.iter();
    let made = made.find(|made| made.value.trim_end_matches('/') == environment);
    made.is_some_and(|made| is_below(&made.place, &copied.place))
}

/// Whether uv installs into it below the copy: it makes an environment again that does not work, and takes out what is not locked.
fn is_synced_later(image: &Image, environment: &str, copied: &Copied) -> bool {
    let mut installs = image.installs.iter().map(|install| &install.what);
    installs.any(|install| {
        let is_sync = matches!(install.by, By::Uv | By::Resolver) && install.folder.is_some();
        is_sync && install.prefix.trim_end_matches('/') == environment && is_below(&install.place, &copied.place)
    })
}

/// Whether one place is below another in one file.
fn is_below(place: &Place, other: &Place) -> bool {
    match (place.text(), other.text()) {
        (Some((file, at)), Some((of_other, above))) => file.path() == of_other.path() && above.start < at.start,
        (_, _) => false,
    }
}

/// Folders of the repository that compose mounts over an environment. A volume at the environment keeps it.
fn mounted<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = Problem> + 'a {
    subject.compose.iter().flat_map(|run| {
        let image = match run.purpose {
            Purpose::Development => subject.dev.as_ref().or(subject.prod.as_ref()),
            Purpose::Production | Purpose::Unsaid => subject.prod.as_ref(),
        };
        let environments = image.map(all_environments).unwrap_or_default();
        environments.into_iter().filter_map(|environment| {
            let mounts = run.service.mounts.iter().filter(|mount| is_above(&mount.target, &environment));
            // The deepest is what is seen.
            let mount = mounts.max_by_key(|mount| mount.target.len())?;
            let source = mount.source.as_ref().filter(|_| mount.target != environment)?;
            let message = format!(
                "`{environment}` is the virtual environment, and {} mounts `{}` over it",
                run.name(),
                source.shown()
            );
            Some(Problem::error(message).at(mount.place.clone()).remedy(format!(
                "add `- {environment}` to these volumes, which keeps the environment of the image, or keep the environment in /opt/venv"
            )))
        })
    })
}

/// Those that PATH leads to, and those that a command of the image makes and the image starts from.
fn all_environments(image: &Image) -> BTreeSet<String> {
    let made = image
        .environments
        .iter()
        .map(|made| made.value.trim_end_matches('/').to_owned());
    let own =
        made.filter(|path| path.starts_with('/') && path.rsplit('/').next().is_some_and(|name| name.contains("venv")));
    own.chain(environments(image)).collect()
}

fn is_above(folder: &str, path: &str) -> bool {
    let below = path.strip_prefix(folder.trim_end_matches('/'));
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

fn holds_a_package(subject: &Subject<'_>, folder: &RepoPath) -> bool {
    let services = subject.repo.services.iter().map(|service| &service.package);
    let mut dirs = services.chain(&subject.repo.libs).map(|package| &package.dir);
    dirs.any(|dir| dir == folder || dir.is_under(folder))
}

/// What VIRTUAL_ENV says, and what of PATH looks like one.
fn environments(image: &Image) -> BTreeSet<String> {
    let named = image.config.env.get("VIRTUAL_ENV").map(|said| said.value.clone());
    let path = image.config.env.get("PATH").map_or("", |said| said.value.as_str());
    let on_path = path.split(':').filter_map(|entry| entry.strip_suffix("/bin"));
    let on_path = on_path.filter(|folder| folder.rsplit('/').next().is_some_and(|name| name.contains("venv")));
    named
        .into_iter()
        .chain(on_path.map(str::to_owned))
        .filter(|folder| folder.starts_with('/'))
        .collect()
}
