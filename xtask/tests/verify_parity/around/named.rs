//! Names that commands, values and files give: one edit each, and the rule that names it.

use super::*;

const DEPLOY: &str = ".github/workflows/deploy.yml";
const VALUES: &str = "charts/app/values.yaml";

/// A workflow that runs one command where a version is tagged.
fn runs(repo: &Fixture, command: &str) {
    let text = "name: deploy\non:\n  push:\n    tags: [v*]\njobs:\n  all:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n";
    repo.write(DEPLOY, format!("{text}      - run: {command}\n"));
}

/// Volumes of `web` in two files for compose and in the chart.
fn keeps(repo: &Fixture, compose: &str, development: &str, chart: &str) {
    let health = "    healthcheck:";
    repo.edit(COMPOSE, health, &format!("    volumes: [\"data:{compose}\"]\n{health}"));
    repo.write(
        "compose.dev.yaml",
        format!("services:\n  web:\n    build: {{ context: ., dockerfile: services/web/Dockerfile.dev }}\n    volumes: [\"data:{development}\"]\n"),
    );
    repo.edit(
        TEMPLATE,
        "      containers:",
        "      volumes: [{ name: data, emptyDir: {} }]\n      containers:",
    );
    repo.edit(
        TEMPLATE,
        "          readinessProbe:",
        &format!("          volumeMounts: [{{ name: data, mountPath: {chart} }}]\n          readinessProbe:"),
    );
}

/// A boolean of the values, and what it turns on for the containers.
fn switched(repo: &Fixture, name: &str, lines: &str) {
    repo.write(VALUES, repo.read(VALUES) + &format!("{name}: false\n"));
    repo.edit(
        TEMPLATE,
        "          readinessProbe:",
        &format!("          {{{{- if $.Values.{name} }}}}\n{lines}          {{{{- end }}}}\n          readinessProbe:"),
    );
}

pub const FAULTS: &[Fault] = &[
    ("tilt-file-missing", "a file of values that is gone", |repo| {
        repo.edit(
            "Tiltfile",
            "helm('charts/app',",
            "helm('charts/app', values='charts/app/values-dev.yaml',",
        );
    }),
    ("tilt-file-missing", "a manifest of a list", |repo| {
        repo.write("Tiltfile", repo.read("Tiltfile") + "k8s_yaml(['deploy/redis.yaml'])\n");
    }),
    ("ci-deploys-development", "the file for development is named", |repo| {
        repo.write(
            "compose.dev.yaml",
            "services:\n  web:\n    build: { context: ., dockerfile: services/web/Dockerfile.dev }\n",
        );
        runs(repo, "docker compose -f compose.prod.yaml -f compose.dev.yaml up -d");
    }),
    (
        "ci-deploys-development",
        "no file is named, and compose takes another one too",
        |repo| {
            repo.write("compose.yaml", repo.read(COMPOSE));
            repo.write(
                "compose.override.yaml",
                "services:\n  web:\n    environment: { LOG: debug }\n",
            );
            runs(repo, "docker compose up --detach");
        },
    ),
    ("compose-workdir-differs", "a folder of another image", |repo| {
        repo.edit(COMPOSE, "    healthcheck:", "    working_dir: /srv\n    healthcheck:");
    }),
    ("compose-image-floats", "the newest image", |repo| {
        let build = "build: { context: ., dockerfile: services/web/Dockerfile }";
        repo.edit(COMPOSE, build, "image: registry.example.org/team/web:latest");
    }),
    ("volume-elsewhere", "of production", |repo| {
        keeps(repo, "/var/lib/other", "/var/lib/web", "/var/lib/web");
    }),
    ("volume-elsewhere", "of the chart", |repo| {
        keeps(repo, "/var/lib/web", "/var/lib/web", "/data");
    }),
    (
        "ci-pushes-development",
        "a command gives it the name of production",
        |repo| {
            runs(
                repo,
                "docker tag web-dev registry.example.org/team/web:1 && docker push registry.example.org/team/web:1",
            );
        },
    ),
    ("ci-pushes-development", "a copy in the registry", |repo| {
        runs(
            repo,
            "crane copy registry.example.org/team/web-dev:1 registry.example.org/team/web:1",
        );
    }),
    ("ci-image-differs", "a key of the chart", |repo| {
        runs(
            repo,
            "helm upgrade app charts/app --set web.image.repository=registry.example.org/team/web-old",
        );
    }),
    ("ci-image-differs", "kubectl sets another image", |repo| {
        runs(
            repo,
            "kubectl set image deployment/app-web web=registry.example.org/team/web_app:1",
        );
    }),
    ("ci-image-differs", "the name of another service", |repo| {
        runs(
            repo,
            "docker build -f services/web/Dockerfile -t registry.example.org/team/admin:1 --push .",
        );
    }),
    ("tilt-image-differs", "a key of the chart in the Tiltfile", |repo| {
        repo.edit(
            "Tiltfile",
            "'image.registry=' + registry",
            "'web.image.repository=registry.example.org/team/web-old'",
        );
    }),
    ("chart-port-differs", "where a value is turned on", |repo| {
        switched(repo, "tls", "          livenessProbe: { tcpSocket: { port: 8443 } }\n");
    }),
    ("chart-command-overrides", "where a value is turned on", |repo| {
        switched(repo, "fast", "          command: [python, -m, web.fast]\n");
    }),
    ("chart-object-missing", "a Service selects nobody", |repo| {
        repo.write(
            "charts/app/templates/service.yaml",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: app-web\nspec:\n  selector: { app: web }\n  ports: [{ port: 80, targetPort: 8080 }]\n",
        );
    }),
    (
        "address-leads-nowhere",
        "a store of compose that is called otherwise",
        |repo| {
            let health = "    healthcheck:";
            repo.edit(
                COMPOSE,
                health,
                &format!("    environment: {{ REDIS_URL: redis://cache:6379/0 }}\n{health}"),
            );
            repo.write(COMPOSE, repo.read(COMPOSE) + "  redis:\n    image: redis:8.0.3\n");
        },
    ),
];

