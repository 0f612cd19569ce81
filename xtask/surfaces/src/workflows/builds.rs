//! What the steps of a job build, by their commands and by the actions they use.

use std::cell::Cell;

use super::{
    Build, What, bake,
    command::{argument, told, within},
    context::Context,
    follow::{Follower, anything},
};
use diagnostics::Problem;
use formats::yaml::{self, Node};
use repo::RepoPath;
use repo::Root;

/// How deep actions of the repository may use each other.
const DEPTH: usize = 4;
/// How many actions and workflows one job may lead to.
const MOST_CALLED: usize = 2_000;

/// Every build of every job that the matrix makes. A job that calls a workflow of the repository does what the jobs of that do.
pub fn of_job(root: &Root, workflow: &Node, job: &Node, problems: &mut Vec<Problem>) -> Vec<Build> {
    called(
        root,
        workflow,
        job,
        &Context::default(),
        (0, &Cell::new(MOST_CALLED)),
        problems,
    )
}

fn called(
    root: &Root,
    workflow: &Node,
    job: &Node,
    inputs: &Context,
    (depth, left): (usize, &Cell<usize>),
    problems: &mut Vec<Problem>,
) -> Vec<Build> {
    let mut found = Vec::new();
    let other = job.get("uses").and_then(Node::text).and_then(own_path);
    for context in inputs.of_job(workflow, job) {
        let mut steps = Steps {
            root,
            // The nearest says it.
            defaults: [job, workflow],
            builds: Vec::new(),
            left,
            problems,
        };
        steps.read(job.get("steps").map(Node::items).unwrap_or_default(), &context, 0);
        found.extend(steps.builds);
        if let Some(uses) = job
            .get("uses")
            .filter(|uses| other.is_none() && uses.text().is_some_and(builds_images))
        {
            found.push(anything(&uses.place()));
        }
        let path = other
            .and_then(RepoPath::parse)
            .filter(|_| depth < DEPTH && one_less(left));
        // Faults of that file are reported where it is read by itself.
        let source = path.map(|path| root.source_if_present(&path));
        let Some(Ok(Some(source))) = source else { continue };
        let documents = yaml::read(&source, &mut Vec::new());
        let Some(other) = documents.first() else { continue };
        let inputs = context.of_call(other, job);
        for (_, job) in other.get("jobs").map(Node::entries).unwrap_or_default() {
            found.extend(called(root, other, job, &inputs, (depth + 1, left), problems));
        }
    }
    found
}

/// Whether one more may be followed.
fn one_less(left: &Cell<usize>) -> bool {
    let before = left.get();
    left.set(before.saturating_sub(1));
    before > 0
}

/// The path of an action or workflow of this repository: in the checkout (`./`), or at the commit of the workflow (`$/`).
pub(super) fn own_path(uses: &str) -> Option<&str> {
    uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))
}

/// Whether an action or workflow of others may build images, by what it is called. Perhaps all of them, then.
fn builds_images(uses: &str) -> bool {
    let name = uses.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let speaks = |word: &str| name.contains(word);
    // Those of Docker that build are known; the others prepare and log in.
    let is_known = ["docker/", "actions/", "./", "$/"]
        .iter()
        .any(|owner| name.starts_with(owner));
    let is_tool = ["setup", "login", "scan", "lint", "hadolint", "prune", "metadata"]
        .iter()
        .any(|word| speaks(word));
    let is_build = ["docker", "image", "container", "buildah", "kaniko", "bake"]
        .iter()
        .any(|word| speaks(word))
        && (["build", "kaniko", "bake", "push", "publish", "release"]
            .iter()
            .any(|word| speaks(word)));
    is_build && !is_known && !is_tool
}

/// The steps of one job, and what they build.
struct Steps<'a> {
    root: &'a Root,
    defaults: [&'a Node; 2],
    builds: Vec<Build>,
    left: &'a Cell<usize>,
    problems: &'a mut Vec<Problem>,
}

