//! What repositories of other people have and nobody here had thought of: a twin beside each, which is found.

use serde_json::Value;

use crate::{fixture::Fixture, suite::by_hand};

/// Rules, "" for a problem, with their messages.
fn said(repo: &Fixture) -> Vec<(String, String)> {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |name: &str| json[name].as_array().cloned().unwrap_or_default();
    let all = list("findings").into_iter().chain(list("problems"));
    all.map(|said| (text(&said["rule"]), text(&said["message"]))).collect()
}

fn has(said: &[(String, String)], rule: &str) -> bool {
    said.iter().any(|(found, _)| found == rule)
}

#[test]
fn of_pattern_rules_the_one_with_the_shortest_stem_is_made() {
    let with = |makefile: &str| {
        let repo = by_hand();
        repo.write("Makefile", makefile);
        repo.write("test/compose.pg.yaml", "services:\n  pg:\n    image: postgres:17.2\n");
        repo.write(
            ".github/workflows/test.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make engine-pg-up\n",
        );
        said(&repo)
    };
    let chain = "engine-docker-%-up:\n\tdocker compose -f test/compose.${*}.yaml up -d\n\nengine-%-up: engine-docker-%-up\n\techo $*\n";
    assert_eq!(with(chain), []);
    // A rule that needs itself under other names is made once.
    assert_eq!(with("engine-%: engine-x-%\n\techo $*\n"), []);
    // Each name is made by another rule: no chain of patterns ends by itself.
    assert_eq!(
        with("%-up: a-%-up\n\techo\n\na-%-up: b-a-%-up\n\techo\n\nb-%-up: %-up\n\techo\n"),
        []
    );
    // What the chain leads to is read.
    let pushed = chain.replace(
        "docker compose -f test/compose.${*}.yaml up -d",
        "docker build -f services/web/Dockerfile.dev -t registry.example.org/${*} --push .",
    );
    assert!(has(&with(&pushed), "ci-pushes-development"));
}

#[test]
fn a_folder_may_be_named_like_a_file() {
    let repo = by_hand();
    repo.write("docs/app.yml/keys.md", "Keys of `app.yml`.\n");
    repo.write("docs/values.yaml/index.md", "");
    assert_eq!(said(&repo), []);
    // In the place of a file that is looked for, it is in the way.
    repo.write("compose.yaml/notes.md", "");
    assert!(has(&said(&repo), ""));
}

#[test]
fn prompts_about_merges_are_texts() {
    let core = "libs/core/src/core/__init__.py";
    let with = |marker: &str, quote: &str| {
        let repo = by_hand();
        let text = repo.read(core);
        repo.write(
            core,
            format!("{text}\nEDIT = {quote}\n<<<<<<< {marker}\nold\n=======\nnew\n>>>>>>> {marker}\n{quote}\n"),
        );
        said(&repo)
    };
    assert_eq!(with("SEARCH", "\"\"\""), []);
    assert_eq!(with("ORIGINAL", "'''"), []);
    assert!(has(&with("HEAD", "\"\"\""), "source-unmerged"));
    assert!(has(&with("SEARCH", ""), "source-unmerged"));
}

#[test]
fn a_stage_beside_production_is_another_image() {
    let with = |from: &str, image: &str| {
        let repo = by_hand();
        let prod = repo.read("services/web/Dockerfile");
        let at = prod.rfind("\nFROM ").map_or(0, |at| at + 1);
        let (before, last) = prod.split_at(at);
        let copy = format!("COPY --from={from} /etc/hostname /etc/hostname\n");
        let copy = if from.is_empty() { String::new() } else { copy };
        let (first, rest) = last.split_once('\n').unwrap_or((last, ""));
        repo.write(
            "services/web/Dockerfile",
            format!("{before}FROM python:3.13-slim-trixie AS full\nUSER 10001\n\n{first}\n{copy}{rest}"),
        );
        repo.write(
            ".github/workflows/release.yml",
            format!(
                "on:\n  push:\n    tags: [\"v*\"]\njobs:\n  release:\n    runs-on: ubuntu-24.04\n    steps:\n      \
                 - run: docker build -f services/web/Dockerfile -t registry.example.org/team/web:1.0 --push .\n      \
                 - run: docker build -f services/web/Dockerfile --target full -t registry.example.org/team/{image}:1.0 --push .\n"
            ),
        );
        said(&repo)
    };
    assert!(!has(&with("", "web-full"), "ci-pushes-development"));
    assert!(!has(&with("", "web-full"), "image-name-differs"));
    // Under the name of production, or a part of it, it is not production.
    assert!(has(&with("", "web"), "ci-pushes-development"));
    assert!(has(&with("full", "web"), "ci-pushes-development"));
}

#[test]
fn the_history_is_sent_where_the_version_comes_from_it() {
    let with = |requires: &str| {
        let repo = Fixture::empty();
        repo.write(
            "pyproject.toml",
            format!(
                "[project]\nname = \"shop\"\ndynamic = [\"version\"]\nrequires-python = \">=3.12\"\n\n\
                 [build-system]\nrequires = [{requires}]\nbuild-backend = \"setuptools.build_meta\"\n"
            ),
        );
        repo.write("src/shop/__init__.py", "");
        repo.write(".dockerignore", ".venv\n.env\n");
        repo.write(
            "Dockerfile",
            "FROM python:3.12.8-slim-bookworm\nCOPY . /app\nRUN pip install --no-deps /app\nCMD [\"python\", \"-m\", \"shop\"]\n",
        );
        said(&repo)
    };
    assert!(!has(
        &with("\"setuptools\", \"setuptools_scm>=8\""),
        "context-not-pruned"
    ));
    assert!(has(&with("\"setuptools\""), "context-not-pruned"));
}

