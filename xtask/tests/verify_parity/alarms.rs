//! What is right in repositories of other people, and looks wrong at first. Each edit of the first kind is silent, and its twin, which
//! is wrong, is found by the rule that the first one has to leave alone.

use std::path::Path;

use serde_json::Value;

use crate::fixture::Fixture;

const IMAGE: &str = "Dockerfile";
const CHECK: &str = "HEALTHCHECK CMD curl -f http://localhost:8080/healthz || exit 1\n";
const CURL: &str = "--no-install-recommends curl";
const COMMAND: &str = "CMD [\"uv\", \"run\", \"--no-sync\", ";
const SYNC: &str = "RUN uv sync --frozen --no-dev\n";

fn mail() -> Fixture {
    let folder = "tests/verify_parity/foreign/uv_with_one_image";
    Fixture::copy_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}

/// The exit code, and every finding and problem as `RULE: MESSAGE`.
fn said(repo: &Fixture) -> (i32, Vec<String>) {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = ["findings", "problems"]
        .into_iter()
        .flat_map(|key| json[key].as_array().unwrap());
    let line = |found: &Value| {
        let rule = found["rule"].as_str().unwrap_or("problem");
        format!("{rule}: {}", found["message"].as_str().unwrap())
    };
    (output.status.code().unwrap(), all.map(line).collect())
}

/// An edit after which a rule says nothing, and one after which it does.
type Pair = (&'static str, &'static str, fn(&Fixture), fn(&Fixture));

