use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Twins;

pub const RULE: Rule = Rule {
    id: "user-missing",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a Dockerfile names a user that does not exist at that step",
    why: "the build fails, or the container does not start",
    example: "COPY --chown=app above RUN useradd app",
    fix: "create the user before that line, or use a number",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for twin in twins.each() {
        for named in twin.strangers() {
            let message = format!("user `{}` does not exist in `{}`", named.value, twins.title(twin));
            let problem = Problem::error(message).at(named.place.clone());
            let remedy = format!("put `RUN useradd {}` above this line, or name a number", named.value);
            let is_known = found.iter().any(|known| known.places == problem.places);
            found.extend((!is_known).then(|| problem.remedy(remedy)));
        }
    }
    found
}
