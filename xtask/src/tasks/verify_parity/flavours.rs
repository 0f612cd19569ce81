//! Which Dockerfile, stage and arguments each image of a service is built from: by the settings, by the names of the files, or
//! by the names of the stages where one file makes both.

use std::collections::BTreeMap;

use crate::{
    evidence::{
        dockerfile::{Dockerfile, Stage},
        image::{Context, Image, Target},
    },
    repo::{Build, Repo, RepoPath, Service, Source, dockerfiles::Pair},
    report::{Problem, distinct},
};

/// Stages of a file that makes both images.
const PRODUCTION_STAGES: [&str; 6] = ["production", "prod", "release", "runtime", "final", "runner"];
/// Stages that are neither, though they may stand last.
const STAGES_FOR_CHECKS: [&str; 7] = ["ci", "test", "tests", "testing", "lint", "e2e", "debug"];
const DEVELOPMENT_STAGES: [&str; 3] = ["development", "dev", "develop"];

/// The development and the production image, as far as they can be followed.
pub fn read(
    repo: &Repo,
    service: &Service,
    files: &Pair,
    problems: &mut Vec<Problem>,
) -> (Option<Image>, Option<Image>) {
    let (dev, prod) = (files.dev.clone(), files.prod.clone());
    let mut files = Files {
        repo,
        home: &service.package.dir,
        read: BTreeMap::new(),
    };
    let said = &service.settings.dockerfiles;
    // One file, whose stages say what they are.
    let both = match (&said.dev, &said.prod, &dev, &prod) {
        (None, None, None, Some(path)) => files.stages_of_both(path, problems),
        (_, _, _, _) => None,
    };
    let found = match both {
        Some((dev, target)) => (
            files.image(&prod, &dev, problems),
            files.image(&prod, &target, problems),
        ),
        None => (
            files.said(&said.dev, dev, problems),
            files.said(&said.prod, prod, problems),
        ),
    };
    // What both images share is read twice.
    *problems = distinct(std::mem::take(problems));
    found
}

struct Files<'a> {
    repo: &'a Repo,
    /// The folder of the service.
    home: &'a RepoPath,
    /// Each once, however many images it makes.
    read: BTreeMap<RepoPath, Option<Dockerfile>>,
}

impl Files<'_> {
    fn dockerfile(&mut self, path: &RepoPath, problems: &mut Vec<Problem>) -> Option<&Dockerfile> {
        let root = &self.repo.root;
        let read = self.read.entry(path.clone()).or_insert_with(|| {
            let source = Source::read(&path.under(root), path.as_str());
            let source = source.map_err(|problem| problems.push(problem)).ok()?;
            Some(Dockerfile::read(&source, problems))
        });
        read.as_ref()
    }

    /// As the settings say, and by the name of the file where they do not.
    fn said(&mut self, build: &Option<Build>, usual: Option<RepoPath>, problems: &mut Vec<Problem>) -> Option<Image> {
        let Some(build) = build else {
            return self.image(&usual, &Target::default(), problems);
        };
        let path = match &build.file {
            Some(file) => Some(Build::resolve(file, self.home, problems)?),
            None => usual,
        };
        let target = Target {
            stage: build.target.as_ref().map(|target| target.value.clone()),
            arguments: build.arguments.clone(),
            context: match &build.context {
                Some(context) => Some(Build::resolve(context, self.home, problems)?),
                None => None,
            },
        };
        self.image(&path, &target, problems)
    }

    fn image(&mut self, path: &Option<RepoPath>, target: &Target, problems: &mut Vec<Problem>) -> Option<Image> {
        let path = path.as_ref()?;
        let (root, home) = (&self.repo.root, self.home);
        let dockerfile = self.dockerfile(path, problems)?;
        let context = target.context.clone();
        let context = context.unwrap_or_else(|| Context::infer(root, path, Some(home), dockerfile));
        let target = Target {
            context: Some(context),
            ..target.clone()
        };
        let image = Image::of(root, path, dockerfile, &target, problems)?;
        report_unknown_files(&image, problems);
        Some(image)
    }

    /// The stages of development and production, where there is one for development.
    fn stages_of_both(&mut self, path: &RepoPath, problems: &mut Vec<Problem>) -> Option<(Target, Target)> {
        let dockerfile = self.dockerfile(path, problems)?;
        let names: Vec<&str> = dockerfile
            .stages
            .iter()
            .filter_map(|stage| stage.name.as_ref())
            .map(|name| name.value.as_str())
            .collect();
        let one_of = |wanted: &[&str]| {
            let mut found = names
                .iter()
                .filter(|name| wanted.iter().any(|wanted| name.eq_ignore_ascii_case(wanted)));
            found.next().copied()
        };
        let dev = one_of(&DEVELOPMENT_STAGES)?;
        let last = dockerfile.stages.last()?;
        let is_last = last.name.as_ref().is_some_and(|name| name.value == dev);
        let prod = one_of(&PRODUCTION_STAGES).or_else(|| {
            let is_for_checks = STAGES_FOR_CHECKS.iter().any(|name| is_called(last, name));
            let shipped =
                |name: &&str| *name != dev && !STAGES_FOR_CHECKS.iter().any(|check| name.eq_ignore_ascii_case(check));
            names.iter().rfind(|name| is_for_checks && shipped(name)).copied()
        });
        // What is built without a target is production, unless that is the stage for development.
        if prod.is_none() && is_last {
            return None;
        }
        let target = |stage: Option<&str>| Target {
            stage: stage.map(str::to_owned),
            ..Target::default()
        };
        Some((target(Some(dev)), target(prod)))
    }
}

fn is_called(stage: &Stage, name: &str) -> bool {
    let said = stage.name.as_ref();
    said.is_some_and(|said| said.value.eq_ignore_ascii_case(name))
}

/// A requirement file that is of no known origin could hold anything. One that a COPY asks for and does not get is told by rules.
fn report_unknown_files(image: &Image, problems: &mut Vec<Problem>) {
    for install in &image.installs {
        let files = install.what.files.iter();
        for file in files.filter(|file| file.path.is_none() && file.export.is_none()) {
            if image.lacks(file) {
                continue;
            }
            let message = format!(
                "cannot tell what `{}` holds: no file of the repository is copied or mounted there",
                file.written
            );
            let problem = Problem::warning(message).at(install.what.place.clone());
            problems.push(problem.remedy(format!("copy or mount `{}` before this command", file.written)));
        }
    }
}
