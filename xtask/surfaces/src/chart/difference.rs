//! What a container has under other values that it does not have anyway.

use super::container::Container;
use evidence::development;

impl Container {
    /// This container with what none of these, which are the same one under fewer conditions, has: so that nothing is reported for
    /// each combination of values again. `None` where nothing is left.
    pub(super) fn beyond(mut self, known: &[&Self], under: &str) -> Option<Self> {
        let same: Vec<&Self> = known
            .iter()
            .filter(|other| other.workload == self.workload && other.name == self.name)
            .copied()
            .collect();
        let has = |test: &dyn Fn(&Self) -> bool| same.iter().any(|other| test(other));
        let value =
            |located: &Option<diagnostics::Located<String>>| located.as_ref().map(|located| located.value.clone());
        let image = value(&self.image);
        if has(&|other| value(&other.image) == image) {
            self.usual_image = image;
            self.image = None;
        }
        let user = value(&self.user);
        if has(&|other| value(&other.user) == user) {
            self.user = None;
        }
        let group = value(&self.group);
        if has(&|other| value(&other.group) == group) {
            self.group = None;
        }
        let unselected = value(&self.unselected);
        if has(&|other| value(&other.unselected) == unselected) {
            self.unselected = None;
        }
        let workdir = value(&self.workdir);
        if has(&|other| value(&other.workdir) == workdir) {
            self.workdir = None;
        }
        self.ports
            .retain(|port| !has(&|other| other.ports.iter().any(|own| own.value == port.value)));
        self.mounts
            .retain(|mount| !has(&|other| other.mounts.iter().any(|own| own.value == mount.value)));
        self.dangling
            .retain(|port| !has(&|other| other.dangling.iter().any(|own| own.value == port.value)));
        self.untold
            .retain(|key| !has(&|other| other.untold.iter().any(|own| own.value == key.value)));
        self.absent.retain(|needed| {
            !has(&|other| {
                let mut absent = other.absent.iter();
                absent.any(|own| own.kind == needed.kind && own.name == needed.name)
            })
        });
        self.told.retain(|told| {
            !has(&|other| {
                let mut known = other.told.iter();
                known.any(|own| own.variable == told.variable && own.host == told.host && own.port == told.port)
            })
        });
        self.probes
            .retain(|probe| !has(&|other| other.probes.iter().any(|own| own.asks == probe.asks)));
        self.env.retain(|name, _| !has(&|other| other.env.contains_key(name)));
        // A container that only waits for a person, or starts over, is for finding faults.
        let words = self.words.as_ref().map(|words| words.value.clone());
        let waits = words
            .as_deref()
            .is_some_and(|words| development::reloading(words).is_some());
        if waits
            || has(&|other| {
                !other.overrides.is_empty() && other.words.as_ref().map(|words| &words.value) == words.as_ref()
            })
        {
            self.overrides.clear();
            self.words = None;
        }
        let is_empty = self.image.is_none()
            && self.user.is_none()
            && self.group.is_none()
            && self.unselected.is_none()
            && self.workdir.is_none()
            && self.overrides.is_empty()
            && self.ports.is_empty()
            && self.mounts.is_empty()
            && self.dangling.is_empty()
            && self.untold.is_empty()
            && self.absent.is_empty()
            && self.told.is_empty()
            && self.probes.is_empty()
            && self.env.is_empty();
        self.workload = format!("{} (with {under})", self.workload);
        self.under = Some(under.to_owned());
        (!is_empty).then_some(self)
    }
}
