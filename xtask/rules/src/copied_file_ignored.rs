use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Subject, copied_lib};

pub const RULE: Rule = Rule {
    id: "copied-file-ignored",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "the ignore file excludes a path that the Dockerfile copies or mounts",
    why: "the build fails, or the file is missing in the image",
    example: "`*.md` in .dockerignore, and COPY README.md in the Dockerfile",
    fix: "include it with `!PATH` at the end of the ignore file",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let Some(file) = &image.context.ignore.path else {
            continue;
        };
        for copied in image.unmet() {
            let written = &copied.source.written;
            let Some(pattern) = &copied.source.ignored else {
                continue;
            };
            // What should not be copied at all is not to be let in.
            if copied_lib::needless_lib(subject, copied).is_some() {
                continue;
            }
            let is_mounted = image.mounted.iter().any(|mounted| mounted.what.place == copied.place);
            let how = if is_mounted { "mounted" } else { "copied" };
            let problem = Problem::error(format!("`{file}` excludes `{written}`, which is {how}"))
                .at(copied.place.clone())
                .at(pattern.clone().label("ignored here"))
                .remedy(format!("add `!{written}` at the end of `{file}`"));
            found.push(problem);
        }
    }
    found
}
