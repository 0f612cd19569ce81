use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "install-failure-ignored",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "a step continues after an install that failed",
    why: "the build succeeds with only some of the packages, and the container fails later or behaves differently",
    example: "RUN pip install -r requirements.txt || true; RUN pip install -r requirements.txt; rm -rf /root/.cache",
    fix: "make the step fail when the install fails: `&&` between commands, or `set -e` first; `pipefail` in a pipe",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        for place in &image.unheeded {
            let problem = Problem::warning("the step continues when this install fails").at(place.clone());
            // One file may make both images.
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}
