//! Tiltfiles in the styles of other people (`people.txt`, `others.txt`, `newer.txt`), each with what has to happen to it. Another implementation of
//! Starlark runs them before and after, for every way that Tilt can be started.

use std::collections::BTreeMap;

use repo::{Repo, Root};
use serde_json::Value as Json;
use surfaces::tilt::Demand;

use crate::{
    fixture::{Fixture, shown},
    real::{self, Started},
    styles::wrong_in,
};

const CASES: [&str; 3] = [
    include_str!("people.txt"),
    include_str!("others.txt"),
    include_str!("newer.txt"),
];

const WEB: &str = "docker_build('team/web', '.', dockerfile='services/web/Dockerfile.dev', live_update=[\
    sync('services/web/src', '/app/services/web/src'), sync('libs/core/src', '/app/libs/core/src')], ignore=['libs/text-tools'])";
const WORKER: &str = "docker_build('team/worker', '.', dockerfile='services/worker/Dockerfile.dev', live_update=[\
    sync('services', '/app/services'), sync('libs', '/app/libs')])";

#[derive(Default)]
struct Case {
    name: &'static str,
    end: &'static str,
    /// Whether it is a flag, its name, and its values.
    settings: Vec<(bool, &'static str, Vec<&'static str>)>,
    production: Vec<(&'static str, &'static str)>,
    says: Vec<&'static str>,
    keeps: Vec<&'static str>,
    is_unjudged: bool,
    files: BTreeMap<&'static str, String>,
}

fn cases() -> Vec<Case> {
    let cases = CASES.iter().flat_map(|text| text.split("\n=== ").skip(1));
    cases.map(case).collect()
}

fn case(text: &'static str) -> Case {
    let (head, body) = text.split_once('\n').unwrap();
    let (name, end) = head.split_once(" => ").unwrap();
    let mut case = Case {
        name,
        end,
        ..Case::default()
    };
    let mut file = "Tiltfile";
    for line in body.lines() {
        let Some(said) = line.strip_prefix("#: ") else {
            let text = case.files.entry(file).or_default();
            text.push_str(&line.replace("@web", WEB).replace("@worker", WORKER));
            text.push('\n');
            continue;
        };
        let (key, rest) = said.split_once(' ').unwrap_or((said, ""));
        let pair = || rest.split_once('=').unwrap();
        match key {
            "flag" | "env" => case
                .settings
                .push((key == "flag", pair().0, pair().1.split(',').collect())),
            "production" => case.production.push(pair()),
            "says" => case.says.push(rest),
            "keeps" => case.keeps.push(rest),
            "unjudged" => case.is_unjudged = true,
            "file" => file = rest,
            other => panic!("{name}: `{other}`"),
        }
    }
    case
}

/// Every way to start Tilt, with whether that is production.
fn ways(case: &Case) -> Vec<(Started, bool)> {
    let mut ways = vec![(Started::default(), false)];
    for (is_flag, name, values) in &case.settings {
        let with = |(started, is_production): &(Started, bool), value: &&str| {
            let mut started = started.clone();
            let production = case.production.contains(&(*name, *value));
            match (*value, is_flag) {
                ("-", _) => {}
                ("True", true) => drop(started.flags.insert((*name).to_owned(), Json::Bool(true))),
                (value, true) => {
                    let json = serde_json::from_str(value).unwrap_or_else(|_| Json::from(value));
                    started.flags.insert((*name).to_owned(), json);
                }
                (value, false) => drop(started.env.insert((*name).to_owned(), value.to_owned())),
            }
            (started, *is_production || production)
        };
        ways = ways
            .iter()
            .flat_map(|way| values.iter().map(|value| with(way, value)))
            .collect();
    }
    ways
}

fn fixture(case: &Case) -> Fixture {
    let repo = Fixture::of("tilted");
    for path in [
        "services/gateway/main.go",
        "services/gateway/go.mod",
        "services/gateway/Dockerfile",
        "services/gateway/db.Dockerfile",
        "frontend/package.json",
        "frontend/src/index.ts",
        "frontend/Dockerfile",
    ] {
        repo.write(path, "FROM scratch\n");
    }
    for (path, text) in &case.files {
        repo.write(path, text);
    }
    repo
}

