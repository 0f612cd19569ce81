//! Many exports, each compared by meaning with what the program that wrote the lock makes of it.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// The folder that a variable names, or that of this name beside the repository. Without it the tests are skipped, visibly;
/// under `CI` that is a failure.
pub fn folder(variable: &str, name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(name);
    let corpus = env::var_os(variable).map_or(beside, PathBuf::from);
    if corpus.join("locks").is_dir() {
        return Some(corpus);
    }
    assert!(env::var_os("CI").is_none(), "{} holds no corpus", corpus.display());
    eprintln!("SKIPPED: {} holds no corpus; name it with {variable}", corpus.display());
    None
}

/// Checks all cases; each check has a file to write to, and the comparer of its thread.
pub fn in_parallel<C: Sync>(
    corpus: &Path,
    cases: &[C],
    check: impl Fn(&C, &Path, &mut Comparer) -> Result<(), String> + Sync,
) {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let python = python_with_packaging();
    let scratch = tempfile::tempdir().unwrap();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for worker in 0..workers {
            let actual = scratch.path().join(format!("{worker}.txt"));
            let (next, failures, python, check) = (&next, &failures, &python, &check);
            scope.spawn(move || {
                let mut comparer = Comparer::start(python, corpus);
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(difference) = check(case, &actual, &mut comparer) {
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
}

/// `export-requirements` of a folder.
pub fn export(dir: &Path, arguments: &[impl AsRef<std::ffi::OsStr>]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .arg("export-requirements")
        .arg(dir)
        .args(arguments)
        .output()
        .unwrap()
}

pub fn table(path: &Path) -> Vec<Vec<String>> {
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
pub fn save(path: &Path, bytes: &[u8]) {
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
    // The tests of both corpora, be they threads or processes, want the same environment at once, and half of one can be imported.
    let alone = fs::File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaging.lock")).unwrap();
    alone.lock().unwrap();
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
pub struct Comparer {
    python: Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl Comparer {
    pub fn start(python: &Path, corpus: &Path) -> Self {
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/compare.py");
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

    /// The differences, on the Pythons of a range; on all of them where there is none.
    pub fn differences(&mut self, expected: &Path, actual: &Path, python: &str) -> Vec<String> {
        let questions = self.python.stdin.as_mut().unwrap();
        writeln!(questions, "{}\t{}\t{python}", expected.display(), actual.display()).unwrap();
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
