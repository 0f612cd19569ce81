//! Whether `uv lock --check` would accept a lock: every manifest of its workspace says what the lock repeats from it.
//!
//! Indexes are not compared, because the environment and the settings of a machine may name others; `exclude-newer` is not, because
//! it limits what is chosen, and not what was.

use std::collections::BTreeSet;

use super::{
    manifests::{Member, package_flag},
    requirement::{Difference, Requirement, first_difference},
    sources::Sources,
    whole::{ENVIRONMENTS, LISTS, Local, OPTIONS, Whole},
};
use crate::{
    RepoPath,
    lock::Lock,
    manifest::{Dependency, MAIN, Manifest},
    toml::quoted,
};
use diagnostics::{Place, Problem};
use formats::{PackageName, normalised};
use pep440_rs::Version;
use python::{
    constraint::{Dialect, VersionSet},
    marker::Marker,
};

/// What has changed, and where.
struct Change {
    manifest: String,
    place: Option<Place>,
    locked: Option<Place>,
    note: String,
}

/// Whether a manifest that the lock is of has changed since it was locked: then the problem that says so. The one that is asked
/// about comes first.
pub fn stale(manifest: &Manifest, lock: &Lock) -> Option<Problem> {
    let whole = lock.uv.as_ref()?;
    let own = |local: &&Local| Some(&local.name.value) == manifest.name.as_ref().map(|name| &name.value);
    let of_own = whole.locals.iter().find(own).and_then(|local| {
        let member = whole.manifest_of(local)?;
        of_local(whole, local, &member.dir, manifest)
    });
    let of_others = || {
        whole.locals.iter().find_map(|local| match whole.manifest_of(local) {
            Some(member) => of_local(whole, local, &member.dir, &member.manifest),
            None => of_gone(whole, local, manifest),
        })
    };
    let change = of_own.or_else(|| of_workspace(whole)).or_else(of_others)?;
    let path = lock.source.path();
    let start = lock.source.place(0..0);
    Some(
        Problem::error(format!(
            "`{path}` is stale: `{}` has changed since it was written",
            change.manifest
        ))
        .at(change.place.unwrap_or_else(|| Place::File(change.manifest.clone())))
        .at(change.locked.unwrap_or(start).label("locked"))
        .note(change.note)
        .remedy(match whole.workspace.dir.shown() {
            "." => "run `uv lock`".to_owned(),
            dir => format!("run `uv lock --project {dir}`"),
        }),
    )
}

/// A folder that the lock has, and nobody else.
fn of_gone(whole: &Whole, local: &Local, manifest: &Manifest) -> Option<Change> {
    whole.gone.contains(&local.path).then(|| Change {
        manifest: manifest.source.path().to_owned(),
        place: None,
        locked: Some(local.name.place.clone()),
        note: format!(
            "the lock takes `{}` from `{}`, which does not exist",
            local.name.value, local.path
        ),
    })
}

/// What the root says of the workspace as a whole.
fn of_workspace(whole: &Whole) -> Option<Change> {
    let workspace = &whole.workspace;
    let root = workspace.root_manifest.as_ref().filter(|_| workspace.is_whole)?;
    let change = |(note, place): Note| Change {
        manifest: root.source.path().to_owned(),
        place,
        locked: None,
        note,
    };
    members(whole)
        .or_else(|| pythons(whole, root))
        .or_else(|| of_settings(whole, root))
        .or_else(|| of_root_groups(whole, root))
        .map(change)
}

/// What has changed, in words, and where.
type Note = (String, Option<Place>);

/// The Pythons that all members support are those that were locked for. uv does not tell pre-releases of a Python from its
/// release.
fn pythons(whole: &Whole, root: &Manifest) -> Option<Note> {
    let members = whole.workspace.members.values();
    let declared = members.filter_map(|member| member.manifest.requires_python.as_ref());
    let now = declared
        .filter_map(|python| VersionSet::parse(&python.text.value, python.dialect).ok())
        .reduce(|all, one| all.intersection(&one))?;
    let locked = versions(whole)?;
    if Marker::python(&locked) == Marker::python(&now) {
        return None;
    }
    let text = whole.python.as_ref().map_or("", |text| text.value.as_str());
    let note =
        format!("the lock is for Python `{text}`, but `requires-python` of the workspace gives a different range");
    Some((
        note,
        root.requires_python.as_ref().map(|python| python.text.place.clone()),
    ))
}

