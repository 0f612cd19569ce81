//! The frontend beside the services: its packages from its lock, and how it is started.

#![expect(
    clippy::disallowed_methods,
    reason = "programs of this machine, and `node_modules`, which npm makes"
)]

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::{self, File},
    io::{self, Write},
};

use repo::Root;
use xshell::cmd;

use super::{
    launch::{Launch, ServiceLaunch, is_installed},
    strays,
};
use diagnostics::{Place, Problem};
use repo::{Frontend, Program, Surroundings};
use subprocess::{self as process, shell};

/// What installs and serves the pages.
pub const NPM: &str = "npm";
/// The lock that the packages were installed from.
const NOTE: &str = ".xtask-installed";

/// Whether its packages can be installed here.
pub fn can_be_installed() -> bool {
    is_installed(NPM)
}

/// Installs the packages of its lock, where that has not been done before; tells whether it did. Two runs at once wait
/// for each other.
pub fn install(root: &Root, frontend: &Frontend) -> Result<bool, Vec<Problem>> {
    let lock = frontend.lock(root)?;
    let folder = frontend.folder.value.under(root);
    // Inside of what it speaks for, so that both go together.
    let note = folder.join("node_modules").join(NOTE);
    let is_done = || fs::read_to_string(&note).is_ok_and(|noted| noted == lock);
    let failed = |error: io::Error| {
        Problem::error(format!("cannot note down which packages are installed: {error}"))
            .at(Place::File(frontend.folder.value.to_string()))
    };
    let target = root.join("target/xtask");
    fs::create_dir_all(&target).map_err(failed)?;
    let turn = File::create(target.join(format!("npm-{}.lock", frontend.name))).map_err(failed)?;
    turn.lock().map_err(failed)?;
    if is_done() {
        return Ok(false);
    }
    let shell = shell()?;
    shell.change_dir(&folder);
    let purpose = "install the packages of the lock";
    process::demand(purpose, cmd!(shell, "{NPM} ci --no-audit --no-fund"))?;
    fs::create_dir_all(folder.join("node_modules")).map_err(failed)?;
    let written = File::create(&note).and_then(|mut file| file.write_all(lock.as_bytes()));
    written.map_err(failed)?;
    Ok(true)
}

/// It is a service to whoever starts and watches it. `inherited` is as for those.
pub fn launch(
    root: &Root,
    frontend: &Frontend,
    surroundings: &Surroundings,
    inherited: &dyn Fn(&str) -> bool,
) -> ServiceLaunch {
    let kept: Vec<String> = frontend
        .serve
        .env
        .keys()
        .filter(|name| inherited(name))
        .cloned()
        .collect();
    let mut launch = run(root, frontend, &frontend.serve, surroundings);
    launch.env.retain(|name, _| !kept.contains(name));
    let port = surroundings.port;
    ServiceLaunch {
        launch,
        port: Some(port),
        health: frontend.health.clone(),
        ready: None,
        note: None,
        urls: frontend
            .open
            .iter()
            .map(|path| format!("http://127.0.0.1:{port}{path}"))
            .collect(),
        sign_in: None,
        debug_port: None,
        kept,
    }
}

/// One of its programs.
pub fn run(root: &Root, frontend: &Frontend, program: &Program, surroundings: &Surroundings) -> Launch {
    let mut env: BTreeMap<String, OsString> = program
        .env
        .iter()
        .map(|(name, text)| (name.clone(), text.render(surroundings).into()))
        .collect();
    env.insert(strays::VARIABLE.to_owned(), strays::mark().into());
    let mut words = program.command.iter();
    Launch {
        name: frontend.name.clone(),
        program: words.next().map(String::as_str).unwrap_or_default().into(),
        arguments: words.cloned().collect(),
        env,
        dir: frontend.folder.value.under(root),
    }
}
