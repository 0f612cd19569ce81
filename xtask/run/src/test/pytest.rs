//! The tests of one Python package, in an environment made from its lock.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::fs;

use xshell::cmd;

use super::{
    junit,
    step::{Outcome, PythonTests, Runner, SLOW, Step},
    summary::{Counts, Verdict},
};
use crate::environments::{Environment, Interpreter, import_path};
use diagnostics::{Place, Problem};
use repo::{Package, lock, manifest::Manifest};
use subprocess::{self as process, shell};

/// pytest's exit code where it collected no test.
const NO_TESTS: i32 = 5;

pub fn run(runner: &Runner<'_>, step: &Step, tests: &PythonTests) -> Result<Outcome, Vec<Problem>> {
    let package = &tests.package;
    if !tests.has_tests {
        let reason = "contains no `test_*.py`".to_owned();
        return Ok(without_tests(Verdict::NoTests { reason }));
    }
    if tests.groups.is_empty() {
        return Err(Problem::error(format!(
            "`{}` has tests, but no group that installs pytest",
            package.dir
        ))
        .at(Place::File(package.manifest.source.path().into()))
        .remedy(format!(
            "run `{}`",
            lock::manager(runner.root(), package).add_command(&package.dir, Some("test"), "pytest")
        ))
        .into());
    }
    if Interpreter::suitable(runner.pythons()?, package).is_none() {
        return no_python(runner, package);
    }
    runner.progress.doing(&step.name, "waiting for uv");
    let tools = runner.tools()?;
    runner.progress.doing(&step.name, "installing its lock");
    let environment = Environment::provide(runner.root(), package, &tests.groups, runner.pythons()?, tools)?;
    runner.progress.doing(&step.name, "");
    pytest(runner, tests, &environment)
}

/// Whether a manifest registers a marker. Where none is, pytest refuses to be asked for it.
fn registers(manifest: &Manifest, marker: &str) -> bool {
    let ignored = &mut Vec::new();
    let Some(pytest) = manifest.tool("pytest") else {
        return false;
    };
    // The settings of an ini file, and since pytest 9 settings of their own types.
    let tables = [pytest.table("ini_options", ignored), Some(pytest)];
    let mut markers = tables
        .into_iter()
        .flatten()
        .flat_map(|table| table.strings("markers", &mut Vec::new()).unwrap_or_default());
    markers.any(|entry| {
        entry
            .value
            .split([':', '('])
            .next()
            .is_some_and(|name| name.trim() == marker)
    })
}

fn pytest(runner: &Runner<'_>, tests: &PythonTests, environment: &Environment) -> Result<Outcome, Vec<Problem>> {
    let root = runner.root();
    let target = root.join("target/xtask");
    let report = target.join("reports").join(format!("{}.xml", tests.package.name));
    // A report of an earlier run must not speak for this one.
    let _ = fs::remove_file(&report);
    let shell = shell()?;
    shell.change_dir(tests.package.dir.under(root));
    let python = environment.python();
    let marked: &[&str] = if runner.is_fast && registers(&tests.package.manifest, SLOW) {
        &["-m", "not slow"]
    } else {
        &[]
    };
    // `-P`: the current folder is not an import root. Nothing is written among the sources, which images are built from.
    let program = cmd!(
        shell,
        "{python} -P -m pytest --junit-xml={report} -p no:cacheprovider --color=yes {marked...}"
    )
    .env("PYTHONPATH", import_path(root, &tests.import_roots)?)
    .env("PYTHONPYCACHEPREFIX", target.join("pycache"))
    // Without bytecode, each process that a test starts compiles everything again.
    .env_remove("PYTHONDONTWRITEBYTECODE")
    .env_remove("VIRTUAL_ENV")
    .env_remove("PYTHONHOME");
    let ended = process::capture(program)?;
    let counts = fs::read_to_string(&report).ok().and_then(|xml| junit::counts(&xml));
    let counts = counts.unwrap_or_default();
    let nothing_passed = counts.passed == 0;
    let verdict = if ended.status.code() == Some(NO_TESTS) {
        Verdict::NoTests {
            reason: "pytest found no test".into(),
        }
    } else if !ended.status.success() || counts.failed > 0 {
        Verdict::Failed
    } else if nothing_passed && counts.skipped > 0 {
        Verdict::Skipped {
            reason: "its tests skip themselves here".into(),
        }
    } else if nothing_passed {
        return Err(Problem::error("pytest succeeded but reported no test")
            .note(ended.output.trim())
            .into());
    } else {
        Verdict::Passed
    };
    Ok(Outcome {
        verdict,
        counts,
        output: ended.output,
    })
}

fn no_python(runner: &Runner<'_>, package: &Package) -> Result<Outcome, Vec<Problem>> {
    let required = package.manifest.requires_python.as_ref();
    let required = required.map_or("", |required| required.text.value.as_str());
    let found: Vec<&str> = runner.pythons()?.iter().map(|python| python.version.as_str()).collect();
    let reason = format!("needs Python {required}, here is {}", found.join(", "));
    if runner.in_ci {
        return Err(Problem::error(format!("skipped in CI: {reason}")).into());
    }
    Ok(without_tests(Verdict::Skipped { reason }))
}

fn without_tests(verdict: Verdict) -> Outcome {
    Outcome {
        verdict,
        counts: Counts::default(),
        output: String::new(),
    }
}
