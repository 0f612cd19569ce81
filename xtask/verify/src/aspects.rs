//! What a repository holds that a rule can be about. A repository without a Tiltfile is not praised for its Tiltfile.

use repo::Repo;
use repo::RepoPath;
use rules::{Aspect, RULES};
use surfaces::WORKFLOWS;
use surfaces::{Surroundings, tiltfile};

pub fn looked_at(repo: &Repo, surroundings: &Surroundings) -> Vec<Aspect> {
    let has_rule = |aspect: &Aspect| RULES.iter().any(|rule| rule.aspect == *aspect);
    let aspects = Aspect::ALL.into_iter().filter(has_rule);
    aspects.filter(|aspect| is_there(repo, surroundings, *aspect)).collect()
}

/// What rules of images are about.
pub fn of_images() -> Vec<Aspect> {
    let has_rule = |aspect: &Aspect| {
        let mut of_images = RULES.iter().filter(|rule| rule.check.has_images());
        of_images.any(|rule| rule.aspect == *aspect)
    };
    // No Tiltfile is evaluated for images by name.
    let aspects = Aspect::ALL.into_iter().filter(|aspect| *aspect != Aspect::Tilt);
    aspects.filter(has_rule).collect()
}

fn is_there(repo: &Repo, surroundings: &Surroundings, aspect: Aspect) -> bool {
    match aspect {
        Aspect::Files | Aspect::Base | Aspect::Lock | Aspect::Packages | Aspect::Libs | Aspect::Runtime => true,
        Aspect::Tilt => repo.root.has_file(&RepoPath::root().child(tiltfile::FILE)),
        Aspect::Chart => surroundings.charts.is_any,
        Aspect::Compose => !surroundings.compose.is_empty(),
        Aspect::Ci => RepoPath::parse(WORKFLOWS).is_some_and(|folder| repo.root.has_folder(&folder)),
    }
}
