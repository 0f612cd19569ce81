use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "released-lib-edited",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a lib was edited after its version was released, and images take it from the index",
    why: "development runs the edited sources, and production installs the release: the same version with different code",
    example: "core 1.2.0 is tagged `core-v1.2.0`, and libs/core/src/core/http.py differs from the tag",
    fix: "release the next version: `cargo xtask bump`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for (lib, facts) in subject.libs().filter(|(_, facts)| facts.is_from_index) {
        let (Some(edited), Some(version)) = (&facts.edited, &lib.manifest.version) else {
            continue;
        };
        found.push(
            Problem::error(format!(
                "`{}` {} is released as `{}`, but {} differs from it",
                lib.name,
                version.value,
                edited.tag,
                edited.shown()
            ))
            .at(version.place.clone())
            .at(Place::File(edited.first().to_owned()))
            .remedy(format!(
                "run `cargo xtask bump {}` to release what was edited, or `git diff {} -- {}` to see it",
                lib.name, edited.tag, lib.dir
            )),
        );
    }
    found
}
