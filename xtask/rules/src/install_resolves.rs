use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{By, Image, Install, WhenStale, is_path};
use facts::{LockState, Subject, build_tools::is_tool, own_code::OwnCode, together::some};
use formats::{PackageName, requirements::Entry};
use repo::{Package, RepoPath, lock::Manager, toml::quoted};

pub const RULE: Rule = Rule {
    id: "install-resolves",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a build resolves versions instead of installing the locked ones",
    why: "two builds of one commit can contain different packages",
    example: "RUN poetry update, RUN uv sync without --frozen, RUN pipenv install without --deploy, RUN pip install fastapi",
    fix: "install the locked versions: exact pins, `poetry install`, `uv sync --frozen`, `pipenv sync`, `pdm sync`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for install in subject
        .images()
        .flat_map(|image| &image.installs)
        .map(|install| &install.what)
    {
        found.extend(install.falls_back.iter().map(|place| {
            Problem::warning("this chooses versions where the install before it fails")
                .at(place.clone())
                .at(install.place.clone().label("the install"))
                .remedy("let the build fail: remove `||` and what follows it")
        }));
        match install.by {
            By::Resolver if install.lock.is_some() => found.push(
                Problem::error("this locks again if the manifest has changed")
                    .at(install.place.clone())
                    .remedy("add `--locked`, which fails instead, or `--frozen`"),
            ),
            By::Resolver => {
                found.push(Problem::error("this resolves versions during the build").at(install.place.clone()))
            }
            By::Poetry | By::Uv | By::Pipenv | By::Pdm => match &install.lock {
                Some(lock) if install.when_stale == Some(WhenStale::LocksAnew) => found.extend(unheld(install, lock)),
                Some(_) => {}
                None => found.extend(without_lock(subject, install)),
            },
            By::Pip if install.is_offline => {}
            By::Pip => found.extend(unpinned(subject, install)),
        }
    }
    found
}

/// Poetry and uv resolve again where they find no lock.
fn without_lock(subject: &Subject<'_>, install: &Install) -> Option<Problem> {
    let manager = install.by.manager()?;
    let (program, lock) = (manager.title(), manager.file());
    let project = install.project.as_ref().unwrap_or(&subject.service.package.dir);
    let path = project.child(lock);
    let is_there = subject.repo.root.is_file(&path);
    // That the lock is absent, and that a COPY of it brings nothing, are other rules.
    let is_absent = !is_there && matches!(subject.lock, LockState::Missing);
    let mut unmet = subject.images().flat_map(Image::unmet);
    if is_absent || unmet.any(|copied| copied.meant().as_ref() == Some(&path)) {
        return None;
    }
    let (_, manifest) = manager.main_table();
    // Told to keep to the lock, uv, Pipenv and PDM end where there is none. A `uv sync` that is not told is another kind of install.
    let outcome = match manager {
        Manager::Uv => "so this step fails".to_owned(),
        Manager::Pipenv | Manager::Pdm if install.when_stale != Some(WhenStale::LocksAnew) => {
            "so this step fails".to_owned()
        }
        Manager::Poetry | Manager::Pipenv | Manager::Pdm | Manager::Pylock => {
            format!("so {program} resolves versions")
        }
    };
    let problem = Problem::error(format!("no `{lock}` is copied beside the manifest, {outcome}"));
    let mut ignored = subject.images().filter_map(|image| image.ignored(&path));
    let problem = match ignored.next() {
        Some(place) => problem
            .at(install.place.clone())
            .at(place.clone().label("excluded here")),
        None => problem.at(install.place.clone()),
    };
    Some(if is_there {
        problem.remedy(format!("copy `{path}` beside `{manifest}` before it"))
    } else {
        problem.remedy(format!("lock the versions, and commit `{path}`"))
    })
}

