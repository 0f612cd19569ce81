//! What builds, locks or installs, and is never needed to run.

/// Python distributions, sorted.
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

/// Whether a Python package is such a tool.
pub fn is_tool(name: &str) -> bool {
    PYTHON.contains(&name)
}

/// System packages with compilers and what drives them, sorted.
pub const SYSTEM: [&str; 27] = [
    "autoconf",
    "automake",
    "build-base",
    "build-essential",
    "cargo",
    "clang",
    "cmake",
    "cpp",
    "default-jdk",
    "dpkg-dev",
    "g++",
    "gcc",
    "gcc-c++",
    "gfortran",
    "golang",
    "libtool",
    "llvm",
    "make",
    "meson",
    "musl-dev",
    "ninja-build",
    "pipx",
    "pkg-config",
    "pkgconf",
    "python3-poetry",
    "rust",
    "rustc",
];

/// `gcc`, `gcc-12`, `gcc=4:12.2.0-3`: what compiles, and brings no library that a program loads.
pub fn is_compiler(package: &str) -> bool {
    let name = package.split(['=', ':', '~', '<', '>']).next().unwrap_or_default();
    let plain = name
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
        .trim_end_matches('-');
    SYSTEM.contains(&name) || SYSTEM.contains(&plain)
}
