//! Measures this tool against what it replaces, on this repository, in one run.

#![expect(clippy::disallowed_methods, reason = "a scratch folder of the measurement's own")]

mod builds;
pub mod monorepo;
mod rows;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use diagnostics::Problem;
use repo::Repo;
use repo::Root;

/// Measure how fast the tasks are on this repository, compared with the programs that they replace
///
/// Every figure is the median of several runs, in which this tool and the reference take turns. Compare ratios, not times from different
/// machines. `POETRY` names the Poetry program, by default `poetry`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of runs of each
    #[arg(long, value_name = "N", default_value = "5")]
    runs: std::num::NonZero<usize>,

    /// Measure only how long the tool takes to build: from scratch, and after an edit in one rule
    #[arg(long)]
    builds: bool,

    /// With `--builds`: also build this revision, as the reference
    #[arg(long, value_name = "REV", requires = "builds")]
    base: Option<String>,
}

/// One row of the table: what is measured, and against what.
pub struct Row {
    /// What is measured.
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
    /// What was measured.
    pub name: String,
    /// The median of our runs.
    pub ours: Duration,
    /// What it is compared with.
    pub against: Against,
}

/// The measurement that ours is compared with.
#[derive(Clone, Debug)]
pub enum Against {
    /// There is no reference.
    Nothing,
    /// The program that does the same work.
    Reference {
        /// The name of the program.
        name: &'static str,
        /// The median of its runs.
        time: Duration,
    },
    /// The reference is not on this machine.
    Absent {
        /// The name of the program.
        name: &'static str,
    },
}

/// Measures every row that this machine can. Problems are those of the repository and of commands that fail.
pub fn run(root: &Root, args: &Args) -> Result<Vec<Measured>, Vec<Problem>> {
    let repo = Repo::sound(root)?;
    let scratch = root.join("target/xtask/bench");
    let _ = fs::remove_dir_all(&scratch);
    let rows = if args.builds {
        builds::all(&repo.root, &scratch, args.base.as_deref())?
    } else {
        rows::all(&repo, &scratch)?
    };
    let measured = rows.into_iter().map(|row| measure(row, args.runs.get()));
    let measured = measured.collect::<Result<Vec<Measured>, Problem>>();
    let _ = fs::remove_dir_all(&scratch);
    measured.map_err(|problem| vec![problem])
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
