use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::{
    built::At,
    image::{Image, Reach},
    secret::{self, Kept, Secret},
};
use facts::{Pair, Side, Subject, owned::Owned};

pub const RULE: Rule = Rule {
    id: "secret-in-image",
    aspect: Aspect::Files,
    level: Level::Warning,
    what: "an image contains a password, a private key or the history of the repository",
    why: "whoever can pull the image can read it, even if a later step removes the file",
    example: "COPY .netrc /root/.netrc, to install from a private index",
    fix: "mount it for the step that needs it: `RUN --mount=type=secret`; and revoke what was published",
    check: Check::Halves(check, of_images),
};

/// Where distributions and Python keep what is theirs.
const OF_THE_SYSTEM: [&str; 9] = [
    "/boot/",
    "/dev/",
    "/etc/ssl/",
    "/lib/",
    "/proc/",
    "/sys/",
    "/usr/lib/",
    "/usr/share/",
    "/var/lib/",
];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let of = |image: &Image| {
        let name = if subject.is_dev(image) {
            "development"
        } else {
            "production"
        };
        let copied = copied(subject, image).into_iter();
        let found = copied.chain(image.secrets.iter().cloned());
        found
            .map(|secret| Problem::warning(secret.message(name)).at(secret.place))
            .collect::<Vec<_>>()
    };
    subject.images().flat_map(of).collect()
}

/// Secrets in files of the repository that come into an image.
fn copied(subject: &Subject<'_>, image: &Image) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    for copied in image.copied.iter().filter(|copied| copied.reach <= Reach::Copied) {
        for path in subject.telling.iter().filter(|path| copied.what.holds(path)) {
            let Some(text) = subject.repo.root.text(path) else {
                continue;
            };
            let there = copied.what.in_image(path);
            found.extend(
                there
                    .iter()
                    .filter_map(|at| Secret::of_file(at, &text, &copied.what.place)),
            );
        }
    }
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    pair.sides()
        .iter()
        .flat_map(|side| in_files(side).into_iter().chain(in_settings(side)))
        .collect()
}

fn in_files(side: &Side<'_>) -> Vec<Problem> {
    let owned = Owned::of(side.built);
    let files = &side.built.files;
    let mut found = Vec::new();
    for (path, at, _) in files.entries() {
        if OF_THE_SYSTEM.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let what = match at {
            At::Folder if path.ends_with("/.git") && files.is_file(&format!("{path}/HEAD")) => {
                "the history of a repository"
            }
            At::File => match files.text(path).and_then(|text| secret::in_file(path, text)) {
                // Packages bring keys for their own tests.
                Some(what) if !owned.has(path) => what,
                Some(_) | None => continue,
            },
            At::Folder | At::Link(_) | At::Other => continue,
        };
        let place = side.place();
        let kept = Kept::File(path.to_owned());
        let secret = Secret { kept, what, place };
        found.push(Problem::warning(secret.message(side.name)).at(secret.place));
    }
    found
}

/// Variables and labels of the image itself.
fn in_settings(side: &Side<'_>) -> Vec<Problem> {
    let config = &side.built.config;
    let place = side.place();
    let variables = config.env.iter();
    let variables = variables.filter_map(|(name, text)| Secret::of_variable(name, text));
    let labels = config.labels.iter();
    let labels = labels.filter_map(|(name, text)| Secret::of_label(name, text));
    let found: BTreeSet<String> = variables
        .chain(labels)
        .map(|secret| secret.message(side.name))
        .collect();
    let problem = |message| Problem::warning(message).at(place.clone());
    found.into_iter().map(problem).collect()
}
