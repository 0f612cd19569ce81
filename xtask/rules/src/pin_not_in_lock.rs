use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Edit, Fix, Problem};
use facts::Subject;
use formats::requirements::{Entry, RequirementFile};
use repo::{
    RepoPath,
    lock::{Lock, LockedPackage, LockedSource, Manager},
};

pub const RULE: Rule = Rule {
    id: "pin-not-in-lock",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a requirement file pins a version that the lock of the service does not have",
    why: "the lock has the versions that were tested together, and the image has a different one",
    example: "httpx==0.28.1 in requirements.txt, 0.27.2 in poetry.lock",
    fix: "change the version with the lock manager, and export the lock again",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(lock) = subject.lock() else { return Vec::new() };
    let images = subject.images().flat_map(Subject::installs_in);
    let mut paths: Vec<&RepoPath> = images
        .flat_map(|install| &install.files)
        .filter_map(|file| file.path.as_ref())
        .collect();
    paths.sort();
    paths.dedup();
    let files = paths
        .into_iter()
        .filter_map(|path| Some((path, subject.requirements.get(path)?)));
    files
        .filter(|(path, file)| {
            let is_beside = path.is_under(&subject.service.package.dir) && !is_of_tools(file);
            is_beside || is_mostly_of(file, lock)
        })
        .flat_map(|(_, file)| &file.entries)
        .filter_map(|entry| unlocked(entry, lock, &subject.service.package.dir))
        .collect()
}

/// What installs the lock is not in it, nor is what that needs.
fn is_of_tools(file: &RequirementFile) -> bool {
    let managers = ["pdm", "pipenv", "poetry", "uv"];
    file.entries
        .iter()
        .any(|entry| managers.contains(&entry.name.value.as_str()))
}

/// A file that lies elsewhere may be of build tools, which have a lock of their own.
fn is_mostly_of(file: &RequirementFile, lock: &Lock) -> bool {
    let is_locked = |entry: &&Entry| lock.packages.iter().any(|package| package.name == entry.name.value);
    file.entries.iter().filter(is_locked).count() * 2 > file.entries.len()
}

fn unlocked(entry: &Entry, lock: &Lock, dir: &RepoPath) -> Option<Problem> {
    if let Some(address) = &entry.address {
        return by_address(entry, address, lock);
    }
    let version = entry.version.as_ref()?;
    let name = &entry.name.value;
    let locked: Vec<_> = lock.packages.iter().filter(|package| package.name == *name).collect();
    if locked
        .iter()
        .any(|package| version.parse().is_ok_and(|version| package.number == version))
    {
        return None;
    }
    let problem = match locked.first() {
        Some(package) => Problem::error(format!(
            "`{name}` is pinned to {version}, but the lock has {}",
            package.version.value
        ))
        .at(entry.name.place.clone())
        .at(package.version.place.clone().label("locked")),
        None => Problem::error(format!(
            "`{name}` is pinned to {version}, but the lock does not have it"
        ))
        .at(entry.name.place.clone()),
    };
    let fix = match locked.as_slice() {
        [package] => fix(entry, version, package).map(Box::new),
        [..] => None,
    };
    let dir = dir.in_words();
    let manager = lock.format.manager();
    let ask = match manager {
        Manager::Poetry | Manager::Uv | Manager::Pdm => format!("{} add", manager.program()),
        Manager::Pipenv => "pipenv install".to_owned(),
        Manager::Pylock => "uv add --frozen".to_owned(),
    };
    let remedy = match (&fix, locked.first()) {
        (Some(_), _) => format!(
            "run `cargo xtask verify-parity --fix`, which pins what is locked; for {version}, ask for it with `{ask} {name}@{version}` in {dir} and export the lock again"
        ),
        (None, Some(package)) => format!("pin {}, or lock {version} in {dir}", package.version.value),
        (None, None) => format!("remove the line, or run `{ask} {name}` in {dir} and export the lock again"),
    };
    Some(Problem { fix, ..problem }.remedy(remedy))
}

/// A requirement by address is what lies there, and not what the lock has from an index.
fn by_address(entry: &Entry, address: &str, lock: &Lock) -> Option<Problem> {
    let name = &entry.name.value;
    let locked = lock.packages.iter().find(|package| package.name == *name)?;
    let is_of_index = match locked.source {
        LockedSource::Default | LockedSource::Index { .. } => true,
        LockedSource::Git { .. }
        | LockedSource::Url { .. }
        | LockedSource::File { .. }
        | LockedSource::Directory { .. } => false,
    };
    is_of_index.then(|| {
        let message = format!("`{name}` is taken from {address}, but the lock has it from an index");
        Problem::error(message)
            .at(entry.name.place.clone())
            .at(locked.version.place.clone().label("locked"))
            .remedy(format!("pin {}, or lock the address", locked.version.value))
    })
}

/// The pin as the lock has it, in the layout that it has in the file.
fn fix(entry: &Entry, version: &str, package: &LockedPackage) -> Option<Fix> {
    match package.source {
        LockedSource::Default | LockedSource::Index { .. } => {}
        LockedSource::Git { .. }
        | LockedSource::Url { .. }
        | LockedSource::File { .. }
        | LockedSource::Directory { .. } => {
            return None;
        }
    }
    let (source, span) = entry.name.place.text()?;
    let written = entry_at(&source.text()[span.start..]);
    let head = written.find("--hash=").map_or(written, |at| &written[..at]);
    let requirement = head.trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
    let (before, after) = requirement.split_once(&format!("=={version}"))?;
    let mut text = format!("{before}=={}{after}", package.version.value);
    if head.len() < written.len() {
        let mut hashes: Vec<&str> = package.files.iter().map(|file| file.hash.as_str()).collect();
        hashes.sort_unstable();
        hashes.dedup();
        for hash in hashes {
            text.push_str(&head[requirement.len()..]);
            text.push_str("--hash=");
            text.push_str(hash);
        }
    }
    let what = format!("pin `{}` to {}, as locked", entry.name.value, package.version.value);
    let span = span.start..span.start + written.len();
    let source = source.clone();
    Some(Fix::new(what, Edit::Replace { source, span, text }))
}

/// The entry that a text begins with, up to its last word: a `\` at the end of a line goes on in the next.
fn entry_at(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let said = line.split(" #").next().unwrap_or_default().trim_end();
        if !said.ends_with('\\') {
            return &text[..end + said.len()];
        }
        end += line.len();
    }
    text.trim_end()
}
