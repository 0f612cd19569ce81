use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Copied, Reach};
use facts::Subject;
use facts::copied_lib::{needless, needless_lib};

pub const RULE: Rule = Rule {
    id: "lib-not-needed",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an image contains a lib that the service does not depend on",
    why: "its code may be imported without being declared, and it slows down every build",
    example: "COPY libs/other in the Dockerfile of a service that does not use it",
    fix: "remove the COPY, or declare the dependency",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let mut of_image: Vec<Problem> = Vec::new();
        for copied in &image.copied {
            // Its manifest, its README, its modules: each lib is one finding.
            if let Some(problem) = needless_lib(subject, &copied.what) {
                match of_image.iter_mut().find(|known| known.message == problem.message) {
                    Some(known) => known.places.extend(problem.places),
                    None => of_image.push(problem),
                }
            }
            if copied.reach <= Reach::Copied {
                found.extend(with_others(subject, &copied.what));
            }
        }
        found.extend(of_image);
    }
    found
}

/// Libs that come with a folder above them.
fn with_others(subject: &Subject<'_>, copied: &Copied) -> Option<Problem> {
    let source = copied.source.path.as_ref()?;
    let libs = needless(subject).filter(|lib| lib.dir.is_under(source) && copied.holds_any(&lib.dir));
    let names: Vec<String> = libs.map(|lib| format!("`{}`", lib.name)).collect();
    if names.is_empty() {
        return None;
    }
    let message = format!(
        "{} come{} with `{}`, but `{}` does not depend on {}",
        names.join(", "),
        if names.len() == 1 { "s" } else { "" },
        copied.source.written,
        subject.service.package.name,
        if names.len() == 1 { "it" } else { "them" },
    );
    Some(
        Problem::error(message)
            .at(copied.place.clone())
            .remedy("copy only the folders of the libs that it needs, or exclude the others in the ignore file"),
    )
}
