//! What the manifests of one rendering make besides pods, and what pods ask for by name.

use std::collections::{BTreeMap, BTreeSet};

use formats::template::UNKNOWN;
use formats::yaml::Node;

use diagnostics::{Located, Place};

/// Something that a pod needs and the chart does not make, although it makes others of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// As Kubernetes calls it: `ServiceAccount`.
    pub kind: &'static str,
    /// What it is a part of: the ConfigMap of a key.
    pub of: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it is named.
    pub place: Place,
}

/// An address in an environment variable, and what is at its host.
#[derive(Clone, Debug)]
pub struct Told {
    /// The name of the variable.
    pub variable: String,
    /// The first part of the host's name.
    pub host: String,
    /// The port, where one is written.
    pub port: Option<String>,
    /// Ports of the Service with that name. `None` where the chart makes no such Service.
    pub ports: Option<Vec<String>>,
    /// Where the address is written.
    pub place: Place,
}

/// A Service.
#[derive(Clone, Debug)]
pub struct Service {
    name: String,
    /// Where its selector is written.
    place: Place,
    selector: BTreeMap<String, String>,
    /// Whether all of the selector can be told.
    is_told: bool,
    /// The numbers of its ports; none where one cannot be told.
    ports: Vec<String>,
    /// Names or numbers of ports of pods.
    pub targets: Vec<Located<String>>,
}

/// Kinds that pods ask for by name.
pub const KINDS: [&str; 3] = ["ServiceAccount", "ConfigMap", "Secret"];
/// What every namespace has.
const GIVEN: [(&str, &str); 2] = [("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")];
/// What makes Secrets and ConfigMaps in the cluster.
const MAKERS: [&str; 4] = [
    "ExternalSecret",
    "SealedSecret",
    "SecretProviderClass",
    "VaultStaticSecret",
];

/// Everything that one rendering makes.
#[derive(Default)]
pub struct Objects {
    made: BTreeMap<&'static str, BTreeSet<String>>,
    /// What other values make: somebody who turns that off says that it exists.
    by_choice: BTreeMap<&'static str, BTreeSet<String>>,
    services: Vec<Service>,
    /// Kinds of which there may be more than can be told.
    open: BTreeSet<&'static str>,
}

impl Objects {
    /// Notes what a document makes.
    pub fn add(&mut self, kind: &str, name: &str, document: &Node, place: impl Fn(&Node) -> Place) {
        if kind.contains(UNKNOWN) {
            self.open.extend(KINDS);
            self.open.insert("Service");
        }
        if MAKERS.contains(&kind) {
            self.open.insert("Secret");
        }
        if let Some(kind) = KINDS.into_iter().find(|known| *known == kind) {
            self.made.entry(kind).or_default().insert(name.to_owned());
            if name.contains(UNKNOWN) {
                self.open.insert(kind);
            }
        }
        if kind == "Service" {
            if name.contains(UNKNOWN) {
                self.open.insert("Service");
            }
            self.services.push(service(name, document, place));
        }
    }

    /// Whether the chart, which makes others of that kind, surely makes none of that name.
    pub fn lacks(&self, kind: &'static str, name: &str) -> bool {
        let made = self.made.get(kind);
        let is_told = !name.is_empty() && !name.contains(UNKNOWN) && !self.open.contains(kind);
        let by_choice = self.by_choice.get(kind).is_some_and(|made| made.contains(name));
        let is_given = GIVEN.contains(&(kind, name));
        is_told && !is_given && !by_choice && made.is_some_and(|made| !made.contains(name))
    }

    /// Notes what the same chart makes of other values.
    pub fn may_be(&mut self, others: &Self) {
        for (kind, names) in &others.made {
            self.by_choice.entry(kind).or_default().extend(names.iter().cloned());
        }
    }

    /// Adds what the rest of the chart makes.
    pub fn beside(&mut self, rest: &Self) {
        for (kind, names) in &rest.made {
            self.made.entry(kind).or_default().extend(names.iter().cloned());
        }
        for (kind, names) in &rest.by_choice {
            self.by_choice.entry(kind).or_default().extend(names.iter().cloned());
        }
        self.open.extend(&rest.open);
        let own: BTreeSet<String> = self.services.iter().map(|service| service.name.clone()).collect();
        let others = rest.services.iter().filter(|service| !own.contains(&service.name));
        self.services.extend(others.cloned());
    }

    /// Services that lead to pods with these labels.
    pub fn leading_to<'a>(&'a self, labels: &'a BTreeMap<String, String>) -> impl Iterator<Item = &'a Service> {
        let leads = |service: &&Service| {
            let mut selector = service.selector.iter();
            !service.selector.is_empty() && selector.all(|(key, value)| labels.get(key) == Some(value))
        };
        self.services.iter().filter(leads)
    }

    /// The selector of the Service that is called as a workload, where it selects none of these pods.
    pub fn leading_past(&self, workload: &str, pods: &[&BTreeMap<String, String>]) -> Option<Located<String>> {
        let service = self.services.iter().find(|service| service.name == workload)?;
        let selects = |labels: &&&BTreeMap<String, String>| {
            let mut selector = service.selector.iter();
            selector.all(|(key, value)| {
                labels
                    .get(key)
                    .is_some_and(|label| label == value || label.contains(UNKNOWN))
            })
        };
        let is_past = service.is_told && !service.selector.is_empty() && !pods.iter().any(|labels| selects(&labels));
        let said: Vec<String> = service
            .selector
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        is_past.then(|| Located {
            value: said.join(", "),
            place: service.place.clone(),
        })
    }

