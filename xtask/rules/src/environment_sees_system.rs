use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Pair, Subject, own_code::OwnCode};

pub const RULE: Rule = Rule {
    id: "environment-sees-system",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "the virtual environment of one image also sees the packages of its base image",
    why: "an undeclared import works only in that image, and only as long as the base image has the package",
    example: "`uv venv --system-site-packages` in Dockerfile, and `uv venv` in Dockerfile.dev",
    fix: "create both environments with the same options",
    check: Check::Both(check, of_images),
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

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let [dev, prod] = pair.sides();
    let (Some(in_dev), Some(in_prod)) = (&dev.built.python, &prod.built.python) else {
        return Vec::new();
    };
    let (side, python) = match (in_dev.sees_system, in_prod.sees_system) {
        (true, false) => (&dev, in_dev),
        (false, true) => (&prod, in_prod),
        (true, true) | (false, false) => return Vec::new(),
    };
    // Without an environment in the other image there is nothing to compare.
    if !in_dev.is_environment || !in_prod.is_environment {
        return Vec::new();
    }
    let message = format!(
        "the environment in {} also sees the system packages of its base image",
        side.name
    );
    let note = format!(
        "`{}/pyvenv.cfg` has `include-system-site-packages = true`",
        python.prefix
    );
    vec![Problem::warning(message).at(side.place()).note(note)]
}
