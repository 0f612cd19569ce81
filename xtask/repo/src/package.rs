//! A package of the repository, and which of its files matter to whom.

use super::{
    RepoPath,
    manifest::{Manifest, PIPFILE, package_name},
    version,
};
use crate::Root;
use diagnostics::{Located, Source};
use diagnostics::{Place, Problem};
use formats::PackageName;

/// What build backends take without being told (PEP 639).
const LICENSES: [&str; 4] = ["LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*"];
const SETUPTOOLS: [&str; 3] = ["setup.py", "setup.cfg", "MANIFEST.in"];

/// A folder with a `pyproject.toml` that has a name.
#[derive(Clone, Debug)]
pub struct Package {
    /// The folder that holds the `pyproject.toml`.
    pub dir: RepoPath,
    /// The normalised name.
    pub name: PackageName,
    /// The manifest.
    pub manifest: Manifest,
    /// Folders that belong on `sys.path` when the package is run from source.
    pub import_roots: Vec<RepoPath>,
    /// The same, also where nothing is installed: of a program, the folder that it runs in.
    pub run_roots: Vec<RepoPath>,
    /// The version that a build gives it: of its manifest, or of the file that its backend reads.
    pub version: Option<Located<String>>,
    /// What a PEP 517 build reads: files and folders, `pyproject.toml` first.
    pub build_inputs: Vec<RepoPath>,
    /// Why no wheel can be built from it. It can still be checked.
    pub unbuildable: Vec<Problem>,
    /// A part of it is compiled when its wheel is built: its sources alone cannot be imported.
    pub is_compiled: bool,
    /// No wheel is made of it: it runs where it lies.
    pub is_program: bool,
}

impl Package {
    /// Reads the package in a folder. `None` where the folder holds no `pyproject.toml`, or one without a name.
    pub fn read(root: &Root, dir: &RepoPath, problems: &mut Vec<Problem>) -> Option<Self> {
        let path = dir.child("pyproject.toml");
        let source = read_source(root, &path, problems)?;
        let mut manifest = Manifest::read(&source, problems)?;
        if let Some(pipfile) = pipfile(root, dir, &manifest, problems) {
            manifest.read_pipfile(&pipfile, problems);
        }
        let Some(name) = manifest.name.clone() else {
            let title = manifest.tool("poetry").and_then(|table| table.string("name", problems));
            match title {
                Some(title) => drop(package_name(title, problems)),
                None => problems.push(Problem::error(format!("`{path}` names no package")).at(source.place(0..0))),
            }
            return None;
        };
        inherit(root, dir, &mut manifest);
        Some(Self::of(root, dir, name.value, manifest))
    }

