use ::image::Found;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{
    Workspace,
    proxied::{Proxy, is_at, proxies, served},
};

pub const RULE: Rule = Rule {
    id: "served-folder-missing",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "nginx serves a folder that its image does not have and that nothing is mounted over",
    why: "every request for a file in it is answered with 404",
    example: "`alias /srv/static/;`, while the compose file mounts the volume at /usr/share/static",
    fix: "mount or copy the files to the folder that the settings name",
    check: Check::Workspace(check),
};

/// Folders that the image of nginx has itself, and where systems keep what a run makes.
const OF_NGINX: [&str; 7] = [
    "/etc/nginx",
    "/usr/share/nginx",
    "/var/www",
    "/var/cache",
    "/var/lib/nginx",
    "/tmp",
    "/run",
];

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for proxy in proxies(workspace) {
        for folder in proxy.settings.iter().flat_map(served) {
            let path = folder.value.trim_end_matches('/');
            if proxy.service.covers(path)
                || OF_NGINX.iter().any(|known| is_at(path, known))
                || is_in_image(&proxy, path)
            {
                continue;
            }
            let name = &proxy.service.name;
            let message = format!(
                "nginx serves `{path}`, but `{}` of `{}` has nothing there",
                name.value,
                proxy.project.file()
            );
            let problem = Problem::error(message).at(folder.place);
            let problem = match proxy
                .service
                .mounts
                .iter()
                .find(|mount| !is_at(&mount.target, "/etc/nginx"))
            {
                Some(mount) => problem.at(mount.place.clone().label("mounted elsewhere")),
                None => problem.at(name.place.clone().label("runs with these settings")),
            };
            // Files that extend one another run the same settings.
            let is_known = |known: &Problem| known.places.first() == problem.places.first();
            if !found.iter().any(is_known) {
                found.push(problem);
            }
        }
    }
    found
}

/// Whether the image that the repository builds may have something at a path. Nothing is known of what the base image has.
fn is_in_image(proxy: &Proxy<'_>, path: &str) -> bool {
    proxy.other.is_some_and(|other| {
        let tree = &other.image.tree;
        !matches!(tree.find(path, &other.listed), Found::Nothing) || tree.may_hold(path)
    })
}
