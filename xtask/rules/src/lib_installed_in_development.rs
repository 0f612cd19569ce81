use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Subject, lib_install::Brought, lib_install::brought};

pub const RULE: Rule = Rule {
    id: "lib-installed-in-development",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "the development image installs a lib as a package instead of running its sources",
    why: "an edited file of the lib is synced into the container but has no effect until the image is rebuilt",
    example: "RUN pip install ./libs/core in Dockerfile.dev, or `uv sync --no-editable`",
    fix: "put the `src` folder of the lib on PYTHONPATH, or install it with `-e`",
    check: Check::Service(check),
};

/// One problem a lib, whatever the number of installs.
fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(dev) = &subject.dev else { return Vec::new() };
    let mut found = Vec::new();
    // What is compiled cannot be imported from its sources.
    let libs = subject.repo.libs_of(subject.service);
    for lib in libs.filter(|lib| !lib.is_compiled) {
        let installs = Subject::installs_in(dev);
        let mut copied = installs.filter(|install| brought(subject, install, lib) == Some(Brought::Copied));
        let Some(first) = copied.next() else { continue };
        let message = format!("the development image installs the lib `{}` as a package", lib.name);
        let mut problem = Problem::error(message).at(first.place.clone());
        for install in copied {
            problem = problem.at(install.place.clone().label("and here"));
        }
        found.push(problem);
    }
    found
}
