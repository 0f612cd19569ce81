use std::path::Path;

use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::{
    fixture::{Fixture, shown},
    repository::{broken, sound, unreadable},
};

fn out(repo: &Fixture, format: &str) -> String {
    let output = repo.run(&["verify-parity", "--format", format]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

fn json(repo: &Fixture, format: &str) -> Value {
    serde_json::from_str(&out(repo, format)).unwrap()
}

/// What a schema says against each of these outputs.
fn assert_valid(schema: &str, outputs: &[Value]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let mut schemas = Schemas::new();
    let index = Compiler::new().compile(file.to_str().unwrap(), &mut schemas).unwrap();
    for output in outputs {
        if let Err(error) = schemas.validate(output, index) {
            panic!("{error:#}");
        }
    }
    assert!(
        schemas.validate(&serde_json::json!({"version": 0}), index).is_err(),
        "{schema} takes anything"
    );
}

#[test]
fn terminal() {
    let repo = unreadable();
    let output = repo.run(&["verify-parity"]);
    insta::assert_snapshot!(
        "terminal",
        format!("{}{}", String::from_utf8_lossy(&output.stdout), shown(&output))
    );
}

#[test]
fn terminal_in_full() {
    let output = unreadable().run(&["verify-parity", "--verbose"]);
    insta::assert_snapshot!(
        "terminal_in_full",
        format!("{}{}", String::from_utf8_lossy(&output.stdout), shown(&output))
    );
}

/// Thirty services with a dozen faults each, in lines that a terminal does not wrap.
#[test]
fn hundreds_of_findings_fit_a_screen() {
    let repo = sound();
    for number in 0..30 {
        let name = format!("copy-{number:02}");
        for (path, bytes) in repo.files() {
            let Some(rest) = path.strip_prefix("services/shop/") else {
                continue;
            };
            let text = String::from_utf8(bytes).unwrap();
            let text = text.replace("services/shop", &format!("services/{name}"));
            let text = text.replace("name = \"shop\"", &format!("name = \"{name}\""));
            let text = text.replace(
                "USER 10001",
                if rest.ends_with(".dev") { "USER 7" } else { "USER 10001" },
            );
            let text = text.replace(
                "EXPOSE 8080",
                if rest.ends_with(".dev") {
                    "EXPOSE 9"
                } else {
                    "EXPOSE 8080"
                },
            );
            repo.write(&format!("services/{name}/{rest}"), text);
        }
    }
    repo.edit("services/copy-07/requirements.txt", "click==", "click==0.");
    let output = repo.run(&["verify-parity"]);
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), shown(&output));
    let rows: usize = text.lines().map(|line| line.chars().count().div_ceil(140).max(1)).sum();
    assert!(rows <= 40, "{rows} rows\n{text}");
    // What hits all comes first, what hits one is there, and nothing is said twice.
    let at = |what: &str| {
        text.find(what)
            .unwrap_or_else(|| panic!("{what} is missing in\n{text}"))
    };
    assert!(at("[user-differs]") < at("[pin-not-in-lock]"), "{text}");
    assert_eq!(text.matches("[user-differs]").count(), 1, "{text}");
    assert!(text.contains("the same in 29 more services: "), "{text}");
    assert!(text.contains("`--verbose` shows all"), "{text}");
    let all = repo.run(&["verify-parity", "--verbose"]);
    assert!(all.stderr.len() > output.stderr.len());
    assert!(!String::from_utf8_lossy(&all.stderr).contains("--verbose"));
}

#[test]
fn a_table_fits_a_terminal() {
    let repo = unreadable();
    let output = repo.run(&["verify-parity"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.is_ascii());
    assert!(
        text.lines().all(|line| line.len() <= 80 && line.trim_end() == line),
        "{text}"
    );
}

#[test]
fn json_is_what_its_schema_says() {
    let outputs = [sound(), broken(), unreadable()].map(|repo| json(&repo, "json"));
    assert_valid("schemas/verify-parity.schema.json", &outputs);
    let mended = broken().run(&["verify-parity", "--format", "json", "--fix"]);
    let mended: Value = serde_json::from_slice(&mended.stdout).unwrap();
    assert_eq!(mended["fixed"].as_array().unwrap().len(), 4);
    assert_valid("schemas/verify-parity.schema.json", &[mended]);
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&outputs[2]).unwrap());
}

#[test]
fn the_schema_knows_every_aspect() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/verify-parity.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let aspects = rules::Aspect::ALL.map(rules::Aspect::name);
    assert_eq!(schema["$defs"]["aspect"]["enum"], serde_json::json!(aspects));
}

#[test]
fn sarif_is_what_its_schema_says() {
    let outputs = [sound(), broken(), unreadable()].map(|repo| json(&repo, "sarif"));
    assert_valid("tests/reports/schemas/sarif-2.1.0.json", &outputs);
    let mut log = outputs[2].clone();
    let run = &mut log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap().clone();
    for result in run["results"].as_array_mut().unwrap() {
        let index = result["ruleIndex"].take().as_u64().unwrap();
        assert_eq!(rules[index as usize]["id"], result["ruleId"]);
    }
    // The rules have a page of their own; the first shows what all have.
    run["tool"]["driver"]["rules"].as_array_mut().unwrap().truncate(1);
    insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn fingerprints_outlive_lines_that_move() {
    let repo = broken();
    let prints = |repo: &Fixture| -> Vec<String> {
        let log = json(repo, "sarif");
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results
            .iter()
            .map(|result| result["partialFingerprints"].to_string())
            .collect()
    };
    let before = prints(&repo);
    repo.write(
        "services/admin/Dockerfile.dev",
        format!("# moved\n\n{}", repo.read("services/admin/Dockerfile.dev")),
    );
    assert_eq!(prints(&repo), before);
    let mut distinct = before.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), before.len());
}

#[test]
fn github_annotates() {
    insta::assert_snapshot!("github", out(&unreadable(), "github"));
}

#[test]
fn github_gets_a_summary_behind_what_is_there() {
    let repo = unreadable();
    repo.write("summary.md", "# of another step\n");
    let mut command = assert_cmd::Command::cargo_bin("xtask").unwrap();
    command
        .env_clear()
        .env("GITHUB_STEP_SUMMARY", repo.path("summary.md"))
        .arg("--root")
        .arg(repo.path(""))
        .args(["verify-parity", "--format", "github"]);
    command.assert().code(1);
    insta::assert_snapshot!("github_summary", repo.read("summary.md"));
    command.env("GITHUB_STEP_SUMMARY", repo.path("absent/summary.md"));
    command
        .assert()
        .code(1)
        .stderr(predicates::str::contains("cannot add to the summary"));
}
