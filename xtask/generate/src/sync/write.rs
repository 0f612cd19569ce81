//! Writes a plan: all new files beside their places first, then all renames. A run that is killed leaves each file old
//! or new, never half, and at most files with a name that the next run knows and removes.

use super::{
    Plan,
    new_file::{NewFile, remove},
};
use diagnostics::Problem;
use repo::Root;
use repo::generated::{Change, Kind};

/// Carries the plan out. Whoever holds the lock may call it; foreign files are overwritten, so ask first. Nothing is
/// written while anything else could not be read.
pub fn carry_out(root: &Root, plan: &Plan) -> Result<(), Vec<Problem>> {
    let is_written = |problem: &Problem| {
        let paths = problem.places.iter().map(|place| place.position().0);
        paths
            .into_iter()
            .all(|path| plan.changes.iter().any(|change| change.path.as_str() == path))
    };
    let mut problems: Vec<Problem> = root
        .unreadable()
        .into_iter()
        .filter(|problem| !is_written(problem))
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    for path in &plan.leftovers {
        problems.extend(remove(root, path).err());
    }
    let (gone, written): (Vec<&Change>, Vec<&Change>) =
        plan.changes.iter().partition(|change| change.kind == Kind::Remove);
    let mut new = Vec::new();
    for change in &written {
        match NewFile::write(root, &change.path, &change.after) {
            Ok(file) => new.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        // Nothing has its place yet, and the new files are removed: the folder is as it was.
        return Err(problems);
    }
    problems.extend(new.into_iter().filter_map(|file| file.put().err()));
    problems.extend(gone.iter().filter_map(|change| remove(root, &change.path).err()));
    plan.changes.iter().for_each(|change| root.forget(&change.path));
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
