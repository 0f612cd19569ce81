//! A line that a service wrote, for a person: structured logging as a sentence, anything else as it is.

use anstyle::Style;
use serde_json::{Map, Value};

use console::style::{DIM, RED, YELLOW};

/// What the text shows already, or nobody reads on a terminal.
const KNOWN: [&str; 8] = [
    "time",
    "level",
    "service",
    "logger",
    "message",
    "request_id",
    "trace_id",
    "exception",
];
/// What a line about a request holds.
const REQUEST: [&str; 4] = ["method", "path", "status", "milliseconds"];

/// The lines that a line of a log comes to. One that is not JSON object with `level` and `message` stays as it is.
pub fn readable(text: &str) -> Vec<String> {
    let Some(record) = record(text) else {
        return vec![text.to_owned()];
    };
    let field = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let style = match field("level") {
        "WARNING" | "WARN" => YELLOW,
        "ERROR" | "CRITICAL" | "FATAL" => RED,
        "DEBUG" | "TRACE" => DIM,
        _ => Style::new(),
    };
    let mut shown = KNOWN.to_vec();
    let message = match request(&record) {
        Some(message) => {
            shown.extend(REQUEST);
            message
        }
        None => field("message").to_owned(),
    };
    let mut text = format!("{}{style}{message}{style:#}", clock(field("time")));
    let is_wrong = style == YELLOW || style == RED;
    let others = record
        .iter()
        .filter(|(name, _)| !shown.contains(&name.as_str()) || (is_wrong && *name == "request_id"));
    for (name, value) in others {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.push_str(&format!(" {DIM}{name}={DIM:#}{value}"));
    }
    let exception = field("exception").lines().map(|line| format!("    {line}"));
    text.lines().map(str::to_owned).chain(exception).collect()
}

fn record(text: &str) -> Option<Map<String, Value>> {
    // Most lines that are none are told apart without being parsed.
    if !text.starts_with('{') {
        return None;
    }
    let record: Map<String, Value> = serde_json::from_str(text).ok()?;
    let is_text = |name: &str| record.get(name).is_some_and(Value::is_string);
    (is_text("level") && is_text("message")).then_some(record)
}

/// `GET /chat 200 in 12.5 ms`.
fn request(record: &Map<String, Value>) -> Option<String> {
    let method = record.get("method")?.as_str()?;
    let path = record.get("path")?.as_str()?;
    let status = record.get("status")?.as_u64()?;
    let time = record.get("milliseconds").and_then(Value::as_f64);
    Some(format!(
        "{method} {path} {status}{}",
        time.map_or_else(String::new, |time| format!(" in {time} ms"))
    ))
}

/// The time of the day, of one as in RFC 3339: `2026-11-30T05:56:08.845+00:00`.
fn clock(time: &str) -> String {
    match time.get(10..19) {
        Some(clock) if clock.starts_with('T') => format!("{DIM}{}{DIM:#} ", &clock[1..]),
        Some(_) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        let lines = readable(text).into_iter();
        lines
            .map(|line| anstream::adapter::strip_str(&line).to_string())
            .collect()
    }

    #[test]
    fn structured_lines_become_sentences() {
        let served = r#"{"time": "2026-11-30T05:56:08.845+00:00", "level": "INFO", "service": "web", "logger": "a", "message": "request served", "request_id": "1", "method": "GET", "path": "/x", "status": 200, "milliseconds": 1.5}"#;
        assert_eq!(plain(served), ["05:56:08 GET /x 200 in 1.5 ms"]);
        let failed = r#"{"level": "WARNING", "message": "document not indexed", "request_id": "7", "document": "a.pdf", "may_retry": true}"#;
        assert_eq!(
            plain(failed),
            ["document not indexed document=a.pdf may_retry=true request_id=7"]
        );
        let raised = r#"{"level": "ERROR", "message": "unexpected", "exception": "Traceback\n  File\nValueError: x"}"#;
        assert_eq!(
            plain(raised),
            ["unexpected", "    Traceback", "      File", "    ValueError: x"]
        );
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        for text in [
            "",
            "plain",
            "{",
            "{}",
            "{\"message\": 1, \"level\": \"INFO\"}",
            "{\"message\": \"no level\"}",
            "[1]",
        ] {
            assert_eq!(plain(text), [text], "{text}");
        }
        assert_eq!(plain(r#"{"level": "INFO", "message": "", "time": "é"}"#), [""; 0]);
    }
}
