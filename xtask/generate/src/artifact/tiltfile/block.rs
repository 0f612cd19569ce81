//! What has to be written for a new service, and taken away with one that is gone: whole statements, or items of the
//! lists that loops go over. New ones are like those of a service that is there.

use super::{
    candidates::take_out_item,
    edit::{Edit, add, add_statements, take_out_statement},
    literal::renamed,
    state::State,
};
use formats::starlark::syntax::Span;
use repo::{Repo, Service};
use surfaces::{
    tilt,
    tiltfile::{Build, Resource},
};

/// Edits that may add a build of the service, best first.
pub fn for_new(state: &State, repo: &Repo, service: &Service) -> Vec<Vec<Edit>> {
    let mut found = Vec::new();
    let siblings: Vec<(&Build, &Service)> = state
        .tiltfile
        .builds()
        .filter_map(|build| {
            let name = tilt::service_of(build, repo)?;
            let sibling = repo.services.iter().find(|service| service.package.name == *name)?;
            Some((build, sibling))
        })
        .collect();
    // Like the one with the same libs, if there is one, and else like the shortest.
    let mut models: Vec<&(&Build, &Service)> = siblings.iter().collect();
    models.sort_by_key(|(build, sibling)| {
        (
            sibling.libs != service.libs,
            build.statement.end - build.statement.start,
        )
    });
    for (build, sibling) in models {
        for feeder in &build.feeders {
            found.extend(as_item(state, *feeder, sibling, service));
        }
        found.extend(as_statements(state, &siblings, (build, sibling), service));
    }
    found
}

/// What is written for one service, as it would be for another.
fn renamed_for(text: &str, sibling: &Service, service: &Service) -> Option<String> {
    let (old, new) = (&sibling.package.dir, &service.package.dir);
    let by_name = renamed(text, old.file_name(), new.file_name()).unwrap_or_else(|| text.to_owned());
    let port = |service: &Service| service.settings.start.as_ref().and_then(|start| start.port);
    let by_port = match (port(sibling), port(service)) {
        (Some(old), Some(new)) => renamed(&by_name, &old.to_string(), &new.to_string()).unwrap_or(by_name),
        (Some(_), None) | (None, _) => by_name,
    };
    by_port.contains(new.file_name()).then_some(by_port)
}

/// One more item of a list or dict that a loop goes over.
fn as_item(state: &State, feeder: Span, sibling: &Service, service: &Service) -> Option<Vec<Edit>> {
    let bracket = state.outline(feeder.file)?.brackets.get(&feeder)?;
    let new = bracket
        .items
        .iter()
        .find_map(|item| renamed_for(state.written(item.span), sibling, service))?;
    Some(add(state.text(feeder.file), bracket, bracket.items.len(), &new))
}

/// The statement that builds the sibling, and those that say more of it, once more for the new service, behind all of these.
fn as_statements(
    state: &State,
    siblings: &[(&Build, &Service)],
    (build, sibling): (&Build, &Service),
    service: &Service,
) -> Option<Vec<Edit>> {
    let outline = state.outline(build.statement.file)?;
    let bracket = outline
        .brackets
        .get(&build.statement)
        .filter(|bracket| bracket.is_call)?;
    let file = bracket.inside.file;
    let block = renamed_for(state.written(build.statement), sibling, service)?;
    let text = state.text(file);
    let resources = || state.tiltfile.worlds.iter().flat_map(|world| &world.resources);
    let is_of = |resource: &Resource, service: &Service| {
        let name = service.package.dir.file_name();
        let workload = resource.workload.shown();
        workload == name || workload.strip_suffix(name).is_some_and(|prefix| prefix.ends_with('-'))
    };
    // Resources that stand apart from the builds get their own place, those beside them go along.
    let last_build = siblings
        .iter()
        .map(|(build, _)| build.statement)
        .filter(|span| span.file == file)
        .max()?;
    let mut edits = Vec::new();
    let own = resources().find(|resource| {
        resource.statement == resource.call && resource.statement.file == file && is_of(resource, sibling)
    });
    let last_resource = siblings
        .iter()
        .flat_map(|(_, sibling)| resources().filter(|resource| is_of(resource, sibling)))
        .map(|resource| resource.statement)
        .filter(|span| span.file == file)
        .max();
    let gap = if block.contains('\n') { "\n\n" } else { "\n" };
    let resource = own.map(|own| {
        // The workload may have a name in front, as a chart gives it: `rag-web`.
        let (old, new) = (sibling.package.dir.file_name(), service.package.dir.file_name());
        let workload = own.workload.shown();
        let prefix = workload.strip_suffix(old).unwrap_or_default();
        let text = state.written(own.statement);
        let text = renamed(text, &workload, &format!("{prefix}{new}")).unwrap_or_else(|| text.to_owned());
        renamed_for(&text, sibling, service)
    });
    let resource = resource.flatten();
    match (resource, last_resource) {
        (Some(resource), Some(last)) if last > last_build => {
            let first = resources().map(|resource| resource.statement).min()?;
            if first > last_build {
                edits.push(add_statements(text, last_build, &format!("{gap}{block}")));
                edits.push(add_statements(text, last, &format!("\n{resource}")));
            } else {
                edits.push(add_statements(text, last, &format!("{gap}{block}\n{resource}")));
            }
        }
        (resource, _) => {
            let resource = resource.map_or(String::new(), |resource| format!("\n{resource}"));
            edits.push(add_statements(text, last_build, &format!("{gap}{block}{resource}")));
        }
    }
    Some(edits)
}

/// Builds of services that are no more: of a folder beside those of services that is not there.
pub fn gone<'a>(state: &'a State, repo: &Repo) -> Vec<&'a Build> {
    let homes: Vec<_> = repo
        .services
        .iter()
        .map(|service| service.package.dir.parent())
        .collect();
    let mut found: Vec<&Build> = Vec::new();
    for build in state.tiltfile.builds() {
        let Some(path) = build.dockerfile_path() else { continue };
        let dir = path.parent();
        let is_gone = tilt::service_of(build, repo).is_none()
            && homes.contains(&dir.parent())
            && repo.tree().under(&dir).is_empty()
            && !repo.root.has(&path);
        if is_gone
            && found
                .iter()
                .all(|known| tilt::image_name(known) != tilt::image_name(build))
        {
            found.push(build);
        }
    }
    found
}

/// Edits that may take a build away, best first.
pub fn for_gone(state: &State, build: &Build) -> Vec<Vec<Edit>> {
    let mut found: Vec<Vec<Edit>> = build
        .made_from
        .iter()
        .rev()
        .filter_map(|span| take_out_item(state, *span))
        .collect();
    let name = tilt::image_name(build).unwrap_or_default();
    let Some(outline) = state.outline(build.statement.file) else {
        return found;
    };
    if outline
        .brackets
        .get(&build.statement)
        .is_some_and(|bracket| bracket.is_call)
    {
        let resources = state.tiltfile.worlds.iter().flat_map(|world| &world.resources);
        let own = resources.filter(|resource| {
            let workload = resource.workload.shown();
            resource.statement == resource.call
                && (workload == name
                    || workload
                        .strip_suffix(name.as_str())
                        .is_some_and(|prefix| prefix.ends_with('-')))
        });
        let mut statements: Vec<Span> = own.map(|resource| resource.statement).collect();
        statements.push(build.statement);
        statements.sort();
        statements.dedup();
        let edits = statements
            .iter()
            .map(|span| take_out_statement(state.text(span.file), *span));
        found.push(edits.collect());
    }
    found
}
