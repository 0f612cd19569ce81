//! Faults in the chart of this repository, which goes through its services.

use crate::{
    chart::{assert_silent, misjudged},
    fixture::Fixture,
    suite::Fault,
};

const OUR_VALUES: &str = "infrastructure/rag/values.yaml";
const OUR_TEMPLATE: &str = "infrastructure/rag/templates/deployments.yaml";
/// Where the templates say the name of an image, and how a probe is made.
const OUR_PARTS: &str = "infrastructure/rag/templates/_pod.tpl";
const OUR_IMAGE: &str = "{{ $root.Values.image.registry }}/{{ $name }}{{- end -}}";

/// A rule, a fault, and what it does.
pub const FAULTS: &[Fault] = &[
    ("chart-command-overrides", "a command for every service", |repo| {
        repo.edit(
            OUR_TEMPLATE,
            "          envFrom:",
            "          command: [sleep, infinity]\n          envFrom:",
        )
    }),
    ("chart-image-differs", "another registry", |repo| {
        repo.edit(
            OUR_VALUES,
            "registry: ghcr.io/rag-template",
            "registry: ghcr.io/rag-fork",
        )
    }),
    ("chart-image-differs", "development images", |repo| {
        repo.edit(
            OUR_PARTS,
            OUR_IMAGE,
            "{{ $root.Values.image.registry }}/{{ $name }}-dev{{- end -}}",
        )
    }),
    ("chart-image-differs", "one image for all", |repo| {
        repo.edit(
            OUR_PARTS,
            OUR_IMAGE,
            "{{ $root.Values.image.registry }}/backend{{- end -}}",
        )
    }),
    ("chart-image-floats", "a tag that moves", |repo| {
        repo.edit(OUR_VALUES, "appVersion.\n  tag: \"\"", "appVersion.\n  tag: edge")
    }),
    ("chart-image-floats", "the tag of one service", |repo| {
        repo.edit(
            OUR_VALUES,
            "    port: 8083\n",
            "    port: 8083\n    image:\n      tag: latest\n",
        )
    }),
    (
        "chart-image-floats",
        "a version of the application that is none",
        |repo| {
            repo.edit(
                "infrastructure/rag/Chart.yaml",
                "appVersion: 0.1.0",
                "appVersion: stable",
            )
        },
    ),
    ("chart-not-followed", "a user from the cluster", |repo| {
        repo.edit(OUR_VALUES, "  runAsUser: 10001\n", "");
        repo.edit(
            OUR_TEMPLATE,
            "podSecurityContext) | nindent 8 }}\n",
            "podSecurityContext) | nindent 8 }}\n        runAsUser: {{ randNumeric 5 }}\n",
        )
    }),
    ("chart-port-differs", "another port for one service", |repo| {
        repo.edit(OUR_VALUES, "port: 8082", "port: 8182")
    }),
    ("chart-port-differs", "one port for all", |repo| {
        repo.edit(
            OUR_TEMPLATE,
            "containerPort: {{ $service.port }}",
            "containerPort: 8080",
        )
    }),
    ("chart-port-differs", "a probe of another port", |repo| {
        repo.edit(
            OUR_TEMPLATE,
            "{{- include \"rag.probe\" (list $service \"liveness\") | nindent 12 }}",
            "httpGet: { path: /, port: 9000 }",
        )
    }),
    ("chart-pythonpath", "PYTHONPATH of one service", |repo| {
        repo.edit(
            OUR_VALUES,
            "      ADMIN_AUTH: token",
            "      ADMIN_AUTH: token\n      PYTHONPATH: /app",
        )
    }),
    ("chart-pythonpath", "PYTHONPATH of all", |repo| {
        repo.edit(OUR_VALUES, "  env: {}", "  env: { PYTHONPATH: /app }")
    }),
    ("chart-pythonpath", "PYTHONPATH in the template", |repo| {
        repo.edit(
            OUR_TEMPLATE,
            "          envFrom:",
            "          env:\n            - name: PYTHONPATH\n              value: /app/libs\n          envFrom:",
        )
    }),
    ("chart-service-missing", "a service that is off", |repo| {
        repo.edit(OUR_VALUES, "    port: 8083", "    enabled: false\n    port: 8083")
    }),
    ("chart-service-missing", "a service under another name", |repo| {
        repo.edit(OUR_VALUES, "  document-extractor:\n    port", "  extractor:\n    port");
        repo.edit(
            OUR_VALUES,
            "DOCUMENT_EXTRACTOR_URL: document-extractor",
            "DOCUMENT_EXTRACTOR_URL: extractor",
        )
    }),
    ("chart-user-differs", "another user for all", |repo| {
        repo.edit(OUR_VALUES, "runAsUser: 10001", "runAsUser: 1000")
    }),
    ("chart-user-differs", "root in the containers", |repo| {
        repo.edit(
            OUR_VALUES,
            "containerSecurityContext:\n",
            "containerSecurityContext:\n  runAsUser: 0\n",
        )
    }),
    ("chart-user-differs", "another user in a file of values", |repo| {
        repo.write(
            "infrastructure/rag/values-staging.yaml",
            "podSecurityContext:\n  runAsUser: 999\n",
        )
    }),
];

#[test]
fn faults_in_the_chart_of_this_repository_are_found() {
    let repo = Fixture::of_this_repository();
    assert_silent(&repo);
    let files = [OUR_VALUES, OUR_TEMPLATE, OUR_PARTS, "infrastructure/rag/Chart.yaml"];
    let before: Vec<String> = files.iter().map(|file| repo.read(file)).collect();
    let mut wrong = Vec::new();
    for (rule, what, apply) in FAULTS {
        apply(&repo);
        wrong.extend(misjudged(&repo, rule, what));
        for (file, text) in files.iter().zip(&before) {
            repo.write(file, text);
        }
        let _ = std::fs::remove_file(repo.path("infrastructure/rag/values-staging.yaml"));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
