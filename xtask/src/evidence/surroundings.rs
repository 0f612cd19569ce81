//! What runs or builds the images, besides the Dockerfiles.

use std::{fs, path::Path};

use super::{chart::Charts, tiltfile::Tiltfile, workflows::Workflow};
use crate::report::Problem;

/// Files of the repository that name services, images and ports. Absent ones are `None`.
#[derive(Debug)]
pub struct Surroundings {
    pub charts: Charts,
    pub workflows: Vec<Workflow>,
    pub tiltfile: Option<Tiltfile>,
    /// A compose file gives containers a PYTHONPATH, of which no Dockerfile knows.
    pub sets_pythonpath: bool,
}

impl Surroundings {
    pub const NONE: Self = Self {
        charts: Charts::NONE,
        workflows: Vec::new(),
        tiltfile: None,
        sets_pythonpath: false,
    };

    /// What cannot be understood is reported, and left out.
    pub fn read(root: &Path, problems: &mut Vec<Problem>) -> Self {
        let tiltfile = Tiltfile::read(root, problems);
        problems.extend(tiltfile.iter().flat_map(Tiltfile::warnings));
        Self {
            tiltfile,
            charts: Charts::read(root, problems),
            workflows: Workflow::read_all(root, problems),
            sets_pythonpath: compose_files(root).any(|text| text.contains("PYTHONPATH")),
        }
    }
}

/// `compose.yaml`, `docker-compose.dev.yml` and their like, beside the root.
fn compose_files(root: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let files = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.contains("compose") && (name.ends_with(".yaml") || name.ends_with(".yml"))
    });
    files.filter_map(|entry| fs::read_to_string(entry.path()).ok())
}