/// Nothing on the command line keeps to the lock.
fn unheld(install: &Install, lock: &RepoPath) -> Option<Problem> {
    let (manifest, remedy) = match install.by {
        By::Pipenv => (
            "Pipfile",
            "add `--deploy`, which then fails, or run `pipenv verify && pipenv sync`",
        ),
        By::Pdm => ("manifest", "add `--check`, which then fails, or run `pdm sync`"),
        By::Pip | By::Poetry | By::Uv | By::Resolver => return None,
    };
    let problem = Problem::error(format!(
        "this resolves versions again if `{lock}` does not match the {manifest}"
    ));
    Some(problem.at(install.place.clone()).remedy(remedy))
}

fn unpinned(subject: &Subject<'_>, install: &Install) -> Vec<Problem> {
    let named = install
        .packages
        .iter()
        .map(String::as_str)
        .filter(|package| !package.contains("==") && !is_path(package) && !package.contains("://"));
    let branches = install
        .packages
        .iter()
        .filter(|package| is_of_branch(package))
        .map(|package| {
            Problem::error(format!(
                "`{package}` is whatever its branch contains on the day of the build"
            ))
            .at(install.place.clone())
            .remedy("name a commit after the address: `git+https://…@COMMIT`")
        });
    let listed_branches = install
        .files
        .iter()
        .filter_map(|file| subject.requirements.get(file.path.as_ref()?))
        .flat_map(|file| &file.checkouts)
        .filter(|checkout| is_of_branch(&checkout.value))
        .map(|checkout| {
            Problem::error(format!(
                "`{}` is whatever its branch contains on the day of the build",
                checkout.value
            ))
            .at(checkout.place.clone())
            .at(install.place.clone().label("installed here"))
            .remedy("name a commit after the address, or a released version: `git+https://…@COMMIT`")
        });
    let named = unversioned(subject, install, &named.collect::<Vec<_>>());
    let files = install
        .files
        .iter()
        .filter_map(|file| subject.requirements.get(file.path.as_ref()?));
    // A constraint file chooses, too.
    let is_constrained_elsewhere = install.constraints.iter().any(|file| file.path.is_none());
    let constrained: Vec<&PackageName> = install
        .constraints
        .iter()
        .filter_map(|file| subject.requirements.get(file.path.as_ref()?))
        .flat_map(|file| &file.entries)
        .filter(|entry| entry.is_pinned)
        .map(|entry| &entry.name.value)
        .collect();
    // One file is fixed at once.
    // Of a file on the web nobody can tell which packages it has.
    let listed = files.filter(|_| !is_constrained_elsewhere).filter_map(|file| {
        let mut entries = file.entries.iter();
        let first = entries.find(|entry| chooses(entry, &constrained))?;
        let all = std::iter::once(first).chain(entries.filter(|entry| chooses(entry, &constrained)));
        let names: Vec<&PackageName> = all.map(|entry| &entry.name.value).collect();
        let verb = if names.len() == 1 { "has" } else { "have" };
        Some(
            Problem::error(format!("{} {verb} no exact version", some(&names)))
                .at(first.name.place.clone())
                .at(install.place.clone().label("installed here")),
        )
    });
    let named = named.into_iter();
    named
        .chain(branches)
        .chain(listed_branches)
        .chain(listed)
        .chain(needs_of_local(subject, install))
        .chain(needs_of_wheels(subject, install))
        .collect()
}

/// They come with Python, or with what makes environments.
const INSTALLERS: [&str; 3] = ["pip", "virtualenv", "wheel"];

