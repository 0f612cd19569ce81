use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::image::{Image, Reach};
use facts::{
    Subject,
    volumes::{code, is_over},
};

pub const RULE: Rule = Rule {
    id: "chart-mounts-over-code",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a chart mounts a volume over the packages or the program of a service's production image",
    why: "the container uses the contents of the volume instead of the files that were built and tested",
    example: "mountPath: /app in templates/web.yaml, with the virtual environment in /app/.venv",
    fix: "mount only folders that the program writes to, or a single file with `subPath`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let hidden = subject.containers().flat_map(|container| {
        let mounts = container.mounts.iter();
        mounts.filter_map(|mount| {
            let (what, place) = hidden_by(prod, &mount.value)?;
            let message = format!(
                "{} mounts a volume at `{}`, over {what}",
                container.workload, mount.value
            );
            let problem = Problem::error(message).at(mount.place.clone().label("the chart"));
            Some(problem.at(place.label("the image")))
        })
    });
    hidden.collect()
}

/// What lies there, and where the Dockerfile says so.
fn hidden_by(image: &Image, mount: &str) -> Option<(String, Place)> {
    if let Some((folder, _)) = code(image).into_iter().find(|(folder, _)| is_over(mount, folder)) {
        let mut installs = image.installs.iter().map(|install| &install.what);
        let install = installs
            .find(|install| install.prefix == folder)
            .map(|install| &install.place);
        let mut made = image.environments.iter();
        let made = made.find(|made| made.value == folder).map(|made| &made.place);
        let place = made.or(install).unwrap_or(&image.place);
        return Some((format!("the packages in `{folder}`"), place.clone()));
    }
    // Without a package, the program is what is copied to where it starts.
    let folder = image.config.workdir.as_ref()?.value.trim_end_matches('/');
    if folder.is_empty() || folder != mount.trim_end_matches('/') {
        return None;
    }
    let mut copied = image.copied.iter().filter(|copied| copied.reach <= Reach::Copied);
    let copied = copied.find(|copied| copied.what.destination.trim_end_matches('/') == folder)?;
    Some((format!("what is copied to `{folder}`"), copied.what.place.clone()))
}
