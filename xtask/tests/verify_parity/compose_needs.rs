//! Faults in what the services of a compose file need of each other, and files around them that other programs refuse.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, found, pair, stay_quiet, suite},
};

const COMPOSE: &str = "compose.prod.yaml";
const WORKFLOW: &str = ".github/workflows/release.yml";
const WEB: &str = "  web:\n    build: { context: ., dockerfile: services/web/Dockerfile }\n";
const HEALTH: &str = "    healthcheck: { test: [\"CMD\", \"python\", \"-V\"], interval: 5s }\n";

/// `admin` waits for `web`, for a database and for a migration.
fn waiting() -> Fixture {
    let repo = pair();
    repo.write(
        COMPOSE,
        format!(
            "services:
{WEB}{HEALTH}  admin:
    build: {{ context: ., dockerfile: services/admin/Dockerfile }}
    environment: {{ WEB_URL: \"http://web:8080\" }}
    depends_on:
      web: {{ condition: service_healthy }}
      db: {{ condition: service_healthy }}
      migrate: {{ condition: service_completed_successfully }}
  migrate:
    build: {{ context: ., dockerfile: services/web/Dockerfile }}
    command: [\"python\", \"-V\"]
  db:
    image: postgres:17
    healthcheck: {{ test: [\"CMD\", \"pg_isready\"] }}
"
        ),
    );
    repo
}

pub const FAULTS: &[Fault] = &[
    (
        "compose-waits-forever",
        "the health check of the service lost",
        |repo| repo.edit(COMPOSE, HEALTH, ""),
    ),
    ("compose-waits-forever", "a health check without a test", |repo| {
        repo.edit(COMPOSE, HEALTH, "    healthcheck: { interval: 5s }\n")
    }),
    ("compose-waits-forever", "the health check switched off", |repo| {
        repo.edit(COMPOSE, HEALTH, "    healthcheck: { disable: true }\n")
    }),
    (
        "compose-waits-forever",
        "the health check of the database lost",
        |repo| repo.edit(COMPOSE, "    healthcheck: { test: [\"CMD\", \"pg_isready\"] }\n", ""),
    ),
    ("compose-waits-forever", "the end of a server", |repo| {
        repo.edit(
            COMPOSE,
            "web: { condition: service_healthy }",
            "web: { condition: service_completed_successfully }",
        )
    }),
    ("compose-waits-forever", "the end of the database", |repo| {
        repo.edit(
            COMPOSE,
            "db: { condition: service_healthy }",
            "db: { condition: service_completed_successfully }",
        )
    }),
    ("address-leads-nowhere", "a network of its own", |repo| {
        repo.edit(COMPOSE, WEB, &format!("{WEB}    networks: [models]\n"));
    }),
    ("address-leads-nowhere", "networks of their own", |repo| {
        repo.edit(COMPOSE, WEB, &format!("{WEB}    networks: [models]\n"));
        repo.edit(
            COMPOSE,
            "    environment: {",
            "    networks: { front: {} }\n    environment: {",
        );
    }),
    ("address-leads-nowhere", "the network of the machine", |repo| {
        repo.edit(COMPOSE, WEB, &format!("{WEB}    network_mode: host\n"));
    }),
];

const TWINS: &[Twin] = &[
    ("as it is", |_| {}),
    ("a health check of the image", |repo| {
        repo.edit(COMPOSE, HEALTH, "");
        for file in ["Dockerfile", "Dockerfile.dev"] {
            let file = format!("services/web/{file}");
            repo.edit(
                &file,
                "EXPOSE 8080",
                "HEALTHCHECK CMD [\"python\", \"-V\"]\nEXPOSE 8080",
            );
        }
    }),
    ("an image of others", |repo| {
        repo.edit(
            COMPOSE,
            "    image: postgres:17\n    healthcheck: { test: [\"CMD\", \"pg_isready\"] }\n",
            "    image: registry.example.org/db:17\n",
        );
    }),
    ("one network beside others", |repo| {
        repo.edit(COMPOSE, WEB, &format!("{WEB}    networks: [models, default]\n"));
    }),
    ("the network of another container", |repo| {
        repo.edit(COMPOSE, WEB, &format!("{WEB}    network_mode: \"service:db\"\n"));
    }),
    ("a profile of both", |repo| {
        repo.edit(COMPOSE, "  migrate:\n", "  migrate:\n    profiles: [all]\n");
        repo.edit(COMPOSE, "  admin:\n", "  admin:\n    profiles: [all]\n");
    }),
    ("a service that may be missing", |repo| {
        repo.edit(COMPOSE, "  migrate:\n", "  migrate:\n    profiles: [all]\n");
        repo.edit(
            COMPOSE,
            "service_completed_successfully }",
            "service_completed_successfully, required: false }",
        );
    }),
];

#[test]
fn faults_in_what_services_wait_for_are_found() {
    suite(waiting, FAULTS, &[]);
}

#[test]
fn services_that_start_stay_quiet() {
    stay_quiet(waiting, TWINS.iter().copied());
}

/// What is a problem of a file that another program refuses.
fn refused(apply: impl Fn(&Fixture)) -> Vec<String> {
    let repo = waiting();
    apply(&repo);
    let (_, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    let message = |problem: &serde_json::Value| problem["message"].as_str().unwrap().to_owned();
    problems.iter().map(message).collect()
}

#[test]
fn a_profile_that_leaves_out_what_another_service_needs_is_refused() {
    for profiles in ["", "    profiles: [other]\n"] {
        let messages = refused(|repo| {
            repo.edit(COMPOSE, "  migrate:\n", "  migrate:\n    profiles: [all]\n");
            repo.edit(COMPOSE, "  admin:\n", &format!("  admin:\n{profiles}"));
        });
        assert_eq!(
            messages,
            ["`admin` depends on `migrate`, which is left out unless the profile `all` is chosen"]
        );
    }
}

#[test]
fn a_workflow_that_does_not_exist_is_refused() {
    let call = |path: &'static str| {
        move |repo: &Fixture| {
            let text = format!("on: push\njobs:\n  build:\n    uses: {path}\n");
            repo.write(WORKFLOW, text);
            repo.write(".github/workflows/other.yml", "on: workflow_call\njobs: {}\n");
        }
    };
    assert_eq!(
        refused(call("./.github/workflows/build.yml")),
        ["the workflow `.github/workflows/build.yml` does not exist"]
    );
    assert!(refused(call("./.github/workflows/other.yml")).is_empty());
    assert!(refused(call("team/shared/.github/workflows/build.yml@v1")).is_empty());
}

#[test]
fn steps_of_a_live_update_that_tilt_refuses_are_a_problem() {
    let steps = |steps: &'static str, rest: &'static str| {
        refused(move |repo| {
            let sync = "sync('services/web', '/app/services/web'), sync('libs/core', '/app/libs/core')";
            let build = |name: &str, steps: &str| {
                format!(
                    "docker_build('{name}', '.', dockerfile='services/{name}/Dockerfile.dev', live_update=[{steps}])\n"
                )
            };
            let of_admin = "sync('services/admin', '/app/services/admin'), sync('libs/core', '/app/libs/core')";
            let text = build("web", &steps.replace("SYNC", sync)) + &build("admin", of_admin) + rest;
            repo.write("Tiltfile", text);
        })
    };
    let none: [String; 0] = [];
    assert_eq!(steps("fall_back_on(['a']), SYNC, run('true')", ""), none);
    let order = steps("SYNC, fall_back_on(['a'])", "");
    assert!(
        order
            .iter()
            .any(|message| message.contains("`fall_back_on` has to stand before `sync`")),
        "{order:?}"
    );
    let order = steps("run('true'), SYNC", "");
    assert!(
        order
            .iter()
            .any(|message| message.contains("`sync` has to stand before `run`")),
        "{order:?}"
    );
    let restart = steps("SYNC, restart_container()", "");
    assert!(
        restart
            .iter()
            .any(|message| message.contains("`restart_container` is for containers")),
        "{restart:?}"
    );
    assert_eq!(
        steps("SYNC, restart_container()", "docker_compose('compose.prod.yaml')\n"),
        none
    );
}
