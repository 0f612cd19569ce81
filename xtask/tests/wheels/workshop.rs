//! Repositories to build in, whose pinned tools are installed once for all tests.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Output,
    sync::OnceLock,
};

use assert_cmd::Command;

use crate::fixture::Fixture;

/// A copy of `fixtures/wheels`, with the tools in its `target`.
pub fn repository() -> Fixture {
    let fixture = Fixture::of("wheels");
    let target = fixture.path("target/xtask");
    fs::create_dir_all(&target).unwrap();
    let tools = tools();
    std::os::unix::fs::symlink(tools, target.join(tools.file_name().unwrap())).unwrap();
    fixture
}

/// Runs `cargo xtask build-wheels` there, in the environment of this machine.
pub fn build(fixture: &Fixture, arguments: &[&str]) -> Output {
    command(fixture).args(arguments).output().unwrap()
}

pub fn command(fixture: &Fixture) -> Command {
    let mut command = Command::cargo_bin("xtask").unwrap();
    command.arg("--root").arg(fixture.path("")).arg("build-wheels");
    command
}

/// Where the files go that no `--out` names.
pub const OUT: &str = "target/xtask/wheels";

/// The content of every file of a folder, by name.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// The Python of the tools.
pub fn python() -> PathBuf {
    tools().join("bin/python")
}

/// Runs a Python program, and gives what it printed.
#[track_caller]
pub fn run_python(python: &Path, arguments: &[&str]) -> String {
    let output = std::process::Command::new(python).args(arguments).output().unwrap();
    crate::ended(&output, 0);
    crate::text(&output.stdout)
}

/// The names in an archive, and the text of the member with this ending.
pub fn members(archive: &Path) -> Vec<String> {
    let script = "import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep='\\n')";
    let names = run_python(&python(), &["-c", script, archive.to_str().unwrap()]);
    names.lines().map(str::to_owned).collect()
}

pub fn metadata(archive: &Path) -> String {
    let script = "import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(next(archive.read(name).decode() for name in archive.namelist() if name.endswith('/METADATA')))";
    run_python(&python(), &["-c", script, archive.to_str().unwrap()])
}

/// The environment of the tools, made by the task itself in a folder of its own, which later runs find again. Tests run in
/// processes of their own: one makes it, and the others wait.
fn tools() -> &'static Path {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wheels");
        fs::create_dir_all(&home).unwrap();
        let turn = File::create(home.join(".lock")).unwrap();
        turn.lock().unwrap();
        let fixture = Fixture::of("wheels");
        let requirements = requirements(&fixture);
        let found = made(&home, &requirements).or_else(|| {
            make(&fixture, &home);
            made(&home, &requirements)
        });
        found.unwrap()
    })
}

/// What the environment is to hold.
fn requirements(fixture: &Fixture) -> Vec<u8> {
    let mut command = Command::cargo_bin("xtask").unwrap();
    let exported = command
        .arg("export-requirements")
        .arg(fixture.path("xtask/tools"))
        .output()
        .unwrap();
    crate::ended(&exported, 0);
    exported.stdout
}

/// The environment that holds that, where it was made to the end.
fn made(home: &Path, requirements: &[u8]) -> Option<PathBuf> {
    let entries = fs::read_dir(home.join("target/xtask")).into_iter().flatten();
    let mut folders = entries.map(|entry| entry.unwrap().path());
    folders.find(|folder| {
        let is_of_these = fs::read(folder.join("requirements.txt")).is_ok_and(|text| text == requirements);
        is_of_these && folder.join(".complete").exists()
    })
}

/// Builds a wheel there, for which the task needs the tools.
#[expect(clippy::disallowed_methods, reason = "a fixture is not the tree that sync guards")]
fn make(fixture: &Fixture, home: &Path) {
    for (path, content) in fixture.files() {
        let to = home.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, content).unwrap();
    }
    let _ = fs::remove_dir_all(home.join("target/xtask/wheel-cache"));
    let _ = fs::remove_dir_all(home.join(OUT));
    let mut command = Command::cargo_bin("xtask").unwrap();
    let built = command.arg("--root").arg(home).args(["build-wheels", "base"]).output();
    crate::ended(&built.unwrap(), 0);
}
