use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Image;
use facts::Subject;
use surfaces::tiltfile::Resource;

pub const RULE: Rule = Rule {
    id: "tilt-port-differs",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile forwards a port to one that the development image does not expose",
    why: "nothing listens there, so the address that developers open does not answer",
    example: "k8s_resource('web', port_forwards='8080:8000'), and EXPOSE 8080 in Dockerfile.dev",
    fix: "forward to the port of the image",
    check: Check::Service(check),
};

/// Where debuggers of Python listen.
const DEBUGGER: u16 = 5678;

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let (Some(tiltfile), Some(dev)) = (&subject.surroundings.tiltfile, &subject.dev) else {
        return Vec::new();
    };
    let Some(exposed) = dev.config.ports.first() else {
        return Vec::new();
    };
    let mut found: Vec<Problem> = Vec::new();
    let resources = tiltfile.worlds.iter().flat_map(|world| &world.resources);
    for resource in resources.filter(|resource| is_of(subject, resource)) {
        for port in resource.forwards.iter().filter(|port| !is_known(subject, dev, **port)) {
            let place = tiltfile.place(resource.forwarded.unwrap_or(resource.call));
            let message = format!(
                "forwards to port {port} of `{}`, but `{}` exposes {}",
                resource.workload.shown(),
                dev.path,
                exposed.value
            );
            let problem = Problem::error(message).at(place);
            let problem = problem.at(exposed.place.clone().label("the image"));
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

/// Whether a resource is the workload that runs the service, and nothing else.
fn is_of(subject: &Subject<'_>, resource: &Resource) -> bool {
    let Some(workload) = resource.workload.known() else {
        return false;
    };
    let is_named =
        |name: &str| name == workload || name.strip_suffix(&workload).is_some_and(|before| before.ends_with('-'));
    let mut containers = subject.containers().peekable();
    if containers.peek().is_none() {
        return workload == subject.service.package.name.as_str();
    }
    let name = |text: &str| text.split(' ').nth(1).unwrap_or_default().to_owned();
    let own = subject.service.package.name.as_str();
    containers.all(|container| container.is_alone)
        && subject.containers().any(|container| {
            let name = name(&container.workload);
            // A chart puts the name of its release in front.
            is_named(&name)
                || name.replacen("release", &workload, 1) == workload
                || (workload.ends_with(&format!("-{own}")) && name.ends_with(&format!("-{own}")))
        })
}

/// Whether anything of the images speaks of a port.
fn is_known(subject: &Subject<'_>, dev: &Image, port: u16) -> bool {
    let text = port.to_string();
    let is_in = |words: &str| words.split(|c: char| !c.is_ascii_digit()).any(|number| number == text);
    let exposed = subject.images().flat_map(|image| &image.config.ports);
    port == DEBUGGER
        || exposed.map(|port| port.value.as_str()).any(is_in)
        || dev.config.ports.iter().any(|port| port.value.contains('-'))
        || dev.program().iter().any(|word| is_in(word))
        || dev.config.env.values().any(|value| is_in(&value.value))
        || subject
            .containers()
            .flat_map(|container| &container.ports)
            .any(|port| is_in(&port.value))
}
