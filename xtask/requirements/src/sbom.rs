//! A bill of materials in CycloneDX 1.6: a pure function of what locks and manifests say.

mod npm;

use std::collections::BTreeMap;

use formats::PackageName;
use python::marker::Environment;
use serde_json::{Map, Value, json};

use super::{Pin, PinSource};

pub use npm::components as of_npm;

/// A package, and what a bill of materials says of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// The name as its ecosystem writes it.
    pub name: String,
    /// The version.
    pub version: String,
    /// What kind of component it is.
    pub kind: Kind,
    /// Its license, where something says it.
    pub license: Option<License>,
    /// `sha256:…` in hex, of every archive that may be installed.
    pub hashes: Vec<String>,
    /// Where it comes from, if that is not the default index: a qualifier of its package URL.
    pub origin: Option<(&'static str, String)>,
}

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What the image is of.
    Service,
    /// A Python distribution.
    Python,
    /// A package of npm.
    Npm,
}

/// What a package declares, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum License {
    /// SPDX (PEP 639).
    Expression(String),
    /// Anything else, such as a trove classifier.
    Name(String),
}

impl Component {
    /// A third-party package of a lock.
    pub fn of_pin(pin: &Pin, license: Option<License>) -> Self {
        let origin = match &pin.source {
            PinSource::Default => None,
            PinSource::Index { url } => Some(("repository_url", url.clone())),
            PinSource::Git { url, commit, .. } => Some(("vcs_url", format!("git+{url}@{commit}"))),
            PinSource::Url { url, .. } => Some(("download_url", url.clone())),
            PinSource::File { path } => Some(("file_name", path.clone())),
        };
        Self {
            name: pin.name.to_string(),
            version: pin.version.clone(),
            kind: Kind::Python,
            license,
            hashes: pin.hashes.to_vec(),
            origin,
        }
    }

    /// Its package URL, which names it in the document too.
    pub fn purl(&self) -> String {
        let kind = match self.kind {
            Kind::Service => "generic",
            Kind::Python => "pypi",
            Kind::Npm => "npm",
        };
        let name = self.name.split('/').map(encoded).collect::<Vec<_>>().join("/");
        let mut purl = format!("pkg:{kind}/{name}@{}", encoded(&self.version));
        if let Some((qualifier, value)) = &self.origin {
            purl.push_str(&format!("?{qualifier}={}", encoded(value)));
        }
        purl
    }

    fn document(&self) -> Value {
        let purl = self.purl();
        let kind = if self.kind == Kind::Service {
            "application"
        } else {
            "library"
        };
        let mut found = Map::new();
        found.insert("type".into(), json!(kind));
        found.insert("bom-ref".into(), json!(purl));
        found.insert("name".into(), json!(self.name));
        found.insert("version".into(), json!(self.version));
        if !self.hashes.is_empty() {
            let hashes: Vec<Value> = self.hashes.iter().filter_map(|hash| digest(hash)).collect();
            found.insert("hashes".into(), json!(hashes));
        }
        let license = self.license.as_ref().map(|license| match license {
            License::Expression(text) => json!([{ "expression": text, "acknowledgement": "declared" }]),
            License::Name(text) => json!([{ "license": { "name": text, "acknowledgement": "declared" } }]),
        });
        if let Some(license) = license {
            found.insert("licenses".into(), license);
        }
        found.insert("purl".into(), json!(purl));
        Value::Object(found)
    }
}

/// The pins that an image for one of these machines installs.
pub fn installed<'a>(pins: &'a [Pin], python: &str, machines: &[&str]) -> Vec<&'a Pin> {
    let environments: Vec<Environment> = machines
        .iter()
        .map(|machine| Environment::linux(python, machine))
        .collect();
    let is_installed = |pin: &&Pin| environments.iter().any(|environment| pin.marker.evaluate(environment));
    pins.iter().filter(is_installed).collect()
}

/// The document. `needs` lists direct dependencies by name; what a third-party package asks for is left out.
pub fn document(
    service: &Component,
    components: &[Component],
    needs: &BTreeMap<PackageName, Vec<PackageName>>,
) -> Value {
    let mut components = components.to_vec();
    components.sort();
    components.dedup();
    let known = || components.iter().chain([service]);
    let purls = |name: &PackageName| {
        let found = known().filter(move |component| component.name == name.as_str());
        found.map(Component::purl).collect::<Vec<_>>()
    };
    let dependencies = needs.iter().flat_map(|(name, needed)| {
        let mut needed: Vec<String> = needed.iter().flat_map(purls).collect();
        needed.sort();
        needed.dedup();
        purls(name)
            .into_iter()
            .map(move |purl| json!({ "ref": purl, "dependsOn": needed.clone() }))
    });
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{ "phase": "pre-build" }],
            "tools": { "components": [{ "type": "application", "name": "cargo xtask sbom" }] },
            "component": service.document(),
        },
        "components": components.iter().map(Component::document).collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    })
}

/// `sha256:…` as CycloneDX writes it.
fn digest(text: &str) -> Option<Value> {
    let (algorithm, content) = text.split_once(':')?;
    let algorithm = match algorithm {
        "sha256" => "SHA-256",
        "sha384" => "SHA-384",
        "sha512" => "SHA-512",
        _ => return None,
    };
    Some(json!({ "alg": algorithm, "content": content }))
}

/// As a part of a package URL.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(name: &str, version: &str, kind: Kind) -> Component {
        Component {
            name: name.into(),
            version: version.into(),
            kind,
            license: None,
            hashes: Vec::new(),
            origin: None,
        }
    }

    #[test]
    fn package_urls_are_escaped() {
        assert_eq!(component("a", "1.0+cpu", Kind::Python).purl(), "pkg:pypi/a@1.0%2Bcpu");
        assert_eq!(component("@x/y", "1", Kind::Npm).purl(), "pkg:npm/%40x/y@1");
        let origin = Some(("vcs_url", "git+https://example.org/a@12".to_owned()));
        let forked = Component {
            origin,
            ..component("a", "1", Kind::Python)
        };
        assert_eq!(
            forked.purl(),
            "pkg:pypi/a@1?vcs_url=git%2Bhttps%3A%2F%2Fexample.org%2Fa%4012"
        );
    }

    #[test]
    fn a_document_says_who_asks_for_whom_and_is_sorted() {
        let name = |text: &str| PackageName::parse(text).unwrap();
        let lib = Component {
            license: Some(License::Expression("MIT".into())),
            hashes: vec!["sha256:ab".into(), "md5:cd".into()],
            ..component("lib", "2", Kind::Python)
        };
        let other = Component {
            license: Some(License::Name("BSD".into())),
            ..component("a", "1", Kind::Python)
        };
        let needs = BTreeMap::from([(name("web"), vec![name("lib"), name("a"), name("absent")])]);
        let found = document(
            &component("web", "3", Kind::Service),
            &[lib, other.clone(), other],
            &needs,
        );
        let names: Vec<&Value> = found["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["name"])
            .collect();
        assert_eq!(names, ["a", "lib"]);
        assert_eq!(
            found["components"][1]["hashes"],
            json!([{ "alg": "SHA-256", "content": "ab" }])
        );
        assert_eq!(found["components"][1]["licenses"][0]["expression"], "MIT");
        assert_eq!(found["components"][0]["licenses"][0]["license"]["name"], "BSD");
        let needed = json!([{ "ref": "pkg:generic/web@3", "dependsOn": ["pkg:pypi/a@1", "pkg:pypi/lib@2"] }]);
        assert_eq!(found["dependencies"], needed);
    }
}
