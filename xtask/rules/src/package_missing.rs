use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use evidence::image::{By, Destination, Image, Install, Reach};
use facts::{Subject, Twins, lib_install::for_others};
use formats::PackageName;
use repo::{RepoPath, manifest::MAIN};

pub const RULE: Rule = Rule {
    id: "package-missing",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "an image does not install a package of the main group of the lock",
    why: "the install does not resolve dependencies, so the container fails on the first import of the package",
    example: "a requirement file from which a line was removed",
    fix: "export the main group of the lock again, and install that file in both images",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let mut found: Vec<Missing<'_>> = Vec::new();
    for twin in twins.each() {
        let Some(packages) = twins.third_party(twin) else {
            continue;
        };
        let missing = packages.missing();
        let names: Vec<PackageName> = missing.into_iter().cloned().collect();
        // What explains it is in the files.
        let explained = twins.subject.zip(twin.file());
        let file = explained.and_then(|(subject, image)| file(subject, image));
        let shared = found
            .iter_mut()
            .find(|known| known.names == names && known.file == file && file.is_some());
        match shared {
            _ if names.is_empty() => {}
            // The file that both install lacks it once.
            Some(known) => {
                known.images.push(twins.title(twin));
                known.places.push(packages.place);
            }
            None => found.push(Missing {
                kept_out: explained.map_or_else(Vec::new, |(subject, _)| kept_out(subject, file, &names)),
                dir: twins.subject.map_or("", |subject| subject.service.package.dir.shown()),
                names,
                file,
                images: vec![twins.title(twin)],
                places: vec![packages.place],
                is_bare: explained.is_some_and(|(_, image)| Subject::installs_in(image).next().is_none()),
                left_out_by: explained.and_then(|(_, image)| Subject::installs_in(image).find_map(leaves_out)),
                notes: match explained {
                    Some((subject, image)) => notes(subject, image),
                    None if packages.is_locked => Vec::new(),
                    None => vec!["the other image has what is missing here".to_owned()],
                },
            }),
        }
    }
    found.into_iter().map(Missing::problem).collect()
}

/// What images do not install, and the requirement file that should have it.
struct Missing<'a> {
    dir: &'a str,
    names: Vec<PackageName>,
    file: Option<&'a RepoPath>,
    images: Vec<String>,
    places: Vec<Place>,
    /// Lines of that file whose markers keep them out.
    kept_out: Vec<Place>,
    /// Nothing that is installed reaches the image.
    is_bare: bool,
    /// What the lock manager would install the main group with, where its command leaves that out.
    left_out_by: Option<&'static str>,
    /// What explains it.
    notes: Vec<String>,
}

impl Missing<'_> {
    fn problem(self) -> Problem {
        let names: Vec<String> = self.names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
        let more = match self.names.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (images, verb) = match self.images.as_slice() {
            [one] => (format!("`{one}`"), "installs"),
            [..] => (format!("`{}`", self.images.join("` and `")), "install"),
        };
        let problem = Problem::error(format!("{images} {verb} no {}{more}", names.join(", ")));
        let problem = self.notes.into_iter().fold(problem, Problem::note);
        let Some(file) = self.file else {
            let problem = self.places.into_iter().fold(problem, Problem::at);
            let copy = "copy the environment that another stage fills, as `COPY --from=build /venv /venv` does, or install the requirement file here";
            let remedy = self.left_out_by.or_else(|| self.is_bare.then_some(copy));
            return match remedy {
                Some(remedy) => problem.remedy(remedy),
                None => problem,
            };
        };
        let problem = self.kept_out.into_iter().fold(problem, Problem::at);
        let problem = problem.at(Place::File(file.to_string()));
        let places = self.places.into_iter().map(|place| place.label("installed here"));
        places.fold(problem, Problem::at).remedy(format!(
            "export the main group of the lock again: `cargo xtask export-requirements {} > {file}`",
            self.dir
        ))
    }
}

/// What makes a step of a lock manager install the main group, which it leaves out.
fn leaves_out(install: &Install) -> Option<&'static str> {
    if install.groups.takes(MAIN) {
        return None;
    }
    match install.by {
        By::Poetry => Some("name the main group too: `poetry install --only main,dev` where it has `--only dev`"),
        By::Uv => Some("use `--group`, which adds a group, in place of `--only-group`, which installs no other"),
        By::Pdm => Some("install the production dependencies too: without `--no-default` and `--only`"),
        By::Pipenv => Some("name the category `packages` too: `pipenv sync --categories=\"packages dev-packages\"`"),
        By::Pip | By::Resolver => None,
    }
}

/// What its installs do instead.
fn notes(subject: &Subject<'_>, image: &Image) -> Vec<String> {
    let is_bare = Subject::installs_in(image).next().is_none();
    let aside = image.installs.iter().filter(|install| install.reach > Reach::Copied);
    let aside = aside.filter(|install| {
        let brings_main = !matches!(install.what.by, By::Pip | By::Resolver) && install.what.groups.takes(MAIN);
        install.what.into == Destination::Environment && (is_bare || brings_main)
    });
    let aside = aside.map(|install| {
        format!(
            "a stage installs into `{}`, which does not get into the last stage",
            install.what.prefix
        )
    });
    let others = Subject::installs_in(image).filter_map(|install| for_others(subject, install));
    let mut notes: Vec<String> = aside.chain(others).collect();
    notes.dedup();
    notes
}

/// Where a requirement file names what is not installed all the same.
fn kept_out(subject: &Subject<'_>, file: Option<&RepoPath>, names: &[PackageName]) -> Vec<Place> {
    let known = file.and_then(|file| subject.requirements.get(file));
    let entries = known.into_iter().flat_map(|known| &known.entries);
    let lines = entries.filter(|entry| names.contains(&entry.name.value));
    lines
        .take(MOST)
        .map(|entry| entry.name.place.clone().label("its marker is not true in the image"))
        .collect()
}

/// As many names as a person reads.
const MOST: usize = 8;

/// The one requirement file of packages of the lock that an image installs.
fn file<'a>(subject: &'a Subject<'_>, image: &Image) -> Option<&'a RepoPath> {
    let main = subject.main()?;
    let mut files = Subject::installs_in(image).flat_map(|install| &install.files);
    files.find_map(|file| {
        let (path, known) = subject.requirements.get_key_value(file.path.as_ref()?)?;
        let is_of_main = known.entries.is_empty() || known.entries.iter().any(|entry| main.contains(&entry.name.value));
        is_of_main.then_some(path)
    })
}
