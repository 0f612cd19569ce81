use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::built::PathFile;
use facts::{Pair, Side};
use image::end_on_sigterm;

pub const RULE: Rule = Rule {
    id: "path-file-astray",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "a `.pth` file points to a folder that does not exist, or belongs to no package",
    why: "the file is left over from an editable install, or runs code that nobody installed",
    example: "core.pth with `/build/libs/core`, in an environment copied out of the stage that had that folder",
    fix: "install the package as a wheel; with Poetry in a stage, not `develop = true`",
    check: Check::Images(check),
};

/// Made by the tools that make environments.
const KNOWN: [&str; 3] = [
    "_virtualenv.pth",
    "distutils-precedence.pth",
    "_uv_ephemeral_overlay.pth",
];

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for side in pair.sides() {
        for file in side.built.python.iter().flat_map(|python| &python.path_files) {
            let gone: Vec<&String> = file
                .folders
                .iter()
                .filter(|folder| !side.built.files.exists(folder))
                .collect();
            if let Some(folder) = gone.first() {
                let message = format!("`{}` leads to `{folder}`, which {} does not have", file.path, side.name);
                found.push(Problem::error(message).at(side.place()));
            } else if side.name == "production" && !is_known(&side, file) {
                let message = format!("`{}` is in {} and belongs to no package", file.path, side.name);
                let says = file
                    .folders
                    .iter()
                    .chain(&file.code)
                    .map(|line| format!("it says `{line}`"));
                let problem = Problem::error(message).at(side.place());
                found.push(says.fold(problem, Problem::note));
            }
        }
    }
    found
}

fn is_known(side: &Side<'_>, file: &PathFile) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let mut packages = side.built.distributions.values();
    KNOWN.contains(&name)
        || is_end_on_sigterm(name, file)
        || file.path.starts_with("/usr/lib/python3/")
        || packages.any(|package| {
            let site = package.info.rsplit_once('/').map_or("", |(site, _)| site);
            package.record.contains_key(name) && file.path == format!("{site}/{name}")
        })
}

/// Made by generated Dockerfiles; no package brings it. Its content identifies it, because anybody can use the name.
fn is_end_on_sigterm(name: &str, file: &PathFile) -> bool {
    name == end_on_sigterm::FILE && file.code == [end_on_sigterm::LINE] && file.folders.is_empty()
}
