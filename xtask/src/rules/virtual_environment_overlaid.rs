use std::collections::BTreeSet;

use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{Copied, Image, Reach},
    repo::RepoPath,
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "virtual-environment-overlaid",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "the virtual environment lies in a folder that sources are copied over",
    why: "a `.venv` of the machine that builds, made for another Python and another system, replaces that of the image",
    example: "ENV PATH=/app/.venv/bin:$PATH and COPY . /app, without `.venv` in the ignore file",
    fix: "keep the environment elsewhere, as in /opt/venv, or put `**/.venv` into the ignore file",
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
                found.push(
                    Problem::error(message)
                        .at(copied.place.clone())
                        .note(format!("`{there}` of whoever builds would lie there"))
                        .remedy(format!(
                            "add `**/{}` to the ignore file, or keep the environment in /opt/venv",
                            there.file_name()
                        )),
                );
            }
        }
    }
    found.dedup();
    found
}

fn holds_a_package(subject: &Subject<'_>, folder: &RepoPath) -> bool {
    let services = subject.repo.services.iter().map(|service| &service.package);
    let mut dirs = services.chain(&subject.repo.libs).map(|package| &package.dir);
    dirs.any(|dir| dir == folder || dir.is_under(folder))
}

/// What VIRTUAL_ENV says, and what of PATH looks like one.
fn environments(image: &Image) -> BTreeSet<String> {
    let named = image.env.get("VIRTUAL_ENV").map(|said| said.value.clone());
    let path = image.env.get("PATH").map_or("", |said| said.value.as_str());
    let on_path = path.split(':').filter_map(|entry| entry.strip_suffix("/bin"));
    let on_path = on_path.filter(|folder| folder.rsplit('/').next().is_some_and(|name| name.contains("venv")));
    named
        .into_iter()
        .chain(on_path.map(str::to_owned))
        .filter(|folder| folder.starts_with('/'))
        .collect()
}