/// What `[tool.uv]` of the root says of all packages.
fn of_settings(whole: &Whole, root: &Manifest) -> Option<Note> {
    let uv = root.tool("uv");
    let texts = |setting: &str| {
        let texts = uv.and_then(|uv| uv.strings(setting, &mut Vec::new()));
        texts.unwrap_or_default()
    };
    let sources = Sources::of_manifest(&whole.workspace, &whole.workspace.dir, root);
    let of_list = |(_, setting): (&str, &'static str)| {
        let dependencies = texts(setting).into_iter();
        let now: Vec<Requirement> = dependencies
            .filter_map(|text| Dependency::pep508(text, &mut Vec::new()))
            // What is about a package that nobody needs changes nothing.
            .filter(|dependency| whole.names.contains(&dependency.name.value))
            .flat_map(|dependency| Requirement::declared(MAIN, &dependency, &sources))
            .collect();
        let mut locked = whole.lists.get(setting).cloned().unwrap_or_default();
        locked.retain(|one| whole.names.contains(&one.name));
        let (note, place) = difference(&now, &locked, &versions(whole))?;
        Some((format!("`{setting}`: {note}"), place))
    };
    let excludes: BTreeSet<PackageName> = texts("exclude-dependencies")
        .iter()
        .filter_map(|text| PackageName::parse(&text.value))
        .filter(|name| whole.names.contains(name) || whole.excludes.contains(name))
        .collect();
    let changed = |setting: &str| {
        let node = uv.and_then(|uv| uv.get(setting));
        let note = format!("the lock was written with a different `{setting}`");
        (note, node.map(|node| node.place()))
    };
    let is_of_environments = |(setting, _): &(&'static str, &str)| {
        let markers = texts(setting);
        let one = |marker: Marker| versions(whole).map_or(marker, |python| marker.and(Marker::python(&python)));
        let now: Option<Vec<Marker>> = markers
            .iter()
            .map(|text| Marker::parse(&text.value).ok().map(one))
            .collect();
        let locked = whole
            .environments
            .get(setting)
            .into_iter()
            .flatten()
            .map(|marker| one(*marker));
        now.is_some_and(|now| now != locked.collect::<Vec<_>>())
    };
    let is_option = |(setting, _, default): &(&'static str, &str, &str)| {
        let text = uv.and_then(|uv| uv.string(setting, &mut Vec::new()));
        let now = text.map_or((*default).to_owned(), |text| text.value);
        now != *whole.options.get(setting).map_or(*default, String::as_str)
    };
    LISTS
        .into_iter()
        .find_map(of_list)
        .or_else(|| (excludes != whole.excludes).then(|| changed("exclude-dependencies")))
        .or_else(|| {
            ENVIRONMENTS
                .iter()
                .find(|one| is_of_environments(one))
                .map(|(setting, _)| changed(setting))
        })
        .or_else(|| {
            OPTIONS
                .iter()
                .find(|one| is_option(one))
                .map(|(setting, ..)| changed(setting))
        })
}

/// Groups of a root that is not a package are in the lock itself.
fn of_root_groups(whole: &Whole, root: &Manifest) -> Option<Note> {
    if root.document.contains_key("project") {
        return None;
    }
    let sources = Sources::of_manifest(&whole.workspace, &whole.workspace.dir, root);
    difference(&of_groups(root, &sources), &whole.groups, &versions(whole))
}

