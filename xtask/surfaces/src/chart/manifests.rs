//! The manifests of one rendering, with what they know of each other.

use std::collections::BTreeMap;

use formats::template::{Places, Rendered, UNKNOWN};

use super::{
    container::Container,
    objects::{self, Needed, Objects},
    pod::Reader,
    view::View,
};
use diagnostics::{Place, Problem, Source};
use formats::yaml::{self, Duplicates, Node};

/// What makes pods that run on; jobs may well start an image with another command.
const KINDS: [&str; 5] = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"];

/// What the files of one rendering hold.
#[derive(Default)]
pub struct Manifests {
    found: Vec<Found>,
    /// Keys of every ConfigMap with their values, by its name.
    settings: BTreeMap<String, Vec<(String, String, Place)>>,
    objects: Objects,
    /// Whether these manifests are all that make something in their part of the cluster.
    pub is_whole: bool,
    /// Whether Services that they make are all that addresses may lead to.
    pub leads: bool,
}

/// A container with what the other manifests have to say about it.
pub struct Found {
    /// It ends before the others of its pod start, or is of a job.
    pub is_aside: bool,
    pub container: Container,
    /// ConfigMaps that its environment comes from.
    pub from: Vec<String>,
    /// Values of its environment.
    pub values: Vec<(String, String, Place)>,
    /// Objects that it asks for where its template names them.
    pub asked: Vec<Needed>,
    /// Keys of ConfigMaps that it takes.
    pub keys: Vec<Needed>,
    pub labels: BTreeMap<String, String>,
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
        let claims = document
            .at(&["spec", "volumeClaimTemplates"])
            .map(Node::items)
            .unwrap_or_default();
        let name = name.replace(UNKNOWN, "…");
        for container in pod.get_all("containers").flat_map(Node::items) {
            let mut found = Reader::new(view, pod, container).read(format!("{kind} {name}"));
            let labels = document.at(&["spec", "template", "metadata", "labels"]);
            found.labels = labels.map(objects::labels).unwrap_or_default();
            found.is_aside = !runs_on;
            let unmounted = objects::unmounted(pod, claims, container).into_iter();
            let unmounted = unmounted.map(|name| Needed {
                kind: "Volume",
                of: None,
                name: name.text().unwrap_or_default().to_owned(),
                place: view.place(name),
            });
            found.container.absent.extend(unmounted);
            self.found.push(found);
        }
        for container in pod.get_all("initContainers").flat_map(Node::items) {
            let said = container.get("name").and_then(Node::text).unwrap_or_default();
            let workload = format!("the init container `{said}` of {kind} {name}");
            let mut found = Reader::new(view, pod, container).read(workload);
            found.is_aside = true;
            self.found.push(found);
        }
    }

    /// Notes what the same chart makes of other values.
    pub fn may_make(&mut self, others: &Self) {
        self.objects.may_be(&others.objects);
    }

    /// Adds what the rest of the chart makes, but for its pods.
    pub fn beside(&mut self, rest: &Self) {
        self.objects.beside(&rest.objects);
        self.is_whole = rest.is_whole;
        for (name, keys) in &rest.settings {
            self.settings.entry(name.clone()).or_insert_with(|| keys.clone());
        }
    }

    /// The containers that run on, and those that do not: of jobs, and before others start.
    pub fn containers(self) -> (Vec<Container>, Vec<Container>) {
        let Self {
            found,
            settings,
            objects,
            is_whole,
            leads,
        } = self;
        let mut asides = Vec::new();
        let mut containers = Vec::new();
        let pods: Vec<BTreeMap<String, String>> = found.iter().map(|found| found.labels.clone()).collect();
        let pods: Vec<&BTreeMap<String, String>> = pods.iter().collect();
        for found in found {
            let mut container = found.container;
            let mut values = found.values;
            container.has_other_env |= found.from.iter().any(|name| !settings.contains_key(name));
            for (name, value, place) in found.from.iter().filter_map(|name| settings.get(name)).flatten() {
                container.env.entry(name.clone()).or_insert_with(|| place.clone());
                values.push((name.clone(), value.clone(), place.clone()));
            }
            let paths = values
                .iter()
                .map(|(_, value, _)| value)
                .filter(|value| value.starts_with('/'));
            container.paths = paths.cloned().collect();
            if is_whole {
                let lacks = |asked: &Needed| objects.lacks(asked.kind, &asked.name);
                container.absent.extend(found.asked.into_iter().filter(lacks));
            }
            let lacks = |key: &Needed| {
                let known = key.of.as_ref().and_then(|map| settings.get(map));
                known.is_some_and(|known| {
                    let is_told = known.iter().all(|(name, _, _)| !name.contains(UNKNOWN));
                    is_told && !known.is_empty() && known.iter().all(|(name, _, _)| *name != key.name)
                })
            };
            container.absent.extend(found.keys.into_iter().filter(lacks));
            if is_whole || leads {
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
            if is_whole || leads {
                let workload = container.workload.split(' ').nth(1).unwrap_or_default();
                container.unselected = objects.leading_past(workload, &pods);
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
