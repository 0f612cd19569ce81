use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, Sameness};
use facts::{
    Subject, Twins,
    volumes::{code, is_over, under},
};

pub const RULE: Rule = Rule {
    id: "volume-over-packages",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a volume covers the packages or the sources of an image",
    why: "the first image fills the volume, and it is kept: a newer image then still runs the old packages",
    example: "VOLUME /app, or `volumes: [data:/app]` in compose.yaml, with the virtual environment in /app/.venv",
    fix: "declare only folders that the program writes to as volumes, or remove the instruction and mount a volume when the container is started",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for twin in twins.each() {
        for volume in &twin.config.volumes {
            let Some((folder, what)) = under(twin, &volume.value) else {
                continue;
            };
            found.push(Problem::error(message(&volume.value, &folder, what)).at(volume.place.clone()));
        }
    }
    found.extend(twins.files().map(mounted).unwrap_or_default());
    found
}

/// Volumes that compose files for production put there. Folders of the repository are other rules.
fn mounted(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let code = code(prod);
    let mounts = subject.in_production().flat_map(|run| {
        let volumes = run.service.mounts.iter().filter(|mount| mount.source.is_none());
        volumes.map(move |mount| (run, mount))
    });
    let hidden = mounts.filter_map(|(run, mount)| {
        let (folder, what) = code.iter().find(|(folder, _)| is_over(&mount.target, folder))?;
        let message = format!(
            "{} mounts a volume at `{}`, and `{folder}` is where {what}",
            run.name(),
            mount.target
        );
        Some(Problem::error(message).at(mount.place.clone()).same_by(Sameness::Place))
    });
    hidden.collect()
}

fn message(volume: &str, folder: &str, what: &str) -> String {
    if volume.trim_end_matches('/') == folder.trim_end_matches('/') {
        format!("`{volume}` is a volume, and where {what}")
    } else {
        format!("`{volume}` is a volume, and `{folder}` in it is where {what}")
    }
}
