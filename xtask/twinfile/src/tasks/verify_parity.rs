use std::path::Path;

use diagnostics::Problem;
use verify::{Options, Report, Subjects, verify};

/// Check that the development and the production image of every service run the same software
///
/// Reads manifests, locks, Python sources, Dockerfiles, requirement and ignore files, the Tiltfile, charts, compose files and workflows,
/// generated or written by hand. Settings are not needed: a package with a Dockerfile is a service, and every other package is a lib.
/// Nothing is built, and without `--fix` nothing is written. `--built` and `--images` also compare the contents of images, without starting
/// them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to check [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Also build both images of every service, and compare their contents
    #[arg(long)]
    built: bool,

    /// Compare two images instead, local or pulled, with the lock of SERVICE. Without SERVICE, the title label of the images names it;
    /// without that label, the images are compared only with each other
    #[arg(long, num_args = 2, value_names = ["DEV", "PROD"], conflicts_with = "built")]
    images: Option<Vec<String>>,

    /// Bind the result of the files to this production image of SERVICE, local or pulled. It has to be built from the commit that is
    /// checked out, as its label `org.opencontainers.image.revision` says; the development image is not needed
    #[arg(long, value_name = "IMAGE", conflicts_with_all = ["built", "images"])]
    production: Option<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,

    /// Apply fixes that need no human decision, check again, and report what remains
    #[arg(long, conflicts_with = "images")]
    fix: bool,

    /// Show every finding in full, instead of as much as fits the screen
    #[arg(long, short)]
    pub verbose: bool,

    /// Show where the time went
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
    /// One HTML page without scripts, for people and as an artifact of CI
    Html,
    /// An in-toto statement that binds the result to the digests of the images and the lock; needs `--images`, `--built` or
    /// `--production`
    Intoto,
    /// The predicate of that statement alone, as `actions/attest` takes it
    IntotoPredicate,
}

/// Reads and compares, and fixes where it is asked to. `on_wait` is called when another run that writes is in the way.
pub fn run(root: &Path, args: &Args, on_wait: impl FnOnce()) -> Result<Report, Vec<Problem>> {
    let subjects = match args.images.as_deref() {
        Some([development, production]) => Subjects::Images {
            development: development.clone(),
            production: production.clone(),
        },
        Some(_) | None if args.built => Subjects::Built,
        Some(_) | None => match &args.production {
            Some(image) => Subjects::Production { image: image.clone() },
            None => Subjects::Files,
        },
    };
    let options = Options {
        services: args.services.clone(),
        subjects,
        fix: args.fix,
        timings: args.timings,
    };
    verify(root, &options, on_wait)
}
