use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, Sameness};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "compose-mounts-sources",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for production mounts sources of the repository into a service",
    why: "the container then runs the checkout of that machine instead of the image that was built and tested",
    example: "volumes: [.:/app] in docker-compose.prod.yml",
    fix: "remove the mount; in a file that extends another one, write `volumes: !reset []`, or move the mount to the development file",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mounted = subject.in_production().flat_map(|run| {
        let mounts = run.code.iter();
        mounts.filter_map(|mount| {
            let source = mount.source.as_ref()?;
            let problem = Problem::error(format!(
                "{} mounts `{}` of the repository at {}",
                run.name(),
                source.shown(),
                mount.target
            ));
            let problem = problem.at(mount.place.clone());
            let is_of = |file: &str| mount.place.position().0 == file;
            Some(if is_of(run.project.file().as_str()) {
                problem
            } else {
                // Lists of both files are put together.
                problem.note(format!(
                    "`{}` extends this file but does not reset the mount",
                    run.project.file()
                ))
            })
        })
    });
    mounted.map(|problem| problem.same_by(Sameness::Place)).collect()
}
