use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::WhenStale;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "lock-unenforced",
    aspect: Aspect::Lock,
    level: Level::Warning,
    what: "an install uses the lock even if it is out of date",
    why: "the build does not report that the image no longer matches the manifest",
    example: "RUN pipenv install --system, without `--deploy`",
    fix: "add `--deploy`, which fails if the lock is out of date",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let installs = subject.images().flat_map(|image| &image.installs);
    let installs = installs.map(|install| &install.what);
    let unheld = installs.filter(|install| install.when_stale == Some(WhenStale::GoesOn));
    let found = unheld.filter_map(|install| {
        let lock = install.lock.as_ref()?;
        let message = format!("this does not fail when `{lock}` is stale");
        Some(Problem::warning(message).at(install.place.clone()))
    });
    found.collect()
}
