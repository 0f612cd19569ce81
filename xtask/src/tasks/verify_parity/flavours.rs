//! Which Dockerfile, stage and arguments each image of a service is built from: by the settings, by the names of the files, or
//! by the names of the stages where one file makes both.

use std::collections::BTreeMap;

use super::{stages, switch::Switch};
use crate::{
    evidence::{
        dockerfile::Dockerfile,
        image::{Context, Image, Target},
    },
    repo::{Build, Repo, RepoPath, Service, Source, dockerfiles::Pair},
    report::{Level, Problem, distinct},
};

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
    // One file, whose stages or arguments say what they are.
    let both = match (&said.dev, &said.prod, &dev, &prod) {
        (None, None, None, Some(path)) => files.of_both(path, problems),
        (_, _, _, _) => None,
    };
    let found = match both {
        Some((dev, target)) => (
            files.image(&prod, &dev, problems),
            files.image(&prod, &target, problems),
        ),
        None => (
            // What only other arguments or stages make is of the same file.
            files.said(
                &said.dev,
                dev.or_else(|| prod.clone().filter(|_| said.dev.is_some())),
                problems,
            ),
            files.said(&said.prod, prod, problems),
        ),
    };
    // What both images share is read twice.
    *problems = at_once(distinct(std::mem::take(problems)));
    found
}

/// What cannot be told for one reason, as a script that many steps run, is said once, with all the places.
fn at_once(problems: Vec<Problem>) -> Vec<Problem> {
    let mut said: Vec<Problem> = Vec::new();
    for problem in problems {
        let is_same = |known: &&mut Problem| {
            problem.level == Level::Warning && known.level == problem.level && known.message == problem.message
        };
        match said.iter_mut().find(is_same) {
            Some(known) => known
                .places
                .extend(problem.places.into_iter().map(|place| place.label("and here"))),
            None => said.push(problem),
        }
    }
    said
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

    /// How development and production are built from one file, where its stages or arguments tell.
    fn of_both(&mut self, path: &RepoPath, problems: &mut Vec<Problem>) -> Option<(Target, Target)> {
        let dockerfile = self.dockerfile(path, problems)?;
        let stages = stages::of_both(dockerfile);
        let switch = Switch::of(dockerfile);
        // Where stages tell, an argument with a default has it in both.
        let switch = switch.filter(|switch| stages.is_none() || (switch.dev.is_some() && switch.prod.is_some()));
        let target = |stage: Option<&str>, value: Option<&String>| Target {
            stage: stage.map(str::to_owned),
            arguments: switch
                .iter()
                .map(|switch| switch.name.clone())
                .zip(value.cloned())
                .collect(),
            ..Target::default()
        };
        if stages.is_none() && switch.is_none() {
            return None;
        }
        let (dev, prod) = stages.map_or((None, None), |(dev, prod)| (Some(dev), prod));
        let value = |of: fn(&Switch) -> Option<&String>| switch.as_ref().and_then(of);
        Some((
            target(dev, value(|switch| switch.dev.as_ref())),
            target(prod, value(|switch| switch.prod.as_ref())),
        ))
    }
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
            problems.push(Problem::warning(message).at(install.what.place.clone()));
        }
    }
}
