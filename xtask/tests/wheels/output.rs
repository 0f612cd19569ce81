//! What lies in the output folder, and when it is written.

use std::{fs, time::SystemTime};

use crate::{
    ended,
    workshop::{OUT, build, command, files, members, metadata, repository},
};

const WHEELS: [&str; 4] = [
    "base-0.2.1-py3-none-any.whl",
    "hatched-2.0.0rc1-py3-none-any.whl",
    "old-1.0.0-py3-none-any.whl",
    "tooled-0.1.0-py3-none-any.whl",
];

#[test]
fn all_libs_are_built_once_and_then_fresh() {
    let fixture = repository();
    let out = fixture.path(OUT);
    let said = ended(&build(&fixture, &["--sdist"]), 0);
    assert!(said.contains("4 libs, 4 built, 0 fresh"), "{said}");
    let names: Vec<String> = files(&out).into_iter().map(|(name, _)| name).collect();
    for wheel in WHEELS {
        let sdist = wheel.replace("-py3-none-any.whl", ".tar.gz");
        let constraints = sdist.replace(".tar.gz", ".constraints.txt");
        for name in [wheel, &sdist, &constraints] {
            assert!(names.iter().any(|other| other == name), "{name} in {names:?}");
        }
    }
    assert_eq!(names.len(), 3 * 4 + 2, "{names:?}");
    let mut sums = std::process::Command::new("sha256sum");
    sums.args(["--check", "--strict", "SHA256SUMS"]).current_dir(&out);
    let sums = ended(&sums.output().unwrap(), 0);
    assert_eq!(sums.lines().count(), 13, "{sums}");

    let times = |folder: &std::path::Path| -> Vec<SystemTime> {
        files(folder)
            .iter()
            .map(|(name, _)| fs::metadata(folder.join(name)).unwrap().modified().unwrap())
            .collect()
    };
    let before = (files(&out), times(&out));
    let said = ended(&build(&fixture, &["--sdist"]), 0);
    assert!(said.contains("4 libs, 0 built, 4 fresh"), "{said}");
    assert!(before == (files(&out), times(&out)), "a fresh run wrote files");

    fixture.write("libs/base/src/base/more.py", "MORE = 1\n");
    let said = ended(&build(&fixture, &["--sdist"]), 0);
    assert!(said.contains("4 libs, 1 built, 3 fresh"), "{said}");
    let changed: Vec<String> = before
        .0
        .iter()
        .zip(files(&out))
        .filter(|(a, b)| **a != *b)
        .map(|(a, _)| a.0.clone())
        .collect();
    assert_eq!(
        changed,
        [
            "SHA256SUMS",
            "base-0.2.1-py3-none-any.whl",
            "base-0.2.1.tar.gz",
            "manifest.json"
        ]
    );
    assert!(
        !fixture.path("target/xtask/wheel-stage").exists(),
        "the staged copies are left"
    );
}

#[test]
fn a_damaged_cache_or_output_is_mended() {
    let fixture = repository();
    ended(&build(&fixture, &["base"]), 0);
    let before = files(&fixture.path(OUT));
    fixture.write(&format!("{OUT}/{}", WHEELS[0]), "damaged");
    ended(&build(&fixture, &["base"]), 0);
    assert!(files(&fixture.path(OUT)) == before);
    fixture.write(
        &format!("target/xtask/wheel-cache/base/archives/{}", WHEELS[0]),
        "damaged",
    );
    fixture.write(&format!("{OUT}/.{}.xtask-new", WHEELS[0]), "of a run that was killed");
    let said = ended(&build(&fixture, &["base"]), 0);
    assert!(said.contains("1 built"), "{said}");
    assert!(files(&fixture.path(OUT)) == before);
}

#[test]
fn a_service_brings_its_closure_and_what_is_no_longer_asked_for_goes() {
    let fixture = repository();
    ended(&build(&fixture, &["hatched"]), 0);
    let said = ended(&build(&fixture, &["--service", "Web"]), 0);
    assert!(said.contains("Removed hatched-2.0.0rc1-py3-none-any.whl"), "{said}");
    let names: Vec<String> = files(&fixture.path(OUT)).into_iter().map(|(name, _)| name).collect();
    let wheels: Vec<&String> = names.iter().filter(|name| name.ends_with(".whl")).collect();
    assert_eq!(wheels, [WHEELS[0], WHEELS[2]]);
}

#[test]
fn files_of_others_are_left_alone_and_never_overwritten() {
    let fixture = repository();
    let out = fixture.path("dist").display().to_string();
    fixture.write("dist/notes.txt", "mine");
    ended(&build(&fixture, &["base", "--out", &out]), 0);
    assert_eq!(fixture.read("dist/notes.txt"), "mine");
    fs::remove_file(fixture.path("dist/manifest.json")).unwrap();
    fixture.write("dist/base-0.2.1-py3-none-any.whl", "of somebody else");
    let said = ended(&build(&fixture, &["base", "--out", &out]), 1);
    assert!(said.contains("base-0.2.1-py3-none-any.whl` is in the way"), "{said}");
    assert_eq!(fixture.read("dist/base-0.2.1-py3-none-any.whl"), "of somebody else");
}