const PAIRS: &[Pair] = &[
    (
        "shell-tool-in-production",
        "a health check runs it",
        |_| {},
        |repo| repo.edit(IMAGE, CHECK, ""),
    ),
    (
        "shell-tool-in-production",
        "a script that the image starts runs it",
        |repo| {
            repo.edit(
                IMAGE,
                CHECK,
                "COPY start.sh /app/start.sh\nENTRYPOINT [\"/bin/sh\", \"/app/start.sh\"]\n",
            );
            repo.write(
                "start.sh",
                "#!/bin/sh\nuntil curl -f \"$QUEUE/ready\"; do sleep 1; done\nexec \"$@\"\n",
            );
        },
        |repo| {
            repo.edit(
                IMAGE,
                CHECK,
                "COPY start.sh /app/start.sh\nENTRYPOINT [\"/bin/sh\", \"/app/start.sh\"]\n",
            );
            repo.write("start.sh", "#!/bin/sh\n# curl may be used to try it\nexec \"$@\"\n");
        },
    ),
    (
        "shell-tool-in-production",
        "a compose file asks with it",
        |repo| {
            repo.edit(IMAGE, CHECK, "");
            repo.write(
                "compose.yaml",
                "services:\n  mail:\n    build: .\n    healthcheck:\n      test: [CMD-SHELL, \"curl -f localhost:8080/healthz\"]\n",
            );
        },
        |repo| {
            repo.edit(IMAGE, CHECK, "");
            repo.write("compose.yaml", "services:\n  mail:\n    build: .\n");
        },
    ),
    (
        "shell-tool-in-production",
        "the sources call it",
        |repo| {
            repo.edit(IMAGE, CURL, "--no-install-recommends curl git");
            repo.edit(
                "src/mail/main.py",
                "app =",
                "import subprocess\n\nsubprocess.run([\"git\", \"gc\"])\napp =",
            );
        },
        |repo| {
            repo.edit(IMAGE, CURL, "--no-install-recommends curl git");
            repo.edit("src/mail/main.py", "app =", "KIND = \"git\"\napp =");
        },
    ),
    (
        "environment-not-on-path",
        "uv looks for the program in the environment of the project",
        |_| {},
        |repo| repo.edit(IMAGE, COMMAND, "CMD ["),
    ),
    (
        "base-image-floats",
        "a base image that only the caller of the build names has no name that lacks a version",
        |repo| repo.edit(IMAGE, "FROM python:3.12-slim-bookworm", "ARG BASE\nFROM $BASE"),
        |repo| repo.edit(IMAGE, "FROM python:3.12-slim-bookworm", "ARG BASE=python\nFROM $BASE"),
    ),
    (
        "service-missing",
        "a checkout that a step makes is installed",
        |repo| {
            let clone = "RUN git clone https://git.example.org/mail /src && pip install /src\n";
            repo.edit(IMAGE, "COPY pyproject.toml uv.lock ./\nCOPY src src\n", "");
            repo.edit(IMAGE, SYNC, clone);
        },
        |repo| {
            repo.edit(IMAGE, "COPY src src\n", "COPY tools tools\n");
            repo.edit(IMAGE, SYNC, "RUN pip install ./tools\n");
            repo.write("tools/pyproject.toml", "[project]\nname = \"tools\"\nversion = \"1\"\n");
            repo.write("tools/tools/__init__.py", "");
        },
    ),
    (
        "package-missing",
        "the service comes from an index, with all that it needs",
        |repo| repo.edit(IMAGE, SYNC, "RUN pip install mail==1.0.0\n"),
        |repo| repo.edit(IMAGE, SYNC, "RUN pip install --no-deps mail==1.0.0\n"),
    ),
    (
        "problem",
        "what runs where an install fails is not installed as a rule",
        |repo| repo.edit(IMAGE, SYNC, "RUN uv sync --frozen --no-dev || uv sync --no-dev\n"),
        |repo| {
            repo.edit(
                IMAGE,
                SYNC,
                "ARG FAST\nRUN if [ \"$FAST\" = yes ]; then uv sync --frozen --no-dev; fi\n",
            )
        },
    ),
    (
        "virtual-environment-overlaid",
        "the environment is made after everything is copied",
        |repo| {
            std::fs::remove_file(repo.path(".dockerignore")).unwrap();
            repo.edit(IMAGE, "COPY src src\n", "ENV PATH=/app/.venv/bin:$PATH\nCOPY . .\n");
        },
        |repo| {
            std::fs::remove_file(repo.path(".dockerignore")).unwrap();
            repo.edit(IMAGE, SYNC, "");
            repo.edit(
                IMAGE,
                "COPY src src\n",
                "ENV PATH=/app/.venv/bin:$PATH\nRUN uv sync --frozen --no-dev --no-install-project\nCOPY . .\nRUN uv sync --frozen --no-dev\n",
            );
        },
    ),
    (
        "import-not-declared",
        "an extra brings what its code imports",
        |_| {},
        |repo| {
            repo.edit("pyproject.toml", "print = [\"paper-everywhere>=1\"]", "print = []");
            repo.edit(
                "uv.lock",
                "print = [\n    { name = \"paper-everywhere\" },\n]",
                "print = []",
            );
            repo.edit(
                "uv.lock",
                "    { name = \"paper-everywhere\", marker = \"extra == 'print'\", specifier = \">=1\" },\n",
                "",
            );
        },
    ),
    (
        "import-transitive",
        "a module of the package that the manifest names, and perhaps of another one",
        |_| {},
        |repo| repo.edit("src/mail/main.py", "courier.types", "courier_types"),
    ),
    (
        "command-differs",
        "`runtime` is what both images are based on",
        |repo| stages(repo, "main:app"),
        |repo| stages(repo, "main:other"),
    ),
];

/// `runtime`, and on top of it an image for development and one for production, which starts this.
fn stages(repo: &Fixture, started: &str) {
    let text = repo.read(IMAGE);
    let at = text.find("CMD [").unwrap();
    let base = text[..at].replace("-bookworm\n", "-bookworm AS runtime\n");
    let (dev, prod) = (&text[at..], text[at..].replace("main:app", started));
    repo.write(
        IMAGE,
        format!("{base}\nFROM runtime AS dev\n{dev}\nFROM runtime AS production\n{prod}"),
    );
}

