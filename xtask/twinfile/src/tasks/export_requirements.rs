use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use diagnostics::{Exit, Problem};
use repo::root::named;
use repo::{lock::Lock, manifest::Manifest};
use requirements::{Extras, Selection, export};

/// Print the packages of a lock as a requirement file with hashes, like `poetry export`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder with `pyproject.toml` and `poetry.lock`
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// Include these groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',', conflicts_with = "all_groups")]
    with: Vec<String>,

    /// Exclude these groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',', conflicts_with = "all_groups")]
    without: Vec<String>,

    /// Include only these groups, without the main one
    #[arg(long, value_name = "GROUP", value_delimiter = ',', conflicts_with_all = ["all_groups", "with"])]
    only: Vec<String>,

    /// Include all groups, optional ones too
    #[arg(long)]
    all_groups: bool,

    /// Include these extras of the project
    #[arg(
        short = 'E',
        long,
        value_name = "EXTRA",
        value_delimiter = ' ',
        conflicts_with = "all_extras"
    )]
    extras: Vec<String>,

    /// Include all extras of the project
    #[arg(long)]
    all_extras: bool,
}

/// Prints a requirement file.
pub fn run(args: &Args) -> Result<Exit, Vec<Problem>> {
    let text = text(args)?;
    match io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => Ok(Exit::Clean),
        // Whoever read along has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Clean),
        Err(error) => Err(vec![Problem::error(format!("cannot write the requirements: {error}"))]),
    }
}

fn text(args: &Args) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut read = |name: &str| {
        let path = args.dir.join(name);
        let source = named(&path, &shown(&path));
        source.map_err(|problem| problems.push(problem)).ok()
    };
    let (manifest, lock) = (read("pyproject.toml"), read("poetry.lock"));
    let manifest = manifest.and_then(|source| Manifest::read(&source, &mut problems));
    let lock = lock.and_then(|source| Lock::read(&source).map_err(|found| problems.extend(found)).ok());
    let (Some(manifest), Some(lock)) = (manifest, lock) else {
        return Err(problems);
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let export = export(&manifest, &lock, &selection(args, &manifest))?;
    let text = export.render();
    // Tens of thousands of small allocations, in a process that is about to end.
    std::mem::forget((manifest, lock, export));
    Ok(text)
}

fn selection(args: &Args, manifest: &Manifest) -> Selection {
    let named = |names: &[String]| Selection::of_groups(names.iter().map(String::as_str)).groups;
    let mut selection = if args.all_groups {
        Selection::all_groups(manifest)
    } else if args.only.is_empty() {
        Selection::main()
    } else {
        Selection::of_groups([])
    };
    selection.groups.extend(named(&args.with));
    selection.groups.extend(named(&args.only));
    for group in named(&args.without) {
        selection.groups.remove(&group);
    }
    if args.all_extras {
        selection.extras = Extras::All;
        selection
    } else {
        selection.with_extras(args.extras.iter().map(String::as_str))
    }
}

/// Paths in messages are relative to where the command was run.
fn shown(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.display().to_string()
}
