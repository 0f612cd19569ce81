//! Who may do what: owners and modes that commands give, users that there are, and steps that the user of a step may not take.

use std::sync::Arc;

use ::image::{Change, Closed, Found, Mode, ROOT, Who, site_packages};

use super::{
    base_users,
    commands::is_with_parents,
    disk::Disk,
    install::{self, Destination, Install},
    stage::State,
    system, user,
};
use diagnostics::{Located, Place};
use formats::{
    absolute,
    dockerfile::Statement,
    shell::{Simple, Variables},
};
use repo::Root;

/// A step that its user may not take: the build ends there.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What it does, in words.
    pub what: String,
    /// `USER`.
    pub user: Located<String>,
    /// The path that it has to write to, and whose it is. `None` where only root may do it at all.
    pub closed: Option<Closed>,
    /// The step.
    pub place: Place,
}

/// They make users and groups, or rename them.
const OF_USERS: [&str; 7] = [
    "addgroup", "adduser", "groupadd", "groupmod", "useradd", "userdel", "usermod",
];
/// Folders that every image has: `mkdir --parents` does nothing there.
const THERE: [&str; 14] = [
    "/",
    "/bin",
    "/etc",
    "/home",
    "/opt",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/local",
    "/usr/local/bin",
    "/var",
    "/var/lib",
    "/var/log",
];

impl State {
    /// A user by number, where the file tells it.
    pub(super) fn number(&self, name: &str) -> Arc<str> {
        match name {
            "root" | "" => ROOT.into(),
            name => self.users.get(name).map_or(name, String::as_str).into(),
        }
    }

    /// Who runs a step. `None` for root.
    fn acting(&self) -> Option<Arc<str>> {
        let name = self.user.as_ref()?.value.split(':').next()?;
        let number = self.number(name);
        (&*number != ROOT && !name.contains('$')).then_some(number)
    }

    /// What a step puts into the stage belongs to its user.
    pub(super) fn act(&mut self) {
        let acting = self.acting();
        self.change(|tree| tree.act_as(acting.clone()));
    }

    /// Paths that are mounted over for the time of a step.
    pub(super) fn overlaid(&self, statement: &Statement) -> Vec<String> {
        let target = |options: &str| {
            let mut options = options.split(',').filter_map(|option| option.split_once('='));
            options
                .find(|(name, _)| matches!(*name, "target" | "dst" | "destination"))
                .map(|(_, path)| absolute(self.folder(), path))
        };
        statement.flag("mount").filter_map(|flag| target(flag.value)).collect()
    }

    /// Users that a command makes.
    pub(super) fn note_users(&mut self, command: &Simple) {
        let program = command.words.first().map_or("", |word| word.text.as_str());
        let program = program.rsplit('/').next().unwrap_or_default();
        if OF_USERS.contains(&program) {
            // A word that cannot be a name is never asked for.
            self.names
                .extend(command.words.iter().skip(1).map(|word| word.text.clone()));
            self.has_unknown_users |= command.words.iter().any(|word| !word.is_clear);
        }
        self.users.extend(user::made_by(command));
        self.homes.extend(user::home_made_by(command));
        match user::groups_made_by(command) {
            Some((name, groups)) => drop(self.members.insert(name, groups)),
            None if OF_USERS.contains(&program) || program == "gpasswd" => {
                let named = |name: &String| command.words.iter().any(|word| word.text == *name || !word.is_clear);
                self.members.retain(|name, _| !named(name));
            }
            None => {}
        }
    }

    /// Notes a user that is named, and that is not in the image at that moment.
    pub(super) fn ask_for_user(&mut self, named: &Located<String>) {
        let name = named.value.split(':').next().unwrap_or_default();
        if name.is_empty() || name.contains('$') || name.parse::<u32>().is_ok() || self.knows_user(name) {
            return;
        }
        self.strangers.push(named.clone().map(|_| name.to_owned()));
    }

