//! Facts that the surfaces around two services share: what is probed, prepared, listed, passed and forwarded.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, drop_line, pair, replace_all, stay_quiet, suite},
};

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

/// A compose file for development that mounts this.
fn mounts(repo: &Fixture, mount: &str) {
    repo.write(
        "compose.dev.yaml",
        format!("services:\n  web:\n    build: {{ context: ., dockerfile: services/web/Dockerfile.dev }}\n    volumes:\n      - {mount}\nvolumes: {{ cache: {{}} }}\n"),
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

pub const FAULTS: &[Fault] = &[
    (
        "ci-image-differs",
        "the chart is installed with another registry",
        |repo| {
            let deploy = "  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: helm upgrade --install app charts/app --wait --set image.registry=ghcr.io/other\n";
            repo.write(RELEASE, repo.read(RELEASE) + deploy);
        },
    ),
    (
        "compose-mount-hides",
        "a source folder over the folder of the service",
        |repo| {
            mounts(repo, "./services/web/src:/app/services/web");
        },
    ),
    ("compose-mount-hides", "the libs one level too high", |repo| {
        mounts(repo, "./libs/core/src:/app/libs");
    }),
    (
        "chart-port-differs",
        "of an image that is called otherwise, by those that build it",
        |repo| {
            without_registry(repo);
            renamed(repo);
            repo.edit(TEMPLATE, "containerPort: 8080", "containerPort: 9000");
        },
    ),
    (
        "chart-port-differs",
        "of an image that is called otherwise, by the settings",
        |repo| {
            with_setting(repo);
            renamed(repo);
            repo.edit(TEMPLATE, "containerPort: 8080", "containerPort: 9000");
        },
    ),
    (
        "chart-image-differs",
        "the chart has the name of the package, and the settings another",
        |repo| {
            with_setting(repo);
            renamed(repo);
            replace_all(repo, TEMPLATE, "/shop-{{ . }}:", "/{{ . }}:");
        },
    ),
    ("build-input-differs", "the workflow passes another Python", |repo| {
        edit_last(
            repo,
            RELEASE,
            "          push: true\n",
            "          push: true\n          build-args: PYTHON=3.12\n",
        );
    }),
    ("build-input-differs", "bake passes another Python", |repo| {
        repo.edit(BAKE, "\"web\": {", "\"web\": { \"args\": { \"PYTHON\": \"3.12\" },");
    }),
    ("build-input-differs", "bake replaces the base image", |repo| {
        repo.edit(
            BAKE,
            "\"web\": {",
            "\"web\": { \"contexts\": { \"python:3.13-slim-trixie\": \"docker-image://python:3.12-slim-trixie\" },",
        );
    }),
    ("chart-job-differs", "an init container of another version", |repo| {
        init(repo, "{{ $.Values.image.registry }}/{{ . }}:2.0.0");
    }),
    ("chart-job-differs", "a job of the development image", |repo| {
        job(repo, "Job", "image: registry.example.org/team/web-dev:2.1.0");
    }),
    ("chart-job-differs", "a job of an older version", |repo| {
        job(repo, "CronJob", "image: registry.example.org/team/web:2.0.9");
    }),
    ("chart-job-differs", "a job of a module that is missing", |repo| {
        job(
            repo,
            "CronJob",
            "image: registry.example.org/team/web:2.1.0\n              command: [python, -m, web.migrate]",
        );
    }),
    ("chart-probe-fails", "a path that nobody serves", |repo| {
        repo.edit(TEMPLATE, "path: /api/healthz", "path: /api/health");
    }),
    ("chart-probe-fails", "a program that is missing", |repo| {
        repo.edit(
            TEMPLATE,
            "httpGet: { path: /api/healthz, port: 8080 }",
            "exec: { command: [curl, localhost] }",
        );
    }),
    ("ci-list-incomplete", "a matrix without a service", |repo| {
        edit_last(repo, RELEASE, "[web, admin]", "[web]");
    }),
    ("ci-list-incomplete", "entries of a matrix without a service", |repo| {
        edit_last(
            repo,
            RELEASE,
            "service: [web, admin]",
            "include: [{ service: web, platform: amd64 }]",
        );
    }),
    (
        "ci-list-incomplete",
        "the default group of bake without a service",
        |repo| {
            repo.edit(BAKE, "[\"web\", \"admin\"]", "[\"web\"]");
        },
    ),
    (
        "health-check-fails",
        "compose asks with a program that is missing",
        |repo| {
            repo.edit(
                COMPOSE,
                "[CMD, python, --version]",
                "curl -f http://localhost:8080/api/healthz || exit 1",
            );
        },
    ),
    (
        "tilt-builds-other-dockerfile",
        "a stage that the file does not have",
        |repo| {
            repo.edit(
                "Tiltfile",
                "services/web/Dockerfile.dev',",
                "services/web/Dockerfile.dev', target='dev',",
            );
        },
    ),
    ("tilt-command-differs", "an entrypoint without the port", |repo| {
        repo.edit(
            "Tiltfile",
            "services/web/Dockerfile.dev',",
            "services/web/Dockerfile.dev', entrypoint=['uvicorn', 'web.main:app'],",
        );
    }),
    ("tilt-command-differs", "an entrypoint as a text", |repo| {
        repo.edit(
            "Tiltfile",
            "services/web/Dockerfile.dev',",
            "services/web/Dockerfile.dev', entrypoint='uvicorn web.main:app --port 9000',",
        );
    }),
    (
        "tilt-image-differs",
        "the chart is rendered with another registry",
        |repo| {
            repo.edit(
                "Tiltfile",
                "'image.registry=' + registry",
                "'image.registry=ghcr.io/other'",
            );
        },
    ),
    ("tilt-port-differs", "a port that nothing listens on", |repo| {
        repo.edit(
            "Tiltfile",
            "'app-web', port_forwards='8080:8080'",
            "'app-web', port_forwards=[port_forward(8080, 8000)]",
        );
    }),
    ("tilt-port-differs", "a number alone", |repo| {
        repo.edit(
            "Tiltfile",
            "'app-web', port_forwards='8080:8080'",
            "'app-web', port_forwards=8000",
        );
    }),
];

const TWINS: [Twin; 25] = [
    ("as it is", |_| {}),
    ("folders are mounted where the image has them", |repo| {
        mounts(
            repo,
            "./services/web/src:/app/services/web/src\n      - ./libs:/app/libs\n      - cache:/app/cache",
        );
    }),
    ("the repository is mounted over all of it", |repo| {
        mounts(repo, ".:/app")
    }),
    (
        "the chart is installed with the registry of the images, and another one for others",
        |repo| {
            let deploy = "  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          helm upgrade --install app charts/app --set image.registry=registry.example.org/team \\\n            --set=redis.image.registry=mirror.example.org --set \"image.registry=$REGISTRY\"\n";
            repo.write(RELEASE, repo.read(RELEASE) + deploy);
        },
    ),
    (
        "images are called otherwise, as those that build and run them agree",
        |repo| {
            without_registry(repo);
            renamed(repo);
        },
    ),
    ("images are called otherwise, as the settings say", |repo| {
        with_setting(repo);
        renamed(repo);
    }),
    ("the default is passed", |repo| {
        edit_last(
            repo,
            RELEASE,
            "          push: true\n",
            "          push: true\n          build-args: PYTHON=3.13\n",
        );
    }),
    ("what a run decides is passed", |repo| {
        edit_last(
            repo,
            RELEASE,
            "          push: true\n",
            "          push: true\n          build-args: PYTHON=${{ inputs.python }}\n",
        );
    }),
    ("an argument that nobody uses is passed", |repo| {
        repo.edit(BAKE, "\"web\": {", "\"web\": { \"args\": { \"COMMIT\": \"abc\" },");
    }),
    ("the base image is pinned by a context", |repo| {
        repo.edit(
            BAKE,
            "\"web\": {",
            "\"web\": { \"contexts\": { \"python:3.13-slim-trixie\": \"docker-image://python:3.13-slim-trixie@sha256:0000000000000000000000000000000000000000000000000000000000000000\" },",
        );
    }),
    ("the same image prepares", |repo| {
        init(repo, "{{ $.Values.image.registry }}/{{ . }}:{{ $.Chart.AppVersion }}");
    }),
    ("somebody else's image prepares", |repo| init(repo, "busybox:1.37")),
    ("a job of the same image", |repo| {
        job(
            repo,
            "Job",
            "image: registry.example.org/team/web:2.1.0\n          command: [python, -m, web.main]",
        );
    }),
    ("a job of somebody else's image", |repo| {
        job(repo, "CronJob", "image: postgres:17")
    }),
    ("another path that is served", |repo| {
        repo.edit(TEMPLATE, "path: /api/healthz", "path: /readyz?full=1")
    }),
    ("a path of the framework", |repo| {
        repo.edit(TEMPLATE, "path: /api/healthz", "path: /docs")
    }),
    ("a program of the image", |repo| {
        repo.edit(
            TEMPLATE,
            "httpGet: { path: /api/healthz, port: 8080 }",
            "exec: { command: [python, --version] }",
        );
    }),
    ("a list of folders", |repo| {
        edit_last(
            repo,
            RELEASE,
            "service: [web, admin]",
            "service: [web, admin], folder: [./services/web/, services/admin]",
        );
    }),
    ("a list of platforms", |repo| {
        edit_last(
            repo,
            RELEASE,
            "service: [web, admin]",
            "service: [web, admin], platform: [amd64, arm64]",
        );
    }),
    ("a service with a job of its own", |repo| {
        edit_last(repo, RELEASE, "[web, admin]", "[web]");
        let own = "  admin:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: docker build -f services/admin/Dockerfile -t registry.example.org/team/admin:1 --push .\n";
        repo.write(RELEASE, repo.read(RELEASE) + own);
    }),
    ("no default group", |repo| repo.edit(BAKE, "\"default\"", "\"some\"")),
    ("compose asks nothing", |repo| {
        repo.edit(COMPOSE, "{ test: [CMD, python, --version] }", "{ disable: true }");
    }),
    ("the command of the image in other words, and a debugger", |repo| {
        repo.edit("Tiltfile", "services/web/Dockerfile.dev',", "services/web/Dockerfile.dev', entrypoint=['python', '-m', 'uvicorn', 'web.main:app', '--port=8080', '--host', '0.0.0.0', '--reload'],");
        repo.edit(
            "Tiltfile",
            "services/admin/Dockerfile.dev',",
            "services/admin/Dockerfile.dev', entrypoint='python -m debugpy --listen 5678 -m uvicorn admin.main:app',",
        );
    }),
    ("ports of this machine, of the debugger, and of others", |repo| {
        repo.edit(
            "Tiltfile",
            "'app-web', port_forwards='8080:8080'",
            "'app-web', port_forwards=['9090:8080', port_forward(5678), '127.0.0.1:8081:8080']",
        );
        repo.write(
            "Tiltfile",
            repo.read("Tiltfile") + "k8s_resource('redis', port_forwards=6379)\n",
        );
    }),
    ("a registry of another image", |repo| {
        repo.edit(
            "Tiltfile",
            "'image.registry=' + registry",
            "'redis.image.registry=mirror.example.org'",
        );
    }),
];

#[test]
fn faults_around_two_services_are_found() {
    suite(surrounded, FAULTS, &[]);
}

#[test]
fn what_is_right_around_two_services_is_silent() {
    stay_quiet(surrounded, TWINS);
}