pub const TWINS: [Twin; 9] = [
    ("a manifest that the Tiltfile asks for first", |repo| {
        repo.write(
            "Tiltfile",
            repo.read("Tiltfile") + "if os.path.exists('deploy/more.yaml'):\n    k8s_yaml('deploy/more.yaml')\n",
        );
    }),
    ("production is deployed with its own file", |repo| {
        repo.write(
            "compose.override.yaml",
            "services:\n  web:\n    environment: { LOG: debug }\n",
        );
        runs(repo, "docker compose -f compose.prod.yaml up -d");
    }),
    ("another command may start elsewhere", |repo| {
        repo.edit(
            COMPOSE,
            "    healthcheck:",
            "    working_dir: /srv\n    command: [uvicorn, \"web.main:app\", --host, 0.0.0.0, --port, \"8080\"]\n    healthcheck:",
        );
    }),
    ("volumes at one path", |repo| {
        keeps(repo, "/var/lib/web", "/var/lib/web/", "/var/lib/web")
    }),
    ("a release gets another tag", |repo| {
        runs(
            repo,
            "crane copy registry.example.org/team/web:1 registry.example.org/team/web:stable",
        );
    }),
    ("a debugger waits where a value is turned on", |repo| {
        switched(repo, "debug", "          command: [sleep, infinity]\n");
    }),
    ("a probe that is right where a value is turned on", |repo| {
        switched(
            repo,
            "strict",
            "          livenessProbe: { httpGet: { path: /readyz, port: 8080 } }\n",
        );
    }),
    ("a store of compose by its name, or somewhere else", |repo| {
        let health = "    healthcheck:";
        repo.edit(
            COMPOSE,
            health,
            &format!(
                "    environment: {{ REDIS_URL: redis://redis:6379/0, MAIL_URL: smtp://mail.example.org:25 }}\n{health}"
            ),
        );
        repo.write(COMPOSE, repo.read(COMPOSE) + "  redis:\n    image: redis:8.0.3\n");
    }),
    ("kubectl sets the image that is pushed", |repo| {
        runs(
            repo,
            "kubectl set image deployment/app-web web=registry.example.org/team/web:${{ github.ref_name }}",
        );
    }),
];
