//! The users that base images have before anybody makes one.

/// What every image of a distribution has from the start.
const USERS: [&str; 38] = [
    "_apt",
    "adm",
    "at",
    "backup",
    "bin",
    "cron",
    "cyrus",
    "daemon",
    "dhcp",
    "ftp",
    "games",
    "gnats",
    "guest",
    "halt",
    "http",
    "irc",
    "list",
    "lp",
    "mail",
    "man",
    "messagebus",
    "news",
    "nobody",
    "nogroup",
    "ntp",
    "operator",
    "proxy",
    "root",
    "shutdown",
    "smmsp",
    "squid",
    "sshd",
    "sync",
    "sys",
    "systemd-network",
    "uucp",
    "www-data",
    "xfs",
];

/// Official images that have no other users than these; that of `node` has one more, and so have those of databases.
const OF_DISTRIBUTIONS: [&str; 9] = [
    "almalinux",
    "alpine",
    "busybox",
    "debian",
    "fedora",
    "python",
    "rockylinux",
    "scratch",
    "ubuntu",
];

/// Whether it is known which users a base image has.
pub(super) fn are_known(base: &str) -> bool {
    OF_DISTRIBUTIONS.contains(&name(base))
}

/// Whether a base image, whose users are known, has this one.
pub(super) fn has(base: &str, user: &str) -> bool {
    match name(base) {
        // Nothing is in it, but whoever runs there without a name.
        "scratch" => user == "root",
        _ => USERS.contains(&user) || user == "ubuntu" && has_user_ubuntu(base),
    }
}

/// Since 23.04 the images of Ubuntu have a user of that name, with the number 1000.
fn has_user_ubuntu(base: &str) -> bool {
    let older = [
        "14.", "16.", "18.", "20.", "22.", "trusty", "xenial", "bionic", "focal", "jammy",
    ];
    let tag = base
        .split('@')
        .next()
        .and_then(|base| base.split_once(':'))
        .map(|(_, tag)| tag);
    name(base) == "ubuntu" && tag.is_none_or(|tag| !older.iter().any(|older| tag.starts_with(older)))
}

/// An official image by its short name.
fn name(base: &str) -> &str {
    let name = base.split(['@', ':']).next().unwrap_or_default();
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_ubuntu_have_a_user_since_23_04() {
        for with in [
            "ubuntu:24.04",
            "ubuntu:noble-20260101",
            "docker.io/library/ubuntu",
            "ubuntu:latest@sha256:1",
        ] {
            assert!(are_known(with) && has(with, "ubuntu"), "{with}");
        }
        for without in ["ubuntu:22.04", "ubuntu:jammy", "debian:trixie", "python:3.13-slim"] {
            assert!(are_known(without) && !has(without, "ubuntu"), "{without}");
        }
    }

    #[test]
    fn users_of_other_images_are_not_known() {
        for base in [
            "node:22",
            "postgres:17",
            "registry.example.org/python:3.13",
            "ghcr.io/team/ubuntu:24.04",
        ] {
            assert!(!are_known(base), "{base}");
        }
    }
}
