//! A service that is not a package: no wheel is made of it, and both images run its files where they lie.

use super::{Package, Repo, RepoPath, Root, dockerfiles, lock, manifest::PIPFILE};
use lock::Manager;

/// Folders beside a manifest that hold something else than the program.
const ELSEWHERE: [&str; 12] = [
    "__pycache__",
    "build",
    "dist",
    "doc",
    "docs",
    "htmlcov",
    "node_modules",
    "requirements",
    "site-packages",
    "test",
    "tests",
    "venv",
];

/// Files beside a manifest that configure tools.
const OF_TOOLS: [&str; 28] = [
    "Cargo.toml",
    "Jenkinsfile",
    "Justfile",
    "Makefile",
    "Procfile",
    "Taskfile.yml",
    "Tiltfile",
    "_typos.toml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "codecov.yml",
    "conftest.py",
    "justfile",
    "mise.toml",
    "mkdocs.yml",
    "mypy.ini",
    "noxfile.py",
    "pyproject.toml",
    "pyrightconfig.json",
    "pytest.ini",
    "renovate.json",
    "ruff.toml",
    "setup.cfg",
    "setup.py",
    "skaffold.yaml",
    "tox.ini",
    "uv.toml",
    PIPFILE,
];

/// How the names of other files begin that no program reads.
const ABOUT: [&str; 11] = [
    "AUTHORS",
    "CHANGELOG",
    "CODE_OF_CONDUCT",
    "CONTRIBUTING",
    "COPYING",
    "LICENCE",
    "LICENSE",
    "NOTICE",
    "README",
    "SECURITY",
    "requirements",
];

/// What says that a folder is something of its own.
const MANIFESTS: [&str; 5] = ["Cargo.toml", "Chart.yaml", "go.mod", "package.json", "pyproject.toml"];

impl Package {
    /// As a service: uv installs no project without a `[build-system]`, unless its manifest asks for it.
    pub(crate) fn run_as_service(&mut self, root: &Root) {
        let is_asked_for = self.manifest.tool("uv").is_some_and(|uv| uv.get("package").is_some());
        if self.manifest.build.is_some() || is_asked_for || self.is_program {
            return;
        }
        if lock::manager(root, self) == Manager::Uv {
            self.is_program = true;
            self.unbuildable.clear();
            self.run_roots = self.program_roots(root);
        }
    }

    /// The folders that the modules of a program are imported from.
    pub(crate) fn program_roots(&self, root: &Root) -> Vec<RepoPath> {
        let packages = self.manifest.contents.packages.iter();
        let homes = packages.filter_map(|package| {
            let from = package.from.as_ref().map_or("", |from| from.value.as_str());
            self.dir.join(from)
        });
        let mut roots: Vec<RepoPath> = homes.collect();
        if roots.is_empty() {
            let source = self.dir.child("src");
            let is_home = root.has_folder(&source) && !root.has_file(&source.child("__init__.py"));
            let is_flat = !is_home || root.entries(&self.dir).iter().any(|entry| is_module(&entry.name));
            roots.extend(is_flat.then(|| self.dir.clone()));
            roots.extend(is_home.then_some(source));
        }
        roots.sort();
        roots.dedup();
        roots
    }

    /// What both images hold of a program: all that lies beside its manifest, but for tests, documents, what configures tools,
    /// what git ignores, and folders with a manifest of their own.
    pub fn program_files(&self, repo: &Repo) -> Vec<RepoPath> {
        let tests = self.test_folders();
        let entries = repo.root.entries(&self.dir).into_iter();
        let is_taken = |path: &RepoPath| {
            let is_folder = repo.root.has_folder(path);
            let inside = if is_folder { repo.tree().under(path) } else { &[] };
            let is_own = inside.iter().any(|file| MANIFESTS.contains(&file.file_name()));
            let is_empty = is_folder && !inside.iter().any(|file| !repo.ignored().holds(file.as_str()));
            self.runs_from(path)
                && !tests.contains(path)
                && !is_own
                && !is_empty
                && !repo.ignored().holds(path.as_str())
        };
        entries.map(|entry| entry.path).filter(is_taken).collect()
    }

    /// Whether a file or a folder is a part of the program, by its name.
    pub fn runs_from(&self, path: &RepoPath) -> bool {
        let inside = path.relative_to(&self.dir).unwrap_or_default();
        let (first, is_beside) = match inside.split_once('/') {
            Some((first, _)) => (first, false),
            None => (inside, true),
        };
        if first.is_empty() || first.starts_with('.') || ELSEWHERE.contains(&first) {
            return false;
        }
        let is_lock = Manager::of_lock(first).is_some();
        // Generated ones among them: an image that held `docker-bake.json` would be out of date once that exists.
        let builds_or_runs_images = ["compose", "docker-compose", "docker-bake"]
            .iter()
            .any(|name| first.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
        let is_about = ABOUT.iter().any(|name| first.starts_with(name)) && !first.ends_with(".py");
        let is_of_docker = dockerfiles::is_dockerfile(first) || first.ends_with(".dockerignore");
        !(is_beside && (is_lock || builds_or_runs_images || is_about || is_of_docker || OF_TOOLS.contains(&first)))
    }

    /// The folders in which pytest looks for tests, or `tests`.
    pub fn test_folders(&self) -> Vec<RepoPath> {
        let dir = &self.dir;
        // What has the wrong type is pytest's to report.
        let mut ignored = Vec::new();
        let pytest = self
            .manifest
            .tool("pytest")
            .and_then(|table| table.table("ini_options", &mut ignored));
        let said = pytest.and_then(|table| table.get("testpaths"));
        let said = said
            .filter(|node| node.is_array())
            .and_then(|node| node.strings(&mut ignored));
        let named = said
            .unwrap_or_default()
            .into_iter()
            .filter_map(|path| dir.join(&path.value));
        let mut folders: Vec<RepoPath> = named.filter(|path| path.is_under(dir)).collect();
        if folders.is_empty() {
            folders.push(dir.child("tests"));
        }
        folders.sort();
        folders.dedup();
        folders
    }
}

fn is_module(name: &str) -> bool {
    name.ends_with(".py") && !OF_TOOLS.contains(&name)
}
