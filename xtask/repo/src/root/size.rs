//! How large a file may be that is read as a whole. People write none of these sizes; without a bound, a file could take
//! all the memory of the machine that checks a pull request.

use diagnostics::{Place, Problem};

const MIB: u64 = 1024 * 1024;

/// What is written by hand.
const TEXT: u64 = 4 * MIB;
/// Python modules, some of them generated.
const MODULE: u64 = 16 * MIB;
/// Locks, and requirement files made from them.
const LOCK: u64 = 64 * MIB;
/// Anything else, such as data that a wheel contains.
const DATA: u64 = 1024 * MIB;

/// How many bytes a file of that name may have.
pub fn limit(path: &str) -> u64 {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "lock" | "txt" => LOCK,
        "py" | "pyi" | "json" => MODULE,
        "toml" | "yaml" | "yml" | "tpl" | "hcl" | "sh" | "bash" | "mk" | "dockerignore" | "md" | "cfg" | "ini"
        | "env" => TEXT,
        "dev" | "prod" => TEXT,
        _ if is_of_a_tool(name) => TEXT,
        _ => DATA,
    }
}

fn is_of_a_tool(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let names = [
        "dockerfile",
        "containerfile",
        "makefile",
        "justfile",
        "tiltfile",
        "pipfile",
        "procfile",
    ];
    names.iter().any(|tool| lower.contains(tool))
}

pub fn exceeded(path: &str, limit: u64) -> Problem {
    Problem::error(format!(
        "`{path}` is larger than {} MiB, which is the limit for such a file",
        limit / MIB
    ))
    .at(Place::File(path.to_owned()))
}
