//! From a command line to what is installed.

use super::{
    By, Destination, Groups, Install, Own, PoetrySettings,
    call::Call,
    environment::{self, Environments, is_on},
    export,
    operands::{add_file, is_path, local, locals_of},
    pdm, pipenv, poetry,
    project::Project,
    unfollowed,
};
use crate::image::files::Files;
use diagnostics::Place;
use formats::{
    PackageName, absolute,
    shell::{Simple, Variables},
};
use repo::lock::Target;

/// Why an install of a project cannot be followed.
pub const NO_PROJECT: &str = "its folder has no pyproject.toml of the repository";

/// Where a command runs.
pub struct Setting<'a> {
    pub files: &'a Files<'a>,
    pub variables: &'a Variables,
    pub environments: &'a Environments,
    /// Folders that `mkdir` made.
    pub folders: &'a [String],
    pub poetry: &'a PoetrySettings,
    pub place: Place,
}

impl<'a> Setting<'a> {
    pub fn variable(&self, name: &str) -> Option<&'a str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// `None` where the folder that the command runs in is not known.
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(absolute("/", path));
        }
        if let Some(rest) = path.strip_prefix("~/") {
            return Some(absolute(&self.home(), rest));
        }
        self.variable("PWD").map(|folder| absolute(folder, path))
    }

    pub fn home(&self) -> String {
        self.variable("HOME").unwrap_or("/root").to_owned()
    }
}

/// `None` where the command installs no Python package. `Err` where it does, and what cannot be told.
pub fn read(command: &Simple, setting: &Setting<'_>) -> Option<Result<Install, &'static str>> {
    let call = Call::read(&command.words)?;
    if let Some(why) = unfollowed::why(command, &call) {
        return Some(Err(why));
    }
    let by = match (call.program, call.verbs.as_slice()) {
        ("pip", ["install" | "wheel" | "download"]) | ("uv", ["pip", "install" | "sync"]) | ("pip-sync", []) => By::Pip,
        ("pipx", ["install" | "inject"]) | ("uv", ["tool", "install"]) => By::Pip,
        ("poetry", ["install" | "sync"]) => By::Poetry,
        ("poetry", ["lock" | "update" | "add" | "remove"] | ["self", "add" | "update"]) => By::Resolver,
        ("uv", ["lock" | "add" | "remove"] | ["pip", "compile"]) | ("pip-compile", []) => By::Resolver,
        ("uv", ["sync"]) if call.has(&["--frozen", "--locked"]) => By::Uv,
        ("uv", ["sync"]) => {
            if ["UV_FROZEN", "UV_LOCKED"]
                .iter()
                .any(|name| setting.variable(name).is_some_and(is_on))
            {
                By::Uv
            } else {
                By::Resolver
            }
        }
        ("poetry" | "uv" | "pipenv" | "pdm", ["run"]) => return within(command, &call, setting),
        ("pipenv", ["install" | "sync"]) => pipenv::by(&call, setting),
        ("pipenv", ["lock"]) if call.has(&["-r", "--requirements"]) => return None,
        ("pipenv", ["lock" | "update" | "upgrade" | "uninstall"]) => By::Resolver,
        ("pdm", ["install" | "sync"]) => By::Pdm,
        ("pdm", ["lock"]) if call.has(&["--check"]) => return None,
        ("pdm", ["lock" | "update" | "add" | "remove"] | ["self", "add" | "update"]) => By::Resolver,
        (_, _) => return None,
    };
    if command.is_conditional {
        return Some(Err("whether it runs depends on a condition"));
    }
    if !call.is_clear {
        return Some(Err("a part of it has no value that can be told from the file"));
    }
    let mut install = Install::new(by, setting);
    let mode = call.value(&["--link-mode"]);
    let mode = mode.or_else(|| setting.variable("UV_LINK_MODE"));
    if call.program == "uv" && mode == Some("symlink") {
        install.links_to = Some(environment::cache(&call, setting));
    }
    Some(match (call.program, by) {
        ("poetry", By::Poetry) => install.with_poetry(&call, setting),
        ("uv", By::Uv) => install.with_uv(&call, setting),
        ("pipenv", By::Pipenv) => pipenv::install(install, &call, setting),
        ("pdm", By::Pdm) => pdm::install(install, &call, setting),
        // It locks again where the manifest has changed, and installs the same groups into the same environment.
        ("uv", By::Resolver) if call.verbs == ["sync"] => {
            let plain = install.clone();
            Ok(install.with_uv(&call, setting).unwrap_or(plain))
        }
        (_, By::Resolver) => Ok(install.with_choice(&call, setting)),
        (_, By::Pip | By::Poetry | By::Uv | By::Pipenv | By::Pdm) => Ok(install.with_pip(&call, setting)),
    })
}

/// Whether a command, if it runs, installs versions that no lock and no file says.
pub fn resolves(command: &Simple, setting: &Setting<'_>) -> bool {
    let certain = Simple {
        is_conditional: false,
        ..command.clone()
    };
    match read(&certain, setting) {
        Some(Ok(install)) => match install.by {
            By::Resolver => true,
            By::Pip => install.files.is_empty(),
            By::Poetry | By::Uv | By::Pipenv | By::Pdm => false,
        },
        Some(Err(_)) | None => false,
    }
}

/// `poetry run pip install …`: in the environment of the project.
fn within(command: &Simple, call: &Call<'_>, setting: &Setting<'_>) -> Option<Result<Install, &'static str>> {
    let at = command.words.iter().position(|word| word.text == "run")?;
    let inner = Simple {
        words: command.words.get(at + 1..)?.to_vec(),
        ..command.clone()
    };
    let mut install = read(&inner, setting)?;
    if let (Ok(install), "poetry" | "pipenv" | "pdm") = (&mut install, call.program) {
        let folder = setting.variable("PWD").unwrap_or("/");
        install.prefix = environment_of(call, folder, setting).unwrap_or_else(|| install.prefix.clone());
    }
    Some(install)
}