/// Packages that came or went, or are installed in another way.
fn members(whole: &Whole) -> Option<Note> {
    let workspace = &whole.workspace;
    let now: BTreeSet<&PackageName> = workspace.members.keys().collect();
    let mut locked: BTreeSet<&PackageName> = whole.members.iter().collect();
    if locked.is_empty() {
        let is_alone = |local: &&Local| local.path == ".";
        locked = whole
            .locals
            .iter()
            .filter(is_alone)
            .map(|local| &local.name.value)
            .collect();
    }
    if let Some(new) = now.difference(&locked).next() {
        return Some((
            format!("the lock does not have `{new}`, which is a member of the workspace"),
            None,
        ));
    }
    locked.difference(&now).next().map(|gone| {
        (
            format!("the lock has `{gone}`, which is no longer a member of the workspace"),
            None,
        )
    })
}

fn versions(whole: &Whole) -> Option<VersionSet> {
    let text = whole.python.as_ref()?;
    VersionSet::parse(&text.value, Dialect::Pep440).ok()
}

/// How a folder differs from what the lock repeats of it.
fn of_local(whole: &Whole, local: &Local, dir: &RepoPath, manifest: &Manifest) -> Option<Change> {
    let project = manifest.document.get("project")?;
    let dynamic = project.get("dynamic").and_then(|list| list.as_array());
    let is_dynamic = |key: &str| dynamic.is_some_and(|list| list.iter().any(|item| item.as_str() == Some(key)));
    let change = |note: String, place: Option<Place>| Change {
        manifest: manifest.source.path().to_owned(),
        place,
        locked: Some(local.name.place.clone()),
        note,
    };
    let is_member = whole.workspace.members.contains_key(&local.name.value);
    let is_virtual = local.kind == "virtual";
    let other_kind = if is_member {
        kind(whole, local, manifest).filter(|_| whole.workspace.is_whole)
    } else {
        let flag = package_flag(manifest).filter(|_| local.kind != "editable");
        let changed = flag.filter(|is_package| *is_package == is_virtual);
        changed.map(|_| format!("`package` of `{}` has changed", local.name.value))
    };
    if let Some(note) = other_kind {
        return Some(change(note, None));
    }
    if let (Some(now), Some(locked)) = (&manifest.version, &local.version)
        && now.value.parse::<Version>().is_ok_and(|now| now != *locked)
    {
        let note = format!("the lock has version {locked} of `{}`", local.name.value);
        return Some(change(note, Some(now.place.clone())));
    }
    if local.version.is_none() != is_dynamic("version") && (is_dynamic("version") || manifest.version.is_some()) {
        let note = format!(
            "the lock has a different source for the version of `{}`",
            local.name.value
        );
        return Some(change(note, None));
    }
    // Which those are, only a build can tell.
    if is_dynamic("dependencies") || is_dynamic("optional-dependencies") {
        return None;
    }
    let sources = Sources::of_manifest(&whole.workspace, dir, manifest);
    let main = manifest.main.iter().filter(|dependency| is_of_project(dependency));
    let mut now: Vec<Requirement> = main
        .flat_map(|dependency| Requirement::declared(MAIN, dependency, &sources))
        .collect();
    now.extend(of_groups(manifest, &sources));
    if let Some((note, place)) = difference(&now, &local.requirements, &versions(whole)) {
        return Some(change(note, place));
    }
    let groups: BTreeSet<String> = manifest.groups.keys().cloned().collect();
    if whole.has_extras
        && let Some(group) = groups.symmetric_difference(&local.groups).next()
    {
        let note = format!("the lock has different groups of `{}`: `{group}`", local.name.value);
        return Some(change(note, None));
    }
    let extras: BTreeSet<&str> = manifest.extras.keys().map(String::as_str).collect();
    let locked: BTreeSet<&str> = local.extras.iter().map(String::as_str).collect();
    if whole.has_extras && extras != locked {
        let differs: Vec<&str> = extras.symmetric_difference(&locked).copied().collect();
        let note = format!(
            "the lock has different extras of `{}`: {}",
            local.name.value,
            quoted(&differs)
        );
        return Some(change(note, None));
    }
    None
}

