//! One page that needs nothing else: no script, no style and no font from elsewhere. In light and dark, on paper and on a phone.

mod alike;
mod excerpt;
mod finding;
mod graph;
mod text;

use std::fmt::Write;

use super::{
    level,
    table::{self, Cell},
    terminal,
};
use diagnostics::{Level, count};
use text::{escaped, marked_up};
use verify::{Portrait, Report, Shown, TOPICS};

const STYLE: &str = include_str!("page.css");

/// The whole page.
pub fn page(outcome: &Report) -> String {
    let verdict = verdict(outcome);
    let services = count(outcome.services.len(), "service");
    let counted = terminal::counted(outcome).unwrap_or_else(|| "no findings".into());
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}: {counted} in {services}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1 class=\"{class}\">{title}</h1>\n<p>{counted} in {services}, {rules} checked{allowed}. \
         {meaning}</p>\n</header>\n<main>\n",
        title = verdict.title,
        class = verdict.class,
        meaning = verdict.meaning,
        rules = count(outcome.asked.len(), "rule"),
        allowed = match outcome.allowed.len() {
            0 => String::new(),
            number => format!(", {} allowed by an exception", count(number, "finding")),
        },
    );
    page.push_str(&overview(outcome));
    page.push_str(&graph::section(outcome));
    page.push_str(&finding::sections(outcome));
    page.push_str(&images(outcome));
    page.push_str(&allowed(outcome));
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

struct Verdict {
    title: &'static str,
    class: &'static str,
    meaning: &'static str,
}

fn verdict(outcome: &Report) -> Verdict {
    let failed = outcome.problems.iter().any(|problem| problem.level == Level::Error);
    let mut levels = outcome.findings.iter().map(|finding| finding.problem.level);
    if failed {
        Verdict {
            title: "Parity is unknown",
            class: "warning",
            meaning: "Some files could not be read, so not everything was compared.",
        }
    } else if levels.any(|level| level == Level::Error) {
        Verdict {
            title: "Parity is broken",
            class: "error",
            meaning: "Development and production run different software, or one of them does not run.",
        }
    } else {
        Verdict {
            title: "Parity",
            class: "fine",
            meaning: "Development and production run the same software.",
        }
    }
}

/// Services down, aspects across. What was found leads to the first finding of that service and aspect.
fn overview(outcome: &Report) -> String {
    let mut text =
        String::from("<section>\n<h2>Services</h2>\n<div class=\"wide\"><table class=\"grid\">\n<tr><td></td>");
    for aspect in &outcome.aspects {
        let _ = write!(text, "<th scope=\"col\">{}</th>", aspect.name());
    }
    text.push_str("</tr>\n");
    for (name, cells) in table::rows(outcome) {
        let _ = write!(text, "<tr><th scope=\"row\">{}</th>", escaped(name));
        for (cell, aspect) in cells.into_iter().zip(&outcome.aspects) {
            let (class, meaning) = match cell {
                Cell::Fine => ("fine", "nothing found"),
                Cell::Found(level, _) => (super::level(level), ""),
                Cell::Unknown(why) => ("unknown", why.text()),
                Cell::Empty => ("empty", "not checked"),
            };
            let anchor = finding::anchor_of(outcome, name, *aspect).filter(|_| matches!(cell, Cell::Found(..)));
            let said = match anchor {
                Some(anchor) => format!("<a href=\"#{anchor}\">{}</a>", cell.text()),
                None => format!("<span title=\"{meaning}\">{}</span>", cell.text()),
            };
            let _ = write!(text, "<td class=\"{class}\">{said}</td>");
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</table></div>\n</section>\n");
    text
}

/// How both images of each service start, side by side.
fn images(outcome: &Report) -> String {
    let mut text = String::new();
    let with_image = |portrait: &&Portrait| portrait.dev.is_some() || portrait.prod.is_some();
    for portrait in outcome.portraits.iter().filter(with_image) {
        let name = |shown: &Option<Shown>| match shown {
            Some(shown) => format!("<code>{}</code>", escaped(&shown.name)),
            None => "missing".into(),
        };
        let _ = write!(
            text,
            "<h3>{}</h3>\n<div class=\"wide\"><table class=\"sides\">\n<tr><td></td><th scope=\"col\">development<br>{}</th>\
             <th scope=\"col\">production<br>{}</th></tr>\n",
            escaped(&portrait.service),
            name(&portrait.dev),
            name(&portrait.prod)
        );
        for topic in TOPICS {
            let [dev, prod] = [&portrait.dev, &portrait.prod].map(|shown| fact(shown.as_ref(), topic));
            if dev.is_none_or(str::is_empty) && prod.is_none_or(str::is_empty) {
                continue;
            }
            let differs = dev.is_some() && prod.is_some() && dev != prod;
            let class = if differs { " class=\"differs\"" } else { "" };
            let _ = write!(text, "<tr{class}><th scope=\"row\">{topic}</th>");
            for value in [dev, prod] {
                let other = if value == dev { prod } else { dev };
                let _ = write!(text, "<td>{}</td>", lines(value, other));
            }
            text.push_str("</tr>\n");
        }
        text.push_str("</table></div>\n");
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "<section>\n<h2>Images</h2>\n<p>How each image starts. Lines that differ between the images are marked; a difference is not always a finding.</p>\n{text}</section>\n"
    )
}

fn fact<'a>(shown: Option<&'a Shown>, topic: &str) -> Option<&'a str> {
    let mut facts = shown?.facts.iter();
    facts.find(|(name, _)| *name == topic).map(|(_, value)| value.as_str())
}

/// The lines of a value; those that the other image does not have are marked.
fn lines(value: Option<&str>, other: Option<&str>) -> String {
    let (Some(value), other) = (value, other.unwrap_or_default()) else {
        return "–".into();
    };
    let lines = value.lines().map(|line| {
        if other.lines().any(|known| known == line) {
            format!("<code>{}</code>", escaped(line))
        } else {
            format!("<mark><code>{}</code></mark>", escaped(line))
        }
    });
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return "–".into();
    }
    lines.join("<br>")
}

/// What the settings allow, with the reasons.
fn allowed(outcome: &Report) -> String {
    if outcome.allowed.is_empty() {
        return String::new();
    }
    let mut text = String::from("<section>\n<h2>Allowed by exceptions</h2>\n<ul>\n");
    for allowed in &outcome.allowed {
        let finding = &allowed.finding;
        let _ = writeln!(
            text,
            "<li><span class=\"badge {level}\">{level}</span> {}: {} <code>{}</code><br>Reason: {}</li>",
            escaped(finding.service.as_deref().unwrap_or("repository")),
            marked_up(&finding.problem.message),
            finding.rule.id,
            marked_up(&allowed.reason),
            level = level(finding.problem.level),
        );
    }
    text.push_str("</ul>\n</section>\n");
    text
}
