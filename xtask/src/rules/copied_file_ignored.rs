use super::{Aspect, Check, Level, Rule, Subject};
use crate::report::{Place, Problem};

pub const RULE: Rule = Rule {
    id: "copied-file-ignored",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "the ignore file keeps out what the Dockerfile copies",
    why: "the build fails, or the image lacks what was meant to be in it",
    example: "`*.md` in .dockerignore, and COPY README.md in the Dockerfile",
    fix: "take it back with `!PATH` at the end of the ignore file",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let Some(ignore) = subject.ignored.get(&image.path) else {
            continue;
        };
        let Some(file) = &ignore.path else { continue };
        for copied in image.copied.iter().map(|copied| &copied.what) {
            let written = &copied.source.written;
            if written.contains(['*', '?', '[', '$']) || written.contains("://") {
                continue;
            }
            let Some(path) = ignore.context.join(written.trim_start_matches('/')) else {
                continue;
            };
            if ignore.keeps_out_all(&path) {
                found.push(
                    Problem::error(format!("`{file}` keeps out `{written}`, which is copied"))
                        .at(copied.place.clone())
                        .at(Place::File(file.to_string()))
                        .remedy(format!(
                            "add `!{}` at the end of `{file}`",
                            path.relative_to(&ignore.context).unwrap_or(written)
                        )),
                );
            }
        }
    }
    found
}
