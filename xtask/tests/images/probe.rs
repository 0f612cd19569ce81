//! Asks running containers what they are. They have no network, so the questions are put from inside, in Python.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::Value;

use crate::{container::Container, lock::Software};

/// What is in an image, as its own Python sees it.
#[derive(Debug, Deserialize)]
pub struct Look {
    pub uid: u32,
    pub prefix: String,
    pub pythonpath: Option<String>,
    /// Where modules were imported from.
    pub modules: BTreeMap<String, String>,
    pub software: Software,
    /// Of the programs asked for, those that are on the path.
    pub programs: Vec<String>,
    pub marks: Value,
}

/// The environment that markers are evaluated in, as JSON (PEP 508).
pub struct Marks(pub String);

impl Look {
    pub fn into(container: &Container, modules: &[String], programs: &[&str]) -> Result<Self, String> {
        let script = include_str!("probes/look.py");
        let text = container.python(script, &[&modules.join(","), &programs.join(",")])?;
        serde_json::from_str(&text).map_err(|error| format!("cannot read what the image holds: {error}\n{text}"))
    }

    pub fn marks(&self) -> Marks {
        Marks(self.marks.to_string())
    }
}

/// What the service answers, once its answer holds the text.
pub fn answer(container: &Container, port: u16, path: &str, wanted: &str) -> Result<Value, String> {
    let url = format!("http://127.0.0.1:{port}{path}");
    let text = container.python(include_str!("probes/answers.py"), &[&url, "60", wanted])?;
    serde_json::from_str(&text).map_err(|error| format!("{url} answers no JSON: {error}\n{text}"))
}

/// Leaves a request in flight. Its path comes back: empty where no path takes a body.
pub fn hold_request(container: &Container, port: u16) -> Result<String, String> {
    container.python(include_str!("probes/hold.py"), &[&port.to_string()])
}

/// Appends a line to a module, where the container's Python finds it.
pub fn append(container: &Container, module: &str, line: &str) -> Result<(), String> {
    container
        .python(include_str!("probes/append.py"), &[module, line])
        .map(drop)
}

/// The ports that something in the container listens on.
pub fn listening(container: &Container) -> Result<Vec<u16>, String> {
    let text = container.python(include_str!("probes/listens.py"), &[])?;
    Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
}

/// Asks again and again, for half a minute.
pub fn wait_for(what: &str, holds: impl Fn() -> Result<bool, String>) -> Result<(), String> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if holds()? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(200));
    }
    Err(format!("waited 30 s for this: {what}"))
}
