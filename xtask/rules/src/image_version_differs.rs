use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, Sameness};
use facts::{
    Subject, Workspace,
    image_names::Surface,
    image_versions::{self, Versioned, of_manifest, tag_in},
};
use formats::PackageName;
use surfaces::{
    compose::{Purpose, Run},
    reference,
};

pub const RULE: Rule = Rule {
    id: "image-version-differs",
    aspect: Aspect::Chart,
    level: Level::Warning,
    what: "a chart or a compose file runs a service in a version that nothing builds, or in a different one than all other services",
    why: "the image does not exist, or is one of an older release",
    example: "appVersion: 0.2.0 in Chart.yaml, while the services and the bake file have the version 0.1.0",
    fix: "use the version that is built",
    check: Check::Among(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let mut found: Vec<(PackageName, Problem)> = Vec::new();
    let all: Vec<Vec<Versioned<'_>>> = workspace.subjects.iter().map(image_versions::of).collect();
    let groups = grouped(&all);
    for (at, (subject, versions)) in workspace.subjects.iter().zip(&all).enumerate() {
        let runs = versions.iter().filter(|named| named.surface != Surface::Bake);
        for named in runs {
            let group = groups.get(&(named.surface, named.group.as_str()));
            let problem = group
                .and_then(|group| left_behind(group, (at, subject), named))
                .or_else(|| not_built(subject, named, versions))
                .or_else(|| not_pushed(subject, named));
            let Some(problem) = problem else { continue };
            let problem = problem.at(named.place.clone()).same_by(Sameness::Place);
            let problem = match &named.used {
                Some(used) => problem.at(used.clone().label("used here")),
                None => problem,
            };
            let name = subject.service.package.name.clone();
            if !found.iter().any(|(_, known)| known.places == problem.places) {
                found.push((name, problem));
            }
        }
        for problem in of_one_file(subject) {
            // What is said of a version already is the cause of this.
            let is_known = |known: &Problem| known.places.first() == problem.places.first();
            if !found.iter().any(|(_, known)| is_known(known)) {
                found.push((subject.service.package.name.clone(), problem));
            }
        }
    }
    found
}

/// A compose file that runs one image in two versions, of which it builds one at most.
fn of_one_file(subject: &Subject<'_>) -> Vec<Problem> {
    let runs = subject.compose.iter().filter(|run| run.purpose != Purpose::Development);
    let runs: Vec<&Run<'_>> = runs.collect();
    let mut found = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let Some(image) = run.service.image.as_ref().filter(|_| run.service.build.is_none()) else {
            continue;
        };
        // Of two that are pulled, the first one is compared with.
        let others = runs.iter().enumerate().filter(|(other_at, other)| {
            let is_before = *other_at < at || other.service.build.is_some();
            is_before && std::ptr::eq(other.project, run.project)
        });
        let mut others = others.filter_map(|(_, other)| Some((other.service, other.service.image.as_ref()?)));
        let other = others.find(|(_, other)| is_other_version(&other.value, &image.value));
        let Some((other, theirs)) = other else { continue };
        let (one, two) = (&run.service.name.value, &other.name.value);
        let verb = if other.build.is_some() { "is built as" } else { "runs" };
        let message = format!(
            "`{one}` runs `{}`, but `{two}` of the same file {verb} `{}`",
            image.value, theirs.value
        );
        let problem = Problem::warning(message).at(image.place.clone());
        let problem = problem.at(theirs.place.clone().label("the other version"));
        found.push(problem.remedy("use one version for both"));
    }
    found
}

/// Whether two references name one image by different tags.
fn is_other_version(one: &str, other: &str) -> bool {
    let tags = tag_in(one).zip(tag_in(other));
    reference::name(one) == reference::name(other) && tags.is_some_and(|(one, other)| one != other)
}

/// Services by their places in the workspace, for each version that the files of a group name.
type ByVersion<'a> = BTreeMap<&'a str, BTreeSet<usize>>;

