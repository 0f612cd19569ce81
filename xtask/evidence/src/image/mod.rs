//! What the last stage of a Dockerfile comes to, as far as the file tells without a build.

mod arguments;
mod assemble;
mod base;
mod base_users;
mod commands;
mod context;
mod copy;
mod disk;
mod edits;
mod effects;
mod fetch;
mod files;
mod folders;
mod generators;
mod health;
mod ignore;
mod install;
mod installers;
mod instruction;
mod javascript;
mod metadata;
mod mount;
mod python_asked;
mod reach;
mod rights;
mod run;
mod script;
mod settings;
mod stage;
mod step;
mod system;
#[cfg(test)]
mod tests;
mod tool;
mod tree;
mod user;
mod wheels;
mod written;

use std::{collections::BTreeMap, sync::Arc};

use crate::{config::Config, secret::Secret};
use diagnostics::{Located, Place, Problem};
use formats::dockerfile::Dockerfile;
use formats::growth;
use repo::RepoPath;
use repo::{Root, lock::LockCache};

pub use base::python_of;
pub use context::{Context, Origin};
pub use copy::{Download, Moved};
pub use edits::Edit;
pub use effects::Fetched;
pub use files::Copied;
pub use folders::AbsentFolder;
pub use formats::absolute;
pub use ignore::Ignore;
pub use install::{By, Destination, Export, Groups, Install, Local, Own, Requirements, WhenStale, is_path};
pub use javascript::OpenInstall;
pub use python_asked::AbsentPython;
pub use reach::Reach;
pub use rights::Refused;
pub use tool::Tool;

/// One image.
#[derive(Clone, Debug)]
pub struct Image {
    /// The Dockerfile.
    pub path: RepoPath,
    /// The stage that is built, where it is not the last one of the file.
    pub target: Option<String>,
    /// What the build is called with: `--build-arg`.
    pub build_arguments: BTreeMap<String, String>,
    /// The folder that it is built with: the root of the repository, or that of the Dockerfile.
    pub context: Context,
    /// What the image is based on in the end, variables in place.
    pub base: Located<String>,
    /// Every image that a build needs: of `FROM` lines, the base included, and those that something is copied out of.
    pub bases: Vec<Located<String>>,
    /// Of these, those whose files get into the last stage as they are, but for tools.
    pub sources: Vec<Located<String>>,
    /// How a container of it starts.
    pub config: Config,
    /// The numbers of users that the build makes, by name.
    pub users: BTreeMap<String, String>,
    /// Their homes, by name, where the build names them.
    pub homes: BTreeMap<String, String>,
    /// Their groups, where the build tells all of them.
    pub groups: BTreeMap<String, Vec<String>>,
    /// What settings, commands and written files of the last stage give away.
    pub secrets: Vec<Secret>,
    /// Paths below which a command of the last stage may change files where they lie; `/app/**/*.sh` names files anywhere below.
    pub touched: Vec<String>,
    /// Some command of the last stage makes links.
    pub is_linked: bool,
    /// Data that is fetched for the program.
    pub fetched: Vec<Placed<Fetched>>,
    /// What commands change or remove where it lies, in the order of the stages.
    pub edits: Vec<Edit>,
    /// What is copied from the build context.
    pub copied: Vec<Placed<Copied>>,
    /// What is mounted from it while a step runs.
    pub mounted: Vec<Placed<Copied>>,
    /// Paths of stages that something is copied or mounted out of, and that those surely do not have.
    pub absent_sources: Vec<Located<String>>,
    /// What `cp` and `mv` of all stages take, and what the ignore file keeps out of the build.
    pub starved: Vec<Starved>,
    /// Installs of JavaScript packages of all stages that do not keep to their lock.
    pub open_installs: Vec<OpenInstall>,
    /// The installs of Python packages, in order.
    pub installs: Vec<Placed<Install>>,
    /// Environments that come out of stages on other images.
    pub built_elsewhere: Vec<BuiltElsewhere>,
    /// Packages of the distribution that are not taken out again.
    pub system: Vec<Placed<Located<String>>>,
    /// Packages of the base image that a command takes out.
    pub taken: Vec<Located<String>>,
    /// Commands that make all packages of the base image newer.
    pub upgraded: Vec<Place>,
    /// Build tools that do not come as packages.
    pub tools: Vec<Placed<Tool>>,
    /// Virtual environments of the last stage, by path, with the command that made or brought them.
    pub environments: Vec<Located<String>>,
    /// Those that a copy brought to another path.
    pub moved: Vec<Moved>,
    /// Files that put folders on the import path.
    pub path_files: Vec<Placed<PathFile>>,
    /// What `ADD` and commands fetch from the web, in any stage that belongs to the image.
    pub downloads: Vec<Placed<Download>>,
    /// Folders of the last stage that `mkdir` makes.
    pub folders: Vec<String>,
    /// `ARG` of all stages, by name.
    pub arguments: Vec<Located<String>>,
    /// A command installs, and what cannot be told: a warning says so.
    pub is_unclear: bool,
    /// What is in it, by path.
    pub tree: ::image::Tree,
    /// Pythons that steps of all stages run, and that their stages do not have.
    pub absent_pythons: Vec<AbsentPython>,
    /// Installs of all stages whose failure does not end the build.
    pub unheeded: Vec<Place>,
    /// Steps of all stages that their user may not take.
    pub refused: Vec<Refused>,
    /// Packages of the repository that an install of any stage looks for in vain.
    pub absent: Vec<AbsentFolder>,
    /// Wheels of the repository's packages that installs and commands of all stages build.
    pub built: Vec<Arc<::image::Wheel>>,
    /// Users that a step names, and that are not there at that moment.
    pub strangers: Vec<Located<String>>,
    /// Where the last stage starts: what is absent is shown there.
    pub place: Place,
}

