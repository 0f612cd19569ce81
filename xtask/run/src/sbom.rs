//! What an image is made of, without building it: the pins of the lock, the libs, and the licenses that they declare.

#![expect(
    clippy::disallowed_methods,
    reason = "what is installed below `target/`, where this program has put it"
)]

use std::{collections::BTreeMap, fs, path::Path};

use diagnostics::{Exit, Problem};
use formats::PackageName;
use python::metadata::Metadata;
use repo::{Package, PagesImage, Repo, Root, Service, suggestion::suggestion};
use requirements::{
    Selection,
    sbom::{self, Component, Kind, License},
};
use serde_json::Value;

use crate::environments::{Environment, Interpreter, Tools};

/// The machines that images are released for.
const MACHINES: [&str; 2] = ["x86_64", "aarch64"];

/// Print the SBOM of a service as CycloneDX 1.6: the pins of its lock, the libs, licenses and hashes
///
/// No image is built. Licenses come from the packages, which are installed from the lock into an environment under target/. System packages
/// of the base image are not included; they are in the SBOM that `build-images --push` attaches to an image.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Service, or the frontend
    #[arg(value_name = "SERVICE")]
    service: String,

    /// Version of the service: a git tag, without its leading `v` [default: the version in the manifest]
    #[arg(long, value_name = "VERSION")]
    tag: Option<String>,

    /// Leave out licenses, and install nothing
    #[arg(long)]
    without_licenses: bool,
}

/// The document, and what it could not say.
#[derive(Debug)]
pub struct Outcome {
    /// The name of the service.
    pub service: String,
    /// The document, as JSON.
    pub document: Value,
    /// How many components it lists.
    pub components: usize,
    /// Packages that declare no license.
    pub unlicensed: Vec<String>,
    /// Whether the licenses could be read.
    pub has_licenses: bool,
}

impl Outcome {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        Exit::Clean
    }
}

/// Makes the document of one service. Problems are those of the repository and of its lock.
pub fn run(root: &Root, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let repo = Repo::sound(root)?;
    let name = PackageName::parse(&args.service);
    let service = repo
        .services
        .iter()
        .find(|service| Some(&service.package.name) == name.as_ref());
    let pages = repo.pages.as_ref().filter(|pages| Some(&pages.name) == name.as_ref());
    match (service, pages) {
        (Some(service), _) => of_service(&repo, service, args),
        (None, Some(pages)) => of_pages(&repo, pages, args).map_err(|problem| vec![problem]),
        (None, None) => {
            let services = repo.services.iter().map(|service| service.package.name.as_str());
            let known: Vec<&str> = services
                .chain(repo.pages.iter().map(|pages| pages.name.as_str()))
                .collect();
            Err(vec![
                Problem::error(format!("service `{}` does not exist", args.service)).remedy(suggestion(
                    "service",
                    &args.service,
                    &known,
                )),
            ])
        }
    }
}

fn of_service(repo: &Repo, service: &Service, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let package = &service.package;
    let lock = repo.lock_of(package)?;
    let groups = service.settings.groups.iter().map(|group| group.value.as_str());
    let groups = Selection::of_groups(groups);
    let export = requirements::export(&package.manifest, &lock, &groups)?;
    let (major, minor) = repo.base_of(service)?.python;
    let pins = sbom::installed(&export.pins, &format!("{major}.{minor}.0"), &MACHINES);
    let licenses = if args.without_licenses {
        BTreeMap::new()
    } else {
        licenses(repo, package)?
    };
    let libs: Vec<&Package> = service.libs.iter().filter_map(|name| repo.lib(name)).collect();
    let mut components: Vec<Component> = pins
        .iter()
        .map(|pin| Component::of_pin(pin, licenses.get(&pin.name).cloned()))
        .collect();
    components.extend(libs.iter().map(|lib| of_package(lib, Kind::Python)));
    let mut subject = of_package(package, Kind::Service);
    if let Some(tag) = &args.tag {
        subject.version = version_of(tag);
    }
    let needs = libs.iter().copied().chain([package]).map(|package| {
        let needed = package
            .manifest
            .main
            .iter()
            .map(|dependency| dependency.name.value.clone());
        (package.name.clone(), needed.collect())
    });
    let document = sbom::document(&subject, &components, &needs.collect());
    Ok(outcome(&subject, document, &components, !args.without_licenses))
}

fn of_pages(repo: &Repo, pages: &PagesImage, args: &Args) -> Result<Outcome, Problem> {
    let path = pages.manifest.parent().child("package-lock.json");
    let source = repo.root.source(&path)?;
    let lock: Value = serde_json::from_str(source.text())
        .map_err(|error| Problem::error(format!("`{path}` is not JSON: {error}")).at(source.place(0..0)))?;
    let components = sbom::of_npm(&lock);
    let subject = Component {
        name: pages.name.to_string(),
        version: match &args.tag {
            Some(tag) => version_of(tag),
            None => pages.version.clone().unwrap_or_default(),
        },
        kind: Kind::Service,
        license: lock["packages"][""]["license"]
            .as_str()
            .map(|text| License::Expression(text.to_owned())),
        hashes: Vec::new(),
        origin: None,
    };
    let document = sbom::document(&subject, &components, &BTreeMap::new());
    Ok(outcome(&subject, document, &components, true))
}

fn of_package(package: &Package, kind: Kind) -> Component {
    let version = package.version.as_ref().map(|version| version.value.clone());
    Component {
        name: package.name.to_string(),
        version: version.unwrap_or_default(),
        kind,
        license: package.manifest.contents.license.clone().map(License::Expression),
        hashes: Vec::new(),
        origin: None,
    }
}

fn outcome(subject: &Component, document: Value, components: &[Component], has_licenses: bool) -> Outcome {
    let without = components.iter().filter(|component| component.license.is_none());
    Outcome {
        service: subject.name.clone(),
        document,
        components: components.len(),
        unlicensed: without.map(|component| component.name.clone()).collect(),
        has_licenses,
    }
}

/// A version as images have it: without the `v` of a git tag.
fn version_of(tag: &str) -> String {
    let version = tag
        .strip_prefix('v')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    version.unwrap_or(tag).to_owned()
}

/// What the packages of the lock declare, read where they are installed.
fn licenses(repo: &Repo, package: &Package) -> Result<BTreeMap<PackageName, License>, Vec<Problem>> {
    let pythons = Interpreter::all(repo.settings.base_image()?.python)?;
    let tools = Tools::provide(&repo.root, &repo.settings, &pythons[0])?;
    let environment = Environment::provide(&repo.root, package, &[], &pythons, &tools)?;
    let mut found = BTreeMap::new();
    for site in folders(&environment.home().join("lib")) {
        for notes in folders(&site.join("site-packages")) {
            let Ok(text) = fs::read_to_string(notes.join("METADATA")) else {
                continue;
            };
            let metadata = Metadata::parse(&text);
            let license = metadata.license_expression.map(License::Expression);
            let license = license.or_else(|| metadata.license.map(License::Name));
            if let Some((name, license)) = PackageName::parse(&metadata.name).zip(license) {
                found.insert(name, license);
            }
        }
    }
    Ok(found)
}

fn folders(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut found: Vec<std::path::PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}