#[test]
fn without_its_lock_a_frozen_sync_fails() {
    let with = |flag: &str| {
        let repo = Fixture::empty();
        repo.write(
            "pyproject.toml",
            "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\n",
        );
        repo.write(
            "uv.lock",
            "version = 1\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"shop\"\nversion = \"1\"\nsource = { virtual = \".\" }\n",
        );
        repo.write("main.py", "");
        repo.write(
            "Dockerfile",
            format!(
                "FROM python:3.12.8-slim-bookworm\nCOPY --from=ghcr.io/astral-sh/uv:0.7.3 /uv /bin/\nWORKDIR /app\n\
                 COPY pyproject.toml main.py ./\nRUN uv sync {flag}\nCMD [\"python\", \"main.py\"]\n"
            ),
        );
        let said = said(&repo).into_iter().filter(|(rule, _)| rule == "install-resolves");
        said.map(|(_, message)| message).collect::<Vec<_>>()
    };
    for flag in ["--frozen", "--locked --no-dev"] {
        let said = with(flag);
        assert!(
            said.iter().all(|said| said.ends_with("so this step fails")) && !said.is_empty(),
            "{said:?}"
        );
    }
    assert_eq!(with(""), ["this resolves versions during the build"]);
}

#[test]
fn what_is_not_known_is_explained_below_the_table() {
    let repo = by_hand();
    let table = |repo: &Fixture| String::from_utf8_lossy(&repo.run(&["verify-parity"]).stdout).into_owned();
    std::fs::remove_file(repo.path("services/web/Dockerfile.dev")).unwrap();
    let said = table(&repo);
    assert!(said.contains("\n?: there are not two images to compare\n"), "{said}");
    let repo = by_hand();
    repo.edit("services/web/pyproject.toml", "uvicorn>=0.30", "uvicorn>=999");
    let said = table(&repo);
    assert!(said.contains("no lock fits the manifest"), "{said}");
}

#[test]
fn dockerfiles_of_no_service_are_named() {
    let repo = Fixture::empty();
    repo.write(
        "pyproject.toml",
        "[project]\nname = \"llama\"\nversion = \"1\"\nrequires-python = \">=3.12\"\n",
    );
    for flavour in ["cuda", "simple"] {
        let text = "FROM python:3.12.8-slim-bookworm\nCOPY . .\nRUN pip install --no-deps .\n";
        repo.write(&format!("docker/{flavour}/Dockerfile"), text);
    }
    let shown = |repo: &Fixture| String::from_utf8_lossy(&repo.run(&["verify-parity"]).stderr).into_owned();
    let said = shown(&repo);
    assert!(said.contains("no service found to check"), "{said}");
    assert!(
        said.contains("`docker/cuda/Dockerfile`, `docker/simple/Dockerfile`"),
        "{said}"
    );
    // What it says to do is enough.
    repo.write("Cargo.toml", "[workspace.metadata.xtask]\nservices = [\".\"]\n");
    let manifest = repo.read("pyproject.toml");
    repo.write(
        "pyproject.toml",
        format!("{manifest}\n[tool.xtask.dockerfiles]\nprod = {{ file = \"docker/simple/Dockerfile\" }}\n"),
    );
    let said = shown(&repo);
    assert!(said.contains("`llama` has no Dockerfile for development"), "{said}");
    assert!(!said.contains("for production [dockerfile-missing]"), "{said}");
}

/// The levels of what a rule says.
fn levels(repo: &Fixture, rule: &str) -> Vec<String> {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let found = json["findings"].as_array().cloned().unwrap_or_default().into_iter();
    let found = found.filter(|found| found["rule"] == rule);
    found
        .map(|found| found["level"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_name_of_a_release_is_a_version_where_the_image_is_named_after_it() {
    let with = |base: &str| {
        let repo = Fixture::empty();
        repo.write(
            "pyproject.toml",
            "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\n",
        );
        repo.write("main.py", "");
        repo.write(
            "Dockerfile",
            format!("FROM {base}\nCOPY main.py .\nCMD [\"python3\", \"main.py\"]\n"),
        );
        levels(&repo, "base-image-floats")
    };
    for base in ["registry.example.org/ubuntu-devcontainer:noble", "debian:trixie-slim"] {
        assert_eq!(with(base), [] as [&str; 0], "{base}");
    }
    for base in ["registry.example.org/ubuntu-devcontainer:latest", "nginx:bookworm"] {
        assert_eq!(with(base), ["warning"], "{base}");
    }
}

#[test]
fn a_chart_that_adds_options_works_today() {
    let with = |args: &str| {
        let repo = by_hand();
        let prod = "services/web/Dockerfile";
        let text = repo.read(prod);
        let command = text.lines().find(|line| line.starts_with("CMD")).unwrap();
        repo.edit(
            prod,
            command,
            "ENTRYPOINT [\"uvicorn\"]\nCMD [\"web.main:app\", \"--port\", \"8080\"]",
        );
        repo.write(
            "k8s/web.yaml",
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels: {{app: web}}\n  \
                 template:\n    metadata:\n      labels: {{app: web}}\n    spec:\n      containers:\n        - name: web\n          \
                 image: registry.example.org/team/web:1.0.0\n          args: {args}\n"
            ),
        );
        levels(&repo, "chart-command-overrides")
    };
    assert_eq!(with("[web.main:app, --port, \"8080\"]"), [] as [&str; 0]);
    assert_eq!(with("[--log-level, info, web.main:app, --port, \"8080\"]"), ["warning"]);
    assert_eq!(with("[--reload, web.main:app, --port, \"8080\"]"), ["error"]);
    assert_eq!(with("[web.main:app]"), ["error"]);
    assert_eq!(with("[web.worker:app, --port, \"8080\"]"), ["error"]);
}
