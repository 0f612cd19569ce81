//! Compose files with all that they take from others: files laid over each other, `include` and `extends`.

use std::collections::{BTreeMap, BTreeSet};

use super::{layers::over, refused, service::Service};
use diagnostics::Problem;
use formats::yaml::{self, Node};
use repo::RepoPath;
use repo::Root;

/// Services of services: no one writes more.
const DEEPEST: usize = 16;
/// Files that one file includes, and those that these include.
const MOST_FILES: usize = 100;

/// Reads each file once.
pub struct Reader<'a> {
    root: &'a Root,
    /// Where paths are seen from, if not from the folder of the file.
    home: Option<RepoPath>,
    files: BTreeMap<RepoPath, Option<Node>>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// A reader that has read nothing yet.
    pub fn new(root: &'a Root) -> Self {
        Self {
            root,
            home: None,
            files: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// `--project-directory`
    pub fn at(self, home: Option<RepoPath>) -> Self {
        Self { home, ..self }
    }

    /// The problems of all files that were read.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The repository that is read.
    pub fn root(&self) -> &'a Root {
        self.root
    }

    /// The services of files that are laid over each other, in their order.
    pub fn services(&mut self, files: &[RepoPath]) -> Vec<Service> {
        let mut services: Vec<Service> = Vec::new();
        for file in files {
            for upper in self.of_file(file) {
                match services.iter().position(|lower| lower.name.value == upper.name.value) {
                    Some(at) => {
                        let lower = services.remove(at);
                        services.insert(at, over(upper, lower));
                    }
                    None => services.push(upper),
                }
            }
        }
        services
    }

    /// The services of one file, and of those that it includes.
    pub fn of_file(&mut self, file: &RepoPath) -> Vec<Service> {
        self.included(file, &mut BTreeSet::new())
    }

    fn included(&mut self, file: &RepoPath, seen: &mut BTreeSet<RepoPath>) -> Vec<Service> {
        if seen.len() > MOST_FILES || !seen.insert(file.clone()) {
            return Vec::new();
        }
        let Some(document) = self.document(file) else {
            return Vec::new();
        };
        let mut services = Vec::new();
        let names = document.get("services").map(Node::entries).unwrap_or_default();
        for (name, node) in names.iter().filter(|(_, node)| node.is_mapping()) {
            services.push(self.service(file, name, node, 0));
        }
        for included in included(&document) {
            let path = included.text().and_then(|path| file.parent().join(path));
            services.extend(path.map(|path| self.included(&path, seen)).unwrap_or_default());
        }
        services
    }

    /// A service with what it extends.
    fn service(&mut self, file: &RepoPath, name: &Node, node: &Node, depth: usize) -> Service {
        let folder = self.home.clone().unwrap_or_else(|| file.parent());
        let own = Service::read(self.root, &folder, name, node);
        for problem in refused::misspelt(node) {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
        let Some(said) = node.get("extends") else { return own };
        let Some(wanted) = said.text().or_else(|| said.get("service")?.text()) else {
            return own;
        };
        if depth == DEEPEST {
            let problem = Problem::error(format!("`{}` extends itself, or too many others", own.name.value));
            self.problems.push(problem.at(said.place()));
            return own;
        }
        let other = said
            .get("file")
            .and_then(Node::text)
            .and_then(|path| file.parent().join(path));
        let other = other.unwrap_or_else(|| file.clone());
        let document = self.document(&other);
        let services = document.as_ref().and_then(|document| document.get("services"));
        let found = services.map(Node::entries).unwrap_or_default();
        match found.iter().find(|(name, _)| name.text() == Some(wanted)) {
            Some((_, base)) => {
                let base = self.service(&other, name, base, depth + 1);
                over(own, base)
            }
            None => {
                // A file that cannot be read was reported.
                if document.is_some() || !self.root.has(&other) {
                    let problem = Problem::error(format!("`{other}` has no service `{wanted}` to extend"));
                    self.problems.push(problem.at(said.place()));
                }
                own
            }
        }
    }

    /// What a file holds, where it can be read: what it cannot is reported once.
    pub fn document(&mut self, file: &RepoPath) -> Option<Node> {
        if let Some(known) = self.files.get(file) {
            return known.clone();
        }
        let read = match self.root.source_if_present(file) {
            Ok(Some(source)) => yaml::read(&source, &mut self.problems).into_iter().next(),
            Ok(None) => None,
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        };
        self.files.insert(file.clone(), read.clone());
        read
    }
}

/// The paths behind `include`: `[a.yaml, { path: b.yaml }, { path: [c.yaml] }]`.
fn included(document: &Node) -> Vec<&Node> {
    let items = document.get("include").map(Node::items).unwrap_or_default();
    let mut paths = Vec::new();
    for item in items {
        match item.get("path") {
            Some(path) if path.is_sequence() => paths.extend(path.items()),
            Some(path) => paths.push(path),
            None => paths.push(item),
        }
    }
    paths
}
