//! What an image holds that gives something away: what steps and copies leave in it, or what lies in it as it was built.

use evidence::{
    built::{At, Built},
    image::{Image, Reach},
    secret::{self, Kept, Secret},
};

use crate::{Twin, Twins, owned::Owned, twins::Producer};

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

impl Twins<'_> {
    /// The secrets in one of them, each where it gets into the image.
    pub fn secrets(&self, twin: &Twin<'_>) -> Vec<Secret> {
        match twin.of {
            Producer::File(image) => self.of_steps(image),
            Producer::Built(built) => {
                let history = built.history.iter();
                let history = history.flat_map(|command| secret::in_history(command, &twin.place));
                of_files(built, twin).chain(of_settings(twin)).chain(history).collect()
            }
        }
    }

    /// In files of the repository that are copied, and in commands and settings.
    fn of_steps(&self, image: &Image) -> Vec<Secret> {
        let mut found: Vec<Secret> = Vec::new();
        if let Some(subject) = self.subject {
            for copied in image.copied.iter().filter(|copied| copied.reach <= Reach::Copied) {
                for path in subject.telling.iter().filter(|path| copied.what.holds(path)) {
                    let Some(text) = subject.repo.root.text(path) else {
                        continue;
                    };
                    let there = copied.what.in_image(path);
                    let secret = |at: &String| Secret::of_file(at, &text, &copied.what.place);
                    found.extend(there.iter().filter_map(secret));
                }
            }
        }
        found.extend(image.secrets.iter().cloned());
        found
    }
}

fn of_files<'a>(built: &'a Built, twin: &'a Twin<'_>) -> impl Iterator<Item = Secret> + 'a {
    let owned = Owned::of(built);
    let files = &built.files;
    files.entries().filter_map(move |(path, at, _)| {
        if OF_THE_SYSTEM.iter().any(|folder| path.starts_with(folder)) {
            return None;
        }
        let what = match at {
            At::Folder if path.ends_with("/.git") && files.is_file(&format!("{path}/HEAD")) => {
                "the history of a repository"
            }
            // Packages bring keys for their own tests. Where one is from, the installer has written.
            At::File => {
                let is_of_package = || owned.has(path) && !path.ends_with("/direct_url.json");
                secret::in_file(path, files.text(path)?).filter(|_| !is_of_package())?
            }
            At::Folder | At::Link(_) | At::Other => return None,
        };
        Some(Secret {
            kept: Kept::File(path.to_owned()),
            what,
            place: twin.place.clone(),
        })
    })
}

/// Variables and labels, at the image: what a Dockerfile sets is in its steps.
fn of_settings<'a>(twin: &'a Twin<'_>) -> impl Iterator<Item = Secret> + 'a {
    let variables = twin.config.env.iter();
    let variables = variables.filter_map(|(name, text)| Secret::of_variable(name, text));
    let labels = twin.config.labels.iter();
    let labels = labels.filter_map(|(name, text)| Secret::of_label(name, text));
    variables.chain(labels).map(|secret| Secret {
        place: twin.place.clone(),
        ..secret
    })
}
