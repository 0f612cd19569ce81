use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::user::is_root;
use facts::{Pair, Side, Subject};

pub const RULE: Rule = Rule {
    id: "user-is-root",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an image runs as root",
    why: "an attacker who breaks into the service controls the whole container",
    example: "no USER in Dockerfile",
    fix: "create a user, and use its number: `USER 10001:10001`",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        if !is_root(image) {
            continue;
        }
        let user = image.user.as_ref();
        let place = user.map_or_else(|| image.place.clone(), |user| user.place.clone());
        let message = format!("`{}` runs as root", image.name());
        // That they differ is not a second cause.
        let other = subject.images().find(|other| !is_root(other));
        found.push(match other.and_then(|other| Some((other, other.user.as_ref()?))) {
            Some((other, user)) => Problem::error(format!("{message}, and `{}` as `{}`", other.name(), user.value))
                .at(place)
                .at(user.place.clone().label("the other image"))
                .remedy(if user.value.starts_with(|c: char| c.is_ascii_digit()) {
                    format!("write `USER {}` there too", user.value)
                } else {
                    "create the same user in both images, and use its number in both".to_owned()
                }),
            None => Problem::warning(message).at(place),
        });
    }
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let is_root = |side: &Side<'_>| {
        let user = side.built.config.user.as_deref().unwrap_or_default();
        matches!(user.split(':').next(), Some("" | "0" | "root"))
    };
    let sides: Vec<Side<'_>> = pair.sides().into_iter().filter(is_root).collect();
    let problem = |side: &Side<'_>| {
        let message = format!("`{}` runs as root", side.title());
        let problem = match sides.len() {
            1 => Problem::error(message),
            _ => Problem::warning(message),
        };
        problem.at(side.place())
    };
    sides.iter().map(problem).collect()
}
