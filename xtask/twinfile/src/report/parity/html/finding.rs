//! Findings, each with what it is about in the two images side by side.

use std::fmt::Write;

use super::{
    super::level,
    alike, excerpt, fact,
    text::{escaped, marked_up},
};
use diagnostics::{Place, Problem};
use rules::Aspect;
use verify::{Cause, Portrait, Report};

/// The anchor of the first finding about a service and an aspect.
pub fn anchor_of(outcome: &Report, service: &str, aspect: Aspect) -> Option<String> {
    let causes = outcome.causes();
    let is_it = |cause: &Cause<'_>| {
        let services = cause.services();
        let of_service = services.contains(&service) || services.is_empty() && service == "repository";
        cause.first.rule.aspect == aspect && of_service
    };
    causes.iter().position(is_it).map(anchor)
}

fn anchor(index: usize) -> String {
    format!("finding-{}", index + 1)
}

/// What could not be read, then every cause.
pub fn sections(outcome: &Report) -> String {
    let mut text = String::new();
    if !outcome.problems.is_empty() {
        text.push_str("<section>\n<h2>Not determined</h2>\n");
        for problem in &outcome.problems {
            text.push_str("<article>\n");
            text.push_str(&head(problem, None, ""));
            text.extend(problem.places.iter().map(excerpt::of));
            text.push_str(&rest(problem, None));
            text.push_str("</article>\n");
        }
        text.push_str("</section>\n");
    }
    let causes = outcome.causes();
    if !causes.is_empty() {
        text.push_str("<section>\n<h2>Findings</h2>\n");
        for (index, cause) in causes.iter().enumerate() {
            text.push_str(&of_cause(outcome, index, cause));
        }
        text.push_str("</section>\n");
    }
    text
}

fn of_cause(outcome: &Report, index: usize, cause: &Cause<'_>) -> String {
    let finding = cause.first;
    let problem = &finding.problem;
    let portrait = outcome
        .portraits
        .iter()
        .find(|portrait| finding.service.as_deref() == Some(portrait.service.as_str()));
    let services = match cause.services().as_slice() {
        [] => "repository".to_owned(),
        services => services.join(", "),
    };
    let mut text = format!("<article id=\"{}\">\n", anchor(index));
    text.push_str(&head(problem, Some(finding.rule.id), &services));
    let [dev, prod, elsewhere] = sorted(problem, portrait);
    let topic = topic_of(finding.rule.id);
    let facts = [
        portrait.and_then(|portrait| portrait.dev.as_ref()),
        portrait.and_then(|portrait| portrait.prod.as_ref()),
    ];
    let facts = facts.map(|shown| {
        topic
            .and_then(|topic| fact(shown, topic))
            .filter(|fact| !fact.is_empty())
    });
    if !dev.is_empty() || !prod.is_empty() || facts.iter().any(Option::is_some) {
        text.push_str("<div class=\"pair\">\n");
        let names = portrait.map(|portrait| [&portrait.dev, &portrait.prod]);
        for (index, (title, places)) in [("development", &dev), ("production", &prod)].into_iter().enumerate() {
            if !places.is_empty() {
                let _ = writeln!(text, "<div><h4>{title}</h4>");
                text.extend(places.iter().map(|place| excerpt::of(place)));
                text.push_str("</div>\n");
                continue;
            }
            let shown = names.and_then(|names| names[index].as_ref());
            let name = shown.map(|shown| format!(" <code>{}</code>", escaped(&shown.name)));
            let _ = writeln!(text, "<div><h4>{title}{}</h4>", name.unwrap_or_default());
            text.push_str(&match (topic, facts[index], shown) {
                (Some(topic), Some(fact), _) => {
                    let values = escaped(fact).replace('\n', "</code>, <code>");
                    format!("<p>{topic}: <code>{values}</code></p>\n")
                }
                (Some(topic), None, Some(_)) => format!("<p class=\"none\">{topic}: not set</p>\n"),
                (None, _, Some(shown)) => {
                    let across = [&prod, &dev][index].first().zip(shown.file.as_ref());
                    let alike = across.and_then(|(place, file)| alike::of(place, file));
                    let none = || "<p class=\"none\">none of its lines is involved</p>\n".to_owned();
                    alike.map_or_else(none, |place| excerpt::of(&place))
                }
                (_, _, None) => "<p class=\"none\">missing</p>\n".to_owned(),
            });
            text.push_str("</div>\n");
        }
        text.push_str("</div>\n");
    }
    text.extend(elsewhere.iter().map(|place| excerpt::of(place)));
    text.push_str(&rest(problem, Some(cause)));
    text.push_str("</article>\n");
    text
}