/// Something that a stage does, and how that stage belongs to the image.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// What the stage does.
    pub what: T,
    /// How the stage belongs to the image.
    pub reach: Reach,
}

/// An environment, or a folder of packages, that a stage on another image filled.
#[derive(Clone, Debug)]
pub struct BuiltElsewhere {
    /// The folder of the environment.
    pub prefix: String,
    /// The image that the stage is based on.
    pub base: Located<String>,
    /// The command.
    pub place: Place,
}

/// A file or a folder that a command takes, and that would have come with a copy but for the ignore file.
#[derive(Clone, Debug)]
pub struct Starved {
    /// As the command names it.
    pub written: String,
    /// What is meant in the repository.
    pub source: RepoPath,
    /// The pattern of the ignore file.
    pub pattern: Place,
    /// The command.
    pub place: Place,
}

/// A `.pth` that a command writes.
#[derive(Clone, Debug)]
pub struct PathFile {
    /// The absolute path in the image.
    pub path: String,
    /// The folders that it adds to the path.
    pub entries: Vec<String>,
    /// Where the command is written.
    pub place: Place,
}

/// What a build is called with.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// `--target`; the last stage where it is `None`.
    pub stage: Option<String>,
    /// `--build-arg`
    pub arguments: BTreeMap<String, String>,
    /// The folder that is sent; what fits the file best where it is `None`.
    pub context: Option<RepoPath>,
}

/// A file with more is not followed: each stage repeats what is below it.
const MOST_STAGES: usize = 500;

impl Image {
    /// Follows the stages of a Dockerfile to the last one. `None` where that cannot be done; why, and what is not understood
    /// otherwise, is reported.
    pub fn read(root: &Root, path: &RepoPath, dockerfile: &Dockerfile, problems: &mut Vec<Problem>) -> Option<Self> {
        Self::of(
            (root, &LockCache::default()),
            path,
            dockerfile,
            &Target::default(),
            problems,
        )
    }

    /// The image that a Dockerfile becomes when it is built for that target, with these arguments.
    pub fn of(
        (root, locks): (&Root, &LockCache),
        path: &RepoPath,
        dockerfile: &Dockerfile,
        target: &Target,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        if dockerfile.stages.len() > MOST_STAGES {
            let message = format!("more than {MOST_STAGES} stages are not followed");
            problems.push(Problem::error(message).at(dockerfile.stages[MOST_STAGES].from.place.clone()));
            return None;
        }
        let last = match &target.stage {
            Some(name) => match dockerfile.stage_before(name, dockerfile.stages.len()) {
                Some(index) => index,
                None => {
                    problems.push(no_stage(dockerfile, name));
                    return None;
                }
            },
            None => dockerfile.stages.len().checked_sub(1)?,
        };
        let dir = target.context.clone();
        let dir = dir.unwrap_or_else(|| Context::infer(root, path, None, dockerfile));
        let context = Context::new(root, path, dir);
        growth::measured(|| Self::followed((root, locks), path, dockerfile, target, (&context, last), problems))
    }

