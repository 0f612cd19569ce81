use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Image;
use facts::Subject;
use surfaces::workflows::Build;

pub const RULE: Rule = Rule {
    id: "ci-builds-one-flavour",
    aspect: Aspect::Ci,
    level: Level::Warning,
    what: "the workflows build only one of the two images of a service",
    why: "the other image can break unnoticed until somebody needs it",
    example: "docker build -f services/web/Dockerfile . in ci.yml, and Dockerfile.dev nowhere",
    fix: "build the other image too: `cargo xtask build-images` builds both",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let service = subject.service.package.name.as_str();
    let first = |image: &Image, other: &Image, is_production| {
        let of_image = |build: &&Build| {
            build.is_of(service, &image.path, is_production) && build.makes(image, other, is_production)
        };
        // One that surely is of it comes first.
        subject
            .workflow_builds()
            .filter(of_image)
            .min_by_key(|build| !build.is_told())
    };
    let (built, other): (&Build, _) = match (first(dev, prod, false), first(prod, dev, true)) {
        (Some(built), None) => (built, prod),
        (None, Some(built)) => (built, dev),
        (Some(_), Some(_)) | (None, None) => return Vec::new(),
    };
    if !built.is_told() {
        return Vec::new();
    }
    vec![
        Problem::error(format!(
            "no workflow builds `{}`, though one builds the other image",
            other.name()
        ))
        .at(built.place.clone())
        .remedy(format!(
            "add a build of `{}`, or run `cargo xtask build-images {service}`, which builds both",
            other.name()
        )),
    ]
}
