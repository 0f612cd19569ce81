//! The pinned build backends. They come from the package index, once.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// An interpreter with the pinned backends, made once for each list of pins.
#[expect(clippy::disallowed_methods, reason = "a folder of the test's own")]
pub fn python() -> PathBuf {
    let pins = include_str!("backends.txt");
    let mark: u64 = pins
        .bytes()
        .fold(7, |mark, byte| mark.wrapping_mul(31).wrapping_add(byte.into()));
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("backends-{mark:x}"));
    let python = home.join("bin/python");
    let done = home.join("done");
    if !done.exists() {
        let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../image/tests/backends/backends.txt");
        run(Command::new("python3").args(["-m", "venv"]).arg(&home));
        run(Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(list));
        fs::write(&done, "").unwrap();
    }
    python
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
