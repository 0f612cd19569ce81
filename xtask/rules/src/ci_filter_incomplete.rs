use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use repo::{Package, RepoPath, toml::quoted};
use surfaces::workflows::{Filter, FilterKind, Guard, Workflow};

pub const RULE: Rule = Rule {
    id: "ci-filter-incomplete",
    aspect: Aspect::Ci,
    level: Level::Warning,
    what: "a path filter of a workflow misses files that a service is built from",
    why: "a change to these files is merged without a build or test of the service",
    example: "paths: [services/web/**] though the service needs libs/core",
    fix: "add the missing paths, or use `cargo xtask affected` to select the services",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let workflows = subject.surroundings.workflows.iter();
    workflows.flat_map(|workflow| of_workflow(subject, workflow)).collect()
}

fn of_workflow(subject: &Subject<'_>, workflow: &Workflow) -> Vec<Problem> {
    let is_built = builds(subject, workflow);
    let groups = needed(subject, is_built);
    let mut problems = Vec::new();
    for filter in &workflow.filters {
        let covers: Vec<&Filter> = match filter.kind {
            FilterKind::Event if is_built || is_about(subject, filter) => vec![filter],
            FilterKind::Step(_) if is_about(subject, filter) => beside(subject, workflow, filter),
            FilterKind::Event | FilterKind::Step(_) => continue,
        };
        let is_seen = |path: &RepoPath| covers.iter().any(|filter| filter.patterns.hold(path.as_str()));
        let missed: Vec<String> = groups.iter().filter_map(|group| group.missed(is_seen)).collect();
        if missed.is_empty() {
            continue;
        }
        let shown: Vec<&str> = missed.iter().map(String::as_str).collect();
        problems.push(
            Problem::error(format!(
                "the path filter `{}` misses what `{}` is built from: {}",
                filter.name,
                subject.service.package.name,
                quoted(&shown)
            ))
            .at(filter.place.clone())
            .remedy(if filter.patterns.is_ignored {
                "ignore less, or let `cargo xtask affected` say which services a change affects".to_owned()
            } else {
                format!(
                    "add {}, or let `cargo xtask affected` say which services a change affects",
                    quoted(&shown)
                )
            }),
        );
    }
    problems.extend(
        workflow
            .guards
            .iter()
            .filter_map(|guard| of_job(subject, workflow, guard)),
    );
    problems
}

/// A job that builds the service, and that a filter lets run which does not see all of it.
fn of_job(subject: &Subject<'_>, workflow: &Workflow, guard: &Guard) -> Option<Problem> {
    let mut builds = workflow.builds.get(guard.builds.clone())?.iter();
    if !builds.any(|build| build.is_told() && subject.may_be_built_by(build)) {
        return None;
    }
    let asked = workflow
        .filters
        .iter()
        .filter(|filter| matches!(filter.kind, FilterKind::Step(_)) && guard.filters.contains(&filter.name));
    let asked: Vec<&Filter> = asked.collect();
    // One that is there for the service was looked at by itself.
    if asked.is_empty() || asked.iter().any(|filter| is_about(subject, filter)) {
        return None;
    }
    let is_seen = |path: &RepoPath| asked.iter().any(|filter| filter.patterns.hold(path.as_str()));
    let missed: Vec<String> = needed(subject, true)
        .iter()
        .filter_map(|group| group.missed(is_seen))
        .collect();
    let shown: Vec<&str> = missed.iter().map(String::as_str).collect();
    let filters: Vec<&str> = guard.filters.iter().map(String::as_str).collect();
    (!missed.is_empty()).then(|| {
        Problem::error(format!(
            "the job `{}` builds `{}` and runs only if {} changed, but that misses {}",
            guard.job,
            subject.service.package.name,
            quoted(&filters),
            quoted(&shown)
        ))
        .at(guard.place.clone())
        .remedy(format!(
            "give the job a filter with {}, or let `cargo xtask affected` say which services a change affects",
            quoted(&shown)
        ))
    })
}

/// Whether a workflow builds an image of the service.
fn builds(subject: &Subject<'_>, workflow: &Workflow) -> bool {
    // What may be anything is not said to be this.
    let builds = subject
        .builds
        .iter()
        .filter(|(by, _)| by.is_some_and(|by| std::ptr::eq(by, workflow)));
    builds
        .map(|(_, build)| *build)
        .filter(|build| build.is_told())
        .any(|build| subject.may_be_built_by(build))
}

/// Whether a filter is there for this service: it names its folder, and looks at its sources and not at those of others.
fn is_about(subject: &Subject<'_>, filter: &Filter) -> bool {
    let sees = |package: &Package| {
        let source = source_of(package);
        filter.patterns.hold(source.as_str())
    };
    let mut others = subject
        .repo
        .services
        .iter()
        .filter(|service| service.package.name != subject.service.package.name);
    let package = &subject.service.package;
    filter.patterns.name(package.dir.as_str()) && sees(package) && !others.any(|service| sees(&service.package))
}

/// The filter, and those of the same step that look at no service by itself: what is shared stands there.
fn beside<'a>(subject: &Subject<'_>, workflow: &'a Workflow, filter: &'a Filter) -> Vec<&'a Filter> {
    let is_shared = |other: &&Filter| {
        let mut services = subject.repo.services.iter();
        other.kind == filter.kind && !services.any(|service| other.patterns.hold(source_of(&service.package).as_str()))
    };
    std::iter::once(filter)
        .chain(workflow.filters.iter().filter(is_shared))
        .collect()
}

/// A file among the sources of a package.
fn source_of(package: &Package) -> RepoPath {
    let below = |home: &RepoPath| home.child(&package.name.module()).child("__init__.py");
    package.import_roots.first().map_or_else(|| below(&package.dir), below)
}

/// Files that belong together, and the pattern that stands for all of them.
struct Group {
    pattern: String,
    files: Vec<RepoPath>,
}

impl Group {
    /// What is not seen: the pattern where that is everything, else the first file.
    fn missed(&self, is_seen: impl Fn(&RepoPath) -> bool) -> Option<String> {
        let missed: Vec<&RepoPath> = self.files.iter().filter(|file| !is_seen(file)).collect();
        let first = missed.first()?;
        Some(if missed.len() == self.files.len() {
            self.pattern.clone()
        } else {
            first.to_string()
        })
    }
}

/// What has to be seen when it changes: the service and its libs; where images are built, what those are made of besides.
fn needed(subject: &Subject<'_>, is_built: bool) -> Vec<Group> {
    let service = &subject.service.package;
    let dockerfiles = subject.images().filter(|_| is_built).map(|image| image.path.clone());
    let beside = [
        service.dir.child("pyproject.toml"),
        service.dir.child(subject.manager().file()),
        source_of(service),
    ];
    let mut groups = vec![Group {
        pattern: all_of(&service.dir),
        files: beside.into_iter().chain(dockerfiles).collect(),
    }];
    groups.extend(subject.repo.libs_of(subject.service).map(|lib| Group {
        pattern: all_of(&lib.dir),
        files: vec![lib.dir.child("pyproject.toml"), source_of(lib)],
    }));
    if is_built && subject.is_drawn {
        let settings = subject.repo.settings.home.file();
        groups.push(Group {
            pattern: settings.to_string(),
            files: vec![settings],
        });
        let tools = &subject.repo.settings.tools.value;
        groups.push(Group {
            pattern: format!("{tools}/**"),
            files: vec![tools.child("poetry.lock"), tools.child("requirements.txt")],
        });
    }
    groups
}

/// The pattern for everything in a folder.
fn all_of(dir: &RepoPath) -> String {
    dir.child("**").to_string()
}