    fn knows_user(&self, name: &str) -> bool {
        let is_told = base_users::are_known(&self.base.value) && !self.is_unclear;
        let brings = |package: &Located<String>| system::name(&package.value).starts_with(name);
        !is_told
            || self.has_unknown_users
            || base_users::has(&self.base.value, name)
            || self.names.contains(name)
            || self.system.iter().any(brings)
            // Written by hand, or copied out of another stage.
            || self.tree.access("/etc/passwd", &Disk(&Root::new(""))).is_some()
    }

    /// `chown`, `chgrp`, `chmod`, `umask`, and what finds files for them.
    pub(super) fn change_rights(&mut self, command: &Simple, variables: &Variables, place: &Place) {
        let Some((program, rest)) = command.words.split_first() else {
            return;
        };
        let program = program.text.rsplit('/').next().unwrap_or_default();
        let folder = variables.get("PWD").map_or("/", String::as_str);
        let words: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
        let is_known = !command.is_conditional && command.words.iter().all(|word| word.is_clear);
        let mut change = Change {
            owner: None,
            group: None,
            mode: Mode::Same,
            is_recursive: words.iter().any(|word| is_recursive(word)),
            step: place.clone(),
        };
        match program {
            "umask" => {
                let mask = words.first().and_then(|mask| u32::from_str_radix(mask, 8).ok());
                let mask = mask.filter(|_| is_known).unwrap_or(0);
                return self.change(|tree| tree.mask(mask));
            }
            "find" | "xargs" if words.iter().any(|word| matches!(*word, "chmod" | "chown" | "chgrp")) => {
                let named = words.iter().take_while(|word| !word.starts_with('-'));
                let paths: Vec<String> = named.map(|path| absolute(folder, path)).collect();
                let paths = if program == "xargs" || paths.is_empty() {
                    vec![folder.to_owned()]
                } else {
                    paths
                };
                change.mode = Mode::Unknown;
                change.is_recursive = true;
                for path in paths {
                    self.change(|tree| tree.change(&path, change.clone()));
                }
                return;
            }
            "chown" | "chgrp" | "chmod" => {}
            _ => return,
        }
        // `chmod -x file`: what looks like an option is the mode.
        let is_mode = |word: &&&str| program == "chmod" && Mode::parse(word) != Mode::Unknown;
        let mut operands = words.iter().filter(|word| !word.starts_with('-') || is_mode(word));
        if !words.iter().any(|word| word.starts_with("--reference")) {
            let Some(said) = operands.next() else { return };
            match program {
                "chown" => {
                    let (name, group) = said.split_once([':', '.']).unwrap_or((said, ""));
                    change.owner = (!name.is_empty()).then(|| self.number(name));
                    change.group = group_of(group);
                }
                "chgrp" => change.group = group_of(said),
                _ => change.mode = Mode::parse(said),
            }
        } else {
            change.mode = Mode::Unknown;
        }
        if !is_known {
            (change.owner, change.group, change.mode) = (None, None, Mode::Unknown);
        }
        for operand in operands {
            let path = absolute(folder, operand);
            match path.find(['*', '?', '[']) {
                None => self.change(|tree| tree.change(&path, change.clone())),
                Some(at) => {
                    let above = path[..at].rsplit_once('/').map_or("/", |(above, _)| above);
                    let unknown = Change {
                        owner: None,
                        group: None,
                        mode: Mode::Unknown,
                        is_recursive: true,
                        ..change.clone()
                    };
                    self.change(|tree| tree.change(above, unknown.clone()));
                }
            }
        }
    }