    /// What an address in a variable leads to. `None` where it is not an address of this cluster, or cannot be told.
    pub fn told(&self, variable: &str, value: &str, place: &Place) -> Option<Told> {
        if value.contains(UNKNOWN) || self.services.is_empty() || self.open.contains("Service") {
            return None;
        }
        let (_, address) = value.split_once("://")?;
        let authority = address.split(['/', '?', ',']).next()?;
        let authority = authority.rsplit('@').next()?;
        let (host, port) = match authority.split_once(':') {
            // A port that is put together from what cannot be followed is empty.
            Some((host, port)) => (host, Some(port.to_owned()).filter(|port| port.parse::<u16>().is_ok())),
            None => (authority, None),
        };
        let (first, domain) = host.split_once('.').unwrap_or((host, ""));
        let is_cluster = domain.is_empty() || domain.ends_with(".svc") || domain.contains(".svc.");
        if first.is_empty() || first == "localhost" || !is_cluster {
            return None;
        }
        // Overlays may give one Service twice.
        let mut same = self.services.iter().filter(|service| service.name == first).peekable();
        let is_made = same.peek().is_some();
        let ports: Vec<String> = same.flat_map(|service| service.ports.clone()).collect();
        Some(Told {
            variable: variable.to_owned(),
            host: first.to_owned(),
            port,
            ports: is_made.then_some(ports),
            place: place.clone(),
        })
    }
}

fn service(name: &str, document: &Node, place: impl Fn(&Node) -> Place) -> Service {
    let ports = document.at(&["spec", "ports"]).map(Node::items).unwrap_or_default();
    let text = |node: &Node| Some(node.text()?.to_owned()).filter(|text| !text.contains(UNKNOWN));
    // One that is not told could be any, and a value that is missing leaves an empty text.
    let known: Option<Vec<String>> = ports
        .iter()
        .map(|port| text(port.get("port")?).filter(|port| port.parse::<u16>().is_ok()))
        .collect();
    let target = |port: &Node| {
        let node = port.get("targetPort")?;
        Some(Located {
            value: text(node)?,
            place: place(node),
        })
    };
    let selector = document.at(&["spec", "selector"]);
    let selected = selector.map(labels).unwrap_or_default();
    Service {
        name: name.to_owned(),
        place: place(selector.unwrap_or(document)),
        is_told: !selected
            .iter()
            .any(|(key, value)| key.contains(UNKNOWN) || value.contains(UNKNOWN)),
        selector: selected,
        ports: known.unwrap_or_default(),
        targets: ports.iter().filter_map(target).collect(),
    }
}

/// Keys of ConfigMaps that a container takes variables from, but for those that may be absent: the name, the key and its node.
pub fn keys<'a>(container: &'a Node) -> Vec<(&'a str, &'a str, &'a Node)> {
    let variables = container.get_all("env").flat_map(Node::items);
    let found = variables.filter_map(|variable| {
        let source = variable.at(&["valueFrom", "configMapKeyRef"])?;
        let may_be_absent = source.get("optional").and_then(Node::text) == Some("true");
        let key = source.get("key")?;
        Some((source.get("name")?.text()?, key.text()?, key)).filter(|_| !may_be_absent)
    });
    found.collect()
}

/// What a container mounts of volumes that its pod does not have. `claims` are volumes that the workload makes for each pod.
pub fn unmounted<'a>(pod: &Node, claims: &[Node], container: &'a Node) -> Vec<&'a Node> {
    let named = |node: &Node| Some(node.get("name")?.text()?.to_owned()).filter(|name| !name.contains(UNKNOWN));
    let volumes = pod.get_all("volumes").flat_map(Node::items).map(named);
    let claims = claims.iter().map(|claim| named(claim.get("metadata")?));
    let Some(known): Option<BTreeSet<String>> = volumes.chain(claims).collect() else {
        return Vec::new();
    };
    let mounts = container.get_all("volumeMounts").flat_map(Node::items);
    let names = mounts.filter_map(|mount| mount.get("name"));
    let is_unknown = |name: &&Node| {
        name.text()
            .is_some_and(|text| !text.contains(UNKNOWN) && !known.contains(text))
    };
    names.filter(is_unknown).collect()
}

/// Labels whose values can be told.
pub fn labels(node: &Node) -> BTreeMap<String, String> {
    let entries = node.entries().iter();
    entries
        .filter_map(|(key, value)| Some((key.text()?.to_owned(), value.text()?.to_owned())))
        .collect()
}

/// The objects that a pod and one of its containers ask for by name, but for those that may be absent.
pub fn asked<'a>(pod: &'a Node, container: &'a Node) -> Vec<(&'static str, &'a Node)> {
    let mut asked = Vec::new();
    let may_be_absent = |node: &Node| node.get("optional").and_then(Node::text) == Some("true");
    let mut add = |kind: &'static str, holder: Option<&'a Node>, key: &str| {
        let holder = holder.filter(|holder| !may_be_absent(holder));
        asked.extend(holder.and_then(|holder| holder.get(key)).map(|name| (kind, name)));
    };
    add("ServiceAccount", Some(pod), "serviceAccountName");
    for source in container.get_all("envFrom").flat_map(Node::items) {
        add("ConfigMap", source.get("configMapRef"), "name");
        add("Secret", source.get("secretRef"), "name");
    }
    for variable in container.get_all("env").flat_map(Node::items) {
        add("ConfigMap", variable.at(&["valueFrom", "configMapKeyRef"]), "name");
        add("Secret", variable.at(&["valueFrom", "secretKeyRef"]), "name");
    }
    for volume in pod.get_all("volumes").flat_map(Node::items) {
        add("ConfigMap", volume.get("configMap"), "name");
        add("Secret", volume.get("secret"), "secretName");
    }
    asked
}
