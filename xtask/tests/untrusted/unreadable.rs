//! What a person has no permission to read: nothing of it is passed.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt, process::Command};

use crate::{
    fixture::Fixture,
    repository::{CHART, Run, ends, run, whole},
};

const NOBODY: &str = "65534";

/// Runs the tool as somebody whom permissions bind. Root reads everything.
fn run_bound(repo: &Fixture, arguments: &[&str]) -> Run {
    let tool = env!("CARGO_BIN_EXE_xtask");
    let mut command = if rustix::process::geteuid().is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", tool]);
        command
    } else {
        Command::new(tool)
    };
    ends(command.arg("--root").arg(repo.path("")).args(arguments))
}

/// Every file and every folder in turn.
#[test]
fn nothing_is_passed_unread() {
    let repo = whole();
    fs::set_permissions(repo.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let whole = run_bound(&repo, &["verify-parity"]);
    assert_eq!(whole.code(), Some(0), "{}", whole.output);
    let entries = walkdir::WalkDir::new(repo.path(""))
        .min_depth(1)
        .into_iter()
        .map(Result::unwrap);
    let paths: BTreeSet<_> = entries.map(walkdir::DirEntry::into_path).collect();
    for path in paths {
        let before = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        let found = run_bound(&repo, &["verify-parity"]);
        fs::set_permissions(&path, before).unwrap();
        assert!(
            matches!(found.code(), Some(1 | 5)),
            "{}: {:?} {}",
            path.display(),
            found.code(),
            found.output
        );
        let shown = path.strip_prefix(repo.path("")).unwrap().to_str().unwrap();
        assert!(found.output.contains(shown), "{shown} is not named: {}", found.output);
    }
}

/// A folder that may be passed through and not listed, and one that may be listed and not passed through.
#[test]
fn half_a_permission_is_none() {
    for folder in [
        "services/web",
        "services/web/src/web",
        CHART,
        "infrastructure",
        ".github",
        ".github/workflows",
    ] {
        for mode in [0o111, 0o444] {
            let repo = whole();
            fs::set_permissions(repo.path(""), fs::Permissions::from_mode(0o755)).unwrap();
            fs::set_permissions(repo.path(folder), fs::Permissions::from_mode(mode)).unwrap();
            let found = run_bound(&repo, &["verify-parity"]);
            fs::set_permissions(repo.path(folder), fs::Permissions::from_mode(0o755)).unwrap();
            assert!(
                matches!(found.code(), Some(1 | 5)),
                "{folder} {mode:o}: {}",
                found.output
            );
        }
    }
}

#[test]
fn a_template_that_is_not_defined_is_no_pass() {
    for (text, is_passed) in [
        ("{{ include \"app.name\" . }}", true),
        ("{{ include \"app.nam\" . }}", false),
        ("{{ template \"gone\" . }}", false),
        ("{{ if true }}{{ include \"gone\" $ | quote }}{{ end }}", false),
        ("{{ if false }}{{ include \"gone\" $ }}{{ end }}", true),
    ] {
        let repo = whole();
        repo.write(
            &format!("{CHART}/templates/other.yaml"),
            format!("kind: ConfigMap\napiVersion: v1\nmetadata: {{ name: {text} }}\n"),
        );
        let found = run(&repo, &["verify-parity"]);
        assert_eq!(
            found.code(),
            Some(if is_passed { 0 } else { 1 }),
            "{text}: {}",
            found.output
        );
    }
}
