use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::image::{By, Install};
use facts::Subject;
use repo::manifest::{MAIN, Manifest};

pub const RULE: Rule = Rule {
    id: "install-group-missing",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a step installs a dependency group that the manifest does not have",
    why: "the manager refuses the name, and the build fails there",
    example: "`poetry install --only main,dev`, after the group `dev` was renamed",
    fix: "name a group of the manifest",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let package = &subject.service.package;
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        let installs = image.installs.iter().map(|install| &install.what);
        for install in installs.filter(|install| install.project.as_ref() == Some(&package.dir)) {
            for group in unknown(install, &package.manifest) {
                let message = format!("`{}` has no dependency group `{group}`", package.name);
                let problem = Problem::error(message)
                    .at(install.place.clone())
                    .remedy(format!("name one of its groups: {}", known(&package.manifest)));
                if !found.contains(&problem) {
                    found.push(problem);
                }
            }
        }
    }
    found
}

/// Groups that are asked for by name. That one is left out which does not exist is an error of some versions only.
fn unknown<'a>(install: &'a Install, manifest: &'a Manifest) -> Vec<&'a str> {
    if !matches!(install.by, By::Poetry | By::Uv) {
        return Vec::new();
    }
    let named = install.groups.only.iter().chain(&install.groups.with);
    // uv has `dev` without its being declared, and Poetry writes names in other forms.
    let is_known = |group: &str| {
        let normal = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
        group.is_empty()
            || group == MAIN
            || group.contains(['$', '*'])
            || (install.by == By::Uv && group == "dev")
            || manifest.groups.keys().any(|known| normal(known) == normal(group))
    };
    named.map(String::as_str).filter(|group| !is_known(group)).collect()
}

fn known(manifest: &Manifest) -> String {
    let groups = std::iter::once(MAIN).chain(manifest.groups.keys().map(String::as_str));
    let groups: Vec<String> = groups.map(|group| format!("`{group}`")).collect();
    groups.join(", ")
}
