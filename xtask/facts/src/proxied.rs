//! What the settings of nginx lead to: the servers that it passes requests to, and the folders that it serves.

use diagnostics::Located;
use repo::RepoPath;
use surfaces::compose::{Project, Service};

use crate::{
    OtherImage, Workspace,
    other_image::base_name,
    web_server::{Settings, blocks, directives, settings},
};

/// A service of a compose file that runs nginx, with all settings of the repository that it reads.
pub struct Proxy<'a> {
    /// The compose files.
    pub project: &'a Project,
    /// The service in them.
    pub service: &'a Service,
    /// The image, where the repository builds it.
    pub other: Option<&'a OtherImage<'a>>,
    /// Its settings.
    pub settings: Vec<Settings>,
}

/// A server that requests are passed to.
pub struct Passed {
    /// Its name.
    pub host: String,
    /// Its port, where one is named.
    pub port: Option<String>,
    /// As written.
    pub address: Located<String>,
}

/// Every service of a compose file that runs nginx.
pub fn proxies<'a>(workspace: &'a Workspace<'a>) -> Vec<Proxy<'a>> {
    let mut found = Vec::new();
    for project in &workspace.surroundings.compose {
        for service in &project.services {
            let is_of = |other: &&OtherImage<'_>| other.runs.iter().any(|run| std::ptr::eq(*run, service));
            let other = workspace.others.iter().find(is_of);
            let is_nginx = match (other, &service.image) {
                (Some(other), _) => other.is_nginx(),
                (None, Some(image)) => service.build.is_none() && is_nginx(&image.value),
                (None, None) => false,
            };
            if !is_nginx || service.extends {
                continue;
            }
            let mut settings = other.and_then(settings).unwrap_or_default();
            let is_covered = |path: &str| service.mounts.iter().any(|mount| is_at(path, &mount.target));
            settings.retain(|file| !is_covered(&file.path));
            settings.extend(mounted(workspace, service));
            let read: Vec<bool> = settings.iter().map(|file| is_read(file, &settings)).collect();
            let mut read = read.into_iter();
            settings.retain(|_| read.next() == Some(true));
            found.push(Proxy {
                project,
                service,
                other,
                settings,
            });
        }
    }
    found
}

/// Whether the reference of an image names a web server that reads settings of nginx.
pub fn is_nginx(reference: &str) -> bool {
    matches!(base_name(reference), "nginx" | "nginxinc/nginx-unprivileged")
}

