use super::by_hand;
use diagnostics::Problem;
use generate::artifact::FILE_NAMES;
use repo::{Package, Repo, RepoPath, Service, dockerfiles::Pair, lock, lock::Manager, manifest::PIPFILE, published};

/// The crate that draws the files, wherever it is embedded.
const GENERATOR: &str = "xtask";

/// All that the images and the generated files of one service are made of.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    shared: Shared,
    service: &'a Service,
    libs: Vec<&'a Package>,
    /// Of a uv workspace, where that is not the folder of the service itself.
    workspace: Option<RepoPath>,
    /// What its test stage copies besides the manifest.
    tests: Vec<RepoPath>,
    /// What Dockerfiles that somebody wrote copy and mount.
    by_hand: Vec<RepoPath>,
}

/// What the images of all services are made of.
#[derive(Clone, Debug)]
pub struct Shared {
    settings: RepoPath,
    tools: RepoPath,
}

impl<'a> Inputs<'a> {
    /// Of a Dockerfile that somebody wrote, all counts that it copies, and the whole folders of the service and its libs.
    pub fn of_service(repo: &'a Repo, service: &'a Service, known: &Pair, problems: &mut Vec<Problem>) -> Self {
        Self {
            shared: Shared::of(repo),
            service,
            libs: repo.libs_of(service).collect(),
            workspace: Some(lock::path(&repo.root, &service.package).parent())
                .filter(|dir| *dir != service.package.dir),
            tests: service.package.test_folders(),
            by_hand: by_hand::inputs(repo, service, known, problems),
        }
    }

    /// Whether a file, there or gone, belongs to them.
    pub fn hold(&self, path: &RepoPath) -> bool {
        if self.shared.hold(path) || self.is_of_service(path) {
            return true;
        }
        let is_of_lib = |lib: &&Package| lib.builds_from(path) || *path == lib.dir.child(published::FILE);
        let is_copied = |copied: &RepoPath| path == copied || path.is_under(copied);
        self.libs.iter().any(is_of_lib) || self.by_hand.iter().any(is_copied) || self.rewrites(path)
    }

    fn is_of_service(&self, path: &RepoPath) -> bool {
        let package = &self.service.package;
        let is_test = || self.tests.iter().any(|tests| path == tests || path.is_under(tests));
        let is_beside = |name: &str| *path == package.dir.child(name);
        // The manifest beside the lock says which indexes and sources all members use.
        let of_workspace = ["pyproject.toml", Manager::Uv.file()];
        let is_of_workspace = |workspace: &RepoPath| of_workspace.iter().any(|name| *path == workspace.child(name));
        package.builds_from(path)
            || (path.parent() == package.dir && Manager::of_lock(path.file_name()).is_some())
            || self.workspace.as_ref().is_some_and(is_of_workspace)
            || is_beside(PIPFILE)
            || FILE_NAMES.iter().any(|name| is_beside(name))
            || (!self.service.settings.test_groups.is_empty() && is_test())
    }

    /// Which line ends git writes below a folder: another byte in every file there.
    fn rewrites(&self, path: &RepoPath) -> bool {
        let home = path.parent();
        let packages = std::iter::once(&self.service.package).chain(self.libs.iter().copied());
        let mut dirs = packages.map(|package| &package.dir);
        path.file_name() == ".gitattributes"
            && dirs.any(|dir| *dir == home || home.is_under(dir) || dir.is_under(&home))
    }
}

/// Whether a file below the folder of the tool can change what it draws: manifests and sources of its crates, not their tests.
fn is_of_generator(path: &str) -> bool {
    let mut folders: Vec<&str> = path.split('/').collect();
    let name = folders.pop().unwrap_or_default();
    let is_of_a_test = folders.iter().any(|folder| ["tests", "benches"].contains(folder));
    !is_of_a_test && (folders.contains(&"src") || ["Cargo.toml", "build.rs"].contains(&name))
}

impl Shared {
    /// Reads where the tools of the image build are kept out of the settings.
    pub fn of(repo: &Repo) -> Self {
        Self {
            settings: repo.settings.home.file(),
            tools: repo.settings.tools.value.clone(),
        }
    }

    /// The settings, the locked build tools, and the program that draws the files with all that it is built from.
    pub fn hold(&self, path: &RepoPath) -> bool {
        let locks = Manager::ALL.map(Manager::file);
        let of_tools = ["pyproject.toml", "requirements.txt"].into_iter().chain(locks);
        let of_root = [
            "Cargo.toml",
            "Cargo.lock",
            ".dockerignore",
            "rust-toolchain",
            "rust-toolchain.toml",
        ];
        let generator = RepoPath::root().child(GENERATOR);
        path.is_under(&RepoPath::root().child(".cargo"))
            || of_root.contains(&path.as_str())
            || *path == self.settings
            || path.relative_to(&generator).is_some_and(is_of_generator)
            || of_tools.into_iter().any(|name| *path == self.tools.child(name))
    }
}
