//! The containers of manifests.

use std::{collections::BTreeMap, ops::Range};

use formats::template::{Places, Rendered, UNKNOWN};

use super::{
    first_line,
    objects::{self, Needed, Objects, Told},
};
use diagnostics::{Located, Place, Problem, Source};
use evidence::development;
use formats::yaml::{self, Duplicates, Node};

/// What makes pods that run on; jobs may well start an image with another command.
const KINDS: [&str; 5] = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"];

/// A container of something that runs on.
#[derive(Clone, Debug)]
pub struct Container {
    /// Its name in the pod.
    pub name: String,
    /// As in `Deployment web`.
    pub workload: String,
    /// The only container of its pod.
    pub is_alone: bool,
    /// Where the template writes it.
    pub place: Place,
    /// The reference of its image.
    pub image: Option<Located<String>>,
    /// Where each byte of the image comes from: it may be put together from several values.
    origins: Vec<Place>,
    /// Numbers that containers and their pods name; the container's comes before the pod's.
    pub user: Option<Located<String>>,
    /// Ports that it declares, and that its probes ask.
    pub ports: Vec<Located<String>>,
    /// `workingDir`, where it can be told.
    pub workdir: Option<Located<String>>,
    /// Folders that volumes are mounted at, where they can be told.
    pub mounts: Vec<Located<String>>,
    /// `command` and `args`.
    pub overrides: Vec<Located<&'static str>>,
    /// The words of `command` and `args`, where all of them can be told.
    pub words: Option<Located<Vec<String>>>,
    /// How Kubernetes asks whether it works.
    pub probes: Vec<Probe>,
    /// Environment variables whose names can be told.
    pub env: BTreeMap<String, Place>,
    /// Names of its ports, and of those of the other containers of its pod.
    pub port_names: Vec<String>,
    /// Objects that it needs and the chart does not make.
    pub absent: Vec<Needed>,
    /// Addresses in its environment.
    pub told: Vec<Told>,
    /// Names of ports that Services lead to, and that no container of the pod has.
    pub dangling: Vec<Located<String>>,
    /// Judged keys whose values cannot be told.
    pub untold: Vec<Located<&'static str>>,
}

/// A probe of a container.
#[derive(Clone, Debug)]
pub struct Probe {
    /// As in `livenessProbe`.
    pub kind: &'static str,
    /// What it asks.
    pub asks: Asked,
    /// Where that is written.
    pub place: Place,
}

/// What a probe asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A path of the service.
    Path(String),
    /// A program in the container, with its arguments.
    Program(Vec<String>),
}

/// The probes of a container.
const PROBES: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];