/// Whether a member is installed, and how: from the keys that decide it.
fn kind(whole: &Whole, local: &Local, manifest: &Manifest) -> Option<String> {
    let asked = asked_as(whole, &local.name.value);
    let is_package = package_flag(manifest).unwrap_or(manifest.build.is_some() || asked.is_some());
    let wanted = match asked {
        _ if !is_package => "virtual",
        Some(Some(false)) => "directory",
        Some(Some(true) | None) | None => "editable",
    };
    (wanted != local.kind).then(|| {
        let name = &local.name.value;
        format!("the lock has `{name}` as `{}`, but it is now `{wanted}`", local.kind)
    })
}

/// Whether another member depends on one, and what `editable` says there.
fn asked_as(whole: &Whole, name: &PackageName) -> Option<Option<bool>> {
    let workspace = &whole.workspace;
    let manifests = workspace.members.values().map(|Member { manifest, .. }| manifest);
    let mut found = None;
    for manifest in manifests.chain(&workspace.root_manifest) {
        let ignored = &mut Vec::new();
        let uv = manifest.tool("uv");
        let sources = uv.and_then(|uv| uv.table("sources", ignored));
        let entries = sources.map(|sources| sources.entries()).unwrap_or_default();
        let is_own = manifest.name.as_ref().is_some_and(|own| own.value == *name);
        let is_named = |key: &str| !is_own && PackageName::parse(key).as_ref() == Some(name);
        for (_, node) in entries.iter().filter(|(key, _)| is_named(key.value)) {
            let nodes = if node.is_array() { node.array(ignored) } else { None };
            let tables = match &nodes {
                Some(nodes) => nodes.iter().filter_map(|node| node.table(ignored)).collect(),
                None => node.table(ignored).into_iter().collect::<Vec<_>>(),
            };
            for table in tables {
                if table.boolean("workspace", ignored).is_some_and(|flag| flag.value) {
                    let editable = table.boolean("editable", ignored).map(|flag| flag.value);
                    found = Some(found.flatten().or(editable));
                }
            }
        }
    }
    found
}

/// Poetry's own tables may be left over beside `[project]`.
fn is_of_project(dependency: &Dependency) -> bool {
    let dialect = dependency.constraint.as_ref().map(|constraint| constraint.dialect);
    dialect != Some(Dialect::Poetry)
}

fn of_groups(manifest: &Manifest, sources: &Sources<'_>) -> Vec<Requirement> {
    let groups = manifest.groups.iter();
    let all = groups.flat_map(|(group, members)| {
        let python = python_of_group(manifest, group);
        members.dependencies.iter().map(move |one| (group, one, python))
    });
    all.filter(|(_, dependency, _)| is_of_project(dependency))
        .flat_map(|(group, dependency, python)| {
            let declared = Requirement::declared(group, dependency, sources);
            declared.into_iter().map(move |one| one.only_where(python))
        })
        .collect()
}

/// The Pythons that `[tool.uv.dependency-groups]` limits a group to.
fn python_of_group(manifest: &Manifest, group: &str) -> Marker {
    let ignored = &mut Vec::new();
    let uv = manifest.tool("uv");
    let groups = uv.and_then(|uv| uv.table("dependency-groups", ignored));
    let entries = groups.map(|groups| groups.entries()).unwrap_or_default();
    let mut meant = entries.iter().filter(|(key, _)| normalised(key.value) == group);
    let text = meant.find_map(|(_, node)| node.table(ignored)?.string("requires-python", ignored));
    let set = text.and_then(|text| VersionSet::parse(&text.value, Dialect::Pep440).ok());
    set.map_or(Marker::TRUE, |set| Marker::python(&set))
}

fn difference(now: &[Requirement], locked: &[Requirement], python: &Option<VersionSet>) -> Option<Note> {
    let in_group = |one: &Requirement| {
        if one.group == MAIN {
            String::new()
        } else {
            format!(" of group `{}`", one.group)
        }
    };
    Some(match first_difference(now, locked, python.as_ref())? {
        Difference::Unlocked(one) => (
            format!("the lock does not have `{}`{}", one.shown(), in_group(one)),
            one.place.clone(),
        ),
        Difference::Undeclared(one) => {
            let place = now.iter().find(|other| other.name == one.name);
            let note = format!("the lock still has `{}`{}", one.shown(), in_group(one));
            (note, place.and_then(|other| other.place.clone()))
        }
    })
}
