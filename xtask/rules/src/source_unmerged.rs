use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Member;

pub const RULE: Rule = Rule {
    id: "source-unmerged",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a Python source of a service or lib contains both sides of a merge",
    why: "Python does not read it: the program ends with `SyntaxError`, at the latest when it imports the file",
    example: "`<<<<<<< HEAD` in src/web/main.py",
    fix: "keep one side, and remove the lines that git put between them",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let unmerged = member.code.unmerged.iter();
    let found = unmerged.map(|(path, place)| {
        let message = format!("`{path}` contains both sides of a merge");
        Problem::error(message).at(place.clone())
    });
    found.collect()
}
