//! What `verify-parity --format json` reports.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

/// One finding, or one file that could not be read.
pub struct Finding {
    pub rule: String,
    pub level: String,
    pub message: String,
    /// Services and files that it names.
    pub names: Vec<String>,
    /// All that a reader sees of it, in lower case.
    pub text: String,
}

impl Finding {
    pub fn is_note(&self) -> bool {
        self.level == "note"
    }

    /// What tells it from other findings, wherever its lines have moved.
    fn key(&self) -> String {
        format!("{}\n{}\n{}\n{:?}", self.rule, self.level, self.message, self.names)
    }
}

/// How often each finding occurs.
pub type Counted = BTreeMap<String, usize>;

/// Runs the tool on a repository, in an environment of its own.
pub fn run(root: &Path) -> Result<Vec<Finding>, String> {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_xtask"));
    tool.env_clear().current_dir(root);
    of(tool.args(["--root", ".", "verify-parity", "--format", "json"]))
}

/// Runs the tool as it is called here.
pub fn of(tool: &mut Command) -> Result<Vec<Finding>, String> {
    let output = tool.output().map_err(|error| format!("the tool: {error}"))?;
    if output.status.code().is_none_or(|code| code > 5) {
        return Err(format!(
            "the tool ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    Ok(match serde_json::from_slice(&output.stdout) {
        Ok(json) => of_json(&json),
        Err(_) => vec![of_failure(&output)],
    })
}

pub fn counted(findings: &[Finding]) -> Counted {
    let mut counted = Counted::new();
    for finding in findings {
        *counted.entry(finding.key()).or_default() += 1;
    }
    counted
}

/// Those that occur more often than before.
pub fn new(findings: Vec<Finding>, before: &Counted) -> Vec<Finding> {
    let mut left = before.clone();
    let mut is_new = |finding: &Finding| match left.get_mut(&finding.key()) {
        Some(0) | None => true,
        Some(count) => {
            *count -= 1;
            false
        }
    };
    findings.into_iter().filter(|finding| is_new(finding)).collect()
}

fn of_json(json: &Value) -> Vec<Finding> {
    let listed = |key: &str| json[key].as_array().cloned().unwrap_or_default();
    listed("findings")
        .iter()
        .chain(&listed("problems"))
        .map(of_value)
        .collect()
}

fn of_value(value: &Value) -> Finding {
    let mut names = Vec::new();
    let mut parts = Vec::new();
    texts(value, "", &mut |key, text| match key {
        "service" | "services" | "path" | "name" => {
            names.push(text.to_owned());
            parts.push(text.to_lowercase());
        }
        _ => parts.push(text.to_lowercase()),
    });
    names.sort();
    names.dedup();
    let get = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Finding {
        rule: get("rule"),
        level: get("level"),
        message: get("message"),
        names,
        text: parts.join("\n"),
    }
}

/// All texts of a value, each with the key that it stands under.
fn texts(value: &Value, key: &str, see: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => see(key, text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, key, see)),
        Value::Object(map) => map.iter().for_each(|(key, value)| texts(value, key, see)),
        _ => {}
    }
}

/// A run that could not do its work says so to people alone.
fn of_failure(output: &Output) -> Finding {
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    let words = message.split(|letter: char| letter.is_whitespace() || "`:,".contains(letter));
    Finding {
        rule: String::new(),
        level: "error".into(),
        names: words
            .filter(|word| word.contains('/') || word.contains('.'))
            .map(str::to_owned)
            .collect(),
        text: message.to_lowercase(),
        message,
    }
}
