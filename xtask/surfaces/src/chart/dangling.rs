//! What leads to pods and Services by a name or a label, and is no part of a pod: routes and policies.

use std::collections::{BTreeMap, BTreeSet};

use formats::{template::UNKNOWN, yaml::Node};
use repo::suggestion::nearest;

use super::objects::labels;
use diagnostics::{Located, Place};

/// Something that leads to nothing that its chart makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dangling {
    /// As in `Ingress shop`.
    pub by: String,
    /// What it leads to: the name of a Service, or a label as in `app: web`.
    pub to: String,
    /// Whether that is a Service; otherwise it is a label of pods.
    pub is_service: bool,
    /// What is there and nearly called so.
    pub near: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// A label by which a policy selects pods.
struct Selected {
    by: String,
    label: (String, String),
    place: Place,
    /// Whether the policy is of these pods, and not of those that may reach them.
    is_own: bool,
}

/// Routes and policies of one rendering.
#[derive(Default)]
pub struct Leads {
    services: Vec<(String, Located<String>)>,
    pods: Vec<Selected>,
}

impl Leads {
    /// Notes what a document leads to.
    pub fn add(&mut self, kind: &str, name: &str, document: &Node, place: impl Fn(&Node) -> Place) {
        let by = format!("{kind} {}", name.replace(UNKNOWN, "…"));
        match kind {
            "Ingress" => {
                let mut add = |backend: &Node| {
                    let service = backend.at(&["service", "name"]).or_else(|| backend.get("serviceName"));
                    let Some((node, text)) = service.and_then(|node| Some((node, node.text()?))) else {
                        return;
                    };
                    let value = text.to_owned();
                    self.services.push((
                        by.clone(),
                        Located {
                            value,
                            place: place(node),
                        },
                    ));
                };
                document.at(&["spec", "defaultBackend"]).into_iter().for_each(&mut add);
                let rules = document.at(&["spec", "rules"]).map(Node::items).unwrap_or_default();
                let paths = rules.iter().filter_map(|rule| rule.at(&["http", "paths"]));
                let backends = paths.flat_map(Node::items).filter_map(|path| path.get("backend"));
                backends.for_each(add);
            }
            "NetworkPolicy" => {
                let mut add = |selector: &Node, is_own: bool| {
                    for label in labels(selector.get("matchLabels").unwrap_or(selector)) {
                        self.pods.push(Selected {
                            by: by.clone(),
                            label,
                            place: place(selector),
                            is_own,
                        });
                    }
                };
                if let Some(own) = document.at(&["spec", "podSelector"]) {
                    add(own, true);
                }
                for (list, side) in [("ingress", "from"), ("egress", "to")] {
                    let rules = document.at(&["spec", list]).map(Node::items).unwrap_or_default();
                    let peers = rules.iter().filter_map(|rule| rule.get(side)).flat_map(Node::items);
                    // Pods of another part of the cluster are not made here.
                    let near = peers.filter(|peer| peer.get("namespaceSelector").is_none());
                    near.filter_map(|peer| peer.get("podSelector"))
                        .for_each(|selector| add(selector, false));
                }
            }
            _ => {}
        }
    }

    /// What of it leads nowhere, by the Services and the labels of pods that there are. `None` for what cannot be told.
    pub fn dangling(
        &self,
        services: Option<&BTreeSet<String>>,
        pods: Option<&[&BTreeMap<String, String>]>,
    ) -> Vec<Dangling> {
        let mut found = Vec::new();
        for (by, name) in services.map(|_| &self.services).into_iter().flatten() {
            let known: Vec<&str> = services.into_iter().flatten().map(String::as_str).collect();
            if known.is_empty()
                || name.value.contains(UNKNOWN)
                || name.value.is_empty()
                || known.contains(&name.value.as_str())
            {
                continue;
            }
            found.push(Dangling {
                by: by.clone(),
                to: name.value.clone(),
                is_service: true,
                near: nearest(&name.value, &known).map(str::to_owned),
                place: name.place.clone(),
            });
        }
        for selected in pods.map(|_| &self.pods).into_iter().flatten() {
            let (key, value) = &selected.label;
            let values = pods.into_iter().flatten().filter_map(|labels| labels.get(key));
            let known: BTreeSet<&str> = values.map(String::as_str).collect();
            if known.is_empty()
                || value.contains(UNKNOWN)
                || known.iter().any(|known| known.contains(UNKNOWN) || known == value)
            {
                continue;
            }
            let known: Vec<&str> = known.into_iter().collect();
            let is_part =
                |other: &&&str| other.starts_with(&format!("{value}-")) || value.starts_with(&format!("{other}-"));
            let near = nearest(value, &known).or_else(|| known.iter().find(is_part).copied());
            // Others may be there that this chart does not make.
            if near.is_none() && !selected.is_own {
                continue;
            }
            found.push(Dangling {
                by: selected.by.clone(),
                to: format!("{key}: {value}"),
                is_service: false,
                near: near.map(|near| format!("{key}: {near}")),
                place: selected.place.clone(),
            });
        }
        found
    }
}
