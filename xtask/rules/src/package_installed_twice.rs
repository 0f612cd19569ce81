use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Pair;

pub const RULE: Rule = Rule {
    id: "package-installed-twice",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a packages folder of a built image has the metadata of one Python package twice",
    why: "which version is found depends on the order of names, and the files may be a mixture of both",
    example: "click-8.1.0.dist-info beside click-8.5.1.dist-info, after a wheel was unpacked over an older one",
    fix: "install into an empty environment, with one installer",
    check: Check::Images(check),
};

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for side in pair.sides() {
        for second in &side.built.hidden {
            let Some(first) = side.built.distributions.get(&second.name) else {
                continue;
            };
            let message = format!(
                "{} has the metadata of `{}` twice, as {} and as {}",
                side.name, second.name, first.version, second.version
            );
            let problem = if first.version == second.version {
                Problem::warning(message)
            } else {
                Problem::error(message)
            };
            let problem = problem.at(side.place());
            found.push(problem.note(format!("`{}` and `{}`", first.info, second.info)));
        }
    }
    found
}
