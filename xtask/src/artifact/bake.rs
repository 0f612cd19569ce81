//! `docker-bake.json`: one target a service and flavour, so that `docker buildx bake` builds all of them at once, on whatever
//! BuildKit it is pointed at.

use serde_json::{Map, Value, json};

use super::{Artifact, Header, dockerfile_name};
use crate::{
    image::Flavour,
    repo::{Repo, RepoPath, Service, settings},
};

/// Where `docker buildx bake` looks for it.
pub const FILE: &str = "docker-bake.json";

/// Groups: `default` (production), `development` and `test`. Variables, from the environment: `VERSION`, the tag, by default
/// the version of each service's manifest; `REVISION`, the commit that the images are labelled with.
pub fn draw(repo: &Repo) -> Artifact {
    let path = RepoPath::root().child(FILE);
    let manifests = repo
        .services
        .iter()
        .map(|service| service.package.dir.child("pyproject.toml"));
    let sources: Vec<RepoPath> = std::iter::once(RepoPath::root().child(settings::FILE))
        .chain(manifests)
        .collect();
    let mut targets = Map::new();
    let mut groups: Map<String, Value> = Map::new();
    for (group, kind) in [
        ("default", Kind::Image(Flavour::Prod)),
        ("development", Kind::Image(Flavour::Dev)),
        ("test", Kind::Test),
    ] {
        let members = repo.services.iter().filter(|service| kind.is_of(service));
        let mut names = Vec::new();
        for service in members {
            targets.insert(kind.target(service), target(repo, service, kind));
            names.push(kind.target(service));
        }
        if !names.is_empty() {
            groups.insert(group.into(), json!({ "targets": names }));
        }
    }
    let file = json!({
        // What HCL takes for a comment in JSON; bake does too.
        Header::JSON_KEY: Header::new(&path, &sources).lines().collect::<Vec<_>>(),
        "variable": { "REVISION": { "default": "unknown" }, "VERSION": { "default": "" } },
        "group": groups,
        "target": targets,
    });
    Artifact {
        path,
        text: format!("{file:#}\n"),
    }
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
        .manifest
        .version
        .as_ref()
        .map_or("latest", |version| version.value.as_str());
    let name = match kind {
        Kind::Image(flavour) => flavour.image(registry, &package.name),
        Kind::Test => format!("{}-test", Flavour::Prod.image(registry, &package.name)),
    };
    let mut target = json!({
        "context": ".",
        "dockerfile": package.dir.child(dockerfile_name(flavour)).as_str(),
        "tags": [format!(
            "{}:${{VERSION != \"\" ? VERSION : \"{}\"}}",
            literal(&name),
            literal(&tag(version))
        )],
    });
    match kind {
        // No target of the Dockerfile: what a build without one makes.
        Kind::Image(Flavour::Prod) => target["args"] = json!({ "REVISION": "${REVISION}" }),
        Kind::Image(Flavour::Dev) => {}
        Kind::Test => target["target"] = json!("test"),
    }
    target
}

/// A tag holds no `+`, with which a local version begins (PEP 440).
fn tag(version: &str) -> String {
    version.replace('+', "-")
}

/// Text of ours, in which bake is to see no expression.
fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}
