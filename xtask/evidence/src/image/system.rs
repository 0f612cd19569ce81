//! Packages of the distribution: apt, apk, dnf and their kin.

use formats::shell::{Simple, Word};

#[derive(Debug)]
pub enum Change<'a> {
    Add {
        packages: Vec<&'a Word>,
        /// Of apk: the name under which they are taken out together.
        group: Option<&'a str>,
        /// Of apt: the release that the packages are taken from.
        release: Option<&'a str>,
    },
    Remove(Vec<&'a Word>),
    /// Everything that is there becomes newer.
    Upgrade,
}

/// What a package manager is told to do. `None` where the command is none, or changes nothing.
pub fn read(command: &Simple) -> Option<Change<'_>> {
    let (program, arguments) = command.words.split_first()?;
    let program = program.text.rsplit('/').next().unwrap_or_default();
    let (adding, removing, valued): (&[&str], &[&str], &[&str]) = match program {
        "apt-get" | "apt" | "aptitude" => (
            &["install"],
            &["purge", "remove", "autoremove"],
            &["-o", "-t", "-c", "--option", "--target-release", "--default-release"],
        ),
        "apk" => (
            &["add"],
            &["del"],
            &[
                "-t",
                "--virtual",
                "-X",
                "--repository",
                "-p",
                "--root",
                "--cache-dir",
                "--keys-dir",
            ],
        ),
        "dnf" | "yum" | "microdnf" | "tdnf" | "zypper" => (
            &["install", "in"],
            &["remove", "erase"],
            &["--installroot", "--releasever", "--setopt", "--repo"],
        ),
        _ => return None,
    };
    let (mut verb, mut packages, mut group, mut release) = (None, Vec::new(), None, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if valued.contains(&text) {
            let value = words.next();
            if matches!(text, "-t" | "--virtual") && program == "apk" {
                group = value.map(|value| value.text.as_str());
            }
            if matches!(text, "-t" | "--target-release" | "--default-release") && program.starts_with("apt") {
                release = value.map(|value| value.text.as_str());
            }
        } else if let Some(name) = text
            .strip_prefix("--target-release=")
            .or_else(|| text.strip_prefix("--default-release="))
        {
            release = Some(name);
        } else if let Some(name) = text.strip_prefix("--virtual=") {
            group = Some(name);
        } else if text.starts_with('-') {
        } else if verb.is_none() {
            verb = Some(text);
        } else {
            packages.push(word);
        }
    }
    let verb = verb?;
    let upgrades = match program {
        "apt-get" | "apt" | "aptitude" => matches!(verb, "upgrade" | "dist-upgrade" | "full-upgrade"),
        "apk" => verb == "upgrade",
        _ => matches!(verb, "update" | "upgrade" | "dup"),
    };
    if upgrades && packages.is_empty() {
        return Some(Change::Upgrade);
    }
    if adding.contains(&verb) {
        Some(Change::Add {
            packages,
            group,
            release,
        })
    } else {
        removing.contains(&verb).then_some(Change::Remove(packages))
    }
}

/// The name without the version that is asked for: `gcc=4:14`, `gcc~=14`, `gcc>1`.
pub fn name(package: &str) -> &str {
    package.split(['=', '~', '<', '>', ':', '/']).next().unwrap_or_default()
}
