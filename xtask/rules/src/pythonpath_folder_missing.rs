use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "pythonpath-folder-missing",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "PYTHONPATH of the development image names a folder that does not exist",
    why: "Python ignores it silently, so its modules come from a different place or are missing",
    example: "PYTHONPATH=/app/libs/coer/src",
    fix: "use the folder that the sources are copied to, or remove the entry",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(dev) = &subject.dev else { return Vec::new() };
    let copies = |folder: &repo::RepoPath| {
        let mut paths = dev.copied.iter().filter_map(|copied| copied.what.source.path.as_ref());
        paths.any(|path| path == folder || path.is_under(folder) || folder.is_under(path))
    };
    // A lib that is not copied is another rule; the entry is right.
    let missing = |entry: &str| {
        let mut roots = subject.repo.libs_of(subject.service).flat_map(|lib| &lib.import_roots);
        roots.any(|root| entry.ends_with(&format!("/{root}")) && !copies(root))
    };
    let absent = subject.absent.iter();
    absent
        .filter(|entry| !missing(&entry.value))
        .map(|entry| {
            let message = format!("PYTHONPATH names `{}`, but nothing is copied there", entry.value);
            Problem::error(message).at(entry.place.clone())
        })
        .collect()
}
