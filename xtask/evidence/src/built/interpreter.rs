//! Which Python an image starts, and where that one looks for modules; told from the files, nothing is run.

use super::{files::Files, system::System};
use crate::config::Config;
use formats::absolute;

/// The Python of a built image. What it imports is asked of the view on it, [`super::Built::python`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// As it is found on the path of programs.
    pub executable: String,
    /// The implementation, such as `cpython`.
    pub implementation: &'static str,
    /// As exactly as the files tell: `3.13.5`, or `3.13`.
    pub version: String,
    /// The virtual environment, or where Python itself is installed.
    pub prefix: String,
    /// Whether it is a virtual environment.
    pub is_environment: bool,
    /// The folders that modules are imported from, in order, but for the standard library.
    pub path: Vec<String>,
    /// The folders of the standard library.
    pub standard: Vec<String>,
    /// Whether an environment also sees the packages of the Python that it was made from.
    pub sees_system: bool,
    /// The folder that an environment names as that of its Python.
    pub home: Option<String>,
    /// The `.pth` files of its packages.
    pub path_files: Vec<PathFile>,
}

/// A `.pth` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathFile {
    /// The absolute path in the image.
    pub path: String,
    /// The folders it names, as seen from its own.
    pub folders: Vec<String>,
    /// Lines that are run when Python starts.
    pub code: Vec<String>,
}

impl Interpreter {
    /// `None` where no program of that name is.
    pub fn find(files: &Files, config: &Config, system: &System) -> Option<Self> {
        let executable = executable(files, config)?;
        let real = files.resolve(&executable)?;
        let (bin, _) = executable.rsplit_once('/')?;
        let prefix = bin.rsplit_once('/').map_or("", |(prefix, _)| prefix).to_owned();
        let settings = files.text(&format!("{prefix}/pyvenv.cfg"));
        let implementation = if real.contains("pypy") { "PyPy" } else { "CPython" };
        let minor = minor_in(&real).or_else(|| settings.and_then(version_of).as_deref().and_then(minor_in));
        let minor = minor.or_else(|| minor_beside(files, &prefix)).unwrap_or_default();
        let version = version(files, system, &real, settings, &minor);
        let mut sites = Vec::new();
        let home = config.variable("HOME");
        let home = home.or_else(|| config.is_root().then_some("/root"));
        let sees_system = settings.is_none_or(|text| setting(text, "include-system-site-packages") == Some("true"));
        if let Some(home) = home.filter(|_| sees_system) {
            sites.extend(site_folders(&format!("{home}/.local"), &minor));
        }
        sites.extend(site_folders(&prefix, &minor));
        if sees_system {
            let own = parent(&parent(&real));
            let base = settings.and_then(|text| setting(text, "home")).map(parent);
            for prefix in [Some(own), base].into_iter().flatten() {
                sites.extend(site_folders(&prefix, &minor));
            }
        }
        let home = settings.and_then(|text| setting(text, "home"));
        let prefixes = [Some(parent(&parent(&real))), home.map(parent)];
        let mut standard: Vec<String> = prefixes
            .into_iter()
            .flatten()
            .filter_map(|prefix| files.resolve(&format!("{prefix}/lib/python{minor}")))
            .filter(|folder| files.is_file(&format!("{folder}/os.py")))
            .collect();
        standard.dedup();
        let mut found = Self {
            sees_system: settings.is_some() && sees_system,
            home: home.map(str::to_owned),
            standard,
            executable,
            implementation,
            version,
            is_environment: settings.is_some(),
            prefix,
            path: Vec::new(),
            path_files: Vec::new(),
        };
        // Servers, and `python -m`, look into the folder they are started in first.
        found.add(files, config.folder());
        if let Some(path) = config.variable("PYTHONPATH") {
            for entry in path.split(':') {
                found.add(files, &absolute(config.folder(), entry));
            }
        }
        for site in sites {
            found.add_site(files, &site);
        }
        Some(found)
    }

    /// Major and minor version, as `3.13`.
    pub fn minor(&self) -> Option<String> {
        minor_in(&self.version)
    }

    /// What its compiled modules and its bytecode have in their names: `cpython-313`.
    pub fn tag(&self) -> Option<String> {
        let numbers = self.minor()?.replace('.', "");
        (self.implementation == "CPython").then(|| format!("cpython-{numbers}"))
    }

    /// The version that the settings of its environment name, as `3.13`.
    pub fn settings_minor(&self, files: &Files) -> Option<String> {
        let settings = files.text(&format!("{}/pyvenv.cfg", self.prefix))?;
        minor_in(&version_of(settings)?)
    }

    fn add(&mut self, files: &Files, folder: &str) {
        let folder = folder.trim_end_matches('/').to_owned();
        if files.exists(&folder) && !self.path.contains(&folder) {
            self.path.push(folder);
        }
    }