impl Container {
    /// Which of these services it runs: by the name of its image, by its own, or by that of what makes the pod.
    pub fn service<'a>(&self, services: &[&'a str]) -> Option<&'a str> {
        let image = self.image_name().rsplit('/').next().unwrap_or_default();
        let named = |name: &str| services.iter().find(|service| **service == name).copied();
        if let Some(service) = named(image).or_else(|| named(&self.name)) {
            return Some(service);
        }
        let workload = self.workload.split(' ').nth(1).unwrap_or_default();
        let is_last = |service: &&&str| {
            workload
                .strip_suffix(**service)
                .is_some_and(|before| before.is_empty() || before.ends_with('-'))
        };
        let found = services.iter().filter(is_last).max_by_key(|service| service.len());
        found.filter(|_| self.is_alone).copied()
    }

    /// Which of these services has its image, be it the one for development.
    pub fn image_of<'a>(&self, services: &[&'a str]) -> Option<&'a str> {
        let image = self.image_name().rsplit('/').next().unwrap_or_default();
        let is_of = |service: &&&str| {
            image
                .strip_prefix(**service)
                .is_some_and(|rest| rest.is_empty() || rest.strip_prefix(['-', '_']).is_some_and(development::is_named))
        };
        services
            .iter()
            .filter(is_of)
            .max_by_key(|service| service.len())
            .copied()
    }

    /// A problem with the image from some byte on: where that comes from, and where it is used.
    pub fn image_problem(&self, message: String, at: usize) -> Problem {
        let problem = Problem::error(message);
        let used = self.image.as_ref().map_or(&self.place, |image| &image.place);
        match self.origins.get(at.min(self.origins.len().saturating_sub(1))) {
            Some(origin) if is_elsewhere(origin, used) => {
                problem.at(origin.clone()).at(used.clone().label("used here"))
            }
            _ => problem.at(used.clone()),
        }
    }

    /// The key of the values that the image starts with, as `helm --set` names it.
    pub fn image_key(&self) -> Option<String> {
        let Place::Text { source, span, .. } = self.origins.first()? else {
            return None;
        };
        if source.path().contains("/templates/") {
            return None;
        }
        let key = |line: &str| {
            let (key, _) = line.trim_start().split_once(':')?;
            let is_plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
            is_plain.then(|| key.to_owned())
        };
        let indent = |line: &str| line.len() - line.trim_start().len();
        let before = source.text().get(..span.end)?;
        let mut lines = before.lines().rev();
        let first = lines.next()?;
        let (mut keys, mut depth) = (vec![key(first)?], indent(first));
        for line in lines.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
            if indent(line) < depth {
                depth = indent(line);
                keys.push(key(line)?);
            }
            if depth == 0 {
                break;
            }
        }
        keys.reverse();
        Some(keys.join("."))
    }

    /// The image without tag and digest.
    pub fn image_name(&self) -> &str {
        let image = self.image.as_ref().map_or("", |image| image.value.as_str());
        let image = image.split('@').next().unwrap_or_default();
        // A colon before the last slash belongs to the port of a registry.
        let last = image.rfind('/').map_or(0, |slash| slash + 1);
        image[last..].find(':').map_or(image, |colon| &image[..last + colon])
    }
}

/// What the files of one rendering hold.
#[derive(Default)]
pub struct Manifests {
    found: Vec<Found>,
    /// Keys of every ConfigMap with their values, by its name.
    settings: BTreeMap<String, Vec<(String, String, Place)>>,
    objects: Objects,
    /// Whether these manifests are all that make something in their part of the cluster.
    pub is_whole: bool,
}

struct Found {
    /// It ends before the others of its pod start, or is of a job.
    is_aside: bool,
    container: Container,
    /// ConfigMaps that its environment comes from.
    from: Vec<String>,
    /// Values of its environment.
    values: Vec<(String, String, Place)>,
    /// Objects that it asks for where its template names them.
    asked: Vec<Needed>,
    labels: BTreeMap<String, String>,
}

