//! Locks of Pipenv, read and exported.

use diagnostics::{Problem, Source};
use proptest::prelude::*;
use repo::{
    lock::{
        Lock, LockedSource,
        pipenv::{DEV, read},
        stale,
    },
    manifest::Manifest,
};
use requirements::Selection;

/// Pipenv 2026.10 wrote this lock of this Pipfile.
const PIPFILE: &str = include_str!("../../tests/verify_parity/styles/pipenv/Pipfile");
const LOCK: &str = include_str!("../../tests/verify_parity/styles/pipenv/Pipfile.lock");

fn manifest(pipfile: &str) -> Manifest {
    let mut problems = Vec::new();
    let mut manifest = Manifest::read(&Source::new("web/pyproject.toml", ""), &mut problems).unwrap();
    manifest.read_pipfile(&Source::new("web/Pipfile", pipfile), &mut problems);
    assert_eq!(problems, []);
    manifest
}

fn lock(text: &str) -> Result<Lock, Vec<Problem>> {
    read(&Source::new("web/Pipfile.lock", text))
}

fn names(selection: &Selection) -> Vec<String> {
    let export = requirements::export(&manifest(PIPFILE), &lock(LOCK).unwrap(), selection).unwrap();
    export.pins.iter().map(|pin| pin.name.to_string()).collect()
}

#[test]
fn categories_are_groups() {
    assert_eq!(names(&Selection::main()), ["click", "gunicorn", "packaging"]);
    assert_eq!(
        names(&Selection::of_groups([DEV])),
        ["iniconfig", "packaging", "pluggy", "pygments", "pytest"]
    );
}

#[test]
fn versions_have_hashes_and_places() {
    let lock = lock(LOCK).unwrap();
    let gunicorn = lock
        .packages
        .iter()
        .find(|package| package.name.as_str() == "gunicorn")
        .unwrap();
    assert_eq!(gunicorn.version.value, "23.0.0");
    assert_eq!(gunicorn.files.hashes().len(), 2);
    let (source, span) = gunicorn.version.place.text().unwrap();
    assert_eq!(&source.text()[span.clone()], "==23.0.0");
}

#[test]
fn the_hash_is_pipenvs() {
    let lock = lock(LOCK).unwrap();
    assert_eq!(stale(&manifest(PIPFILE), &lock), None);
    for (from, to) in [
        ("gunicorn = \"==23.0.0\"", "gunicorn = \"==22.0.0\""),
        ("pytest = \"*\"", "pytest = \"*\"\nruff = \"*\""),
        ("python_version = \"3.11\"", "python_version = \"3.12\""),
        ("verify_ssl = true", "verify_ssl = false"),
        ("[requires]", "[docs]\nsphinx = \"*\"\n\n[requires]"),
    ] {
        let problem = stale(&manifest(&PIPFILE.replace(from, to)), &lock).unwrap();
        assert!(problem.message.contains("`web/Pipfile` has changed"), "{problem:?}");
    }
    // What Pipenv does not hash.
    let scripts = format!("{PIPFILE}\n[scripts]\nweb = \"python -m web\"\n\n[pipenv]\nallow_prereleases = true\n");
    assert_eq!(stale(&manifest(&scripts), &lock), None);
}

/// A Pipfile that names no source has the usual one, which only the lock spells out. The digest is Pipenv's own.
#[test]
fn sources_of_a_pipfile_without_any_are_in_the_lock() {
    let sources = r#"[{"name": "index", "url": "https://packages.example.org/simple", "verify_ssl": true}]"#;
    let text = |hash: &str| {
        format!(
            r#"{{"_meta": {{"hash": {{"sha256": "{hash}"}}, "pipfile-spec": 6, "requires": {{}}, "sources": {sources}}}, "default": {{}}}}"#
        )
    };
    let of = "[packages]\nclick = \"*\"\n";
    let fresh = lock(&text(DIGEST_WITHOUT_SOURCE)).unwrap();
    assert_eq!(stale(&manifest(of), &fresh), None);
    assert!(stale(&manifest(of), &lock(&text("00")).unwrap()).is_some());
}

const DIGEST_WITHOUT_SOURCE: &str = "837b62ae144453f7bef936681d6a27a18caeec88720468ac48ce45a16d08900f";

#[test]
fn what_is_broken_is_said_with_its_place() {
    for (text, expected) in [
        (
            "",
            "1:1 `web/Pipfile.lock` is not JSON: it ends where a value was expected",
        ),
        (
            "[]",
            "1:1 `web/Pipfile.lock` is not a lock of Pipenv: it is not a JSON object",
        ),
        (
            "{\"default\": {}}",
            "1:1 `web/Pipfile.lock` is not a lock of Pipenv: it has no `_meta`",
        ),
        (
            "{\"_meta\": {},\n \"default\": []}",
            "2:13 `default` is not an object of packages",
        ),
        (
            "{\"_meta\": {},\n \"default\": {\"-\": {}}}",
            "2:15 `-` is not a valid package name",
        ),
        (
            "{\"_meta\": {},\n \"default\": {\"a\": 1}}",
            "2:19 `a` is not an object with a version and hashes",
        ),
        (
            "{\"_meta\": {},\n \"default\": {\"a\": {\"version\": \"==x\"}}}",
            "2:32 `x` is not a version (PEP 440)",
        ),
    ] {
        let problem = lock(text).unwrap_err().remove(0);
        let (source, span) = problem.places[0].text().unwrap();
        let (line, column) = source.position(span.start);
        assert_eq!(format!("{line}:{column} {}", problem.message), expected);
    }
}

#[test]
fn folders_and_repositories_are_told_apart() {
    let text = r#"{"_meta": {}, "default": {
        "core": {"editable": true, "path": "../../libs/core"},
        "lib": {"git": "https://git.example.org/lib", "ref": "abc"},
        "far": {"file": "https://files.example.org/far-1.0.tar.gz"}
    }, "docs": {"sphinx": {"version": "==8.0", "markers": "python_version >= '3.11'"}}}"#;
    let lock = lock(text).unwrap();
    let sources: Vec<&LockedSource> = lock.packages.iter().map(|package| &package.source).collect();
    assert!(matches!(sources[0], LockedSource::Directory { develop: true, .. }));
    assert!(matches!(sources[1], LockedSource::Git { .. }));
    assert!(matches!(sources[2], LockedSource::Url { .. }));
    assert!(lock.packages[3].groups.contains_key("docs"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_damage_panics(at in 0..LOCK.len(), length in 0usize..40, with in "[{}\":,\\[\\]a-z=\\\\ \n]{0,6}") {
        prop_assume!(LOCK.is_char_boundary(at));
        let end = (at + length).min(LOCK.len());
        let damaged = format!("{}{with}{}", &LOCK[..at], &LOCK[end..]);
        if let Ok(lock) = lock(&damaged) {
            let _ = stale(&manifest(PIPFILE), &lock);
        }
    }
}
