//! What one service says of its images, as it follows from those that are there.

use std::collections::BTreeMap;

use evidence::image::{Image, Reach};
use facts::Subject;
use repo::{Home, Root};

use crate::{
    ByHand, Common, health, left_behind, port, start,
    table::{Table, header_of_service},
    workspace,
};

/// Variables that the generated images set for themselves, or that only a build needs.
const OWN_VARIABLES: [&str; 6] = [
    "PATH",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "PYTHONHOME",
    "DEBIAN_FRONTEND",
    "PYTHONUNBUFFERED",
];
const OWN_PREFIXES: [&str; 5] = ["POETRY_", "UV_", "PIP_", "PIPENV_", "PYTHONDONTWRITE"];

/// The table of a service. What no key can say is a comment in it: see [`crate::noted`].
///
/// It is read off the images of the service, and off its sources where there are none.
pub fn describe(home: Home, subject: &Subject<'_>, common: &Common, root: &Root) -> String {
    let package = &subject.service.package;
    let image = subject.prod.as_ref().or(subject.dev.as_ref());
    let mut by_hand = Vec::new();
    let mut table = Table::new(&header_of_service(home));
    let command = match image {
        Some(image) => start::of_image(subject, image, root, &mut by_hand),
        None => start::of_compose(subject).unwrap_or_else(|| start::assumed(package, root, &mut by_hand)),
    };
    let port = port::of(subject, image, &command, &mut by_hand);
    if let Some(port) = port {
        table.number("port", port);
    }
    table.list("command", &command);
    by_hand.extend(start::unread(subject).filter(|_| image.is_none()));
    if let Some(image) = image {
        own(image, common, package.name.as_str(), &mut table, &mut by_hand);
    }
    system_packages(subject, &mut table);
    groups(subject, &mut table);
    if let Some(image) = image {
        table.texts("env", &environment(image));
        left_behind::of(subject, image, &command, &mut by_hand);
    }
    // What answers nobody is not asked how it is.
    if port.is_some()
        && let Some(path) = health::of(subject, image, root, &mut by_hand)
        && path != health::USUAL
    {
        table.texts("up", &BTreeMap::from([("health".to_owned(), path)]));
    }
    table.finish(&by_hand)
}

/// What the images of the service start from and run as, where the others have something else.
fn own(image: &Image, common: &Common, name: &str, table: &mut Table, by_hand: &mut Vec<ByHand>) {
    let base = workspace::base_of(image).map(|base| &base.value);
    if let Some(base) = base.filter(|base| Some(*base) != common.base.as_ref()) {
        table.text("base-image", base);
        by_hand.extend(workspace::without_version(base));
    }
    match (workspace::user_of(image), &image.config.user) {
        (Some((user, uid)), _) if Some(&(user.clone(), uid)) != common.user.as_ref() => {
            table.value("user", &workspace::user(&user, uid));
        }
        (None, Some(said)) if image.user_number().is_none() => by_hand.push(ByHand::new(
            format!("the number of the user `{}` of `{name}` is not known", said.value),
            "if volumes belong to it, set `user = { name = \"…\", uid = … }`",
            Some(&said.place),
        )),
        (Some(_), _) | (None, _) => {}
    }
}

/// Names decide where compilers and headers are needed: a build stage has no name in generated images.
fn system_packages(subject: &Subject<'_>, table: &mut Table) {
    let of = |image: &Image, wanted: &dyn Fn(Reach, &str) -> bool| -> Vec<String> {
        let packages = image.system.iter();
        let mut names: Vec<String> = packages
            .filter(|placed| wanted(placed.reach, &placed.what.value))
            .map(|placed| placed.what.value.clone())
            .collect();
        names.sort();
        names.dedup();
        names
    };
    let prod = subject.prod.as_ref().or(subject.dev.as_ref());
    let runtime = prod.map_or(Vec::new(), |image| {
        of(image, &|reach, name| reach == Reach::Chain && !is_for_builds(name))
    });
    let build = prod.map_or(Vec::new(), |image| {
        of(image, &|reach, name| reach != Reach::Chain || is_for_builds(name))
    });
    let build: Vec<String> = build.into_iter().filter(|name| !runtime.contains(name)).collect();
    let mut dev = match (&subject.dev, &subject.prod) {
        (Some(dev), Some(_)) => of(dev, &|reach, _| reach == Reach::Chain),
        (Some(_) | None, _) => Vec::new(),
    };
    dev.retain(|name| !runtime.contains(name) && !build.contains(name) && !is_for_builds(name));
    table.lists(
        "system-packages",
        &[("runtime", &runtime), ("build", &build), ("dev", &dev)],
    );
}

fn is_for_builds(name: &str) -> bool {
    let name = name.split('=').next().unwrap_or_default();
    matches!(
        name,
        "gcc" | "g++" | "make" | "cmake" | "build-essential" | "pkg-config" | "pkgconf" | "clang" | "rustc" | "cargo"
    ) || name.ends_with("-dev")
}

/// Groups whose names say what they are for, where the usual ones are not all.
fn groups(subject: &Subject<'_>, table: &mut Table) {
    let settings = &subject.service.settings;
    for (key, groups, usual) in [
        ("dev-groups", &settings.dev_groups, "dev"),
        ("test-groups", &settings.test_groups, "test"),
    ] {
        let manifest = &subject.service.package.manifest;
        // What Poetry installs only when asked for is in no image that nobody asked for it.
        let is_optional = |group: &str| manifest.groups.get(group).is_some_and(|group| group.optional);
        let names = groups.iter().map(|group| group.value.clone());
        let names: Vec<String> = names.filter(|name| !is_optional(name)).collect();
        if names.iter().any(|name| name != usual) {
            table.list(key, &names);
        }
    }
}

fn environment(image: &Image) -> BTreeMap<String, String> {
    let is_own =
        |name: &str| OWN_VARIABLES.contains(&name) || OWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let said = image
        .config
        .env
        .iter()
        .filter(|(name, said)| !is_own(name) && !said.value.contains('$'));
    said.map(|(name, said)| (name.clone(), said.value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compilers_and_headers_are_for_builds() {
        for name in ["gcc", "build-essential", "libpq-dev", "python3-dev=3.13.5-1"] {
            assert!(is_for_builds(name), "{name}");
        }
        for name in ["libpq5", "tesseract-ocr", "curl", "ca-certificates"] {
            assert!(!is_for_builds(name), "{name}");
        }
    }
}
