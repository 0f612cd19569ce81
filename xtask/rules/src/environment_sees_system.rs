use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Subject, own_code::OwnCode};

pub const RULE: Rule = Rule {
    id: "environment-sees-system",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "the virtual environment of one image also sees the packages of its base image",
    why: "an undeclared import works in that image alone, and for as long as the base image has the package",
    example: "`uv venv --system-site-packages` in Dockerfile, and `uv venv` in Dockerfile.dev",
    fix: "make both environments with the same options",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let sides = own.sides();
    let [dev, prod] = sides.as_slice() else {
        return Vec::new();
    };
    let (Some(in_dev), Some(in_prod)) = (dev.loaded.python.sees_system(), prod.loaded.python.sees_system()) else {
        return Vec::new();
    };
    let (by, other, name) = match (in_dev, in_prod) {
        ((true, by), (false, other)) => (by, other, "development"),
        ((false, other), (true, by)) => (by, other, "production"),
        ((true, _), (true, _)) | ((false, _), (false, _)) => return Vec::new(),
    };
    let message = format!("the environment in {name} also sees the system packages of its base image");
    vec![
        Problem::warning(message)
            .at(by.step.clone())
            .at(other.step.clone().label("the other environment does not")),
    ]
}
