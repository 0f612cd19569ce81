//! What git knows: tags, subjects, and what is not committed.

use std::path::PathBuf;

use pep440_rs::Version;
use repo::Root;
use xshell::{Shell, cmd};

use diagnostics::{Place, Problem};
use formats::PackageName;
use repo::RepoPath;
use subprocess::{demand, shell};

/// The repository's history. Everything asked of it is relative to the root that the xtask works on, which may lie below
/// the top of the clone.
pub struct History {
    shell: Shell,
}

/// One path that differs from the last commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirty {
    /// The path, relative to the root.
    pub path: RepoPath,
    /// Whether git does not track it.
    pub is_untracked: bool,
}

/// The tag of a release.
pub fn tag(name: &PackageName, version: &Version) -> String {
    format!("{name}-v{version}")
}

impl History {
    /// Opens the history of a repository. A problem where git is missing, or the folder is not a checkout.
    pub fn open(root: &Root) -> Result<Self, Problem> {
        let shell = shell()?;
        shell.change_dir(PathBuf::from(root));
        let history = Self { shell };
        history
            .ask(
                "find the git repository",
                &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
            )
            .map_err(|_| {
                Problem::error("this is not a git repository with a commit")
                    .at(Place::File(root.display().to_string()))
                    .note("versions, changelogs and what is published follow from commits")
            })?;
        Ok(history)
    }

    /// The full hash of the commit that is checked out.
    pub fn revision(&self) -> Result<String, Problem> {
        Ok(self.ask("tell the revision", &["rev-parse", "HEAD"])?.trim().to_owned())
    }

    /// The commit that a tag names; `None` where there is no such tag.
    pub fn commit_of(&self, tag: &str) -> Result<Option<String>, Problem> {
        let tags = self.ask("list the tags", &["tag", "--list", "--format=%(refname:strip=2)"])?;
        if !tags.lines().any(|known| known == tag) {
            return Ok(None);
        }
        let commit = format!("refs/tags/{tag}^{{commit}}");
        Ok(Some(self.ask("read a tag", &["rev-parse", &commit])?.trim().to_owned()))
    }

    /// The version of the newest release that is part of this history.
    pub fn last_release(&self, name: &PackageName) -> Result<Option<Version>, Problem> {
        let pattern = format!("{name}-v*");
        let tags = self.ask("list the tags", &["tag", "--list", "--merged", "HEAD", &pattern])?;
        let prefix = format!("{name}-v");
        let versions = tags
            .lines()
            .filter_map(|tag| tag.strip_prefix(&prefix)?.parse::<Version>().ok());
        Ok(versions.max())
    }

    /// The subjects of the commits that touch a folder since a tag, or ever: newest first, merges left out.
    pub fn subjects(&self, folder: &RepoPath, since: Option<&str>) -> Result<Vec<String>, Problem> {
        if since.is_none() && self.is_shallow()? {
            return Err(Problem::error("the history is cut off, and has no release tags")
                .remedy("run `git fetch --unshallow --tags`"));
        }
        let range = since.map_or_else(|| String::from("HEAD"), |tag| format!("refs/tags/{tag}..HEAD"));
        let arguments = ["log", "--no-merges", "--format=%s", &range, "--", folder.as_str()];
        let text = self.ask("read the history", &arguments)?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// What is not committed, ignored files left out.
    pub fn dirty(&self) -> Result<Vec<Dirty>, Problem> {
        // `--no-optional-locks` and `-z`: nothing is written, nothing is quoted.
        let text = self.ask(
            "compare with the last commit",
            &[
                "--no-optional-locks",
                "status",
                "--porcelain=v1",
                "-z",
                "--no-renames",
                "--untracked-files=all",
                ".",
            ],
        )?;
        let top = self.ask("find the git repository", &["rev-parse", "--show-prefix"])?;
        let entries = text.split('\0').filter_map(|entry| {
            let (state, path) = (entry.get(..2)?, entry.get(3..)?);
            Some(Dirty {
                path: RepoPath::parse(path.strip_prefix(top.trim()).unwrap_or(path))?,
                is_untracked: state == "??",
            })
        });
        Ok(entries.collect())
    }

    fn is_shallow(&self) -> Result<bool, Problem> {
        Ok(self
            .ask("read the history", &["rev-parse", "--is-shallow-repository"])?
            .trim()
            == "true")
    }

    fn ask(&self, purpose: &str, arguments: &[&str]) -> Result<String, Problem> {
        // Hooks and settings of the person who runs this must not change the answer.
        let shell = &self.shell;
        demand(
            purpose,
            cmd!(
                shell,
                "git -c core.quotePath=false -c log.showSignature=false {arguments...}"
            ),
        )
    }
}
