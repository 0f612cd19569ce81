//! The names under which the services of a compose file reach one another, and the ports on which they answer.

use diagnostics::Located;
use surfaces::compose::{Project, Run, Service};

use crate::Workspace;

/// What a service of a project reaches.
#[derive(Clone, Copy)]
pub struct Network<'a> {
    workspace: &'a Workspace<'a>,
    project: &'a Project,
}

/// Keys that give a service another name than its own, or bring it from elsewhere.
const OPEN: [&str; 8] = [
    "aliases",
    "container_name",
    "hostname",
    "links",
    "external",
    "network_mode",
    "extra_hosts",
    "include:",
];

impl<'a> Network<'a> {
    /// That of a project.
    pub fn of(workspace: &'a Workspace<'a>, project: &'a Project) -> Self {
        Self { workspace, project }
    }

    /// The services of the files, and of what is laid over them: that may bring a service that they do not have.
    pub fn names(&self) -> Vec<&'a str> {
        let file = self.project.file();
        let around = self.workspace.surroundings.compose.iter();
        let projects = around.filter(|other| other.files.contains(file));
        let services = projects.flat_map(|project| &project.services);
        services.map(|service| service.name.value.as_str()).collect()
    }

    /// The service of that name, where its networks keep it apart from another one.
    pub fn apart(&self, from: &Service, host: &str) -> Option<&'a Service> {
        let mut services = self.project.services.iter();
        let other = services.find(|other| other.name.value == host)?;
        other.networks.is_apart(&from.networks).then_some(other)
    }

    /// Whether names may be given otherwise than by the key of a service. It searches whole files: ask it last.
    pub fn is_open(&self) -> bool {
        let root = &self.workspace.repo.root;
        self.project.files.iter().any(|file| {
            let text = root.text(file).unwrap_or_default();
            OPEN.iter().any(|word| text.contains(word))
        })
    }

    /// The port that the image of a service has, where it is another than this one.
    pub fn other_port(&self, host: &str, port: &str) -> Option<&'a Located<String>> {
        let mut subjects = self.workspace.subjects.iter();
        let (subject, run) = subjects.find_map(|subject| {
            let mut runs = subject.compose.iter();
            let is_there = |run: &&Run<'_>| std::ptr::eq(run.project, self.project) && run.service.name.value == host;
            Some((subject, runs.find(is_there)?))
        })?;
        // That its images do not agree is another rule.
        let mut known = subject.images().flat_map(|image| &image.config.ports);
        let is_known = known.any(|known| known.value.split('/').next() == Some(port));
        let first = subject.prod.as_ref()?.config.ports.first()?;
        (!is_known && !starts_with(run, port)).then_some(first)
    }
}

/// Whether compose tells a service a port, be it by what only a run can tell.
fn starts_with(run: &Run<'_>, port: &str) -> bool {
    let words = run
        .service
        .command
        .iter()
        .chain(&run.service.entrypoint)
        .flat_map(|words| &words.value);
    let ports = run.service.environment.iter().filter(|(variable, _)| {
        let words = ["PORT", "BIND", "LISTEN", "ADDR", "ARGS"];
        words.iter().any(|word| variable.to_ascii_uppercase().contains(word))
    });
    let values = ports.map(|(_, said)| &said.value);
    let mut said = words.chain(values);
    said.any(|said| said.contains('*') || said.split(|c: char| !c.is_ascii_digit()).any(|number| number == port))
}