/// Whether a path is another one, or below it.
pub fn is_at(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether nginx reads a file: where its image looks by itself, or by its name in another file.
fn is_read(file: &Settings, all: &[Settings]) -> bool {
    let below = file.path.strip_prefix("/etc/nginx/").unwrap_or_default();
    let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
    match folder {
        "" if name == "nginx.conf" => true,
        "conf.d" if name.ends_with(".conf") => true,
        "templates" if name.ends_with(".template") => true,
        _ => all
            .iter()
            .any(|other| other.path != file.path && other.source.text().contains(name)),
    }
}

/// Settings of the repository that a compose file mounts.
fn mounted(workspace: &Workspace<'_>, service: &Service) -> Vec<Settings> {
    let repo = workspace.repo;
    let mut found = Vec::new();
    let mounts = service.mounts.iter().filter(|mount| is_at(&mount.target, "/etc/nginx"));
    for mount in mounts {
        let Some(source) = &mount.source else { continue };
        let mut add = |path: String, file: &RepoPath| {
            if let Ok(Some(source)) = repo.root.source_if_present(file) {
                found.push(Settings { path, source });
            }
        };
        if repo.tree().is_file(source.as_str()) {
            add(mount.target.clone(), source);
            continue;
        }
        for file in repo.tree().under(source) {
            let below = file.as_str().strip_prefix(source.as_str()).unwrap_or_default();
            if [".conf", ".template"].iter().any(|end| below.ends_with(end)) {
                add(format!("{}{below}", mount.target), file);
            }
        }
    }
    found
}

/// The servers that a file passes requests to. What a variable names is left out, and so is what another file may call an upstream.
pub fn passed(file: &Settings, upstreams: &[&str]) -> Vec<Passed> {
    let text = file.source.text();
    let kinds = ["proxy_pass", "grpc_pass", "uwsgi_pass", "fastcgi_pass"];
    let mut said: Vec<(usize, &str)> = kinds.iter().flat_map(|kind| directives(text, kind)).collect();
    let asked: Vec<&str> = said.iter().map(|(_, words)| *words).collect();
    for (at, words) in directives(text, "set") {
        let Some((name, value)) = words.split_once(char::is_whitespace) else {
            continue;
        };
        let is_asked = asked.iter().any(|asked| asked.starts_with(name));
        let value = value.trim_start();
        if is_asked && value.contains("://") {
            said.push((at + words.len() - value.len(), value));
        }
    }
    let of_groups = directives(text, "server").into_iter().map(|said| (said, true));
    let mut said: Vec<_> = said.into_iter().map(|said| (said, false)).chain(of_groups).collect();
    said.sort_unstable();
    let passed = said.into_iter().filter_map(|((at, words), is_in_group)| {
        let first = words.split_whitespace().next()?.trim_matches(['"', '\'']);
        let (host, port) = parts(first)?;
        let at = at + words.find(first)?;
        let is_upstream = !is_in_group && upstreams.contains(&host);
        (!is_upstream).then(|| Passed {
            host: host.to_owned(),
            port: port.map(str::to_owned),
            address: Located {
                value: first.to_owned(),
                place: file.source.place(at..at + first.len()),
            },
        })
    });
    passed.collect()
}

/// The names that settings give to groups of servers.
pub fn upstreams(settings: &[Settings]) -> Vec<&str> {
    let files = settings.iter();
    files
        .flat_map(|file| blocks(file.source.text(), "upstream"))
        .map(|(_, name)| name)
        .collect()
}

/// Host and port of an address within the network: without a dot, and not of the machine itself.
fn parts(address: &str) -> Option<(&str, Option<&str>)> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split('/').next()?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_name = !host.is_empty()
        && host
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'));
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    (is_name && is_port && host != "localhost" && host != "unix").then_some((host, port))
}

/// The folders that a file serves, as absolute paths without variables.
pub fn served(file: &Settings) -> Vec<Located<String>> {
    let text = file.source.text();
    let said = ["root", "alias"].iter().flat_map(|word| directives(text, word));
    let plain = said.filter(|(_, path)| path.starts_with('/') && !path.contains(['$', ' ', '"']));
    plain
        .map(|(at, path)| Located {
            value: path.to_owned(),
            place: file.source.place(at..at + path.len()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn file(text: &str) -> Settings {
        Settings {
            path: "/etc/nginx/conf.d/default.conf".to_owned(),
            source: Source::new("default.conf", text),
        }
    }

    #[test]
    fn servers_are_read_wherever_nginx_names_them() {
        let text = "upstream web { server web:8000 weight=2; server unix:/run/web.sock; }
server {
    listen 80;
    server_name example.org;
    set $api http://api:8080;
    location / { proxy_pass http://web; }
    location /api { proxy_pass $api; } # proxy_pass http://former;
    location /ws { uwsgi_pass ws:9000; }
    location /out { proxy_pass https://example.org/x; }
    location /own { proxy_pass http://${HOST}:80; }
    location /here { proxy_pass http://localhost:80; }
}
";
        let file = file(text);
        let settings = [file];
        let known = upstreams(&settings);
        assert_eq!(known, ["web"]);
        let all = |known: &[&str]| {
            let found = passed(&settings[0], known).into_iter();
            found
                .map(|passed| (passed.host, passed.port, passed.address.value))
                .collect::<Vec<_>>()
        };
        let port = |port: &str| Some(port.to_owned());
        // The group and its server have one name.
        let web = ("web".to_owned(), port("8000"), "web:8000".to_owned());
        let api = ("api".to_owned(), port("8080"), "http://api:8080".to_owned());
        let ws = ("ws".to_owned(), port("9000"), "ws:9000".to_owned());
        assert_eq!(all(&known), [web, api, ws]);
        assert_eq!(all(&[]).len(), 4);
    }

    #[test]
    fn folders_are_read_that_no_variable_names() {
        let file = file("root /srv/pages;\nlocation /s/ { alias /srv/static/; }\nlocation /o { root $other; }\n");
        let found: Vec<String> = served(&file).into_iter().map(|folder| folder.value).collect();
        assert_eq!(found, ["/srv/pages", "/srv/static/"]);
    }
}
