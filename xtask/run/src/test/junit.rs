//! Counts tests in the XML that test runners write (JUnit's format): the attributes of its `testsuite` elements.

use super::summary::Counts;

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
