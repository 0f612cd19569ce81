use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use diagnostics::Problem;
use repo::root::named;
use repo::{lock, manifest::Manifest};
use requirements::{Export, Extras, Selection};

/// Print the packages that a lock installs, as a requirement file with hashes or as `pylock.toml`, like `poetry export` and `uv export`
///
/// Reads `poetry.lock`, `uv.lock` (also that of the workspace above DIR), `pdm.lock`, `Pipfile.lock` and `pylock.toml`. Only the main group is
/// exported unless other groups are named; for uv, that is `uv export --no-default-groups`. Packages that are folders of the
/// repository are left out, with a note on standard error.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder with the `pyproject.toml`, relative to `--root` if that is given
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE", alias = "output-file")]
    pub output: Option<PathBuf>,

    /// Include these groups
    #[arg(
        long,
        value_name = "GROUP",
        value_delimiter = ',',
        visible_alias = "group",
        conflicts_with = "all_groups"
    )]
    with: Vec<String>,

    /// Exclude these groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',', visible_alias = "no-group")]
    without: Vec<String>,

    /// Include only these groups, without the main one
    #[arg(long, value_name = "GROUP", value_delimiter = ',', visible_alias = "only-group", conflicts_with_all = ["all_groups", "with"])]
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
        visible_alias = "extra",
        conflicts_with = "all_extras"
    )]
    extras: Vec<String>,

    /// Include all extras of the project
    #[arg(long)]
    all_extras: bool,

    /// Do not check whether the lock is up to date with `pyproject.toml`
    #[arg(long)]
    frozen: bool,

    /// Leave out the hashes
    #[arg(long, visible_alias = "no-hashes")]
    without_hashes: bool,

    /// Leave out the addresses of package indexes
    #[arg(long)]
    without_urls: bool,
}

/// What is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A requirement file for pip and uv.
    #[default]
    #[value(name = "requirements.txt", alias = "requirements-txt")]
    Requirements,
    /// A lock that pip and uv install (PEP 751), of a lock that has the addresses of its archives, as `uv.lock`.
    #[value(name = "pylock.toml", alias = "pylock")]
    Pylock,
}

/// A requirement file.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The file.
    pub text: String,
    /// The packages that are folders, which it leaves out, each with its path.
    pub local: Vec<(String, String)>,
}

/// Makes the file.
pub fn run(root: Option<&Path>, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let dir = root.map_or_else(|| args.dir.clone(), |root| root.join(&args.dir));
    let path = dir.join("pyproject.toml");
    let source = named(&path, &lock::shown(&path)).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let manifest = Manifest::read(&source, &mut problems);
    let Some(manifest) = manifest.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let lock = lock::of_folder(&dir, &manifest)?;
    let selection = selection(args, &manifest, &lock);
    let mut export = if args.frozen {
        requirements::frozen(&manifest, &lock, &selection)?
    } else {
        requirements::export(&manifest, &lock, &selection)?
    };
    let local = local(&export);
    if args.without_urls {
        export.indexes.clear();
    }
    if args.without_hashes {
        export.pins.iter_mut().for_each(|pin| pin.hashes = [].into());
    }
    let text = match args.format {
        Format::Requirements => export.render(),
        Format::Pylock => export.pylock(&manifest, &lock)?,
    };
    // Tens of thousands of small allocations, in a process that is about to end.
    std::mem::forget((manifest, lock, export));
    Ok(Outcome { text, local })
}

/// Prints it.
pub fn print(text: &str) -> Result<(), Vec<Problem>> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => Ok(()),
        // Whoever read along has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(vec![Problem::error(format!("cannot write the requirements: {error}"))]),
    }
}

fn local(export: &Export) -> Vec<(String, String)> {
    let local = export.local.iter();
    local
        .map(|local| (local.name.to_string(), local.path.clone()))
        .collect()
}

fn selection(args: &Args, manifest: &Manifest, lock: &lock::Lock) -> Selection {
    let named = |names: &[String]| Selection::of_groups(names.iter().map(String::as_str)).groups;
    let mut selection = if args.all_groups {
        let mut all = Selection::all_groups(manifest);
        // Those of the workspace around the package, too.
        let locked = lock.packages.iter().flat_map(|package| package.groups.keys());
        all.groups.extend(locked.cloned());
        all
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
