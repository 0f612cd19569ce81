//! Packages, each with the backend that builds it.

pub struct Case {
    pub what: &'static str,
    pub backend: &'static str,
    /// What follows `[project]` and `[build-system]` in the manifest.
    pub settings: &'static str,
    /// Besides those of [`USUAL`].
    pub files: &'static [&'static str],
}

/// A package with a module, data, types and a test among its modules, and other things beside it.
pub const USUAL: [&str; 9] = [
    "README.md",
    "src/my_lib/__init__.py",
    "src/my_lib/main.py",
    "src/my_lib/py.typed",
    "src/my_lib/data/default.json",
    "src/my_lib/sub/__init__.py",
    "src/my_lib/sub/template.html",
    "src/my_lib/__pycache__/main.cpython-311.pyc",
    "tests/test_it.py",
];

pub const fn case(
    what: &'static str,
    backend: &'static str,
    settings: &'static str,
    files: &'static [&'static str],
) -> Case {
    Case {
        what,
        backend,
        settings,
        files,
    }
}

pub const POETRY: &str = "poetry.core.masonry.api";
pub const HATCH: &str = "hatchling.build";
pub const SETUPTOOLS: &str = "setuptools.build_meta";
pub const FLIT: &str = "flit_core.buildapi";
pub const PDM: &str = "pdm.backend";
pub const UV: &str = "uv_build";

pub const CASES: &[Case] = &[
    case(
        "poetry, all of it for the archive of sources",
        POETRY,
        "[tool.poetry]\npackages = [{ include = \"my_lib\", from = \"src\", format = \"sdist\" }]\n",
        &[],
    ),
    case("poetry", POETRY, "", &["src/other/__init__.py"]),
    case(
        "poetry, named",
        POETRY,
        "[tool.poetry]\npackages = [{ include = \"my_lib\", from = \"src\" }, { include = \"other\", from = \"src\" }]\n",
        &["src/other/__init__.py", "src/other/x.txt"],
    ),
    case(
        "poetry, excluded",
        POETRY,
        "[tool.poetry]\nexclude = [\"**/*.json\", \"src/my_lib/sub\"]\n",
        &[],
    ),
    case(
        "poetry, included",
        POETRY,
        "[tool.poetry]\ninclude = [{ path = \"extra.txt\", format = \"wheel\" }, \"README.md\"]\n",
        &["extra.txt"],
    ),
    case(
        "poetry, a part of a package",
        POETRY,
        "[tool.poetry]\npackages = [{ include = \"my_lib/**/*.py\", from = \"src\" }]\n",
        &[],
    ),
    case(
        "poetry, for the archive of sources alone",
        POETRY,
        "[tool.poetry]\npackages = [{ include = \"my_lib\", from = \"src\" }, { include = \"other\", from = \"src\", format = \"sdist\" }]\n",
        &["src/other/__init__.py"],
    ),
    case("hatchling", HATCH, "", &["src/other/__init__.py"]),
    case(
        "hatchling, named",
        HATCH,
        "[tool.hatch.build.targets.wheel]\npackages = [\"src/my_lib\", \"src/other\"]\n",
        &["src/other/__init__.py"],
    ),
    case(
        "hatchling, excluded",
        HATCH,
        "[tool.hatch.build.targets.wheel]\nexclude = [\"*.json\", \"/src/my_lib/sub\"]\n",
        &[],
    ),
    case("hatchling, ignored by git", HATCH, "", &[".gitignore"]),
    case(
        "hatchling, by paths",
        HATCH,
        "[tool.hatch.build.targets.wheel]\nonly-include = [\"src/my_lib/sub\", \"src/my_lib/__init__.py\"]\nsources = [\"src\"]\n",
        &[],
    ),
    case(
        "hatchling, forced",
        HATCH,
        "[tool.hatch.build.targets.wheel.force-include]\n\"extra.txt\" = \"my_lib/extra.txt\"\n",
        &["extra.txt"],
    ),
    case("setuptools, found", SETUPTOOLS, "", &[]),
    case(
        "setuptools, two packages",
        SETUPTOOLS,
        "",
        &["src/other/__init__.py", "src/other/x.txt"],
    ),
    case(
        "setuptools, where",
        SETUPTOOLS,
        "[tool.setuptools.packages.find]\nwhere = [\"src\"]\n",
        &[],
    ),
    case(
        "setuptools, where and what",
        SETUPTOOLS,
        "[tool.setuptools.packages.find]\nwhere = [\"src\"]\nexclude = [\"my_lib.sub*\"]\n",
        &[],
    ),
    case(
        "setuptools, without namespaces",
        SETUPTOOLS,
        "[tool.setuptools.packages.find]\nwhere = [\"src\"]\nnamespaces = false\n",
        &["src/my_lib/plain/x.py"],
    ),
    case(
        "setuptools, named",
        SETUPTOOLS,
        "[tool.setuptools]\npackages = [\"my_lib\"]\npackage-dir = { \"\" = \"src\" }\n",
        &[],
    ),
    case(
        "setuptools, data",
        SETUPTOOLS,
        "[tool.setuptools.package-data]\nmy_lib = [\"data/*.json\"]\n\"*\" = [\"*.html\"]\n",
        &[],
    ),
    case(
        "setuptools, data at any depth",
        SETUPTOOLS,
        "[tool.setuptools.package-data]\nmy_lib = [\"**/*.json\"]\n",
        &["src/my_lib/a/b/c.json"],
    ),
    case("setuptools, MANIFEST.in", SETUPTOOLS, "", &["MANIFEST.in"]),
    case(
        "setuptools, flat",
        SETUPTOOLS,
        "[tool.setuptools.packages.find]\ninclude = [\"flat*\"]\n",
        &["flat/__init__.py", "flat/x.json"],
    ),
    case(
        "setuptools, modules",
        SETUPTOOLS,
        "[tool.setuptools]\npy-modules = [\"one\"]\n",
        &["one.py", "two.py"],
    ),
    case("flit", FLIT, "", &["src/other/__init__.py"]),
    case(
        "flit, named",
        FLIT,
        "[tool.flit.module]\nname = \"other\"\n",
        &["src/other/__init__.py", "src/other/x.json"],
    ),
    case("pdm", PDM, "", &["src/other/__init__.py"]),
    case(
        "pdm, excluded",
        PDM,
        "[tool.pdm.build]\nexcludes = [\"**/*.json\", \"src/my_lib/sub\"]\n",
        &[],
    ),
    case(
        "pdm, included",
        PDM,
        "[tool.pdm.build]\nincludes = [\"src/my_lib\"]\n",
        &["src/other/__init__.py"],
    ),
    case("uv", UV, "", &["src/other/__init__.py"]),
    case(
        "uv, named",
        UV,
        "[tool.uv.build-backend]\nmodule-name = [\"my_lib\", \"other\"]\n",
        &["src/other/__init__.py"],
    ),
    case(
        "uv, excluded",
        UV,
        "[tool.uv.build-backend]\nwheel-exclude = [\"*.json\"]\nsource-exclude = [\"/src/my_lib/sub\"]\n",
        &[],
    ),
    case(
        "uv, elsewhere",
        UV,
        "[tool.uv.build-backend]\nmodule-root = \"\"\nmodule-name = \"flat\"\n",
        &["flat/__init__.py", "flat/x.json"],
    ),
    case(
        "maturin",
        "maturin",
        "[tool.maturin]\nbindings = \"bin\"\npython-source = \"src\"\nmodule-name = \"my_lib._my_lib\"\n",
        &["Cargo.toml", "src/main.rs"],
    ),
];