impl Manifests {
    pub fn read(&mut self, rendered: &Rendered, source: &Source, problems: &mut Vec<Problem>) {
        let plain = without_unknown_lines(&rendered.text.plain());
        let view = View {
            text: Places::of(&rendered.text),
            source,
        };
        let shown = Source::new(source.path(), plain.clone());
        let mut found = Vec::new();
        let documents = yaml::read_text(&shown, &plain, Duplicates::Branches, &mut found);
        for problem in found {
            let problem = placed(problem, &view);
            // What is not known may well be what is missing.
            let is_relevant = rendered.is_known || plain.contains("containers:");
            let problem = Problem {
                level: if rendered.is_known {
                    problem.level
                } else {
                    diagnostics::Level::Warning
                },
                ..problem
            };
            if is_relevant && !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        for document in &documents {
            self.document(&view, document);
        }
    }

    fn document(&mut self, view: &View<'_>, document: &Node) {
        let text = |path: &[&str]| document.at(path).and_then(Node::text).unwrap_or_default().to_owned();
        let kind = text(&["kind"]);
        let name = text(&["metadata", "name"]);
        if kind == "List" {
            for item in document.get("items").map(Node::items).unwrap_or_default() {
                self.document(view, item);
            }
        }
        if kind == "ConfigMap" {
            let data = document.get("data").map(Node::entries).unwrap_or_default();
            let keys = data.iter().filter_map(|(key, value)| {
                let text = value.text().unwrap_or_default().to_owned();
                Some((key.text()?.to_owned(), text, view.place(key)))
            });
            self.settings.entry(name.clone()).or_default().extend(keys);
        }
        self.objects.add(&kind, &name, document, |node| view.place(node));
        let runs_on = KINDS.contains(&kind.as_str());
        let pod = match kind.as_str() {
            "CronJob" => document.at(&["spec", "jobTemplate", "spec", "template", "spec"]),
            "Job" => document.at(&["spec", "template", "spec"]),
            _ if runs_on => document.at(&["spec", "template", "spec"]),
            _ => None,
        };
        let Some(pod) = pod else { return };
        let name = name.replace(UNKNOWN, "…");
        for container in pod.get_all("containers").flat_map(Node::items) {
            let mut found = view.container(format!("{kind} {name}"), pod, container);
            let labels = document.at(&["spec", "template", "metadata", "labels"]);
            found.labels = labels.map(objects::labels).unwrap_or_default();
            found.is_aside = !runs_on;
            self.found.push(found);
        }
        for container in pod.get_all("initContainers").flat_map(Node::items) {
            let said = container.get("name").and_then(Node::text).unwrap_or_default();
            let workload = format!("the init container `{said}` of {kind} {name}");
            let mut found = view.container(workload, pod, container);
            found.is_aside = true;
            self.found.push(found);
        }
    }

    /// The containers that run on, and those that do not: of jobs, and before others start.
    pub fn containers(self) -> (Vec<Container>, Vec<Container>) {
        let Self {
            found,
            settings,
            objects,
            is_whole,
        } = self;
        let mut asides = Vec::new();
        let mut containers = Vec::new();
        for found in found {
            let mut container = found.container;
            let mut values = found.values;
            for (name, value, place) in found.from.iter().filter_map(|name| settings.get(name)).flatten() {
                container.env.entry(name.clone()).or_insert_with(|| place.clone());
                values.push((name.clone(), value.clone(), place.clone()));
            }
            if is_whole {
                let lacks = |asked: &Needed| objects.lacks(asked.kind, &asked.name);
                container.absent = found.asked.into_iter().filter(lacks).collect();
                // A text that a template put together and read again lies in no file.
                let told = values.iter().filter_map(|(name, value, place)| {
                    let is_in_file = !place.position().0.is_empty();
                    objects.told(name, value, if is_in_file { place } else { &container.place })
                });
                container.told = told.collect();
            }
            if found.is_aside {
                asides.push(container);
                continue;
            }
            for target in objects.leading_to(&found.labels).flat_map(|service| &service.targets) {
                let is_number = target.value.parse::<u16>().is_ok();
                if is_number && container.is_alone {
                    container.ports.push(target.clone());
                } else if !is_number && !container.port_names.contains(&target.value) {
                    container.dangling.push(target.clone());
                }
            }
            containers.push(container);
        }
        (containers, asides)
    }
}

/// A rendered file, by the places of the files that it comes from.
struct View<'a> {
    text: Places<'a>,
    source: &'a Source,
}