    /// Notes what the user of a step may not do. Asked before the command is applied.
    pub(super) fn refuse(&mut self, command: &Simple, variables: &Variables, place: &Place, root: &Root) {
        let Some(acting) = self.acting().filter(|_| !command.is_conditional) else {
            return;
        };
        let Some((program, rest)) = command.words.split_first() else {
            return;
        };
        let program = program.text.rsplit('/').next().unwrap_or_default();
        let words: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
        if system::read(command).is_some() {
            return self.refused_at(format!("`{program}` changes packages of the system"), None, place);
        }
        if OF_USERS.contains(&program) {
            return self.refused_at(format!("`{program}` changes the users"), None, place);
        }
        if !command.words.iter().all(|word| word.is_clear) {
            return;
        }
        let folder = variables.get("PWD").map_or("/", String::as_str);
        let operands: Vec<String> = words
            .iter()
            .filter(|word| !word.starts_with('-'))
            .map(|word| absolute(folder, word))
            .collect();
        let makes_parents = words.iter().any(|word| is_with_parents(word));
        let disk = Disk(root);
        let mut targets: Vec<String> = match program {
            "mkdir" => operands
                .into_iter()
                .filter(|path| !(makes_parents && self.is_there(path, root)))
                .collect(),
            "cp" | "mv" | "ln" | "install" => operands.last().cloned().into_iter().collect(),
            "chown" | "chmod" => operands.into_iter().skip(1).collect(),
            "rm" => operands
                .into_iter()
                .filter(|path| self.tree.access(path, &disk).is_some())
                .collect(),
            _ => Vec::new(),
        };
        targets.extend(command.output.iter().map(|output| absolute(folder, &output.text)));
        let who = Who {
            is_owner: &|owner| owner == &*acting,
            is_member: &|_| true,
        };
        for path in targets.iter().filter(|path| !path.contains(['*', '?', '$', '{'])) {
            if self.is_overlaid(path) || path.starts_with("/dev/") {
                continue;
            }
            if let Some(closed) = self.seen().refuses(path, who, &disk) {
                return self.refused_at(format!("`{program}` writes to `{path}`"), Some(closed), place);
            }
        }
    }

    /// The same of an install.
    pub(super) fn refuse_install(&mut self, install: &Install, root: &Root) {
        let Some(acting) = self.acting() else { return };
        // Without rights pip installs for the user alone.
        if install.prefix == install::SYSTEM {
            return;
        }
        let folder = match install.into {
            Destination::Environment => site_packages(&install.prefix),
            Destination::Folder | Destination::Wheels => install.prefix.clone(),
            Destination::Elsewhere => return,
        };
        let who = Who {
            is_owner: &|owner| owner == &*acting,
            is_member: &|_| true,
        };
        if !self.is_overlaid(&folder)
            && let Some(closed) = self.seen().refuses(&folder, who, &Disk(root))
        {
            let what = format!("the install writes to `{}`", install.prefix);
            self.refused_at(what, Some(closed), &install.place.clone());
        }
    }

    fn refused_at(&mut self, what: String, closed: Option<Closed>, place: &Place) {
        let Some(user) = self.user.clone() else { return };
        let place = place.clone();
        self.refused.push(Refused {
            what,
            user,
            closed,
            place,
        });
    }

    pub(super) fn is_there(&self, path: &str, root: &Root) -> bool {
        THERE.contains(&path) || matches!(self.seen().find(path, &Disk(root)), Found::Folder | Found::Unknown(_))
    }

    pub(super) fn is_overlaid(&self, path: &str) -> bool {
        let mut overlays = self.overlays.iter();
        overlays.any(|over| path == over || path.starts_with(&format!("{over}/")))
    }
}

/// A group, by number where it is that of root. `None` where none is named.
pub(super) fn group_of(name: &str) -> Option<Arc<str>> {
    match name {
        "" => None,
        "root" => Some(ROOT.into()),
        name => Some(name.into()),
    }
}

/// `-R`, `--recursive`, `-Rv`.
fn is_recursive(word: &str) -> bool {
    word == "--recursive" || (word.starts_with('-') && !word.starts_with("--") && word.contains('R'))
}
