//! The settings that follow from what the repository holds, as texts of the files that would have them.

use std::collections::BTreeMap;

use adopt::{Common, Item, Section, State, appended, candidates, describe, has_table, noted, shared};
use diagnostics::{Problem, called};
use facts::Subject;
use repo::{Home, Repo, RepoPath, Root, Service};
use surfaces::Surroundings;
use verify::observed;

use super::bare::without_manifest;

/// What is to be written, and what that leaves open.
#[derive(Default)]
pub struct Proposal {
    /// The files that get a table, by path.
    pub files: BTreeMap<RepoPath, Text>,
    /// What the settings themselves leave open.
    pub items: Vec<Item>,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
}

/// A file before and after.
pub struct Text {
    /// As it is.
    pub before: String,
    /// With the table.
    pub after: String,
}

/// What is known before settings say which packages are services.
struct Found {
    home: Home,
    /// The text of the file for the settings of the repository, if it has no such table.
    lacking: Option<String>,
    services: Vec<RepoPath>,
    libs: Vec<RepoPath>,
}

/// Reads the repository. `is_written` is whether what is proposed is written at once.
pub fn propose(root: &Root, is_written: bool) -> Result<Proposal, Vec<Problem>> {
    let mut proposal = Proposal::default();
    let (found, problems) = observed(root, |repo, subjects, surroundings| {
        find(root, repo, subjects, surroundings, &mut proposal.items)
    })?;
    proposal.problems = problems;
    let file = found.home.file();
    if let Some(before) = &found.lacking {
        if found.services.is_empty() {
            return Ok(proposal);
        }
        // For now: what images tell is read below.
        let table = shared(found.home, &[], &found.services, &found.libs);
        let after = appended(before, &table);
        let before = before.clone();
        proposal.files.insert(file, Text { before, after });
    }
    describe_all(root, &found, is_written, &mut proposal)?;
    Ok(proposal)
}

fn find(
    root: &Root,
    repo: &Repo,
    subjects: &[Subject<'_>],
    surroundings: &Surroundings,
    items: &mut Vec<Item>,
) -> Found {
    let home = repo.settings.home;
    let text = root.text(&home.file()).unwrap_or_default();
    let is_lacking = !has_table(&text, home.keys());
    let is_described = |service: &&Service| service.package.manifest.source.path().ends_with("pyproject.toml");
    if is_lacking {
        let bare = subjects.iter().filter(|subject| !is_described(&subject.service));
        items.extend(bare.map(|subject| without_manifest(subject, root)));
    }
    let described = repo.services.iter().filter(is_described);
    let mut services: Vec<RepoPath> = described.map(|service| service.package.dir.clone()).collect();
    if repo.services.is_empty() {
        services = candidates(&repo.libs, &surroundings.compose);
    }
    let libs = repo.libs.iter().map(|lib| lib.dir.clone());
    let libs = libs.filter(|dir| !services.contains(dir) && *dir != RepoPath::root());
    Found {
        home,
        lacking: is_lacking.then_some(text),
        libs: libs.collect(),
        services,
    }
}

impl Proposal {
    /// Files with the texts that they would have.
    pub fn texts(&self) -> Vec<(RepoPath, String)> {
        let files = self.files.iter();
        files.map(|(path, text)| (path.clone(), text.after.clone())).collect()
    }

    /// The item of one table, and what its comments still ask for.
    fn settled(&mut self, root: &Root, what: &str, file: &RepoPath, is_written: bool) {
        let state = if is_written || !self.files.contains_key(file) {
            State::Done
        } else {
            State::Run(format!("{} init", called::command()))
        };
        self.items.push(Item::new(Section::Settings, what, state));
        let text = match self.files.get(file) {
            Some(text) => text.after.clone(),
            None => root.text(file).unwrap_or_default(),
        };
        let noted = noted(file.as_str(), &text).into_iter();
        self.items
            .extend(noted.map(|by_hand| Item::by_hand(Section::Settings, by_hand)));
    }
}

/// Reads the repository as it is with its settings: which packages are services, these say.
fn describe_all(root: &Root, found: &Found, is_written: bool, proposal: &mut Proposal) -> Result<(), Vec<Problem>> {
    let home = found.home;
    let with = root.with_files(&proposal.texts());
    let look = |repo: &Repo, subjects: &[Subject<'_>], _: &Surroundings| {
        let common = match &found.lacking {
            Some(_) => Common::among(subjects),
            None => Common::said(&repo.settings),
        };
        let undeclared = adopt::undeclared(subjects).into_iter();
        proposal
            .items
            .extend(undeclared.map(|by_hand| Item::by_hand(Section::Packages, by_hand)));
        if let Some(before) = &found.lacking {
            let table = shared(home, subjects, &found.services, &found.libs);
            let (before, after) = (before.clone(), appended(before, &table));
            proposal.files.insert(home.file(), Text { before, after });
        }
        let mut settled = vec![(
            format!("the settings of the repository, in {}", home.file()),
            home.file(),
        )];
        for subject in subjects {
            let package = &subject.service.package;
            let path = package.dir.child("pyproject.toml");
            if package.manifest.source.path() != path.as_str() {
                proposal.items.push(without_manifest(subject, root));
                continue;
            }
            if package.manifest.settings().is_none() {
                let table = describe(home, subject, &common, root);
                let text = match proposal.files.remove(&path) {
                    // A single project has both kinds of settings in one table.
                    Some(Text { before, after }) => {
                        let keys = table.split_once('\n').map_or("", |(_, keys)| keys);
                        let keys = appended("", keys);
                        let after = after + &keys;
                        Text { before, after }
                    }
                    None => {
                        let before = package.manifest.source.text().to_owned();
                        let after = appended(&before, &table);
                        Text { before, after }
                    }
                };
                proposal.files.insert(path.clone(), text);
            }
            if path != home.file() {
                settled.push((format!("the settings of `{}`, in {path}", package.name), path));
            }
        }
        for (what, file) in settled {
            proposal.settled(root, &what, &file, is_written);
        }
    };
    observed(&with, look)?;
    Ok(())
}