fn head(problem: &Problem, rule: Option<&str>, services: &str) -> String {
    let level = level(problem.level);
    let rule = rule.map(|rule| format!("<code>{rule}</code> in ")).unwrap_or_default();
    let of = if services.is_empty() {
        String::new()
    } else {
        format!("\n<p class=\"of\">{rule}{}</p>", escaped(services))
    };
    format!(
        "<h3><span class=\"badge {level}\">{level}</span> {}</h3>{of}\n",
        marked_up(&problem.message)
    )
}

fn rest(problem: &Problem, cause: Option<&Cause<'_>>) -> String {
    let mut text = String::new();
    let same = cause.and_then(Cause::elsewhere);
    for note in problem.notes.iter().chain(&same) {
        let _ = writeln!(text, "<p class=\"note\">{}</p>", marked_up(note));
    }
    if let Some(remedy) = &problem.remedy {
        let _ = writeln!(text, "<p class=\"fix\"><strong>Fix:</strong> {}</p>", marked_up(remedy));
    }
    text
}

/// The places of development, of production, and of neither alone.
fn sorted<'a>(problem: &'a Problem, portrait: Option<&Portrait>) -> [Vec<&'a Place>; 3] {
    let mut sorted = [Vec::new(), Vec::new(), Vec::new()];
    let origins = portrait.map(|portrait| [&portrait.dev, &portrait.prod]);
    let origins = origins.map(|shown| shown.map(|shown| shown.as_ref().map(|shown| shown.origin.as_str())));
    for place in &problem.places {
        let (path, _) = place.position();
        let label = match place {
            Place::Text { label, .. } => label.as_str(),
            Place::File(_) => "",
        };
        let is_in = |index: usize| origins.is_some_and(|origins| origins[index] == Some(path));
        // One file may make both images.
        let side = match (is_in(0), is_in(1)) {
            (true, false) => 0,
            (false, true) => 1,
            (true, true) if label == "development" => 0,
            (true, true) if label == "production" => 1,
            (true, true) | (false, false) => 2,
        };
        sorted[side].push(place);
    }
    sorted
}

/// What of an image a rule is about, by a word of its name.
fn topic_of(rule: &str) -> Option<&'static str> {
    let by_word = [
        ("health", "health check"),
        ("base", "base image"),
        ("user", "user"),
        ("workdir", "folder"),
        ("command", "command"),
        ("script", "command"),
        ("port", "ports"),
        ("pythonpath", "environment"),
        ("environment", "environment"),
        ("volume", "volumes"),
        ("stop", "stop signal"),
    ];
    let words: Vec<&str> = rule.split('-').collect();
    by_word
        .into_iter()
        .find(|(word, _)| words.contains(word))
        .map(|(_, topic)| topic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use verify::TOPICS;

    #[test]
    fn every_topic_is_one_of_an_image() {
        for rule in rules::RULES {
            assert!(
                topic_of(rule.id).is_none_or(|topic| TOPICS.contains(&topic)),
                "{}",
                rule.id
            );
        }
        assert_eq!(topic_of("port-differs"), Some("ports"));
        assert_eq!(topic_of("import-unknown"), None);
    }
}
