//! Pipenv: which categories of the lock it installs, where to, and whether it may lock again before.

use super::{
    By, Export, Groups, Install, Setting, WhenStale,
    call::Call,
    environment::{is_on, on_path},
    project::Project,
};
use formats::absolute;
use repo::{lock::pipenv::DEV, manifest::MAIN};

pub const NO_PROJECT: &str = "its folder has no Pipfile of the repository";

/// What a command that installs takes from the lock. `None` for one that changes the Pipfile first, or does without the lock.
pub fn by(call: &Call<'_>, setting: &Setting<'_>) -> By {
    let changes = !call.operands.is_empty() || call.has(&["-r", "--requirements", "-e", "--editable"]);
    let ignores = flag(call, setting, &["--skip-lock"], "PIPENV_SKIP_LOCK");
    match call.verbs.as_slice() {
        ["install"] if changes || ignores => By::Resolver,
        [..] => By::Pipenv,
    }
}

pub fn install(mut install: Install, call: &Call<'_>, setting: &Setting<'_>) -> Result<Install, &'static str> {
    let Some(project) = Project::of(call, setting) else {
        return Err(NO_PROJECT);
    };
    install.groups = groups(call, setting);
    let says = |options: &[&str], variable| flag(call, setting, options, variable);
    let is_of_system = says(&["--system"], "PIPENV_SYSTEM");
    install.prefix = if is_of_system {
        on_path(setting)
    } else {
        environment(&project.folder, setting)
    };
    let is_held = says(&["--deploy"], "PIPENV_DEPLOY") || says(&["--ignore-pipfile"], "PIPENV_IGNORE_PIPFILE");
    install.when_stale = match (call.verbs == ["install"], is_held) {
        (false, _) | (true, true) => None,
        // It does not lock outside of an environment.
        (true, false) if is_of_system => Some(WhenStale::GoesOn),
        (true, false) => Some(WhenStale::LocksAnew),
    };
    install.project = Some(project.dir);
    install.lock = project.lock;
    Ok(install)
}

/// `pipenv requirements`, and `pipenv lock -r` of an older one.
pub fn export(call: &Call<'_>, setting: &Setting<'_>) -> Option<Export> {
    let is_export = match call.verbs.as_slice() {
        ["requirements"] => true,
        ["lock"] => call.has(&["-r", "--requirements"]),
        [..] => false,
    };
    is_export.then(|| Export {
        by: By::Pipenv,
        groups: groups(call, setting),
        is_hashed: call.has(&["--hash"]),
        lock: Project::of(call, setting).and_then(|project| project.lock),
        place: setting.place.clone(),
    })
}

/// The environment of a project.
pub fn environment(project: &str, setting: &Setting<'_>) -> String {
    let on = |name: &str| setting.variable(name).is_some_and(is_on);
    if on("PIPENV_USE_SYSTEM") {
        return on_path(setting);
    }
    if let Some(active) = setting
        .variable("VIRTUAL_ENV")
        .filter(|_| !on("PIPENV_IGNORE_VIRTUALENVS"))
    {
        return absolute(project, active);
    }
    let own = absolute(project, ".venv");
    let is_there = setting.environments.contains_key(&own) || setting.folders.contains(&own);
    if on("PIPENV_VENV_IN_PROJECT") || is_there {
        return own;
    }
    let homes = setting.variable("WORKON_HOME").unwrap_or(".local/share/virtualenvs");
    absolute(&setting.home(), homes)
}

/// Nothing but `[packages]` unless more is asked for.
fn groups(call: &Call<'_>, setting: &Setting<'_>) -> Groups {
    let categories = call
        .values(&["--categories"])
        .chain(setting.variable("PIPENV_CATEGORIES"));
    let categories = categories
        .flat_map(|list| list.split([' ', ',']))
        .filter(|name| !name.is_empty());
    let mut only: Vec<String> = categories.map(group).collect();
    if call.has(&["--dev-only"]) {
        only.push(DEV.to_owned());
    }
    let is_dev = flag(call, setting, &["-d", "--dev"], "PIPENV_DEV");
    let extras = call.values(&["--extras"]).flat_map(|list| list.split([' ', ',']));
    Groups {
        with: is_dev
            .then(|| DEV.to_owned())
            .into_iter()
            .chain(extras.map(group))
            .collect(),
        without: Vec::new(),
        only,
        defaults: (!call.has(&["--all"])).then(Vec::new),
    }
}

/// A category by the name that the Pipfile has for it.
fn group(category: &str) -> String {
    match category {
        "packages" | "default" => MAIN.to_owned(),
        "develop" => DEV.to_owned(),
        other => other.to_owned(),
    }
}

fn flag(call: &Call<'_>, setting: &Setting<'_>, options: &[&str], variable: &str) -> bool {
    call.has(options) || setting.variable(variable).is_some_and(is_on)
}
