//! What one command of a `RUN` does to files: what it makes, copies, moves, links and removes.

use ::image::{CopiedOwner, Entry, Found, Origin, Tree};

use super::{Starved, disk::Disk, generators, rights::group_of, stage::State};
use diagnostics::Place;
use formats::{
    absolute,
    shell::{Simple, Variables},
};
use repo::Root;

impl State {
    /// What one command does to files, as far as it is one of those that only do this.
    pub(super) fn change_files(&mut self, command: &Simple, variables: &Variables, place: &Place, root: &Root) {
        let Some((program, rest)) = command.words.split_first() else {
            return;
        };
        let folder = variables.get("PWD").map_or("/", String::as_str);
        let home = variables.get("HOME").map_or("/root", String::as_str);
        let path = |word: &str| match word.strip_prefix("~/") {
            Some(rest) => absolute(home, rest),
            None => absolute(folder, word),
        };
        let is_known = !command.is_conditional && command.words.iter().all(|word| word.is_clear);
        let words: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
        let operands: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
        let program = program.text.rsplit('/').next().unwrap_or_default();
        if let Some(output) = command
            .output
            .as_ref()
            .filter(|output| output.is_clear && !output.text.starts_with("/dev/"))
        {
            let text =
                (matches!(program, "echo" | "printf") && is_known).then(|| operands.join(" ").replace("\\n", "\n"));
            let entry = Entry::new(Origin::Written(text), place.clone());
            let at = path(&output.text);
            self.note_written(&at, &command.words, place);
            self.change(|tree| tree.put(&at, entry.clone()));
        }
        match program {
            "mkdir" | "touch" => {
                let origin = if program == "mkdir" {
                    Origin::Folder
                } else {
                    Origin::Written(None)
                };
                let mode = words.iter().position(|word| *word == "-m");
                let mode = mode.and_then(|at| u32::from_str_radix(words.get(at + 1)?, 8).ok());
                let mode = mode.or_else(|| {
                    let said = words.iter().find_map(|word| word.strip_prefix("--mode="));
                    said.and_then(|mode| u32::from_str_radix(mode, 8).ok())
                });
                let makes_parents = words.iter().any(|word| is_with_parents(word));
                let is_value = |operand: &&str| mode.is_some() && u32::from_str_radix(operand, 8).ok() == mode;
                for operand in operands.into_iter().filter(|operand| !is_value(operand)) {
                    if program == "mkdir" && makes_parents && self.is_there(&path(operand), root) {
                        continue;
                    }
                    // A file that is there is touched, and stays what it is.
                    if program == "touch" && !matches!(self.seen().find(&path(operand), &Disk(root)), Found::Nothing) {
                        continue;
                    }
                    let entry = Entry {
                        mode,
                        ..Entry::new(origin.clone(), place.clone())
                    };
                    self.change(|tree| tree.put(&path(operand), entry.clone()));
                }
            }
            "sed" => {
                let is_switch = |word: &&str| word.contains("include-system-site-packages") && word.contains("true");
                let folders = words.iter().filter_map(|word| word.strip_suffix("/pyvenv.cfg"));
                if is_known && words.iter().any(is_switch) {
                    for folder in folders {
                        let entry = Entry::new(Origin::Environment { sees_system: true }, place.clone());
                        self.change(|tree| tree.put(&path(folder), entry.clone()));
                    }
                }
            }
            "find" => {
                for (path, name) in deleted(&words, folder) {
                    if is_known {
                        self.change(|tree| tree.strip(&path, &name, place));
                    }
                }
            }
            "rm" | "rmdir" => {
                for operand in operands {
                    if is_known {
                        self.remove(&path(operand), place, root)
                    } else {
                        self.doubt(&path(operand), "whether it is removed depends on a condition", place)
                    }
                }
            }
            "install" if words.iter().any(|word| is_directory(word)) => {
                let value = |short: &str, long: &str| {
                    let short = words.iter().position(|word| *word == short);
                    let long = words.iter().find_map(|word| word.strip_prefix(long));
                    long.or_else(|| words.get(short? + 1).copied())
                };
                let (owner, group) = (value("-o", "--owner="), value("-g", "--group="));
                let mode = value("-m", "--mode=");
                let values = [owner, group, mode];
                for operand in operands.into_iter().filter(|word| !values.contains(&Some(*word))) {
                    let entry = Entry {
                        owner: owner.map(|owner| self.number(owner)),
                        group: group.and_then(group_of),
                        mode: mode.and_then(|mode| u32::from_str_radix(mode, 8).ok()),
                        ..Entry::new(Origin::Folder, place.clone())
                    };
                    self.change(|tree| tree.put(&path(operand), entry.clone()));
                }
            }
            "mv" | "cp" | "install" | "ln" => {
                let Some((to, sources)) = operands.split_last() else {
                    return;
                };
                if !is_known {
                    return self.doubt(&path(to), "what is put there depends on a condition", place);
                }
                for from in sources {
                    self.bring(
                        program,
                        (&path(from), from),
                        (&path(to), to),
                        sources.len() > 1,
                        place,
                        root,
                    );
                }
            }
            _ => {
                let why = format!("what `{program}` writes");
                for at in generators::written_to(command, folder) {
                    self.doubt(&at, &why, place);
                }
            }
        }
    }

    fn remove(&mut self, path: &str, place: &Place, root: &Root) {
        let (folder, pattern) = path.rsplit_once('/').unwrap_or(("", path));
        if pattern == "*" {
            let entry = Entry::new(Origin::Folder, place.clone());
            return self.change(|tree| {
                tree.remove_by(folder, place);
                tree.put(folder, entry.clone());
            });
        }
        if pattern.contains(['*', '?', '[']) {
            let names: Vec<String> = tops(self.seen(), folder, pattern, root);
            return self.change(|tree| {
                names
                    .iter()
                    .for_each(|name| tree.remove_by(&absolute(folder, name), place))
            });
        }
        self.change(|tree| tree.remove_by(path, place));
    }

