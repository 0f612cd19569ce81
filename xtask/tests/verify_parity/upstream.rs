//! Faults and habits of well-known repositories, in the small one.

use crate::{
    fixture::Fixture,
    styles::style,
    suite::{DEV, Fault, PROD, WEB, by_hand, found, replace_all, suite},
};

pub const FAULTS: &[Fault] = &[
    ("user-differs", "one name, and another number behind it", |repo| {
        repo.edit(PROD, "USER 10001", "RUN useradd --uid 10001 app\nUSER app");
        repo.edit(DEV, "USER 10001", "RUN adduser --gecos '' --uid 1000 app\nUSER app");
    }),
    ("user-is-root", "no user in development alone", |repo| {
        repo.edit(DEV, "USER 10001", "");
    }),
    ("environment-differs", "variables of production alone", |repo| {
        repo.edit(
            PROD,
            "    PYTHONUNBUFFERED=1",
            "    PYTHONUNBUFFERED=1 APP_HOST=0.0.0.0 APP_PORT=8080",
        )
    }),
    ("system-packages-differ", "packages of one command", |repo| {
        repo.edit(
            PROD,
            "USER 10001",
            "RUN apt-get update && apt-get install -y libpq5 libxml2\nUSER 10001",
        )
    }),
    ("install-resolves", "a file of names", |repo| {
        repo.write("services/web/requirements-tools.txt", "ipython\nrich>=13\n");
        repo.edit(
            DEV,
            "USER 10001",
            "COPY services/web/requirements-tools.txt /tmp/\nRUN pip install -r /tmp/requirements-tools.txt\nUSER 10001",
        );
    }),
    ("download-unverified", "an installer run as it comes", |repo| {
        for file in [PROD, DEV] {
            repo.edit(
                file,
                "USER 10001",
                "RUN curl -fsSL https://example.org/setup_18.x | bash -\nUSER 10001",
            );
        }
    }),
    ("system-packages-differ", "words that a condition chooses", |repo| {
        repo.edit(
            DEV,
            "USER 10001",
            "ARG MODE=full\nRUN apt-get install -y $([ \"$MODE\" = full ] && echo libpq5 || echo libxml2)\nUSER 10001",
        )
    }),
];

#[test]
fn its_faults_are_found() {
    suite(by_hand, FAULTS, &[]);
}

fn judged(repo: &Fixture) -> Vec<serde_json::Value> {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["problems"].as_array().unwrap().len(), 0, "{json:#}");
    json["findings"].as_array().unwrap().clone()
}

fn rules_of(repo: &Fixture) -> Vec<String> {
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(problems.is_empty(), "{problems:?}");
    rules.into_iter().collect()
}

#[test]
fn one_command_is_one_finding() {
    for (_, what, apply) in &FAULTS[1..5] {
        let repo = by_hand();
        apply(&repo);
        let findings = judged(&repo);
        assert_eq!(findings.len(), 1, "{what}: {findings:#?}");
    }
}

#[test]
fn a_user_by_name_has_a_number() {
    let repo = by_hand();
    repo.edit(PROD, "USER 10001", "RUN useradd -r -u 10001 app\nUSER app");
    assert_eq!(rules_of(&repo), [""; 0]);
    let chart = "apiVersion: v2\nname: app\nversion: 1.0.0\n";
    repo.write("charts/app/Chart.yaml", chart);
    let deployment = |user: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: web }}\nspec:\n  template:\n    spec:\n      \
             securityContext: {{ runAsUser: {user} }}\n      containers:\n        - name: web\n          \
             image: registry.example.org/team/web:1.0.0\n"
        )
    };
    repo.write("charts/app/templates/web.yaml", deployment("10001"));
    assert_eq!(rules_of(&repo), [""; 0]);
    repo.write("charts/app/templates/web.yaml", deployment("1000"));
    assert_eq!(rules_of(&repo), ["chart-user-differs"]);
}

/// A group that uv installs by default is in production, whatever it is called.
#[test]
fn default_groups_are_installed() {
    let repo = style("uv_sync");
    repo.edit(WEB, "[tool.xtask]\n", "[tool.xtask]\ntest-groups = []\n");
    let main = "services/web/src/web/main.py";
    repo.write(main, "import iniconfig\n".to_owned() + &repo.read(main));
    assert_eq!(rules_of(&repo), ["import-not-declared"]);
    let manifest = repo.read(WEB);
    repo.write(WEB, manifest + "\n[tool.uv]\ndefault-groups = [\"dev\", \"test\"]\n");
    assert_eq!(rules_of(&repo), [""; 0]);
}

