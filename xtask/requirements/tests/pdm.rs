//! Locks of PDM, read and exported.

use diagnostics::{Problem, Source};
use proptest::prelude::*;
use repo::{
    lock::{Lock, pdm::read, stale},
    manifest::Manifest,
};
use requirements::Selection;

/// PDM 2.22 wrote these locks of this manifest, with its usual strategy and without any.
const MANIFEST: &str = include_str!("../../tests/verify_parity/styles/pdm/pyproject.toml");
const LOCK: &str = include_str!("../../tests/verify_parity/styles/pdm/pdm.lock");
const WALKED: &str = include_str!("../../tests/verify_parity/styles/pdm.walked.lock");

fn manifest(text: &str) -> Manifest {
    let mut problems = Vec::new();
    let manifest = Manifest::read(&Source::new("web/pyproject.toml", text), &mut problems).unwrap();
    assert_eq!(problems, []);
    manifest
}

fn lock(text: &str) -> Result<Lock, Vec<Problem>> {
    read(&Source::new("web/pdm.lock", text), &manifest(MANIFEST))
}

fn pins(text: &str, selection: &Selection) -> Vec<String> {
    let export = requirements::export(&manifest(MANIFEST), &lock(text).unwrap(), selection).unwrap();
    let pins = export.pins.iter();
    pins.map(|pin| format!("{} ; {}", pin.name, pin.marker)).collect()
}

#[test]
fn groups_are_those_of_the_lock() {
    let python = "python_version >= \"3.11\"";
    let main = ["click", "gunicorn", "packaging"].map(|name| format!("{name} ; {python}"));
    let test = [
        format!("colorama ; {python} and sys_platform == \"win32\""),
        format!("iniconfig ; {python}"),
        format!("packaging ; {python}"),
        format!("pluggy ; {python}"),
        format!("pygments ; {python}"),
        format!("pytest ; {python}"),
    ];
    for text in [LOCK, WALKED] {
        assert_eq!(pins(text, &Selection::main()), main);
        assert_eq!(pins(text, &Selection::of_groups(["test"])), test);
        let with_extra = pins(text, &Selection::main().with_extras(["fast"]));
        assert!(with_extra.contains(&format!("h11 ; {python}")), "{with_extra:?}");
    }
}

#[test]
fn the_hash_is_pdms() {
    for text in [LOCK, WALKED] {
        let lock = lock(text).unwrap();
        assert_eq!(stale(&manifest(MANIFEST), &lock), None);
        for (from, to) in [
            ("gunicorn==23.0.0", "gunicorn==22.0.0"),
            ("test = [\"pytest\"]", "test = [\"pytest\", \"ruff\"]"),
            ("requires-python = \">=3.11\"", "requires-python = \">=3.12\""),
            ("h11>=0.16", "h11>=0.15"),
            (
                "[tool.pdm]",
                "[tool.pdm.dev-dependencies]\ndoc = [\"sphinx\"]\n\n[tool.pdm]",
            ),
            (
                "[tool.pdm]",
                "[tool.pdm.resolution.overrides]\nh11 = \"1\"\n\n[tool.pdm]",
            ),
        ] {
            let problem = stale(&manifest(&MANIFEST.replace(from, to)), &lock).unwrap();
            assert!(
                problem.message.contains("`web/pyproject.toml` has changed"),
                "{problem:?}"
            );
        }
        let renamed = MANIFEST.replace("version = \"0.1.0\"", "version = \"0.2.0\"");
        assert_eq!(stale(&manifest(&renamed), &lock), None);
    }
}

#[test]
fn folders_of_the_old_groups_are_seen_from_the_manifest() {
    let text = "[project]\nname = \"web\"\ndependencies = [\"core @ file:///${PROJECT_ROOT}/../../libs/core\"]\n\
                [tool.pdm.dev-dependencies]\ndev = [\"-e file:///${PROJECT_ROOT}/../tools#egg=tools\", \"pytest>=8\"]\n";
    let manifest = manifest(text);
    assert_eq!(manifest.main[0].path().unwrap().value, "../../libs/core");
    let dev = &manifest.groups["dev"].dependencies;
    assert_eq!(dev[0].path().unwrap().value, "../tools");
    assert_eq!(dev[1].name.value.as_str(), "pytest");
}

#[test]
fn what_is_broken_is_said_with_its_place() {
    for (text, expected) in [
        (
            "version = 1\n",
            "1:1 `web/pdm.lock` is not a lock of PDM: it has no `lock_version`",
        ),
        (
            "[metadata]\nlock_version = \"9.0\"\n",
            "2:16 lock format `9.0` of PDM is unknown",
        ),
        (
            "[metadata]\nlock_version = \"4.5.0\"\n[[package]]\nname = \"a\"\nversion = \"x\"\n",
            "5:11 `x` is not a version (PEP 440)",
        ),
        (
            "[metadata]\nlock_version = \"4.5.0\"\n[[package]]\nname = \"-\"\n",
            "4:8 `-` is not a valid package name",
        ),
    ] {
        let problem = lock(text).unwrap_err().remove(0);
        let (source, span) = problem.places[0].text().unwrap();
        let (line, column) = source.position(span.start);
        assert_eq!(format!("{line}:{column} {}", problem.message), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_damage_panics(at in 0..LOCK.len(), length in 0usize..40, with in "[{}\":,\\[\\]a-z=\\\\ \n]{0,6}") {
        prop_assume!(LOCK.is_char_boundary(at));
        let end = (at + length).min(LOCK.len());
        let damaged = format!("{}{with}{}", &LOCK[..at], &LOCK[end..]);
        if let Ok(lock) = lock(&damaged) {
            let _ = stale(&manifest(MANIFEST), &lock);
        }
    }
}
