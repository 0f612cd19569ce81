use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "install-failure-ignored",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "a step goes on after an install that failed",
    why: "the build succeeds with a part of the packages, and the container fails later or behaves differently",
    example: "RUN pip install -r requirements.txt || true; RUN pip install -r requirements.txt; rm -rf /root/.cache",
    fix: "let the step fail with the install: `&&` between commands, or `set -e` first; `pipefail` where it is piped",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        for place in &image.unheeded {
            let problem = Problem::warning("the step goes on when this install fails").at(place.clone());
            // One file may make both images.
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}
