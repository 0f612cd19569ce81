//! The wheels are what installers and indexes take.

use std::{fs, path::Path, process::Command};

use crate::{
    ended,
    fixture::Fixture,
    text,
    workshop::{OUT, build, python, repository, run_python},
};

#[test]
fn wheels_install_and_import_in_an_empty_environment() {
    let fixture = repository();
    ended(&build(&fixture, &[]), 0);
    let venv = fixture.path("venv");
    run_python(&python(), &["-m", "venv", venv.to_str().unwrap()]);
    let pip = |arguments: &[&str]| {
        let mut command = Command::new(venv.join("bin/python"));
        command
            .args(["-m", "pip", "--disable-pip-version-check"])
            .args(arguments);
        ended(&command.current_dir(fixture.path("venv")).output().unwrap(), 0)
    };
    let out = fixture.path(OUT).display().to_string();
    let constraints = fixture
        .path(OUT)
        .join("base-0.2.1.constraints.txt")
        .display()
        .to_string();
    // What is not ours comes from the index, at the version of the lock.
    pip(&[
        "download",
        "--quiet",
        "--dest",
        "wheelhouse",
        "--constraint",
        &constraints,
        "idna",
    ]);
    let offline = [
        "install",
        "--no-index",
        "--find-links",
        &out,
        "--find-links",
        "wheelhouse",
        "--constraint",
        &constraints,
    ];
    pip(&[&offline[..], &["old", "hatched==2.0.0rc1", "tooled"]].concat());
    pip(&["check"]);
    let script = "import base, hatched, idna, old, tooled
from importlib.resources import files
assert {old.STANDS_ON, hatched.STANDS_ON, tooled.STANDS_ON} == {'0.2.1'}
assert (files(base) / 'data' / 'words.txt').read_text() == 'eins\\nzwei\\n'
assert all((files(package) / 'py.typed').is_file() for package in (base, hatched, old, tooled))
print(idna.__version__)";
    let said = run_python(&venv.join("bin/python"), &["-P", "-c", script]);
    assert!(
        fixture
            .read(&format!("{OUT}/base-0.2.1.constraints.txt"))
            .contains(&format!("idna=={}", said.trim()))
    );
}

#[test]
fn metadata_is_valid_to_packaging_and_twine() {
    let fixture = repository();
    let venv = checkers(&fixture);
    ended(&build(&fixture, &["--sdist"]), 0);
    check(&venv, &fixture.path(OUT), 8);
    // And that of the libs of this repository.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = assert_cmd::Command::cargo_bin("xtask").unwrap();
    let out = fixture.path("of-this-repository");
    command
        .arg("--root")
        .arg(root)
        .args(["build-wheels", "--sdist", "--out"])
        .arg(&out);
    ended(&command.output().unwrap(), 0);
    let libs = fs::read_dir(&out)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".whl"));
    check(&venv, &out, 2 * libs.count());

    // Both can tell right from wrong.
    fixture.edit("libs/base/pyproject.toml", "readme = \"README.md\"\n", "");
    ended(&build(&fixture, &["base"]), 0);
    let twine = twine(&venv, &fixture.path(OUT));
    assert!(!twine.status.success(), "{}", text(&twine.stdout));
}

/// An environment with twine, pinned by the lock of the fixture's tools.
fn checkers(fixture: &Fixture) -> std::path::PathBuf {
    let mut export = assert_cmd::Command::cargo_bin("xtask").unwrap();
    export
        .arg("export-requirements")
        .arg(fixture.path("xtask/tools"))
        .args(["--only", "check"]);
    let exported = export.output().unwrap();
    ended(&exported, 0);
    fixture.write("twine.txt", &exported.stdout);
    let (venv, uv) = (fixture.path("twine"), python().with_file_name("uv"));
    let run = |arguments: &[&str]| {
        ended(
            &Command::new(&uv)
                .args(["--quiet"])
                .args(arguments)
                .current_dir(fixture.path(""))
                .output()
                .unwrap(),
            0,
        )
    };
    run(&["venv", "--python", python().to_str().unwrap(), "twine"]);
    run(&[
        "pip",
        "install",
        "--python",
        "twine/bin/python",
        "--require-hashes",
        "--no-deps",
        "-r",
        "twine.txt",
    ]);
    venv
}

fn twine(venv: &Path, folder: &Path) -> std::process::Output {
    let mut command = Command::new(venv.join("bin/python"));
    command.args(["-m", "twine", "--no-color", "check", "--strict"]);
    let archives = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_archive =
        |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "whl" || ending == "gz");
    command.args(archives.filter(is_archive)).output().unwrap()
}

fn check(venv: &Path, folder: &Path, archives: usize) {
    let said = ended(&twine(venv, folder), 0);
    assert_eq!(said.matches("PASSED").count(), archives, "{said}");
    let script = "import pathlib, sys, zipfile
from packaging.metadata import Metadata
from packaging.utils import parse_sdist_filename, parse_wheel_filename
for path in pathlib.Path(sys.argv[1]).glob('*.whl'):
    archive = zipfile.ZipFile(path)
    text = next(archive.read(name) for name in archive.namelist() if name.endswith('.dist-info/METADATA'))
    metadata = Metadata.from_email(text, validate=True)
    assert not any(requirement.url for requirement in metadata.requires_dist or [])
    name, version, *_ = parse_wheel_filename(path.name)
    assert (metadata.version, metadata.name.lower().replace('_', '-')) == (version, name)
for path in pathlib.Path(sys.argv[1]).glob('*.tar.gz'):
    parse_sdist_filename(path.name)
";
    run_python(&venv.join("bin/python"), &["-c", script, folder.to_str().unwrap()]);
}
