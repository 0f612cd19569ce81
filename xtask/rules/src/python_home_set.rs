use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "python-home-set",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "PYTHONHOME names a folder without a standard library, such as a virtual environment",
    why: "Python looks for its standard library there and fails to start",
    example: "ENV PYTHONHOME=/opt/venv",
    fix: "remove the variable: a virtual environment needs only its own Python or PATH",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        let Some(home) = image.config.env.get("PYTHONHOME") else {
            continue;
        };
        let folder = home.value.trim_end_matches('/');
        let made = image.environments.iter().map(|made| made.value.as_str());
        let mut filled = made.chain(Subject::installs_in(image).map(|install| install.prefix.as_str()));
        let is_environment = filled.any(|prefix| prefix == folder && prefix != "/usr/local" && prefix != "/usr");
        let problem = Problem::error(format!(
            "PYTHONHOME is `{folder}`, an environment without a standard library"
        ));
        let problem = problem.at(home.place.clone()).remedy("remove PYTHONHOME");
        if is_environment && !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}
