//! The export against Poetry's own: `shared/corpus` beside the repository, or the folder that `XTASK_CORPUS` names.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::compare::{Comparer, export, folder, in_parallel, save, table};
use python::{
    constraint::{Dialect, VersionSet},
    marker::Marker,
};
use repo::root::named;
use repo::{
    lock::{self, Lock},
    manifest::Manifest,
};
use walkdir::WalkDir;

/// What Poetry refused, and what we make of it.
const REFUSED_BY_POETRY: [(&str, Expected); 5] = [
    // Written by Poetry 1.0: no `lock-version`, and nothing to tell which format it is.
    ("p00-strawberry-2020", Expected::Refused("is too old")),
    // The manifests were edited after they were locked.
    ("p30-carlos", Expected::Refused("is stale")),
    ("p49-minca", Expected::Refused("is stale")),
    // Poetry finds no single urllib3 for all Pythons. There is one for each, 1.26 below Python 3.10 and 2.2 above, and
    // types-requests has a version for either.
    (
        "p23-powertools",
        Expected::Exported("urllib3==1.26.20 ; python_version >= \"3.8\" and python_version < \"3.10\""),
    ),
    // Poetry 2 rejects a flag of older ones in the manifest, `secondary = true`, which has nothing to do with the lock.
    (
        "p55-simpletuner-2.1/install/rocm",
        Expected::Exported("--extra-index-url "),
    ),
];

#[derive(Clone, Copy)]
enum Expected {
    /// With a problem that says this.
    Refused(&'static str),
    /// With this text in it.
    Exported(&'static str),
}

struct Case {
    project: PathBuf,
    /// Absent where Poetry refused.
    expected: Option<PathBuf>,
    arguments: &'static [&'static str],
}

#[test]
fn exports_agree_with_poetrys() {
    let Some(corpus) = corpus() else { return };
    let cases = cases(&corpus);
    assert!(cases.len() > 150, "{} has only {} cases", corpus.display(), cases.len());
    in_parallel(&corpus, &cases, |case, actual, comparer| {
        check(&corpus, case, actual, comparer)
    });
    println!("{} cases agree", cases.len());
}

fn check(corpus: &Path, case: &Case, actual: &Path, comparer: &mut Comparer) -> Result<(), String> {
    let title = format!("{} {}", case.project.display(), case.arguments.join(" "));
    let output = export(&corpus.join("locks").join(&case.project), case.arguments);
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let Some(expected) = &case.expected else {
        let known = REFUSED_BY_POETRY
            .iter()
            .find(|(project, _)| Path::new(project) == case.project);
        return match known {
            Some((_, Expected::Refused(why))) if output.status.code() == Some(1) && stderr.contains(why) => Ok(()),
            Some((_, Expected::Exported(text))) if output.status.success() && stdout.contains(text) => Ok(()),
            Some(_) | None => Err(format!("{title}: Poetry refused it; {}\n{stderr}", output.status)),
        };
    };
    if !output.status.success() {
        return Err(format!("{title}: {}\n{stderr}", output.status));
    }
    save(actual, &output.stdout);
    match comparer.differences(expected, actual, "") {
        differences if differences.is_empty() => Ok(()),
        differences => Err(format!("{title}:\n  {}", differences.join("\n  "))),
    }
}

#[test]
fn content_hashes_are_poetrys() {
    let Some(corpus) = corpus() else { return };
    let rows = table(&corpus.join("content-hash.tsv"));
    assert!(!rows.is_empty());
    let mut wrong = Vec::new();
    for row in &rows {
        let [id, project, _, _, _, fresh] = row.as_slice() else {
            panic!("{row:?}")
        };
        let dir = corpus.join("locks").join(id).join(project);
        let (manifest, lock) = read(&dir).unwrap_or_else(|problems| panic!("{}: {problems:?}", dir.display()));
        let Some(lock) = lock else {
            assert_eq!(id, "p00-strawberry-2020");
            continue;
        };
        if lock::stale(&manifest, &lock).is_none() != (fresh == "True") {
            wrong.push(dir);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    println!("{} content hashes agree", rows.len());
}

#[test]
fn markers_mean_what_poetry_exports() {
    let Some(corpus) = corpus() else { return };
    let rows = table(&corpus.join("marker-vectors.tsv"));
    assert!(!rows.is_empty());
    for row in &rows {
        let [python, locked, exported, _] = row.as_slice() else {
            panic!("{row:?}")
        };
        let marker = |text: &str| Marker::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let range = VersionSet::parse(python, Dialect::Poetry).unwrap();
        let ours = marker(locked).with_extras(&BTreeSet::new()).and(Marker::python(&range));
        assert_eq!(ours, marker(exported), "{python}: {locked}");
        assert_eq!(marker(&ours.to_string()), ours);
    }
    println!("{} markers agree", rows.len());
}

#[test]
fn exports_are_the_same_every_time() {
    let Some(corpus) = corpus() else { return };
    for project in ["p45-prowler", "p26-simpletuner-2.0"] {
        let dir = corpus.join("locks").join(project);
        let once = export(&dir, &["--all-groups"]);
        assert!(once.status.success());
        assert_eq!(once.stdout, export(&dir, &["--all-groups"]).stdout);
    }
}

fn corpus() -> Option<PathBuf> {
    folder("XTASK_CORPUS", "corpus")
}

fn cases(corpus: &Path) -> Vec<Case> {
    let locks = corpus.join("locks");
    let files = WalkDir::new(&locks).sort_by_file_name().into_iter().map(Result::unwrap);
    let cases = files.filter_map(|file| {
        let name = file
            .file_name()
            .to_str()?
            .strip_prefix("expected-")?
            .strip_suffix(".txt")?;
        let (variant, refused) = match name.strip_suffix(".err") {
            Some(variant) => (variant, true),
            None => (name, false),
        };
        let arguments: &[&str] = match variant {
            "main" => &[],
            "dev" => &["--with", "dev"],
            "main-allextras" => &["--all-extras"],
            "allgroups" => &["--all-groups"],
            unknown => panic!("{unknown}"),
        };
        Some(Case {
            project: file.path().parent()?.strip_prefix(&locks).unwrap().to_owned(),
            expected: (!refused).then(|| file.path().to_owned()),
            arguments,
        })
    });
    cases.collect()
}

fn read(dir: &Path) -> Result<(Manifest, Option<Lock>), Vec<diagnostics::Problem>> {
    let source = |name: &str| named(&dir.join(name), name).map_err(|problem| vec![problem]);
    let mut problems = Vec::new();
    let manifest = Manifest::read(&source("pyproject.toml")?, &mut problems);
    let lock = Lock::read(&source("poetry.lock")?).ok();
    manifest.map(|manifest| (manifest, lock)).ok_or(problems)
}
