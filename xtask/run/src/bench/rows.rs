//! What is measured, and against what.

#![expect(clippy::disallowed_methods, reason = "a scratch folder of the measurement's own")]

use std::{env, fs, path::Path, process::Command};

use super::{Reference, Row, monorepo, time};
use crate::environments::{Interpreter, Tools};
use diagnostics::Problem;
use repo::{Package, Repo};

/// Sizes of generated monorepos: the time is to grow with them, and no faster.
const SIZES: [usize; 3] = [10, 100, 1000];

/// The table, a row an entry.
pub fn all(repo: &Repo, scratch: &Path) -> Result<Vec<Row>, Vec<Problem>> {
    let own = env::current_exe().map_err(|error| vec![Problem::error(format!("cannot find this program: {error}"))])?;
    let at = |root: &Path, words: &[&str]| {
        let mut command = Command::new(&own);
        command
            .arg("--root")
            .arg(root)
            .args(words)
            .env("CARGO_TERM_COLOR", "never");
        command
    };
    let xtask = |words: &[&str]| at(&repo.root, words);
    let poetry = poetry();
    let (wheels, elsewhere) = (scratch.join("wheels"), scratch.join("reference"));
    let out = wheels.display().to_string();
    let build = || xtask(&["build-wheels", "--out", &out]);
    let cold = |reference| Row {
        name: "build-wheels, cold".into(),
        absent: vec![wheels.clone(), repo.root.join("target/xtask/wheel-cache")],
        ours: vec![build()],
        reference,
    };
    let each_lib = |command: &dyn Fn(&Package) -> Command| repo.libs.iter().map(command).collect::<Vec<Command>>();
    let mut rows = Vec::new();
    let largest = packages(repo).max_by_key(|package| {
        let lock = package.dir.child("poetry.lock").under(&repo.root);
        fs::metadata(lock).map_or(0, |metadata| metadata.len())
    });
    if let Some(package) = largest {
        let dir = package.dir.under(&repo.root);
        rows.push(Row {
            name: format!("export-requirements {}", package.dir),
            absent: Vec::new(),
            ours: vec![xtask(&["export-requirements", &dir.display().to_string()])],
            reference: against(poetry.as_deref(), "poetry export", |poetry| {
                let mut command = Command::new(poetry);
                command.arg("export").arg("--directory").arg(&dir);
                vec![command]
            }),
        });
    }
    rows.push(Row {
        name: "gen-dockerfiles --check".into(),
        absent: Vec::new(),
        ours: vec![xtask(&["gen-dockerfiles", "--check"])],
        reference: Reference::None,
    });
    rows.push(Row {
        name: "verify-parity".into(),
        absent: Vec::new(),
        ours: vec![xtask(&["verify-parity"])],
        reference: against(poetry.as_deref(), "poetry check --lock", |poetry| {
            let checks = packages(repo).map(|package| {
                let mut command = Command::new(poetry);
                command
                    .args(["check", "--lock", "--directory"])
                    .arg(package.dir.under(&repo.root));
                command
            });
            checks.collect()
        }),
    });
    for services in SIZES {
        let root = scratch.join(format!("{services}-services"));
        monorepo::make(repo, &root, services)?;
        time(&mut at(&root, &["gen-dockerfiles"]))?;
        rows.push(Row {
            name: format!("verify-parity, {services} services"),
            absent: Vec::new(),
            ours: vec![at(&root, &["verify-parity"])],
            reference: Reference::None,
        });
    }
    rows.push(cold(against(poetry.as_deref(), "poetry build", |poetry| {
        each_lib(&|lib| {
            let mut command = Command::new(poetry);
            command.args(["build", "--format", "wheel", "--output"]).arg(&elsewhere);
            command.arg("--directory").arg(lib.dir.under(&repo.root));
            command
        })
    })));
    let tools = tools(repo)?;
    let (uv, python) = (tools.program("uv"), tools.program("python"));
    let (uv, python) = uv.and_then(|uv| Ok((uv, python?))).map_err(|problem| vec![problem])?;
    // The quickest way of uv: no isolation, nothing looked up, the same backend from the same environment.
    let flags = ["--quiet", "--wheel", "--no-build-isolation", "--offline"];
    let of_uv = each_lib(&|lib| {
        let mut command = Command::new(&uv);
        command.arg("build").args(flags).arg("--python").arg(&python);
        command.arg("--out-dir").arg(&elsewhere).arg(lib.dir.under(&repo.root));
        command
    });
    rows.push(cold(Reference::Commands("uv build", of_uv)));
    rows.push(Row {
        name: "build-wheels, nothing to do".into(),
        absent: Vec::new(),
        ours: vec![build()],
        reference: Reference::None,
    });
    Ok(rows)
}

fn packages(repo: &Repo) -> impl Iterator<Item = &Package> {
    repo.services.iter().map(|service| &service.package).chain(&repo.libs)
}

fn against(program: Option<&str>, name: &'static str, commands: impl FnOnce(&str) -> Vec<Command>) -> Reference {
    match program {
        Some(program) => Reference::Commands(name, commands(program)),
        None => Reference::Absent(name),
    }
}

/// The command that runs Poetry, where it answers.
fn poetry() -> Option<String> {
    let program = env::var("POETRY").unwrap_or_else(|_| "poetry".into());
    time(Command::new(&program).arg("--version")).ok().map(|_| program)
}

fn tools(repo: &Repo) -> Result<Tools, Vec<Problem>> {
    if let Some(tools) = Tools::present(&repo.root, &repo.settings)? {
        return Ok(tools);
    }
    let pythons = Interpreter::all(repo.settings.base_image()?.python)?;
    Tools::provide(&repo.root, &repo.settings, &pythons[0])
}
