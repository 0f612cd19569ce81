use super::{Aspect, Check, Level, LockState, Rule, Subject};
use crate::{
    evidence::image::{By, Image, Install, is_path},
    repo::PackageName,
    report::{Problem, joined},
};

pub const RULE: Rule = Rule {
    id: "install-resolves",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a build chooses versions, instead of taking those of the lock",
    why: "two builds of one commit hold different packages",
    example: "RUN poetry update, RUN uv sync without --frozen, RUN pip install fastapi",
    fix: "install what is locked: exact versions, `poetry install`, `uv sync --frozen`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for install in subject
        .images()
        .flat_map(|image| &image.installs)
        .map(|install| &install.what)
    {
        match install.by {
            By::Resolver => {
                found.push(Problem::error("this chooses versions during the build").at(install.place.clone()))
            }
            By::Poetry | By::Uv if install.lock.is_some() => {}
            By::Poetry | By::Uv => found.extend(without_lock(subject, install)),
            By::Pip if install.is_offline => {}
            By::Pip => found.extend(unpinned(subject, install)),
        }
    }
    joined(found)
}

/// Poetry and uv resolve anew where they find no lock.
fn without_lock(subject: &Subject<'_>, install: &Install) -> Option<Problem> {
    let (program, lock) = match install.by {
        By::Uv => ("uv", "uv.lock"),
        By::Poetry | By::Pip | By::Resolver => ("Poetry", "poetry.lock"),
    };
    let project = install.project.as_ref().unwrap_or(&subject.service.package.dir);
    let path = project.child(lock);
    let is_there = path.under(&subject.repo.root).is_file();
    // That the lock is absent, and that a COPY of it brings nothing, are other rules.
    let is_absent = !is_there && matches!(subject.lock, LockState::Missing);
    let mut unmet = subject.images().flat_map(Image::unmet);
    if is_absent || unmet.any(|copied| copied.meant().as_ref() == Some(&path)) {
        return None;
    }
    let problem = Problem::error(format!(
        "no `{lock}` is copied beside the manifest, so {program} chooses versions"
    ));
    let ignored = subject
        .images()
        .flat_map(|image| image.copied.iter().chain(&image.mounted))
        .filter_map(|copied| copied.what.ignored(&path));
    let problem = match ignored.last() {
        Some(place) => problem
            .at(install.place.clone())
            .at(place.clone().label("kept out here")),
        None => problem.at(install.place.clone()),
    };
    Some(match is_there {
        true => problem.remedy(format!("copy `{path}` beside `pyproject.toml` before it")),
        false => problem.remedy(format!("lock the versions, and commit `{path}`")),
    })
}

fn unpinned(subject: &Subject<'_>, install: &Install) -> Vec<Problem> {
    let named = install
        .packages
        .iter()
        .filter(|package| !package.contains("==") && !is_path(package) && !package.contains("://"));
    let branches = install
        .packages
        .iter()
        .filter(|package| is_of_branch(package))
        .map(|package| {
            Problem::error(format!("`{package}` is whatever its branch holds on that day"))
                .at(install.place.clone())
                .remedy("name a commit behind the address: `git+https://…@COMMIT`")
        });
    let listed_branches = install
        .files
        .iter()
        .filter_map(|file| subject.requirements.get(file.path.as_ref()?))
        .flat_map(|file| &file.checkouts)
        .filter(|checkout| is_of_branch(&checkout.value) || !is_commit(&checkout.value))
        .map(|checkout| {
            Problem::error(format!("`{}` is whatever its branch holds on that day", checkout.value))
                .at(checkout.place.clone())
                .at(install.place.clone().label("installed here"))
                .remedy("name a commit behind the address, or a released version: `git+https://…@COMMIT`")
        });
    let named =
        named.map(|package| Problem::error(format!("`{package}` has no exact version")).at(install.place.clone()));
    let files = install
        .files
        .iter()
        .filter_map(|file| subject.requirements.get(file.path.as_ref()?));
    // A constraint file chooses, too.
    let constrained: Vec<&PackageName> = install
        .constraints
        .iter()
        .filter_map(|file| subject.requirements.get(file.path.as_ref()?))
        .flat_map(|file| &file.entries)
        .filter(|entry| entry.is_pinned)
        .map(|entry| &entry.name.value)
        .collect();
    let entries = files
        .flat_map(|file| &file.entries)
        .filter(|entry| !entry.is_pinned && !constrained.contains(&&entry.name.value));
    let listed = entries.map(|entry| {
        Problem::error(format!("`{}` has no exact version", entry.name.value))
            .at(entry.name.place.clone())
            .at(install.place.clone().label("installed here"))
    });
    named
        .chain(branches)
        .chain(listed_branches)
        .chain(listed)
        .chain(needs_of_local(subject, install))
        .collect()
}

/// Whether it comes out of a repository of git, and nothing says of which commit.
fn is_of_branch(package: &str) -> bool {
    let last = package.rsplit('/').next().unwrap_or_default();
    package.contains("git+") && !last.split('#').next().unwrap_or_default().contains('@')
}

/// `…@0123abc`, up to 40 hexadecimal digits.
fn is_commit(address: &str) -> bool {
    let said = address.split('#').next().unwrap_or_default();
    let reference = said.rsplit_once('@').map_or("", |(_, reference)| reference);
    reference.len() >= 7 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `pip install .` asks for what the package needs, by range, unless it is told not to or all of it is there already.
fn needs_of_local(subject: &Subject<'_>, install: &Install) -> Option<Problem> {
    let local = install
        .local
        .first()
        .filter(|_| !install.is_alone && install.files.is_empty())?;
    let image = subject
        .images()
        .find(|image| image.installs.iter().any(|other| other.what.place == install.place))?;
    let before = image
        .installs
        .iter()
        .map(|other| &other.what)
        .take_while(|other| other.place != install.place);
    let mut filling = before.filter(|other| {
        other.prefix == install.prefix && (!other.files.is_empty() || matches!(other.by, By::Poetry | By::Uv))
    });
    if filling.next().is_some() {
        return None;
    }
    let message = format!("what `{}` needs is chosen when it is installed", local.path);
    Some(
        Problem::error(message)
            .at(install.place.clone())
            .remedy("install the locked packages first, and this with `--no-deps`"),
    )
}
