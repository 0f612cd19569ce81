//! One container of a pod, read key by key.

use std::collections::BTreeMap;

use formats::template::UNKNOWN;

use super::{
    container::{Asked, Container, Probe},
    manifests::Found,
    objects::{self, Needed},
    view::View,
};
use diagnostics::{Located, Place};
use formats::yaml::Node;

/// The probes of a container.
const PROBES: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];

/// A container in the pod that it is part of.
pub struct Reader<'a> {
    view: &'a View<'a>,
    pod: &'a Node,
    container: &'a Node,
    /// Judged keys whose values cannot be told.
    untold: Vec<Located<&'static str>>,
}

impl<'a> Reader<'a> {
    pub fn new(view: &'a View<'a>, pod: &'a Node, container: &'a Node) -> Self {
        Self {
            view,
            pod,
            container,
            untold: Vec::new(),
        }
    }

    pub fn read(mut self, workload: String) -> Found {
        let (view, container) = (self.view, self.container);
        let image = container.get("image").and_then(|node| self.told("image", node));
        let origins = container.get("image").zip(image.as_ref());
        let origins = origins.map(|(node, image)| view.origins(node, &image.value));
        let user = self.number("runAsUser");
        let group = self.number("runAsGroup");
        let ports = self.ports();
        let siblings = self.pod.get("containers").map(Node::items).unwrap_or_default();
        let path = |node: &Node| {
            let text = node.text().filter(|text| !text.is_empty() && !text.contains(UNKNOWN))?;
            Some(Located {
                value: text.to_owned(),
                place: view.place(node),
            })
        };
        Found {
            is_aside: false,
            from: self.config_maps(),
            values: self.values(),
            asked: self.asked(),
            keys: self.keys(),
            labels: BTreeMap::new(),
            container: Container {
                port_names: port_names(siblings),
                absent: Vec::new(),
                told: Vec::new(),
                dangling: Vec::new(),
                under: None,
                usual_image: None,
                name: container
                    .get("name")
                    .and_then(Node::text)
                    .unwrap_or_default()
                    .to_owned(),
                workload,
                is_alone: siblings.len() == 1,
                place: view.place(container.get("name").unwrap_or(container)),
                image: image.map(|image| Located {
                    place: view.line(container.get("image")),
                    ..image
                }),
                origins: origins.unwrap_or_default(),
                user,
                group,
                unselected: None,
                paths: Vec::new(),
                ports,
                workdir: container.get("workingDir").and_then(path),
                mounts: self.folders().filter_map(path).collect(),
                overrides: self.overrides(),
                words: self.words(),
                probes: self.probes(),
                env: self.environment(),
                has_other_env: self.has_other_env(),
                untold: self.untold,
            },
        }
    }

    /// The value of a key that is judged. One that cannot be told is remembered.
    fn told(&mut self, key: &'static str, node: &Node) -> Option<Located<String>> {
        let text = node.text()?;
        let place = self.view.place(node);
        let is_told = match key {
            "image" => !text.split(':').next().unwrap_or_default().contains(UNKNOWN),
            _ => !text.contains(UNKNOWN),
        };
        if !is_told {
            self.untold.push(Located {
                value: key,
                place: place.clone(),
            });
        }
        (is_told && !text.is_empty()).then(|| Located {
            value: text.to_owned(),
            place,
        })
    }

    /// What the container, or else its pod, says of who it runs as.
    fn number(&mut self, key: &'static str) -> Option<Located<String>> {
        [self.container, self.pod].iter().find_map(|node| {
            let said = node.at(&["securityContext", key]).filter(|said| !said.is_null())?;
            self.told(key, said)
        })
    }

    /// Those that it declares, and those that its probes ask by number.
    fn ports(&mut self) -> Vec<Located<String>> {
        let container = self.container;
        let (mut ports, mut named) = (Vec::new(), Vec::new());
        for port in container.get("ports").map(Node::items).unwrap_or_default() {
            ports.extend(
                port.get("containerPort")
                    .and_then(|node| self.told("containerPort", node)),
            );
            named.extend(port.get("name").and_then(Node::text));
        }
        for probe in PROBES {
            let handlers = ["httpGet", "tcpSocket", "grpc"].iter();
            let asked = handlers.filter_map(|kind| container.at(&[probe, kind, "port"]));
            let numbers = asked.filter(|port| !port.text().is_some_and(|name| named.contains(&name)));
            let told = numbers.filter_map(|port| self.told("port", port));
            ports.extend(told.filter(|port| port.value.parse::<u16>().is_ok()));
        }
        ports
    }

