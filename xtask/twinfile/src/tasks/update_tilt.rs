use diagnostics::{Exit, Place, Problem};
use generate::{
    artifact::tiltfile::{Gone, Shown, Update, update},
    sync::{self, Lock, Plan},
};
use repo::Root;
use repo::{
    Repo, RepoPath,
    generated::{Change, Kind},
};
use surfaces::{tilt::Demand, tiltfile::FILE};
use verify::development_images;

/// Update the Tiltfile from the manifests: Dockerfiles, syncs, ignores, and builds of new services
///
/// Only the necessary edits are made. Comments, order, layout and your own additions stay unchanged.
///
/// An edit is made if it is right for every combination of flags. Otherwise nothing is written, and the reason is shown: an edit that
/// would be wrong under another flag, arguments from an unknown dictionary, an ignore list that builds share, a sync outside the files
/// that the build watches.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write nothing: show the differences, and fail if there are any
    #[arg(long)]
    check: bool,

    /// Also remove the builds of services that no longer exist
    #[arg(long)]
    remove_gone: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is no service, or no Tiltfile.
    Nothing(&'static str),
    /// The Tiltfile was compared with the services.
    Done {
        /// The files that change.
        plan: Plan,
        /// Whether the plan was carried out.
        is_written: bool,
        /// How many services were looked at.
        services: usize,
        /// What has to be fixed by hand.
        left: Vec<Problem>,
        /// What was noticed and is left as it is.
        warnings: Vec<Problem>,
    },
}

impl Outcome {
    /// The exit code: what is stale under `--check` has its own.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Nothing(_) => Exit::Nothing,
            Self::Done {
                plan, is_written, left, ..
            } if left.is_empty() && (*is_written || plan.is_clean()) => Exit::Clean,
            Self::Done { .. } => Exit::Stale,
        }
    }
}

/// Edits, and writes unless `--check` says not to. `on_wait` is called when another run is in the way.
pub fn run(root: &Root, args: &Args, on_wait: impl FnOnce()) -> Result<Outcome, Vec<Problem>> {
    let lock = Lock::acquire(root, on_wait);
    let mut problems = Vec::new();
    let repo = Repo::found(root, &mut problems);
    let Some(repo) = repo else { return Err(problems) };
    if repo.services.is_empty() && problems.is_empty() {
        return Ok(Outcome::Nothing("no service found that a Tiltfile could build"));
    }
    let images = development_images(&repo, &mut problems);
    let mut demands = Vec::new();
    for (service, image) in repo.services.iter().zip(&images) {
        match image {
            Some(image) => demands.push(Demand::of(&repo, service, image)),
            None if problems.is_empty() => problems.push(
                Problem::error(format!("`{}` has no development Dockerfile", service.package.name))
                    .at(Place::File(service.package.dir.to_string()))
                    .remedy("run `cargo xtask gen-dockerfiles`"),
            ),
            None => {}
        }
    }
    if let Err(problem) = check_file(root) {
        problems.push(*problem);
    }
    if problems
        .iter()
        .any(|problem| problem.level == diagnostics::Level::Error)
    {
        return Err(problems);
    }
    let _lock = lock.map_err(|problem| vec![problem])?;
    let gone = if args.remove_gone { Gone::Remove } else { Gone::Tell };
    let shown = if args.check { Shown::OnDisk } else { Shown::Edited };
    let read = |path: &RepoPath| root.text(path);
    let updated = |problem: Box<Problem>| vec![*problem];
    let Some(found) = update(&read, &repo, &demands, gone, shown) else {
        return Ok(Outcome::Nothing("the repository has no Tiltfile"));
    };
    let Update {
        texts,
        left,
        warnings,
        builds,
    } = found.map_err(updated)?;
    let mut plan = Plan {
        fresh: usize::from(texts.is_empty()),
        ..Plan::default()
    };
    for (path, after) in texts {
        let before = read(&path).unwrap_or_default();
        plan.changes.push(Change {
            path,
            kind: Kind::Update,
            before,
            after,
        });
    }
    let is_written = !args.check && !plan.is_clean();
    if is_written {
        sync::carry_out(root, &plan)?;
        let again = update(&read, &repo, &demands, gone, shown);
        if !matches!(&again, Some(Ok(again)) if again.texts.is_empty()) {
            return Err(vec![our_bug()]);
        }
    }
    Ok(Outcome::Done {
        plan,
        is_written,
        services: builds,
        left,
        warnings,
    })
}

/// What is not a plain UTF-8 file is left to whoever made it so.
fn check_file(root: &Root) -> Result<(), Box<Problem>> {
    let file = RepoPath::root().child(FILE);
    if root.link(&file).is_some() {
        let problem = Problem::error(format!("`{FILE}` is a link")).at(Place::File(FILE.into()));
        return Err(Box::new(problem.remedy("replace the link with the file")));
    }
    root.source_if_present(&file).map(drop).map_err(Box::new)
}

fn our_bug() -> Problem {
    Problem::error(format!(
        "`{FILE}` was written and is stale again: this is a bug of cargo xtask"
    ))
    .at(Place::File(FILE.into()))
    .remedy("please report it, with the diff that `cargo xtask update-tilt --check` shows")
}
