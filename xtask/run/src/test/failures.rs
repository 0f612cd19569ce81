//! What failed, before all that was written: a run of several services writes hundreds of lines around one failed test.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that the test task makes and owns"
)]

use std::{fs, path::Path};

use super::junit;

/// A longer output is shown by its end.
const LONGEST: usize = 100;
const END: usize = 40;
/// Lines of what one failed test says; the report has the rest.
const LINES_OF_ONE: usize = 20;

/// What one failed test says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub name: String,
    pub message: String,
}

/// The output of a failed step as it is shown: the failed tests, the end of the output, and where all of it is.
///
/// `report` is the file in JUnit's format that the step may have written. A short output is shown as it is.
pub fn digest(step: &str, output: &str, reports: &Path) -> String {
    let lines: Vec<&str> = output.lines().collect();
    if lines.len() <= LONGEST {
        return output.to_owned();
    }
    let xml = fs::read_to_string(reports.join(format!("{step}.xml"))).unwrap_or_default();
    let mut failures = junit::failures(&xml);
    failures.extend(points(&lines));
    let log = reports.join(format!("{step}.log"));
    let whole = keep(&log, output);
    let mut text = String::new();
    for failure in &failures {
        text.push_str(&shown(failure));
    }
    let left_out = lines.len() - END;
    text.push_str(&format!("… {left_out} lines of output; {whole}\n"));
    text.push_str(&lines[left_out..].join("\n"));
    text
}

fn shown(failure: &Failure) -> String {
    let mut text = format!("failed: {}\n", failure.name);
    let lines: Vec<&str> = failure
        .message
        .trim()
        .lines()
        .take_while(|line| !is_rule(line))
        .collect();
    for line in lines.iter().take(LINES_OF_ONE) {
        text.push_str(&format!("  {line}\n"));
    }
    if lines.len() > LINES_OF_ONE {
        text.push_str(&format!("  … {} more lines\n", lines.len() - LINES_OF_ONE));
    }
    text.push('\n');
    text
}

/// What stands below a rule repeats the failure for programs, as vitest writes it.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() > 10 && line.chars().all(|character| character == '⎯')
}

/// The failed points of the Test Anything Protocol, with what is indented or commented below each.
fn points(lines: &[&str]) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let mut is_below = false;
    for line in lines {
        if let Some(name) = line.strip_prefix("not ok ") {
            failures.push(Failure {
                name: name.to_owned(),
                message: String::new(),
            });
            is_below = true;
        } else if is_below && (line.starts_with('#') || line.starts_with(' ')) {
            if let Some(last) = failures.last_mut() {
                last.message.push_str(line);
                last.message.push('\n');
            }
        } else {
            is_below = false;
        }
    }
    failures
}

/// Says where all of an output is, once it is there.
fn keep(log: &Path, output: &str) -> String {
    let folder = log.parent().map_or(Ok(()), fs::create_dir_all);
    match folder.and_then(|()| fs::write(log, output)) {
        Ok(()) => format!("all of it is in {}", log.display()),
        Err(error) => format!("it could not be kept in {}: {error}", log.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(middle: &str) -> String {
        let noise = |from: usize| {
            (from..from + 200)
                .map(|n| format!("web | line {n}\n"))
                .collect::<String>()
        };
        format!("{}{middle}{}", noise(0), noise(200))
    }

    #[test]
    fn a_short_output_is_shown_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(digest("web", "one\ntwo\n", folder.path()), "one\ntwo\n");
        assert!(!folder.path().join("web.log").exists());
    }

    #[test]
    fn failed_tests_come_first_then_the_end_and_where_the_rest_is() {
        let folder = tempfile::tempdir().unwrap();
        let xml = r#"<testsuites><testsuite tests="2" failures="1"><testcase name="passes"/>
            <testcase classname="a.test.ts" name="a &gt; says &quot;no&quot;"><failure message="expected 1">expected 1
  at a.test.ts:3</failure></testcase></testsuite></testsuites>"#;
        fs::write(folder.path().join("browser.xml"), xml).unwrap();
        let output = long("the middle\n");

        let shown = digest("browser", &output, folder.path());

        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "failed: a > says \"no\"");
        assert_eq!(lines[1], "  expected 1");
        assert!(shown.contains("… 361 lines of output; all of it is in "), "{shown}");
        assert_eq!(lines.last(), Some(&"web | line 399"));
        assert!(!shown.contains("the middle"));
        assert_eq!(fs::read_to_string(folder.path().join("browser.log")).unwrap(), output);
    }

    #[test]
    fn what_is_below_a_rule_is_left_to_the_report() {
        let failure = Failure {
            name: "a".into(),
            message: "no answer\n  at a.ts:1\n⎯ a ⎯\n⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯\nSerialized Error: no answer\n".into(),
        };
        assert_eq!(shown(&failure), "failed: a\n  no answer\n    at a.ts:1\n  ⎯ a ⎯\n\n");
    }

    #[test]
    fn failed_points_are_told_with_their_reasons() {
        let folder = tempfile::tempdir().unwrap();
        let output = long("ok 1 - starts\nnot ok 2 - answers\n# no answer\n  after 60 s\nok 3 - ends\n# not this\n");

        let shown = digest("application", &output, folder.path());

        assert!(
            shown.starts_with("failed: 2 - answers\n  # no answer\n    after 60 s\n\n… "),
            "{shown}"
        );
    }
}
