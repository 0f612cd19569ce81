use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Twins, volumes::under};

pub const RULE: Rule = Rule {
    id: "volume-differs",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "a folder is a volume in only one of the images",
    why: "data written there survives the container in one image and is lost in the other",
    example: "VOLUME /data in Dockerfile, and not in Dockerfile.dev",
    fix: "declare it in both files, or in neither and mount a volume when the container is started",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (here, there) in [(dev, prod), (prod, dev)] {
        let is_there = |folder: &str| there.config.volumes.iter().any(|other| other.value == folder);
        let alone = here.config.volumes.iter().filter(|folder| !is_there(&folder.value));
        // What should be a volume in neither is another rule.
        let alone = alone.filter(|folder| under(here, &folder.value).is_none());
        found.extend(alone.map(|folder| {
            Problem::warning(format!("`{}` is a volume only in {}", folder.value, here.name))
                .at(folder.place.clone())
                .at(there.place.clone().label("not here"))
        }));
    }
    found
}
