//! What git says has changed: the files that differ between a revision and the working tree.

use std::{collections::BTreeSet, io, process::Output};

use diagnostics::{Place, Problem};
use repo::Root;
use repo::{RepoPath, git, toml::quoted};

/// Names that the branch which others start from usually has.
const USUAL: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// What is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The last commit that the revision and the one checked out have in common.
    Commit {
        /// The revision as it was asked for.
        said: String,
        /// The full id of the commit.
        commit: String,
    },
    /// There was nothing before, as GitHub says by a commit of zeros when a branch is new.
    Nothing,
}

/// The files that differ from a commit or from the last release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The commit or state that they are compared with.
    pub base: Base,
    /// With both names of what was renamed; committed or not, and not ignored by git.
    pub files: BTreeSet<RepoPath>,
}

impl Changes {
    /// Compares the working tree with what it has in common with a revision; by default with the usual branch.
    pub fn since(root: &Root, revision: Option<&str>) -> Result<Self, Problem> {
        ask(root, &["rev-parse", "--git-dir"])?.map_err(|said| {
            Problem::error(format!("git finds no repository here: {said}"))
                .at(Place::File(root.display().to_string()))
                .remedy("run it in a clone: git lists the changes")
        })?;
        let mut files = paths(
            root,
            &["ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"],
        )?;
        if revision.is_some_and(|said| said.len() >= 40 && said.bytes().all(|byte| byte == b'0')) {
            files.extend(paths(root, &["ls-files", "-z", "--cached"])?);
            let base = Base::Nothing;
            return Ok(Self { base, files });
        }
        let base = base(root, revision)?;
        let diff = [
            "diff",
            "--name-only",
            "--no-renames",
            "--no-ext-diff",
            "--relative",
            "-z",
        ];
        if let Base::Commit { commit, .. } = &base {
            files.extend(paths(root, &[&diff[..], &[commit.as_str(), "--"]].concat())?);
        }
        Ok(Self { base, files })
    }
}

fn base(root: &Root, revision: Option<&str>) -> Result<Base, Problem> {
    let commit_of = |name: &str| {
        let name = format!("{name}^{{commit}}");
        ask(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name])
    };
    let (said, tip) = match revision {
        Some(said) => match commit_of(said)? {
            Ok(tip) => (said.to_owned(), tip),
            Err(_) => return Err(unknown(root, said)?),
        },
        None => usual(commit_of)?,
    };
    match ask(root, &["merge-base", &tip, "HEAD"])? {
        Ok(commit) => Ok(Base::Commit { said, commit }),
        Err(_) if is_shallow(root)? => Err(Problem::error(format!(
            "cannot determine what this clone and `{said}` have in common: its history is shallow"
        ))
        .note("a shallow clone contains only the last commits")
        .remedy("run `git fetch --unshallow`, or give `fetch-depth: 0` to actions/checkout")),
        Err(_) => Err(
            Problem::error(format!("`{said}` has no commit in common with what is checked out"))
                .remedy("name a revision of the same history"),
        ),
    }
}

fn usual(commit_of: impl Fn(&str) -> Result<Result<String, String>, Problem>) -> Result<(String, String), Problem> {
    for name in USUAL {
        if let Ok(tip) = commit_of(name)? {
            return Ok((name.to_owned(), tip));
        }
    }
    Err(
        Problem::error("cannot determine what to compare with: the clone has no default branch")
            .note(format!("looked for {}", quoted(&USUAL)))
            .remedy("name a revision with `--base`"),
    )
}

fn unknown(root: &Root, said: &str) -> Result<Problem, Problem> {
    let problem = Problem::error(format!("revision `{said}` does not exist"));
    Ok(if is_shallow(root)? {
        problem
            .note("a shallow clone contains only the last commits")
            .remedy("run `git fetch --unshallow`, or give `fetch-depth: 0` to actions/checkout")
    } else {
        problem.remedy("name a branch, tag or commit that `git log` knows; `git fetch` downloads those of a remote")
    })
}

fn is_shallow(root: &Root) -> Result<bool, Problem> {
    Ok(ask(root, &["rev-parse", "--is-shallow-repository"])?.is_ok_and(|said| said == "true"))
}

/// A list that git ends with zeros.
fn paths(root: &Root, arguments: &[&str]) -> Result<BTreeSet<RepoPath>, Problem> {
    let output = run(root, arguments)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Problem::error(format!(
            "git cannot determine what has changed: {}",
            said.trim()
        )));
    }
    let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    // No image can hold a file whose name is not UTF-8: `gen-dockerfiles` refuses it.
    Ok(names
        .filter_map(|name| RepoPath::parse(&String::from_utf8_lossy(name)))
        .collect())
}

/// One line that git says, or what it says instead when it cannot.
fn ask(root: &Root, arguments: &[&str]) -> Result<Result<String, String>, Problem> {
    let output = run(root, arguments)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Ok(if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    })
}

fn run(root: &Root, arguments: &[&str]) -> Result<Output, Problem> {
    git::command(root).args(arguments).output().map_err(|error| {
        let problem = Problem::error(format!("cannot run `git`: {error}"));
        match error.kind() {
            io::ErrorKind::NotFound => problem.remedy("install git: it knows what has changed"),
            _ => problem,
        }
    })
}