    fn add_site(&mut self, files: &Files, site: &str) {
        // `lib64` is, as a rule, a link to `lib`.
        let real = files.resolve(site);
        if real.is_none() || self.path.iter().any(|folder| files.resolve(folder) == real) {
            return;
        }
        self.path.push(site.to_owned());
        for name in files.names(site) {
            // Python leaves hidden ones aside.
            if !name.ends_with(".pth") || name.starts_with('.') {
                continue;
            }
            let path = format!("{site}/{name}");
            let Some(text) = files.text(&path) else { continue };
            let lines = text.lines().map(str::trim_end);
            let lines = lines.filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
            let (code, folders): (Vec<&str>, Vec<&str>) =
                lines.partition(|line| line.starts_with("import ") || line.starts_with("import\t"));
            let folders: Vec<String> = folders.into_iter().map(|line| absolute(site, line)).collect();
            for folder in &folders {
                self.add(files, folder);
            }
            self.path_files.push(PathFile {
                path,
                folders,
                code: code.into_iter().map(String::from).collect(),
            });
        }
    }
}

/// In the environment of the program that the image starts, where it names one by its path; else on the path.
fn executable(files: &Files, config: &Config) -> Option<String> {
    let words = config.entrypoint.iter().chain(&config.command);
    let started = words.filter_map(|words| words.value.first());
    let beside = started
        .filter(|program| program.starts_with('/'))
        .map(|program| parent(program))
        .find(|folder| files.is_file(&format!("{}/pyvenv.cfg", parent(folder))));
    let launched = launched(files, config);
    let folders = beside.iter().chain(&launched).map(String::as_str).chain(config.path());
    let names = ["python", "python3", "pypy3"];
    let mut candidates =
        folders.flat_map(|folder| names.map(|name| format!("{}/{name}", folder.trim_end_matches('/'))));
    candidates.find(|path| files.is_file(path))
}

/// `poetry run`, and its like, start what is in an environment of their own choice.
fn launched(files: &Files, config: &Config) -> Option<String> {
    let words = config
        .entrypoint
        .iter()
        .chain(&config.command)
        .flat_map(|words| &words.value)
        .flat_map(|word| word.split_whitespace());
    let mut names = words.map(|word| word.rsplit('/').next().unwrap_or_default());
    if !names.any(|name| matches!(name, "poetry" | "uv" | "pipenv")) {
        return None;
    }
    let local = absolute(config.folder(), ".venv");
    if files.is_file(&format!("{local}/pyvenv.cfg")) {
        return Some(format!("{local}/bin"));
    }
    let mut settings = files
        .paths()
        .filter(|path| path.ends_with("/pyvenv.cfg") && path.contains("/virtualenvs/"));
    settings.next().map(|path| format!("{}/bin", parent(path)))
}

fn version(files: &Files, system: &System, real: &str, settings: Option<&str>, minor: &str) -> String {
    let header = format!("{}/include/python{minor}/patchlevel.h", parent(&parent(real)));
    let in_header = files.text(&header).and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("#define PY_VERSION "))?;
        Some(line.split('"').nth(1)?.trim_end_matches('+').to_owned())
    });
    let of_debian = || {
        let package = system.packages.get(&format!("python{minor}-minimal"));
        let version = &package.filter(|_| real.starts_with("/usr/bin/"))?.version;
        Some(version.split(['-', '+', '~']).next().unwrap_or_default().to_owned())
    };
    in_header
        .or_else(of_debian)
        // The settings may be those of another Python.
        .or_else(|| {
            let told = settings.and_then(version_of);
            told.filter(|told| minor.is_empty() || minor_in(told).as_deref() == Some(minor))
        })
        .unwrap_or_else(|| minor.to_owned())
}

/// What `pyvenv.cfg` says: uv and virtualenv write one key, venv the other.
fn version_of(settings: &str) -> Option<String> {
    let version = setting(settings, "version_info").or_else(|| setting(settings, "version"))?;
    let numbers: Vec<&str> = version.split('.').take(3).collect();
    Some(numbers.join("."))
}

fn setting<'a>(settings: &'a str, key: &str) -> Option<&'a str> {
    let mut lines = settings.lines().filter_map(|line| line.split_once('='));
    lines
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim())
}

/// `3.13` of `/usr/bin/python3.13` and of `3.13.5`.
fn minor_in(text: &str) -> Option<String> {
    let name = text
        .rsplit('/')
        .next()?
        .trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut numbers = name.split('.').map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        &part[..end]
    });
    let (major, minor) = (numbers.next()?, numbers.next()?);
    (!major.is_empty() && !minor.is_empty()).then(|| format!("{major}.{minor}"))
}

/// Of what is beside it: `python3.13`, as a program or as a folder.
fn minor_beside(files: &Files, prefix: &str) -> Option<String> {
    let names = ["bin", "lib"].map(|folder| files.names(&format!("{prefix}/{folder}")));
    let mut names = names.iter().flatten().filter(|name| name.starts_with("py"));
    names.find_map(|name| minor_in(name))
}

fn site_folders(prefix: &str, minor: &str) -> Vec<String> {
    vec![
        format!("{prefix}/lib/python{minor}/site-packages"),
        format!("{prefix}/lib64/python{minor}/site-packages"),
        format!("{prefix}/lib/pypy{minor}/site-packages"),
        format!("{prefix}/lib/python{minor}/dist-packages"),
        format!("{prefix}/lib/python3/dist-packages"),
    ]
}

fn parent(path: &str) -> String {
    path.trim_end_matches('/')
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .to_owned()
}
