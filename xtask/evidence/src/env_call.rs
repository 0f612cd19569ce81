//! What `env` sets and unsets for the program that it starts.

use std::collections::BTreeMap;

use diagnostics::{Located, Place};

/// A call of `env`.
pub(crate) struct EnvCall<'a> {
    /// `-i`: nothing of what was set before is left.
    clears: bool,
    unset: Vec<&'a str>,
    set: Vec<(&'a str, &'a str)>,
    /// The program and its arguments.
    pub started: &'a [String],
}

impl<'a> EnvCall<'a> {
    /// Reads a command; `None` where it does not start with `env`, or starts nothing.
    pub fn of(words: &'a [String]) -> Option<Self> {
        let (program, mut rest) = words.split_first()?;
        if !matches!(program.as_str(), "env" | "/usr/bin/env" | "/bin/env") {
            return None;
        }
        let (mut clears, mut unset, mut set) = (false, Vec::new(), Vec::new());
        while let Some((word, behind)) = rest.split_first() {
            let mut taken = behind;
            match word.as_str() {
                "-" | "-i" | "--ignore-environment" => clears = true,
                "-u" | "--unset" => {
                    let (name, behind) = behind.split_first()?;
                    unset.push(name.as_str());
                    taken = behind;
                }
                "-C" | "--chdir" => taken = behind.split_first()?.1,
                "--" => {
                    rest = behind;
                    break;
                }
                option if option.starts_with("--unset=") => unset.extend(option.strip_prefix("--unset=")),
                option if option.starts_with('-') => {}
                word => match word.split_once('=') {
                    Some(pair) => set.push(pair),
                    None => break,
                },
            }
            rest = taken;
        }
        (!rest.is_empty()).then_some(Self {
            clears,
            unset,
            set,
            started: rest,
        })
    }

    /// The variables as the program sees them.
    pub fn apply(&self, env: &mut BTreeMap<String, Located<String>>, place: &Place) {
        if self.clears {
            env.clear();
        }
        self.unset.iter().for_each(|name| drop(env.remove(*name)));
        for (name, value) in &self.set {
            let value = Located {
                value: (*value).to_owned(),
                place: place.clone(),
            };
            env.insert((*name).to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_starts_and_sets_is_told() {
        for (text, clears, unset, set, started) in [
            ("env A=1 B= web", false, "", "A=1 B=", "web"),
            ("/usr/bin/env -u A --unset=B web -u C", false, "A B", "", "web -u C"),
            ("env -i PATH=/bin web A=1", true, "", "PATH=/bin", "web A=1"),
            ("env --block-signal=TERM -C /app web", false, "", "", "web"),
            ("env -- web", false, "", "", "web"),
        ] {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            let env = EnvCall::of(&words).unwrap();
            let pairs: Vec<String> = env.set.iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(
                (env.clears, env.unset.join(" "), pairs.join(" "), env.started.join(" ")),
                (clears, unset.to_owned(), set.to_owned(), started.to_owned()),
                "{text}"
            );
        }
        for text in ["env", "env A=1", "env -u", "web env A=1"] {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            assert!(EnvCall::of(&words).is_none(), "{text}");
        }
    }
}
