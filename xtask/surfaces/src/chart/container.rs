//! The containers of manifests.

use std::{collections::BTreeMap, ops::Range};

use super::objects::{Needed, Told};
use diagnostics::{Located, Place, Problem, Source};
use evidence::development;
use formats::yaml;

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
    /// The values under which it is so, where these are not the defaults: then it holds only what is different from those.
    pub under: Option<String>,
    /// The image, where it is the one of the defaults.
    pub(super) usual_image: Option<String>,
    /// Where each byte of the image comes from: it may be put together from several values.
    pub(super) origins: Vec<Place>,
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
    /// Whether its environment may have variables whose names are told elsewhere.
    pub has_other_env: bool,
    /// Absolute paths that its environment tells it.
    pub paths: Vec<String>,
    /// Names of its ports, and of those of the other containers of its pod.
    pub port_names: Vec<String>,
    /// Objects that it needs and the chart does not make.
    pub absent: Vec<Needed>,
    /// Addresses in its environment.
    pub told: Vec<Told>,
    /// Names of ports that Services lead to, and that no container of the pod has.
    pub dangling: Vec<Located<String>>,
    /// The selector of the Service with its name, where that selects no pod.
    pub unselected: Option<Located<String>>,
    /// The number of the group that it, or its pod, runs as.
    pub group: Option<Located<String>>,
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
        if first.contains('{') {
            return key_of(source, span);
        }
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
        let image = self.image.as_ref().map(|image| image.value.as_str());
        let image = image.or(self.usual_image.as_deref()).unwrap_or_default();
        let image = image.split('@').next().unwrap_or_default();
        // A colon before the last slash belongs to the port of a registry.
        let last = image.rfind('/').map_or(0, |slash| slash + 1);
        image[last..].find(':').map_or(image, |colon| &image[..last + colon])
    }
}

fn is_elsewhere(one: &Place, other: &Place) -> bool {
    match (one, other) {
        (Place::Text { source: a, .. }, Place::Text { source: b, .. }) => a.path() != b.path(),
        (Place::Text { .. } | Place::File(_), _) => false,
    }
}

/// The key of a value within braces, where lines tell nothing.
fn key_of(source: &Source, span: &Range<usize>) -> Option<String> {
    let document = yaml::read(source, &mut Vec::new()).into_iter().next()?;
    let (mut node, mut keys) = (&document, Vec::new());
    while let Some((key, value)) = node.entries().iter().find(|(_, value)| {
        let around = value.span();
        around.start <= span.start && span.end <= around.end
    }) {
        keys.push(key.as_str()?.to_owned());
        node = value;
    }
    (!keys.is_empty()).then(|| keys.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_within_braces_are_found() {
        let source = Source::new(
            "values.yaml",
            "{image: {registry: r.example, tag: \"1\"}, replicas: 1}\n",
        );
        let at = source.text().find("r.example").unwrap();
        assert_eq!(key_of(&source, &(at..at + 9)).as_deref(), Some("image.registry"));
        assert_eq!(key_of(&Source::new("values.yaml", "- {}\n"), &(0..1)), None);
        assert_eq!(key_of(&Source::new("values.yaml", "{"), &(0..1)), None);
    }
}
