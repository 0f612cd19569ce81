//! What a build must not depend on, as a value: `--check` builds twice, under two sets of them that have nothing in common.

use super::stage::Arrangement;

/// Everything around a build that differs from machine to machine and from day to day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Part of the path of the staged copies.
    pub folder: &'static str,
    /// How the files of the build are laid out.
    pub arrangement: Arrangement,
    /// The caller's umask, which the hook replaces.
    pub umask: u32,
    /// The caller's environment, of which the build sees only what `invocation` does not set.
    pub environment: &'static [(&'static str, &'static str)],
    /// How far the clock is from that of the machine, in seconds.
    pub clock_shift: i64,
    /// No more than so many builds at once.
    pub most_jobs: usize,
}

/// A build that is to be used.
pub const USUAL: Circumstances = Circumstances {
    folder: "build",
    arrangement: Arrangement::Sorted,
    umask: 0o022,
    environment: &[],
    clock_shift: 0,
    most_jobs: usize::MAX,
};

/// Two builds that are to be compared.
pub const HOSTILE: [Circumstances; 2] = [
    Circumstances {
        folder: "a",
        arrangement: Arrangement::Sorted,
        umask: 0o000,
        environment: &[
            ("TZ", "Pacific/Kiritimati"),
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("PYTHONHASHSEED", "1"),
            ("SOURCE_DATE_EPOCH", "1700000000"),
            ("USER", "alice"),
            ("LOGNAME", "alice"),
            ("HOSTNAME", "here"),
            ("TMPDIR", "/tmp"),
            ("COLUMNS", "40"),
        ],
        clock_shift: 0,
        most_jobs: usize::MAX,
    },
    Circumstances {
        folder: "another clone/of a longer path/büild",
        arrangement: Arrangement::Reversed,
        umask: 0o077,
        environment: &[
            ("TZ", "America/St_Johns"),
            ("LC_ALL", "C"),
            ("PYTHONHASHSEED", "4294967295"),
            ("USER", "bob"),
            ("LOGNAME", "bob"),
            ("HOSTNAME", "elsewhere"),
            ("COLUMNS", "400"),
        ],
        clock_shift: 400 * 24 * 60 * 60 + 12_345,
        most_jobs: 1,
    },
];
