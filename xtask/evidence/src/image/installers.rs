//! Words of programs that install, by which a text that is not understood, or lies elsewhere, matters.

const PROGRAMS: [&str; 13] = [
    "pip", "poetry", "uv ", "pdm", "conda", "mamba", "pixi ", "hatch ", "rye ", "apt-get", "apt ", "apk ", "dnf ",
];

const CALLS: [&str; 15] = [
    "pip install",
    "pip3 install",
    "poetry install",
    "pipenv install",
    "pipenv sync",
    "pdm install",
    "pdm sync",
    "conda install",
    "conda env",
    "mamba install",
    "pixi install",
    "uv sync",
    "uv pip",
    "apt-get install",
    "apk add",
];

/// Whether a text names any: a command in it may install.
pub fn are_named(text: &str) -> bool {
    PROGRAMS.iter().any(|name| text.contains(name))
}

/// Whether a line of a script or a Makefile calls one.
pub fn installs(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| CALLS.iter().any(|call| line.contains(call)))
}
