//! Packages of the distribution under an image: Debian's and Alpine's own databases.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::files::Files;

/// Installed packages by name.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// The packages by name.
    pub packages: BTreeMap<String, SystemPackage>,
    /// The package that each file is of, where the database lists files.
    files: HashMap<String, String>,
}

/// A package of the system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemPackage {
    /// The version as the package manager writes it.
    pub version: String,
    /// What it brings along, alternatives side by side.
    pub needs: Vec<String>,
    /// What it stands for besides.
    pub provides: Vec<String>,
}

impl System {
    /// Reads the databases of the package managers that are known.
    pub fn read(files: &Files) -> Self {
        let mut system = Self::default();
        for text in files.text("/var/lib/dpkg/status").into_iter() {
            system.debian(text);
        }
        // Images without a package manager keep one file a package.
        for name in files.names("/var/lib/dpkg/status.d") {
            if let Some(text) = files.text(&format!("/var/lib/dpkg/status.d/{name}")) {
                system.debian(text);
            }
        }
        for path in ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"] {
            if let Some(text) = files.text(path) {
                system.alpine(text);
            }
        }
        system.list(files);
        system
    }

    /// The package that brings a file. `None` also where no database lists files.
    pub fn owner(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether a database says which files are whose.
    pub fn lists_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Debian keeps a list for each package.
    fn list(&mut self, files: &Files) {
        const INFO: &str = "/var/lib/dpkg/info";
        for name in files.names(INFO) {
            let Some(package) = name.strip_suffix(".list") else {
                continue;
            };
            let package = package.split(':').next().unwrap_or(package);
            for line in files.text(&format!("{INFO}/{name}")).into_iter().flat_map(str::lines) {
                // Lists may still name the folders that became links to those of /usr.
                let is_moved = ["/bin/", "/lib/", "/lib64/", "/sbin/"]
                    .iter()
                    .any(|folder| line.starts_with(folder));
                let path = if is_moved {
                    format!("/usr{line}")
                } else {
                    line.to_owned()
                };
                self.files.insert(path, package.to_owned());
                if is_moved {
                    self.files.insert(line.to_owned(), package.to_owned());
                }
            }
        }
    }

    /// The packages, and all that they bring along.
    pub fn with_needs(&self, names: &[String]) -> BTreeSet<&str> {
        let mut open: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut found = BTreeSet::new();
        while let Some(name) = open.pop() {
            let named = self.packages.get_key_value(name).into_iter();
            let provided = self
                .packages
                .iter()
                .filter(|(_, package)| package.provides.iter().any(|other| other == name));
            for (name, package) in named.chain(provided) {
                if found.insert(name.as_str()) {
                    open.extend(package.needs.iter().map(String::as_str));
                }
            }
        }
        found
    }

    fn debian(&mut self, text: &str) {
        for paragraph in text.split("\n\n") {
            let fields: BTreeMap<&str, &str> = paragraph
                .lines()
                .filter(|line| !line.starts_with([' ', '\t']))
                .filter_map(|line| line.split_once(':'))
                .map(|(key, value)| (key, value.trim()))
                .collect();
            let Some(name) = fields.get("Package") else { continue };
            // What is removed leaves its settings, and its paragraph, behind.
            if fields
                .get("Status")
                .is_some_and(|status| !status.ends_with(" installed"))
            {
                continue;
            }
            let list = |keys: &[&str]| -> Vec<String> {
                let lists = keys.iter().filter_map(|key| fields.get(key));
                lists.flat_map(|list| list.split([',', '|'])).filter_map(bare).collect()
            };
            let package = SystemPackage {
                version: fields
                    .get("Version")
                    .map_or_else(String::new, |version| (*version).to_owned()),
                needs: list(&["Pre-Depends", "Depends", "Recommends"]),
                provides: list(&["Provides"]),
            };
            self.packages.insert((*name).to_owned(), package);
        }
    }

    fn alpine(&mut self, text: &str) {
        for paragraph in text.split("\n\n") {
            let field = |key: &str| {
                let mut lines = paragraph.lines().filter_map(|line| line.split_once(':'));
                lines.find(|(name, _)| *name == key).map(|(_, value)| value)
            };
            let list = |key: &str| -> Vec<String> {
                let words = field(key).unwrap_or_default().split_whitespace();
                words
                    .map(|word| word.split(['=', '<', '>', '~']).next().unwrap_or_default().to_owned())
                    .collect()
            };
            let Some(name) = field("P") else { continue };
            let package = SystemPackage {
                version: field("V").unwrap_or_default().to_owned(),
                needs: list("D"),
                provides: list("p"),
            };
            self.packages.insert(name.to_owned(), package);
        }
    }
}

/// `libc6` of `libc6:amd64 (>= 2.36)`.
fn bare(text: &str) -> Option<String> {
    let name = text.trim().split([' ', '(', ':']).next()?;
    (!name.is_empty()).then(|| name.to_owned())
}
