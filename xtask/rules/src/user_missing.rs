use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Pair, Subject};

pub const RULE: Rule = Rule {
    id: "user-missing",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a Dockerfile names a user that does not exist at that step",
    why: "the build fails, or the container does not start",
    example: "COPY --chown=app above RUN useradd app",
    fix: "create the user before that line, or use a number",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        for named in &image.strangers {
            let message = format!(
                "user `{}` does not exist in `{}` at this line",
                named.value,
                image.name()
            );
            let problem = Problem::error(message).at(named.place.clone());
            let remedy = format!("put `RUN useradd {}` above it, or name a number", named.value);
            let is_known = found.iter().any(|known| known.places == problem.places);
            found.extend((!is_known).then(|| problem.remedy(remedy)));
        }
    }
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for side in pair.sides() {
        let user = side.built.config.user.as_deref().unwrap_or_default();
        let name = user.split(':').next().unwrap_or_default();
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let is_told = side.built.files.text("/etc/passwd").is_some();
        if !is_number && is_told && side.built.account(name).is_none() {
            let message = format!(
                "`{}` runs as `{name}`, and its /etc/passwd has no such user",
                side.title()
            );
            found.push(Problem::error(message).at(side.place()));
        }
    }
    found
}