/// A member of a workspace is locked, and installed, at the root of it.
#[test]
fn a_workspace_has_its_lock_above() {
    let repo = style("uv_sync");
    let mount = "    --mount=type=bind,source=services/web/uv.lock,target=uv.lock \\\n";
    replace_all(&repo, PROD, mount, "");
    assert_eq!(rules_of(&repo), ["install-resolves"]);
    let text = repo.read(PROD);
    let above = "COPY services/web/uv.lock services/web/pyproject.toml /app/\nRUN ";
    repo.write(PROD, text.replacen("RUN ", above, 1));
    assert_eq!(rules_of(&repo), [""; 0]);
}

/// `uv sync` without `--locked` installs what it locks, and into its own environment.
#[test]
fn a_sync_that_may_lock_is_one_finding() {
    let repo = style("uv_sync");
    replace_all(&repo, PROD, "uv sync --locked", "uv sync");
    assert_eq!(rules_of(&repo), ["install-resolves"]);
    replace_all(&repo, PROD, " --no-dev", "");
    assert_eq!(
        rules_of(&repo),
        ["development-package-in-production", "install-resolves"]
    );
}

#[test]
fn a_filter_of_a_step_is_shown_by_its_name() {
    let repo = by_hand();
    let filters = "on: push\njobs:\n  changes:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: dorny/paths-filter@v3\n        \
                   with:\n          filters: |\n            docs:\n              - 'docs/**'\n            web:\n              - \
                   'services/web/**'\n";
    repo.write(".github/workflows/ci.yml", filters);
    let findings = judged(&repo);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0]["rule"], "ci-filter-incomplete");
    let place = &findings[0]["places"][0];
    assert_eq!((&place["line"], &place["column"]), (&11.into(), &13.into()), "{place}");
}

/// Without a word of settings: the argument tells.
#[test]
fn an_argument_makes_both_images() {
    let repo = style("dev_argument");
    let manifest = repo.read(WEB);
    repo.write(WEB, manifest.split("\n[tool.xtask.dockerfiles]").next().unwrap());
    assert_eq!(rules_of(&repo), [""; 0]);
    let install = "poetry install --no-root --no-directory --only main";
    replace_all(&repo, PROD, install, "poetry install --no-root --no-directory");
    assert_eq!(rules_of(&repo), ["development-package-in-production"]);
}

/// What Tilt and a workflow have to say where one file makes both.
#[test]
fn who_builds_one_file_says_which() {
    const CI: &str = ".github/workflows/ci.yml";
    let repo = style("dev_argument");
    let push = |argument: &str| {
        format!(
            "on: push\njobs:\n  images:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          docker build {argument}--push \
             -t registry.example.org/team/web:1.0 -f services/web/Dockerfile .\n      - run: docker build --build-arg \
             INSTALL_DEV=true -f services/web/Dockerfile .\n"
        )
    };
    repo.write(CI, push(""));
    assert_eq!(rules_of(&repo), [""; 0]);
    repo.write(CI, push("--build-arg INSTALL_DEV=true "));
    assert_eq!(rules_of(&repo), ["ci-builds-one-flavour", "ci-pushes-development"]);
    std::fs::remove_file(repo.path(CI)).unwrap();
    let tiltfile = "docker_build('registry.example.org/team/web', '.', dockerfile='services/web/Dockerfile', \
                    build_args={'INSTALL_DEV': 'true'}, live_update=[sync('services/web/src', '/app/services/web/src'), \
                    sync('libs/core/src', '/app/libs/core/src')])\n";
    repo.write("Tiltfile", tiltfile);
    // They belong to root, and the image has a user.
    assert_eq!(rules_of(&repo), ["sources-not-replaceable"]);
    repo.edit("Tiltfile", "'INSTALL_DEV'", "'DEBUG'");
    assert_eq!(
        rules_of(&repo),
        ["sources-not-replaceable", "tilt-passes-dev-build-args"]
    );
}

/// How a file is built is all that a person has to say of a service that nobody draws.
#[test]
fn settings_need_no_port_to_be_judged() {
    let repo = style("dev_argument");
    let manifest = repo.read(WEB);
    let plain = manifest.split("\n[tool.xtask]").next().unwrap();
    let said = "\n[tool.xtask.dockerfiles]\ndev = { build-args = { INSTALL_DEV = \"true\" } }\n";
    repo.write(WEB, format!("{plain}{said}"));
    assert_eq!(rules_of(&repo), [""; 0]);
    let output = repo.run(&["gen-dockerfiles", "--check"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("has neither `port` nor `command`"), "{err}");
}
