use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Download, Image, Reach};
use facts::Subject;
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "fetched-data-differs",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "the development image downloads a model, a corpus, a browser or a file that production does not",
    why: "it works in development; in production it fails or is downloaded at the first request",
    example: "RUN python -m nltk.downloader punkt in Dockerfile.dev alone",
    fix: "run the same command in both files",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    // What installs something that is not told may fetch it, too.
    if prod.is_unclear {
        return Vec::new();
    }
    let of = |image: &'_ Image| {
        let inside = image.fetched.iter().filter(|fetched| fetched.reach <= Reach::Copied);
        inside.map(|fetched| fetched.what.clone()).collect::<Vec<_>>()
    };
    // What belongs to a package that only development has, as the browsers of its tests do, stays with that.
    let development_only = subject.development_only();
    let is_of_development = |what: &str| {
        let tool = what.split([' ', '.']).next().and_then(PackageName::parse);
        tool.is_some_and(|tool| development_only.contains(&tool))
    };
    let in_prod = of(prod);
    let alone = of(dev)
        .into_iter()
        .filter(|fetched| in_prod.iter().all(|other| other.what != fetched.what))
        .filter(|fetched| !is_of_development(&fetched.what));
    let found = alone.map(|fetched| {
        Problem::error(format!("`{}` is fetched in development alone", fetched.what))
            .at(fetched.place)
            .at(prod.place.clone().label("not here"))
    });
    found.chain(downloads(dev, prod)).collect()
}

/// Files by their addresses.
fn downloads(dev: &Image, prod: &Image) -> Vec<Problem> {
    let of = |image: &'_ Image| {
        let inside = image
            .downloads
            .iter()
            .filter(|download| download.reach <= Reach::Copied);
        inside.map(|download| download.what.clone()).collect::<Vec<Download>>()
    };
    let in_prod = of(prod);
    let is_same = |ours: &Download| {
        in_prod
            .iter()
            .any(|theirs| theirs.address == ours.address && theirs.digest == ours.digest)
    };
    let mut found = Vec::new();
    for ours in of(dev).into_iter().filter(|ours| !ours.is_run && !is_same(ours)) {
        let Some(file) = &ours.file else { continue };
        let same_file = in_prod.iter().find(|theirs| theirs.file.as_ref() == Some(file));
        let problem = match same_file {
            Some(theirs) => Problem::error(format!(
                "`{file}` is downloaded from different addresses or with different checksums"
            ))
            .at(ours.place.clone().label("development"))
            .at(theirs.place.clone().label("production")),
            // Programs that development alone has are its tools.
            None if is_tool(file) => continue,
            None => Problem::error(format!("`{file}` is downloaded in development alone"))
                .at(ours.place.clone())
                .at(prod.place.clone().label("not here")),
        };
        found.push(problem);
    }
    found
}

/// Whether a downloaded file is a program, a package or an archive that a command unpacks.
fn is_tool(file: &str) -> bool {
    let is_program = file.contains("/bin/") || file.contains("/sbin/");
    let ends = [".apk", ".deb", ".gz", ".rpm", ".sh", ".tgz", ".whl", ".xz", ".zip"];
    is_program || file.starts_with("/tmp/") || ends.iter().any(|end| file.ends_with(end))
}
