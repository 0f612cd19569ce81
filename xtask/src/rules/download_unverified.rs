use super::{Aspect, Check, Level, Rule, Subject};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "download-unverified",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "a build downloads a file that no checksum vouches for",
    why: "the next build may get another file from the same address, and nobody notices",
    example: "ADD https://example.org/model.bin /models/",
    fix: "say what it has to be: `ADD --checksum=sha256:… URL PATH`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let downloads = subject.images().flat_map(|image| &image.downloads);
    let unverified = downloads.filter(|download| !download.has_checksum);
    unverified
        .map(|download| Problem::warning("this download has no checksum").at(download.place.clone()))
        .collect()
}
