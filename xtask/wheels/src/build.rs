//! Stages what is ordered, has the backends build it, and checks what comes out.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{collections::BTreeMap, fs, path::Path, thread};

use super::{
    Order,
    circumstances::Circumstances,
    digest,
    hook::{self, Archive, Build, Event, Failure, Kind},
    inspect,
    stage::Stage,
};
use console::progress::Progress;
use diagnostics::{Place, Problem};
use python::metadata::Metadata;

/// One lib, built and checked. Its files lie in the stage.
#[derive(Clone, Debug)]
pub struct Built<'a> {
    /// What was ordered.
    pub order: &'a Order,
    /// The metadata of the built wheel.
    pub metadata: Metadata,
    /// The wheel and the source archive.
    pub files: Vec<BuiltFile>,
}

/// An archive that was built.
#[derive(Clone, Debug)]
pub struct BuiltFile {
    /// Whether it is a wheel or a source archive.
    pub kind: Kind,
    /// Where it lies.
    pub path: std::path::PathBuf,
    /// The file name.
    pub name: String,
    /// The SHA-256 digest, in hexadecimal digits.
    pub sha256: String,
    /// The size in bytes.
    pub size: u64,
}

/// What to build it with, and how.
pub struct Workshop<'a> {
    /// The interpreter of the pinned tools.
    pub python: &'a Path,
    /// The folder that builds run in.
    pub stage: &'a Stage,
    /// How many builds run at once.
    pub jobs: usize,
    /// Where the steps are shown.
    pub progress: &'a Progress,
}

impl Workshop<'_> {
    /// Builds all, or reports everything that went wrong.
    pub fn build<'a>(
        &self,
        orders: &[&'a Order],
        kinds: &[Kind],
        circumstances: &Circumstances,
    ) -> Result<Vec<Built<'a>>, Vec<Problem>> {
        let builds = self
            .stage_all(orders, kinds, circumstances)
            .map_err(|problem| vec![problem])?;
        let mut by_backend: BTreeMap<&str, Vec<Build>> = BTreeMap::new();
        for build in builds {
            by_backend
                .entry(orders[build.order].backend.object.as_str())
                .or_default()
                .push(build);
        }
        let mut archives: Vec<Archive> = Vec::new();
        let mut problems = Vec::new();
        thread::scope(|scope| {
            let _drawing = self.progress.draw(scope);
            for (backend, builds) in &by_backend {
                let run = hook::run(
                    self.python,
                    backend,
                    builds,
                    self.jobs,
                    circumstances,
                    |event| match event {
                        Event::Started(build) => self.progress.started(&step(orders[build.order], build.kind)),
                        Event::Ended(build, Ok(archive)) => {
                            self.progress.done(&step(orders[build.order], build.kind), "Built");
                            archives.push(archive);
                        }
                        Event::Ended(build, Err(failure)) => {
                            self.progress.failed(&step(orders[build.order], build.kind));
                            problems.push(failed(orders[build.order], build.kind, failure));
                        }
                    },
                );
                problems.extend(run.err());
            }
        });
        archives.sort_by_key(|archive| (archive.order, archive.kind));
        let mut built = Vec::new();
        for (index, order) in orders.iter().enumerate() {
            let own: Vec<&Archive> = archives.iter().filter(|archive| archive.order == index).collect();
            if own.len() == kinds.len() {
                built.extend(check(order, &own, &mut problems));
            }
        }
        if problems.is_empty() { Ok(built) } else { Err(problems) }
    }

    fn stage_all(
        &self,
        orders: &[&Order],
        kinds: &[Kind],
        circumstances: &Circumstances,
    ) -> Result<Vec<Build>, Problem> {
        let mut builds = Vec::new();
        for (index, order) in orders.iter().enumerate() {
            for kind in kinds {
                // A copy for each: a backend leaves files beside the sources.
                let name = format!(
                    "{}/{}-{}",
                    circumstances.folder,
                    order.name,
                    noun(*kind).replace(' ', "-")
                );
                let dir = self.stage.copy(
                    &format!("{name}/source"),
                    &order.dir,
                    &order.inputs,
                    circumstances.arrangement,
                )?;
                let out = self.stage.folder(&format!("{name}/out"))?;
                let beside = self.stage.folder(&name)?;
                builds.push(Build {
                    order: index,
                    id: builds.len(),
                    kind: *kind,
                    dir,
                    out,
                    log: beside.join("log.txt"),
                    report: beside.join("report.json"),
                });
            }
        }
        Ok(builds)
    }
}

fn check<'a>(order: &'a Order, archives: &[&Archive], problems: &mut Vec<Problem>) -> Option<Built<'a>> {
    let before = problems.len();
    let mut files = Vec::new();
    for archive in archives {
        let name = archive
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let digest = digest::of_file(&archive.path).and_then(|sha256| Ok((sha256, fs::metadata(&archive.path)?.len())));
        match digest {
            Ok((sha256, size)) => files.push(BuiltFile {
                kind: archive.kind,
                path: archive.path.clone(),
                name,
                sha256,
                size,
            }),
            Err(error) => problems.push(
                Problem::error(format!("cannot read what `{}` was built to: {error}", order.name))
                    .at(Place::File(archive.path.display().to_string())),
            ),
        }
    }
    let wheel = archives.iter().find(|archive| archive.kind == Kind::Wheel)?;
    let metadata = Metadata::parse(&wheel.metadata);
    for archive in archives {
        inspect::names(order, archive, problems);
    }
    inspect::wheel(order, wheel, &metadata, problems);
    (problems.len() == before).then_some(Built { order, metadata, files })
}

pub fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Wheel => "wheel",
        Kind::Sdist => "source archive",
    }
}

fn step(order: &Order, kind: Kind) -> String {
    format!("{} {} ({})", order.name, order.version, noun(kind))
}

fn failed(order: &Order, kind: Kind, failure: Failure) -> Problem {
    let manifest = order.dir.child("pyproject.toml");
    Problem::error(format!(
        "`{}` could not build the {} of `{}`",
        order.backend.name,
        noun(kind),
        order.name
    ))
    .at(Place::File(manifest.to_string()))
    .note(failure.said)
}
