use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::image::Image;
use facts::{Subject, base_name};

pub const RULE: Rule = Rule {
    id: "devcontainer-user-missing",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a development container works as a user that its image does not have",
    why: "the editor cannot start anything in the container",
    example: "\"remoteUser\": \"vscode\" in devcontainer.json, while the Dockerfile makes the user `app`",
    fix: "name the user of the image, or make the user in the Dockerfile",
    check: Check::Service(check),
};

/// The users of Debian and of Alpine, from which the images of Python are made.
const OF_SYSTEMS: [&str; 12] = [
    "backup", "bin", "daemon", "games", "guest", "lp", "mail", "nobody", "root", "sync", "sys", "www-data",
];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for container in &subject.surroundings.devcontainers {
        let (Some(user), Some(dockerfile), false) = (&container.user, &container.dockerfile, container.has_features)
        else {
            continue;
        };
        let is_built = |image: &&Image| image.path == dockerfile.value;
        let Some(image) = subject.images().find(is_built).filter(|image| knows_users(image)) else {
            continue;
        };
        let name = user.value.as_str();
        let is_told = !name.contains('$') && !name.bytes().all(|byte| byte.is_ascii_digit());
        if !is_told || OF_SYSTEMS.contains(&name) || image.users.contains_key(name) {
            continue;
        }
        let message = format!(
            "`{}` works as `{name}`, which `{}` does not have",
            container.path, image.path
        );
        let problem = Problem::error(message).at(user.place.clone());
        found.push(match image.users.keys().next() {
            Some(other) => problem.remedy(format!("use `{other}`, or make `{name}` in the Dockerfile")),
            None => problem.remedy(format!("make `{name}` in the Dockerfile")),
        });
    }
    found
}

/// Whether all users of an image are known: those of its base, and those that its steps make.
fn knows_users(image: &Image) -> bool {
    !image.is_unclear
        && base_name(&image.base.value) == "python"
        && image.config.user.as_ref().is_none_or(|user| {
            let name = user.value.split(':').next().unwrap_or_default();
            // A user that no step is seen to make may not be the only one.
            OF_SYSTEMS.contains(&name)
                || image.users.contains_key(name)
                || name.bytes().all(|byte| byte.is_ascii_digit())
        })
}
