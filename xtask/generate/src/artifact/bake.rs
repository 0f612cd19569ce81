//! `docker-bake.json`: one target a service and flavour, and one for the pages, so that `docker buildx bake` builds all of them at once, on whatever
//! BuildKit it is pointed at.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Artifact, dockerfile_name};
use crate::image::{Flavour, secrets};
use diagnostics::{Place, Problem};
use repo::generated::Header;
use repo::{PagesImage, Repo, RepoPath, Service};

/// Where `docker buildx bake` looks for it.
pub const FILE: &str = "docker-bake.json";

/// The time on images whose build is not told that of their commit: that of all files in them.
const CREATED: &str = "1980-01-01T00:00:00Z";

/// Groups: `default` (production), `development` and `test`. Variables, from the environment: `VERSION`, the tag, by default
/// the version of each service's manifest; `REVISION`, the commit that the images are labelled with, and `CREATED`, its time; `SOURCE`,
/// where the repository is. `BUILD_NETRC` has credentials, which builds get as a secret, where an index or a repository may ask for some.
pub fn draw(repo: &Repo) -> Artifact {
    let path = RepoPath::root().child(FILE);
    let manifests = repo
        .services
        .iter()
        .map(|service| service.package.dir.child("pyproject.toml"));
    let sources: Vec<RepoPath> = std::iter::once(repo.settings.home.file())
        .chain(manifests)
        .chain(repo.pages.as_ref().map(|pages| pages.manifest.clone()))
        .collect();
    let mut targets = Map::new();
    let mut groups: Map<String, Value> = Map::new();
    for (group, kind) in GROUPS {
        let members = repo.services.iter().filter(|service| kind.is_of(service));
        let mut names = Vec::new();
        for service in members {
            targets.insert(kind.target(service), target(repo, service, kind));
            names.push(kind.target(service));
        }
        if let (Kind::Image(Flavour::Prod), Some(pages)) = (kind, &repo.pages) {
            targets.insert(Flavour::Prod.target(&pages.name), of_pages(repo, pages));
            names.push(Flavour::Prod.target(&pages.name));
        }
        if !names.is_empty() {
            groups.insert(group.into(), json!({ "targets": names }));
        }
    }
    let file = json!({
        // What HCL takes for a comment in JSON; bake does too.
        Header::JSON_KEY: Header::new(repo.settings.home, &path, &sources).lines().collect::<Vec<_>>(),
        "variable": {
            "CREATED": { "default": CREATED },
            "REVISION": { "default": "unknown" },
            "SOURCE": { "default": source(repo) },
            "VERSION": { "default": "" },
        },
        "group": groups,
        "target": targets,
    });
    Artifact {
        path,
        text: format!("{file:#}\n"),
    }
}

const GROUPS: [(&str, Kind); 3] = [
    ("default", Kind::Image(Flavour::Prod)),
    ("development", Kind::Image(Flavour::Dev)),
    ("test", Kind::Test),
];

/// Services, or one and the pages, whose targets would have one name, or that of a group: bake would build one and leave out
/// the other.
pub fn clashes(repo: &Repo) -> Vec<Problem> {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for (group, _) in GROUPS {
        taken.insert(group.into(), format!("the group `{group}`"));
    }
    let mut problems = Vec::new();
    for service in &repo.services {
        for (_, kind) in GROUPS.into_iter().filter(|(_, kind)| kind.is_of(service)) {
            let target = kind.target(service);
            let owner = format!("`{}`", service.package.name);
            let Some(first) = taken.insert(target.clone(), owner) else {
                continue;
            };
            let place = service.package.manifest.name.as_ref().map(|name| name.place.clone());
            problems.push(
                Problem::error(format!("two targets of `{FILE}` would be named `{target}`"))
                    .at(place.unwrap_or_else(|| Place::File(service.package.dir.to_string())))
                    .note(format!("the other is that of {first}"))
                    .remedy("rename the service"),
            );
        }
    }
    if let Some((frontend, pages)) = repo.settings.frontend.as_ref().zip(repo.pages.as_ref())
        && let Some(first) = taken.get(&Flavour::Prod.target(&pages.name))
    {
        problems.push(
            Problem::error(format!("two targets of `{FILE}` would be named `{}`", pages.name))
                .at(frontend.folder.place.clone())
                .note(format!("the other is that of {first}"))
                .remedy("rename the folder"),
        );
    }
    problems
}

#[derive(Clone, Copy)]
enum Kind {
    Image(Flavour),
    /// The stage that tests production.
    Test,
}

impl Kind {
    fn is_of(self, service: &Service) -> bool {
        match self {
            Self::Image(_) => true,
            Self::Test => !service.settings.test_groups.is_empty(),
        }
    }

    fn target(self, service: &Service) -> String {
        match self {
            Self::Image(flavour) => flavour.target(&service.package.name),
            Self::Test => test_target(service),
        }
    }
}

/// What builds the test stage of a service.
pub fn test_target(service: &Service) -> String {
    format!("{}-test", service.package.name)
}

fn target(repo: &Repo, service: &Service, kind: Kind) -> Value {
    let package = &service.package;
    let flavour = match kind {
        Kind::Image(flavour) => flavour,
        Kind::Test => Flavour::Prod,
    };
    let registry = repo.settings.image_registry.as_deref();
    let version = package
        .version
        .as_ref()
        .map_or("latest", |version| version.value.as_str());
    let name = match kind {
        Kind::Image(flavour) => flavour.image(registry, service.image()),
        Kind::Test => format!("{}-test", Flavour::Prod.image(registry, service.image())),
    };
    let mut target = json!({
        "context": ".",
        "dockerfile": package.dir.child(dockerfile_name(flavour)).as_str(),
        "tags": [format!("{}:{}", literal(&name), tag(version))],
    });
    let secrets = secrets::of(repo, service).into_iter();
    let secrets: Vec<String> = secrets.map(|id| format!("id={id},env={}", secrets::VARIABLE)).collect();
    if !secrets.is_empty() {
        target["secret"] = json!(secrets);
    }
    match kind {
        // No target of the Dockerfile: what a build without one makes.
        Kind::Image(_) => target["args"] = arguments(version),
        Kind::Test => target["target"] = json!("test"),
    }
    target
}

/// What labels say, and `/version`.
fn arguments(version: &str) -> Value {
    let version = format!("${{VERSION != \"\" ? VERSION : \"{}\"}}", literal(version));
    json!({ "CREATED": "${CREATED}", "REVISION": "${REVISION}", "SOURCE": "${SOURCE}", "VERSION": version })
}

/// The default.
fn source(repo: &Repo) -> String {
    let said = repo.settings.source.as_ref();
    said.map_or_else(|| "unknown".into(), |source| literal(&source.value).to_string())
}

/// Production alone: pages are worked on without an image. What is written by hand is told its version too.
fn of_pages(repo: &Repo, pages: &PagesImage) -> Value {
    let version = tag(pages.version.as_deref().unwrap_or("latest"));
    let name = Flavour::Prod.image(repo.settings.image_registry.as_deref(), pages.name.as_str());
    json!({
        "args": arguments(pages.version.as_deref().unwrap_or("unknown")),
        "context": ".",
        "dockerfile": pages.dockerfile.as_str(),
        "tags": [format!("{}:{version}", literal(&name))],
    })
}

/// That of the environment, or the version: a tag holds no `+`, with which a local one begins (PEP 440).
fn tag(version: &str) -> String {
    format!(
        "${{VERSION != \"\" ? VERSION : \"{}\"}}",
        literal(&version.replace('+', "-"))
    )
}

/// Text of ours, in which bake is to see no expression.
fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}
