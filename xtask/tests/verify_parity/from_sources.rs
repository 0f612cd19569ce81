//! Images that start a program out of its sources, without installing it: what is right is silent, and its twin is found.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{fixture::Fixture, suite};

const UV: &str = "COPY --from=ghcr.io/astral-sh/uv:0.7.3 /uv /bin/\nWORKDIR /app\nCOPY pyproject.toml README.md ./\nCOPY src ./src\n";
const MODULE: &str = "WORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-deps --require-hashes -r requirements.txt\nCOPY src /app/src\n";

/// A project of one image. `dockerfile` follows FROM.
fn project(dockerfile: &str) -> Fixture {
    let repo = Fixture::empty();
    repo.write(
        "pyproject.toml",
        "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"uvicorn>=0.30\", \"redis>=5\"]\n\n\
         [build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n\n\
         [tool.setuptools.packages.find]\nwhere = [\".\"]\ninclude = [\"src*\"]\n",
    );
    let hash = "0".repeat(64);
    repo.write(
        "requirements.txt",
        format!("redis==5.2.1 --hash=sha256:{hash}\nuvicorn==0.34.0 --hash=sha256:{hash}\n"),
    );
    repo.write("README.md", "A shop.\n");
    repo.write("src/__init__.py", "");
    repo.write(
        "src/main.py",
        "import redis\n\nfrom src.prices import price\n\napp = price\n",
    );
    repo.write("src/prices.py", "def price(): ...\n");
    repo.write("Dockerfile", format!("FROM python:3.12.8-slim-bookworm\n{dockerfile}"));
    repo
}

fn rules(repo: &Fixture) -> BTreeSet<String> {
    suite::found(&repo.run(&["verify-parity", "--format", "json"])).0
}

/// None of these rules says anything.
#[track_caller]
fn silent(repo: &Fixture, of: &[&str]) {
    let said = rules(repo);
    assert!(!of.iter().any(|rule| said.contains(*rule)), "{said:?}");
}

#[track_caller]
fn found(repo: &Fixture, rule: &str) {
    let said = rules(repo);
    assert!(said.contains(rule), "{said:?}");
}

#[test]
fn src_may_be_the_module() {
    let start = "CMD [\"uvicorn\", \"src.main:app\"]\n";
    silent(
        &project(&format!("{MODULE}{start}")),
        &["service-missing", "module-missing", "import-not-installed"],
    );
    let elsewhere = MODULE.replace("/app/src", "/app/shop");
    found(&project(&format!("{elsewhere}{start}")), "service-missing");
}

#[test]
fn a_script_may_say_where_its_modules_are() {
    let script = |text: &str| {
        let repo = project(&format!(
            "{MODULE}COPY main.py .\nENTRYPOINT [\"python\", \"main.py\"]\n"
        ));
        std::fs::remove_file(repo.path("src/__init__.py")).unwrap();
        repo.edit(
            "pyproject.toml",
            "where = [\".\"]\ninclude = [\"src*\"]",
            "where = [\"src\"]",
        );
        repo.write("src/shop/__init__.py", "price = 1\n");
        repo.write(
            "main.py",
            format!("import os\nimport sys\n\n{text}\nfrom shop import price\n"),
        );
        repo
    };
    let edits = [
        "sys.path.insert(0, os.path.join(os.path.dirname(__file__), \"src\"))",
        "if True:\n    sys.path.append(\"/app/src\")",
        "sys.path[:0] = [\"src\"]",
        "import site; site.addsitedir(\"src\")\nsite.addsitedir(\"src\")",
    ];
    for edit in edits {
        silent(&script(edit), &["service-missing", "module-missing"]);
    }
    found(&script("# sys.path.insert(0, \"src\")"), "service-missing");
}

