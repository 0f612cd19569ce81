use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::{
    code::{Imported, When, distribution, is_of_a_package, usual, well_known},
    development,
};
use facts::{LockState, Member, Subject, named_installs::NamedInstalls, top};

pub const RULE: Rule = Rule {
    id: "import-not-installed",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a service without a lock imports a package that no requirement file of its production image has",
    why: "production fails on that import",
    example: "`import requests` in src/, and requirements.txt without requests",
    fix: "add the package to the requirement file that production installs",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let Some(subject) = member.services.first().filter(|_| member.is_service) else {
        return Vec::new();
    };
    if !matches!(subject.lock, LockState::Missing | LockState::Unneeded) {
        return Vec::new();
    }
    let Some(installed) = subject.prod.as_ref().and_then(|prod| NamedInstalls::of(subject, prod)) else {
        return Vec::new();
    };
    let in_development = subject.dev.as_ref().and_then(|dev| NamedInstalls::of(subject, dev));
    let imports = member.code.imports.iter().filter(|(path, import)| {
        import.when == When::Always && is_of_a_package(path) && !is_for_development(import) && !is_own(member, path)
    });
    let lacking = imports.filter(|(path, _)| !installed.may_bring(path) && !member.may_be_there(path));
    let mut found: Vec<(String, Problem)> = Vec::new();
    for (path, import) in lacking {
        let development = in_development.as_ref().and_then(|named| named.bringing(path));
        let known = Lacking {
            is_whole: installed.is_whole,
            of_development: development.map(|name| name.to_string()),
            declared: declared(subject, path),
        };
        // One problem for one package, whatever is imported out of it.
        if !found.iter().any(|(known, _)| known == top(path)) {
            found.extend(
                known
                    .problem(member, path, import)
                    .map(|problem| (top(path).to_owned(), problem)),
            );
        }
    }
    found.into_iter().map(|(_, problem)| problem).collect()
}

/// What is known of a package that production does not install by name.
struct Lacking {
    /// Nothing else can bring it.
    is_whole: bool,
    /// The name by which development installs it.
    of_development: Option<String>,
    /// The name by which the manifest declares it.
    declared: Option<String>,
}

impl Lacking {
    fn problem(self, member: &Member<'_>, path: &str, import: &Imported) -> Option<Problem> {
        let of = &member.package.name;
        let name = self.of_development.as_ref().or(self.declared.as_ref());
        let usual = usual(path).or_else(|| well_known(path)).map(|name| name.to_string());
        let message = match (&self.of_development, &self.declared) {
            (Some(name), _) => format!("`{of}` imports `{name}`, which only the development image installs"),
            (None, Some(name)) => format!("`{of}` imports `{name}`, which the production image does not install"),
            // What is needed by what is installed may be what is imported.
            (None, None) if !self.is_whole => return None,
            (None, None) => format!(
                "`{of}` imports `{}`, which nothing that the production image installs is known to provide",
                top(path)
            ),
        };
        let is_sure = self.is_whole && (name.is_some() || usual.is_some());
        let problem = if is_sure {
            Problem::error(message)
        } else if self.is_whole {
            Problem::warning(message).note("modules are matched to packages by name")
        } else {
            Problem::warning(message).note("unless another package happens to depend on it")
        };
        let name = name.cloned().or(usual).unwrap_or_else(|| top(path).to_owned());
        Some(
            problem
                .at(import.place.clone())
                .remedy(format!("add `{name}` to the requirement file that production installs")),
        )
    }
}

/// Settings and scripts for development lie in production without being loaded there.
fn is_for_development(import: &Imported) -> bool {
    let (path, ..) = import.place.position();
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.strip_suffix(".py").unwrap_or(name);
    development::is_named(stem) || development::is_for_checks(stem) || ["local", "tests"].contains(&stem)
}

/// Whether a module is of the repository.
fn is_own(member: &Member<'_>, path: &str) -> bool {
    let mut libs = member.libs.values();
    member.code.provides(path) || libs.any(|lib| lib.code.provides(path)) || member.is_nearby(top(path))
}

fn declared(subject: &Subject<'_>, path: &str) -> Option<String> {
    let main = &subject.service.package.manifest.main;
    let name = distribution(path, |name| {
        main.iter().any(|dependency| dependency.name.value == *name)
    })?;
    Some(name.to_string())
}
