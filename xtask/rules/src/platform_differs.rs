use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Twin, Twins};

pub const RULE: Rule = Rule {
    id: "platform-differs",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "the images are for different platforms",
    why: "compiled packages are different files on each platform, and only one set is tested",
    example: "FROM --platform=linux/arm64 in Dockerfile.dev, FROM --platform=linux/amd64 in Dockerfile",
    fix: "use the same platform in both files, or none; compare images of one platform: `docker build --platform`, `docker pull --platform`",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let named = |twin: &Twin<'_>| Some((twin.name, twin.config.platform.clone()?, twins.title(twin)));
    // Where one Dockerfile names none, whoever builds may name the other's.
    if let (Some((name, said, title)), None) | (None, Some((name, said, title))) = (named(dev), named(prod)) {
        let message = format!(
            "{name} is always for `{}`, and the other image for the platform of the machine that builds it",
            said.value
        );
        let problem = Problem::warning(message).at(said.place);
        return vec![problem.remedy(format!("name the same platform in both files, or none in `{title}`"))];
    }
    let problem = twins.differs("platform", |config| config.platform.as_ref());
    problem.into_iter().collect()
}
