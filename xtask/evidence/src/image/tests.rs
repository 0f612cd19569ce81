use std::path::Path;

use super::*;
use diagnostics::Source;
use formats::dockerfile::Dockerfile;

/// What an image comes to, for people to check against the Dockerfile.
fn facts(name: &str) -> String {
    let dir = repo::Root::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/dockerfiles"));
    let path = RepoPath::parse(name).unwrap();
    let source = dir.source(&path).unwrap();
    let mut problems = Vec::new();
    let dockerfile = Dockerfile::read(&source, &mut problems);
    let image = Image::read(&dir, &path, &dockerfile, &mut problems).unwrap();
    let value = |said: &Option<Located<String>>| said.as_ref().map_or("none".into(), |said| said.value.clone());
    let mut lines = vec![
        format!(
            "base {}, user {}, workdir {}",
            image.base.value,
            value(&image.config.user),
            value(&image.config.workdir)
        ),
        format!("runs {:?}", image.program()),
    ];
    lines.extend(
        image
            .config
            .env
            .iter()
            .map(|(name, said)| format!("env {name}={}", said.value)),
    );
    lines.extend(image.config.ports.iter().map(|port| format!("port {}", port.value)));
    let copied = image.copied.iter();
    lines.extend(copied.map(|copied| {
        format!(
            "{:?} copies {} to {}",
            copied.reach, copied.what.source.written, copied.what.destination
        )
    }));
    for Placed { what, reach } in &image.installs {
        let files: Vec<&str> = what.files.iter().map(|file| file.written.as_str()).collect();
        lines.push(format!(
            "{reach:?} {:?} installs {files:?} {:?} hashed {} {:?}",
            what.by, what.packages, what.is_hashed, what.groups
        ));
    }
    lines.extend(
        image
            .system
            .iter()
            .map(|package| format!("{:?} system {}", package.reach, package.what.value)),
    );
    lines.extend(problems.iter().map(|problem| format!("problem {}", problem.message)));
    lines.join("\n")
}

#[test]
fn images_of_usual_styles_are_followed() {
    for name in [
        "poetry_in_venv",
        "poetry_outside",
        "export_to_pip",
        "uv_sync",
        "dev_argument",
        "crlf_and_backtick",
    ] {
        insta::assert_snapshot!(name, facts(&format!("{name}.Dockerfile")));
    }
}

/// Where everything in an image comes from, for people to check against the Dockerfile.
#[test]
fn trees_of_usual_styles_are_followed() {
    let root = repo::Root::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/sound"));
    for (name, text) in [
        (
            "wheels",
            include_str!("../../../tests/verify_parity/by_hand.Dockerfile"),
        ),
        (
            "sources",
            include_str!("../../../tests/verify_parity/by_hand.Dockerfile.dev"),
        ),
        ("poetry", include_str!("../../../tests/verify_parity/poetry.Dockerfile")),
        ("moved", MOVED),
    ] {
        let path = RepoPath::parse("services/web/Dockerfile").unwrap();
        let source = Source::new(path.as_str(), text);
        let mut problems = Vec::new();
        let dockerfile = Dockerfile::read(&source, &mut problems);
        let target = Target {
            context: Some(RepoPath::root()),
            ..Target::default()
        };
        let image = Image::of((&root, &Default::default()), &path, &dockerfile, &target, &mut problems).unwrap();
        insta::assert_snapshot!(format!("tree_of_{name}"), image.tree.shown());
    }
}

const MOVED: &str = "\
FROM python:3.13-slim AS build
COPY libs /src/libs
COPY services/web /src/services/web
WORKDIR /src
RUN pip wheel --no-deps -w /wheels ./libs/core && cd services/web && python -m build --wheel --outdir /wheels
FROM python:3.13-slim
RUN useradd -u 1000 app && mkdir /data && echo /srv/plugins > /usr/local/lib/python3.13/site-packages/more.pth
COPY --from=build --chown=app /wheels/*.whl /tmp/
RUN pip install --no-deps /tmp/*.whl && rm -rf /tmp/*
COPY --chown=app --chmod=755 services/web/README.md services/web/pyproject.toml /data/
RUN mv /data/README.md /data/read.me && ln -s /data /srv/data
ADD https://example.org/archive.tar.gz /opt/
COPY --from=ghcr.io/example/tools /bin /opt/bin
RUN if [ -n \"$X\" ]; then rm /data/read.me; fi
";
