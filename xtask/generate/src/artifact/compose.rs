//! `compose.yaml`, the application without Kubernetes, and `compose.dev.yaml`, which laid over it runs it from sources.
//!
//! Both are drawn from what `up` and the images follow from. What a service keeps is in a volume of its own; what nobody else
//! calls is published, on this machine alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use super::{Artifact, dockerfile_name};
use crate::image::{Flavour, LocalPackage, secrets, state_folder};
use diagnostics::Problem;
use formats::PackageName;
use repo::{Compose, PagesImage, Repo, RepoPath, Service, Surroundings, generated::Header};

pub const FILE: &str = "compose.yaml";
pub const DEV_FILE: &str = "compose.dev.yaml";

/// What every container of ours may not do. A tmpfs is the one place to write that all have.
const HARDENED: &str = "    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
    security_opt: [\"no-new-privileges:true\"]
    restart: unless-stopped
    # What the image asks by itself, more often: other services wait for it.
    healthcheck: { interval: 5s }
";
/// So that containers of one machine, and a debugger for each, can be told apart: 5680 for a service on 8080.
const DEBUG_PORTS: u16 = 5600;

/// Nothing where the settings do not ask for it.
pub fn draw(repo: &Repo, problems: &mut Vec<Problem>) -> Vec<Artifact> {
    let Some(compose) = &repo.settings.compose else {
        return Vec::new();
    };
    let plan = Plan::of(repo);
    vec![plan.production(compose), plan.development(problems)]
}

/// What services are to each other.
struct Plan<'a> {
    repo: &'a Repo,
    services: Vec<(&'a Service, Option<u16>)>,
    urls: BTreeMap<PackageName, String>,
    /// Those that another service or the pages call.
    called: BTreeSet<&'a PackageName>,
}

impl<'a> Plan<'a> {
    fn of(repo: &'a Repo) -> Self {
        let port = |service: &Service| service.settings.start.as_ref().map(|start| start.port);
        let services: Vec<_> = repo
            .services
            .iter()
            .filter_map(|service| Some((service, port(service)?)))
            .collect();
        let url = |(service, port): &(&Service, Option<u16>)| {
            let name = &service.package.name;
            Some((name.clone(), format!("http://{name}:{}", (*port)?)))
        };
        let urls = services.iter().filter_map(url).collect();
        let pages = repo.pages.as_ref().and(repo.settings.frontend.as_ref());
        let templates = services
            .iter()
            .flat_map(|(service, _)| service.settings.up.env.values())
            .chain(pages.into_iter().flat_map(|pages| pages.serve.env.values()));
        let called = templates.flat_map(|template| template.services());
        Self {
            repo,
            called: called.map(|service| &service.value).collect(),
            services,
            urls,
        }
    }

    fn production(&self, compose: &Compose) -> Artifact {
        let mut text = header(self.repo, FILE);
        text.push_str("# Run: docker compose up --wait\n");
        text.push_str(
            "# A file `.env` beside this one sets variables of the services, such as those of a language model.\n",
        );
        for (profile, backing) in &compose.profiles {
            let variables = backing.clients.iter().flat_map(|client| &client.env);
            let variables: Vec<String> = variables.map(|(name, value)| format!("{name}={value}")).collect();
            let _ = writeln!(
                text,
                "# With {profile}: COMPOSE_PROFILES={profile} {}",
                variables.join(" ")
            );
        }
        text.push_str("\nservices:\n");
        for (service, port) in &self.services {
            self.service(&mut text, compose, service, *port);
        }
        if let Some(pages) = &self.repo.pages {
            self.pages(&mut text, pages);
        }
        for (name, backing) in &compose.profiles {
            let _ = writeln!(
                text,
                "  {name}:\n    image: {}\n    profiles: [{name}]",
                quoted(&backing.image)
            );
            if let Some(user) = &backing.user {
                let _ = writeln!(text, "    user: {}", quoted(user));
            }
            environment(&mut text, &backing.env);
            if let Some(folder) = &backing.data {
                let _ = writeln!(text, "    volumes: [{}]", quoted(&format!("{name}:{folder}")));
            }
            text.push_str(
                "    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:true\"]\n    restart: unless-stopped\n\n",
            );
        }
        let kept = self
            .services
            .iter()
            .filter(|(service, _)| state_folder(service).is_some());
        let kept = kept.map(|(service, _)| service.package.name.as_str());
        let backing = compose.profiles.iter().filter(|(_, backing)| backing.data.is_some());
        let volumes: Vec<&str> = kept.chain(backing.map(|(name, _)| name.as_str())).collect();
        if !volumes.is_empty() {
            text.push_str("volumes:\n");
            for volume in volumes {
                let _ = writeln!(text, "  {volume}:");
            }
        }
        let secrets = self
            .services
            .iter()
            .flat_map(|(service, _)| secrets::of(self.repo, service));
        let secrets: BTreeSet<&str> = secrets.collect();
        if !secrets.is_empty() {
            text.push_str(
                "# What builds log in to package indexes with: the text of a file in the form of .netrc.\nsecrets:\n",
            );
        }
        for id in secrets {
            let _ = writeln!(text, "  {id}: {{ environment: {} }}", secrets::VARIABLE);
        }
        artifact(FILE, text)
    }

    fn service(&self, text: &mut String, compose: &Compose, service: &Service, port: Option<u16>) {
        let name = &service.package.name;
        self.image(text, service, Flavour::Prod);
        let up = &service.settings.up.env;
        // Where state is kept, the image says.
        let told = up.iter().filter(|(_, template)| !template.is_of_state());
        let told = told.map(|(variable, template)| {
            (
                variable.clone(),
                template.render(&self.surroundings(port.unwrap_or_default())),
            )
        });
        let mut variables: BTreeMap<String, String> = told.collect();
        let clients = compose.profiles.values().flat_map(|backing| &backing.clients);
        for client in clients.filter(|client| client.service.value == *name) {
            let named = client
                .env
                .keys()
                .map(|variable| (variable.clone(), format!("${{{variable}:-}}")));
            variables.extend(named);
        }
        environment(text, &variables);
        text.push_str("    env_file: [{ path: .env, required: false }]\n");
        if let Some(port) = port.filter(|_| self.is_published(name)) {
            let _ = writeln!(text, "    ports: [{}]", quoted(&published(name, port, port)));
        }
        if let Some(folder) = state_folder(service) {
            let _ = writeln!(text, "    volumes: [{}]", quoted(&format!("{name}:{folder}")));
        }
        self.depends_on(
            text,
            up.values()
                .flat_map(|template| template.needed())
                .map(|name| &name.value),
        );
        text.push_str(HARDENED);
        text.push('\n');
    }

    fn pages(&self, text: &mut String, pages: &PagesImage) {
        let registry = self.repo.settings.image_registry.as_deref();
        let image = Flavour::Prod.image(registry, pages.name.as_str());
        image_and_build(
            text,
            &pages.name,
            &image,
            pages.version.as_deref(),
            pages.dockerfile.as_str(),
            &[],
        );
        let env = self.repo.settings.frontend.as_ref().map(|frontend| &frontend.serve.env);
        let told = env
            .into_iter()
            .flatten()
            .filter(|(_, template)| template.services().next().is_some());
        let port = pages.port.unwrap_or(80);
        let told = told.map(|(name, template)| (name.clone(), template.render(&self.surroundings(port))));
        environment(text, &told.collect());
        let frontend = self.repo.settings.frontend.as_ref();
        let open = frontend.map_or(port, |frontend| frontend.port);
        let _ = writeln!(text, "    ports: [{}]", quoted(&published(&pages.name, open, port)));
        let called = env.into_iter().flatten().flat_map(|(_, template)| template.needed());
        self.depends_on(text, called.map(|name| &name.value));
        text.push_str(HARDENED);
        text.push('\n');
    }

    fn development(&self, problems: &mut Vec<Problem>) -> Artifact {
        let mut text = header(self.repo, DEV_FILE);
        text.push_str(&format!("# Run: docker compose -f {FILE} -f {DEV_FILE} up --watch\n"));
        if self.services.iter().any(|(service, _)| service.debug_port().is_some()) {
            text.push_str(
                "# With `DEBUGPY_PORT=PORT` in front of it, every service runs under debugpy, on the port that stands last below.\n",
            );
        }
        text.push_str("\nservices:\n");
        for (service, port) in &self.services {
            self.image(&mut text, service, Flavour::Dev);
            text.push_str("    # Live updates write into it.\n    read_only: false\n");
            let debug_port = service.debug_port();
            if debug_port.is_some() {
                text.push_str("    environment:\n      DEBUGPY_PORT: \"${DEBUGPY_PORT:-}\"\n");
            }
            let name = &service.package.name;
            let moved = port.filter(|_| !self.is_published(name));
            let moved = moved.map(|port| published(name, port, port));
            let debugger = debug_port.map(|inside| format!("127.0.0.1:{}:{inside}", self.debug_port(service, *port)));
            let ports: Vec<String> = moved.into_iter().chain(debugger).map(|port| quoted(&port)).collect();
            if !ports.is_empty() {
                let _ = writeln!(text, "    ports: [{}]", ports.join(", "));
            }
            text.push_str("    develop:\n      watch:\n");
            for source in self.sources(service, problems) {
                let _ = writeln!(
                    text,
                    "        - {{ action: sync, path: {source}, target: /app/{source} }}"
                );
            }
            for file in ["requirements.txt", "requirements-dev.txt"].map(|file| service.package.dir.child(file)) {
                let _ = writeln!(text, "        - {{ action: rebuild, path: {file} }}");
            }
            text.push('\n');
        }
        artifact(DEV_FILE, format!("{}\n", text.trim_end()))
    }

    /// What the development image copies of the service and its libs, as the Tiltfile syncs it.
    fn sources(&self, service: &Service, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
        let packages = std::iter::once(&service.package).chain(self.repo.libs_of(service));
        let read = packages.map(|package| LocalPackage::read(self.repo, package, problems));
        read.filter(|package| !package.is_compiled)
            .flat_map(|package| package.sources)
            .map(|input| input.path)
            .collect()
    }

    fn image(&self, text: &mut String, service: &Service, flavour: Flavour) {
        let package = &service.package;
        let image = flavour.image(self.repo.settings.image_registry.as_deref(), service.image());
        let version = package.version.as_ref().map(|version| version.value.as_str());
        let dockerfile = package.dir.child(dockerfile_name(flavour));
        let secrets = secrets::of(self.repo, service);
        image_and_build(text, &package.name, &image, version, dockerfile.as_str(), &secrets);
    }

    fn surroundings(&self, port: u16) -> Surroundings {
        Surroundings {
            urls: self.urls.clone(),
            state: crate::image::STATE.into(),
            port,
        }
    }

    /// Whether people call it, and no other service does.
    fn is_published(&self, name: &PackageName) -> bool {
        !self.called.contains(name)
    }

    fn depends_on<'n>(&self, text: &mut String, called: impl Iterator<Item = &'n PackageName>) {
        let mut called: Vec<&PackageName> = called.collect();
        called.sort();
        called.dedup();
        if !called.is_empty() {
            text.push_str("    depends_on:\n");
        }
        for name in called {
            // Only what listens has a health check.
            let listens = self.urls.contains_key(name);
            let condition = if listens { "service_healthy" } else { "service_started" };
            let _ = writeln!(text, "      {name}: {{ condition: {condition} }}");
        }
    }

    /// Where a debugger connects on this machine.
    fn debug_port(&self, service: &Service, port: Option<u16>) -> u16 {
        let last = |port: u16| DEBUG_PORTS + port % 100;
        let ports = || self.services.iter().filter_map(|(_, port)| *port);
        let is_alone = |own: &u16| ports().filter(|other| last(*other) == last(*own)).count() == 1;
        let mut names = self.services.iter().map(|(other, _)| &other.package.name);
        let at = names.position(|name| *name == service.package.name);
        let counted = || DEBUG_PORTS + 100 + at.and_then(|at| u16::try_from(at).ok()).unwrap_or_default();
        port.filter(is_alone).map_or_else(counted, last)
    }
}

