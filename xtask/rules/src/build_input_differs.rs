use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Place, Problem, Sameness};
use evidence::{development, image::Image};
use facts::{Subject, image_names};
use formats::dockerfile::{Arguments, Dockerfile, Keyword, Statement};

pub const RULE: Rule = Rule {
    id: "build-input-differs",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a build of the production image passes an argument or a named context that replaces what the Dockerfile names",
    why: "the image that is released is not the one that the Dockerfile describes, that others build and that development follows",
    example: "build-args: PYTHON=3.12 in release.yml, ARG PYTHON=3.13 and FROM python:${PYTHON}-slim in Dockerfile",
    fix: "change the default in both Dockerfiles, and drop the argument",
    check: Check::Service(check),
};

/// An argument with its default, where a step or a base image depends on it.
struct Input {
    name: String,
    default: Located<String>,
}

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let mut found = Vec::new();
    let mut inputs: Option<Vec<Input>> = None;
    let mut add = |(name, value): (&str, &str), place: &Place| {
        // What asks for development is another rule.
        let is_switch = development::asked(None, [(name, value)].into_iter()).is_some();
        if is_switch || value.contains('*') || prod.build_arguments.contains_key(name) {
            return;
        }
        let inputs = inputs.get_or_insert_with(|| read(prod));
        let Some(input) = inputs.iter().find(|input| input.name == name) else {
            return;
        };
        if input.default.value == value {
            return;
        }
        let message = format!(
            "`{}` is built with `{name}={value}`, but its default is `{}`",
            prod.path, input.default.value
        );
        let problem = Problem::error(message).at(place.clone());
        found.push(
            problem
                .at(input.default.place.clone().label("the default"))
                .same_by(Sameness::Place),
        );
    };
    for build in image_names::production_builds(subject) {
        for (name, value) in &build.args {
            add((name, value), &build.place);
        }
    }
    for run in subject.in_production() {
        let build = run.service.build.as_ref();
        let build = build.filter(|build| build.dockerfile().as_ref() == Some(&prod.path));
        for (name, said) in build.into_iter().flat_map(|build| &build.arguments) {
            add((name, &said.value), &said.place);
        }
    }
    found.extend(contexts(subject, prod));
    found
}

/// Named contexts that take the place of the base image.
fn contexts(subject: &Subject<'_>, prod: &Image) -> Vec<Problem> {
    let base = prod
        .base
        .value
        .trim_start_matches("docker.io/")
        .trim_start_matches("library/");
    let builds = image_names::production_builds(subject);
    let replaced = builds.filter_map(|build| {
        let is_base = |name: &str| name.trim_start_matches("docker.io/").trim_start_matches("library/") == base;
        let (_, with) = build.contexts.iter().find(|(name, _)| is_base(name))?;
        let with = with.trim_start_matches("docker-image://");
        if with.contains('*') || is_base(with.split('@').next().unwrap_or(with)) {
            return None;
        }
        let message = format!(
            "a named context replaces the base image `{base}` of `{}` with `{with}`",
            prod.path
        );
        let problem = Problem::error(message).at(build.place.clone());
        Some(problem.at(prod.base.place.clone().label("the base image")))
    });
    replaced.collect()
}

/// The arguments of a Dockerfile that have a default, and that steps or base images use.
fn read(prod: &Image) -> Vec<Input> {
    let Some((source, _)) = prod.place.text() else {
        return Vec::new();
    };
    let dockerfile = Dockerfile::read(source, &mut Vec::new());
    let all = || {
        let stages = dockerfile.stages.iter();
        let stages = stages.flat_map(|stage| std::iter::once(&stage.from).chain(&stage.statements));
        dockerfile.global.iter().chain(stages)
    };
    let is_used = |name: &str| {
        let mut users = all().filter(|statement| {
            matches!(
                statement.keyword,
                Keyword::From | Keyword::Run | Keyword::Copy | Keyword::Add
            )
        });
        users.any(|statement| is_named(statement, name))
    };
    let mut inputs: Vec<Input> = Vec::new();
    for statement in all().filter(|statement| statement.keyword == Keyword::Arg) {
        let Arguments::Words(words) = &statement.arguments else {
            continue;
        };
        for word in words {
            let Some((name, default)) = word.value.split_once('=') else {
                continue;
            };
            let is_plain = !default.is_empty() && !default.contains('$');
            if is_plain && is_used(name) && inputs.iter().all(|known| known.name != name) {
                inputs.push(Input {
                    name: name.to_owned(),
                    default: word.clone().map(|_| default.trim_matches(['"', '\'']).to_owned()),
                });
            }
        }
    }
    inputs
}

/// Whether an instruction takes the value of a variable.
fn is_named(statement: &Statement, name: &str) -> bool {
    let Some((source, span)) = statement.place.text() else {
        return false;
    };
    let text = source.text().get(span).unwrap_or_default();
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let behind = text.get(at + name.len()..).unwrap_or_default();
        let is_open = before.ends_with('$') || before.ends_with("${");
        is_open && !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    })
}
