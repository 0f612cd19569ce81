use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{Copied, Image},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "copied-file-missing",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a Dockerfile copies or mounts what is not in the build context",
    why: "the build ends there",
    example: "COPY requirements-prod.txt ./ after the file was renamed",
    fix: "name a path that is there, seen from the folder that the image is built with",
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
    // `poetry.lock*` says that it may be absent.
    let may_be_absent = source.written.contains(['*', '?', '[', '$']);
    if source.path.is_some() || source.ignored.is_some() || may_be_absent {
        return None;
    }
    let written = &source.written;
    let context = match image.context.dir.as_str() {
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
