//! One image has one name, one context and one way to be built, whoever builds, names and runs it. No settings say what it is called.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, Twin, by_hand, replace_all, stay_quiet, suite},
};

const WORKFLOW: &str = ".github/workflows/release.yml";
const BAKE: &str = "docker-bake.json";
const CHART: &str = "charts/app/templates/web.yaml";
const COMPOSE: &str = "compose.prod.yaml";

/// The image of `web` is pushed by a workflow, tagged by bake, run by a chart and a compose file, and built by Tilt.
fn named() -> Fixture {
    let repo = by_hand();
    let settings = repo.read("Cargo.toml");
    let without = settings.lines().filter(|line| !line.starts_with("image-registry"));
    repo.write(
        "Cargo.toml",
        without.map(|line| format!("{line}\n")).collect::<String>(),
    );
    replace_all(&repo, DEV, "COPY ", "COPY --chown=10001 ");
    repo.write(
        WORKFLOW,
        "on: push
jobs:
  web:
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: services/web/Dockerfile
          push: true
          tags: registry.example.org/team/web:${{ github.sha }}
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: services/web/Dockerfile.dev
          push: true
          tags: registry.example.org/team/web-dev:${{ github.sha }}
",
    );
    repo.write(
        BAKE,
        r#"{
  "target": {
    "web": {
      "context": ".",
      "dockerfile": "services/web/Dockerfile",
      "tags": ["registry.example.org/team/web:1"]
    },
    "web-dev": {
      "context": ".",
      "dockerfile": "services/web/Dockerfile.dev",
      "tags": ["registry.example.org/team/web-dev:1"]
    }
  }
}
"#,
    );
    repo.write("charts/app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
    repo.write("charts/app/values.yaml", "registry: registry.example.org/team\n");
    repo.write(
        CHART,
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: \"{{ .Values.registry }}/web:1\"
          ports: [{ containerPort: 8080 }]
",
    );
    repo.write(
        COMPOSE,
        "services:\n  web:\n    image: registry.example.org/team/web:1\n    ports: [\"80:8080\"]\n",
    );
    repo.write(
        "Tiltfile",
        "dev = config.parse().get('dev', True)
docker_build(
    'registry.example.org/team/web',
    '.',
    dockerfile='services/web/Dockerfile.dev' if dev else 'services/web/Dockerfile',
    live_update=[
        sync('services/web/src', '/app/services/web/src'),
        sync('libs/core/src', '/app/libs/core/src'),
    ] if dev else [],
)
k8s_yaml(helm('charts/app'))
",
    );
    repo
}

fn tagged(repo: &Fixture, file: &str, name: &str) {
    repo.edit(file, "registry.example.org/team/web:", &format!("{name}:"));
}

pub const FAULTS: &[Fault] = &[
    ("ci-image-differs", "another name in the workflow", |repo| {
        tagged(repo, WORKFLOW, "registry.example.org/team/site")
    }),
    ("ci-image-differs", "another registry in the workflow", |repo| {
        tagged(repo, WORKFLOW, "registry.example.net/team/web")
    }),
    ("ci-image-differs", "another name in the bake file", |repo| {
        tagged(repo, BAKE, "registry.example.org/team/site")
    }),
    ("compose-image-differs", "another team in the compose file", |repo| {
        tagged(repo, COMPOSE, "registry.example.org/other/web")
    }),
    ("chart-image-differs", "another name in the chart", |repo| {
        repo.edit(CHART, "}}/web:1", "}}/site:1")
    }),
    ("chart-image-differs", "another registry in the values", |repo| {
        repo.edit("charts/app/values.yaml", "example.org", "example.net");
        // Tilt would render it with the registry that it builds for.
        repo.edit(
            "Tiltfile",
            "'charts/app'",
            "'charts/app', set=['registry=registry.example.org/team']",
        );
    }),
    (
        "tilt-image-differs",
        "the development image under its own name",
        |repo| repo.edit("Tiltfile", "team/web'", "team/web-dev'"),
    ),
    ("tilt-image-differs", "another registry", |repo| {
        repo.edit(
            "Tiltfile",
            "'registry.example.org/team/web'",
            "'registry.example.org/web'",
        )
    }),
    (
        "ci-pushes-development",
        "development under the name of production",
        |repo| repo.edit(BAKE, "team/web-dev:", "team/web:"),
    ),
    (
        "ci-pushes-development",
        "an override that bake takes by itself",
        |repo| {
            repo.write(
                "docker-bake.override.json",
                r#"{"target": {"web": {"dockerfile": "services/web/Dockerfile.dev"}}}"#,
            );
        },
    ),
    ("ci-pushes-development", "a stage of tests", |repo| {
        let stage = "\nFROM python:3.13-slim-trixie AS test\nUSER 10001\n";
        let text = repo.read("services/web/Dockerfile");
        let at = text.rfind("FROM ").unwrap();
        repo.write(
            "services/web/Dockerfile",
            format!("{}{stage}\n{}", &text[..at], &text[at..]),
        );
        repo.edit(
            WORKFLOW,
            "services/web/Dockerfile\n",
            "services/web/Dockerfile\n          target: test\n",
        );
    }),
    (
        "ci-context-differs",
        "the folder of the service in the workflow",
        |repo| {
            repo.edit(
                WORKFLOW,
                "context: .\n          file: services/web/Dockerfile\n",
                "context: services/web\n          file: services/web/Dockerfile\n",
            )
        },
    ),
    (
        "ci-context-differs",
        "the folder of the service in the bake file",
        |repo| {
            repo.edit(
                BAKE,
                "\"context\": \".\",\n      \"dockerfile\": \"services/web/Dockerfile\"",
                "\"context\": \"services/web\",\n      \"dockerfile\": \"Dockerfile\"",
            )
        },
    ),
    (
        "ci-context-differs",
        "a Dockerfile that is not below the context",
        |repo| {
            repo.edit(
                BAKE,
                "\"context\": \".\",\n      \"dockerfile\": \"services/web/Dockerfile\"",
                "\"context\": \"services/web\",\n      \"dockerfile\": \"services/web/Dockerfile\"",
            )
        },
    ),
    (
        "tilt-builds-other-dockerfile",
        "production under the flag of development",
        |repo| repo.edit("Tiltfile", "Dockerfile.dev' if dev else", "Dockerfile' if dev else"),
    ),
    (
        "tilt-builds-other-dockerfile",
        "a condition that is turned round",
        |repo| {
            repo.edit(
                "Tiltfile",
                "Dockerfile.dev' if dev else",
                "Dockerfile.dev' if not dev else",
            )
        },
    ),
];

