//! Faults in the settings of nginx, which a compose file runs in front of the services.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, by_hand, stay_quiet, suite},
};

const BASE: &str = "compose.prod.yaml";
const DOCKERFILE: &str = "proxy/Dockerfile";
const SETTINGS: &str = "proxy/default.conf";

/// An image of its own, with the settings in it.
fn built() -> Fixture {
    let repo = by_hand();
    repo.write(
        BASE,
        "services:
  web:
    build: { context: ., dockerfile: services/web/Dockerfile }
    tmpfs: [/tmp]
  proxy:
    build: { context: proxy }
    ports: [\"8090:8000\"]
    volumes: [\"static:/srv/static:ro\"]
volumes:
  static: {}
",
    );
    repo.write(
        DOCKERFILE,
        "FROM nginx:1.29\nCOPY default.conf /etc/nginx/conf.d/default.conf\nEXPOSE 8000\n",
    );
    repo.write(
        SETTINGS,
        "upstream web {
    server web:8080;
}
server {
    listen 8000;
    location /static/ { alias /srv/static/; }
    location /api/ { proxy_pass http://web:8080/; }
    location / { proxy_pass http://web; }
}
",
    );
    repo
}

/// The image of nginx, with the settings mounted.
fn mounted() -> Fixture {
    let repo = built();
    repo.edit(BASE, "build: { context: proxy }", "image: nginx:1.29");
    repo.edit(
        BASE,
        "[\"static:/srv/static:ro\"]",
        "[\"static:/srv/static:ro\", \"./proxy/default.conf:/etc/nginx/conf.d/default.conf:ro\"]",
    );
    std::fs::remove_file(repo.path(DOCKERFILE)).unwrap();
    repo
}

pub const FAULTS: &[Fault] = &[
    ("proxy-leads-nowhere", "the server of a group", |repo| {
        repo.edit(SETTINGS, "server web:8080", "server app:8080")
    }),
    ("proxy-leads-nowhere", "the address of a location", |repo| {
        repo.edit(SETTINGS, "http://web:8080/", "http://app:8080/")
    }),
    ("proxy-leads-nowhere", "a service with a new name", |repo| {
        repo.edit(BASE, "  web:\n", "  backend:\n")
    }),
    ("proxy-leads-nowhere", "a group that was renamed", |repo| {
        repo.edit(SETTINGS, "upstream web", "upstream app");
        repo.edit(SETTINGS, "http://web;", "http://apps;");
    }),
    ("proxy-leads-nowhere", "a port of nobody", |repo| {
        repo.edit(SETTINGS, "server web:8080", "server web:9000")
    }),
    ("proxy-leads-nowhere", "an address in a variable", |repo| {
        repo.edit(
            SETTINGS,
            "location / { proxy_pass http://web; }",
            "set $app http://app:8080;\n    location / { proxy_pass $app; }",
        )
    }),
    ("served-folder-missing", "the volume elsewhere", |repo| {
        repo.edit(BASE, "static:/srv/static:ro", "static:/usr/share/static:ro")
    }),
    ("served-folder-missing", "another folder in the settings", |repo| {
        repo.edit(SETTINGS, "alias /srv/static/;", "alias /srv/assets/;")
    }),
    ("served-folder-missing", "a root that nobody copies", |repo| {
        repo.edit(SETTINGS, "listen 8000;", "listen 8000;\n    root /srv/pages;")
    }),
];

const TWINS: &[Twin] = &[
    ("as they are", |_| {}),
    ("a comment", |repo| {
        repo.edit(SETTINGS, "listen 8000;", "listen 8000; # server app:80; root /srv/x;")
    }),
    ("a host of another network", |repo| {
        repo.edit(SETTINGS, "http://web:8080/", "https://api.example.org/")
    }),
    ("a name that the container has", |repo| {
        repo.edit(SETTINGS, "server web:8080", "server app:8080");
        repo.edit(BASE, "  web:\n", "  web:\n    hostname: app\n");
    }),
    ("a host that a variable names", |repo| {
        repo.edit(SETTINGS, "http://web:8080/", "http://$backend:8080/")
    }),
    ("the folder of the image itself", |repo| {
        repo.edit(
            SETTINGS,
            "listen 8000;",
            "listen 8000;\n    root /usr/share/nginx/html;",
        )
    }),
    ("a folder above that of the volume", |repo| {
        repo.edit(SETTINGS, "alias /srv/static/;", "root /srv;")
    }),
    ("the port of the command", |repo| {
        repo.edit(SETTINGS, "server web:8080", "server web:9000");
        repo.edit(SETTINGS, "http://web:8080/", "http://web:9000/");
        repo.edit(
            BASE,
            "    tmpfs: [/tmp]\n",
            "    tmpfs: [/tmp]\n    environment: { PORT: \"9000\" }\n",
        );
    }),
];

const TWINS_OF_THE_IMAGE: &[Twin] = &[
    ("a folder that the image has", |repo| {
        repo.edit(SETTINGS, "alias /srv/static/;", "alias /srv/pages/;");
        repo.edit(DOCKERFILE, "EXPOSE", "COPY default.conf /srv/pages/\nEXPOSE");
    }),
    ("settings that nginx does not read", |repo| {
        repo.edit(
            DOCKERFILE,
            "EXPOSE",
            "COPY other.conf /etc/nginx/other/other.conf\nEXPOSE",
        );
        repo.write(
            "proxy/other.conf",
            "server { root /srv/x; location / { proxy_pass http://x; } }\n",
        );
    }),
];

#[test]
fn faults_in_the_settings_of_a_proxy_are_found() {
    suite(built, FAULTS, &[]);
    suite(mounted, FAULTS, &[]);
}

#[test]
fn proxies_that_work_stay_quiet() {
    stay_quiet(built, TWINS.iter().copied());
    stay_quiet(mounted, TWINS.iter().copied());
    stay_quiet(built, TWINS_OF_THE_IMAGE.iter().copied());
}
