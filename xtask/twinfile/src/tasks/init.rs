use std::collections::BTreeMap;

use adopt::{ByHand, Item, Section, Shared, State, appended, candidates, describe, has_table};
use diagnostics::{Exit, Level, Place, Problem, called};
use generate::{
    artifact::draw,
    sync::{self, Lock, Plan, Scope},
};
use repo::{
    Home, Repo, RepoPath, Root, Service,
    generated::{Change, Kind},
};
use surfaces::{Surroundings, WORKFLOWS, tiltfile};
use verify::{Options, observed, verify};

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

/// The rule about workflows that build one image of a service and not the other.
const BUILT_ALONE: &str = "ci-builds-one-flavour";

/// What is to be written, and what that leaves open.
#[derive(Default)]
struct Proposal {
    files: BTreeMap<RepoPath, Text>,
    items: Vec<Item>,
    problems: Vec<Problem>,
}

struct Text {
    before: String,
    after: String,
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
    let files: Vec<(RepoPath, String)> = proposal
        .files
        .iter()
        .map(|(path, text)| (path.clone(), text.after.clone()))
        .collect();
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
    Ok(Outcome {
        changes: plan.changes,
        is_written,
        is_check: args.check,
        items: proposal.items,
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

fn propose(root: &Root, is_written: bool) -> Result<Proposal, Vec<Problem>> {
    let mut proposal = Proposal::default();
    let read = |repo: &Repo, subjects: &[facts::Subject<'_>], _: &Surroundings| {
        let home = repo.settings.home;
        let before = root.text(&home.file()).unwrap_or_default();
        if has_table(&before, home.keys()) {
            return (home, None, Vec::new(), Vec::new());
        }
        let (described, bare): (Vec<&Service>, Vec<&Service>) = repo
            .services
            .iter()
            .partition(|service| service.package.manifest.source.path().ends_with("pyproject.toml"));
        let bare = bare.into_iter().map(without_manifest).collect();
        let mut services: Vec<RepoPath> = described.iter().map(|service| service.package.dir.clone()).collect();
        if repo.services.is_empty() {
            services = candidates(&repo.libs);
        }
        let libs = repo.libs.iter().map(|lib| lib.dir.clone());
        let libs: Vec<RepoPath> = libs
            .filter(|dir| !services.contains(dir) && *dir != RepoPath::root())
            .collect();
        let shared = Shared::of(home, subjects, &services, &libs);
        (home, Some((before, shared)), services, bare)
    };
    let ((home, shared, services, bare), problems) = observed(root, read)?;
    proposal.problems = problems;
    proposal.items = bare;
    let file = home.file();
    if let Some((before, shared)) = shared {
        if services.is_empty() {
            return Ok(proposal);
        }
        let after = appended(&before, &shared.table);
        proposal.files.insert(file.clone(), Text { before, after });
        proposal.items.extend(
            shared
                .by_hand
                .into_iter()
                .map(|by_hand| Item::by_hand(Section::Settings, by_hand)),
        );
    }
    proposal.settled(&format!("the settings of the repository, in {file}"), &file, is_written);
    describe_services(root, home, is_written, &mut proposal)?;
    Ok(proposal)
}

fn without_manifest(service: &Service) -> Item {
    let by_hand = ByHand {
        what: format!("`{}` has no pyproject.toml", service.package.dir.shown()),
        edit: "add one with name, version, `requires-python` and dependencies, lock it with uv or Poetry, and run this again".into(),
        place: Some(Place::File(service.package.manifest.source.path().to_owned())),
    };
    Item::by_hand(Section::Packages, by_hand)
}

impl Proposal {
    fn settled(&mut self, what: &str, file: &RepoPath, is_written: bool) {
        let state = if is_written || !self.files.contains_key(file) {
            State::Done
        } else {
            State::Run(format!("{} init", called::command()))
        };
        self.items.push(Item::new(Section::Settings, what, state));
    }
}

/// Reads the repository as it is with its settings: which packages are services, these say.
fn describe_services(root: &Root, home: Home, is_written: bool, proposal: &mut Proposal) -> Result<(), Vec<Problem>> {
    let files: Vec<(RepoPath, String)> = proposal
        .files
        .iter()
        .map(|(path, text)| (path.clone(), text.after.clone()))
        .collect();
    let with = root.with_files(&files);
    let look = |_: &Repo, subjects: &[facts::Subject<'_>], _: &Surroundings| {
        let undeclared = adopt::undeclared(subjects).into_iter();
        proposal
            .items
            .extend(undeclared.map(|by_hand| Item::by_hand(Section::Packages, by_hand)));
        for subject in subjects {
            let package = &subject.service.package;
            let path = package.dir.child("pyproject.toml");
            if package.manifest.source.path() != path.as_str() {
                proposal.items.push(without_manifest(subject.service));
                continue;
            }
            let described = describe(home, subject, root);
            if package.manifest.settings().is_none() {
                let pending = proposal
                    .files
                    .get(&path)
                    .map(|text| (text.before.clone(), text.after.clone()));
                let text = match pending {
                    // A single project has both kinds of settings in one table.
                    Some((before, after)) => {
                        let keys = described.table.split_once('\n').map_or("", |(_, keys)| keys);
                        Text {
                            before,
                            after: after + keys,
                        }
                    }
                    None => {
                        let before = package.manifest.source.text().to_owned();
                        let after = appended(&before, &described.table);
                        Text { before, after }
                    }
                };
                proposal.files.insert(path.clone(), text);
                proposal.items.extend(
                    described
                        .by_hand
                        .into_iter()
                        .map(|by_hand| Item::by_hand(Section::Settings, by_hand)),
                );
            }
            proposal.settled(
                &format!("the settings of `{}`, in {path}", package.name),
                &path,
                is_written,
            );
            proposal.items.extend(
                described
                    .left_behind
                    .into_iter()
                    .map(|by_hand| Item::by_hand(Section::Images, by_hand)),
            );
        }
    };
    observed(&with, look)?;
    Ok(())
}

/// What is left once the settings are there.
fn left(root: &Root, files: &[(RepoPath, String)]) -> Result<Vec<Item>, Vec<Problem>> {
    let with = root.with_files(files);
    let mut items = Vec::new();
    let mut problems = Vec::new();
    let repo = Repo::read(&with, &mut problems);
    let services: Vec<&Service> = repo.iter().flat_map(|repo| &repo.services).collect();
    let artifacts = match &repo {
        Some(repo) if problems.is_empty() => draw(repo, &services, &mut problems),
        Some(_) | None => Vec::new(),
    };
    if services.is_empty() && problems.is_empty() {
        return Ok(items);
    }
    let is_generated = if problems.is_empty() {
        let plan = Plan::new(&with, &artifacts, &Scope::Everywhere)?;
        items.push(Item::new(Section::Images, images(&plan), of_generation(&plan)));
        plan.is_clean()
    } else {
        items.extend(problems.iter().map(Item::of));
        false
    };
    items.extend(of_parity(root, is_generated)?);
    if root.has(&RepoPath::root().child(tiltfile::FILE)) {
        let is_stale = !is_generated || items.iter().any(|item| item.section == Section::Tilt);
        let state = if is_stale {
            State::Run(format!("{} update-tilt", called::command()))
        } else {
            State::Done
        };
        let what = "the Tiltfile builds the development images, without arguments";
        items.push(Item::new(Section::Tilt, what, state));
    }
    items.push(of_ci(root));
    items.push(of_readme(root));
    Ok(items)
}

fn images(plan: &Plan) -> String {
    let number = |kinds: &[Kind]| {
        plan.changes
            .iter()
            .filter(|change| kinds.contains(&change.kind))
            .count()
    };
    let by_hand: Vec<String> = plan.foreign().map(|change| format!("`{}`", change.path)).collect();
    let mut what = format!(
        "the Dockerfiles of every service, and the files beside them: {} to create, {} to update",
        number(&[Kind::Create]),
        number(&[Kind::Update, Kind::Remove])
    );
    if plan.is_clean() {
        what = "the Dockerfiles of every service, and the files beside them".to_owned();
    } else if !by_hand.is_empty() {
        what.push_str(&format!(", and {} written by hand to replace", by_hand.join(", ")));
    }
    what
}

fn of_generation(plan: &Plan) -> State {
    let command = called::command();
    if plan.is_clean() {
        State::Done
    } else if plan.foreign().next().is_some() {
        State::Run(format!("{command} gen-dockerfiles --adopt"))
    } else {
        State::Run(format!("{command} gen-dockerfiles"))
    }
}

/// What parity finds outside of the files that generation replaces.
fn of_parity(root: &Root, is_generated: bool) -> Result<Vec<Item>, Vec<Problem>> {
    let report = verify(root, &Options::default(), || {})?;
    let is_replaced = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        repo::dockerfiles::is_dockerfile(name) || name.ends_with(".dockerignore") || name.starts_with("requirements")
    };
    let is_of_generation = |rule: &str| ["dockerfile-missing", "generated-file-stale"].contains(&rule);
    let left: Vec<&Problem> = report
        .findings
        .iter()
        .filter(|finding| finding.problem.level != Level::Note)
        .filter(|finding| is_generated || !is_of_generation(finding.rule.id))
        // Said in words of its own, while one file makes both images.
        .filter(|finding| is_generated || finding.rule.id != BUILT_ALONE)
        // A command does it: see the item of the Tiltfile.
        .filter(|finding| is_generated || !finding.rule.id.starts_with("tilt-"))
        .map(|finding| &finding.problem)
        .filter(|problem| {
            let mut places = problem.places.iter();
            is_generated || !places.any(|place| is_replaced(place.position().0))
        })
        .collect();
    let mut items: Vec<Item> = left.into_iter().map(Item::of).collect();
    if !is_generated {
        for service in &report.services {
            let builds = report.findings.iter().find(|finding| {
                finding.rule.id == BUILT_ALONE && finding.service.as_deref() == Some(service.0.as_str())
            });
            items.extend(builds.map(|finding| Item {
                what: format!("workflows build one image of `{}`", service.0),
                state: State::ByHand(format!(
                    "build `{}/Dockerfile.dev` there too, or run `{} build-images {}`, which builds both",
                    service.1,
                    called::command(),
                    service.0
                )),
                ..Item::of(&finding.problem)
            }));
        }
    }
    if items.is_empty() && is_generated {
        let what = "development and production run the same software";
        items.push(Item::new(Section::Images, what, State::Done));
    }
    Ok(items)
}

fn of_ci(root: &Root) -> Item {
    let what = "every change is checked for parity";
    let folder = RepoPath::parse(WORKFLOWS).unwrap_or_else(RepoPath::root);
    let other =
        [".gitlab-ci.yml", ".pre-commit-config.yaml", "azure-pipelines.yml"].map(|file| RepoPath::root().child(file));
    let workflows = root.entries(&folder).into_iter().map(|entry| entry.path).chain(other);
    let mut texts = workflows.filter_map(|path| root.text(&path));
    if texts.any(|text| text.contains("verify-parity") || text.contains("twinfile")) {
        return Item::new(Section::Ci, what, State::Done);
    }
    let edit = "add a step to a job: `- run: uvx twinfile verify-parity --format github`, and one with `uvx twinfile gen-dockerfiles --check`";
    Item::new(Section::Ci, what, State::ByHand(edit.into()))
}

fn of_readme(root: &Root) -> Item {
    let what = "the README says that there are two images of every service";
    let texts = ["README.md", "README.rst", "CONTRIBUTING.md"].map(|file| root.text(&RepoPath::root().child(file)));
    if texts.iter().flatten().any(|text| text.contains("Dockerfile.dev")) {
        return Item::new(Section::Documentation, what, State::Done);
    }
    let edit = format!(
        "add: \"Each service has two images. `Dockerfile` is production: packages alone, no sources on PYTHONPATH. `Dockerfile.dev` is development: the same packages, sources that reload, a debugger. Both are generated by `{command} gen-dockerfiles` from the manifests and the lock; run it after a dependency was added.\"",
        command = called::command()
    );
    Item::new(Section::Documentation, what, State::ByHand(edit))
}