impl Steps<'_> {
    fn read(&mut self, steps: &[Node], context: &Context, depth: usize) {
        let mut known = context.clone();
        for step in steps {
            let context = known.clone().with_env(step);
            known = known.with_outputs(step);
            if let Some(run) = step.get("run") {
                let folder = self.working_directory(step, &context);
                let text = run.text().map(|text| context.expand(text)).unwrap_or_default();
                let mut follower = Follower::new(self.root, &mut self.builds, self.problems);
                follower.text(&text, &folder, &run.place(), &context.variables());
            }
            let action = step.get("uses").and_then(Node::text).unwrap_or_default();
            match action.split('@').next().unwrap_or_default() {
                "docker/build-push-action" | "depot/build-push-action" => {
                    self.builds.push(of_build_push(step, &context))
                }
                "docker/bake-action" | "depot/bake-action" => {
                    self.builds.extend(of_bake(self.root, step, &context, self.problems))
                }
                own if own_path(own).is_some() && depth < DEPTH && one_less(self.left) => {
                    self.of_own_action(own, step, &context, depth)
                }
                other if builds_images(other) => {
                    let place = step.get("uses").unwrap_or(step).place();
                    self.builds.push(anything(&place));
                }
                _ => {}
            }
        }
    }

    /// An action that the repository holds, made of steps.
    fn of_own_action(&mut self, folder: &str, step: &Node, context: &Context, depth: usize) {
        let Some(folder) = own_path(folder).and_then(RepoPath::parse) else {
            return;
        };
        let files = ["action.yml", "action.yaml"].map(|name| folder.child(name));
        let Some(path) = files.into_iter().find(|path| self.root.has_file(path)) else {
            return;
        };
        match self.root.source(&path) {
            Ok(source) => {
                let documents = yaml::read(&source, self.problems);
                let Some(action) = documents.first() else { return };
                let context = context.clone().with_inputs(action, step);
                let steps = action.at(&["runs", "steps"]).map(Node::items).unwrap_or_default();
                self.read(steps, &context, depth + 1);
            }
            Err(problem) => self.problems.push(problem),
        }
    }

    fn working_directory(&self, step: &Node, context: &Context) -> String {
        let defaults = self.defaults.iter().filter_map(|holder| {
            let run = holder.at(&["defaults", "run"])?;
            run.get("working-directory")
        });
        let said = step.get("working-directory").into_iter().chain(defaults).next();
        said.and_then(Node::text)
            .map(|text| context.expand(text))
            .unwrap_or_default()
    }
}

/// docker/build-push-action.
fn of_build_push(step: &Node, context: &Context) -> Build {
    let with = |key: &str| {
        let text = step.at(&["with", key]).and_then(Node::text)?;
        Some(context.expand(text))
    };
    let lines = |key: &str| -> Vec<String> {
        let text = with(key).unwrap_or_default();
        let lines = text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let said = with("context").unwrap_or_else(|| ".".into());
    // The repository as git has it: what follows is a folder, from which files are seen.
    let (home, folder) = match said.strip_prefix("{{defaultContext}}") {
        Some(folder) => (folder.trim_start_matches(':'), "."),
        None => ("", said.as_str()),
    };
    let file = with("file").unwrap_or_else(|| format!("{}/Dockerfile", folder.trim_end_matches('/')));
    // An expression may be true.
    let pushes = with("push").is_some_and(|push| !["", "false"].contains(&push.as_str()));
    let outputs = with("outputs").unwrap_or_default();
    let place = step
        .at(&["with", "file"])
        .or_else(|| step.get("uses"))
        .unwrap_or(step)
        .place();
    let arguments = with("build-args").unwrap_or_default();
    Build {
        what: What::Dockerfile(within(home, &file)),
        context: told(&within(home, folder)),
        args: arguments
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(argument)
            .collect(),
        contexts: lines("build-contexts").iter().map(|line| argument(line)).collect(),
        target: with("target"),
        tags: lines("tags"),
        pushes: pushes || outputs.contains("type=registry") || outputs.contains("push=true"),
        place,
    }
}

/// docker/bake-action.
fn of_bake(root: &Root, step: &Node, context: &Context, problems: &mut Vec<Problem>) -> Vec<Build> {
    let with = |key: &str| {
        let text = step.at(&["with", key]).and_then(Node::text).unwrap_or_default();
        context.expand(text)
    };
    let list = |key: &str| -> Vec<String> {
        let text = with(key);
        let items = text.split(['\n', ',']).map(str::trim).filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    };
    let set: Vec<String> = with("set").lines().map(|line| line.trim().to_owned()).collect();
    let call = bake::Call {
        files: list("files"),
        targets: list("targets"),
        set: set.into_iter().filter(|line| !line.is_empty()).collect(),
        pushes: !["", "false"].contains(&with("push").as_str()),
    };
    let folder = with("workdir");
    let place = step.get("uses").unwrap_or(step).place();
    call.read(root, &folder, &context.variables(), &place, problems)
}
