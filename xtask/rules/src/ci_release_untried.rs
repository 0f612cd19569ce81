use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Image;
use facts::Subject;
use surfaces::workflows::{Build, Workflow};

pub const RULE: Rule = Rule {
    id: "ci-release-untried",
    aspect: Aspect::Ci,
    level: Level::Warning,
    what: "pull requests build only the development image of a service, and its production image is first built after the merge",
    why: "a change that breaks the production image is merged, and found when it is released",
    example: "docker build -f Dockerfile.dev in the workflow for pull requests, and -f Dockerfile in the one for tags",
    fix: "build the production image for pull requests too, without pushing it",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let service = subject.service.package.name.as_str();
    let builds = || {
        subject
            .builds
            .iter()
            .filter_map(|(workflow, build)| Some(((*workflow)?, *build)))
    };
    let makes = |build: &Build, image: &Image, other: &Image, is_production: bool| {
        build.is_of(service, &image.path, is_production) && build.makes(image, other, is_production)
    };
    let is_early = |(workflow, _): &(&Workflow, &Build)| workflow.is_early;
    // What may be anything may be this.
    if builds()
        .filter(is_early)
        .any(|(_, build)| makes(build, prod, dev, true))
    {
        return Vec::new();
    }
    let told =
        |is_early: bool| builds().filter(move |(workflow, build)| workflow.is_early == is_early && build.is_told());
    let tried = told(true).find(|(_, build)| makes(build, dev, prod, false));
    let released = told(false).find(|(_, build)| makes(build, prod, dev, true));
    let (Some((early, tried)), Some((late, released))) = (tried, released) else {
        return Vec::new();
    };
    let message = format!(
        "`{}` builds `{}` for pull requests, but `{}` is first built by `{}`",
        early.path,
        dev.name(),
        prod.name(),
        late.path
    );
    let problem = Problem::error(message).at(tried.place.clone());
    vec![problem.at(released.place.clone().label("the first build of production"))]
}
