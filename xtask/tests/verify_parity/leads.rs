//! Faults in what leads to a service or builds it by a name: routes, policies, development containers, checkouts and Tilt's Dockerfiles.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, by_hand, found, stay_quiet, suite},
};

const ROUTES: &str = "charts/app/templates/routes.yaml";
const EDITOR: &str = ".devcontainer/devcontainer.json";
const RELEASE: &str = ".github/workflows/release.yml";

/// A chart with a route and a policy, a development container and a release.
fn led() -> Fixture {
    let repo = by_hand();
    repo.write("charts/app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
    repo.write("charts/app/values.yaml", "{}\n");
    repo.write(
        "charts/app/templates/web.yaml",
        "apiVersion: v1
kind: Service
metadata: { name: shop-web }
spec:
  selector: { app: shop-web }
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop-web }
spec:
  template:
    metadata:
      labels: { app: shop-web }
    spec:
      containers:
        - name: web
          image: registry.example.org/team/web:1.0
          ports: [{ containerPort: 8080 }]
",
    );
    repo.write(
        ROUTES,
        "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: shop-web, port: { number: 80 } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: shop }
spec:
  podSelector: { matchLabels: { app: shop-web } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: shop-web } } }]
",
    );
    repo.write(
        EDITOR,
        "{ \"build\": { \"dockerfile\": \"../services/web/Dockerfile.dev\", \"context\": \"..\" }, \"remoteUser\": \"root\" }\n",
    );
    repo.write(
        RELEASE,
        "on:
  push:
    tags: [\"v*\"]
jobs:
  images:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: services/web/Dockerfile
          push: true
          tags: registry.example.org/team/web:${{ github.ref_name }}
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: services/web/Dockerfile.dev
          tags: registry.example.org/team/web-dev:${{ github.ref_name }}
",
    );
    repo
}

fn checkout(repo: &Fixture, with: &str) {
    repo.edit(
        RELEASE,
        "      - uses: actions/checkout@v4\n",
        &format!("      - uses: actions/checkout@v4\n        with: {with}\n"),
    );
}

pub const FAULTS: &[Fault] = &[
    ("chart-leads-nowhere", "a route to a former name", |repo| {
        repo.edit(ROUTES, "service: { name: shop-web", "service: { name: web")
    }),
    ("chart-leads-nowhere", "a default to another Service", |repo| {
        repo.edit(
            ROUTES,
            "  rules:\n",
            "  defaultBackend: { service: { name: pages, port: { number: 80 } } }\n  rules:\n",
        )
    }),
    ("chart-leads-nowhere", "a policy for pods of a former name", |repo| {
        repo.edit(
            ROUTES,
            "  podSelector: { matchLabels: { app: shop-web } }",
            "  podSelector: { matchLabels: { app: web } }",
        )
    }),
    (
        "chart-leads-nowhere",
        "a policy that lets pods of a former name in",
        |repo| {
            repo.edit(
                ROUTES,
                "[{ podSelector: { matchLabels: { app: shop-web } } }]",
                "[{ podSelector: { matchLabels: { app: shop } } }]",
            )
        },
    ),
    ("devcontainer-user-missing", "the user of another image", |repo| {
        repo.edit(EDITOR, "\"root\"", "\"vscode\"")
    }),
    ("devcontainer-user-missing", "the user of the container", |repo| {
        repo.edit(EDITOR, "\"remoteUser\": \"root\"", "\"containerUser\": \"node\"")
    }),
    ("ci-builds-other-commit", "a branch in a release", |repo| {
        checkout(repo, "{ ref: main }")
    }),
    ("ci-builds-other-commit", "a version in a release", |repo| {
        repo.edit(
            RELEASE,
            "  push:\n    tags: [\"v*\"]",
            "  release:\n    types: [published]",
        );
        checkout(repo, "{ ref: v1.0.0, fetch-depth: 0 }");
    }),
];

