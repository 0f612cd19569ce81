//! What there is: services, libs, and what depends on what.

use std::fmt::Write;

use super::{code, link, table};
use repo::{Package, Repo, RepoPath};

pub fn services(repo: &Repo, folder: &RepoPath) -> String {
    let rows = repo.services.iter().map(|service| {
        let libs: Vec<&str> = service.libs.iter().map(|name| name.as_str()).collect();
        let settings = &service.settings;
        let start = settings.start.as_ref();
        let number = |port: Option<u16>| port.map_or(String::new(), |port| port.to_string());
        vec![
            link(service.package.name.as_str(), folder, &service.package.dir),
            number(start.and_then(|start| start.port)),
            number(service.debug_port()),
            or_none(&libs),
            start.map_or(String::new(), |start| code(&start.command.join(" "))),
        ]
    });
    table(&["service", "port", "debugger", "libs", "runs"], rows)
}

/// No versions: a release would make the page stale.
pub fn libs(repo: &Repo, folder: &RepoPath) -> String {
    let rows = repo.libs.iter().map(|lib| {
        let users = repo.services.iter().filter(|service| service.libs.contains(&lib.name));
        let users: Vec<&str> = users.map(|service| service.package.name.as_str()).collect();
        let needed: Vec<&str> = repo.direct_libs(lib).map(|lib| lib.name.as_str()).collect();
        vec![
            link(lib.name.as_str(), folder, &lib.dir),
            or_none(&needed),
            or_none(&users),
        ]
    });
    table(&["lib", "depends on", "in the images of"], rows)
}

/// Names are labels: Mermaid reads some words, as `end`, as its own.
pub fn graph(repo: &Repo) -> String {
    let mut text = String::from("```mermaid\ngraph LR\n");
    let packages: Vec<&Package> = repo
        .services
        .iter()
        .map(|service| &service.package)
        .chain(&repo.libs)
        .collect();
    for (number, package) in packages.iter().enumerate() {
        // A service has round ends.
        let (open, close) = if number < repo.services.len() {
            ("([", "])")
        } else {
            ("[", "]")
        };
        let _ = writeln!(text, "    p{number}{open}\"{}\"{close}", package.name);
    }
    for (number, package) in packages.iter().enumerate() {
        for lib in repo.direct_libs(package) {
            let to = packages.iter().position(|other| other.dir == lib.dir);
            if let Some(to) = to {
                let _ = writeln!(text, "    p{number} --> p{to}");
            }
        }
    }
    text.push_str("```\n");
    text
}

fn or_none(names: &[&str]) -> String {
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}
