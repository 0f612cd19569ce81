use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::health::{Health, HealthCheck};
use facts::{Twin, Twins, ports};

pub const RULE: Rule = Rule {
    id: "health-check-differs",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "the two images have different health checks",
    why: "the check that decides about restarts in production is then first tried in production",
    example: "HEALTHCHECK CMD curl -f http://localhost:8080/health in Dockerfile, …/ready in Dockerfile.dev",
    fix: "use the same check in both files; only the interval may differ",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let (Some(in_dev), in_prod) = (&dev.config.health, &prod.config.health) else {
        return Vec::new();
    };
    let Some(in_prod) = in_prod else {
        return lacking(in_dev, prod).into_iter().collect();
    };
    let ports = ports::one_against_one(twins);
    if same(&in_dev.health, &in_prod.health, ports) || in_dev.commands == in_prod.commands {
        return Vec::new();
    }
    vec![
        Problem::warning(message(&in_dev.health, &in_prod.health))
            .at(in_dev.place.clone().label("development"))
            .at(in_prod.place.clone().label("production")),
    ]
}

/// That production asks nothing. A Dockerfile that says nothing may have the check of its base image.
fn lacking(in_dev: &HealthCheck, prod: &Twin<'_>) -> Option<Problem> {
    let shown = in_dev.health.shown();
    let (message, place) = match &prod.config.no_health {
        Some(off) => (
            format!("production switches its health check off, but development has `{shown}`"),
            off,
        ),
        None if prod.config.is_complete => (
            format!("production has no health check, but development has `{shown}`"),
            &prod.place,
        ),
        None => return None,
    };
    let problem = Problem::warning(message).at(place.clone());
    Some(problem.at(in_dev.place.clone().label("development")))
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
