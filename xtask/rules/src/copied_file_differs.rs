use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use repo::RepoPath;

pub const RULE: Rule = Rule {
    id: "copied-file-differs",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "the same path in the two images comes from different files of the repository",
    why: "development reads or runs a different file than production",
    example: "COPY start-dev.sh /start.sh in Dockerfile.dev, COPY start.sh /start.sh in Dockerfile",
    fix: "copy the same file in both images, and set what has to differ in the environment",
    check: Check::Service(check),
};

/// What says which packages there are: compared by what it installs.
const OF_PACKAGES: [&str; 5] = [".lock", ".toml", "README.md", "requirements", "constraints"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let root = &subject.repo.root;
    let in_prod = prod.single_files(root);
    let mut found = Vec::new();
    for (at, (ours, copied)) in dev.single_files(root) {
        if OF_PACKAGES.iter().any(|part| ours.file_name().contains(part)) {
            continue;
        }
        let Some((theirs, other)) = in_prod.get(&at).filter(|(theirs, _)| *theirs != ours) else {
            continue;
        };
        let text = |path: &RepoPath| root.bytes(path);
        if text(ours) == text(theirs) {
            continue;
        }
        found.push(
            Problem::error(format!(
                "`{at}` is `{ours}` in development and `{theirs}` in production"
            ))
            .at(copied.place.clone().label("development"))
            .at(other.place.clone().label("production")),
        );
    }
    found
}
