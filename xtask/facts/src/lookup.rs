//! Whether an image has a program or a package, as far as it can be told.

use evidence::absent::{Presence, presence};
use formats::PackageName;

use crate::{Twin, Twins, own_code::OwnCode, twins::Producer};

/// What a shell does by itself.
const OF_THE_SHELL: [&str; 14] = [
    ":", "[", "[[", ".", "cd", "command", "echo", "eval", "exec", "exit", "export", "false", "test", "true",
];

impl Twins<'_> {
    /// Whether one of them surely lacks a program that a shell looks up.
    pub fn lacks_program(&self, twin: &Twin<'_>, program: &str) -> bool {
        match twin.of {
            Producer::File(image) => {
                let own = self.subject.map(OwnCode::of);
                own.is_some_and(|own| presence(image, program, &own.listed) == Presence::Absent)
            }
            Producer::Built(built) => {
                let is_told = !program.is_empty() && !OF_THE_SHELL.contains(&program);
                is_told
                    && if program.starts_with('/') {
                        !built.files.exists(program)
                    } else {
                        !program.contains('/') && built.program(program).is_none()
                    }
            }
        }
    }

    /// Whether one of them is meant to have a package of the lock. `None` where nothing tells.
    pub fn installs(&self, twin: &Twin<'_>, name: &PackageName) -> Option<bool> {
        match twin.of {
            Producer::File(_) => {
                let subject = self.subject?;
                let is_locked = subject.lock()?.packages.iter().any(|package| package.name == *name);
                Some(subject.main()?.contains(name) || (twin.is_dev() && is_locked))
            }
            Producer::Built(built) => Some(built.python()?.distributions().found.contains_key(name)),
        }
    }
}
