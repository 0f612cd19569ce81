//! Faults in what charts, compose files and workflows say of two services that are released together.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, pair, stay_quiet, suite},
};

const CHART: &str = "charts/app/Chart.yaml";
const VALUES: &str = "charts/app/values.yaml";
const WEB: &str = "charts/app/templates/web.yaml";
const ADMIN: &str = "charts/app/templates/admin.yaml";
const PRODUCTION: &str = "compose.prod.yaml";
const DEVELOPMENT: &str = "compose.yaml";
const RELEASE: &str = ".github/workflows/release.yml";

fn deployed() -> Fixture {
    let repo = pair();
    for service in ["web", "admin"] {
        let settings = format!("services/{service}/src/{service}/settings.py");
        repo.write(
            &settings,
            "import os\n\nURL = os.environ[\"ORDERS_API_URL\"]\nLEVEL = os.environ.get(\"ORDERS_LOG_LEVEL\")\n",
        );
        let template = include_str!("deployed/chart.yaml").replace("NAME", service);
        repo.write(&format!("charts/app/templates/{service}.yaml"), template);
    }
    repo.write(
        CHART,
        "apiVersion: v2\nname: app\nversion: 1.0.0\nappVersion: \"0.3.0\"\n",
    );
    repo.write(VALUES, "tag: \"\"\n");
    repo.write(PRODUCTION, include_str!("deployed/compose.prod.yaml"));
    repo.write(DEVELOPMENT, include_str!("deployed/compose.yaml"));
    repo.write(RELEASE, include_str!("deployed/release.yml"));
    repo
}

pub const FAULTS: &[Fault] = &[
    ("image-version-differs", "a chart ahead of everything else", |repo| {
        repo.edit(CHART, "0.3.0", "0.4.0");
    }),
    ("image-version-differs", "a tag in the values", |repo| {
        repo.edit(VALUES, "\"\"", "\"0.0.9\"");
    }),
    (
        "image-version-differs",
        "a tag of one service in the template",
        |repo| {
            repo.edit(WEB, "{{ .Values.tag | default .Chart.AppVersion }}", "v0.0.9");
        },
    ),
    (
        "image-version-differs",
        "releases that push the last one alone",
        |repo| {
            repo.edit(
                RELEASE,
                "${{ steps.meta.outputs.tags }}",
                "registry.example.org/team/${{ matrix.service }}:latest",
            );
        },
    ),
    (
        "image-version-differs",
        "a second container of an older version",
        |repo| {
            let text = repo.read(PRODUCTION) + "  worker:\n    image: registry.example.org/team/web:0.2.0\n";
            repo.write(PRODUCTION, text);
        },
    ),
    (
        "image-version-differs",
        "a second container of a version with another letter",
        |repo| {
            let text = repo.read(PRODUCTION) + "  worker:\n    image: registry.example.org/team/web:v0.2.0\n";
            repo.write(PRODUCTION, text);
        },
    ),
    ("image-built-nowhere", "a job with an image of its own", |repo| {
        let job = include_str!("deployed/chart.yaml")
            .replace("kind: Deployment", "kind: Job")
            .replace("apps/v1", "batch/v1")
            .replace("NAME", "reindex");
        repo.write("charts/app/templates/reindex.yaml", job);
    }),
    ("image-built-nowhere", "a part of the deployment with compose", |repo| {
        repo.edit(
            PRODUCTION,
            "  admin:\n",
            "  mailer:\n    image: registry.example.org/team/mailer:0.3.0\n  admin:\n",
        );
    }),
    ("image-built-nowhere", "a container that prepares the service", |repo| {
        repo.edit(
            ADMIN,
            "      containers:\n",
            "      initContainers: [{ name: migrate, image: \"registry.example.org/team/migrations:{{ .Chart.AppVersion }}\" }]\n      containers:\n",
        );
    }),
    ("variable-unread", "a word lost in the chart", |repo| {
        repo.edit(WEB, "ORDERS_API_URL", "ORDERS_URL");
    }),
    ("variable-unread", "a slip in a compose file", |repo| {
        repo.edit(PRODUCTION, "ORDERS_API_URL", "ORDERS_API_ULR");
    }),
    ("variable-unread", "a word written out", |repo| {
        repo.edit(PRODUCTION, "ORDERS_API_URL", "ORDERS_APIS_URL");
    }),
    ("compose-mount-missing", "the mount of the lib lost", |repo| {
        repo.edit(
            DEVELOPMENT,
            "\"./services/web:/app/services/web\", \"./libs/core:/app/libs/core\"",
            "\"./services/web:/app/services/web\"",
        );
    }),
    ("compose-mount-missing", "a file beside the lib mounted", |repo| {
        repo.edit(
            DEVELOPMENT,
            "\"./services/admin:/app/services/admin\", \"./libs/core:/app/libs/core\"",
            "\"./services/admin:/app/services/admin\", \"./Cargo.toml:/app/Cargo.toml\"",
        );
    }),
    ("compose-service-missing", "a service lost from production", |repo| {
        repo.edit(
            PRODUCTION,
            "  admin:\n    image: registry.example.org/team/admin:0.3.0\n",
            "",
        );
    }),
    (
        "compose-builds-production",
        "the Dockerfile of production with mounts",
        |repo| {
            repo.edit(DEVELOPMENT, "services/web/Dockerfile.dev", "services/web/Dockerfile");
        },
    ),
    ("ci-dockerfile-missing", "a folder of the past", |repo| {
        repo.edit(
            RELEASE,
            "  release:\n",
            "  old:\n    steps: [{ uses: docker/build-push-action@v6, with: { file: docker/web.Dockerfile } }]\n  release:\n",
        );
    }),
    ("ci-dockerfile-missing", "a command of the past", |repo| {
        repo.edit(
            RELEASE,
            "  release:\n",
            "  old:\n    steps: [{ run: docker build -f docker/admin.Dockerfile . }]\n  release:\n",
        );
    }),
    ("chart-probe-fails", "a probe of what listens nowhere", |repo| {
        for file in ["Dockerfile", "Dockerfile.dev"] {
            let path = format!("services/admin/{file}");
            let text = repo.read(&path);
            let lines = text
                .lines()
                .filter(|line| !line.starts_with("EXPOSE") && !line.starts_with("CMD"));
            let text: Vec<&str> = lines.collect();
            repo.write(
                &path,
                text.join("\n") + "\nCMD [\"python\", \"-m\", \"admin.settings\"]\n",
            );
        }
        repo.write("services/admin/src/admin/main.py", "import core\n\nprint(core)\n");
        repo.edit(
            ADMIN,
            "ports: [{ containerPort: 8080 }]",
            "livenessProbe: { httpGet: { path: /healthz, port: 8000 } }",
        );
    }),
];

