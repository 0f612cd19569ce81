use std::collections::BTreeSet;

use super::Needed;
use python::marker::Marker;
use repo::lock::Lock;

/// Format 2.1 says with each package which groups need it where.
pub(super) fn needed<'a>(lock: &'a Lock, groups: &BTreeSet<String>, extras: &BTreeSet<String>) -> Vec<Needed<'a>> {
    let python = Marker::python(&lock.python);
    let conflicts = lock.conflicts.decide(groups, extras);
    let mut decided = extras.clone();
    decided.extend(groups.iter().map(|group| Marker::group_variable(group)));
    let packages = lock.packages.iter().map(|package| {
        let asked = package.groups.iter().filter(|(group, _)| groups.contains(*group));
        let marker = asked.fold(Marker::FALSE, |any, (_, marker)| any.or(*marker));
        let marker = conflicts.apply(marker).with_extras(&decided).and(python);
        Needed { package, marker }
    });
    packages.filter(|needed| !needed.marker.is_false()).collect()
}