    /// `cp`, `mv` and `ln` of one path.
    fn bring(
        &mut self,
        program: &str,
        (from, written): (&str, &str),
        (to, written_to): (&str, &str),
        is_one_of_many: bool,
        place: &Place,
        root: &Root,
    ) {
        let (folder, name) = from.rsplit_once('/').unwrap_or(("", from));
        // `cp -r src/. there`: what is in it.
        let is_contents = written.ends_with("/.") || name == "*";
        let is_into =
            written_to.ends_with('/') || is_one_of_many || matches!(self.seen().find(to, &Disk(root)), Found::Folder);
        if program == "ln" {
            let at = if is_into && !is_contents {
                absolute(to, name)
            } else {
                to.to_owned()
            };
            let target = if written.starts_with('/') {
                from.to_owned()
            } else {
                absolute(at.rsplit_once('/').map_or("/", |(folder, _)| folder), written)
            };
            let entry = Entry::new(Origin::Link(target), place.clone());
            return self.change(|tree| tree.put(&at, entry.clone()));
        }
        self.starved.extend(self.starved_of(from, written, place, root));
        let before = self.seen().clone();
        if !is_contents && name.contains(['*', '?', '[']) {
            for name in tops(&before, folder, name, root) {
                let at = absolute(to, &name);
                let from = absolute(folder, &name);
                self.carry(program, &before, &from, &at, place);
            }
            return;
        }
        let from = if name == "*" { folder } else { from };
        let at = if is_into && !is_contents {
            absolute(to, name)
        } else {
            to.to_owned()
        };
        self.carry(program, &before, from, &at, place);
    }

    /// Why nothing is at a path of the stage: the folder that was copied there lost it to the ignore file.
    fn starved_of(&self, from: &str, written: &str, place: &Place, root: &Root) -> Option<Starved> {
        let is_absent = match self.seen().find(from, &Disk(root)) {
            Found::Nothing => true,
            // All that was in it is kept out.
            Found::Folder => {
                let listing = self.seen().list(from, &Disk(root));
                listing.files.is_empty() && listing.unknown.is_none()
            }
            Found::File(_) | Found::Unknown(_) => false,
        };
        if from.contains(['*', '?', '[', '$']) || !is_absent {
            return None;
        }
        let mut meant = self.copied.iter().rev().filter_map(|copied| {
            let below = from
                .strip_prefix(copied.destination.trim_end_matches('/'))?
                .strip_prefix('/')?;
            let source = copied.source.path.as_ref()?.join(below)?;
            let is_there = root.has_folder(copied.source.path.as_ref()?) && root.has(&source);
            let pattern = copied.ignored(&source).filter(|_| is_there)?.clone();
            Some((source, pattern))
        });
        let (source, pattern) = meant.next()?;
        Some(Starved {
            written: written.to_owned(),
            source,
            pattern,
            place: place.clone(),
        })
    }

    fn carry(&mut self, program: &str, before: &Tree, from: &str, at: &str, place: &Place) {
        self.change(|tree| {
            if program == "mv" {
                tree.remove(from);
            }
            let owner = if program == "mv" {
                CopiedOwner::Kept
            } else {
                CopiedOwner::Set(tree.acting_owner())
            };
            tree.copy(before, from, at, owner, place);
        });
    }
}

/// Names in a folder, of files and of folders.
fn tops(tree: &Tree, folder: &str, pattern: &str, root: &Root) -> Vec<String> {
    let Ok(glob) = glob::Pattern::new(pattern) else {
        return Vec::new();
    };
    let files = tree.list(folder, &Disk(root)).files;
    let mut names: Vec<String> = files
        .keys()
        .filter_map(|path| path.split('/').next())
        .filter(|name| glob.matches(name))
        .map(str::to_owned)
        .collect();
    names.dedup();
    names
}

/// What `find` deletes: in which folders, by which names. Empty where it deletes nothing, or where more than names decide.
fn deleted(words: &[&str], folder: &str) -> Vec<(String, String)> {
    let deletes = words.contains(&"-delete")
        || words
            .windows(2)
            .any(|pair| matches!(pair[0], "-exec" | "-execdir") && matches!(pair[1], "rm" | "/bin/rm"));
    let is_narrow = [
        "!",
        "-not",
        "-path",
        "-newer",
        "-size",
        "-mtime",
        "-newermt",
        "-maxdepth",
        "-execdir",
    ];
    if !deletes || words.iter().any(|word| is_narrow.contains(word)) {
        return Vec::new();
    }
    let paths: Vec<&str> = words
        .iter()
        .copied()
        .take_while(|word| !word.starts_with(['-', '(', '\\']))
        .collect();
    let names = words.windows(2).filter(|pair| matches!(pair[0], "-name" | "-iname"));
    let names: Vec<&str> = names.map(|pair| pair[1]).collect();
    let all = paths
        .iter()
        .flat_map(|path| names.iter().map(|name| (absolute(folder, path), (*name).to_owned())));
    all.collect()
}

/// `-p`, `--parents`, `-pv`.
pub(super) fn is_with_parents(word: &str) -> bool {
    word == "--parents" || (word.starts_with('-') && !word.starts_with("--") && word.contains('p'))
}

/// `-d`, `--directory`, `-dm 755`.
fn is_directory(word: &str) -> bool {
    word == "--directory" || (word.starts_with('-') && !word.starts_with("--") && word.contains('d'))
}
