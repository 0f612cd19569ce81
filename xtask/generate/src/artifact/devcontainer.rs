//! `.devcontainer/SERVICE/devcontainer.json`: editors and Codespaces open a service in its development image, with the
//! checkout in place of the sources that the image holds.

use super::{Artifact, dockerfile_name};
use crate::image::Flavour;
use repo::{Repo, RepoPath, Service, generated::Header};
use serde_json::json;

pub const FILE: &str = "devcontainer.json";

/// The folder that has a folder for each service.
pub const FOLDER: &str = ".devcontainer";

/// Nothing where the settings do not ask for it.
pub fn draw(repo: &Repo) -> Vec<Artifact> {
    if !repo.settings.devcontainers {
        return Vec::new();
    }
    repo.services
        .iter()
        .filter_map(|service| of_service(repo, service))
        .collect()
}

fn of_service(repo: &Repo, service: &Service) -> Option<Artifact> {
    let port = service.settings.start.as_ref()?.port;
    let ports: Vec<u16> = port.into_iter().chain(service.debug_port()).collect();
    let (package, user) = (&service.package, repo.user_of(service));
    let path = RepoPath::root().child(FOLDER).child(package.name.as_str()).child(FILE);
    let home = repo.settings.home;
    let header = Header::new(home, &path, &[home.file(), package.dir.child("pyproject.toml")]);
    let packages = std::iter::once(package).chain(repo.libs_of(service));
    let roots = packages.flat_map(|package| &package.run_roots);
    let roots: Vec<String> = roots
        .map(|root| format!("${{containerWorkspaceFolder}}/{root}"))
        .collect();
    let file = json!({
        Header::JSON_KEY: header.lines().collect::<Vec<_>>(),
        "name": package.name.as_str(),
        "build": {
            "context": "../..",
            "dockerfile": format!("../../{}", package.dir.child(dockerfile_name(Flavour::Dev))),
        },
        "remoteUser": user.name,
        // The user has no home of its own to write to.
        "containerEnv": { "HOME": "/tmp" },
        "remoteEnv": { "PYTHONPATH": roots.join(":") },
        "forwardPorts": ports,
        "customizations": { "vscode": {
            "extensions": ["ms-python.python", "ms-python.debugpy"],
            "settings": { "python.defaultInterpreterPath": "/opt/venv/bin/python" },
        } },
    });
    Some(Artifact {
        path,
        text: format!("{file:#}\n"),
    })
}
