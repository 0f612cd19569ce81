//! What the workflows of GitHub Actions build, and what decides whether they run.

mod bake;
mod builds;
mod calls;
mod command;
mod compose;
mod context;
mod copied;
mod filter;
mod follow;
mod guard;
mod listed;
mod recipes;
mod refused;
mod tested;

use std::collections::BTreeSet;

use crate::WORKFLOWS;
use diagnostics::{Place, Problem};
use evidence::image::Image;
use formats::shell::Variables;
use formats::yaml::{self, Node};
use repo::RepoPath;
use repo::Root;

pub use bake::{at_root as bake_files, check as check_bake_files};
pub use copied::{Copied, Deployed, Started};
pub(crate) use filter::is_like;
pub use filter::{Filter, Kind as FilterKind, Patterns};
pub use guard::Guard;
pub use tested::Tested;

/// One workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// The file of the workflow.
    pub path: RepoPath,
    /// The builds of its jobs, in order.
    pub builds: Vec<Build>,
    /// What of a change the workflow, or a step of it, looks at.
    pub filters: Vec<Filter>,
    /// Its jobs that ask such filters whether they run.
    pub guards: Vec<Guard>,
    /// Whether pull requests start it, or any push.
    pub is_early: bool,
    /// What its commands render charts with: `--set KEY=VALUE` of Helm, and where that is written.
    pub settings: Vec<(String, String, Place)>,
    /// Images that its commands give another name.
    pub copied: Vec<Copied>,
    /// Images that its commands tell a cluster to run.
    pub deployed: Vec<Deployed>,
    /// What its jobs deploy with compose.
    pub started: Vec<Started>,
    /// The Pythons that its jobs run tests with.
    pub tested: Vec<Tested>,
    /// Lists of its jobs, where the workflow builds images.
    pub lists: Vec<Listed>,
    /// Whether nothing but other workflows starts it.
    is_only_called: bool,
}

/// A list in a workflow or a bake file, which may be one of services.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What it is, in words.
    pub what: String,
    /// Its items.
    pub items: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// A build of one or several images.
#[derive(Clone, Debug)]
pub struct Build {
    /// What is built.
    pub what: What,
    /// The folder that is sent, as seen from the root (`.` is the root itself). `None` where only a run can tell.
    pub context: Option<String>,
    /// Build arguments in the order of the call.
    pub args: Vec<(String, String)>,
    /// Named contexts: what takes the place of an image or a stage.
    pub contexts: Vec<(String, String)>,
    /// A stage of the Dockerfile.
    pub target: Option<String>,
    /// The references that the image gets.
    pub tags: Vec<String>,
    /// Whether the image goes to a registry.
    pub pushes: bool,
    /// Where the build is written.
    pub place: Place,
}

/// What is built. `*` stands for what only a run can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// From this Dockerfile, a path in the repository.
    Dockerfile(String),
    /// Production alone, or both images, of a service, as `cargo xtask` does it.
    Service {
        /// The name of the service.
        name: String,
        /// Whether the development image is built too.
        both: bool,
    },
}

impl Workflow {
    /// Every workflow of the repository, by name. None where there is no folder for them.
    pub fn read_all(root: &Root, problems: &mut Vec<Problem>) -> Vec<Self> {
        // A folder around it that cannot be listed may hide it.
        if let Some(folder) = RepoPath::parse(WORKFLOWS) {
            root.entries(&folder.parent());
        }
        let entries = RepoPath::parse(WORKFLOWS).map(|folder| root.entries(&folder));
        let paths = entries.unwrap_or_default().into_iter().map(|entry| entry.path);
        let paths = paths.filter(|path| path.as_str().ends_with(".yml") || path.as_str().ends_with(".yaml"));
        let read = paths.filter_map(|path| Self::read(root, path, problems));
        let (mut workflows, called): (Vec<Self>, Vec<BTreeSet<String>>) = read.unzip();
        // What is called by another is seen there, with what it is called with.
        let called: BTreeSet<String> = called.into_iter().flatten().collect();
        for workflow in &mut workflows {
            if workflow.is_only_called && called.contains(workflow.path.as_str()) {
                workflow.builds.clear();
                workflow.guards.clear();
            }
        }
        workflows
    }

