//! What runs or builds the images, besides the Dockerfiles.

use std::path::Path;

use super::workflows::Workflow;
use crate::report::Problem;

/// Files of the repository that name services, images and ports. Absent ones are `None`.
#[derive(Debug, Default)]
pub struct Surroundings {
    pub workflows: Vec<Workflow>,
}

impl Surroundings {
    /// What cannot be understood is reported, and left out.
    pub fn read(root: &Path, problems: &mut Vec<Problem>) -> Self {
        Self {
            workflows: Workflow::read_all(root, problems),
        }
    }
}