fn judged(repo: &Fixture, case: &Case, wrong: &mut Vec<String>) -> Vec<Vec<Json>> {
    let mut runs = Vec::new();
    for (started, _) in ways(case) {
        match real::calls(&repo.path(""), &started) {
            Ok(calls) => runs.push(calls),
            Err(error) => wrong.push(format!("does not load with {started:?}: {error}")),
        }
    }
    runs
}

/// What is wrong after the edits: another build differs, or one that was edited is not right.
fn compared(repo: &Fixture, case: &Case, before: &[Vec<Json>], after: &[Vec<Json>], wrong: &mut Vec<String>) {
    let mut problems = Vec::new();
    let read = Repo::read(&Root::new(repo.path("")), &mut problems).unwrap();
    let images = verify::development_images(&read, &mut problems);
    for (((started, is_production), before), after) in ways(case).iter().zip(before).zip(after) {
        if before.len() != after.len() {
            wrong.push(format!(
                "{started:?}: makes {} calls and made {}",
                after.len(),
                before.len()
            ));
        }
        for (old, new) in before.iter().zip(after) {
            let of = |call: &Json| {
                let name = call["ref"].as_str()?.rsplit('/').next()?.to_owned();
                let dockerfile = call["dockerfile"].as_str().unwrap_or_default().to_owned();
                let mut pairs = read.services.iter().zip(&images);
                let (service, image) = pairs.find(|(service, _)| {
                    let dir = service.package.dir.as_str();
                    dockerfile.trim_start_matches("./").starts_with(&format!("{dir}/"))
                        || service.package.name.as_str() == name
                })?;
                Some(Demand::of(&read, service, image.as_ref().unwrap()))
            };
            match of(new) {
                Some(demand) if !is_production && case.end == "fixed" => {
                    let of_build = wrong_in(new, &demand);
                    wrong.extend(of_build.into_iter().map(|what| format!("{started:?}: {what}")));
                    // What nothing asks for stays.
                    for key in ["entrypoint", "context"] {
                        if old[key] != new[key] {
                            wrong.push(format!("{started:?}: {key} differs"));
                        }
                    }
                }
                _ if old == new => {}
                _ => wrong.push(format!("{started:?}: differs\n  {old}\n  {new}")),
            }
        }
    }
}

fn problems_of(case: &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    let repo = fixture(case);
    let is_judged = !case.is_unjudged && !case.says.iter().any(|said| said.contains("given twice"));
    let before = if is_judged {
        judged(&repo, case, &mut wrong)
    } else {
        Vec::new()
    };
    let output = repo.run(&["update-tilt"]);
    let said = shown(&output);
    let expected = match case.end {
        "same" | "fixed" => 0,
        "left" => 4,
        "refused" => 1,
        other => panic!("{}: `{other}`", case.name),
    };
    if output.status.code() != Some(expected) {
        wrong.push(format!("ends with {:?}\n{said}", output.status.code()));
    }
    let is_changed = case.files.iter().any(|(path, text)| repo.read(path) != *text);
    if is_changed != (case.end == "fixed") {
        wrong.push(format!("is{} written", if is_changed { "" } else { " not" }));
    }
    wrong.extend(
        case.says
            .iter()
            .filter(|text| !said.contains(**text))
            .map(|text| format!("does not say {text}: {said}")),
    );
    let kept = case.keeps.iter().filter(|text| !repo.read("Tiltfile").contains(**text));
    wrong.extend(kept.map(|text| format!("does not keep {text}")));
    let again = repo.run(&["update-tilt", "--check"]);
    if again.status.code() != Some(expected) {
        wrong.push(format!(
            "the second run ends with {:?}\n{}",
            again.status.code(),
            shown(&again)
        ));
    }
    if is_judged {
        let after = judged(&repo, case, &mut wrong);
        compared(&repo, case, &before, &after, &mut wrong);
    }
    if !wrong.is_empty() && is_changed {
        let files = case.files.keys().map(|path| format!("-- {path}\n{}", repo.read(path)));
        wrong.extend(files);
    }
    wrong.into_iter().map(|what| format!("{}: {what}", case.name)).collect()
}

#[test]
fn tiltfiles_of_other_people() {
    let only = std::env::var("TILTFILE_CASE").ok();
    let cases = cases();
    assert!(cases.len() >= 100, "{}", cases.len());
    let chosen = cases
        .iter()
        .filter(|case| only.as_deref().is_none_or(|only| only == case.name));
    let wrong: Vec<String> = chosen.flat_map(problems_of).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