/// The services of each chart or compose file.
fn grouped<'a>(all: &'a [Vec<Versioned<'_>>]) -> BTreeMap<(Surface, &'a str), ByVersion<'a>> {
    let mut groups: BTreeMap<(Surface, &str), ByVersion<'_>> = BTreeMap::new();
    for (at, versions) in all.iter().enumerate() {
        for named in versions {
            let group = groups.entry((named.surface, named.group.as_str())).or_default();
            group.entry(named.version).or_default().insert(at);
        }
    }
    groups
}

/// One service is behind all others of the same file, which have one version. Services that are released one by one have their own.
fn left_behind(group: &ByVersion<'_>, (at, subject): (usize, &Subject<'_>), named: &Versioned<'_>) -> Option<Problem> {
    let mut of_others = group
        .iter()
        .filter(|(_, services)| services.iter().any(|service| *service != at));
    let (Some((usual, services)), None) = (of_others.next(), of_others.next()) else {
        return None;
    };
    let others = services.len() - usize::from(services.contains(&at));
    // An own version is that of the manifest, for each of them.
    let is_own = of_manifest(subject) == Some(named.version);
    if others < 2 || *usual == named.version || is_own {
        return None;
    }
    let (service, version) = (&subject.service.package.name, named.version);
    let message = format!("`{service}` is run in version {version}, while all other services are in {usual}");
    let remedy = format!("use {usual}, in the way in which the other services get it");
    Some(Problem::warning(message).remedy(remedy))
}

/// The manifest and all else that names a version agree on a different one.
fn not_built(subject: &Subject<'_>, named: &Versioned<'_>, all: &[Versioned<'_>]) -> Option<Problem> {
    let manifest = of_manifest(subject)?;
    let others = all
        .iter()
        .filter(|other| other.surface != named.surface || other.group != named.group);
    let mut others = others
        .filter(|other| reference::may_be_same(other.name, named.name))
        .peekable();
    let is_agreed = others.peek().is_some() && others.all(|other| other.version == manifest);
    if named.surface != Surface::Chart || !is_agreed || named.version == manifest {
        return None;
    }
    let service = &subject.service.package.name;
    let message = format!(
        "the chart runs version {} of `{service}`, while its manifest and the other files that name its image have {manifest}",
        named.version
    );
    Some(Problem::warning(message).remedy(format!("use {manifest}, or release {}", named.version)))
}

/// All that workflows push of the image is known, and has no version.
fn not_pushed(subject: &Subject<'_>, named: &Versioned<'_>) -> Option<Problem> {
    let builds = subject
        .workflow_builds()
        .filter(|build| build.pushes && subject.may_be_built_by(build));
    let builds: Vec<_> = builds.collect();
    let mut tags: BTreeSet<&str> = BTreeSet::new();
    for tag in builds.iter().flat_map(|build| &build.tags) {
        if reference::may_be_same(reference::name(tag), named.name) {
            // A text without a tag that an expression makes may hold one.
            let other = if tag.contains('*') { "*" } else { "latest" };
            tags.insert(tag_in(tag).unwrap_or(other));
        }
    }
    // A build without tags, or with one that only a run can tell, may push anything. One release may be written out.
    let is_version = |tag: &str| tag.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    let is_open =
        builds.iter().any(|build| build.tags.is_empty()) || tags.iter().any(|tag| tag.contains('*') || is_version(tag));
    let is_copied = subject
        .surroundings
        .workflows
        .iter()
        .any(|workflow| !workflow.copied.is_empty());
    if is_open || is_copied || tags.is_empty() {
        return None;
    }
    let pushed: Vec<String> = tags.iter().map(|tag| format!("`{tag}`")).collect();
    let message = format!(
        "no workflow pushes version {} of `{}`: they push {} alone",
        named.version,
        named.name,
        pushed.join(", ")
    );
    Some(Problem::warning(message).remedy("push the version as well when it is released"))
}
