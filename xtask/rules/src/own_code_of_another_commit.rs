use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use facts::{Pair, code_compared::compared, own_code::OwnCode};

pub const RULE: Rule = Rule {
    id: "own-code-of-another-commit",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "two built images have the same code of the service or of a lib, and this checkout has different code",
    why: "what the check says of the images is not true of this checkout",
    example: "both images of the last release, checked after the next edit",
    fix: "check the images in a checkout of the commit that they were built from",
    check: Check::Images(check),
};

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let Some(subject) = pair.subject else { return Vec::new() };
    let own = OwnCode::of(subject);
    let mut found = Vec::new();
    for &(package, code) in &own.packages {
        let compared = compared(pair, &own, (package, code));
        // That the images differ from each other is another rule.
        let (true, Some(first)) = (compared.between.is_empty(), compared.both.first()) else {
            continue;
        };
        let message = format!(
            "the code of `{}` in both images differs from this checkout, in {}, such as `{first}`",
            package.name,
            count(compared.both.len(), "file")
        );
        let problem = Problem::warning(message).at(pair.in_dev()).at(pair.in_prod());
        found.push(problem.remedy(RULE.fix));
    }
    found
}
