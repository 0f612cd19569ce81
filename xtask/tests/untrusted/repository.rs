//! A small repository that holds a file of each kind that `verify-parity` reads, and with which nothing is wrong.

use std::{
    io::Read,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::fixture::Fixture;

pub const CHART: &str = "infrastructure/chart";
pub const WORKFLOW: &str = ".github/workflows/build.yml";

/// Every kind of file that is read, at the place where it is looked for.
pub const FILES: [&str; 21] = [
    "Cargo.toml",
    "Tiltfile",
    "compose.yaml",
    "docker-bake.json",
    "docker-bake.hcl",
    "Makefile",
    "ci/build.sh",
    "ci/more.hcl",
    WORKFLOW,
    ".github/actions/images/action.yml",
    "infrastructure/chart/Chart.yaml",
    "infrastructure/chart/values.yaml",
    "infrastructure/chart/templates/web.yaml",
    "infrastructure/chart/templates/_names.tpl",
    "services/web/Dockerfile",
    "services/web/Dockerfile.dev",
    "services/web/Dockerfile.dockerignore",
    "services/web/requirements.txt",
    "services/web/pyproject.toml",
    "services/web/poetry.lock",
    "services/web/src/web/main.py",
];

/// How long a run may take on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

const TILTFILE: &str = "\
docker_build('team/web', '.', dockerfile='services/web/Dockerfile.dev', live_update=[
    sync('services/web/src', '/app/services/web/src'),
    sync('libs/core/src', '/app/libs/core/src'),
])
";

const VALUES: &str = "\
web:
  image: registry.example.org/team/web
  tag: 0.3.0
  port: 8080
";

const TEMPLATE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include \"app.name\" . }}
spec:
  template:
    spec:
      securityContext: { runAsUser: 10001 }
      containers:
        - name: web
          image: \"{{ .Values.web.image }}:{{ .Values.web.tag }}\"
          ports: [{ name: http, containerPort: {{ .Values.web.port }} }]
";

const BUILD: &str = "\
on:
  push:
jobs:
  images:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/images
      - run: ./ci/build.sh
      - run: make images
";

const ACTION: &str = "\
runs:
  using: composite
  steps:
    - run: docker build -f services/web/Dockerfile -t team/web .
      shell: bash
    - run: docker build -f services/web/Dockerfile.dev -t team/web-dev .
      shell: bash
";

/// Checks of it end with 0.
pub fn whole() -> Fixture {
    let repo = Fixture::sound();
    let drawn = repo.run(&["gen-dockerfiles"]);
    assert!(drawn.status.success(), "{drawn:?}");
    repo.write("Tiltfile", TILTFILE);
    repo.write(
        &format!("{CHART}/Chart.yaml"),
        "apiVersion: v2\nname: app\nversion: 1.0.0\n",
    );
    repo.write(&format!("{CHART}/values.yaml"), VALUES);
    repo.write(&format!("{CHART}/templates/web.yaml"), TEMPLATE);
    repo.write(
        &format!("{CHART}/templates/_names.tpl"),
        "{{- define \"app.name\" -}}app{{- end }}\n",
    );
    repo.write(WORKFLOW, BUILD);
    repo.write(".github/actions/images/action.yml", ACTION);
    repo.write("ci/build.sh", "#!/bin/sh\ndocker build -f services/web/Dockerfile .\n");
    repo.write("Makefile", "images:\n\tdocker buildx bake -f ci/more.hcl\n");
    repo.write(
        "ci/more.hcl",
        "target \"default\" {\n  dockerfile = \"services/web/Dockerfile\"\n}\n",
    );
    repo.write(
        "compose.yaml",
        "services:\n  web:\n    build: { context: ., dockerfile: services/web/Dockerfile }\n    ports: [\"8080:8080\"]\n",
    );
    repo
}

/// What a run came to.
#[derive(Debug)]
pub struct Run {
    pub status: ExitStatus,
    /// Both streams.
    pub output: String,
}

impl Run {
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }
}

/// Runs the tool, which has to end by itself.
pub fn run(repo: &Fixture, arguments: &[&str]) -> Run {
    let root = repo.path("");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("--root").arg(root).args(arguments);
    ends(without_environment(&mut command))
}

/// Runs the tool in a folder of the repository; it has to find the root.
pub fn found_from(repo: &Fixture, folder: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(repo.path(folder)).args(arguments);
    ends(without_environment(&mut command))
}

fn without_environment(command: &mut Command) -> &mut Command {
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
}

/// The same for any command.
pub fn ends(command: &mut Command) -> Run {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer.try_clone().unwrap())
        .stderr(writer)
        .spawn()
        .unwrap();
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{command:?} did not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    Run {
        status,
        output: reading.join().unwrap(),
    }
}

#[test]
fn nothing_is_wrong_with_it() {
    let run = run(&whole(), &["verify-parity"]);
    assert_eq!(run.code(), Some(0), "{}", run.output);
}
