use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::WhenStale;
use facts::{OtherImage, Subject};

pub const RULE: Rule = Rule {
    id: "lock-unenforced",
    aspect: Aspect::Lock,
    level: Level::Warning,
    what: "an install uses the lock even if it is out of date",
    why: "the build does not report that the image no longer matches the manifest",
    example: "RUN pipenv install --system, without `--deploy`; RUN npm install where `npm ci` is meant",
    fix: "use the option or the command that fails if the lock is out of date: `--deploy`, `npm ci`",
    check: Check::Files(check, of_other),
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

fn of_other(other: &OtherImage<'_>) -> Vec<Problem> {
    let found = other.image.open_installs.iter().map(|install| {
        let (command, lock) = (&install.command, &install.lock);
        let message = if install.has_lock {
            format!("`{command}` does not fail when `{lock}` is out of date")
        } else {
            format!("`{command}` installs without `{lock}`, which is not in the image")
        };
        let problem = Problem::warning(message).at(install.place.clone());
        problem.remedy(format!("copy the lock before this step and use `{}`", install.strict))
    });
    found.collect()
}