    /// The workflow, and those that it calls.
    fn read(root: &Root, path: RepoPath, problems: &mut Vec<Problem>) -> Option<(Self, BTreeSet<String>)> {
        let source = root.source(&path).map_err(|problem| problems.push(problem)).ok()?;
        let documents = yaml::read(&source, problems);
        let workflow = documents.first()?;
        let mut filters = filter::of_events(workflow);
        let mut found = Vec::new();
        let mut called = BTreeSet::new();
        let mut lists = Vec::new();
        let mut settings = Vec::new();
        let (mut copied, mut deployed, mut started) = (Vec::new(), Vec::new(), Vec::new());
        let stem = path.file_name().split('.').next().unwrap_or_default().to_owned();
        let title = workflow.get("name").and_then(Node::text).unwrap_or_default();
        let title = format!("{stem} {title}");
        let mut tested = Vec::new();
        let mut guards = Vec::new();
        let jobs = workflow.get("jobs");
        problems.extend(jobs.map(refused::waits).unwrap_or_default());
        for (name, job) in jobs.map(Node::entries).unwrap_or_default() {
            filters.extend(filter::of_steps(job, problems));
            problems.extend(refused::calls(root, job));
            lists.extend(listed::of_job(job));
            settings.extend(listed::settings(job));
            copied.extend(copied::of_job(job));
            deployed.extend(copied::deployed(job));
            // The variable names the files in place of the options.
            if !source.text().contains("COMPOSE_FILE") {
                started.extend(copied::started(&title, name.text().unwrap_or_default(), job));
            }
            tested.extend(tested::of_job(job));
            let first = found.len();
            found.extend(builds::of_job(root, workflow, job, problems));
            if let Some((jobs, name)) = jobs.zip(name.text()).filter(|_| found.len() > first) {
                problems.extend(refused::outputs(jobs, name, job));
            }
            let guard = jobs
                .zip(name.text())
                .and_then(|(jobs, name)| Guard::of(jobs, name, first..found.len()));
            guards.extend(guard.filter(|guard| !guard.builds.is_empty()));
            let uses = job.get("uses").and_then(Node::text).and_then(builds::own_path);
            called.extend(uses.map(str::to_owned));
        }
        let events = workflow.get("on");
        let names = events.map(Node::entries).unwrap_or_default();
        let listed = events.map(Node::items).unwrap_or_default();
        let is_call = |name: &Node| name.text() == Some("workflow_call");
        let workflow = Self {
            path,
            is_early: events.is_some_and(is_early),
            settings,
            copied,
            deployed,
            started,
            tested,
            lists: if found.is_empty() { Vec::new() } else { lists },
            builds: found,
            filters,
            guards,
            is_only_called: events.is_some_and(is_call)
                || matches!((names, listed), ([(only, _)], []) if is_call(only))
                || matches!(listed, [only] if is_call(only)),
        };
        Some((workflow, called))
    }
}

/// Whether one of these events comes before a change is merged.
fn is_early(events: &Node) -> bool {
    let names = events.entries().iter().map(|(name, _)| name).chain(events.items());
    let mut names = names.chain(std::iter::once(events)).filter_map(Node::text);
    names.any(|name| match name {
        "pull_request" | "pull_request_target" | "merge_group" => true,
        // Of all branches, where none is named.
        "push" => events.at(&["push", "branches"]).is_none() && events.at(&["push", "tags"]).is_none(),
        _ => false,
    })
}

/// What one command builds by Dockerfiles that it names itself, where a text of people has it. It runs in the root of the repository.
pub fn of_command(root: &Root, words: &[String], place: &Place) -> Vec<Build> {
    let (mut builds, mut problems) = (Vec::new(), Vec::new());
    command::read(
        root,
        "",
        words,
        &Variables::default(),
        place,
        &mut builds,
        &mut problems,
    );
    builds.retain(|build| matches!(build.what, What::Dockerfile(_)));
    builds
}

impl Build {
    /// Whether it builds from that Dockerfile of that service.
    pub fn is_of(&self, service: &str, dockerfile: &RepoPath, is_production: bool) -> bool {
        match &self.what {
            What::Dockerfile(path) => filter::matches(path, dockerfile.as_str(), filter::Stars::Anything),
            What::Service { name, both } => {
                (is_production || *both) && filter::matches(name, service, filter::Stars::Anything)
            }
        }
    }

    /// Whether it tells what is built: in a folder that only a run can tell, it may be anything.
    pub fn is_told(&self) -> bool {
        !matches!(&self.what, What::Dockerfile(path) if path.starts_with('*'))
    }

    /// Whether it may build that image, and not the other one of the same Dockerfile.
    pub fn makes(&self, image: &Image, other: &Image, is_production: bool) -> bool {
        if matches!(self.what, What::Service { .. }) || image.path != other.path {
            return true;
        }
        let is_known = |stage: &String| !stage.contains('*');
        if image.target != other.target {
            return match self.target.as_ref() {
                Some(stage) if !is_known(stage) => true,
                Some(stage) if image.target.as_ref() == Some(stage) => true,
                Some(stage) if other.target.as_ref() == Some(stage) => false,
                // The last stage, whether or not it is named.
                Some(_) | None if other.target.is_none() => false,
                Some(_) => image.target.is_none(),
                None => image.target.is_none() || is_production,
            };
        }
        let gives = |asked: &Image, is_like: &dyn Fn(&str, &str) -> bool| {
            let mut asked = asked.build_arguments.iter();
            asked.all(|(name, value)| {
                let mut given = self.args.iter().filter(|(given, _)| given == name);
                given.any(|(_, given)| is_like(given, value))
            })
        };
        // What only a run can tell may be that of either.
        let perhaps = |given: &str, value: &str| filter::matches(given, value, filter::Stars::Anything);
        let surely = |given: &str, value: &str| given == value;
        let is_less = image.build_arguments.len() < other.build_arguments.len();
        gives(image, &perhaps) && !(is_less && gives(other, &surely))
    }

    /// Whether it is surely of that service: by its name or its Dockerfile, and not by what only a run can tell.
    pub fn is_named(&self, service: &str, dockerfile: &RepoPath) -> bool {
        match &self.what {
            What::Dockerfile(path) => path == dockerfile.as_str(),
            What::Service { name, .. } => name == service,
        }
    }

    /// Whether it names this Dockerfile and perhaps no other.
    pub fn names(&self, dockerfile: &RepoPath) -> bool {
        let What::Dockerfile(path) = &self.what else {
            return false;
        };
        // A file name that only a run can tell may be that of any Dockerfile.
        path.ends_with(dockerfile.file_name()) && filter::matches(path, dockerfile.as_str(), filter::Stars::Anything)
    }
}
