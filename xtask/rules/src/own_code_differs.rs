use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use facts::{Twins, own_code::OwnCode};

pub const RULE: Rule = Rule {
    id: "own-code-differs",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "the images have different code of the service or of a lib",
    why: "what was tried in development is not what production runs",
    example: "a production image of the last release beside a development image of today",
    fix: "bring the same files into both images, and build both from one commit",
    check: Check::Both(check),
};

/// As many files as a person reads.
const SHOWN: usize = 5;

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let (Some(subject), Some((dev, prod))) = (twins.subject, twins.both()) else {
        return Vec::new();
    };
    let own = OwnCode::of(subject);
    let mut found = Vec::new();
    for (package, files) in twins.code_between(&own) {
        let message = format!(
            "the images have different code of `{}`, in {}",
            package.name,
            count(files.len(), "file")
        );
        let problem = Problem::error(message)
            .at(dev.place.clone().label("development"))
            .at(prod.place.clone().label("production"));
        let problem = files.iter().take(SHOWN).cloned().fold(problem, Problem::note);
        let problem = match files.len().saturating_sub(SHOWN) {
            0 => problem,
            more => problem.note(format!("and {more} more")),
        };
        found.push(problem.remedy("bring the same files into both images, and build both from one commit"));
    }
    found
}