    /// `command` and `args`, where they say anything.
    fn overrides(&self) -> Vec<Located<&'static str>> {
        let said = ["command", "args"].into_iter().filter_map(|key| {
            let (name, value) = self
                .container
                .entries()
                .iter()
                .find(|(name, _)| name.text() == Some(key))?;
            (!(value.is_null() || value.is_sequence() && value.items().is_empty())).then(|| Located {
                value: key,
                place: self.view.place_of(name.span().start..value.span().end),
            })
        });
        said.collect()
    }

    fn words(&self) -> Option<Located<Vec<String>>> {
        let command = [self.container.get("command"), self.container.get("args")];
        let told: Option<Vec<Vec<String>>> = command.iter().flatten().map(|node| words(node)).collect();
        Some(Located {
            place: self.view.place(command.iter().flatten().next()?),
            value: told?.concat(),
        })
    }

    /// Programs that Kubernetes runs in it after the start and before the end.
    fn hooks(&self) -> impl Iterator<Item = Probe> {
        ["postStart", "preStop"].into_iter().filter_map(|kind| {
            let command = self.container.at(&["lifecycle", kind, "exec", "command"])?;
            Some(Probe {
                kind,
                asks: Asked::Program(words(command)?),
                place: self.view.place(command),
            })
        })
    }

    fn probes(&self) -> Vec<Probe> {
        let probes = PROBES.into_iter().filter_map(|kind| {
            let (asks, node) = match self.container.at(&[kind, "httpGet", "path"]) {
                Some(path) => (Asked::Path(known(path)?), path),
                None => {
                    let command = self.container.at(&[kind, "exec", "command"])?;
                    (Asked::Program(words(command)?), command)
                }
            };
            Some(Probe {
                kind,
                asks,
                place: self.view.place(node),
            })
        });
        probes.chain(self.hooks()).collect()
    }

    /// Folders that volumes are mounted at. One file of a volume lies beside what is there.
    fn folders(&self) -> impl Iterator<Item = &'a Node> {
        let mounts = self.container.get_all("volumeMounts").flat_map(Node::items);
        let whole = mounts.filter(|mount| mount.get("subPath").is_none());
        whole.filter_map(|mount| mount.get("mountPath"))
    }

    fn variables(&self) -> impl Iterator<Item = &'a Node> {
        self.container.get_all("env").flat_map(Node::items)
    }

    fn environment(&self) -> BTreeMap<String, Place> {
        let named = self.variables().filter_map(|variable| {
            let name = variable.get("name")?;
            Some((name.text()?.to_owned(), self.view.place(name)))
        });
        named.collect()
    }

    /// Secrets have names that no file tells, and a name or a whole list may come from what only a run knows.
    fn has_other_env(&self) -> bool {
        let mut sources = self.container.get_all("envFrom").flat_map(Node::items);
        let named = |variable: &Node| variable.get("name").and_then(known).is_some();
        let is_list = |node: &Node| node.is_sequence() || node.is_null();
        sources.any(|source| source.get("configMapRef").is_none())
            || self
                .container
                .get_all("envFrom")
                .chain(self.container.get_all("env"))
                .any(|node| !is_list(node))
            || self.variables().any(|variable| !named(variable))
    }

    fn values(&self) -> Vec<(String, String, Place)> {
        let said = self.variables().filter_map(|variable| {
            let (name, value) = (variable.get("name")?, variable.get("value")?);
            Some((
                name.text()?.to_owned(),
                value.text()?.to_owned(),
                self.view.place(value),
            ))
        });
        said.collect()
    }

    /// ConfigMaps that its environment comes from.
    fn config_maps(&self) -> Vec<String> {
        let sources = self.container.get_all("envFrom").flat_map(Node::items);
        let named = sources.filter_map(|source| Some(source.at(&["configMapRef", "name"])?.text()?.to_owned()));
        named.collect()
    }

    /// Objects that it asks for by a name that its template writes: one that values give is of something that is there already.
    fn asked(&self) -> Vec<Needed> {
        let is_own = |place: &Place| place.position().0 == self.view.source.path();
        let asked = objects::asked(self.pod, self.container).into_iter();
        let needed = asked.filter_map(|(kind, node)| {
            let name = node.text()?.to_owned();
            let place = self.view.line(Some(node));
            (self.view.is_written_here(node) && is_own(&place)).then_some(Needed {
                kind,
                of: None,
                name,
                place,
            })
        });
        needed.collect()
    }
}

impl Reader<'_> {
    /// Keys of ConfigMaps that its environment names one by one.
    fn keys(&self) -> Vec<Needed> {
        let keys = objects::keys(self.container).into_iter();
        let told = keys.filter(|(map, key, _)| !map.contains(UNKNOWN) && !key.contains(UNKNOWN));
        told.map(|(map, key, node)| Needed {
            kind: "Key",
            of: Some(map.to_owned()),
            name: key.to_owned(),
            place: self.view.line(Some(node)),
        })
        .collect()
    }
}

fn port_names(containers: &[Node]) -> Vec<String> {
    let ports = containers.iter().flat_map(|container| container.get_all("ports"));
    let names = ports
        .flat_map(Node::items)
        .filter_map(|port| Some(port.get("name")?.text()?.to_owned()));
    names.collect()
}

/// A text that can be told.
fn known(node: &Node) -> Option<String> {
    let text = node.text()?;
    (!text.contains(UNKNOWN)).then(|| text.to_owned())
}

/// The items of a list, where all of them can be told.
fn words(node: &Node) -> Option<Vec<String>> {
    let words: Option<Vec<String>> = node.items().iter().map(known).collect();
    words.filter(|words| !words.is_empty())
}
