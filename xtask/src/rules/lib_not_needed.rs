use super::{Aspect, Check, Level, Rule, Subject};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "lib-not-needed",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an image gets a lib that the service does not depend on",
    why: "its code is imported without being declared, or it makes every build slower",
    example: "COPY libs/other in the Dockerfile of a service that does not use it",
    fix: "remove the COPY, or declare the dependency",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        for copied in image.copied.iter().map(|copied| &copied.what) {
            let Some(path) = &copied.source.path else { continue };
            let lib = subject
                .repo
                .libs
                .iter()
                .find(|lib| *path == lib.dir || path.is_under(&lib.dir));
            if let Some(lib) = lib.filter(|lib| !subject.service.libs.contains(&lib.name)) {
                let message = format!(
                    "`{}` is copied, and `{}` does not depend on it",
                    lib.name, subject.service.package.name
                );
                found.push(Problem::error(message).at(copied.place.clone()));
            }
        }
    }
    found
}
