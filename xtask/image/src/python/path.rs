//! `sys.path`: which folders the interpreter of an image imports from, in their order.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock},
};

use formats::absolute;

use super::{Python, Start, Started, start::is_python};
use crate::{
    Checkout, Origin,
    tree::{Tree, site_packages},
};

/// What an image tells a program besides its files.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Environment variables by name.
    pub environment: &'a BTreeMap<String, String>,
    /// The working folder.
    pub folder: &'a str,
}

/// What images of Python and of distributions set.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// The prefix of the image's own Python.
const SYSTEM: &str = "/usr/local";

impl Python {
    /// The interpreter behind what an image starts.
    pub fn of(
        tree: &Tree,
        started: &Started,
        surroundings: Surroundings<'_>,
        checkout: Arc<dyn Checkout + Send + Sync>,
    ) -> Self {
        let mut python = Self {
            tree: tree.clone(),
            checkout,
            path: Vec::new(),
            packages: Vec::new(),
            startup: Vec::new(),
            unknown: started.unknown.clone(),
            known: Mutex::default(),
            distributions: OnceLock::new(),
        };
        for folder in &started.folders {
            python.add(absolute(surroundings.folder, folder));
        }
        match &started.start {
            Start::Script(path) => {
                let path = absolute(surroundings.folder, path);
                python.add(path.rsplit_once('/').map_or("/", |(folder, _)| folder).to_owned());
            }
            Start::Module(_) | Start::Unknown if started.sees_folder => python.add(absolute("/", surroundings.folder)),
            Start::Module(_) | Start::Unknown => {}
        }
        let said = surroundings.environment.get("PYTHONPATH").map_or("", String::as_str);
        for entry in said.split(':').filter(|entry| !entry.is_empty()) {
            if entry.contains('$') {
                python.unknown.get_or_insert_with(|| format!("PYTHONPATH is `{said}`"));
            }
            python.add(absolute(surroundings.folder, entry));
        }
        let prefix = python.prefix(started, surroundings);
        python.add_packages(&prefix);
        if prefix != SYSTEM && python.made_at(&prefix).is_some_and(|(sees_system, _)| sees_system) {
            python.add_packages(SYSTEM);
        }
        python
    }

    fn add(&mut self, folder: String) {
        let folder = if folder == "/" { String::new() } else { folder };
        if !self.path.contains(&folder) {
            self.path.push(folder);
        }
    }

    /// The environment whose interpreter runs.
    fn prefix(&mut self, started: &Started, surroundings: Surroundings<'_>) -> String {
        if let Some((folder, _)) = started.program.rsplit_once('/') {
            let folder = absolute(surroundings.folder, folder);
            return folder.strip_suffix("/bin").map_or(SYSTEM, own).to_owned();
        }
        if let Some(environment) = &started.environment {
            return absolute(surroundings.folder, environment);
        }
        let path = surroundings.environment.get("PATH").map_or(PATH, String::as_str);
        let prefixes = path
            .split(':')
            .filter_map(|folder| folder.trim_end_matches('/').strip_suffix("/bin"));
        let found: Vec<&str> = prefixes
            .map(own)
            .filter(|prefix| *prefix == SYSTEM || self.is_environment(prefix))
            .collect();
        // A Python is in every environment. Other programs are where they are installed, as local packages are.
        let has_own = |prefix: &&&str| {
            let entries = self.tree.entries(&site_packages(prefix));
            entries.iter().any(|entry| entry.origin.wheel().is_some())
        };
        let by_program = found.iter().find(has_own).filter(|_| !is_python(&started.program));
        by_program.or(found.first()).map_or(SYSTEM, |prefix| *prefix).to_owned()
    }

    fn is_environment(&self, prefix: &str) -> bool {
        let is_made = |entry: &Arc<crate::Entry>| matches!(entry.origin, Origin::Environment { .. });
        self.tree.entries(prefix).iter().any(is_made) || !self.tree.entries(&site_packages(prefix)).is_empty()
    }

    /// What made the environment at a prefix last, and whether it sees the packages of the Python that it was made from.
    pub(super) fn made_at(&self, prefix: &str) -> Option<(bool, Arc<crate::Entry>)> {
        let entries = self.tree.entries(prefix).into_iter();
        let mut made = entries.filter_map(|entry| match entry.origin {
            Origin::Environment { sees_system } => Some((sees_system, entry)),
            _ => None,
        });
        made.next()
    }

    fn add_packages(&mut self, prefix: &str) {
        let folder = site_packages(prefix);
        self.packages.push(folder.clone());
        self.add(folder.clone());
        let mut more = Vec::new();
        for entry in self.tree.entries(&folder) {
            if let Origin::Editable(wheel) = &entry.origin {
                let contents = wheel.contents(&*self.checkout);
                let roots = contents.roots.iter();
                more.extend(roots.map(|root| absolute(&wheel.folder, root)));
                if contents.roots.is_empty() {
                    more.extend([wheel.folder.clone(), absolute(&wheel.folder, "src")]);
                }
            }
        }
        for (name, text) in self.tree.texts(&folder, ".pth", &*self.checkout) {
            match text {
                Some(text) => {
                    let lines = text.lines().map(str::trim);
                    let run = lines.clone().filter(|line| line.starts_with("import"));
                    self.startup.extend(run.map(|line| (name.clone(), line.to_owned())));
                    let paths = lines.filter(|line| {
                        !line.is_empty() && !line.starts_with(['#', ' ']) && !line.starts_with("import")
                    });
                    more.extend(paths.map(|line| absolute(&folder, line)));
                }
                None => drop(
                    self.unknown
                        .get_or_insert_with(|| format!("`{name}` may lead anywhere")),
                ),
            }
        }
        more.into_iter().for_each(|folder| self.add(folder));
    }
}

fn own(prefix: &str) -> &str {
    match prefix {
        "" | "/usr" => SYSTEM,
        prefix => prefix,
    }
}