impl View<'_> {
    fn place(&self, node: &Node) -> Place {
        self.place_of(node.span())
    }

    fn place_of(&self, range: Range<usize>) -> Place {
        self.text.place(range).unwrap_or_else(|| first_line(self.source))
    }

    /// The line of the template that says something, whatever values that comes from.
    fn line(&self, node: Option<&Node>) -> Place {
        let Some(node) = node else {
            return first_line(self.source);
        };
        let mut starts = node.span().filter_map(|at| match self.text.place(at..at + 1)? {
            Place::Text { source, span, .. } if source.path() == self.source.path() => Some(span.start),
            Place::Text { .. } | Place::File(_) => None,
        });
        let Some(start) = starts.next() else {
            return self.place(node);
        };
        let text = self.source.text();
        let start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let indent = line.len() - line.trim_start().len();
        self.source.place(start + indent..start + line.trim_end().len())
    }

    /// Whether some of a value is written in a template, and not all of it in values.
    fn is_written_here(&self, node: &Node) -> bool {
        let text = node.text().unwrap_or_default();
        let mut origins = self.origins(node, text).into_iter();
        origins.any(|place| !place.position().0.ends_with(".yaml") || place.position().0.contains("/templates/"))
    }

    fn origins(&self, node: &Node, value: &str) -> Vec<Place> {
        let range = node.span();
        let quote = (range.end - range.start).saturating_sub(value.len()) / 2;
        let start = range.start + quote;
        let places = self.text.origins(start..start + value.len());
        places
            .into_iter()
            .map(|place| place.unwrap_or_else(|| first_line(self.source)))
            .collect()
    }

    fn container(&self, workload: String, pod: &Node, container: &Node) -> Found {
        let mut untold = Vec::new();
        let mut told = |key: &'static str, node: &Node| -> Option<Located<String>> {
            let text = node.text()?;
            let located = Located {
                value: text.to_owned(),
                place: self.place(node),
            };
            let is_told = match key {
                "image" => !text.split(':').next().unwrap_or_default().contains(UNKNOWN),
                _ => !text.contains(UNKNOWN),
            };
            if !is_told {
                untold.push(Located {
                    value: key,
                    place: located.place.clone(),
                });
            }
            (is_told && !text.is_empty()).then_some(located)
        };
        let image = container.get("image").and_then(|node| told("image", node));
        let origins = container
            .get("image")
            .zip(image.as_ref())
            .map(|(node, image)| self.origins(node, &image.value));
        let image = image.map(|image| Located {
            place: self.line(container.get("image")),
            ..image
        });
        let user = [container, pod].iter().find_map(|node| {
            let user = node
                .at(&["securityContext", "runAsUser"])
                .filter(|user| !user.is_null())?;
            told("runAsUser", user)
        });
        let mut ports = Vec::new();
        let mut named = Vec::new();
        for port in container.get("ports").map(Node::items).unwrap_or_default() {
            let number = port.get("containerPort").and_then(|node| told("containerPort", node));
            named.extend(port.get("name").and_then(Node::text));
            ports.extend(number);
        }
        for probe in PROBES {
            let handlers = ["httpGet", "tcpSocket", "grpc"]
                .iter()
                .filter_map(|kind| container.at(&[probe, kind, "port"]));
            let numbers = handlers.filter(|port| !port.text().is_some_and(|name| named.contains(&name)));
            ports.extend(
                numbers
                    .filter_map(|port| told("port", port))
                    .filter(|port| port.value.parse::<u16>().is_ok()),
            );
        }
        let overrides = ["command", "args"].into_iter().filter_map(|key| {
            let (name, value) = container.entries().iter().find(|(name, _)| name.text() == Some(key))?;
            (!(value.is_null() || value.is_sequence() && value.items().is_empty())).then(|| Located {
                value: key,
                place: self.place_of(name.span().start..value.span().end),
            })
        });
        let path = |node: &Node| {
            let text = node.text().filter(|text| !text.is_empty() && !text.contains(UNKNOWN))?;
            Some(Located {
                value: text.to_owned(),
                place: self.place(node),
            })
        };
        // One file of a volume lies beside what is there.
        let folders = container
            .get_all("volumeMounts")
            .flat_map(Node::items)
            .filter(|mount| mount.get("subPath").is_none())
            .filter_map(|mount| mount.get("mountPath"));
        let env = container.get_all("env").flat_map(Node::items).filter_map(|variable| {
            let name = variable.get("name")?;
            Some((name.text()?.to_owned(), self.place(name)))
        });
        let from = container
            .get_all("envFrom")
            .flat_map(Node::items)
            .filter_map(|source| Some(source.at(&["configMapRef", "name"])?.text()?.to_owned()));
        let values = container.get_all("env").flat_map(Node::items).filter_map(|variable| {
            let (name, value) = (variable.get("name")?, variable.get("value")?);
            Some((name.text()?.to_owned(), value.text()?.to_owned(), self.place(value)))
        });
        let all = pod.get("containers").map(Node::items).unwrap_or_default();
        let port_names = all
            .iter()
            .flat_map(|container| container.get_all("ports"))
            .flat_map(Node::items);
        let port_names = port_names.filter_map(|port| Some(port.get("name")?.text()?.to_owned()));
        // A name that values give is one of something that is there already.
        let is_own = |place: &Place| place.position().0 == self.source.path();
        let asked = objects::asked(pod, container).into_iter().filter_map(|(kind, node)| {
            let name = node.text()?.to_owned();
            let place = self.line(Some(node));
            (self.is_written_here(node) && is_own(&place)).then_some(Needed { kind, name, place })
        });
        let probes = PROBES.into_iter().filter_map(|kind| {
            let path = container.at(&[kind, "httpGet", "path"]);
            let (asks, node) = match path {
                Some(path) => (Asked::Path(known(path)?), path),
                None => {
                    let command = container.at(&[kind, "exec", "command"])?;
                    (Asked::Program(words(command)?), command)
                }
            };
            Some(Probe {
                kind,
                asks,
                place: self.place(node),
            })
        });
        let command = [container.get("command"), container.get("args")];
        let told: Option<Vec<Vec<String>>> = command.iter().flatten().map(|node| words(node)).collect();
        let said = command.iter().flatten().next();
        let spoken = said.zip(told).map(|(node, words)| Located {
            value: words.concat(),
            place: self.place(node),
        });
        Found {
            is_aside: false,
            from: from.collect(),
            values: values.collect(),
            asked: asked.collect(),
            labels: BTreeMap::new(),
            container: Container {
                port_names: port_names.collect(),
                absent: Vec::new(),
                told: Vec::new(),
                dangling: Vec::new(),
                name: container
                    .get("name")
                    .and_then(Node::text)
                    .unwrap_or_default()
                    .to_owned(),
                workload,
                is_alone: pod
                    .get("containers")
                    .is_some_and(|containers| containers.items().len() == 1),
                place: self.place(container.get("name").unwrap_or(container)),
                image,
                origins: origins.unwrap_or_default(),
                user,
                ports,
                workdir: container.get("workingDir").and_then(path),
                mounts: folders.filter_map(path).collect(),
                overrides: overrides.collect(),
                words: spoken,
                probes: probes.collect(),
                env: env.collect(),
                untold,
            },
        }
    }
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

/// Lines that hold nothing but what is not known are blanked: they may be keys, or members of a list.
fn without_unknown_lines(text: &str) -> String {
    let is_unknown = |line: &str| line.contains(UNKNOWN) && line.chars().all(|c| c == UNKNOWN || c.is_whitespace());
    let blank = |line: &str| {
        if is_unknown(line) {
            line.chars()
                .map(|c| if c == UNKNOWN { "   ".to_owned() } else { c.to_string() })
                .collect()
        } else {
            line.to_owned()
        }
    };
    text.split_inclusive('\n').map(blank).collect()
}

/// A problem in a rendered text, by the places of the files that it comes from.
fn placed(problem: Problem, view: &View<'_>) -> Problem {
    let places = problem.places.into_iter().map(|place| match place {
        Place::Text { span, .. } => view.place_of(span),
        Place::File(path) => Place::File(path),
    });
    Problem {
        places: places.collect(),
        ..problem
    }
}

fn is_elsewhere(one: &Place, other: &Place) -> bool {
    match (one, other) {
        (Place::Text { source: a, .. }, Place::Text { source: b, .. }) => a.path() != b.path(),
        (Place::Text { .. } | Place::File(_), _) => false,
    }
}