#[test]
fn a_failed_build_leaves_the_folder_whole() {
    let fixture = repository();
    ended(&build(&fixture, &[]), 0);
    let before = files(&fixture.path(OUT));
    fixture.write("libs/base/src/base/more.py", "MORE = 1\n");
    fixture.write(
        "libs/tooled/setup.py",
        "print('on its way')\nraise RuntimeError('no luck today')\n",
    );
    let said = ended(&build(&fixture, &[]), 1);
    for part in [
        "`setuptools` could not build the wheel of `tooled`",
        "on its way",
        "no luck today",
    ] {
        assert!(said.contains(part), "`{part}` in {said}");
    }
    assert!(files(&fixture.path(OUT)) == before);
}

#[test]
fn a_full_disk_leaves_the_folder_whole() {
    let fixture = repository();
    ended(&build(&fixture, &[]), 0);
    let before = files(&fixture.path(OUT));
    // Every wheel is there from before; the folder is full after so many blocks.
    let program = command(&fixture).get_program().to_owned();
    let mut limited = std::process::Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(program);
    limited
        .arg("--root")
        .arg(fixture.path(""))
        .args(["build-wheels", "--out"])
        .arg(fixture.path("full"));
    let said = ended(&limited.output().unwrap(), 1);
    assert!(
        said.contains("cannot write") && said.contains("check that the disk has space"),
        "{said}"
    );
    assert_eq!(files(&fixture.path("full")), []);
    assert!(files(&fixture.path(OUT)) == before);
}

#[test]
fn the_older_form_is_rewritten_in_the_copy_only() {
    let fixture = repository();
    let before = fixture.read("libs/old/pyproject.toml");
    ended(&build(&fixture, &["old", "--sdist"]), 0);
    let said = metadata(&fixture.path(OUT).join(WHEELS[2]));
    assert!(said.contains("Requires-Dist: base (>=0.2.1,<0.3.0)"), "{said}");
    assert_eq!(fixture.read("libs/old/pyproject.toml"), before);
    assert!(
        fixture
            .read(&format!("{OUT}/manifest.json"))
            .contains("\"base (>=0.2.1,<0.3.0)\"")
    );

    // The range follows the sibling.
    fixture.edit("libs/base/pyproject.toml", "0.2.1", "0.3.0");
    ended(&build(&fixture, &["old"]), 0);
    let said = metadata(&fixture.path(OUT).join(WHEELS[2]));
    assert!(said.contains("Requires-Dist: base (>=0.3.0,<0.4.0)"), "{said}");
}

#[test]
fn what_git_ignores_and_what_tools_leave_is_in_no_wheel() {
    let fixture = repository();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        let mut command = std::process::Command::new("git");
        ended(
            &command
                .current_dir(fixture.path(""))
                .args(identity)
                .args(arguments)
                .output()
                .unwrap(),
            0,
        )
    };
    git(&["init", "--quiet"]);
    fixture.write(".gitignore", "/target/\nsecret.txt\n");
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "Start"]);
    let revision = git(&["rev-parse", "HEAD"]);
    for stray in [
        "secret.txt",
        "__pycache__/a.cpython-313.pyc",
        ".DS_Store",
        "base.egg-info/PKG-INFO",
    ] {
        fixture.write(&format!("libs/base/src/base/{stray}"), "stray");
    }
    fixture.write("libs/base/tests/test_base.py", "");
    fs::remove_file(fixture.path("libs/base/src/base/base.egg-info/PKG-INFO")).unwrap();
    ended(&build(&fixture, &["base"]), 0);
    let expected = [
        "base/__init__.py",
        "base/data/words.txt",
        "base/py.typed",
        "base-0.2.1.dist-info/METADATA",
        "base-0.2.1.dist-info/WHEEL",
        "base-0.2.1.dist-info/licenses/LICENSE",
        "base-0.2.1.dist-info/RECORD",
    ];
    assert_eq!(members(&fixture.path(OUT).join(WHEELS[0])), expected);
    let manifest = fixture.read(&format!("{OUT}/manifest.json"));
    assert!(manifest.contains(revision.trim()), "{manifest}");
    assert!(
        manifest.contains("\"dirty\": true"),
        "the caches and the egg-info are not ignored: {manifest}"
    );

    git(&["clean", "--quiet", "-d", "--force"]);
    ended(&build(&fixture, &["base"]), 0);
    assert!(
        fixture
            .read(&format!("{OUT}/manifest.json"))
            .contains("\"dirty\": false")
    );
    // A file that is not committed yet is part of the lib.
    fixture.write("libs/base/src/base/new.py", "");
    ended(&build(&fixture, &["base"]), 0);
    assert!(members(&fixture.path(OUT).join(WHEELS[0])).contains(&"base/new.py".to_owned()));
}
