//! One file a style, before; one snapshot, after.

use std::collections::{BTreeMap, BTreeSet};

use repo::Repo;
use repo::Root;
use serde_json::Value as Json;
use surfaces::tilt::Demand;

use crate::{
    fixture::{Fixture, shown},
    real::{self, Started},
};

/// Each style, and how `update-tilt` ends: 0 where everything in it is fixed, 4 where something is left to a person.
const STYLES: [(&str, i32); 10] = [
    ("keywords", 0),
    ("positional", 0),
    ("names", 0),
    ("formatting", 0),
    ("splat", 0),
    ("loop", 0),
    ("function", 0),
    ("given", 0),
    ("restart_and_custom", 0),
    ("shared_list", 0),
];

fn fixture(style: &str) -> Fixture {
    let repo = Fixture::of("tilted");
    let from = format!(
        "{}/tests/update_tilt/styles/{style}.Tiltfile",
        env!("CARGO_MANIFEST_DIR")
    );
    repo.write("Tiltfile", std::fs::read(from).unwrap());
    repo
}

#[test]
fn every_style_is_brought_into_step() {
    let mut wrong = Vec::new();
    for (style, expected) in STYLES {
        let repo = fixture(style);
        let before = repo.files();
        let check = repo.run(&["update-tilt", "--check"]);
        let diff = String::from_utf8_lossy(&check.stdout).into_owned();
        assert!(repo.files() == before, "{style}: --check wrote something");
        let output = repo.run(&["update-tilt"]);
        insta::assert_snapshot!(style, format!("{diff}\n{}", shown(&output)));
        let again = repo.run(&["update-tilt", "--check"]);
        let codes = [check.status.code(), output.status.code(), again.status.code()];
        if codes != [Some(4), Some(expected), Some(expected)] || !again.stdout.is_empty() {
            wrong.push(format!("{style}: exits {codes:?}"));
        }
        if expected == 0 {
            let differences = differences(&repo, false);
            wrong.extend(differences.into_iter().map(|what| format!("{style}: {what}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// How what Tilt would do differs from what the services ask for.
pub fn differences(repo: &Fixture, debug: bool) -> Vec<String> {
    let started = Started::debug(debug);
    let calls =
        real::calls(&repo.path(""), &started).unwrap_or_else(|error| panic!("{error}\n{}", repo.read("Tiltfile")));
    let mut problems = Vec::new();
    let read = Repo::read(&Root::new(repo.path("")), &mut problems).unwrap();
    let mut wrong = Vec::new();
    let mut builds: BTreeMap<String, &Json> = BTreeMap::new();
    for call in calls.iter().filter(|call| call["ref"].is_string()) {
        let name = call["ref"].as_str().unwrap().rsplit('/').next().unwrap();
        builds.insert(name.to_owned(), call);
    }
    let images = verify::development_images(&read, &mut problems);
    for (service, image) in read.services.iter().zip(images) {
        let name = service.package.name.as_str();
        let image = image.unwrap();
        match builds.get(name) {
            Some(call) => wrong.extend(wrong_in(call, &Demand::of(&read, service, &image))),
            None => wrong.push(format!("{name} is not built")),
        }
    }
    wrong
}

/// How one build differs from what its service asks for.
pub fn wrong_in(call: &Json, demand: &Demand<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = call["ref"].as_str().unwrap();
    let plain = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    let said = plain(call["dockerfile"].as_str().unwrap());
    if said != demand.dockerfile.as_str() {
        wrong.push(format!("{name} is built from {said}"));
    }
    let is_dev = |name: &&String| name.to_lowercase().contains("dev") || *name == "ENVIRONMENT";
    if let Some(arg) = call["build_args"].as_object().unwrap().keys().find(is_dev) {
        wrong.push(format!("{name} gets {arg}"));
    }
    let sides = |step: &Json| {
        (
            plain(step["local"].as_str().unwrap()),
            plain(step["remote"].as_str().unwrap()),
        )
    };
    let steps = call["live_update"].as_array().unwrap();
    let synced: BTreeSet<(String, String)> = steps.iter().filter(|step| step["step"] == "sync").map(sides).collect();
    for pair in &demand.syncs {
        let is_there = |(local, remote): &(String, String)| {
            let below = match local.as_str() {
                "." => Some(format!("/{}", pair.local)),
                local => pair.local.as_str().strip_prefix(local).map(str::to_owned),
            };
            below.is_some_and(|below| format!("{remote}{below}") == pair.remote)
        };
        if !synced.iter().any(is_there) {
            wrong.push(format!("{name}: {} is not synced: {synced:?}", pair.local));
        }
    }
    let list = |key: &str| -> Vec<String> {
        let items = call[key].as_array().unwrap().iter();
        items.map(|item| item.as_str().unwrap().to_owned()).collect()
    };
    let (ignore, only) = (list("ignore"), list("only"));
    for package in &demand.needed {
        let dir = package.dir.as_str();
        let is_in = only.is_empty() || only.iter().any(|only| dir.starts_with(only.as_str()));
        if ignore.iter().any(|pattern| pattern == dir) || !is_in {
            wrong.push(format!("{name} needs {dir}, which is left out"));
        }
    }
    let is_custom = call["call"] == "custom_build";
    for lib in &demand.unneeded {
        let dir = lib.dir.to_string();
        if only.is_empty() && !is_custom && !ignore.contains(&dir) && !ignore.contains(&"libs".to_owned()) {
            wrong.push(format!("{name} does not need {dir}: {ignore:?}"));
        }
        if synced.iter().any(|(local, _)| local.starts_with(&dir)) {
            wrong.push(format!("{name} does not need the sync of {dir}"));
        }
    }
    wrong
}

#[test]
fn the_tiltfile_of_this_repository_does_what_the_manifests_ask_for() {
    let repo = Fixture::of_this_repository();
    for debug in [false, true] {
        assert_eq!(differences(&repo, debug), Vec::<String>::new());
    }
    let output = repo.run(&["update-tilt", "--check"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    // With the switch, each debug port is opened, and our containers alone are asked to listen.
    let calls = real::calls(&repo.path(""), &Started::debug(true)).unwrap();
    let yaml = calls.iter().find(|call| call["call"] == "k8s_yaml").unwrap();
    let containers = &yaml["yaml"][0]["spec"]["template"]["spec"]["containers"];
    assert_eq!(containers[0]["env"][0]["name"], "DEBUGPY_PORT");
    assert!(containers[1].get("env").is_none());
    let resource = calls.iter().find(|call| call["workload"] == "rag-rag-backend").unwrap();
    assert_eq!(resource["port_forwards"][1]["local"], 5680);
    assert_eq!(resource["port_forwards"][1]["container"], 5678);
    let without = real::calls(&repo.path(""), &Started::debug(false)).unwrap();
    let resource = without
        .iter()
        .find(|call| call["workload"] == "rag-rag-backend")
        .unwrap();
    assert_eq!(resource["port_forwards"].as_array().unwrap().len(), 1);
}

/// What is built from no manifest is nobody's business here, whether it is a build or not.
#[test]
fn the_pages_of_this_repository_are_left_alone() {
    let repo = Fixture::of_this_repository();
    for build in [
        "",
        "docker_build(registry + '/frontend', '.', dockerfile='frontend/Dockerfile')\n",
    ] {
        repo.write("Tiltfile", repo.read("Tiltfile") + build);
        let before = repo.read("Tiltfile");
        for options in [&["--check"][..], &[], &["--remove-gone"]] {
            let output = repo.run(&[&["update-tilt"], options].concat());
            assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
            assert!(!shown(&output).contains("warning"), "{}", shown(&output));
            assert_eq!(repo.read("Tiltfile"), before);
        }
    }
}

/// The pages are served beside the cluster, and not in it.
#[test]
fn the_pages_of_this_repository_call_the_ports_that_are_forwarded() {
    let repo = Fixture::of_this_repository();
    let calls = real::calls(&repo.path(""), &Started::debug(false)).unwrap();
    let pages = calls.iter().find(|call| call["name"] == "frontend").unwrap();
    let forwards: Vec<(String, String)> = calls
        .iter()
        .filter(|call| call["call"] == "k8s_resource")
        .map(|call| {
            let address = format!("http://127.0.0.1:{}", call["port_forwards"][0]["local"]);
            (call["workload"].as_str().unwrap().to_owned(), address)
        })
        .collect();
    let mut needed: Vec<&str> = Vec::new();
    for (name, value) in pages["serve_env"].as_object().unwrap() {
        if name.ends_with("_URL") {
            let forward = forwards.iter().find(|(_, address)| value == address);
            needed.push(&forward.unwrap_or_else(|| panic!("{name}={value} of {forwards:?}")).0);
        }
    }
    assert_eq!(needed.len(), 2);
    let waits = pages["resource_deps"].as_array().unwrap();
    assert!(
        needed.iter().all(|workload| waits.iter().any(|wait| wait == workload)),
        "{waits:?}"
    );
    let port = pages["serve_env"]["FRONTEND_PORT"].as_str().unwrap();
    assert_eq!(pages["probe"]["http_get"]["port"].to_string(), port);
    for link in pages["links"].as_array().unwrap() {
        let start = format!("http://127.0.0.1:{port}/");
        assert!(link["url"].as_str().unwrap().starts_with(&start), "{link}");
    }
    let chart = calls.iter().find(|call| call["call"] == "helm").unwrap();
    let set = chart["set"].as_array().unwrap();
    assert!(set.contains(&"services.frontend.enabled=false".into()), "{set:?}");
}
