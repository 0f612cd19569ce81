use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::health::Health;
use facts::{Pair, Subject, ports};

pub const RULE: Rule = Rule {
    id: "health-check-differs",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "the two images have different health checks",
    why: "the check that decides about restarts in production is then first tried in production",
    example: "HEALTHCHECK CMD curl -f http://localhost:8080/health in Dockerfile, …/ready in Dockerfile.dev",
    fix: "use the same check in both files; only the interval may differ",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let (in_dev, in_prod) = match (&dev.health, &prod.health, &prod.no_health) {
        (Some(in_dev), Some(in_prod), _) => (in_dev, in_prod),
        (Some(in_dev), None, Some(off)) => {
            let message = format!(
                "production switches its health check off, but development has `{}`",
                in_dev.health.shown()
            );
            let problem = Problem::warning(message).at(off.clone());
            return vec![problem.at(in_dev.place.clone().label("development"))];
        }
        (None, ..) | (Some(_), None, None) => return Vec::new(),
    };
    let ports = ports::one_against_one(subject, dev, prod);
    if same(&in_dev.health, &in_prod.health, ports) || in_dev.commands == in_prod.commands {
        return Vec::new();
    }
    vec![
        Problem::warning(message(&in_dev.health, &in_prod.health))
            .at(in_dev.place.clone().label("development"))
            .at(in_prod.place.clone().label("production")),
    ]
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let (dev, prod) = match (&pair.dev.config.health, &pair.prod.config.health) {
        (Some(dev), Some(prod)) => (dev, prod),
        (Some(dev), None) => {
            let message = format!("production has no health check, but development has `{}`", dev.shown());
            return vec![Problem::warning(message).at(pair.in_prod()).at(pair.in_dev())];
        }
        (None, _) => return Vec::new(),
    };
    let ports = ports::one_against_one_in_images(pair);
    if same(dev, prod, ports) || dev.commands(&pair.dev.config.env) == prod.commands(&pair.prod.config.env) {
        return Vec::new();
    }
    vec![
        Problem::warning(message(dev, prod))
            .at(pair.in_dev())
            .at(pair.in_prod()),
    ]
}

/// Whether they ask the same, but for the port that the images differ in: that is another rule.
fn same(dev: &Health, prod: &Health, ports: Option<(&str, &str)>) -> bool {
    // Any failure of a check is its failure.
    let asked = |health: &Health| {
        let shown = health.shown();
        shown.trim_end_matches("|| exit 1").trim_end().to_owned()
    };
    let (dev, prod) = (asked(dev), asked(prod));
    dev == prod || ports.is_some_and(|(ours, theirs)| dev.replace(ours, theirs) == prod)
}

fn message(dev: &Health, prod: &Health) -> String {
    format!(
        "health check differs: `{}` in development, `{}` in production",
        dev.shown(),
        prod.shown()
    )
}
