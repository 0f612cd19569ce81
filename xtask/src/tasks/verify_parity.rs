use std::path::Path;

use diagnostics::Problem;
use verify::{Options, Report, Subjects, verify};

/// Prove that the development and the production image of every service run the same software
///
/// Reads what there is, whoever wrote it: manifests, locks, Python sources, Dockerfiles, requirement and ignore files, the
/// Tiltfile, charts, compose files and workflows. Settings are not needed: a package with a Dockerfile is a service, any other is a lib.
/// Nothing is built, and without `--fix` nothing is written. With `--built` or `--images` it also compares what images
/// hold; none is started.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to look at [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Build both images of every service too, and compare what they hold
    #[arg(long)]
    built: bool,

    /// Compare two images instead, local or to be pulled: with the lock of the SERVICE that is named, else of the one in
    /// their title label, else only with each other
    #[arg(long, num_args = 2, value_names = ["DEV", "PROD"], conflicts_with = "built")]
    images: Option<Vec<String>>,

    /// How to say what was found
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,

    /// Mend what needs no decision of a person, then judge again and say what is left
    #[arg(long, conflicts_with = "images")]
    fix: bool,

    /// Show every finding in full, instead of as much as fits the screen
    #[arg(long, short)]
    pub verbose: bool,

    /// Say where the time went
    #[arg(long)]
    timings: bool,
}

/// The formats of `verify-parity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table, and each problem with its place
    Terminal,
    /// One JSON object, as `xtask/schemas/verify-parity.schema.json` describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands that annotate a pull request, and a summary of the step
    Github,
}

/// Reads and compares, and fixes where it is asked to. `on_wait` is called when another run that writes is in the way.
pub fn run(root: &Path, args: &Args, on_wait: impl FnOnce()) -> Result<Report, Vec<Problem>> {
    let subjects = match args.images.as_deref() {
        Some([development, production]) => Subjects::Images {
            development: development.clone(),
            production: production.clone(),
        },
        Some(_) | None if args.built => Subjects::Built,
        Some(_) | None => Subjects::Files,
    };
    let options = Options {
        services: args.services.clone(),
        subjects,
        fix: args.fix,
        timings: args.timings,
    };
    verify(root, &options, on_wait)
}
