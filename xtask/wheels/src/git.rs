//! What git knows about the inputs of a build: which files are part of the repository, and at which revision they are.

use std::{collections::BTreeSet, io, process::Output, thread};

use diagnostics::{Place, Problem};
use repo::RepoPath;
use repo::Root;

/// What git says about some files and folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The files there that git does not ignore, committed or not. `None` where there is no git repository.
    pub files: Option<BTreeSet<RepoPath>>,
    /// Those that its index says can be run. What the disk says depends on the machine (`core.fileMode`).
    pub executable: BTreeSet<RepoPath>,
    /// The commit that is checked out; `None` outside of git.
    pub revision: Option<Revision>,
}

/// The commit that is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The full id.
    pub commit: String,
    /// The files are not those of the commit.
    pub is_dirty: bool,
}

/// Asks git. Only `.gitignore` files count, not what a user ignores everywhere: the answer is the same in every clone.
pub fn ask(root: &Root, paths: &[RepoPath]) -> Result<Facts, Problem> {
    // Either may hold the settings.
    let settings = ["Cargo.toml", "pyproject.toml"].map(|file| RepoPath::root().child(file));
    let paths: Vec<RepoPath> = paths.iter().chain(&settings).cloned().collect();
    let paths = paths.as_slice();
    let list = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-per-directory=.gitignore",
    ];
    let status = [
        "status",
        "--porcelain=v2",
        "--branch",
        "--no-renames",
        "--untracked-files=all",
        "-z",
    ];
    let (list, status) = thread::scope(|scope| {
        let list = scope.spawn(|| git(root, &list, paths));
        let status = git(root, &status, paths);
        (list.join().unwrap_or(Ok(None)), status)
    });
    let (Some(list), Some(status)) = (list?, status?) else {
        return Ok(Facts::default());
    };
    let staged = git(root, &["ls-files", "-z", "--cached", "--stage"], paths)?.unwrap_or_default();
    // `100755 OBJECT 0<TAB>PATH`
    let entries = staged
        .split(|byte| *byte == 0)
        .filter_map(|entry| std::str::from_utf8(entry).ok());
    let executable = entries.filter_map(|entry| {
        let (about, path) = entry.split_once('\t')?;
        about.starts_with("100755").then(|| RepoPath::parse(path))?
    });
    let executable = executable.collect();
    let mut files = BTreeSet::new();
    for name in list.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let path = std::str::from_utf8(name).ok().and_then(RepoPath::parse);
        files.insert(path.ok_or_else(|| not_utf8(name))?);
    }
    if !settings.iter().any(|file| files.contains(file)) {
        // A repository around this one ignores it all, and says nothing about it.
        return Ok(Facts::default());
    }
    Ok(Facts {
        files: Some(files),
        executable,
        revision: revision(&status),
    })
}

/// The output, or `None` where there is no repository.
fn git(root: &Root, arguments: &[&str], paths: &[RepoPath]) -> Result<Option<Vec<u8>>, Problem> {
    let mut command = repo::git::command(root);
    command
        .args(arguments)
        .arg("--")
        .args(paths.iter().map(RepoPath::as_str));
    let Output { status, stdout, stderr } = match command.output() {
        Ok(output) => output,
        // Without a repository around it, nobody needs git.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_in_a_repository(root) => {
            return Ok(None);
        }
        Err(error) => {
            return Err(Problem::error(format!("cannot run `git`: {error}"))
                .note("git says which files are part of the repository")
                .remedy("install git"));
        }
    };
    if status.success() {
        return Ok(Some(stdout));
    }
    let said = String::from_utf8_lossy(&stderr);
    if said.contains("not a git repository") {
        return Ok(None);
    }
    Err(Problem::error(format!(
        "git cannot list the files of the repository: {}",
        said.trim()
    )))
}

#[expect(
    clippy::disallowed_methods,
    reason = "folders around the repository, where git would look too"
)]
fn is_in_a_repository(root: &Root) -> bool {
    root.ancestors().any(|folder| folder.join(".git").exists())
}

/// `# branch.oid COMMIT` (or `(initial)` before the first commit), further headers, then an entry a changed file.
fn revision(status: &[u8]) -> Option<Revision> {
    let status = String::from_utf8_lossy(status);
    let mut entries = status.split('\0').filter(|entry| !entry.is_empty());
    let commit = entries.find_map(|entry| entry.strip_prefix("# branch.oid "))?;
    Some(Revision {
        commit: Some(commit).filter(|commit| *commit != "(initial)")?.to_owned(),
        is_dirty: entries.any(|entry| !entry.starts_with('#')),
    })
}

fn not_utf8(name: &[u8]) -> Problem {
    let name = String::from_utf8_lossy(name);
    Problem::error(format!("the name of `{name}` is not UTF-8"))
        .at(Place::File(name.into_owned()))
        .remedy("rename it: wheels and requirement files can only contain UTF-8 names")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_clean_or_not() {
        let clean = revision(b"# branch.oid abc\0# branch.head main\0").unwrap();
        assert_eq!((clean.commit.as_str(), clean.is_dirty), ("abc", false));
        let dirty = revision(b"# branch.oid abc\0# branch.head main\0? new.py\0").unwrap();
        assert!(dirty.is_dirty);
        assert_eq!(revision(b"# branch.oid (initial)\0? new.py\0"), None);
        assert_eq!(revision(b""), None);
    }
}