/// The environment of the project in a folder, for a manager that has one.
fn environment_of(call: &Call<'_>, folder: &str, setting: &Setting<'_>) -> Option<String> {
    match call.program {
        "poetry" => Some(poetry::environment(folder, setting)),
        "uv" => Some(environment::of_uv(call, folder, setting)),
        "pipenv" if call.has(&["--system"]) => Some(environment::on_path(setting)),
        "pipenv" => Some(pipenv::environment(folder, setting)),
        "pdm" => Some(pdm::environment(folder, setting)),
        _ => None,
    }
}

/// The packages that `pip uninstall` takes out, and of which environment.
pub fn uninstalled(command: &Simple, setting: &Setting<'_>) -> Option<(String, Vec<PackageName>)> {
    let call = Call::read(&command.words)?;
    let prefix = match (call.program, call.verbs.as_slice()) {
        ("pip", ["uninstall"]) => environment::of_pip(&call, setting),
        ("uv", ["pip", "uninstall"]) => environment::of_uv_pip(&call, setting),
        ("pipx", ["uninstall"]) => environment::of_tool(&call, setting),
        (_, _) => return None,
    };
    let names = call.operands.iter().filter_map(|name| PackageName::parse(name));
    (!command.is_conditional).then(|| (prefix, names.collect()))
}

impl Install {
    /// An install by this program into the Python of the system, before its arguments are read.
    pub fn new(by: By, setting: &Setting<'_>) -> Self {
        Self {
            by,
            files: Vec::new(),
            constraints: Vec::new(),
            packages: Vec::new(),
            local: Vec::new(),
            is_hashed: false,
            is_offline: false,
            is_alone: false,
            is_eager: false,
            groups: Groups::default(),
            into: Destination::Environment,
            folder: None,
            own: Own::LeftOut,
            prefix: environment::SYSTEM.to_owned(),
            wheels: Vec::new(),
            when_stale: None,
            lock: None,
            project: None,
            installs_project: false,
            is_without_directories: false,
            is_without_members: false,
            is_without_editables: false,
            is_exact: false,
            target: None,
            folders: None,
            managed: None,
            links_to: None,
            is_link_lost: false,
            is_locked: false,
            left_out: Vec::new(),
            from_sources: Vec::new(),
            for_python: None,
            for_platform: None,
            removed: Vec::new(),
            falls_back: None,
            place: setting.place.clone(),
        }
    }

