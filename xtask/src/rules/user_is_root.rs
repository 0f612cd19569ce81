use super::{Aspect, Check, Level, Pair, Rule, Subject, pair::Side};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "user-is-root",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an image runs as root",
    why: "whoever breaks into the service owns the container",
    example: "no USER in Dockerfile",
    fix: "make a user, and name it by number: `USER 10001:10001`",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let name = image
            .user
            .as_ref()
            .map(|user| user.value.split(':').next().unwrap_or_default());
        if name.is_none_or(|name| matches!(name, "" | "0" | "root")) {
            let place = image
                .user
                .as_ref()
                .map_or_else(|| image.place.clone(), |user| user.place.clone());
            found.push(Problem::error(format!("`{}` runs as root", image.name())).at(place));
        }
    }
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let is_root = |side: &Side<'_>| {
        let user = side.built.config.user.as_deref().unwrap_or_default();
        matches!(user.split(':').next(), Some("" | "0" | "root"))
    };
    let sides = pair.sides().into_iter().filter(is_root);
    sides
        .map(|side| Problem::error(format!("`{}` runs as root", side.title())).at(side.place()))
        .collect()
}
