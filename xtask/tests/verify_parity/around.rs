//! Facts that the surfaces around two services share: what is probed, prepared, listed, passed and forwarded.

mod faults;
pub mod named;
mod twins;

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, drop_line, pair, replace_all, stay_quiet, suite},
};

pub use faults::FAULTS;
use twins::TWINS;

const TEMPLATE: &str = "charts/app/templates/services.yaml";
const RELEASE: &str = ".github/workflows/release.yml";
const BAKE: &str = "docker-bake.json";
const COMPOSE: &str = "compose.prod.yaml";

fn surrounded() -> Fixture {
    let repo = pair();
    for name in ["web", "admin"] {
        let main = format!("services/{name}/src/{name}/main.py");
        let dev = format!("services/{name}/Dockerfile.dev");
        repo.write(&dev, repo.read(&dev).replace("COPY ", "COPY --chown=10001 "));
        repo.write(
            &main,
            repo.read(&main) + "\n\nHEALTH = \"/api/healthz\"\nREADY = '/readyz'\n",
        );
    }
    repo.write(
        "charts/app/Chart.yaml",
        "apiVersion: v2\nname: app\nversion: 1.0.0\nappVersion: \"2.1.0\"\n",
    );
    repo.write(
        "charts/app/values.yaml",
        "image:\n  registry: registry.example.org/team\nservices: [web, admin]\nredis:\n  image:\n    registry: docker.io\n",
    );
    repo.write(
        TEMPLATE,
        "\
{{- range .Values.services }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{{ . }}
spec:
  template:
    spec:
      containers:
        - name: {{ . }}
          image: {{ $.Values.image.registry }}/{{ . }}:{{ $.Chart.AppVersion }}
          ports: [{ containerPort: 8080 }]
          readinessProbe:
            httpGet: { path: /api/healthz, port: 8080 }
{{- end }}
",
    );
    let build = |name: &str| {
        format!(
            "docker_build(registry + '/{name}', '.', dockerfile='services/{name}/Dockerfile.dev',\n    live_update=[sync('services/{name}', '/app/services/{name}'), sync('libs/core', '/app/libs/core')])\nk8s_resource('app-{name}', port_forwards='8080:8080')\n"
        )
    };
    let tiltfile = format!(
        "registry = 'registry.example.org/team'\n{}{}k8s_yaml(helm('charts/app', set=['image.registry=' + registry]))\n",
        build("web"),
        build("admin")
    );
    repo.write("Tiltfile", tiltfile);
    repo.write(
        BAKE,
        r#"{
  "group": { "default": { "targets": ["web", "admin"] }, "frontends": { "targets": ["web"] } },
  "target": {
    "web": { "dockerfile": "services/web/Dockerfile", "tags": ["registry.example.org/team/web:1"] },
    "admin": { "dockerfile": "services/admin/Dockerfile", "tags": ["registry.example.org/team/admin:1"] }
  }
}
"#,
    );
    let steps = |file: &str, more: &str| {
        format!(
            "    strategy: {{ matrix: {{ service: [web, admin] }} }}\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          file: services/${{{{ matrix.service }}}}/{file}\n{more}"
        )
    };
    let push = "          push: true\n          tags: registry.example.org/team/${{ matrix.service }}:1\n";
    let release = format!(
        "on: push\njobs:\n  development:\n{}  production:\n{}",
        steps("Dockerfile.dev", ""),
        steps("Dockerfile", push)
    );
    repo.write(RELEASE, release);
    repo.write(
        COMPOSE,
        "services:\n  web:\n    build: { context: ., dockerfile: services/web/Dockerfile }\n    healthcheck: { test: [CMD, python, --version] }\n",
    );
    repo
}

/// Images are called `shop-web` and `shop-admin` by everything that names them, and containers tell nothing else.
fn renamed(repo: &Fixture) {
    replace_all(repo, TEMPLATE, "/{{ . }}:", "/shop-{{ . }}:");
    repo.edit(TEMPLATE, "- name: {{ . }}", "- name: main");
    repo.edit(TEMPLATE, "  name: app-{{ . }}", "  name: app-{{ . }}-pods");
    replace_all(repo, RELEASE, "/team/", "/team/shop-");
    replace_all(repo, BAKE, "/team/", "/team/shop-");
    replace_all(repo, "Tiltfile", "registry + '/", "registry + '/shop-");
    replace_all(repo, "Tiltfile", "', port_forwards", "-pods', port_forwards");
}