#[test]
fn what_is_right_is_silent_and_its_twin_is_found() {
    for (rule, what, right, wrong) in PAIRS {
        let rule = format!("{rule}: ");
        for (edit, expected) in [(right, false), (wrong, true)] {
            let repo = mail();
            edit(&repo);
            let (_, found) = said(&repo);
            let is_found = found.iter().any(|line| line.starts_with(&rule));
            assert_eq!(is_found, expected, "{what}: {found:#?}");
        }
    }
}

#[test]
fn a_tool_that_starts_the_program_is_not_called_left_over() {
    let repo = mail();
    let uv = |repo: &Fixture| {
        let (_, found) = said(repo);
        found
            .into_iter()
            .find(|line| line.starts_with("build-tool-in-production"))
    };
    let starts = uv(&repo).unwrap();
    assert!(
        starts.ends_with("`uv` is in the production image, and starts the program there"),
        "{starts}"
    );
    repo.edit(IMAGE, COMMAND, "CMD [");
    let stays = uv(&repo).unwrap();
    assert!(stays.ends_with("`uv` is in the production image"), "{stays}");
    repo.edit(
        "src/mail/main.py",
        "app =",
        "import subprocess\n\nsubprocess.run([\"uv\", \"self\"])\napp =",
    );
    assert_eq!(uv(&repo), None);
}

/// Pages and pictures in a folder of templates, recorded answers, and projects that tests read are no manifests of Kubernetes and no
/// packages of the repository.
#[test]
fn files_of_other_programs_are_not_read() {
    let repo = mail();
    let (code, before) = said(&repo);
    repo.write("src/mail/templates/logo.png", b"\x89PNG\r\n\x1a\n");
    repo.write("tests/cassettes/answer.yaml", "text: x\n".repeat(600_000));
    repo.write("tests/projects/one/pyproject.toml", repo.read("pyproject.toml"));
    repo.write("src/mail/fixtures/Dockerfile", "FROM scratch\n");
    repo.write(
        "src/mail/fixtures/pyproject.toml",
        "[project]\nname = \"letter\"\nversion = \"1\"\n",
    );
    repo.write("src/mail/docs/requirements.txt", "sphinx==8.1.3\n");
    assert_eq!(said(&repo), (code, before));
    // The manifest takes it from there.
    repo.edit("pyproject.toml", "\"uvicorn>=0.30\"]", "\"uvicorn>=0.30\", \"letter\"]");
    repo.write(
        "pyproject.toml",
        repo.read("pyproject.toml") + "\n[tool.uv.sources]\nletter = { path = \"src/mail/fixtures\" }\n",
    );
    let (_, found) = said(&repo);
    assert!(
        !found.iter().any(|line| line.contains("which is not a lib")),
        "{found:#?}"
    );
}

/// The Dockerfile in the root belongs to the folder that all of it comes from.
#[test]
fn a_dockerfile_in_the_root_may_serve_a_folder() {
    let repo = mail();
    for file in ["pyproject.toml", "uv.lock", "src/mail/__init__.py", "src/mail/main.py"] {
        repo.write(&format!("server/{file}"), repo.read(file));
    }
    repo.write(
        "pyproject.toml",
        "[project]\nname = \"postman\"\nversion = \"1.0.0\"\nrequires-python = \">=3.12\"\n",
    );
    std::fs::remove_file(repo.path("uv.lock")).unwrap();
    let services = |repo: &Fixture| {
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let services = json["services"].as_array().unwrap().iter();
        services
            .map(|service| service["path"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    repo.edit(
        IMAGE,
        "COPY pyproject.toml uv.lock ./\nCOPY src src\n",
        "COPY server/pyproject.toml server/uv.lock ./\nCOPY ./server/src src\n",
    );
    assert_eq!(services(&repo), ["server"]);
    // With something of the root in it, it is of the root.
    repo.edit(
        IMAGE,
        "COPY ./server/src src\n",
        "COPY ./server/src src\nCOPY src /app/more\n",
    );
    assert_eq!(services(&repo), [""]);
}
