//! Counts tests in the XML that test runners write (JUnit's format): the attributes of its `testsuite` elements.

use super::{failures::Failure, summary::Counts};

/// `None` where there is no such element, or one without a number of tests.
pub fn counts(xml: &str) -> Option<Counts> {
    let mut total = None;
    for element in xml.split("<testsuite").skip(1) {
        // `<testsuites` encloses the others and may or may not repeat their sums.
        if element.starts_with('s') {
            continue;
        }
        let number = |name: &str| attribute(element, name)?.parse::<usize>().ok();
        let tests = number("tests")?;
        let failed = number("failures").unwrap_or(0) + number("errors").unwrap_or(0);
        let skipped = number("skipped").unwrap_or(0);
        let counts = Counts {
            // A test that passes and whose teardown then fails is counted as one test and one error.
            passed: tests.saturating_sub(failed).saturating_sub(skipped),
            failed,
            skipped,
        };
        total = Some(total.unwrap_or_default() + counts);
    }
    total
}

/// The test cases that failed or broke, with what they say.
pub fn failures(xml: &str) -> Vec<Failure> {
    let mut failures = Vec::new();
    for case in xml.split("<testcase").skip(1) {
        let case = case.split("</testcase>").next().unwrap_or_default();
        let Some(at) = ["<failure", "<error"].iter().filter_map(|word| case.find(word)).min() else {
            continue;
        };
        // What precedes it belongs to the case itself, and a case without an end has none.
        if case[..at].contains("/>") {
            continue;
        }
        let element = case[at..].trim_start_matches("<failure").trim_start_matches("<error");
        let said = attribute(element, "message").unwrap_or_default();
        let text = element.split_once('>').map_or("", |(_, rest)| rest);
        let text = text.split(['<']).next().unwrap_or_default();
        let message = if text.trim().is_empty() { said } else { text };
        failures.push(Failure {
            name: unescaped(attribute(case, "name").unwrap_or_default()),
            message: unescaped(message),
        });
    }
    failures
}

fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#10;", "\n"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text
}

/// The value of an attribute of the element whose opening tag the text starts in.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = element;
    loop {
        rest = rest.trim_start();
        if rest.starts_with(['>', '/']) {
            return None;
        }
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        if key.trim_end() == name {
            return Some(value);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_summed() {
        let xml = r#"<?xml version="1.0"?><testsuites name="pytest tests" tests="9"><testsuite name="a > b" errors="1" failures="2" skipped="1" tests="9" time="0.1"><testcase name="tests=&quot;7&quot;"><failure>&lt;testsuite</failure></testcase></testsuite><testsuite tests='1'/></testsuites>"#;
        let expected = Counts {
            passed: 6,
            failed: 3,
            skipped: 1,
        };
        assert_eq!(counts(xml), Some(expected));
    }

    #[test]
    fn anything_else_counts_nothing() {
        for xml in [
            "",
            "<testsuites/>",
            "<testsuite name=\"a\">",
            "<testsuite tests=\"many\">",
            "<testsuite tests",
            "<testsuite é='",
        ] {
            assert_eq!(counts(xml), None, "{xml}");
        }
    }
}
