//! What a service of a compose file needs of the others: that they are there, that they are ready, and that they are reached.

use std::collections::BTreeSet;

use super::values::text;
use diagnostics::Located;
use formats::yaml::Node;

/// A condition of `depends_on`.
#[derive(Clone, Debug)]
pub struct Wait {
    /// The service that is waited for, where the condition is written.
    pub name: Located<String>,
    /// What has to be true of it.
    pub until: Until,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Its health check succeeds.
    Healthy,
    /// It ends without an error.
    Completed,
}

/// How a service reaches others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Networks {
    /// It has no network of its own: no name of a service is known to it.
    Host,
    /// Networks by name; `default` where none is named.
    Named(BTreeSet<String>),
    /// It uses that of another container, or one that cannot be told.
    Unknown,
}

impl Networks {
    pub(super) fn read(node: &Node) -> Self {
        if let Some(mode) = node.get("network_mode") {
            return match mode.text() {
                Some("host") => Self::Host,
                _ => Self::Unknown,
            };
        }
        let said = node.get("networks");
        let names = said.map(Node::items).unwrap_or_default().iter();
        let keys = said.map(Node::entries).unwrap_or_default().iter().map(|(name, _)| name);
        let mut named: BTreeSet<String> = names.chain(keys).filter_map(|name| Some(text(name)?.value)).collect();
        if named.iter().any(|name| name.contains('*')) {
            return Self::Unknown;
        }
        if named.is_empty() {
            named.insert("default".to_owned());
        }
        Self::Named(named)
    }

    /// What the file above and the one below say together.
    pub(super) fn over(self, lower: Self) -> Self {
        let default = || Self::Named(BTreeSet::from(["default".to_owned()]));
        match (self, lower) {
            (Self::Named(upper), Self::Named(lower)) => {
                let is_default = |names: &BTreeSet<String>| names.len() == 1 && names.contains("default");
                match (is_default(&upper), is_default(&lower)) {
                    (true, true) => default(),
                    (true, false) => Self::Named(lower),
                    (false, true) => Self::Named(upper),
                    (false, false) => Self::Named(upper.union(&lower).cloned().collect()),
                }
            }
            (upper, lower) if upper == default() => lower,
            (upper, _) => upper,
        }
    }

    /// Whether no name of one is known to the other.
    pub fn is_apart(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => false,
            (Self::Host, _) | (_, Self::Host) => true,
            (Self::Named(one), Self::Named(other)) => one.is_disjoint(other),
        }
    }
}

/// `depends_on`, as a list or with conditions. What may be missing is left out.
pub(super) fn needed(node: &Node) -> Vec<Located<String>> {
    let keys = node.entries().iter().filter(|(_, said)| is_needed(said));
    let names = keys.map(|(name, _)| name).chain(node.items());
    names
        .filter_map(text)
        .filter(|name| !name.value.contains('*'))
        .collect()
}

/// The conditions of `depends_on`.
pub(super) fn waits(node: &Node) -> Vec<Wait> {
    let keys = node.entries().iter().filter(|(_, said)| is_needed(said));
    let waits = keys.filter_map(|(name, said)| {
        let condition = said.get("condition")?;
        let until = match condition.text()? {
            "service_healthy" => Until::Healthy,
            "service_completed_successfully" => Until::Completed,
            _ => return None,
        };
        Some(Wait {
            name: Located {
                value: name.text()?.to_owned(),
                place: condition.place(),
            },
            until,
        })
    });
    waits.collect()
}

fn is_needed(said: &Node) -> bool {
    said.get("required").and_then(Node::text) != Some("false")
}
