//! Texts with placeholders for what is known only when the application runs: `{url:SERVICE}`, `{optional-url:SERVICE}`,
//! `{state}` and `{port}`.

use std::{collections::BTreeMap, fmt::Write};

use diagnostics::Located;
use diagnostics::{Place, Problem};
use formats::PackageName;

/// What stands for the placeholders, in one run, for one service.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Where services are reached, without a slash at the end.
    pub urls: BTreeMap<PackageName, String>,
    /// The folder that holds what outlives the run.
    pub state: String,
    /// What the service itself listens on.
    pub port: u16,
}

/// `http://…` of another service, and what else stands around it. A brace itself is written twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Url(Located<PackageName>),
    /// The same of a service that may start later.
    OptionalUrl(Located<PackageName>),
    State,
    Port,
}

impl Template {
    /// Reads a text. `None` where a placeholder in it is unknown or has no end, which is reported.
    pub fn read(text: &Located<String>, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut template = Self::default();
        let (mut rest, mut at) = (text.value.as_str(), 0);
        while let Some(start) = rest.find(['{', '}']) {
            template.push_text(&rest[..start]);
            let (brace, from) = (&rest[start..], at + start);
            let length = if brace.starts_with("{{") || brace.starts_with("}}") {
                template.push_text(&brace[..1]);
                2
            } else {
                let Some(end) = brace.find('}').filter(|end| *end > 0) else {
                    let place = text.part(from..from + 1);
                    problems.push(
                        Problem::error("a brace that belongs to no placeholder")
                            .at(place)
                            .remedy(format!("write `{0}{0}` for the character itself", &brace[..1])),
                    );
                    return None;
                };
                let place = text.part(from..from + end + 1);
                template.parts.push(placeholder(&brace[1..end], place, problems)?);
                end + 1
            };
            rest = &brace[length..];
            at = from + length;
        }
        template.push_text(rest);
        Some(template)
    }

    /// The services whose addresses it holds.
    pub fn services(&self) -> impl Iterator<Item = &Located<PackageName>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Url(service) | Part::OptionalUrl(service) => Some(service),
            Part::Text(_) | Part::State | Part::Port => None,
        })
    }

    /// Those that have to be up before the service that gets their address.
    pub fn needed(&self) -> impl Iterator<Item = &Located<PackageName>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Url(service) => Some(service),
            Part::OptionalUrl(_) | Part::Text(_) | Part::State | Part::Port => None,
        })
    }

    /// Whether it names a place in the state folder, and nothing that only a run knows.
    pub fn is_of_state(&self) -> bool {
        let is_known = |part: &Part| matches!(part, Part::Text(_) | Part::State);
        self.parts.contains(&Part::State) && self.parts.iter().all(is_known)
    }

    /// Whether it tells a service where to listen.
    pub fn holds_port(&self) -> bool {
        self.parts.contains(&Part::Port)
    }

    /// The text, with what stands for the placeholders. An address that is not known is left empty: `repo` has checked
    /// that the service exists, and whoever renders knows all of them.
    pub fn render(&self, surroundings: &Surroundings) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Url(service) | Part::OptionalUrl(service) => {
                    text.push_str(surroundings.urls.get(&service.value).map_or("", String::as_str));
                }
                Part::State => text.push_str(&surroundings.state),
                Part::Port => drop(write!(text, "{}", surroundings.port)),
            }
        }
        text
    }

    fn push_text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            Some(Part::Url(_) | Part::OptionalUrl(_) | Part::State | Part::Port) | None if text.is_empty() => {}
            Some(Part::Url(_) | Part::OptionalUrl(_) | Part::State | Part::Port) | None => {
                self.parts.push(Part::Text(text.to_owned()))
            }
        }
    }
}

fn placeholder(inner: &str, place: Place, problems: &mut Vec<Problem>) -> Option<Part> {
    let optional = inner.strip_prefix("optional-url:");
    let service = optional.or_else(|| inner.strip_prefix("url:")).map(PackageName::parse);
    match (inner, service) {
        ("state", _) => Some(Part::State),
        ("port", _) => Some(Part::Port),
        (_, Some(Some(value))) if optional.is_some() => Some(Part::OptionalUrl(Located { value, place })),
        (_, Some(Some(value))) => Some(Part::Url(Located { value, place })),
        (_, None | Some(None)) => {
            problems.push(
                Problem::error(format!("unknown placeholder `{{{inner}}}`"))
                    .at(place)
                    .remedy("known are `{url:SERVICE}`, `{optional-url:SERVICE}`, `{state}` and `{port}`; a brace itself is written twice"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Template, Vec<Problem>> {
        let place = Place::File("pyproject.toml".into());
        let mut problems = Vec::new();
        let value = text.to_owned();
        Template::read(&Located { value, place }, &mut problems).ok_or(problems)
    }

    #[test]
    fn an_optional_service_is_named_and_not_needed() {
        let both = read("{url:one},{optional-url:two}").unwrap();
        let names =
            |found: Vec<&Located<PackageName>>| found.iter().map(|name| name.value.to_string()).collect::<Vec<_>>();
        assert_eq!(names(both.services().collect()), ["one", "two"]);
        assert_eq!(names(both.needed().collect()), ["one"]);
    }

    #[test]
    fn placeholders_are_replaced_and_double_braces_are_braces() {
        let surroundings = Surroundings {
            urls: [(PackageName::parse("a-b").unwrap(), "http://127.0.0.1:1".to_owned())].into(),
            state: "/s".into(),
            port: 7,
        };
        let rendered = |text: &str| read(text).unwrap().render(&surroundings);
        assert_eq!(rendered("{url:A_b}/x{{y}}"), "http://127.0.0.1:1/x{y}");
        assert_eq!(rendered("{optional-url:a-b}/x"), "http://127.0.0.1:1/x");
        assert_eq!(rendered("{state}/q:{port}"), "/s/q:7");
        assert_eq!(rendered(""), "");
        assert!(read("{port}").unwrap().holds_port());
    }

    #[test]
    fn what_is_no_placeholder_is_a_problem() {
        for text in ["{", "}", "a{state", "{}", "{url:}", "{url:-}", "{sate}", "ä{ö}", "{{{"] {
            assert_eq!(read(text).unwrap_err().len(), 1, "{text}");
        }
    }
}
