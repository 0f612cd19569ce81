//! Python distributions that build, lock or install, and are never needed to run.

/// Their names, sorted.
pub const PYTHON: [&str; 16] = [
    "build",
    "cython",
    "flit",
    "flit-core",
    "hatch",
    "hatchling",
    "maturin",
    "meson-python",
    "pdm",
    "pip-tools",
    "pipenv",
    "pipx",
    "poetry",
    "poetry-core",
    "setuptools",
    "uv",
];

/// Whether a distribution is one of them.
/// Whether a Python package is such a tool.
pub fn is_tool(name: &str) -> bool {
    PYTHON.contains(&name)
}
