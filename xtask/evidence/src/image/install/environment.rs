//! Where an installer puts packages: which environment, or which folder.

use std::collections::BTreeMap;

use super::{Setting, call::Call};
use diagnostics::Located;
use formats::{absolute, shell::Simple};

/// The prefix of the image's own Python.
pub const SYSTEM: &str = "/usr/local";

/// The virtual environment that a command makes.
pub fn made_by(command: &Simple, setting: &Setting<'_>) -> Option<String> {
    let call = Call::read(&command.words)?;
    let named = match (call.program, call.verbs.as_slice()) {
        ("venv" | "virtualenv", []) => *call.operands.first()?,
        ("uv", ["venv"]) => match call.operands.first() {
            Some(named) => named,
            None => setting.variable("UV_PROJECT_ENVIRONMENT").unwrap_or(".venv"),
        },
        (_, _) => return None,
    };
    setting.absolute(named)
}

/// Where pip puts packages.
pub fn of_pip(call: &Call<'_>, setting: &Setting<'_>) -> String {
    let folder = match call.verbs.as_slice() {
        ["wheel"] => Some(call.value(&["-w", "--wheel-dir"]).unwrap_or(".")),
        ["download"] => Some(call.value(&["-d", "--dest"]).unwrap_or(".")),
        [..] => call.value(&["-t", "--target", "--prefix", "--root"]),
    };
    let named = |name| setting.variable(name);
    let folder = folder.or_else(|| named("PIP_TARGET")).or_else(|| named("PIP_PREFIX"));
    if let Some(folder) = folder.and_then(|folder| setting.absolute(folder)) {
        return folder;
    }
    if call.has(&["--user"]) || named("PIP_USER").is_some_and(is_on) {
        return format!("{}/.local", setting.home());
    }
    match call.value(&["--python"]) {
        Some(python) => of_python(python, setting),
        None => of_python(call.executable, setting),
    }
}

/// Where `uv pip` puts packages.
pub fn of_uv_pip(call: &Call<'_>, setting: &Setting<'_>) -> String {
    let folder = call.value(&["--target", "--prefix", "-t"]);
    if let Some(folder) = folder.and_then(|folder| setting.absolute(folder)) {
        return folder;
    }
    // Environments are passed over then, also those on PATH.
    if call.has(&["--system"]) || setting.variable("UV_SYSTEM_PYTHON").is_some_and(is_on) {
        return SYSTEM.to_owned();
    }
    let python = call
        .value(&["--python", "-p"])
        .or_else(|| setting.variable("UV_PYTHON"));
    if let Some(python) = python.filter(|python| python.contains('/')) {
        return of_python(python, setting);
    }
    let active = setting.variable("VIRTUAL_ENV").unwrap_or(".venv");
    setting.absolute(active).unwrap_or_else(|| SYSTEM.to_owned())
}

/// Where `uv sync` puts packages, in a project.
pub fn of_uv(call: &Call<'_>, project: &str, setting: &Setting<'_>) -> String {
    let active = || setting.variable("VIRTUAL_ENV").filter(|_| call.has(&["--active"]));
    let named = active().or_else(|| setting.variable("UV_PROJECT_ENVIRONMENT"));
    absolute(project, named.unwrap_or(".venv"))
}

/// The folder of the interpreters that uv downloads, where it takes no other.
pub fn managed(call: &Call<'_>, setting: &Setting<'_>) -> Option<String> {
    let preference = call.value(&["--python-preference"]);
    let preference = preference.or_else(|| setting.variable("UV_PYTHON_PREFERENCE"));
    let is_managed = call.has(&["--managed-python"])
        || setting.variable("UV_MANAGED_PYTHON").is_some_and(is_on)
        || preference == Some("only-managed");
    is_managed.then(|| interpreters(setting))
}

/// Whether uv downloads an interpreter that it does not find.
pub fn may_download(call: &Call<'_>, setting: &Setting<'_>) -> bool {
    let is_off = |name| setting.variable(name).is_some_and(is_on);
    let downloads = setting.variable("UV_PYTHON_DOWNLOADS").unwrap_or_default();
    let preference = call.value(&["--python-preference"]);
    let preference = preference.or_else(|| setting.variable("UV_PYTHON_PREFERENCE"));
    !(call.has(&["--no-python-downloads", "--no-managed-python", "--offline"])
        || matches!(downloads, "never" | "manual" | "false" | "0")
        || preference == Some("only-system")
        || is_off("UV_OFFLINE")
        || is_off("UV_NO_MANAGED_PYTHON"))
}

/// The folder that uv keeps its cache in.
pub fn cache(call: &Call<'_>, setting: &Setting<'_>) -> String {
    let named = call
        .value(&["--cache-dir"])
        .or_else(|| setting.variable("UV_CACHE_DIR"));
    if let Some(folder) = named.and_then(|folder| setting.absolute(folder)) {
        return folder;
    }
    let home = setting.variable("XDG_CACHE_HOME").map(str::to_owned);
    format!("{}/uv", home.unwrap_or_else(|| format!("{}/.cache", setting.home())))
}

/// Where uv keeps the interpreters that it downloads.
pub fn interpreters(setting: &Setting<'_>) -> String {
    if let Some(folder) = setting.variable("UV_PYTHON_INSTALL_DIR") {
        return absolute("/", folder);
    }
    let data = setting.variable("XDG_DATA_HOME").map(str::to_owned);
    format!(
        "{}/uv/python",
        data.unwrap_or_else(|| format!("{}/.local/share", setting.home()))
    )
}

/// The same of the command that makes an environment.
pub fn managed_by(command: &Simple, setting: &Setting<'_>) -> Option<String> {
    managed(&Call::read(&command.words)?, setting)
}

/// Where a tool gets an environment of its own: `pipx install`, `uv tool install`.
pub fn of_tool(call: &Call<'_>, setting: &Setting<'_>) -> String {
    let (variable, usual) = match call.program {
        "uv" => ("UV_TOOL_DIR", ".local/share/uv/tools"),
        _ if call.has(&["--global"]) => ("PIPX_GLOBAL_HOME", "/opt/pipx"),
        _ => ("PIPX_HOME", ".local/share/pipx"),
    };
    absolute(&setting.home(), setting.variable(variable).unwrap_or(usual))
}

/// The environment of a program by its path, or by the first one on `PATH`.
fn of_python(executable: &str, setting: &Setting<'_>) -> String {
    let Some((folder, _)) = executable.rsplit_once('/') else {
        return on_path(setting);
    };
    let Some(folder) = setting.absolute(folder) else {
        return SYSTEM.to_owned();
    };
    match folder.strip_suffix("/bin") {
        Some(home) if !is_system(home) => home.to_owned(),
        Some(_) => SYSTEM.to_owned(),
        // `--python /opt/venv`
        None if setting.environments.contains_key(&absolute("/", executable)) => absolute("/", executable),
        None => SYSTEM.to_owned(),
    }
}

/// The environment whose programs are found first.
pub fn on_path(setting: &Setting<'_>) -> String {
    let path = setting.variable("PATH").unwrap_or_default();
    let homes = path
        .split(':')
        .filter_map(|folder| folder.trim_end_matches('/').strip_suffix("/bin"));
    for home in homes {
        if is_system(home) {
            break;
        }
        if setting.environments.contains_key(home) {
            return home.to_owned();
        }
    }
    SYSTEM.to_owned()
}

fn is_system(home: &str) -> bool {
    matches!(home, "/usr/local" | "/usr" | "")
}

pub fn is_on(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on")
}

/// Virtual environments by path, with the command that made them.
pub type Environments = BTreeMap<String, Located<String>>;
