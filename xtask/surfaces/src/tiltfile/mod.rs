//! What a Tiltfile comes to: which images it builds, from what, and what it syncs into them.
//!
//! The file is evaluated without doing anything, as often as conditions that only Tilt knows ask for it.

mod build;
mod builtin;
mod call;
mod data;
mod decisions;
mod evaluate;
mod given;
pub mod ignore;
mod machine;
mod methods;
mod operators;
pub mod outline;
mod pure;
mod refused;
#[cfg(test)]
mod tests;
mod text;
mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
};

pub use build::{Build, BuildArg, Dockerfile, Kind, Placed, Sequence, Sync};
pub use formats::starlark::syntax::Span;
pub use formats::starlark::tokens::SyntaxError;
use repo::Root;
pub use text::Text;
pub use value::Unknown;

use diagnostics::{Place, Problem, Source};
use machine::Machine;
use repo::RepoPath;

/// The name of the file at the root.
pub const FILE: &str = "Tiltfile";

/// Evaluations, at most: nine flags that do not depend on each other. What more of them come to cannot be determined.
const WORLDS: usize = 512;

/// Steps of all evaluations, at most.
const STEPS: usize = 4_000_000;

/// What is on the stack while a file is evaluated, at its deepest.
const STACK: usize = 128 << 20;

/// A Tiltfile, with the files that it includes.
#[derive(Clone, Debug)]
pub struct Tiltfile {
    /// The files; a span's `file` is an index of this list.
    pub sources: Vec<Source>,
    /// One for each way that conditions can turn out.
    pub worlds: Vec<World>,
    /// A condition of which not every outcome was followed, because there are too many combinations.
    pub unfollowed: Option<Span>,
}

/// What one evaluation comes to.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The builds, in the order of the calls.
    pub builds: Vec<Build>,
    /// The calls of `k8s_resource`, in their order.
    pub resources: Vec<Resource>,
    /// What charts are rendered with: `key`, `value` and where that is written. `…` stands for what cannot be told.
    pub settings: Vec<(String, String, Span)>,
    /// Files and folders that the Tiltfile names for Tilt to read: as seen from the root of the repository, and where that is written.
    pub read: Vec<(RepoPath, Span)>,
    /// Whether Tilt puts a registry in front of all names.
    pub has_registry: bool,
    /// All else that is said to Tilt, as text.
    pub said: Vec<String>,
    /// What could not be followed although it may build an image.
    pub lost: Vec<Unknown>,
    /// What is written and has no effect.
    pub idle: Vec<Unknown>,
    /// What only Tilt knows and a condition asks for, and how it is taken to turn out here.
    pub choices: Vec<(Span, bool)>,
}

/// A call of `k8s_resource`.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The name of the workload.
    pub workload: Text,
    /// The whole call.
    pub call: Span,
    /// The statement that holds the call.
    pub statement: Span,
    /// The ports of its containers that `port_forwards` leads to.
    pub forwards: Vec<u16>,
    /// Where these are written.
    pub forwarded: Option<Span>,
}

impl Tiltfile {
    /// Reads the Tiltfile of a repository. `None` where there is none, or one that cannot be read, which is reported.
    pub fn read(root: &Root, problems: &mut Vec<Problem>) -> Option<Self> {
        let read = |path: &RepoPath| root.text(path);
        if let Err(problem) = root
            .source_if_present(&RepoPath::root().child(FILE))
            .map(|source| source.is_none())
        {
            problems.push(problem);
            return None;
        }
        match Self::evaluate(&read)? {
            Ok(tiltfile) => Some(tiltfile),
            Err(problem) => {
                problems.push(*problem);
                None
            }
        }
    }

    /// Evaluates the Tiltfile that `read` gives. `None` where it gives none.
    pub fn evaluate(
        read: &(dyn Fn(&RepoPath) -> Option<String> + std::marker::Sync),
    ) -> Option<Result<Self, Box<Problem>>> {
        read(&RepoPath::root().child(FILE))?;
        // What nests deeply is bounded, and has its own stack: no file overflows it.
        thread::scope(|scope| {
            let worker = thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, || worlds(read));
            match worker.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(result)) => Some(result),
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(error) => {
                    let message = format!("cannot start a thread to read `{FILE}`: {error}");
                    Some(Err(Box::new(Problem::error(message))))
                }
            }
        })
    }

    /// The place of a span in its file.
    pub fn place(&self, span: Span) -> Place {
        match self.sources.get(usize::from(span.file)) {
            Some(source) => source.place(span.range()),
            None => Place::File(FILE.into()),
        }
    }

    /// The bytes of an expression.
    pub fn written(&self, span: Span) -> &str {
        let source = self.sources.get(usize::from(span.file));
        source
            .and_then(|source| source.text().get(span.range()))
            .unwrap_or_default()
    }

    /// Every build of every evaluation; the same call can come several times.
    pub fn builds(&self) -> impl Iterator<Item = &Build> {
        self.worlds.iter().flat_map(|world| &world.builds)
    }

    /// What could not be followed, each place once.
    pub fn warnings(&self) -> Vec<Problem> {
        let lost = self.worlds.iter().flat_map(|world| &world.lost);
        let idle = self.worlds.iter().flat_map(|world| &world.idle);
        let lost = lost.chain(idle);
        let mut unknowns: Vec<&Unknown> = lost.chain(self.builds().flat_map(|build| &build.unknowns)).collect();
        unknowns.sort_by_key(|unknown| (unknown.span, unknown.why.as_str()));
        unknowns.dedup();
        let warning = |unknown: &&Unknown| Problem::warning(unknown.why.clone()).at(self.place(unknown.span));
        let too_many = self.unfollowed.map(|span| {
            let message = format!(
                "cannot determine what all combinations of flags come to: {} of them were evaluated",
                self.worlds.len()
            );
            Problem::warning(message).at(self.place(span))
        });
        unknowns.iter().map(warning).chain(too_many).collect()
    }
}