    /// The package in a folder that no settings speak of: with a manifest that may name none, with a Pipfile, with requirement
    /// files alone, or of conda, where the caller knows that it is a service. It is called like its folder then. `None` where
    /// nothing says that there is a package.
    pub fn found(root: &Root, dir: &RepoPath, is_of_conda: bool, problems: &mut Vec<Problem>) -> Option<Self> {
        let path = dir.child("pyproject.toml");
        let is_here = |name: &&str| root.has(&dir.child(name));
        let mut files = [PIPFILE, "requirements.txt", "requirements"].into_iter();
        let is_bare = is_of_conda || files.any(|name| is_here(&name));
        let is_there = root.has(&path);
        let source = if is_there {
            read_source(root, &path, problems)?
        } else if is_bare {
            let mut files = ["requirements.txt", "pixi.toml", "environment.yml", "environment.yaml"].into_iter();
            let file = files.find(is_here).unwrap_or("requirements.txt");
            Source::new(dir.child(file).as_str(), "")
        } else {
            return None;
        };
        let mut manifest = Manifest::read(&source, problems)?;
        if let Some(pipfile) = pipfile(root, dir, &manifest, problems) {
            manifest.read_pipfile(&pipfile, problems);
            if !is_there {
                manifest.source = pipfile;
            }
        }
        let describes = |table: &str| manifest.document.as_table().contains_key(table);
        if !is_bare && !describes("project") && manifest.tool("poetry").is_none() {
            return None;
        }
        let folder = || {
            let root = root.file_name().unwrap_or_default().to_string_lossy();
            let name = if dir.file_name().is_empty() {
                &root
            } else {
                dir.file_name()
            };
            PackageName::parse(name.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        };
        let name = manifest.name.clone().map(|name| name.value).or_else(folder)?;
        // Without a manifest, nothing says how to make a wheel of it: its files run where they lie.
        let is_built = is_there || ["setup.py", "setup.cfg"].iter().any(is_here);
        manifest.contents.is_no_package |= !is_built && manifest.pipfile.is_none();
        inherit(root, dir, &mut manifest);
        Some(Self::of(root, dir, name, manifest))
    }

    fn of(root: &Root, dir: &RepoPath, name: PackageName, manifest: Manifest) -> Self {
        let mut package = Self {
            dir: dir.clone(),
            name,
            is_program: manifest.contents.is_no_package,
            manifest,
            import_roots: Vec::new(),
            run_roots: Vec::new(),
            version: None,
            is_compiled: false,
            build_inputs: vec![dir.child("pyproject.toml")],
            unbuildable: Vec::new(),
        };
        let mut problems = Vec::new();
        package.find_files(root, &mut problems);
        package.unbuildable = problems;
        package.version = package.find_version(root);
        package.run_roots = if package.is_program {
            package.program_roots(root)
        } else {
            package.import_roots.clone()
        };
        package
    }

    /// Whether nothing but requirement files says that there is a package: no lock is of it, and no wheel can be made of it.
    pub fn is_of_requirements(&self) -> bool {
        let file = self.manifest.source.path();
        self.manifest.contents.is_no_package && self.manifest.pipfile.is_none() && !file.ends_with("pyproject.toml")
    }

    /// Whether a PEP 517 build reads this file, or would if it were there: what is found by its name counts also when it is
    /// gone.
    pub fn builds_from(&self, path: &RepoPath) -> bool {
        let is_input = |input: &RepoPath| path == input || path.is_under(input);
        if self.build_inputs.iter().any(is_input) {
            return true;
        }
        if !path.is_under(&self.dir) {
            return false;
        }
        if self.is_program {
            return self.runs_from(path);
        }
        let contents = &self.manifest.contents;
        let is_module = || self.module_candidates().iter().any(|(_, module)| is_input(module));
        if contents.packages.is_empty() && is_module() {
            return true;
        }
        let said = contents.license_files.iter().chain(&contents.include);
        let said = said.map(|file| file.value.as_str());
        let unsaid = LICENSES.into_iter().filter(|_| contents.license_files.is_empty());
        let mut patterns = said.chain(unsaid).filter_map(|text| glob::Pattern::new(text).ok());
        path.parent() == self.dir
            && (SETUPTOOLS.contains(&path.file_name()) || patterns.any(|pattern| pattern.matches(path.file_name())))
    }

    fn find_files(&mut self, root: &Root, problems: &mut Vec<Problem>) {
        let contents = self.manifest.contents.clone();
        if contents.is_no_package {
            return;
        }
        for file in &contents.readmes {
            self.add_named(root, file, problems);
        }
        for file in contents.license_files.iter().chain(&contents.include) {
            if file.value.contains(['*', '?', '[']) {
                self.add_matches(root, &file.value);
            } else {
                self.add_named(root, file, problems);
            }
        }
        if contents.license_files.is_empty() {
            for pattern in LICENSES {
                self.add_matches(root, pattern);
            }
        }
        for file in SETUPTOOLS {
            if root.has_file(&self.dir.child(file)) {
                self.build_inputs.push(self.dir.child(file));
            }
        }
        self.find_modules(root, problems);
        self.is_compiled = self.compiles(root);
        if self.is_compiled {
            let inputs = self.compiler_inputs(root);
            let is_covered = |input: &RepoPath| inputs.iter().any(|folder| input.is_under(folder));
            self.build_inputs.retain(|input| !is_covered(input));
            self.build_inputs.extend(inputs.iter().cloned());
        }
        for file in version::files(&self.manifest) {
            let path = self.dir.join(&file).filter(|path| root.has_file(path));
            let is_new = |path: &RepoPath| !self.build_inputs.iter().any(|input| path.is_under(input));
            self.build_inputs.extend(path.filter(is_new));
        }
        self.build_inputs[1..].sort();
        self.build_inputs.dedup();
        self.import_roots.sort();
        self.import_roots.dedup();
    }

    /// The package's own modules: where `[tool.poetry] packages` says, or in `src/`, or beside the manifest.
    fn find_modules(&mut self, root: &Root, problems: &mut Vec<Problem>) {
        for package in &self.manifest.contents.packages.clone() {
            let from = package.from.as_ref().map_or("", |from| from.value.as_str());
            let Some(home) = self.dir.join(from) else {
                let place = package.from.as_ref().unwrap_or(&package.include).place.clone();
                problems.push(Problem::error(format!("`{from}` leads out of the repository")).at(place));
                continue;
            };
            self.import_roots.push(home.clone());
            let top = package.include.value.split('/').next().unwrap_or_default();
            if top.contains('*') {
                self.build_inputs.push(home);
            } else if root.has(&home.child(top)) {
                self.build_inputs.push(home.child(top));
            } else {
                problems.push(missing(&home.child(top), package.include.place.clone()));
            }
        }
        if !self.manifest.contents.packages.is_empty() {
            return;
        }
        let named = self.named_modules(root);
        if !named.is_empty() {
            for (home, module) in named {
                self.import_roots.push(home);
                self.build_inputs.push(module);
            }
            return;
        }
        for (home, candidate) in self.module_candidates() {
            if root.has(&candidate) {
                self.import_roots.push(home);
                self.build_inputs.push(candidate);
                return;
            }
        }
        if let Some(home) = self.home_of_modules(root) {
            // `src/__init__.py`: the folder is a module itself, as in `uvicorn src.main:app`.
            let is_module = root.has_file(&home.child("__init__.py"));
            self.import_roots
                .push(if is_module { home.parent() } else { home.clone() });
            self.build_inputs.push(home);
            return;
        }
        // All that it has may be compiled.
        if self.compiles(root) {
            return;
        }
        let module = self.name.module();
        let name = self.manifest.name.as_ref().map(|name| name.place.clone());
        problems.push(
            Problem::error(format!("`{}` has no module `{module}`", self.dir))
                .at(name.unwrap_or_else(|| Place::File(self.dir.to_string())))
                .note(format!("looked for `src/{module}`, `{module}` and `{module}.py`"))
                .remedy("name the existing module in the settings of the build backend, as in `packages = [{ include = \"NAME\", from = \"src\" }]` of `[tool.poetry]`"),
        );
    }

    /// Where the package's module is looked for, and the folder to import it from.
    fn module_candidates(&self) -> Vec<(RepoPath, RepoPath)> {
        let module = self.name.module();
        let candidates = self.homes().into_iter().flat_map(|home| {
            let names = [module.clone(), format!("{module}.py")];
            names.map(|name| (home.clone(), home.child(&name)))
        });
        candidates.collect()
    }

    fn add_named(&mut self, root: &Root, file: &Located<String>, problems: &mut Vec<Problem>) {
        match self.dir.join(&file.value) {
            Some(path) if root.has(&path) => self.build_inputs.push(path),
            Some(path) => problems.push(missing(&path, file.place.clone())),
            None => problems
                .push(Problem::error(format!("`{}` leads out of the repository", file.value)).at(file.place.clone())),
        }
    }

    fn add_matches(&mut self, root: &Root, pattern: &str) {
        let Ok(pattern) = glob::Pattern::new(pattern) else {
            return;
        };
        let entries = root.entries(&self.dir).into_iter();
        let matching = entries.filter(|entry| pattern.matches(&entry.name));
        self.build_inputs.extend(matching.map(|entry| entry.path));
    }
}

fn read_source(root: &Root, path: &RepoPath, problems: &mut Vec<Problem>) -> Option<Source> {
    root.source_if_present(path).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    })
}

