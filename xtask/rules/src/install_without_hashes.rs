use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{By, Install, is_path};
use facts::Subject;
use formats::requirements::{Entry, RequirementFile};

pub const RULE: Rule = Rule {
    id: "install-without-hashes",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "packages are installed without hashes",
    why: "an index, or somebody in between, can deliver a different archive under the same version",
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
        By::Poetry | By::Uv | By::Pipenv | By::Pdm | By::Resolver => false,
        By::Pip if chooses(install) => false,
        By::Pip if install.is_offline || is_hashed(subject, install) || is_of_commits(install) => false,
        By::Pip => !(install.is_hashed && is_possible(install)),
    });
    let problem = |install: &Install| {
        let problem = Problem::error("this installs packages without verifying their hashes").at(install.place.clone());
        match install.packages.as_slice() {
            [package] if install.files.is_empty() && package.contains("==") => problem.remedy(format!(
                "put `{package}` with its hashes into a requirement file, and install that with `--require-hashes`"
            )),
            [..] => problem,
        }
    };
    unsafe_ones
        .filter(|install| !is_loose(subject, install))
        .map(problem)
        .chain(bare(subject))
        .collect()
}

/// Lines without a hash in files that have them: pip refuses the whole file, and uv takes such a line as it comes.
fn bare(subject: &Subject<'_>) -> Vec<Problem> {
    let installs = subject
        .images()
        .flat_map(|image| &image.installs)
        .map(|install| &install.what);
    let mut found = Vec::new();
    for install in installs.filter(|install| matches!(install.by, By::Pip) && !install.is_offline) {
        for file in &install.files {
            let Some((path, file)) = file
                .path
                .as_ref()
                .and_then(|path| subject.requirements.get_key_value(path))
            else {
                continue;
            };
            let is_bare = |entry: &&Entry| !entry.has_hash && entry.is_pinned;
            let bare = file.entries.iter().filter(is_bare);
            let is_hashed = file.entries.iter().any(|entry| entry.has_hash);
            found.extend(bare.filter(|_| is_hashed).map(|entry| {
                Problem::error(format!("`{}` has no hash, unlike others in `{path}`", entry.name.value))
                    .at(entry.name.place.clone())
                    .at(install.place.clone().label("installed here"))
            }));
        }
    }
    found
}

/// Whether all that is installed are commits of git by their full ids, which git checks.
fn is_of_commits(install: &Install) -> bool {
    let is_commit = |package: &String| {
        let address = package.split_once("git+").map_or("", |(_, address)| address);
        let commit = address.split('#').next().unwrap_or_default().rsplit('@').next();
        commit.is_some_and(|id| matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    install.files.is_empty() && !install.packages.is_empty() && install.packages.iter().all(is_commit)
}

/// No hash can vouch for what is only chosen during the build, which is a rule of its own.
fn chooses(install: &Install) -> bool {
    let mut named = install.packages.iter().filter(|package| !is_path(package)).peekable();
    install.files.is_empty() && named.peek().is_some() && named.all(|package| !package.contains(['=', '@']))
}

/// The same of files without a single version.
fn is_loose(subject: &Subject<'_>, install: &Install) -> bool {
    let mut files = install
        .files
        .iter()
        .map(|file| file.path.as_ref().and_then(|path| subject.requirements.get(path)));
    let is_loose =
        |file: &RequirementFile| !file.entries.is_empty() && file.entries.iter().all(|entry| !entry.is_pinned);
    install.packages.is_empty() && !install.files.is_empty() && files.all(|file| file.is_some_and(is_loose))
}

/// Asked for where the build itself left them out, the install fails, and somebody will take the question out.
fn is_possible(install: &Install) -> bool {
    let mut exports = install.files.iter().filter_map(|file| file.export.as_ref());
    exports.all(|export| export.is_hashed)
}

/// pip asks for all hashes as soon as one is in the file.
fn is_hashed(subject: &Subject<'_>, install: &Install) -> bool {
    let mut files = install.files.iter();
    install.packages.iter().all(|package| is_path(package))
        && files.all(|file| match &file.export {
            Some(export) => export.is_hashed,
            None => {
                let known = file.path.as_ref().and_then(|path| subject.requirements.get(path));
                // One that only leads to others is as good as those, and that one is not copied is another rule.
                subject.images().any(|image| image.lacks(file))
                    || known
                        .is_some_and(|file| file.entries.is_empty() || file.entries.iter().any(|entry| entry.has_hash))
            }
        })
}
