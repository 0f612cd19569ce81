//! A uv workspace in which a lib alone names an index: the images of the services that need it ask there too.

use super::*;

const LOCK: &str = r#"version = 1
requires-python = ">=3.11, <3.14"

[manifest]
members = ["core", "web"]

[[package]]
name = "core"
version = "1.0.0"
source = { editable = "packages/core" }
dependencies = [{ name = "inner" }]

[package.metadata]
requires-dist = [{ name = "inner", index = "https://inner.example.org/simple" }]

[[package]]
name = "inner"
version = "1.2.0"
source = { registry = "https://inner.example.org/simple" }
wheels = [
    { url = "https://inner.example.org/inner-1.2.0-py3-none-any.whl", hash = "sha256:45c26b55eb3755df79a05c8f9b0107513e1beecf1f6b9dc12acfc27fdccc9fc1" },
]

[[package]]
name = "web"
version = "1.0.0"
source = { editable = "apps/web" }
dependencies = [{ name = "core" }]

[package.metadata]
requires-dist = [{ name = "core", editable = "packages/core" }]
"#;

const INDEX: &str =
    "[[tool.uv.index]]\nname = \"inner\"\nurl = \"https://inner.example.org/simple\"\nexplicit = true\n";

fn package(name: &str, dependency: &str, rest: &str) -> String {
    format!(
        "[project]\nname = \"{name}\"\nversion = \"1.0.0\"\nrequires-python = \">=3.11,<3.14\"\ndependencies = [\"{dependency}\"]\n\n\
         [build-system]\nrequires = [\"hatchling>=1.27\"]\nbuild-backend = \"hatchling.build\"\n\n{rest}"
    )
}

/// The workspace, with these lines in the manifest of the service.
fn workspace(of_service: &str) -> Fixture {
    let repo = Fixture::sound();
    for folder in ["services", "libs", "xtask"] {
        fs::remove_dir_all(repo.path(folder)).unwrap();
    }
    repo.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\n\n[workspace.metadata.xtask]\nservices = [\"apps/*\"]\nlibs = [\"packages/*\"]\nbase-image = \"python:3.13-slim-trixie\"\n",
    );
    repo.write(
        "pyproject.toml",
        "[tool.uv.workspace]\nmembers = [\"apps/*\", \"packages/*\"]\n",
    );
    repo.write("uv.lock", LOCK);
    let lib = format!("[tool.uv.sources]\ninner = {{ index = \"inner\" }}\n\n{INDEX}");
    repo.write("packages/core/pyproject.toml", package("core", "inner", &lib));
    repo.write(
        "packages/core/src/core/__init__.py",
        "import inner\n\nNAME = inner.__name__\n",
    );
    let service = format!(
        "[tool.uv.sources]\ncore = {{ workspace = true }}\n\n[tool.xtask]\ncommand = [\"python\", \"-m\", \"web\"]\n{of_service}"
    );
    repo.write("apps/web/pyproject.toml", package("web", "core", &service));
    repo.write("apps/web/src/web/__init__.py", "");
    repo.write("apps/web/src/web/__main__.py", "import core\n\nprint(core.NAME)\n");
    repo
}

#[test]
fn an_index_that_a_lib_names_is_asked() {
    for of_service in ["", &format!("\n{INDEX}")] {
        let repo = workspace(of_service);
        let output = repo.run(&["gen-dockerfiles"]);
        assert_eq!(code(&output), 0, "{}", shown(&output));
        let pins = repo.read("apps/web/requirements.txt");
        let options = pins.lines().filter(|line| line.contains("inner.example.org"));
        assert_eq!(
            options.collect::<Vec<_>>(),
            ["--extra-index-url https://inner.example.org/simple"]
        );
        let dockerfile = repo.read("apps/web/Dockerfile");
        assert!(dockerfile.contains("type=secret,id=index"), "{dockerfile}");
        assert!(
            dockerfile.contains("--index-strategy=unsafe-best-match"),
            "{dockerfile}"
        );
        let parity = repo.run(&["verify-parity"]);
        assert_eq!(code(&parity), 0, "{}", shown(&parity));
    }
}