/// What looks like one of these faults, and is none.
const TWINS: &[Twin] = &[
    ("everything a version on", |repo| {
        repo.edit(CHART, "0.3.0", "0.4.0");
        for service in ["web", "admin"] {
            repo.edit(PRODUCTION, &format!("{service}:0.3.0"), &format!("{service}:0.4.0"));
        }
    }),
    ("a tag that only the deployment knows", |repo| {
        repo.edit(PRODUCTION, "web:0.3.0", "web:${VERSION:?}");
        repo.edit(PRODUCTION, "admin:0.3.0", "admin:${VERSION:?}");
    }),
    ("an image of others beside the services", |repo| {
        repo.edit(
            PRODUCTION,
            "  admin:\n",
            "  mailer:\n    image: registry.example.org/mail/mailer:0.3.0\n  admin:\n",
        );
    }),
    ("an image of the same team, released by itself", |repo| {
        repo.edit(
            PRODUCTION,
            "  admin:\n",
            "  mailer:\n    image: registry.example.org/team/mailer:7.2.0\n  admin:\n",
        );
    }),
    ("a job with the image of a service", |repo| {
        let job = include_str!("deployed/chart.yaml")
            .replace("kind: Deployment", "kind: Job")
            .replace("apps/v1", "batch/v1")
            .replace("metadata: { name: NAME }", "metadata: { name: reindex }")
            .replace("NAME", "web");
        repo.write("charts/app/templates/reindex.yaml", job);
    }),
    ("a variable of the server, and one that a script reads", |repo| {
        repo.edit(
            PRODUCTION,
            "ORDERS_API_URL: \"",
            "UVICORN_LOG_LEVEL: info, ORDERS_DEPLOY_URL: \"\", ORDERS_API_URL: \"",
        );
        repo.write("services/web/start.sh", "echo $ORDERS_DEPLOY_URL\n");
    }),
    ("both variables", |repo| {
        repo.edit(PRODUCTION, "ORDERS_API_URL: \"", "ORDERS_URL: \"\", ORDERS_API_URL: \"");
    }),
    ("a lib alone is mounted", |repo| {
        repo.edit(
            DEVELOPMENT,
            "\"./services/web:/app/services/web\", \"./libs/core:/app/libs/core\"",
            "\"./libs/core:/app/libs/core\"",
        );
    }),
    ("the whole repository mounted", |repo| {
        repo.edit(
            DEVELOPMENT,
            "\"./services/web:/app/services/web\", \"./libs/core:/app/libs/core\"",
            "\".:/app\"",
        );
    }),
    ("production without a mount in the file for development", |repo| {
        repo.edit(
            DEVELOPMENT,
            "    build: { context: ., dockerfile: services/web/Dockerfile.dev }\n    volumes: [\"./services/web:/app/services/web\", \"./libs/core:/app/libs/core\"]\n",
            "    build: { context: ., dockerfile: services/web/Dockerfile }\n",
        );
    }),
    ("a Dockerfile that a step writes", |repo| {
        repo.edit(
            RELEASE,
            "  release:\n",
            "  old:\n    steps:\n      - run: cp docker/base docker/web.Dockerfile\n      - { uses: docker/build-push-action@v6, with: { file: docker/web.Dockerfile } }\n  release:\n",
        );
    }),
];

#[test]
fn what_is_released_together_is_one() {
    suite(deployed, FAULTS, &[]);
}

#[test]
fn twins_are_silent() {
    stay_quiet(deployed, [("nothing", (|_| {}) as fn(&Fixture))]);
    stay_quiet(deployed, TWINS.iter().copied());
}
