use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Download;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "download-unverified",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "a build downloads a file without a checksum",
    why: "the next build may get a different file from the same address, unnoticed",
    example: "ADD https://example.org/model.bin /models/, or `curl https://example.org/setup.sh | bash`",
    fix: "add a checksum: `ADD --checksum=sha256:… URL PATH`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let downloads = subject
        .images()
        .flat_map(|image| &image.downloads)
        .map(|placed| &placed.what);
    let unverified = downloads.filter(|download| !download.has_checksum);
    let problem = |download: &Download| {
        let message = if download.is_run {
            "this runs whatever the address holds on that day"
        } else {
            "this download has no checksum"
        };
        let problem = Problem::warning(message).at(download.place.clone());
        match (download.is_command, download.is_run) {
            (true, true) => {
                problem.remedy("install a version by the package manager, or fetch the file, check it and run it then")
            }
            (true, false) => problem.remedy("check it in the same step: `echo \"SHA256  FILE\" | sha256sum -c -`"),
            (false, _) => problem,
        }
    };
    // Both images may be made of the same stage.
    unverified.map(problem).collect()
}
