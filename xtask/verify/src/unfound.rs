//! What the surfaces of a repository say nothing about: that nothing is wrong there is not known of these services.

use std::collections::BTreeSet;

use facts::Subject;
use rules::Aspect;
use surfaces::{Surroundings, tilt::builds_of};

/// Services that no chart runs, no compose file names, no workflow and no Tiltfile builds, where there are such files.
pub fn of(subjects: &[Subject<'_>], surroundings: &Surroundings) -> BTreeSet<(String, Aspect)> {
    let mut unfound = BTreeSet::new();
    for subject in subjects {
        let name = subject.service.package.name.as_str();
        let mut note = |aspect: Aspect, is_found: bool| {
            if !is_found {
                unfound.insert((name.to_owned(), aspect));
            }
        };
        note(Aspect::Chart, !subject.containers.is_empty());
        note(Aspect::Compose, !subject.compose.is_empty());
        note(
            Aspect::Ci,
            subject.builds.iter().any(|(_, build)| subject.may_be_built_by(build)),
        );
        let service = &subject.service.package.name;
        let mut worlds = surroundings.tiltfile.iter().flat_map(|tiltfile| &tiltfile.worlds);
        note(
            Aspect::Tilt,
            worlds.any(|world| builds_of(world, subject.repo, service).next().is_some()),
        );
    }
    unfound
}
