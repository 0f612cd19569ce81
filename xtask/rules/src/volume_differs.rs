use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Pair, Side, Subject, volumes::under};

pub const RULE: Rule = Rule {
    id: "volume-differs",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "a folder is a volume in only one of the images",
    why: "data written there survives the container in one image and is lost in the other",
    example: "VOLUME /data in Dockerfile, and not in Dockerfile.dev",
    fix: "declare it in both files, or in neither and mount a volume when the container is started",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (here, there, name) in [(dev, prod, "development"), (prod, dev, "production")] {
        let is_there = |folder: &str| there.volumes.iter().any(|other| other.value == folder);
        let alone = here.volumes.iter().filter(|folder| !is_there(&folder.value));
        // What should be a volume in neither is another rule.
        let alone = alone.filter(|folder| under(here, &folder.value).is_none());
        found.extend(alone.map(|folder| {
            Problem::warning(message(&folder.value, name))
                .at(folder.place.clone())
                .at(there.place.clone().label("not here"))
        }));
    }
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let [dev, prod] = pair.sides();
    let alone = |here: &Side<'_>, there: &Side<'_>| {
        let volumes = here.built.config.volumes.iter();
        let alone = volumes.filter(|folder| !there.built.config.volumes.contains(folder));
        let found = alone.map(|folder| Problem::warning(message(folder, here.name)).at(here.place()));
        found.collect::<Vec<_>>()
    };
    let mut found = alone(&dev, &prod);
    found.extend(alone(&prod, &dev));
    found
}

fn message(folder: &str, flavour: &str) -> String {
    format!("`{folder}` is a volume only in {flavour}")
}
