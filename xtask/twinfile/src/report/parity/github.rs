//! Workflow commands that annotate a pull request, and the summary of the step in Markdown.

use std::fmt::Write;

use super::level;
use console::output;
use diagnostics::{Place, Problem, count};
use verify::{Cause, Report};

/// Workflow commands; one a problem, at its first place.
pub fn annotations(outcome: &Report) -> String {
    let mut text = String::new();
    for (title, problem) in all(outcome) {
        let mut properties = Vec::new();
        if let Some((path, position)) = problem.places.first().map(Place::position) {
            properties.push(format!("file={}", property(path)));
            if let Some([start, end]) = position {
                properties.push(format!("line={},endLine={},col={}", start.0, end.0, start.1));
            }
        }
        properties.push(format!("title={}", property(title)));
        let body = std::iter::once(&problem.message)
            .chain(&problem.notes)
            .chain(&problem.remedy);
        let body = body.map(String::as_str).collect::<Vec<_>>().join("\n");
        let _ = writeln!(
            text,
            "::{} {}::{}",
            level(problem.level).replace("note", "notice"),
            properties.join(","),
            data(&body)
        );
    }
    text
}

/// The summary of the step: the table, and everything that was found behind a fold.
pub fn summary(outcome: &Report) -> String {
    let services = count(outcome.services.len(), "service");
    let verdict = match super::terminal::counted(outcome) {
        Some(counted) => format!("{counted} in {services}"),
        None => format!("development and production run the same software in {services}"),
    };
    let mut text = format!("### Parity: {verdict}\n\n{}", table(outcome));
    let problems = outcome.problems.iter().cloned();
    let causes = outcome.causes();
    for problem in problems.chain(causes.iter().map(Cause::problem)) {
        let level = level(problem.level);
        let message = html(&problem.message);
        let _ = write!(text, "\n<details><summary>{level}: {message}</summary>\n\n");
        for place in &problem.places {
            let (path, position) = place.position();
            let at = position.map_or(String::new(), |[start, _]| format!(":{}:{}", start.0, start.1));
            let label = match place {
                Place::Text { label, .. } if !label.is_empty() => format!(" ({})", html(label)),
                Place::Text { .. } | Place::File(_) => String::new(),
            };
            let _ = writeln!(text, "- <code>{}{at}</code>{label}", html(path));
        }
        for line in &problem.notes {
            let _ = writeln!(text, "- {}", html(line));
        }
        if let Some(remedy) = &problem.remedy {
            let _ = writeln!(text, "- **help:** {}", html(remedy));
        }
        text.push_str("\n</details>\n");
    }
    for allowed in &outcome.allowed {
        let finding = &allowed.finding;
        let _ = write!(
            text,
            "\n<details><summary>allowed: {} [{}]</summary>\n\n{}\n\n</details>\n",
            html(&finding.problem.message),
            html(finding.rule.id),
            html(&allowed.reason)
        );
    }
    text
}

/// What could not be read comes first: nothing is known without it.
fn all(outcome: &Report) -> impl Iterator<Item = (&str, &Problem)> {
    let problems = outcome.problems.iter().map(|problem| ("cannot read", problem));
    let findings = outcome.findings.iter();
    problems.chain(findings.map(|finding| (finding.rule.id, &finding.problem)))
}

fn table(outcome: &Report) -> String {
    let mut text = String::from("|");
    for aspect in &outcome.aspects {
        let _ = write!(text, " | {}", aspect.name());
    }
    text.push_str(" |\n| ---");
    text.push_str(&" | ---:".repeat(outcome.aspects.len()));
    text.push_str(" |\n");
    for (row, cells) in super::table::rows(outcome) {
        let _ = write!(text, "| {}", html(row));
        for cell in cells {
            let _ = write!(text, " | {}", cell.text());
        }
        text.push_str(" |\n");
    }
    text
}

/// What is in a line of Markdown, and in a cell of a table, as it is: names of files may hold anything. What is between
/// two backticks becomes code.
fn html(text: &str) -> String {
    let text = output::visible(text);
    let parts: Vec<&str> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let mut html = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            html.push_str(match (is_paired, index % 2) {
                (true, 1) => "<code>",
                (true, _) => "</code>",
                (false, _) => "&#96;",
            });
        }
        for character in part.chars() {
            match character {
                '\n' | '\r' => html.push_str("<br>"),
                'a'..='z'
                | 'A'..='Z'
                | '0'..='9'
                | ' '
                | '.'
                | ','
                | ':'
                | ';'
                | '/'
                | '-'
                | '='
                | '\''
                | '"'
                | '%' => {
                    html.push(character);
                }
                _ if character.is_ascii() => {
                    let _ = write!(html, "&#{};", u32::from(character));
                }
                _ => html.push(character),
            }
        }
    }
    html
}

fn data(text: &str) -> String {
    let text = output::visible(text);
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_is_markup() {
        assert_eq!(
            html("`a|b` <b> *x*\nhttps://y"),
            "<code>a&#124;b</code> &#60;b&#62; &#42;x&#42;<br>https://y"
        );
        assert_eq!(html("one ` alone"), "one &#96; alone");
    }
}
