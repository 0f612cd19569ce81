use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{Copied, Image},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "copied-file-missing",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a Dockerfile copies or mounts what is not in the build context, or what the ignore file keeps out of it",
    why: "the build ends there, or, with a pattern, goes on without the file",
    example: "COPY requirements-prod.txt ./ after the file was renamed, or poetry.lock in .dockerignore",
    fix: "name a path that is there, or let the ignore file send it",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        let copied = image.copied.iter().chain(&image.mounted).map(|copied| &copied.what);
        for problem in copied.filter_map(|copied| missing(image, copied)) {
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

fn missing(image: &Image, copied: &Copied) -> Option<Problem> {
    let source = &copied.source;
    let is_pattern = source.written.contains(['*', '?', '[']);
    // `poetry.lock*` says that it may be absent.
    let may_be_absent = is_pattern && source.ignored.is_none();
    if source.path.is_some() || may_be_absent || source.written.contains('$') {
        return None;
    }
    let written = &source.written;
    if let Some(pattern) = &source.ignored {
        let problem = Problem::error(format!("`{written}` is copied, and the ignore file keeps it out"));
        return Some(
            problem
                .at(copied.place.clone())
                .at(pattern.clone().label("kept out here")),
        );
    }
    let context = match image.context.as_str() {
        "" => "the root of the repository, which it is built with",
        folder => folder,
    };
    let problem = Problem::error(format!("`{written}` is not in {context}")).at(copied.place.clone());
    Some(match written.starts_with("..") {
        true => problem
            .remedy("nothing above the build context can be copied: build with the root of the repository as context"),
        false => problem,
    })
}