fn worlds(read: &dyn Fn(&RepoPath) -> Option<String>) -> Result<Tiltfile, Box<Problem>> {
    let mut tiltfile = Tiltfile {
        sources: Vec::new(),
        worlds: Vec::new(),
        unfollowed: None,
    };
    let mut waiting: Vec<BTreeMap<Span, bool>> = vec![BTreeMap::new()];
    let mut seen: BTreeSet<BTreeMap<Span, bool>> = waiting.iter().cloned().collect();
    let mut steps = 0;
    let mut failed = Vec::new();
    let mut files = Vec::new();
    while let Some(choices) = waiting.pop() {
        let mut machine = Machine::new(read, choices.clone());
        // Each file is parsed once.
        machine.files = std::mem::take(&mut files);
        let result = machine.run_file(&RepoPath::root().child(FILE));
        for file in machine.files.get(tiltfile.sources.len()..).unwrap_or_default() {
            tiltfile
                .sources
                .push(Source::new(file.path.as_str(), file.text.as_str()));
        }
        let stopped = machine.stopped.take();
        if let Some(error) = result.and_then(Result::err).or(stopped) {
            let place = tiltfile.place(error.span);
            return Err(Box::new(Problem::error(error.message).at(place)));
        }
        steps += machine.steps;
        for decided in &machine.decided {
            let mut other = choices.clone();
            if other.insert(decided.span, !decided.is_true).is_some() || seen.contains(&other) {
                continue;
            }
            if seen.len() < WORLDS && steps < STEPS {
                seen.insert(other.clone());
                waiting.push(other);
            } else {
                tiltfile.unfollowed = tiltfile.unfollowed.or(Some(decided.span));
            }
        }
        let world = world(&machine);
        if machine.is_failed {
            failed.push(world);
        } else {
            twice(&world, &tiltfile)?;
            tiltfile.worlds.push(world);
        }
        files = machine.files;
    }
    // What a file asks of the machine may be there on others.
    if tiltfile.worlds.is_empty() {
        tiltfile.worlds = failed;
    }
    Ok(tiltfile)
}

/// Tilt takes one build for an image.
fn twice(world: &World, tiltfile: &Tiltfile) -> Result<(), Box<Problem>> {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for build in &world.builds {
        let Some(image) = build.image.known() else { continue };
        if let Some(first) = seen.insert(image.clone(), build.call) {
            let mut problem = Problem::error(format!("`{image}` is built twice")).at(tiltfile.place(build.call));
            if first != build.call {
                problem = problem.at(tiltfile.place(first).label("the other"));
            }
            return Err(Box::new(problem.note("Tilt takes one build for an image")));
        }
    }
    Ok(())
}

fn world(machine: &Machine<'_>) -> World {
    let mut world = World {
        lost: machine.lost.clone(),
        idle: machine.idle.clone(),
        choices: machine
            .decided
            .iter()
            .map(|decided| (decided.span, decided.is_true))
            .collect(),
        ..World::default()
    };
    for event in &machine.events {
        if let Some(build) = Build::of(event, &machine.files) {
            world.builds.push(build);
            continue;
        }
        let forwarded = event.call.get(2, "port_forwards");
        if &*event.name == "helm" {
            world.settings.extend(given::settings(&event.call));
        }
        world.read.extend(given::files(event, &machine.files));
        world.has_registry |= &*event.name == "default_registry";
        if let ("k8s_resource", Some(workload)) = (&*event.name, event.call.get(0, "workload")) {
            world.resources.extend(workload.value.as_text().map(|text| Resource {
                workload: text.clone(),
                call: event.call.span,
                statement: event.top,
                forwards: forwarded.map_or_else(Vec::new, |argument| given::forwards(&argument.value)),
                forwarded: forwarded.and_then(|argument| argument.expression),
            }));
        }
        // Reading a file does nothing by itself; what is done with the text says which file it is.
        if &*event.name == "read_file" {
            continue;
        }
        let mut said = event.name.to_string();
        event.call.shown(&mut said, 0);
        world.said.push(said);
    }
    world
}
