//! One edit each, and the rule that names it.

use super::*;

pub const FAULTS: &[Fault] = &[
    (
        "tilt-resource-missing",
        "a workload without what the chart puts in front",
        |repo| repo.edit("Tiltfile", "k8s_resource('app-admin'", "k8s_resource('admin'"),
    ),
    (
        "tilt-resource-missing",
        "a workload with a former name of the chart",
        |repo| repo.edit("Tiltfile", "k8s_resource('app-admin'", "k8s_resource('old-app-admin'"),
    ),
    ("ci-release-untried", "pull requests build development alone", |repo| {
        on_tags(repo);
        pull_requests(repo, "docker build -f services/web/Dockerfile.dev .");
    }),
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
    ("compose-mount-hides", "a lib to where nothing imports it", |repo| {
        mounts(repo, "./libs/core:/srv/core");
    }),
    ("ci-python-differs", "tests with an older Python", |repo| {
        tested_with(repo, "'3.11'");
    }),
    ("ci-python-differs", "tests with two others", |repo| {
        tested_with(repo, "| \n            3.11\n            3.12");
    }),
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
