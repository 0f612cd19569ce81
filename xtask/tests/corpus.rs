//! The export against Poetry's own, on real locks of public projects: `shared/corpus` beside the repository, or the folder
//! that `XTASK_CORPUS` names. Without it the tests are skipped, visibly; under `CI` that is a failure.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a test prints, and works on folders of its own"
)]

use std::{
    collections::BTreeSet,
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, atomic::AtomicUsize, atomic::Ordering},
    thread,
};

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
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let python = python_with_packaging();
    let scratch = tempfile::tempdir().unwrap();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for worker in 0..workers {
            let actual = scratch.path().join(format!("{worker}.txt"));
            let (cases, next, failures, corpus, python) = (&cases, &next, &failures, &corpus, &python);
            scope.spawn(move || {
                let mut comparer = Comparer::start(python, corpus);
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(difference) = check(corpus, case, &actual, &mut comparer) {
                        failures.lock().unwrap().push(difference);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(
        failures.is_empty(),
        "{} of {} cases differ:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
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
    match comparer.differences(expected, actual) {
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
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let corpus = env::var_os("XTASK_CORPUS").map_or(beside, PathBuf::from);
    if corpus.join("locks").is_dir() {
        return Some(corpus);
    }
    assert!(env::var_os("CI").is_none(), "{} holds no corpus", corpus.display());
    eprintln!(
        "SKIPPED: {} holds no corpus; name it with XTASK_CORPUS",
        corpus.display()
    );
    None
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

fn export(dir: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .arg("export-requirements")
        .arg(dir)
        .args(arguments)
        .output()
        .unwrap()
}

fn read(dir: &Path) -> Result<(Manifest, Option<Lock>), Vec<diagnostics::Problem>> {
    let source = |name: &str| named(&dir.join(name), name).map_err(|problem| vec![problem]);
    let mut problems = Vec::new();
    let manifest = Manifest::read(&source("pyproject.toml")?, &mut problems);
    let lock = Lock::read(&source("poetry.lock")?).ok();
    manifest.map(|manifest| (manifest, lock)).ok_or(problems)
}

fn table(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

#[allow(
    clippy::disallowed_methods,
    reason = "a scratch file is not the tree that sync guards"
)]
fn save(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

/// A Python that has `packaging`: the one on the path, or one in a virtual environment under `target`, made once.
fn python_with_packaging() -> PathBuf {
    let has_packaging = |python: &Path| {
        let mut import = Command::new(python);
        let status = import.args(["-c", "import packaging"]).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let host = PathBuf::from("python3");
    if has_packaging(&host) {
        return host;
    }
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaging");
    let python = venv.join("bin/python");
    if !has_packaging(&python) {
        let run = |command: &mut Command| assert!(command.status().unwrap().success(), "{command:?}");
        run(Command::new(&host).args(["-m", "venv"]).arg(&venv));
        run(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "packaging",
        ]));
    }
    python
}

/// The corpus' own compare.py, kept running.
struct Comparer {
    python: Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl Comparer {
    fn start(python: &Path, corpus: &Path) -> Self {
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus_compare.py");
        let mut command = Command::new(python);
        command
            .arg(driver)
            .arg(corpus.join("compare.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut python = command.spawn().unwrap();
        let answers = BufReader::new(python.stdout.take().unwrap());
        Self { python, answers }
    }

    fn differences(&mut self, expected: &Path, actual: &Path) -> Vec<String> {
        let questions = self.python.stdin.as_mut().unwrap();
        writeln!(questions, "{}\t{}", expected.display(), actual.display()).unwrap();
        let mut differences = Vec::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.answers.read_line(&mut line).unwrap(), 0, "compare.py ended early");
            match line.trim_end() {
                "." => return differences,
                difference => differences.push(difference.to_owned()),
            }
        }
    }
}

impl Drop for Comparer {
    fn drop(&mut self) {
        drop(self.python.stdin.take());
        let _ = self.python.wait();
    }
}
