//! How a PEP 517 backend is called, by this task and by the wheel stages of the images: the same settings, hence the
//! same bytes.

/// The time of every file in an archive or image layer: 1980-01-01, the first that a wheel can hold. Backends read it from
/// `SOURCE_DATE_EPOCH`.
pub const EPOCH: u64 = 315_532_800;

/// The whole environment of a build, but for `PATH`: what is not here, a backend does not see.
pub const ENVIRONMENT: [(&str, &str); 9] = [
    // A backend that asks git which files are ignored would be told something else in every clone.
    ("GIT_DIR", "/dev/null"),
    ("HOME", "/nonexistent"),
    ("LC_ALL", "C.UTF-8"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONNOUSERSITE", "1"),
    ("PYTHONUTF8", "1"),
    ("SOURCE_DATE_EPOCH", "315532800"),
    ("TZ", "UTC"),
];

/// New files of a build are readable by all and writable by their owner, whatever the caller's umask.
pub const UMASK: &str = "022";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_is_one_number() {
        assert!(ENVIRONMENT.contains(&("SOURCE_DATE_EPOCH", EPOCH.to_string().as_str())));
    }
}
