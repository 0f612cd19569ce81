use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Twins;

pub const RULE: Rule = Rule {
    id: "user-is-root",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an image runs as root",
    why: "an attacker who breaks into the service controls the whole container",
    example: "no USER in Dockerfile",
    fix: "create a user, and use its number: `USER 10001:10001`",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for twin in twins.each().filter(|twin| twin.config.is_root()) {
        let place = twin
            .config
            .user
            .as_ref()
            .map_or(&twin.place, |user| &user.place)
            .clone();
        let message = format!("`{}` runs as root", twins.title(twin));
        // That they differ is not a second cause.
        let other = twins.each().find(|other| !other.config.is_root());
        found.push(
            match other.and_then(|other| Some((other, other.config.user.as_ref()?))) {
                Some((other, user)) => {
                    Problem::error(format!("{message}, and `{}` as `{}`", twins.title(other), user.value))
                        .at(place)
                        .at(user.place.clone().label("the other image"))
                        .remedy(if user.value.starts_with(|c: char| c.is_ascii_digit()) {
                            format!("write `USER {}` there too", user.value)
                        } else {
                            "create the same user in both images, and use its number in both".to_owned()
                        })
                }
                None => Problem::warning(message).at(place),
            },
        );
    }
    found
}