#[test]
fn nobody_knows_what_a_resolver_installs() {
    let of_installs = [
        "import-not-installed",
        "package-missing",
        "program-missing",
        "requirement-file-refused",
    ];
    for step in [
        "uv sync",
        "uv sync --no-dev",
        "uv add redis",
        "uv pip install --system -r pyproject.toml",
        "uv venv && uv pip install --requirements ./pyproject.toml",
        "pip install poetry==2.1.3 && poetry update",
        "pip install pdm==2.26.1 && pdm add redis",
    ] {
        silent(
            &project(&format!(
                "{UV}RUN {step}\nENV PATH=/app/.venv/bin:$PATH\nCMD [\"uvicorn\", \"src.main:app\"]\n"
            )),
            &of_installs,
        );
    }
    let named = project(&format!("{MODULE}CMD [\"uvicorn\", \"src.main:app\"]\n"));
    named.edit("src/main.py", "import redis", "import flask\nimport redis");
    found(&named, "import-not-installed");
    // pip reads requirement files alone.
    found(
        &project(&format!(
            "{MODULE}COPY pyproject.toml ./\nRUN pip install -r pyproject.toml\nCMD [\"uvicorn\"]\n"
        )),
        "requirement-file-refused",
    );
}

#[test]
fn a_program_is_found_from_the_working_directory() {
    let with = |command: &str| project(&format!("{UV}RUN uv sync --locked --no-dev\n{command}\n"));
    for command in [
        "CMD [\".venv/bin/uvicorn\", \"src.main:app\"]",
        "CMD [\"./.venv/bin/uvicorn\", \"src.main:app\"]",
        "CMD [\"/bin/sh\", \"-c\", \"exec .venv/bin/uvicorn src.main:app --port ${PORT:-8000}\"]",
        "CMD .venv/bin/uvicorn src.main:app",
    ] {
        silent(&with(command), &["environment-not-on-path", "program-missing"]);
    }
    for command in [
        "CMD [\"uvicorn\", \"src.main:app\"]",
        "WORKDIR /srv\nCMD [\".venv/bin/uvicorn\", \"src.main:app\"]",
    ] {
        found(&with(command), "environment-not-on-path");
    }
}

#[test]
fn what_uv_makes_again_is_no_error() {
    let level = |steps: &str| {
        let repo = project(&format!(
            "{UV}ENV PATH=/app/.venv/bin:$PATH\n{steps}CMD [\"uvicorn\", \"src.main:app\"]\n"
        ));
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut findings = json["findings"].as_array().unwrap().iter();
        let finding = findings.find(|finding| finding["rule"] == "virtual-environment-overlaid");
        finding.unwrap()["level"].as_str().unwrap().to_owned()
    };
    let first = "RUN uv sync --locked --no-install-project\n";
    for again in ["uv sync --locked", "uv sync --frozen --no-editable", "uv sync"] {
        assert_eq!(level(&format!("{first}COPY . /app\nRUN {again}\n")), "warning");
    }
    assert_eq!(level(&format!("{first}COPY . /app\n")), "error");
    assert_eq!(
        level(&format!(
            "{first}RUN uv sync --locked\nCOPY . /app\nRUN uv lock --check\n"
        )),
        "error"
    );
}

#[test]
fn an_image_to_work_in_runs_no_module() {
    let with = |command: &str| {
        let repo = project(&format!("COPY src/prices.py /work/src/\nWORKDIR /work\n{command}\n"));
        repo.write("src/__init__.py", "app = 1\n");
        repo
    };
    silent(&with("CMD [\"/bin/bash\"]"), &["module-missing"]);
    silent(&with("CMD bash"), &["module-missing"]);
    found(&with("CMD [\"python\", \"-m\", \"src.prices\"]"), "module-missing");
}

#[test]
fn a_release_of_itself_brings_what_it_needs() {
    let with = |what: &str| {
        let repo = project(&format!(
            "RUN pip install {what}\nCMD [\"python\", \"-m\", \"src.main\"]\n"
        ));
        repo.edit("src/main.py", "import redis", "import flask\nimport redis");
        repo
    };
    for what in ["shop", "shop==1", "'shop[web]==1'"] {
        silent(&with(what), &["import-not-installed"]);
    }
    found(&with("--no-deps shop==1"), "import-not-installed");
}
