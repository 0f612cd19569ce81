//! Where the settings of a repository are, and which command its people type: both follow from what the repository holds.

use diagnostics::{Place, Problem, Source, called};

use crate::{
    RepoPath, Root,
    toml::{self, Table},
};

/// The name of the program on package registries, and of its table in a `pyproject.toml`.
pub const TOOL: &str = "twinfile";

/// The manifest of the crate that makes `cargo xtask` a command of the repository.
const COMMAND: &str = "xtask/Cargo.toml";

/// The table that holds the settings, and what generated files call the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    table: Which,
    /// `cargo xtask` where the repository has such a crate, and the installed program elsewhere: never how the program was called, or
    /// two people would generate different files.
    command: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Xtask,
    Cargo,
    Pyproject,
}

impl Which {
    const ALL: [Self; 3] = [Self::Xtask, Self::Cargo, Self::Pyproject];

    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Xtask => &["workspace", "metadata", "xtask"],
            Self::Cargo => &["workspace", "metadata", TOOL],
            Self::Pyproject => &["tool", TOOL],
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Xtask | Self::Cargo => "Cargo.toml",
            Self::Pyproject => "pyproject.toml",
        }
    }

    fn is_in(self, source: &Source) -> bool {
        toml::parse(source).is_ok_and(|document| {
            let mut ignored = Vec::new();
            let root = Table::root(source, &document);
            descend(root, self.keys(), &mut ignored).is_some()
        })
    }
}

/// What is found.
pub(crate) struct Found {
    pub home: Home,
    /// The file with the settings. `None` where there are none.
    pub source: Option<Source>,
}

impl Home {
    /// Looks at the manifests in the root folder. Settings in two places are a problem that names both: neither wins.
    pub(crate) fn find(root: &Root, problems: &mut Vec<Problem>) -> Result<Found, ()> {
        let mut found: Vec<(Which, Source)> = Vec::new();
        let mut is_unreadable = false;
        for file in ["Cargo.toml", "pyproject.toml"] {
            let source = match root.source_if_present(&RepoPath::root().child(file)) {
                Ok(Some(source)) => source,
                Ok(None) => continue,
                Err(problem) => {
                    problems.push(problem);
                    is_unreadable = true;
                    continue;
                }
            };
            if let Err(problem) = toml::parse(&source) {
                problems.push(problem);
                is_unreadable |= file == "Cargo.toml";
                continue;
            }
            let tables = Which::ALL.into_iter().filter(|which| which.file() == file);
            let tables = tables.filter(|which| which.is_in(&source));
            found.extend(tables.map(|which| (which, source.clone())));
        }
        let has_crate = root.is_file(&RepoPath::listed(COMMAND));
        let home = |table: Which| Home {
            table,
            command: if has_crate || table == Which::Xtask {
                called::WRITTEN
            } else {
                TOOL
            },
        };
        if let [(first, source), (second, other), ..] = found.as_slice() {
            let place = |which: &Which, source: &Source| home(*which).place(source);
            let message = if first.file() == second.file() {
                format!("`{}` has two tables with settings", first.file())
            } else {
                format!("`{}` and `{}` both contain settings", first.file(), second.file())
            };
            problems.push(
                Problem::error(message)
                    .at(place(first, source))
                    .at(place(second, other).label("and here"))
                    .remedy("keep one of the two tables: the keys are the same in both"),
            );
            return Err(());
        }
        match found.pop() {
            Some((which, source)) => {
                home(which).word();
                Ok(Found {
                    home: home(which),
                    source: Some(source),
                })
            }
            None if is_unreadable => Err(()),
            None => {
                let home = home(Self::usual(root));
                home.word();
                Ok(Found { home, source: None })
            }
        }
    }

    /// Where settings would be written: where the caller's own settings usually are.
    fn usual(root: &Root) -> Which {
        let has = |file: &str| root.is_file(&RepoPath::root().child(file));
        if called::command() == called::WRITTEN || (has("Cargo.toml") && !has("pyproject.toml")) {
            Which::Xtask
        } else {
            Which::Pyproject
        }
    }

    /// From here on, texts name this table.
    fn word(self) {
        called::settings_are_in(self.wording());
    }

    fn wording(self) -> called::Settings {
        match self.table {
            Which::Xtask => called::Settings::Xtask,
            Which::Cargo => called::Settings::Cargo,
            Which::Pyproject => called::Settings::Pyproject,
        }
    }

    /// A text of ours as generated files have it.
    pub fn worded(self, text: &str) -> String {
        called::reworded(text, self.command, self.wording()).into_owned()
    }

    /// The file that holds the settings.
    pub fn file(self) -> RepoPath {
        RepoPath::root().child(self.table.file())
    }

    /// The keys that lead to the table of the settings.
    pub fn keys(self) -> &'static [&'static str] {
        self.table.keys()
    }

    /// The table as it is written, without brackets.
    pub fn header(self) -> String {
        self.keys().join(".")
    }

    /// The command that generated files name.
    pub fn command(self) -> &'static str {
        self.command
    }

    /// Whether settings and packages can be in one table: in a `pyproject.toml` both are below `tool`.
    pub(crate) fn is_pyproject(self) -> bool {
        self.table == Which::Pyproject
    }

    /// The place of a file as a whole.
    pub(crate) fn of_file(self) -> Place {
        Place::File(self.table.file().to_owned())
    }

    fn place(self, source: &Source) -> Place {
        let document = toml::parse(source).ok();
        let table = document.as_ref().and_then(|document| {
            let root = Table::root(source, document);
            descend(root, self.keys(), &mut Vec::new()).map(|table| table.place())
        });
        table.unwrap_or_else(|| self.of_file())
    }
}

/// What a repository has that never said otherwise: the table of a crate `xtask`.
impl Default for Home {
    fn default() -> Self {
        Self {
            table: Which::Xtask,
            command: called::WRITTEN,
        }
    }
}

/// Whether the texts of two manifests of one folder have settings of a repository, by the headers of tables: to find the root, which
/// precedes all else, no manifest is parsed.
pub(crate) fn has_settings(cargo: &str, pyproject: &str) -> bool {
    let has = |text: &str, which: Which| {
        let header = which.keys().join(".");
        let mut lines = text.lines().map(|line| line.trim_start_matches('['));
        lines.any(|line| {
            line.strip_prefix(&header)
                .is_some_and(|rest| rest.starts_with([']', '.']))
        })
    };
    has(cargo, Which::Xtask) || has(cargo, Which::Cargo) || has(pyproject, Which::Pyproject)
}

/// The keys that lead to the settings in a text that has them.
pub(crate) fn keys_in(text: &str) -> Option<&'static [&'static str]> {
    let source = Source::new("settings", text);
    Which::ALL
        .into_iter()
        .find(|which| which.is_in(&source))
        .map(Which::keys)
}

/// The table below a chain of keys.
pub(crate) fn descend<'a>(table: Table<'a>, keys: &[&str], problems: &mut Vec<Problem>) -> Option<Table<'a>> {
    keys.iter().try_fold(table, |table, key| table.table(key, problems))
}