/// One command line is fixed at once. What no lock holds, as a tool that installs, cannot be taken from one.
fn unversioned(subject: &Subject<'_>, install: &Install, packages: &[&str]) -> Option<Problem> {
    let name = |package: &&str| {
        package
            .split(['[', '<', '>', '~', '!', ' '])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let names: Vec<String> = packages.iter().map(name).collect();
    let verb = if names.len() == 1 { "has" } else { "have" };
    let first = names.first()?;
    let message = format!("{} {verb} no exact version", quoted(packages));
    // What only installs is nothing that the service runs.
    let only_installs = names
        .iter()
        .all(|name| INSTALLERS.contains(&name.as_str()) || is_tool(name));
    let problem = if only_installs {
        Problem::warning(message)
    } else {
        Problem::error(message)
    };
    let problem = problem.at(install.place.clone());
    let is_locked = |name: &String| {
        let lock = subject.lock().into_iter().flat_map(|lock| &lock.packages);
        lock.map(|package| &package.name)
            .any(|locked| PackageName::parse(name).as_ref() == Some(locked))
    };
    if names.iter().any(is_locked) {
        Some(problem)
    } else {
        Some(problem.remedy(format!("name the version: `{first}==VERSION`")))
    }
}

fn chooses(entry: &Entry, constrained: &[&PackageName]) -> bool {
    !entry.is_pinned && !constrained.contains(&&entry.name.value)
}

/// Whether it comes out of a repository of git, and nothing says of which commit or release: a branch has a name without
/// digits.
fn is_of_branch(package: &str) -> bool {
    let Some((_, address)) = package.split_once("git+") else {
        return false;
    };
    let address = address.split('#').next().unwrap_or_default();
    // One before the host is of a user.
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = path.split_once('/').map_or("", |(_, path)| path);
    let named = path.rsplit_once('@').map(|(_, name)| name);
    named.is_none_or(|name| !name.bytes().any(|byte| byte.is_ascii_digit()))
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
    let mut filling = filling(image, install).filter(|other| other.prefix == install.prefix);
    if filling.next().is_some() {
        return install.is_eager.then(|| lifted(install));
    }
    let message = format!("the dependencies of `{}` are resolved when it is installed", local.path);
    Some(resolved(message, install))
}

/// The same of wheels that the build makes of packages of the repository, where nothing that is locked is installed before.
fn needs_of_wheels(subject: &Subject<'_>, install: &Install) -> Option<Problem> {
    if install.is_alone || install.is_offline || install.wheels.is_empty() || !install.files.is_empty() {
        return None;
    }
    let image = subject
        .images()
        .filter(|image| !image.is_unclear)
        .find(|image| image.installs.iter().any(|other| other.what.place == install.place))?;
    let own = OwnCode::of(subject);
    let side = own.side(image);
    let libs = &subject.repo.libs;
    let needs_others = |package: &&Package| {
        let mut main = package.manifest.main.iter().filter(|dependency| !dependency.optional);
        main.any(|dependency| !libs.iter().any(|lib| lib.name == dependency.name.value))
    };
    let is_of_it = |package: &&Package| {
        let entry = side.loaded.distribution(package);
        entry.is_some_and(|entry| entry.step == install.place)
    };
    let packages = own.packages.iter().map(|(package, _)| *package);
    let package = packages.filter(needs_others).find(is_of_it)?;
    if filling(image, install).next().is_some() {
        return install.is_eager.then(|| lifted(install));
    }
    let message = format!(
        "the dependencies of the wheel of `{}` are resolved when it is installed",
        package.name
    );
    Some(resolved(message, install))
}

/// The installs of locked packages before another one.
fn filling<'a>(image: &'a Image, install: &'a Install) -> impl Iterator<Item = &'a Install> {
    let before = image.installs.iter().map(|other| &other.what);
    before
        .take_while(|other| other.place != install.place)
        .filter(|other| !other.files.is_empty() || other.by.manager().is_some())
}

fn resolved(message: String, install: &Install) -> Problem {
    Problem::error(message)
        .at(install.place.clone())
        .remedy("install the locked packages first, and this with `--no-deps`")
}

/// Newer versions take the place of the locked ones.
fn lifted(install: &Install) -> Problem {
    Problem::error("this upgrades the dependencies that are installed, over the versions of the lock")
        .at(install.place.clone())
        .remedy("add `--no-deps`, and leave out `--upgrade`")
}
