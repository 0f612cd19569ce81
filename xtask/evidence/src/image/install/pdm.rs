//! PDM: which groups of the lock it installs, where to, and whether it may lock again before.

use super::{
    By, Export, Groups, Install, Setting, WhenStale,
    call::Call,
    environment::{is_on, on_path},
    project::Project,
    read::NO_PROJECT,
};
use formats::absolute;
use repo::{RepoPath, manifest::MAIN};

/// Where PDM puts packages without an environment (PEP 582).
pub const PACKAGES: &str = "__pypackages__";

pub fn install(mut install: Install, call: &Call<'_>, setting: &Setting<'_>) -> Result<Install, &'static str> {
    let Some(project) = Project::of(call, setting) else {
        return Err(NO_PROJECT);
    };
    let says = |options: &[&str], variable| call.has(options) || setting.variable(variable).is_some_and(is_on);
    install.groups = groups(call, &project.dir, setting);
    install.prefix = if call.has(&["-g", "--global"]) {
        on_path(setting)
    } else {
        environment(&project.folder, setting)
    };
    install.is_without_editables = says(&["--no-editable"], "PDM_NO_EDITABLE");
    let is_without_self = says(&["--no-self"], "PDM_NO_SELF") || install.is_without_editables;
    install.installs_project = !is_without_self && install.groups.takes(MAIN);
    let is_held = says(&["--frozen-lockfile", "--no-lock"], "PDM_FROZEN_LOCKFILE") || call.has(&["--check"]);
    install.when_stale = (call.verbs == ["install"] && !is_held).then_some(WhenStale::LocksAnew);
    install.own = match (says(&["--no-self"], "PDM_NO_SELF"), install.is_without_editables) {
        (true, _) => super::Own::LeftOut,
        (false, true) => super::Own::Copied,
        (false, false) => super::Own::Editable,
    };
    if install.prefix.ends_with(PACKAGES) {
        install.into = super::Destination::Elsewhere;
    }
    install.folder = Some(project.folder.clone());
    install.project = Some(project.dir);
    install.lock = project.lock;
    Ok(install)
}

/// `pdm export`
pub fn export(call: &Call<'_>, setting: &Setting<'_>) -> Option<Export> {
    if call.verbs != ["export"] {
        return None;
    }
    let project = Project::of(call, setting);
    let groups = match &project {
        Some(project) => groups(call, &project.dir, setting),
        None => Groups::default(),
    };
    Some(Export {
        by: By::Pdm,
        groups,
        is_hashed: !call.has(&["--without-hashes", "--no-hashes"]),
        lock: project.and_then(|project| project.lock),
        place: setting.place.clone(),
    })
}

/// The environment of a project: one that is active, or `.venv` in it, or a folder of packages.
pub fn environment(project: &str, setting: &Setting<'_>) -> String {
    let packages = absolute(project, PACKAGES);
    let said = setting
        .variable("PDM_USE_VENV")
        .or_else(|| setting.poetry.said("python.use_venv"));
    if setting.folders.contains(&packages) || said.is_some_and(|value| !is_on(value)) {
        return packages;
    }
    let is_ignored = setting.variable("PDM_IGNORE_ACTIVE_VENV").is_some_and(is_on);
    match setting.variable("VIRTUAL_ENV").filter(|_| !is_ignored) {
        Some(active) => absolute(project, active),
        None => absolute(project, ".venv"),
    }
}

/// All groups for development besides the main one, unless an option says otherwise.
fn groups(call: &Call<'_>, project: &RepoPath, setting: &Setting<'_>) -> Groups {
    let named = call.lists(&["-G", "--group", "--with"]);
    let is_production = call.has(&["--prod", "--production"]);
    // One group for development stands for those that are wanted; extras leave the others as they are.
    let is_chosen = || {
        let extras = extras(project, setting);
        named.iter().any(|name| name != ":all" && !extras.contains(name))
    };
    let defaults = (is_production || is_chosen()).then(Vec::new);
    let mut without = call.lists(&["--without"]);
    if call.has(&["--no-default"]) {
        without.push(MAIN.to_owned());
    }
    Groups {
        only: Vec::new(),
        with: named,
        without: without
            .into_iter()
            .map(|name| match name.as_str() {
                "default" => MAIN.to_owned(),
                _ => name,
            })
            .collect(),
        defaults,
    }
}

fn extras(project: &RepoPath, setting: &Setting<'_>) -> Vec<String> {
    let path = project.child("pyproject.toml");
    let text = setting.files.root.text(&path);
    let document = text.and_then(|text| toml_edit::Document::parse(text).ok());
    let extras = document.as_ref().and_then(|document| {
        let table = document.get("project")?.get("optional-dependencies")?.as_table_like()?;
        Some(table.iter().map(|(name, _)| name.to_owned()).collect())
    });
    extras.unwrap_or_default()
}