    fn followed(
        (root, locks): (&Root, &LockCache),
        path: &RepoPath,
        dockerfile: &Dockerfile,
        target: &Target,
        (context, last): (&Context, usize),
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let globals = arguments::globals(dockerfile, &target.arguments, problems);
        let mut stages: Vec<stage::State> = Vec::new();
        for index in 0..=last {
            let stage_context = stage::StageContext {
                root,
                locks,
                dockerfile,
                index,
                globals: &globals,
                build_context: context,
                earlier: &stages,
                arguments: &target.arguments,
            };
            let state = stage::State::of(&stage_context, problems);
            stages.push(state);
        }
        Some(assemble::image(root, path, dockerfile, target, context, &stages))
    }

    /// What is copied or mounted, and does not come: see [`Copied::is_unmet`].
    pub fn unmet(&self) -> impl Iterator<Item = &Copied> {
        let all = self.copied.iter().chain(&self.mounted).map(|copied| &copied.what);
        all.filter(|copied| copied.is_unmet())
    }

    /// The line of the ignore file that keeps a path out, which would be copied or mounted with a folder otherwise.
    pub fn ignored(&self, path: &RepoPath) -> Option<&Place> {
        let mut all = self.copied.iter().chain(&self.mounted);
        all.find_map(|copied| copied.what.ignored(path))
    }

    /// Whether a requirement file is not there because of such a copy.
    pub fn lacks(&self, file: &Requirements) -> bool {
        let is_for = |copied: &Copied| file.at.as_ref().is_some_and(|at| copied.is_for(at));
        file.path.is_none() && file.export.is_none() && self.unmet().any(is_for)
    }

    /// What it runs, as one command.
    pub fn program(&self) -> Vec<String> {
        self.config.program()
    }

    /// What a person calls it: the file, and the stage where the file makes more than one image.
    pub fn name(&self) -> String {
        match &self.target {
            Some(target) => format!("{}, stage {target}", self.path),
            None => self.path.to_string(),
        }
    }

    /// Single files that are copied into the last stage, by where they stand there.
    pub fn single_files(&self, root: &Root) -> BTreeMap<String, (&RepoPath, &Copied)> {
        let is_folder = |path: &str| {
            let is_workdir = self.config.workdir.as_ref().is_some_and(|folder| folder.value == path);
            path.ends_with('/') || is_workdir || self.folders.iter().any(|folder| folder == path)
        };
        let mut found = BTreeMap::new();
        let copied = self.copied.iter().filter(|copied| copied.reach == Reach::Chain);
        for copied in copied.map(|copied| &copied.what) {
            let Some(source) = copied.source.path.as_ref().filter(|path| root.is_file(path)) else {
                continue;
            };
            let at = if is_folder(&copied.destination) {
                format!("{}/{}", copied.destination.trim_end_matches('/'), source.file_name())
            } else {
                copied.destination.clone()
            };
            found.insert(at, (source, copied));
        }
        found
    }

    /// Whether a command may have changed what a file or a folder holds, after it was put there.
    pub fn touches(&self, path: &str) -> bool {
        let is_in = |inner: &str, outer: &str| {
            let rest = inner.strip_prefix(outer.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.touched.iter().any(|touched| match touched.split_once("/**/") {
            Some((folder, name)) => {
                let last = path.rsplit('/').next().unwrap_or_default();
                is_in(path, folder) && glob::Pattern::new(name).is_ok_and(|name| name.matches(last))
            }
            None => is_in(path, touched) || is_in(touched, path),
        })
    }

    /// The user that it runs as, by number where that is known. `None` for root.
    pub fn runs_as(&self) -> Option<&str> {
        let name = self.config.user_name();
        let number = self.users.get(name).map_or(name, String::as_str);
        (!matches!(number, "root" | "0" | "") && !number.contains('$')).then_some(number)
    }

    /// The number that it runs as, where the file tells: named, or of a user that the build makes.
    pub fn user_number(&self) -> Option<&str> {
        let name = self.config.user_name();
        match name.parse::<u32>() {
            Ok(_) => Some(name),
            Err(_) => self.users.get(name).map(String::as_str),
        }
    }
}

fn no_stage(dockerfile: &Dockerfile, name: &str) -> Problem {
    let names = dockerfile.stages.iter().filter_map(|stage| stage.name.as_ref());
    let names: Vec<String> = names.map(|name| format!("`{}`", name.value)).collect();
    let problem = Problem::error(format!("`{}` has no stage `{name}`", dockerfile.source.path()));
    let problem = problem.at(dockerfile.source.place(0..0));
    if names.is_empty() {
        problem.remedy("name one with `FROM image AS name`")
    } else {
        problem.remedy(format!("its stages are {}", names.join(", ")))
    }
}
