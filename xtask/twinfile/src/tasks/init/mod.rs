mod bare;
mod left;
mod propose;

use adopt::{Item, Section, State};
use diagnostics::{Exit, Problem};
use generate::sync::{self, Lock, Plan};
use repo::{
    RepoPath, Root,
    generated::{Change, Kind},
};

use left::left;
use propose::{Text, propose};

/// Write the settings that follow from the Dockerfiles of a repository, and list what is left until both images of every service are generated
///
/// Reads manifests, Dockerfiles, compose files, charts, the Tiltfile and workflows. Settings are added at the end of manifests; what is
/// there stays as it is. The list names each step as done, as a command, or as an edit by hand with its place.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write nothing: list what is left, and fail if anything is
    #[arg(long)]
    check: bool,

    /// Write nothing: show what would be written, and the list
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// The files that were written, or would be.
    pub changes: Vec<Change>,
    /// Whether they were.
    pub is_written: bool,
    /// Whether what is left fails the run.
    pub is_check: bool,
    /// The list.
    pub items: Vec<Item>,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
}

impl Outcome {
    /// The exit code: with `--check`, what is left has the code of what is stale.
    pub fn exit(&self) -> Exit {
        let is_left = self.items.iter().any(|item| item.state != State::Done);
        if self.items.is_empty() {
            Exit::Nothing
        } else if self.is_check && is_left {
            Exit::Stale
        } else {
            Exit::Clean
        }
    }
}

/// Reads, and writes the settings unless told not to. `on_wait` is called when another run is in the way.
pub fn run(root: &Root, args: &Args, on_wait: impl FnOnce()) -> Result<Outcome, Vec<Problem>> {
    let lock = if args.check || args.dry_run {
        None
    } else {
        Some(Lock::acquire(root, on_wait).map_err(|problem| vec![problem])?)
    };
    let is_written = lock.is_some();
    let mut proposal = propose(root, is_written)?;
    let files = proposal.texts();
    let plan = Plan {
        changes: proposal
            .files
            .iter()
            .map(|(path, text)| change(root, path, text))
            .collect(),
        ..Plan::default()
    };
    if is_written {
        sync::carry_out(root, &plan)?;
    }
    if proposal.items.iter().any(|item| item.section == Section::Settings) {
        proposal.items.extend(left(root, &files)?);
    }
    proposal.items.sort_by_key(|item| item.section);
    let mut items: Vec<Item> = Vec::new();
    for item in proposal.items {
        // One command may be the fix of several problems, as of a lock that does not exist.
        let is_same = |known: &Item| known == &item || (known.is_by_command_of(&item) && known.section == item.section);
        if !items.iter().any(is_same) {
            items.push(item);
        }
    }
    Ok(Outcome {
        changes: plan.changes,
        is_written,
        is_check: args.check,
        items,
        problems: proposal.problems,
    })
}

fn change(root: &Root, path: &RepoPath, text: &Text) -> Change {
    Change {
        path: path.clone(),
        kind: if root.has(path) { Kind::Update } else { Kind::Create },
        before: text.before.clone(),
        after: text.after.clone(),
    }
}
