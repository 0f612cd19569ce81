use super::{Artifact, bake, compose, devcontainer};
use crate::image::{ImageSpec, Pins, Tools};
use diagnostics::{Problem, at_once};
use repo::{Repo, Service};

/// Every generated file of these services, and what all share. What the settings do not say, their reader reports.
pub fn draw(repo: &Repo, services: &[&Service], problems: &mut Vec<Problem>) -> Vec<Artifact> {
    let tools = Tools::read(repo, problems);
    let mut artifacts: Vec<Artifact> = tools.iter().map(Artifact::of_tools).collect();
    problems.extend(bake::clashes(repo));
    artifacts.push(bake::draw(repo));
    artifacts.extend(compose::draw(repo, problems));
    artifacts.extend(devcontainer::draw(repo));
    let drawn = at_once(services, |service, problems| {
        let pins = Pins::of(repo, service, problems)?;
        let base = repo.base_of(service).ok()?;
        let spec = ImageSpec::of(repo, service, base, (tools.as_ref()?, &pins), problems)?;
        Some(Artifact::of_service(&spec, &pins))
    });
    for (files, found) in drawn {
        artifacts.extend(files.into_iter().flatten());
        problems.extend(found);
    }
    artifacts.sort();
    artifacts
}
