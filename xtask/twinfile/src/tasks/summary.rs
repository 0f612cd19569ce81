use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::affected;
use diagnostics::{Place, Problem};
use repo::Root;
use run::build_images::Sizes;
use verify::{Options, Report, Subjects, verify};

/// Summarise a change in Markdown: what it affects, whether parity holds, and how image sizes change
///
/// For pull requests: append the output to `$GITHUB_STEP_SUMMARY`. Services that were not built have no sizes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Branch, tag or commit to compare with [default: the default branch]
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// Folder with the sizes that `build-images` wrote because of `IMAGE_SIZES`
    #[arg(long, value_name = "DIR")]
    sizes: Option<PathBuf>,
}

/// What a change affects, and what `verify-parity` finds.
#[derive(Debug)]
pub struct Outcome {
    /// What the change affects.
    pub affected: affected::Outcome,
    /// What `verify-parity` finds.
    pub parity: Report,
    /// By service.
    pub sizes: BTreeMap<String, Sizes>,
}

/// Compares with the base and checks the services. Problems are those of the repository and of git.
pub fn run(root: &Root, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let options = Options {
        services: Vec::new(),
        subjects: Subjects::Files,
        fix: false,
        timings: false,
    };
    Ok(Outcome {
        affected: affected::run(root, &affected::Args::since(args.base.clone()))?,
        parity: verify(root, &options, || {})?,
        sizes: args.sizes.as_deref().map_or_else(|| Ok(BTreeMap::new()), sizes)?,
    })
}

/// A folder that is not there is one where nothing was built.
#[expect(clippy::disallowed_methods, reason = "a folder of CI, outside of the repository")]
fn sizes(dir: &Path) -> Result<BTreeMap<String, Sizes>, Vec<Problem>> {
    let mut found = BTreeMap::new();
    let mut problems = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(service) = path.file_stem().and_then(|name| name.to_str()) else {
            continue;
        };
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| error.to_string());
        match text.and_then(|text| Sizes::parse(&text)) {
            Ok(sizes) => drop(found.insert(service.to_owned(), sizes)),
            Err(error) => problems.push(
                Problem::error(format!("cannot read the sizes of images: {error}"))
                    .at(Place::File(path.display().to_string())),
            ),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}
