use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Twins;

pub const RULE: Rule = Rule {
    id: "environment-sees-system",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "the virtual environment of one image also sees the packages of its base image",
    why: "an undeclared import works only in that image, and only as long as the base image has the package",
    example: "`uv venv --system-site-packages` in Dockerfile, and `uv venv` in Dockerfile.dev",
    fix: "create both environments with the same options",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some([in_dev, in_prod]) = twins.environments() else {
        return Vec::new();
    };
    let (open, other, name) = match (in_dev.is_open, in_prod.is_open) {
        (true, false) => (in_dev, in_prod, "development"),
        (false, true) => (in_prod, in_dev, "production"),
        (true, true) | (false, false) => return Vec::new(),
    };
    let message = format!("the environment in {name} also sees the system packages of its base image");
    let problem = Problem::warning(message)
        .at(open.place)
        .at(other.place.label("the other environment does not"));
    vec![match open.prefix {
        Some(prefix) => problem.note(format!(
            "`{prefix}/pyvenv.cfg` has `include-system-site-packages = true`"
        )),
        None => problem,
    }]
}
