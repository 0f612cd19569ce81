//! Keys that are called otherwise now, or that are gone. For one minor release the old key works, with a warning that says what to
//! write; after it, it is an error that says the same.

use std::sync::Mutex;

use diagnostics::{Place, Problem};

/// The version of the tool. A test of the command line compares it with that of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A key that was renamed or removed.
#[derive(Debug)]
pub struct Former {
    /// The table, as its header is written in the reference.
    pub header: &'static str,
    /// The key.
    pub key: &'static str,
    /// What is written instead.
    pub now: Now,
    /// The first version that warns of it.
    pub since: &'static str,
    /// The first version that refuses it.
    pub until: &'static str,
}

/// What takes the place of a former key.
#[derive(Debug)]
pub enum Now {
    /// The same value under another name.
    Key(&'static str),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

/// Every former key. `docs/guides/upgrading-the-tool.md` says what readers may rely on.
pub const FORMER: &[Former] = &[
    Former {
        header: "[workspace.metadata.xtask]",
        key: "uv-version",
        now: Now::Nothing("the tools lock pins uv"),
        since: "0.1.0",
        until: "0.2.0",
    },
    #[cfg(test)]
    Former {
        header: "[renamed]",
        key: "old",
        now: Now::Key("new"),
        since: "0.0.1",
        until: "999.0.0",
    },
    #[cfg(test)]
    Former {
        header: "[renamed]",
        key: "older",
        now: Now::Key("new"),
        since: "0.0.0",
        until: "0.0.1",
    },
];

/// What was found so far, for the command line to print once.
static FOUND: Mutex<Vec<Problem>> = Mutex::new(Vec::new());

/// The entry of a key of one of these tables.
pub(crate) fn of(headers: &[&str], key: &str) -> Option<&'static Former> {
    FORMER
        .iter()
        .find(|former| former.key == key && headers.contains(&former.header))
}

/// The names that a key has had and that still work, the newest first.
pub(crate) fn names_of(key: &str) -> impl Iterator<Item = &'static str> {
    let is_of = move |former: &&Former| matches!(former.now, Now::Key(now) if now == key);
    FORMER
        .iter()
        .filter(is_of)
        .filter(|former| former.works_in(VERSION))
        .map(|former| former.key)
}

/// Takes the warnings that readers have left, each once.
pub fn warnings() -> Vec<Problem> {
    let mut found = FOUND.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    diagnostics::merged(std::mem::take(&mut *found))
}

impl Former {
    /// Reports one that is in a file: a warning aside as long as it works, then an error among the others.
    pub(crate) fn report(&self, place: Place, problems: &mut Vec<Problem>) {
        if self.works_in(VERSION) {
            let mut found = FOUND.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            found.push(self.warning(place));
        } else {
            problems.push(self.error(place));
        }
    }

    fn works_in(&self, version: &str) -> bool {
        numbers(version) < numbers(self.until)
    }

    fn warning(&self, place: Place) -> Problem {
        let Self { key, until, .. } = self;
        let problem = match self.now {
            Now::Key(now) => Problem::warning(format!("`{key}` is called `{now}` now")),
            Now::Nothing(why) => Problem::warning(format!("`{key}` is no longer a setting: {why}")),
        };
        let note = format!("from version {until} on, it is an error");
        problem.at(place).note(note).remedy(self.edit())
    }

    fn error(&self, place: Place) -> Problem {
        let Self { key, until, .. } = self;
        let problem = match self.now {
            Now::Key(now) => Problem::error(format!("`{key}` is called `{now}` since version {until}")),
            Now::Nothing(why) => Problem::error(format!("`{key}` was removed in version {until}: {why}")),
        };
        problem.at(place).remedy(self.edit())
    }

    fn edit(&self) -> String {
        match self.now {
            Now::Key(now) => format!("rename it to `{now}`"),
            Now::Nothing(_) => "remove the line".to_owned(),
        }
    }
}

/// The numbers of a version, to be compared.
fn numbers(version: &str) -> Vec<u64> {
    let numbers = version.split(['.', '-', '+']).map_while(|part| part.parse().ok());
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keys::{ALL, Absent, Keys, key},
        toml::{self, Table},
    };
    use diagnostics::Source;

    const RENAMED: Keys = Keys {
        one: "setting",
        header: "[renamed]",
        about: "",
        keys: &[key("new", "1", Absent::Wrong, "a number")],
    };

    fn read(text: &str) -> (Option<i64>, Vec<Problem>, Vec<Problem>) {
        let source = Source::new("a.toml", text);
        let document = toml::parse(&source).unwrap();
        let table = Table::root(&source, &document);
        let mut problems = Vec::new();
        let value = table.integer("new", &mut problems).map(|number| number.value);
        table.reject_unknown(&RENAMED, &mut problems);
        let place = |problem: &Problem| problem.places.iter().any(|place| place.position().0 == "a.toml");
        let warnings = warnings().into_iter().filter(place).collect();
        (value, problems, warnings)
    }

    #[test]
    fn a_former_key_works_until_it_is_refused() {
        let (value, problems, warnings) = read("old = 3\n");
        assert_eq!((value, problems.len()), (Some(3), 0));
        let [warning] = warnings.as_slice() else {
            panic!("{warnings:?}")
        };
        assert_eq!(warning.message, "`old` is called `new` now");
        assert_eq!(warning.notes, ["from version 999.0.0 on, it is an error"]);
        assert_eq!(warning.remedy.as_deref(), Some("rename it to `new`"));
        // The new name wins, and the old one is still reported.
        let (value, _, warnings) = read("old = 3\nnew = 4\n");
        assert_eq!((value, warnings.len()), (Some(4), 1));
        let (value, problems, warnings) = read("older = 3\n");
        assert_eq!((value, warnings.len()), (None, 0));
        let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(said, ["`older` is called `new` since version 0.0.1"]);
        assert_eq!(problems[0].remedy.as_deref(), Some("rename it to `new`"));
    }

    #[test]
    fn entries_are_sound() {
        for former in FORMER {
            assert!(numbers(former.since) < numbers(former.until), "{}", former.key);
            let own = ALL.iter().find(|keys| keys.header == former.header);
            if let Some(own) = own {
                assert!(!own.names().contains(&former.key), "`{}` is a key", former.key);
                if let Now::Key(now) = former.now {
                    assert!(own.names().contains(&now), "`{now}` does not exist");
                }
            } else {
                assert_eq!(former.header, RENAMED.header);
            }
            // It is read under its new name in whatever table that is: no other table may have it.
            if let Now::Key(_) = former.now {
                assert!(!ALL.iter().any(|keys| keys.names().contains(&former.key)));
            }
        }
    }

    #[test]
    fn versions_are_compared_by_number() {
        assert!(numbers("0.9.0") < numbers("0.10.0"));
        assert!(numbers("0.1.0") < numbers("0.1.1-rc1"));
    }
}