fn with_setting(repo: &Fixture) {
    for name in ["web", "admin"] {
        let manifest = format!("services/{name}/pyproject.toml");
        repo.edit(
            &manifest,
            "[tool.xtask]\n",
            &format!("[tool.xtask]\nimage = \"shop-{name}\"\n"),
        );
    }
}

/// Only the image of `web` has a name of its own, and its container and its pods tell nothing else.
fn renamed_web(repo: &Fixture) {
    repo.edit(
        "services/web/pyproject.toml",
        "[tool.xtask]\n",
        "[tool.xtask]\nimage = \"shop-web\"\n",
    );
    replace_all(
        repo,
        TEMPLATE,
        "/{{ . }}:",
        "/{{ if eq . \"web\" }}shop-{{ end }}{{ . }}:",
    );
    repo.edit(TEMPLATE, "- name: {{ . }}", "- name: main");
    repo.edit(TEMPLATE, "  name: app-{{ . }}", "  name: app-{{ . }}-pods");
    replace_all(
        repo,
        RELEASE,
        "/team/${{ matrix.service }}",
        "/team/${{ matrix.image }}",
    );
    replace_all(repo, BAKE, "/team/web", "/team/shop-web");
    replace_all(repo, "Tiltfile", "registry + '/web", "registry + '/shop-web");
    replace_all(repo, "Tiltfile", "', port_forwards", "-pods', port_forwards");
}

/// A compose file for development that mounts this.
fn mounts(repo: &Fixture, mount: &str) {
    repo.write(
        "compose.dev.yaml",
        format!("services:\n  web:\n    build: {{ context: ., dockerfile: services/web/Dockerfile.dev }}\n    volumes:\n      - {mount}\nvolumes: {{ cache: {{}} }}\n"),
    );
}

/// A workflow that runs the tests with a Python.
fn tested_with(repo: &Fixture, version: &str) {
    repo.write(
        ".github/workflows/tests.yml",
        format!(
            "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-python@v6\n        with:\n          python-version: {version}\n      - run: pytest\n"
        ),
    );
}

fn on_tags(repo: &Fixture) {
    repo.edit(RELEASE, "on: push\n", "on: { push: { tags: [\"v*\"] } }\n");
}

fn pull_requests(repo: &Fixture, command: &str) {
    repo.write(
        ".github/workflows/pr.yml",
        format!("on: pull_request\njobs:\n  try:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: {command}\n"),
    );
}

/// Nothing says what images are called, but for those that build and run them.
fn without_registry(repo: &Fixture) {
    drop_line(repo, "Cargo.toml", "image-registry");
}

/// Behind the last text that is given: the job that pushes.
fn edit_last(repo: &Fixture, file: &str, from: &str, to: &str) {
    let text = repo.read(file);
    let at = text.rfind(from).unwrap_or_else(|| panic!("`{from}` in {file}"));
    repo.write(file, format!("{}{to}{}", &text[..at], &text[at + from.len()..]));
}

fn job(repo: &Fixture, kind: &str, container: &str) {
    let pod = |indent: &str| {
        format!(
            "{indent}template:\n{indent}  spec:\n{indent}    containers:\n{indent}      - name: task\n{indent}        {container}\n"
        )
    };
    let spec = match kind {
        "CronJob" => format!(
            "  schedule: \"0 3 * * *\"\n  jobTemplate:\n    spec:\n{}",
            pod("      ")
        ),
        _ => pod("  "),
    };
    repo.write(
        "charts/app/templates/task.yaml",
        format!("apiVersion: batch/v1\nkind: {kind}\nmetadata:\n  name: task\nspec:\n{spec}"),
    );
}

fn init(repo: &Fixture, image: &str) {
    repo.edit(
        TEMPLATE,
        "      containers:",
        &format!("      initContainers:\n        - {{ name: prepare, image: \"{image}\", command: [python, -c, \"\"] }}\n      containers:"),
    );
}

#[test]
fn faults_around_two_services_are_found() {
    suite(surrounded, FAULTS, &[]);
}

#[test]
fn names_that_lead_elsewhere_are_found() {
    suite(surrounded, named::FAULTS, &[]);
    stay_quiet(surrounded, named::TWINS);
}

#[test]
fn what_is_right_around_two_services_is_silent() {
    stay_quiet(surrounded, TWINS);
}
