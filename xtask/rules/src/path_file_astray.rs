use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Pair, owned::is_path_file_known};

pub const RULE: Rule = Rule {
    id: "path-file-astray",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "a `.pth` file points to a folder that does not exist, or belongs to no package",
    why: "the file is left over from an editable install, or runs code that nobody installed",
    example: "core.pth with `/build/libs/core`, in an environment copied from the stage that had that folder",
    fix: "install the package as a wheel; with Poetry in a stage, not `develop = true`",
    check: Check::Images(check),
};

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for side in pair.sides() {
        for file in side.built.interpreter.iter().flat_map(|python| &python.path_files) {
            let gone: Vec<&String> = file
                .folders
                .iter()
                .filter(|folder| !side.built.files.exists(folder))
                .collect();
            if let Some(folder) = gone.first() {
                let message = format!(
                    "`{}` points to `{folder}`, which does not exist in {}",
                    file.path, side.name
                );
                found.push(Problem::error(message).at(side.place()));
            } else if side.name == "production" && !is_path_file_known(side.built, file) {
                let message = format!("`{}` is in {} and belongs to no package", file.path, side.name);
                let says = file
                    .folders
                    .iter()
                    .chain(&file.code)
                    .map(|line| format!("the line is `{line}`"));
                let problem = Problem::error(message).at(side.place());
                found.push(says.fold(problem, Problem::note));
            }
        }
    }
    found
}
