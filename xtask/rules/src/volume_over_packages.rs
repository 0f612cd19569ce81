use facts::volumes::{is_over, under};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, Sameness};
use facts::{Pair, Subject};

pub const RULE: Rule = Rule {
    id: "volume-over-packages",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a volume covers the packages or the sources of an image",
    why: "the first image fills the volume, and it is kept: a newer image then still runs the old packages",
    example: "VOLUME /app, or `volumes: [data:/app]` in compose.yaml, with the virtual environment in /app/.venv",
    fix: "declare only folders that the program writes to as volumes, or remove the instruction and mount a volume when the container is started",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        for volume in &image.volumes {
            let Some((folder, what)) = under(image, &volume.value) else {
                continue;
            };
            found.push(Problem::error(message(&volume.value, &folder, what)).at(volume.place.clone()));
        }
    }
    found.extend(mounted(subject));
    found
}

/// Volumes that compose files for production put there. Folders of the repository are other rules.
fn mounted(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let mounts = subject.in_production().flat_map(|run| {
        let volumes = run.service.mounts.iter().filter(|mount| mount.source.is_none());
        volumes.map(move |mount| (run, mount))
    });
    let hidden = mounts.filter_map(|(run, mount)| {
        let (folder, what) = under(prod, &mount.target)?;
        let message = format!(
            "{} mounts a volume at `{}`, and `{folder}` is where {what}",
            run.name(),
            mount.target
        );
        Some(Problem::error(message).at(mount.place.clone()).same_by(Sameness::Place))
    });
    hidden.collect()
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for side in pair.sides() {
        let Some(python) = &side.built.python else { continue };
        let folders = [&python.prefix].into_iter().chain(&python.path);
        let folders: Vec<&String> = folders.filter(|folder| **folder != side.built.config.workdir).collect();
        for volume in &side.built.config.volumes {
            if let Some(folder) = folders.iter().find(|folder| is_over(volume, folder)) {
                let what = if **folder == python.prefix {
                    "the packages are"
                } else {
                    "modules are imported from"
                };
                found.push(Problem::error(message(volume, folder, what)).at(side.place()));
            }
        }
    }
    found
}

fn message(volume: &str, folder: &str, what: &str) -> String {
    if volume.trim_end_matches('/') == folder.trim_end_matches('/') {
        format!("`{volume}` is a volume, and where {what}")
    } else {
        format!("`{volume}` is a volume, and `{folder}` in it is where {what}")
    }
}