    /// What chooses versions installs them too, mostly.
    fn with_choice(mut self, call: &Call<'_>, setting: &Setting<'_>) -> Self {
        let is_of_project = !matches!(call.verbs.as_slice(), ["self" | "pip", _]);
        let project = Project::of(call, setting).filter(|_| is_of_project);
        if let Some(prefix) = project.and_then(|project| environment_of(call, &project.folder, setting)) {
            self.prefix = prefix;
        }
        self
    }

    fn with_poetry(mut self, call: &Call<'_>, setting: &Setting<'_>) -> Result<Self, &'static str> {
        let Some(Project { folder, dir, lock }) = Project::of(call, setting) else {
            return Err(NO_PROJECT);
        };
        self.groups = Groups {
            only: call.lists(&["--only"]),
            without: call.lists(&["--without"]),
            with: call.lists(&["--with"]),
            defaults: None,
        };
        if call.has(&["--no-dev"]) {
            self.groups.without.push("dev".to_owned());
        }
        if call.has(&["--only-root"]) {
            self.groups.only.push(String::new());
        }
        self.prefix = poetry::environment(&folder, setting);
        self.is_exact = call.verbs == ["sync"] || call.has(&["--sync", "--remove-untracked"]);
        self.installs_project = !call.has(&["--no-root"]);
        self.is_without_directories = call.has(&["--no-directory"]);
        self.own = if self.installs_project {
            Own::Editable
        } else {
            Own::LeftOut
        };
        self.folder = Some(folder);
        self.target = Some(Target::Project(dir.clone()));
        self.project = Some(dir);
        self.lock = lock;
        Ok(self)
    }

    fn with_uv(mut self, call: &Call<'_>, setting: &Setting<'_>) -> Result<Self, &'static str> {
        let Some(Project { folder, dir, lock }) = Project::of(call, setting) else {
            return Err(NO_PROJECT);
        };
        self.is_exact = !call.has(&["--inexact"]) && !setting.variable("UV_INEXACT").is_some_and(is_on);
        self.groups = export::of_uv(call, setting);
        self.prefix = environment::of_uv(call, &folder, setting);
        let says = |option: &str, variable: &str| call.has(&[option]) || setting.variable(variable).is_some_and(is_on);
        self.is_without_directories = says("--no-install-local", "UV_NO_INSTALL_LOCAL");
        self.is_without_members = says("--no-install-workspace", "UV_NO_INSTALL_WORKSPACE");
        self.is_without_editables = says("--no-editable", "UV_NO_EDITABLE");
        let names = call.values(&["--no-install-package"]);
        self.left_out = names.filter_map(PackageName::parse).collect();
        let is_left_out = says("--no-install-project", "UV_NO_INSTALL_PROJECT")
            || self.is_without_directories
            || self.is_without_members
            || self.is_without_editables;
        self.installs_project = !is_left_out && self.groups.only.is_empty();
        let is_absent = says("--no-install-project", "UV_NO_INSTALL_PROJECT")
            || self.is_without_directories
            || self.is_without_members
            || !self.groups.only.is_empty();
        self.own = match (is_absent, self.is_without_editables) {
            (true, _) => Own::LeftOut,
            (false, true) => Own::Copied,
            (false, false) => Own::Editable,
        };
        self.folder = Some(folder);
        let named: Vec<PackageName> = call.values(&["--package"]).filter_map(PackageName::parse).collect();
        self.target = Some(if call.has(&["--all-packages"]) {
            Target::All
        } else if named.is_empty() {
            Target::Project(dir.clone())
        } else {
            Target::Named(named)
        });
        self.managed = environment::managed(call, setting);
        self.is_locked = says("--locked", "UV_LOCKED") && !says("--frozen", "UV_FROZEN");
        self.project = Some(dir);
        self.lock = lock;
        Ok(self)
    }

    fn with_pip(mut self, call: &Call<'_>, setting: &Setting<'_>) -> Self {
        self.prefix = match (call.program, call.verbs.as_slice()) {
            ("pipx", _) | ("uv", ["tool", _]) => environment::of_tool(call, setting),
            ("uv", _) => environment::of_uv_pip(call, setting),
            (_, _) => environment::of_pip(call, setting),
        };
        self.into = match (call.program, call.verbs.as_slice()) {
            ("pipx", _) | ("uv", ["tool", _]) => Destination::Elsewhere,
            (_, ["wheel" | "download"]) => Destination::Wheels,
            (_, _) if call.has(&["-t", "--target"]) => Destination::Folder,
            (_, _) if setting.variable("PIP_TARGET").is_some() && call.program == "pip" => Destination::Folder,
            (_, _) => Destination::Environment,
        };
        let on = |names: &[&str]| names.iter().any(|name| setting.variable(name).is_some_and(is_on));
        self.is_hashed = call.has(&["--require-hashes"]) || on(&["PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES"]);
        self.is_exact = call.program == "pip-sync" || call.verbs == ["pip", "sync"];
        self.is_offline = call.has(&["--no-index"]) || on(&["PIP_NO_INDEX", "UV_NO_INDEX"]);
        self.is_alone =
            call.has(&["--no-deps"]) || on(&["PIP_NO_DEPS", "UV_NO_DEPS"]) || call.verbs.last() == Some(&"sync");
        let is_upgrade = call.has(&["-U", "--upgrade"]);
        self.is_eager = is_upgrade && (call.program == "uv" || call.value(&["--upgrade-strategy"]) == Some("eager"));
        self.from_sources = call.lists(&["--no-binary"]);
        if call.program == "pip" {
            let names = setting.variable("PIP_NO_BINARY").unwrap_or_default();
            let names = names.split(',').filter(|name| !name.is_empty());
            self.from_sources.extend(names.map(str::to_owned));
        } else if setting.variable("UV_NO_BINARY").is_some_and(is_on) {
            self.from_sources.push(":all:".to_owned());
        } else if call.program == "uv" {
            let names = setting.variable("UV_NO_BINARY_PACKAGE").unwrap_or_default();
            self.from_sources.extend(names.split_whitespace().map(str::to_owned));
        }
        // `pip download` fetches for others, which is what it is for.
        self.for_python = call.value(&["--python-version"]).map(str::to_owned);
        self.for_platform = call.value(&["--platform", "--python-platform"]).map(str::to_owned);
        let links = call
            .values(&["-f", "--find-links"])
            .chain(setting.variable("PIP_FIND_LINKS"));
        let links = links.filter_map(|folder| setting.absolute(folder));
        self.wheels.extend(links.map(|folder| format!("{folder}/*.whl")));
        for file in call.values(&["-r", "--requirement", "--requirements"]) {
            // uv takes what a manifest declares, and chooses the versions. pip reads no manifest.
            if call.program == "uv" && is_manifest(file) {
                self.by = By::Resolver;
                continue;
            }
            add_file(&mut self.files, file, setting.absolute(file), setting);
        }
        let constraints = call
            .values(&["-c", "--constraint", "--constraints"])
            .chain(setting.variable("PIP_CONSTRAINT"));
        for file in constraints {
            add_file(&mut self.constraints, file, setting.absolute(file), setting);
        }
        for file in self.files.clone() {
            let folder = file
                .at
                .as_deref()
                .and_then(|at| at.rsplit_once('/'))
                .map_or("/", |(folder, _)| folder);
            for said in &file.constraints {
                let at = Some(absolute(folder, &said.value));
                add_file(&mut self.constraints, &said.value, at, setting);
            }
        }
        self.local.extend(locals_of(&self.files, setting));
        for path in call.values(&["-e", "--editable"]) {
            // With extras behind it, a folder looks like a name.
            let is_plain = !is_path(path) && !path.contains("://");
            let written = if is_plain { format!("./{path}") } else { path.to_owned() };
            self.packages.push(written);
            self.local.extend(local(path, true, setting));
        }
        // `pipx inject` names the environment first.
        let skipped = usize::from(call.verbs == ["inject"]);
        for word in call.operands.iter().skip(skipped) {
            // `uv pip sync` and `pip-sync` take files, of whatever name, where `install` takes names.
            if self.is_exact || word.ends_with(".txt") {
                add_file(&mut self.files, word, setting.absolute(word), setting);
                continue;
            }
            if word.contains('*') || word.ends_with(".whl") {
                self.wheels.extend(setting.absolute(word));
            } else if is_path(word) {
                self.local.extend(local(word, false, setting));
            }
            self.packages.push((*word).to_owned());
        }
        self
    }
}

fn is_manifest(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or_default();
    ["pyproject.toml", "setup.cfg", "setup.py"].contains(&name)
}
