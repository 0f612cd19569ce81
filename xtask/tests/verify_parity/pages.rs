//! Faults in an image that belongs to no service: pages behind nginx, which a compose file builds beside the services.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, by_hand, stay_quiet, suite},
};

const BASE: &str = "compose.prod.yaml";
const DOCKERFILE: &str = "pages/Dockerfile";
const IGNORE: &str = "pages/Dockerfile.dockerignore";
const SCRIPT: &str = "pages/nginx/serve";
const TEMPLATE: &str = "pages/nginx/pages.conf.template";

/// A script of the repository fills in the settings of nginx.
fn served() -> Fixture {
    let repo = by_hand();
    repo.write(
        BASE,
        "services:
  web:
    build: { context: ., dockerfile: services/web/Dockerfile }
    tmpfs: [/tmp]
  pages:
    build: { context: ., dockerfile: pages/Dockerfile }
    environment: { WEB_URL: \"http://web:8080\" }
    ports: [\"8090:8000\"]
",
    );
    repo.write(
        DOCKERFILE,
        "FROM node:22-slim AS build
WORKDIR /build
COPY pages/package.json pages/package-lock.json ./
RUN npm ci
COPY pages ./
RUN npm run build \\
    && mkdir -p /layer/etc/nginx /layer/usr/local/bin \\
    && cp -R nginx /layer/etc/nginx/pages \\
    && mv /layer/etc/nginx/pages/serve /layer/usr/local/bin/ \\
    && mv dist /layer/usr/share/pages

FROM nginx:1.29
COPY --from=build /layer /
EXPOSE 8000
ENTRYPOINT [\"serve\"]
",
    );
    repo.write(
        IGNORE,
        "*\n!pages/package.json\n!pages/package-lock.json\n!pages/src\n!pages/nginx\n",
    );
    repo.write("pages/package.json", "{ \"name\": \"pages\" }\n");
    repo.write("pages/package-lock.json", "{}\n");
    repo.write("pages/src/main.ts", "\n");
    repo.write(
        SCRIPT,
        "#!/bin/sh\nset -eu\nsed -e \"s|\\${WEB_URL}|$WEB_URL|\" /etc/nginx/pages/pages.conf.template >/tmp/nginx.conf\nexec nginx -c /tmp/nginx.conf\n",
    );
    executable(&repo, 0o755);
    repo.write(
        TEMPLATE,
        "http {\n  server {\n    listen 8000; # ${NOT_A_VARIABLE_HERE}\n    location / { set $web \"${WEB_URL}\"; }\n  }\n}\n",
    );
    repo
}

/// The start script of nginx's own image fills in the templates.
fn from_templates() -> Fixture {
    let repo = served();
    repo.write(
        DOCKERFILE,
        "FROM nginx:1.29\nCOPY pages/nginx/pages.conf.template /etc/nginx/templates/default.conf.template\nEXPOSE 8000\n",
    );
    repo
}

fn executable(repo: &Fixture, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(repo.path(SCRIPT), permissions).unwrap();
}

pub const FAULTS: &[Fault] = &[
    ("served-port-differs", "the port of nginx", |repo| {
        repo.edit(TEMPLATE, "listen 8000;", "listen 8001;")
    }),
    ("served-port-differs", "the port of nginx, with an address", |repo| {
        repo.edit(TEMPLATE, "listen 8000;", "listen [::]:8001 default_server;")
    }),
    ("served-port-differs", "the exposed port", |repo| {
        repo.edit(DOCKERFILE, "EXPOSE 8000", "EXPOSE 80")
    }),
    ("served-port-differs", "the published port", |repo| {
        repo.edit(BASE, "8090:8000", "8090:80");
    }),
    ("template-variable-unset", "renamed in the template", |repo| {
        repo.edit(TEMPLATE, "${WEB_URL}", "${API_URL}")
    }),
    ("template-variable-unset", "renamed in the script", |repo| {
        let text = repo.read(SCRIPT).replace("WEB_URL", "API_URL");
        repo.write(SCRIPT, text);
    }),
    ("script-not-runnable", "without the execute permission", |repo| {
        executable(repo, 0o644)
    }),
    ("script-not-runnable", "with line ends of Windows", |repo| {
        let text = repo.read(SCRIPT).replace('\n', "\r\n");
        repo.write(SCRIPT, text);
    }),
    ("script-not-runnable", "left where no PATH leads", |repo| {
        repo.edit(
            DOCKERFILE,
            "    && mv /layer/etc/nginx/pages/serve /layer/usr/local/bin/ \\\n",
            "",
        )
    }),
    ("script-not-runnable", "under another name", |repo| {
        repo.edit(DOCKERFILE, "ENTRYPOINT [\"serve\"]", "ENTRYPOINT [\"/usr/bin/serve\"]")
    }),
    ("copied-file-ignored", "what a command takes", |repo| {
        repo.edit(IGNORE, "!pages/nginx\n", "")
    }),
    ("copied-file-ignored", "what COPY names", |repo| {
        repo.edit(IGNORE, "!pages/package-lock.json\n", "")
    }),
    ("copied-file-missing", "a manifest that was renamed", |repo| {
        std::fs::rename(
            repo.path("pages/package-lock.json"),
            repo.path("pages/npm-shrinkwrap.json"),
        )
        .unwrap()
    }),
    ("lock-unenforced", "an install that may go on", |repo| {
        repo.edit(DOCKERFILE, "npm ci", "npm install --no-audit")
    }),
    ("lock-unenforced", "an install without the lock", |repo| {
        repo.edit(DOCKERFILE, "npm ci", "npm i");
        repo.edit(
            DOCKERFILE,
            "pages/package.json pages/package-lock.json ./",
            "pages/package.json ./",
        );
    }),
    ("address-leads-nowhere", "a former name of the service", |repo| {
        repo.edit(BASE, "http://web:8080", "http://backend:8080")
    }),
    (
        "address-leads-nowhere",
        "a port that the service does not have",
        |repo| repo.edit(BASE, "http://web:8080", "http://web:8081"),
    ),
];

const OF_TEMPLATES: &[Fault] = &[
    ("template-variable-unset", "renamed in the compose file", |repo| {
        repo.edit(BASE, "WEB_URL:", "API_ADDRESS:")
    }),
    ("template-variable-unset", "one more in the template", |repo| {
        repo.edit(TEMPLATE, "location / {", "location / { set $other \"${OTHER_URL}\";")
    }),
    ("served-port-differs", "the port of nginx", |repo| {
        repo.edit(TEMPLATE, "listen 8000;", "listen 80;")
    }),
];

const TWINS: &[Twin] = &[
    ("a second port of nginx", |repo| {
        repo.edit(TEMPLATE, "listen 8000;", "listen 8000;\n    listen 8443 ssl;")
    }),
    ("a port that a variable tells", |repo| {
        repo.edit(TEMPLATE, "listen 8000;", "listen ${WEB_URL};")
    }),
    ("a folder that a program makes", |repo| {
        repo.edit(
            DOCKERFILE,
            "    && cp -R nginx",
            "    && cp -R dist /layer/all \\\n    && cp -R nginx",
        )
    }),
    ("another tool is installed", |repo| {
        repo.edit(DOCKERFILE, "npm ci", "npm ci && npm install -g serve")
    }),
    ("the base image has the program", |repo| {
        repo.edit(
            DOCKERFILE,
            "ENTRYPOINT [\"serve\"]",
            "CMD [\"nginx\", \"-c\", \"/tmp/nginx.conf\"]",
        )
    }),
    ("an image that is copied out of somewhere else", |repo| {
        repo.edit(DOCKERFILE, "FROM nginx:1.29", "FROM registry.example.org/team/nginx:1");
        repo.edit(
            DOCKERFILE,
            "    && mv /layer/etc/nginx/pages/serve /layer/usr/local/bin/ \\\n",
            "",
        );
    }),
];

const TWINS_OF_TEMPLATES: &[Twin] = &[
    ("variables of a file on each machine", |repo| {
        repo.edit(BASE, "environment: { WEB_URL: \"http://web:8080\" }", "env_file: .env")
    }),
    ("settings that compose mounts", |repo| {
        repo.edit(
            BASE,
            "environment: { WEB_URL: \"http://web:8080\" }",
            "volumes: [\"./pages/nginx:/etc/nginx/templates\"]",
        )
    }),
    ("a default in the image", |repo| {
        repo.edit(DOCKERFILE, "EXPOSE 8000", "ENV WEB_URL=http://web\nEXPOSE 8000");
        repo.edit(BASE, "environment: { WEB_URL: \"http://web:8080\" }", "restart: always");
    }),
    ("variables of nginx", |repo| {
        repo.edit(TEMPLATE, "location / {", "location / { set $other \"${host}\";")
    }),
];

#[test]
fn faults_in_images_of_no_service_are_found() {
    suite(served, FAULTS, &[]);
    suite(from_templates, OF_TEMPLATES, &[]);
}

#[test]
fn pages_that_work_stay_quiet() {
    stay_quiet(served, [("as they are", (|_| {}) as fn(&Fixture))]);
    stay_quiet(from_templates, [("as they are", (|_| {}) as fn(&Fixture))]);
    stay_quiet(served, TWINS.iter().copied());
    stay_quiet(from_templates, TWINS_OF_TEMPLATES.iter().copied());
}
