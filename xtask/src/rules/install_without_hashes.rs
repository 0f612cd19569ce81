use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{By, Install},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "install-without-hashes",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "packages are installed that no hash vouches for",
    why: "an index, or whoever stands between, can hand out another archive under the same version",
    example: "RUN pip install -r requirements.txt, without hashes in the file",
    fix: "export with hashes, and install with `--require-hashes`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let installs = subject
        .images()
        .flat_map(|image| &image.installs)
        .map(|install| &install.what);
    let unsafe_ones = installs.filter(|install| match install.by {
        // Locks hold hashes, and these check them.
        By::Poetry | By::Uv | By::Resolver => false,
        By::Pip => !install.is_hashed && !install.is_offline && !is_hashed(subject, install),
    });
    unsafe_ones
        .map(|install| Problem::error("this installs packages that no hash vouches for").at(install.place.clone()))
        .collect()
}

/// pip asks for all hashes as soon as one stands in the file.
fn is_hashed(subject: &Subject<'_>, install: &Install) -> bool {
    let is_local = |package: &String| package.starts_with(['.', '/']) || package.ends_with(".whl");
    let mut files = install.files.iter();
    install.packages.iter().all(is_local)
        && files.all(|file| {
            let known = file.path.as_ref().and_then(|path| subject.requirements.get(path));
            known.is_some_and(|file| file.entries.iter().any(|entry| entry.has_hash))
        })
}
