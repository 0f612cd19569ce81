//! Who a container runs as.

use std::collections::BTreeSet;

use ::image::Who;
use evidence::{built::Built, image::Image};

use crate::{Twin, twins::Producer};

/// Whether an owner may be the user: a name and a number that nothing brings together may be one and the same.
pub fn is_same(owner: &str, user: &str) -> bool {
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    owner == user || (is_number(owner) != is_number(user) && owner != "0")
}

/// The group of a `USER`, if it names one: then the user has no other.
fn named_group(user: &str) -> Option<&str> {
    let group = user.split_once(':')?.1;
    (!group.is_empty() && !group.contains('$')).then_some(if group == "root" { "0" } else { group })
}

/// Whether the user of an image may be in a group: where neither `USER` nor what makes the user tells its groups, it may.
pub fn may_be_member(image: &Image, group: &str) -> bool {
    let Some(user) = image.config.user.as_ref().map(|user| user.value.as_str()) else {
        return true;
    };
    if let Some(named) = named_group(user) {
        return is_same(group, named);
    }
    let asked = user.split(':').next().unwrap_or_default();
    let is_asked = |name: &str| name == asked || image.users.get(name).is_some_and(|number| number == asked);
    let groups = image.groups.iter().find(|(name, _)| is_asked(name));
    groups.is_none_or(|(_, groups)| groups.iter().any(|own| is_same(group, own)))
}

/// The numbers of the groups that a process of a built image has, as the engine finds them out.
fn groups_of(built: &Built) -> BTreeSet<String> {
    let user = built.config.user.as_ref().map_or("", |user| user.value.as_str());
    let text = |path: &str| built.files.text(path).unwrap_or_default();
    let lines = |path| text(path).lines().map(|line| line.split(':').collect::<Vec<_>>());
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(named) = named_group(user) {
        let of_name = lines("/etc/group").find(|fields| fields.first() == Some(&named));
        let number = of_name.and_then(|fields| fields.get(2).map(|number| (*number).to_owned()));
        return [number.filter(|_| !is_number(named)).unwrap_or_else(|| named.to_owned())].into();
    }
    let asked = user.split(':').next().unwrap_or_default();
    let account = lines("/etc/passwd").find(|fields| fields.first() == Some(&asked) || fields.get(2) == Some(&asked));
    let Some(account) = account else {
        return ["0".to_owned()].into();
    };
    let has = |fields: &Vec<&str>| {
        fields
            .get(3)
            .is_some_and(|members| members.split(',').any(|name| name == account[0]))
    };
    let others = lines("/etc/group").filter(has);
    let others = others.filter_map(|fields| fields.get(2).map(|number| (*number).to_owned()));
    others
        .chain(account.get(3).map(|number| (*number).to_owned()))
        .collect()
}

impl Twin<'_> {
    /// Asks something for a user of it.
    pub fn who<T>(&self, user: &str, ask: impl FnOnce(Who<'_>) -> T) -> T {
        ask(Who {
            is_owner: &|owner| is_same(owner, user),
            is_member: &|group| self.may_be_member(group),
        })
    }

    /// Whether its user may be in a group.
    fn may_be_member(&self, group: &str) -> bool {
        match self.of {
            Producer::File(image) => may_be_member(image, group),
            Producer::Built(built) => groups_of(built).contains(group),
        }
    }
}