/// A port of this machine alone. A variable of the name of the service moves it, where another program has it.
fn published(name: &PackageName, here: u16, port: u16) -> String {
    let variable = name.as_str().to_ascii_uppercase().replace('-', "_");
    format!("127.0.0.1:${{{variable}_PORT:-{here}}}:{port}")
}

fn image_and_build(
    text: &mut String,
    name: &PackageName,
    image: &str,
    version: Option<&str>,
    dockerfile: &str,
    secrets: &[&str],
) {
    let tag = version.unwrap_or("latest").replace('+', "-");
    let secrets = match secrets {
        [] => String::new(),
        secrets => format!(", secrets: [{}]", secrets.join(", ")),
    };
    let _ = writeln!(
        text,
        "  {name}:\n    image: {}\n    build: {{ context: ., dockerfile: {dockerfile}{secrets} }}",
        quoted(&format!("{image}:${{VERSION:-{tag}}}"))
    );
}

fn environment(text: &mut String, variables: &BTreeMap<String, String>) {
    if !variables.is_empty() {
        text.push_str("    environment:\n");
    }
    for (name, value) in variables {
        let _ = writeln!(text, "      {name}: {}", quoted(value));
    }
}

fn header(repo: &Repo, file: &str) -> String {
    let manifests = repo
        .services
        .iter()
        .map(|service| service.package.dir.child("pyproject.toml"));
    let sources: Vec<RepoPath> = std::iter::once(repo.settings.home.file()).chain(manifests).collect();
    Header::new(repo.settings.home, &RepoPath::root().child(file), &sources)
        .as_str()
        .to_owned()
}

fn artifact(file: &str, text: String) -> Artifact {
    Artifact {
        path: RepoPath::root().child(file),
        text,
    }
}

/// A text in double quotes, as JSON, which YAML is too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
