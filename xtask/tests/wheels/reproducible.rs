//! The same revision gives the same bytes, and where it does not, that is told.

use std::{fs, path::Path};

use crate::{
    ended,
    workshop::{OUT, build, command, files, python, repository, run_python},
};

#[test]
fn another_clone_user_and_day_make_no_difference() {
    let (here, there) = (repository(), repository());
    ended(&build(&here, &["--sdist"]), 0);
    // Other modes, other times, and files made in another order.
    let paths = there
        .files()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with("libs/"));
    for path in paths.collect::<Vec<_>>().iter().rev() {
        let content = fs::read(there.path(path)).unwrap();
        fs::remove_file(there.path(path)).unwrap();
        there.write(path, content);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o664);
        fs::set_permissions(there.path(path), mode).unwrap();
    }
    let program = command(&there).get_program().to_owned();
    let mut other = std::process::Command::new("sh");
    other.args(["-c", "umask 077; exec \"$0\" \"$@\""]).arg(program);
    other
        .arg("--root")
        .arg(there.path(""))
        .args(["build-wheels", "--sdist", "--jobs", "1"]);
    let environment = [
        ("TZ", "Pacific/Kiritimati"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("SOURCE_DATE_EPOCH", "1700000000"),
        ("PYTHONHASHSEED", "7"),
        ("PYTHONPATH", "/nowhere"),
        ("HOME", "/tmp"),
        ("USER", "somebody"),
    ];
    ended(&other.envs(environment).output().unwrap(), 0);
    assert!(files(&here.path(OUT)) == files(&there.path(OUT)));
}

#[test]
fn a_check_passes_and_writes_nothing() {
    let fixture = repository();
    let said = ended(&build(&fixture, &["--check", "--sdist"]), 0);
    assert!(said.contains("8 files are reproducible"), "{said}");
    assert!(!fixture.path(OUT).exists());
}

/// Each tells something in the wheel that is not in the tree.
const INDISCREET: [(&str, &str); 5] = [
    ("the day", "import time; said = time.strftime('%Y-%m-%d')"),
    ("the path", "import os; said = os.getcwd()"),
    ("the user", "import os; said = os.environ.get('USER', '')"),
    (
        "the file times",
        "import os; said = str(int(os.stat('README.md').st_mtime))",
    ),
    ("the process", "import os; said = str(os.getpid())"),
];

#[test]
fn a_check_finds_out_what_a_build_tells() {
    for (what, script) in INDISCREET {
        let fixture = repository();
        let write = "import pathlib; pathlib.Path('src/tooled/told.py').write_text(f'SAID = {said!r}\\n')";
        fixture.write(
            "libs/tooled/setup.py",
            format!("{script}\n{write}\nfrom setuptools import setup\nsetup()\n"),
        );
        let said = ended(&build(&fixture, &["tooled", "base", "--check"]), 4);
        assert!(
            said.contains("tooled-0.1.0-py3-none-any.whl: two builds of the same inputs differ"),
            "{what}: {said}"
        );
        assert!(
            said.contains("tooled/told.py: content differs from line 1 on"),
            "{what}: {said}"
        );
        assert!(said.contains("1 of 2 files"), "{what}: {said}");
    }
}