const TWINS: &[Twin] = &[
    ("as it is", |_| {}),
    ("a Service that values name", |repo| {
        repo.edit(
            ROUTES,
            "service: { name: shop-web",
            "service: { name: \"{{ .Release.Name }}-web\"",
        );
        repo.edit(
            "charts/app/templates/web.yaml",
            "kind: Service\nmetadata: { name: shop-web }",
            "kind: Service\nmetadata: { name: \"{{ .Release.Name }}-web\" }",
        );
    }),
    ("pods of another part of the cluster", |repo| {
        repo.edit(
            ROUTES,
            "[{ podSelector: { matchLabels: { app: shop-web } } }]",
            "[{ namespaceSelector: {}, podSelector: { matchLabels: { app: shop } } }]",
        )
    }),
    ("pods that others make", |repo| {
        repo.edit(
            ROUTES,
            "[{ podSelector: { matchLabels: { app: shop-web } } }]",
            "[{ podSelector: { matchLabels: { app: prometheus } } }]",
        )
    }),
    ("a route that is turned off with its Service", |repo| {
        let route = repo.read(ROUTES).replace("name: shop-web, port", "name: pages, port");
        repo.write(
            ROUTES,
            format!("{{{{- if .Values.pages }}}}\n{route}\n{{{{- end }}}}\n"),
        );
        repo.write("charts/app/values.yaml", "pages: false\n");
        repo.write(
            "charts/app/templates/pages.yaml",
            "{{- if .Values.pages }}\napiVersion: v1\nkind: Service\nmetadata: { name: pages }\nspec:\n  selector: { app: shop-web }\n  ports: [{ port: 80, targetPort: 8080 }]\n{{- end }}\n",
        );
    }),
    ("a feature that makes the user", |repo| {
        repo.edit(
            EDITOR,
            "\"remoteUser\": \"root\"",
            "\"features\": {}, \"remoteUser\": \"vscode\"",
        )
    }),
    ("a user that the Dockerfile makes", |repo| {
        repo.edit(
            "services/web/Dockerfile.dev",
            "USER 10001",
            "RUN useradd --uid 1000 vscode\nUSER 10001",
        );
        repo.edit(
            "services/web/Dockerfile",
            "USER 10001",
            "RUN useradd --uid 1000 vscode\nUSER 10001",
        );
        repo.edit(EDITOR, "\"root\"", "\"vscode\"");
    }),
    ("another repository beside it", |repo| {
        checkout(repo, "{ repository: team/charts, ref: main, path: charts }")
    }),
    ("the commit that is asked for", |repo| {
        checkout(repo, "{ ref: \"${{ github.ref }}\" }")
    }),
    ("a nightly build of a branch", |repo| {
        repo.edit(
            RELEASE,
            "  push:\n    tags: [\"v*\"]",
            "  schedule: [{ cron: \"0 3 * * *\" }]",
        );
        checkout(repo, "{ ref: main }");
    }),
];

#[test]
fn names_that_lead_nowhere_are_found() {
    suite(led, FAULTS, &[]);
}

#[test]
fn names_that_lead_somewhere_stay_quiet() {
    stay_quiet(led, TWINS.iter().copied());
}

#[test]
fn a_dockerfile_that_tilt_builds_exists() {
    let rules = |dockerfile: &str| {
        let repo = by_hand();
        let tiltfile = format!(
            "config.define_bool('dev')\nif config.parse().get('dev'):\n    docker_build('web', '.', \
             dockerfile='services/web/Dockerfile.dev', live_update=[sync('services/web', '/app/services/web'), \
             sync('libs/core', '/app/libs/core')])\nelse:\n    docker_build('web', '.', dockerfile='{dockerfile}')\n"
        );
        repo.write("Tiltfile", tiltfile);
        let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
        rules.contains("tilt-file-missing")
    };
    assert!(!rules("services/web/Dockerfile"));
    assert!(rules("services/web/Dockerfile.prod"));
}
