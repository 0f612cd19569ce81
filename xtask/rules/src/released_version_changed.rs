use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "released-version-changed",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "a lib differs from the release that has its version, and images build it from its sources",
    why: "two different builds share one version: images report a release that they do not contain, and an index refuses the new files",
    example: "core 1.2.0 is tagged `core-v1.2.0`, and a requirement in libs/core/pyproject.toml has changed since",
    fix: "give the lib its next version: `cargo xtask bump LIB patch`, with `--dependents` if its dependents changed too",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for (lib, facts) in subject.libs().filter(|(_, facts)| !facts.is_from_index) {
        let (Some(edited), Some(version)) = (&facts.edited, &lib.manifest.version) else {
            continue;
        };
        found.push(
            Problem::error(format!(
                "`{}` {} was released as `{}`, but {} has changed since",
                lib.name,
                version.value,
                edited.tag,
                edited.shown()
            ))
            .at(version.place.clone())
            .at(Place::File(edited.first().to_owned()))
            .remedy(format!(
                "run `cargo xtask bump {} patch`, or `git diff {} -- {}` to see the change",
                lib.name, edited.tag, lib.dir
            )),
        );
    }
    found
}
