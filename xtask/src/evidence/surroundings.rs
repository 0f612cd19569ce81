//! What runs or builds the images, besides the Dockerfiles.

use std::path::Path;

use crate::report::Problem;

/// Files of the repository that name services, images and ports. Absent ones are `None`.
#[derive(Debug, Default)]
pub struct Surroundings {}

impl Surroundings {
    /// What cannot be understood is reported, and left out.
    pub fn read(_root: &Path, _problems: &mut Vec<Problem>) -> Self {
        Self {}
    }
}