/// What else is true where a condition is turned round: development without syncs.
const BESIDE: [&str; 1] = ["tilt-sync-missing"];

#[test]
fn faults_in_names_are_found() {
    suite(named, FAULTS, &BESIDE);
}

#[test]
fn names_that_agree_are_silent() {
    let twins: [Twin; 9] = [
        ("as it is", |_| {}),
        ("a mirror beside the registry", |repo| {
            repo.edit(
                WORKFLOW,
                "tags: registry.example.org/team/web:${{ github.sha }}",
                "tags: |\n            registry.example.org/team/web:${{ github.sha }}\n            mirror.example.net/web:${{ github.sha }}",
            )
        }),
        ("a registry that only a run can tell", |repo| {
            tagged(repo, WORKFLOW, "${{ vars.REGISTRY }}/web")
        }),
        ("a local name for what compose builds", |repo| {
            repo.edit(
                COMPOSE,
                "    image: registry.example.org/team/web:1\n",
                "    image: shop-web\n    build: { context: ., dockerfile: services/web/Dockerfile }\n",
            )
        }),
        ("Docker Hub, written in two ways", |repo| {
            for file in [WORKFLOW, BAKE, COMPOSE] {
                tagged(repo, file, "docker.io/team/web");
            }
            repo.edit("charts/app/values.yaml", "registry.example.org/team", "team");
            repo.edit("Tiltfile", "registry.example.org/team/web", "team/web");
        }),
        ("a registry of its own for Tilt", |repo| {
            repo.edit("Tiltfile", "registry.example.org/team/web", "localhost:5000/web");
            repo.edit(
                "Tiltfile",
                "'charts/app'",
                "'charts/app', set=['registry=localhost:5000']",
            );
        }),
        ("an image of tests under its own name", |repo| {
            let text = repo.read(BAKE);
            let tests = "\"web-test\": {\"dockerfile\": \"services/web/Dockerfile\", \"target\": \"test\", \"tags\": [\"registry.example.org/team/web-test:1\"]},\n    \"web\": {";
            repo.write(BAKE, text.replacen("\"web\": {", tests, 1));
        }),
        (
            "images of development with another name than the tool would choose",
            |repo| repo.edit(BAKE, "team/web-dev:", "team/web-next:"),
        ),
        ("the same flag asked for twice", |repo| {
            repo.edit(
                "Tiltfile",
                "] if dev else []",
                "] if config.parse().get('dev', True) else []",
            )
        }),
    ];
    stay_quiet(named, twins);
}

/// A finding says under which flags of Tilt it holds.
#[test]
fn a_finding_names_its_flags() {
    let repo = named();
    repo.edit(
        "Tiltfile",
        "Dockerfile.dev' if dev else",
        "Dockerfile.dev' if not dev else",
    );
    let output = repo.run(&["verify-parity", "--verbose"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("only with `config.parse().get('dev', True)`"), "{err}");
}
