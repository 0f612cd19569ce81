//! Which Dockerfile, stage and arguments each image of a service is built from: by the settings, by the names of the files, by
//! compose files, or by the names of the stages where one file makes both.

use std::collections::BTreeMap;

use super::{
    by_compose::{self, ComposeBuild},
    stages,
    switch::Switch,
};
use diagnostics::{Level, Problem, Sameness};
use evidence::image::{Context, Image, Target};
use formats::dockerfile::Dockerfile;
use repo::{Build, Repo, RepoPath, Service, dockerfiles::Pair};
use surfaces::compose::Index;

/// The development and the production image, as far as they can be followed.
pub fn read(
    repo: &Repo,
    service: &Service,
    files: &Pair,
    compose: &Index<'_>,
    problems: &mut Vec<Problem>,
) -> (Option<Image>, Option<Image>) {
    let (dev, prod) = (files.dev.clone(), files.prod.clone());
    let composed = by_compose::builds(&repo.root, compose, &service.package, files);
    let mut files = Files {
        repo,
        home: &service.package.dir,
        read: BTreeMap::new(),
    };
    let said = &service.settings.dockerfiles;
    let found = match (&said.dev, &said.prod, &dev, &prod) {
        (None, None, None, Some(path)) => files.of_one(path, composed, problems),
        (None, None, _, _) => (
            files.composed(&dev, &composed.0, problems),
            files.composed(&prod, &composed.1, problems),
        ),
        (_, _, _, _) => (
            // What only other arguments or stages make is of the same file.
            files.said(
                &said.dev,
                dev.or_else(|| prod.clone().filter(|_| said.dev.is_some())),
                problems,
            ),
            files.said(&said.prod, prod, problems),
        ),
    };
    // What cannot be determined for one reason, as a script that many steps run, is one problem.
    for problem in problems.iter_mut().filter(|problem| problem.level == Level::Warning) {
        problem.sameness = Sameness::Message;
    }
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
            let source = root.source(path);
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

    /// The file that its name tells, as compose builds it.
    fn composed(
        &mut self,
        path: &Option<RepoPath>,
        build: &Option<ComposeBuild>,
        problems: &mut Vec<Problem>,
    ) -> Option<Image> {
        let build = build.as_ref().filter(|build| Some(&build.file) == path.as_ref());
        self.image(path, &build.map(ComposeBuild::target).unwrap_or_default(), problems)
    }

    /// One file whose name tells nothing: compose files say how it becomes both images, or its stages do by their names.
    fn of_one(
        &mut self,
        path: &RepoPath,
        (dev, prod): (Option<ComposeBuild>, Option<ComposeBuild>),
        problems: &mut Vec<Problem>,
    ) -> (Option<Image>, Option<Image>) {
        let prod = prod.filter(|build| build.file == *path).map(|build| build.target());
        let (named_dev, named_prod) = self.of_both(path, problems).unzip();
        let prod = match (prod.or(named_prod), &dev) {
            (Some(prod), _) => prod,
            (None, Some(_)) => self.shipped(path, problems),
            (None, None) => Target::default(),
        };
        let last = self.last_stage(path, problems);
        let stage = |target: &Target| target.stage.clone().or_else(|| last.clone());
        let is_other = |(file, dev): &(RepoPath, Target)| {
            file != path || stage(dev) != stage(&prod) || dev.arguments != prod.arguments
        };
        // Where compose runs production for development too, there may be a stage for it all the same.
        let dev = dev.map(|build| (build.file.clone(), build.target())).filter(is_other);
        let dev = dev.or(named_dev.map(|dev| (path.clone(), dev)).filter(is_other));
        let image = dev.and_then(|(file, dev)| self.image(&Some(file), &dev, problems));
        (image, self.image(&Some(path.clone()), &prod, problems))
    }

    fn last_stage(&mut self, path: &RepoPath, problems: &mut Vec<Problem>) -> Option<String> {
        let last = self.dockerfile(path, problems)?.stages.last()?;
        last.name.as_ref().map(|name| name.value.clone())
    }

    /// What is built for production, where nothing is said but how development is: a stage by its name, else the last.
    fn shipped(&mut self, path: &RepoPath, problems: &mut Vec<Problem>) -> Target {
        let stages = self
            .dockerfile(path, problems)
            .map(|dockerfile| dockerfile.stages.iter());
        let mut names = stages.into_iter().flatten().filter_map(|stage| stage.name.as_ref());
        let name = names.find(|name| {
            stages::PRODUCTION
                .iter()
                .any(|known| name.value.eq_ignore_ascii_case(known))
        });
        Target {
            stage: name.map(|name| name.value.clone()),
            ..Target::default()
        }
    }

    fn image(&mut self, path: &Option<RepoPath>, target: &Target, problems: &mut Vec<Problem>) -> Option<Image> {
        let path = path.as_ref()?;
        let (root, locks, home) = (&self.repo.root, &self.repo.locks, self.home);
        let dockerfile = self.dockerfile(path, problems)?;
        let context = target.context.clone();
        let context = context.unwrap_or_else(|| Context::infer(root, path, Some(home), dockerfile));
        let target = Target {
            context: Some(context),
            ..target.clone()
        };
        let image = Image::of((root, locks), path, dockerfile, &target, problems)?;
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
                "cannot determine what `{}` contains: no file of the repository is copied or mounted there",
                file.written
            );
            let problem = Problem::warning(message).at(install.what.place.clone());
            problems.push(problem.remedy(format!("copy or mount `{}` before this command", file.written)));
        }
    }
}