#[test]
fn published_files_are_verified() {
    let fixture = repository();
    let published = fixture.path("published");
    let folder = published.display().to_string();
    ended(&build(&fixture, &["--sdist", "--out", &folder]), 0);
    let said = ended(&build(&fixture, &["--verify", &folder]), 0);
    assert!(said.contains("8 files are what this tree builds"), "{said}");

    fixture.edit("libs/base/src/base/data/words.txt", "zwei", "drei");
    let said = ended(&build(&fixture, &["--verify", &folder]), 4);
    for part in [
        "base-0.2.1-py3-none-any.whl: the published file (first) differs from the one that this checkout builds (second)",
        "base/data/words.txt: content differs from line 2 on, 10 bytes each: `zwei` and `drei`",
        "base-0.2.1/src/base/data/words.txt: content differs",
        "2 of 8 files",
    ] {
        assert!(said.contains(part), "`{part}` in {said}");
    }
    // Only what is named counts.
    ended(&build(&fixture, &["old", "--verify", &folder]), 0);
    fixture.edit("libs/base/src/base/data/words.txt", "drei", "zwei");

    fs::remove_file(published.join("old-1.0.0.tar.gz")).unwrap();
    let said = ended(&build(&fixture, &["--verify", &folder]), 4);
    assert!(said.contains("old-1.0.0.tar.gz: is missing"), "{said}");
    fixture.edit("libs/hatched/pyproject.toml", "2.0.0rc1", "2.0.0");
    let said = ended(&build(&fixture, &["hatched", "--verify", &folder]), 4);
    assert!(
        said.contains("hatched-2.0.0rc1-py3-none-any.whl: this tree builds no file of that name"),
        "{said}"
    );
    assert!(said.contains("hatched-2.0.0-py3-none-any.whl: is missing"), "{said}");
}

#[test]
fn every_way_in_which_members_differ_is_named() {
    let fixture = repository();
    let published = fixture.path("published");
    let folder = published.display().to_string();
    ended(&build(&fixture, &["base", "--out", &folder]), 0);
    let wheel = published.join("base-0.2.1-py3-none-any.whl");
    let cases = [
        (
            "infos[0].date_time = (2020, 1, 1, 0, 0, 0)",
            "base/__init__.py: time 2020-01-01 00:00:00 and 1980-01-01 00:00:00",
        ),
        (
            "infos[0].external_attr = 0o600 << 16",
            "base/__init__.py: mode 0o600 and 0o",
        ),
        ("infos.pop(1)", "base/data/words.txt: is only in the second"),
        ("infos.reverse()", "the members stand in another order"),
        (
            "[setattr(info, 'compress_type', 0) for info in infos]",
            "base/__init__.py: compression 0 and 8",
        ),
        ("level = 1", "the members are alike; they are packed differently"),
    ];
    let right = fs::read(&wheel).unwrap();
    for (change, expected) in cases {
        fixture.write("published/base-0.2.1-py3-none-any.whl", &right);
        repack(&wheel, change);
        let said = ended(&build(&fixture, &["base", "--verify", &folder]), 4);
        assert!(said.contains(expected), "`{expected}` in {said}");
        assert!(
            said.contains("is not the file that `SHA256SUMS` or `manifest.json` names"),
            "{said}"
        );
    }
    fixture.write("published/base-0.2.1-py3-none-any.whl", "no archive");
    let said = ended(&build(&fixture, &["base", "--verify", &folder]), 4);
    assert!(said.contains("cannot be read as an archive"), "{said}");
}

fn repack(wheel: &Path, change: &str) {
    let script = format!(
        "import sys, zipfile
path = sys.argv[1]
archive = zipfile.ZipFile(path)
infos, level = archive.infolist(), None
infos = list(infos)
content = {{info.filename: archive.read(info.filename) for info in infos}}
{change}
with zipfile.ZipFile(path, 'w') as target:
    for info in infos:
        target.writestr(info, content[info.filename], compresslevel=level)
"
    );
    run_python(&python(), &["-c", &script, wheel.to_str().unwrap()]);
}

#[test]
fn nothing_to_verify_is_no_pass() {
    let fixture = repository();
    fs::create_dir(fixture.path("empty")).unwrap();
    let folder = fixture.path("empty").display().to_string();
    ended(&build(&fixture, &["--verify", &folder]), 3);
    let absent = fixture.path("absent").display().to_string();
    ended(&build(&fixture, &["--verify", &absent]), 1);
    fixture.write("empty/manifest.json", "{\"schema\": 2}");
    ended(&build(&fixture, &["--verify", &folder]), 1);
}