/// Where the root of a uv workspace says that packages come from holds for its members too.
fn inherit(root: &Root, dir: &RepoPath, manifest: &mut Manifest) {
    let mut above = dir.clone();
    let mut up = String::new();
    while above != RepoPath::root() {
        above = above.parent();
        up.push_str("../");
        let source = root.source_if_present(&above.child("pyproject.toml")).ok().flatten();
        let Some(source) = source.filter(|source| source.text().contains("tool.uv.workspace")) else {
            continue;
        };
        if let Some(above) = Manifest::read(&source, &mut Vec::new()) {
            manifest.inherit_sources(&above, &up);
        }
        return;
    }
}

/// The Pipfile beside a manifest that is not of another manager, with its lock.
fn pipfile(root: &Root, dir: &RepoPath, manifest: &Manifest, problems: &mut Vec<Problem>) -> Option<Source> {
    let source = read_source(root, &dir.child(PIPFILE), problems)?;
    let is_of_another = ["poetry", "uv", "pdm"].iter().any(|tool| {
        let lock = dir.child(&format!("{tool}.lock"));
        manifest.tool(tool).is_some() || root.has(&lock)
    });
    (!is_of_another).then_some(source)
}

fn missing(path: &RepoPath, place: Place) -> Problem {
    Problem::error(format!("`{path}` does not exist"))
        .at(place)
        .note("the manifest puts it into the wheel")
}
