//! What runs or builds the images, besides the Dockerfiles.

use super::{
    chart::Charts,
    compose::Project,
    devcontainer::Devcontainer,
    tiltfile::Tiltfile,
    workflows::{Build, Workflow, bake_files, check_bake_files},
};
use diagnostics::{Place, Problem};
use repo::Root;
use repo::Tree;

/// Files of the repository that name services, images and ports. Absent ones are `None`.
#[derive(Debug)]
pub struct Surroundings {
    /// Helm charts.
    pub charts: Charts,
    /// Compose files, by project.
    pub compose: Vec<Project>,
    /// Workflows of CI.
    pub workflows: Vec<Workflow>,
    /// The targets of bake files at the root, whoever builds them.
    pub bake: Vec<Build>,
    /// What bake builds without being told which targets, and where a file at the root says so.
    pub bake_default: Option<(Vec<Build>, Place)>,
    /// The Tiltfile.
    pub tiltfile: Option<Tiltfile>,
    /// Development containers.
    pub devcontainers: Vec<Devcontainer>,
}

impl Surroundings {
    /// What a repository without such files has.
    pub const NONE: Self = Self {
        charts: Charts::NONE,
        compose: Vec::new(),
        workflows: Vec::new(),
        bake: Vec::new(),
        bake_default: None,
        tiltfile: None,
        devcontainers: Vec::new(),
    };

    /// What cannot be understood is reported, and left out. Compose files are read before, because they tell flavours apart.
    pub fn read(root: &Root, tree: &Tree, problems: &mut Vec<Problem>) -> Self {
        let tiltfile = Tiltfile::read(root, problems);
        problems.extend(tiltfile.iter().flat_map(Tiltfile::warnings));
        check_bake_files(root, problems);
        let (bake, bake_default) = bake_files(root);
        Self {
            tiltfile,
            charts: Charts::read(root, tree, problems),
            compose: Vec::new(),
            workflows: Workflow::read_all(root, problems),
            bake,
            bake_default,
            devcontainers: Devcontainer::read_all(root, problems),
        }
    }
}
