//! Installers whose packages are not followed: what they do is said, and nothing is taken for known.

use super::call::Call;
use formats::shell::Simple;

const CONDA: &str = "packages of conda are not followed, so this image's packages are not compared";
const PIXI: &str = "packages of pixi are not followed, so this image's packages are not compared";
const HATCH: &str = "environments of Hatch are not followed, so this image's packages are not compared";
const RYE: &str = "locks of Rye are not followed, so this image's packages are not compared";

/// Why it cannot be told what a command installs. `None` where it installs nothing.
pub fn why(command: &Simple, call: &Call<'_>) -> Option<&'static str> {
    let verbs = call.verbs.as_slice();
    match (call.program, verbs) {
        ("conda" | "mamba" | "micromamba", ["install" | "create" | "update"] | ["env", "create" | "update"]) => {
            Some(CONDA)
        }
        ("conda-lock", ["install"]) => Some(CONDA),
        ("pixi", ["install" | "add" | "update" | "upgrade"] | ["global", _]) => Some(PIXI),
        ("hatch", ["env", "create"] | ["shell"]) => Some(HATCH),
        ("rye", ["sync" | "add" | "install" | "lock"]) => Some(RYE),
        ("conda" | "mamba" | "micromamba", ["run"]) => within(command).then_some(CONDA),
        ("pixi", ["run"]) => within(command).then_some(PIXI),
        ("hatch", ["run"] | ["env", "run"]) => within(command).then_some(HATCH),
        ("rye", ["run"]) => within(command).then_some(RYE),
        (_, _) => None,
    }
}

/// `conda run -n web pip install …`: whether an installer runs in the environment.
fn within(command: &Simple) -> bool {
    let words = &command.words;
    (1..words.len()).any(|at| {
        let call = Call::read(&words[at..]);
        call.is_some_and(|call| matches!(call.verbs.as_slice(), [.., "install" | "sync" | "add"]))
    })
}
