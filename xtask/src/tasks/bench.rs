//! Measures this tool against what it replaces, on this repository, in one run.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    python::{Interpreter, Tools},
    repo::{Package, Repo},
    report::Problem,
};

/// Measure how fast the tasks are on this repository, beside the programs that they take the place of
///
/// Every figure is the median of several runs, in which ours and the reference take turns. Nothing is asserted: compare
/// ratios, not times of different machines. Poetry is the program that `POETRY` names, `poetry` by default.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How often each is run
    #[arg(long, value_name = "N", default_value = "5")]
    runs: std::num::NonZero<usize>,
}

/// One row of the table: what is measured, and against what.
pub struct Row {
    pub name: String,
    /// What has to be absent before each run of ours.
    absent: Vec<PathBuf>,
    ours: Vec<Command>,
    reference: Reference,
}

enum Reference {
    None,
    Commands(&'static str, Vec<Command>),
    /// It is not on this machine.
    Absent(&'static str),
}

/// What came of a row.
#[derive(Clone, Debug)]
pub struct Measured {
    pub name: String,
    pub ours: Duration,
    pub against: Against,
}

#[derive(Clone, Debug)]
pub enum Against {
    Nothing,
    Reference { name: &'static str, time: Duration },
    Absent { name: &'static str },
}

pub fn run(root: &Path, args: &Args) -> Result<Vec<Measured>, Vec<Problem>> {
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    let Some(repo) = repo.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let scratch = root.join("target/xtask/bench");
    let rows = rows(&repo, &scratch)?;
    let measured = rows.into_iter().map(|row| measure(row, args.runs.get()));
    let measured = measured.collect::<Result<Vec<Measured>, Problem>>();
    let _ = fs::remove_dir_all(&scratch);
    measured.map_err(|problem| vec![problem])
}

/// The table, a row an entry.
fn rows(repo: &Repo, scratch: &Path) -> Result<Vec<Row>, Vec<Problem>> {
    let own = env::current_exe().map_err(|error| vec![Problem::error(format!("cannot find this program: {error}"))])?;
    let xtask = |words: &[&str]| {
        let mut command = Command::new(&own);
        command
            .arg("--root")
            .arg(&repo.root)
            .args(words)
            .env("CARGO_TERM_COLOR", "never");
        command
    };
    let poetry = poetry();
    let (wheels, elsewhere) = (scratch.join("wheels"), scratch.join("reference"));
    let out = wheels.display().to_string();
    let build = || xtask(&["build-wheels", "--out", &out]);
    let cold = |reference| Row {
        name: "build-wheels, cold".into(),
        absent: vec![wheels.clone(), repo.root.join("target/xtask/wheel-cache")],
        ours: vec![build()],
        reference,
    };
    let each_lib = |command: &dyn Fn(&Package) -> Command| repo.libs.iter().map(command).collect::<Vec<Command>>();
    let mut rows = Vec::new();
    let largest = packages(repo).max_by_key(|package| {
        let lock = package.dir.child("poetry.lock").under(&repo.root);
        fs::metadata(lock).map_or(0, |metadata| metadata.len())
    });
    if let Some(package) = largest {
        let dir = package.dir.under(&repo.root);
        rows.push(Row {
            name: format!("export-requirements {}", package.dir),
            absent: Vec::new(),
            ours: vec![xtask(&["export-requirements", &dir.display().to_string()])],
            reference: against(poetry.as_deref(), "poetry export", |poetry| {
                let mut command = Command::new(poetry);
                command.arg("export").arg("--directory").arg(&dir);
                vec![command]
            }),
        });
    }
    rows.push(Row {
        name: "gen-dockerfiles --check".into(),
        absent: Vec::new(),
        ours: vec![xtask(&["gen-dockerfiles", "--check"])],
        reference: Reference::None,
    });
    rows.push(cold(against(poetry.as_deref(), "poetry build", |poetry| {
        each_lib(&|lib| {
            let mut command = Command::new(poetry);
            command.args(["build", "--format", "wheel", "--output"]).arg(&elsewhere);
            command.arg("--directory").arg(lib.dir.under(&repo.root));
            command
        })
    })));
    let tools = tools(repo)?;
    let (uv, python) = (tools.program("uv"), tools.program("python"));
    let (uv, python) = uv.and_then(|uv| Ok((uv, python?))).map_err(|problem| vec![problem])?;
    // The quickest way of uv: no isolation, nothing looked up, the same backend from the same environment.
    let flags = ["--quiet", "--wheel", "--no-build-isolation", "--offline"];
    let of_uv = each_lib(&|lib| {
        let mut command = Command::new(&uv);
        command.arg("build").args(flags).arg("--python").arg(&python);
        command.arg("--out-dir").arg(&elsewhere).arg(lib.dir.under(&repo.root));
        command
    });
    rows.push(cold(Reference::Commands("uv build", of_uv)));
    rows.push(Row {
        name: "build-wheels, nothing to do".into(),
        absent: Vec::new(),
        ours: vec![build()],
        reference: Reference::None,
    });
    Ok(rows)
}

fn packages(repo: &Repo) -> impl Iterator<Item = &Package> {
    repo.services.iter().map(|service| &service.package).chain(&repo.libs)
}

fn against(program: Option<&str>, name: &'static str, commands: impl FnOnce(&str) -> Vec<Command>) -> Reference {
    match program {
        Some(program) => Reference::Commands(name, commands(program)),
        None => Reference::Absent(name),
    }
}

/// The command that runs Poetry, where it answers.
fn poetry() -> Option<String> {
    let program = env::var("POETRY").unwrap_or_else(|_| "poetry".into());
    time(Command::new(&program).arg("--version")).ok().map(|_| program)
}

fn tools(repo: &Repo) -> Result<Tools, Vec<Problem>> {
    if let Some(tools) = Tools::present(&repo.root, &repo.settings)? {
        return Ok(tools);
    }
    let pythons = Interpreter::all(repo.settings.base_image()?.python)?;
    Tools::provide(&repo.root, &repo.settings, &pythons[0])
}

fn measure(row: Row, runs: usize) -> Result<Measured, Problem> {
    let Row {
        name,
        absent,
        mut ours,
        mut reference,
    } = row;
    let (mut times, mut others) = (Vec::new(), Vec::new());
    // One more than counts: the first fills the caches of the system.
    for _ in 0..=runs {
        for path in &absent {
            let _ = fs::remove_dir_all(path);
        }
        times.push(all(&mut ours)?);
        match &mut reference {
            Reference::Commands(_, commands) => others.push(all(commands)?),
            Reference::None | Reference::Absent(_) => {}
        }
    }
    let against = match reference {
        Reference::None => Against::Nothing,
        Reference::Commands(name, _) => Against::Reference {
            name,
            time: median(&mut others),
        },
        Reference::Absent(name) => Against::Absent { name },
    };
    Ok(Measured {
        name,
        ours: median(&mut times),
        against,
    })
}

fn all(commands: &mut [Command]) -> Result<Duration, Problem> {
    commands.iter_mut().map(time).sum()
}

fn time(command: &mut Command) -> Result<Duration, Problem> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status();
    let time = started.elapsed();
    let failed = |why: String| Problem::error(format!("cannot measure `{command:?}`: {why}"));
    match status {
        Ok(status) if status.success() => Ok(time),
        Ok(status) => Err(failed(format!("it ended with {status}"))),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Without the first, where there are others.
fn median(times: &mut Vec<Duration>) -> Duration {
    if times.len() > 1 {
        times.remove(0);
    }
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_run_does_not_count() {
        let mut times = [90, 3, 1, 2].map(Duration::from_secs).to_vec();
        assert_eq!(median(&mut times), Duration::from_secs(2));
        assert_eq!(median(&mut vec![Duration::from_secs(4)]), Duration::from_secs(4));
    }
}
