//! Which Dockerfiles a service has, and for which flavour: told from where they lie and what they are called.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::Source;
use formats::dockerfile::{Arguments, Dockerfile, Keyword};

use super::{
    Package, Repo, RepoPath, Root, found,
    root::{Entry, Kind},
};

/// The Dockerfiles of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// The one for development.
    pub dev: Option<RepoPath>,
    /// The one for production.
    pub prod: Option<RepoPath>,
}

/// What names say about a file's purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Development,
    Production,
    /// `Dockerfile` and nothing else.
    Plain,
}

/// A Dockerfile, and what its path says beside the purpose: `nginx`, `test`. Two files of one service say the same.
type Told<'a> = (&'a RepoPath, Purpose, Vec<String>);

/// Words in names of files and stages that mean development.
pub const DEVELOPMENT: [&str; 6] = ["dev", "devel", "develop", "development", "local", "debug"];
/// Words in names of files and stages that mean production.
pub const PRODUCTION: [&str; 5] = ["prod", "production", "prd", "release", "live"];
/// Folders in which Dockerfiles are kept, apart from the sources.
pub const HOMES: [&str; 9] = [
    "docker",
    ".docker",
    "dockerfiles",
    "deploy",
    "deployment",
    "build",
    "container",
    "containers",
    "images",
];

/// Images in which something is checked, and that nobody releases.
const CHECKING: [&str; 8] = ["test", "tests", "testing", "ci", "e2e", "lint", "docs", "benchmark"];

/// What is done with an image, and says nothing of it: `build_and_push.Dockerfile`.
const MAKING: [&str; 5] = ["and", "image", "push", "publish", "main"];

/// The Dockerfiles of each service, by its folder. The whole repository is searched only where some lie elsewhere.
pub fn of_services(repo: &Repo) -> BTreeMap<RepoPath, Pair> {
    let root = &repo.root;
    let packages: Vec<&Package> = repo.services.iter().map(|service| &service.package).collect();
    let beside = packages.iter().flat_map(|package| beside(root, package)).collect();
    let beside = assign(root, &packages, &beside);
    if beside.len() == packages.len() {
        return beside;
    }
    let all = found::ours(repo.tree()).filter(|path| is_dockerfile(path.file_name()));
    assign(root, &packages, &all.cloned().collect())
}

/// The Dockerfiles of the repository that install Python packages, whosever they are.
pub fn of_python(repo: &Repo) -> Vec<RepoPath> {
    let all = found::ours(repo.tree()).filter(|path| is_dockerfile(path.file_name()));
    all.filter(|path| speaks_of_python(&repo.root, path)).cloned().collect()
}

/// The Dockerfiles in the folder of a package.
fn beside(root: &Root, package: &Package) -> Vec<RepoPath> {
    let entries = root.entries(&package.dir).into_iter();
    // A folder may well be called `dockerfile`, but not like the file that is there by default.
    let is_meant = |entry: &Entry| entry.name.starts_with("Dockerfile") || root.kind(&entry.path) != Some(Kind::Folder);
    let dockerfiles = entries.filter(|entry| is_dockerfile(&entry.name) && is_meant(entry));
    dockerfiles.map(|entry| entry.path).collect()
}

/// Whether a file has the name of a Dockerfile.
pub fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let others = ["ignore", ".j2", ".tmpl", ".template", ".md", ".orig", ".bak", "~"];
    let mut words = lower.split(['.', '-', '_']);
    let (first, last) = (words.next(), words.next_back());
    let stem = |word: Option<&str>| matches!(word, Some("dockerfile" | "containerfile"));
    (stem(first) || stem(last)) && !others.iter().any(|end| lower.ends_with(end))
}

/// The Dockerfiles of each package, by its folder. Packages without any are left out.
pub fn assign(root: &Root, packages: &[&Package], files: &BTreeSet<RepoPath>) -> BTreeMap<RepoPath, Pair> {
    let by_dir: BTreeMap<&RepoPath, &Package> = packages.iter().map(|package| (&package.dir, *package)).collect();
    let mut of_packages: BTreeMap<RepoPath, Vec<Told<'_>>> = BTreeMap::new();
    for path in files {
        // Beside a manifest, as nearly always; only otherwise every package has to be asked.
        let here = by_dir
            .get(&path.parent())
            .filter(|package| package.dir != RepoPath::root());
        let by_content = || of_copies(root, path, packages, files);
        let Some(package) = here.copied().or_else(by_content).or_else(|| owner(path, packages)) else {
            continue;
        };
        let of_package = of_packages.entry(package.dir.clone()).or_default();
        let (purpose, besides) = purpose(path, package);
        of_package.push((path, purpose, besides));
    }
    let pairs = of_packages.into_iter().map(|(dir, files)| (dir, choose(root, &files)));
    pairs.filter(|(_, pair)| *pair != Pair::default()).collect()
}

/// The pair whose paths say nothing besides; else the first that is one of a kind: `local/django`, `production/django`; else
/// what there is, where one alone installs Python packages.
fn choose(root: &Root, files: &[Told<'_>]) -> Pair {
    let plain = pair(files, &[]);
    if plain != Pair::default() {
        return plain;
    }
    let mut pairs = files.iter().map(|(_, _, besides)| pair(files, besides));
    let whole = pairs.find(|pair| pair.dev.is_some() && pair.prod.is_some());
    whole.unwrap_or_else(|| {
        let is_released = |besides: &[String]| !besides.iter().any(|word| CHECKING.contains(&word.as_str()));
        let mut kinds = files
            .iter()
            .filter(|(path, _, besides)| is_released(besides) && speaks_of_python(root, path));
        match (kinds.next(), kinds.next()) {
            (Some((.., besides)), None) => pair(files, besides),
            (_, _) => Pair::default(),
        }
    })
}

fn speaks_of_python(root: &Root, path: &RepoPath) -> bool {
    let text = root.text(path).unwrap_or_default();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| matches!(word, "pip" | "pip3" | "poetry" | "uv" | "pipenv" | "pdm"))
}

fn pair(files: &[Told<'_>], besides: &[String]) -> Pair {
    let first = |wanted: Purpose| {
        let mut of_purpose = files
            .iter()
            .filter(|(_, purpose, said)| *purpose == wanted && said == besides);
        of_purpose.next().map(|(path, ..)| (*path).clone())
    };
    let plain = first(Purpose::Plain);
    match (first(Purpose::Development), first(Purpose::Production)) {
        // `Dockerfile` beside `Dockerfile.prod` is for development; beside `Dockerfile.dev`, for production.
        (None, Some(prod)) => Pair {
            dev: plain,
            prod: Some(prod),
        },
        (dev, prod) => Pair {
            dev,
            prod: prod.or(plain),
        },
    }
}

/// The package whose folder it lies in, or whose name is in its path; or the only one that there is.
fn owner<'a>(path: &RepoPath, packages: &[&'a Package]) -> Option<&'a Package> {
    let beside = |package: &&&Package| {
        let parts = path
            .relative_to(&package.dir)
            .map(|rest| rest.split('/').collect::<Vec<_>>());
        match parts.as_deref() {
            Some([_]) => true,
            Some([home, .., _]) => HOMES.contains(home),
            Some([]) | None => false,
        }
    };
    let named = |package: &&&Package| {
        let names = names(package);
        words(path).iter().any(|word| names.contains(word))
    };
    let deepest = |found: Vec<&&'a Package>| {
        found
            .into_iter()
            .max_by_key(|package| package.dir.as_str().len())
            .copied()
    };
    // The root is nobody's folder as long as a name tells whose file it is.
    let own = packages
        .iter()
        .filter(beside)
        .filter(|package| package.dir != RepoPath::root());
    deepest(own.collect())
        .or_else(|| deepest(packages.iter().filter(named).collect()))
        .or_else(|| deepest(packages.iter().filter(beside).collect()))
        .or(match packages {
            [only] => Some(only),
            _ => None,
        })
}

/// Of a Dockerfile in the root: the package of which all is that it copies, the manifest included. A service may lie in a folder of
/// the project that it serves.
fn of_copies<'a>(
    root: &Root,
    path: &RepoPath,
    packages: &[&'a Package],
    files: &BTreeSet<RepoPath>,
) -> Option<&'a Package> {
    if path.parent() != RepoPath::root() {
        return None;
    }
    let text = root.text(path)?;
    let source = Source::new(path.as_str(), text);
    let dockerfile = Dockerfile::read(&source, &mut Vec::new());
    let statements = dockerfile.stages.iter().flat_map(|stage| &stage.statements);
    let copies = statements.filter(|statement| matches!(statement.keyword, Keyword::Copy | Keyword::Add));
    let mut copied = BTreeSet::new();
    for copy in copies.filter(|copy| copy.flag("from").next().is_none()) {
        let Arguments::Words(words) = &copy.arguments else {
            return None;
        };
        let (_, sources) = words.split_last()?;
        // What comes from the web is nobody's.
        let sources = sources.iter().filter(|word| !word.value.contains("://"));
        copied.extend(
            sources
                .map(|word| RepoPath::parse(&word.value))
                .collect::<Option<Vec<_>>>()?,
        );
    }
    let has_its_own = |package: &Package| files.iter().any(|file| file.parent() == package.dir);
    let mut below = packages.iter().filter(|package| !has_its_own(package));
    let found = below.find(|package| copied.contains(&package.dir.child("pyproject.toml")))?;
    copied.iter().all(|path| path.is_under(&found.dir)).then_some(*found)
}

/// What the words of its path say, those apart that name the package.
fn purpose(path: &RepoPath, package: &Package) -> (Purpose, Vec<String>) {
    let names = names(package);
    let of_folder: BTreeSet<&str> = package.dir.as_str().split('/').collect();
    let (mut purpose, mut besides) = (Purpose::Plain, Vec::new());
    let lower = path.as_str().to_ascii_lowercase();
    let parts = lower.split('/').filter(|part| !of_folder.contains(part));
    let words = parts
        .flat_map(|part| part.split('.'))
        .filter(|word| !names.iter().any(|name| name == word))
        .filter(|word| is_purpose(word) || !of_folder.contains(word));
    for word in words.flat_map(|word| word.split(['-', '_'])) {
        match word {
            word if DEVELOPMENT.contains(&word) => purpose = Purpose::Development,
            word if PRODUCTION.contains(&word) => purpose = Purpose::Production,
            "dockerfile" | "containerfile" | "" => {}
            word if HOMES.contains(&word) || MAKING.contains(&word) || names.iter().any(|name| name == word) => {}
            word => besides.push(word.to_owned()),
        }
    }
    (purpose, besides)
}

fn is_purpose(word: &str) -> bool {
    DEVELOPMENT.contains(&word) || PRODUCTION.contains(&word)
}

/// The parts of a path, as they may name a service.
fn words(path: &RepoPath) -> Vec<String> {
    let lower = path.as_str().to_ascii_lowercase();
    let mut words = Vec::new();
    for part in lower.split(['/', '.']) {
        words.push(part.to_owned());
        words.extend(part.split(['-', '_']).map(String::from));
    }
    words
}

/// What a service is called in paths: its folder, and its distribution.
fn names(package: &Package) -> [String; 3] {
    [
        package.dir.file_name().to_ascii_lowercase(),
        package.name.to_string(),
        package.name.module(),
    ]
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "folders of the tests")]
mod tests {
    use super::*;

    fn assigned(folders: &[&str], files: &[&str]) -> Vec<(String, String, String)> {
        let path = |text: &&str| RepoPath::parse(text).unwrap();
        let root = tempfile::tempdir().unwrap();
        let package = |dir: &&str| {
            std::fs::create_dir_all(root.path().join(dir)).unwrap();
            std::fs::File::create(root.path().join(dir).join("requirements.txt")).unwrap();
            Package::found(&Root::new(root.path()), &path(dir), false, &mut Vec::new()).unwrap()
        };
        let packages: Vec<Package> = folders.iter().map(package).collect();
        let text = |path: Option<RepoPath>| path.map_or(String::new(), |path| path.to_string());
        let pairs = assign(
            &Root::new(root.path()),
            &packages.iter().collect::<Vec<_>>(),
            &files.iter().map(path).collect(),
        );
        let rows = pairs
            .into_iter()
            .map(|(dir, pair)| (dir.to_string(), text(pair.dev), text(pair.prod)));
        rows.collect()
    }

    #[test]
    fn names_tell_the_flavour() {
        for (files, dev, prod) in [
            (["a/Dockerfile", "a/Dockerfile.dev"], "a/Dockerfile.dev", "a/Dockerfile"),
            (
                ["a/Dockerfile", "a/Dockerfile.prod"],
                "a/Dockerfile",
                "a/Dockerfile.prod",
            ),
            (
                ["a/docker/local.Dockerfile", "a/docker/production.Dockerfile"],
                "a/docker/local.Dockerfile",
                "a/docker/production.Dockerfile",
            ),
            (["a/Dockerfile", "a/Dockerfile.test"], "", "a/Dockerfile"),
            (
                ["docker/a/Dockerfile", "docker/a/dev/Dockerfile"],
                "docker/a/dev/Dockerfile",
                "docker/a/Dockerfile",
            ),
            (
                ["a/docker/build_and_push.Dockerfile", "a/docker/dev.Dockerfile"],
                "a/docker/dev.Dockerfile",
                "a/docker/build_and_push.Dockerfile",
            ),
            (["Dockerfile.a", "Dockerfile.a-dev"], "Dockerfile.a-dev", "Dockerfile.a"),
            (
                ["compose/local/a/Dockerfile", "compose/production/a/Dockerfile"],
                "compose/local/a/Dockerfile",
                "compose/production/a/Dockerfile",
            ),
        ] {
            let found = assigned(&["a", "b"], &files);
            assert_eq!(found, [("a".to_owned(), dev.to_owned(), prod.to_owned())], "{files:?}");
        }
    }

    #[test]
    fn a_file_at_the_root_is_of_the_only_package() {
        let found = assigned(&["backend"], &["Dockerfile", "docker/Dockerfile.dev"]);
        assert_eq!(
            found,
            [("backend".into(), "docker/Dockerfile.dev".into(), "Dockerfile".into())]
        );
        assert_eq!(assigned(&["a", "b"], &["Dockerfile"]), []);
    }

    #[test]
    fn a_file_may_be_named_after_the_folder_above() {
        let found = assigned(&["backend/app"], &["backend/backend.dockerfile"]);
        assert_eq!(
            found,
            [("backend/app".into(), String::new(), "backend/backend.dockerfile".into())]
        );
    }

    #[test]
    fn what_is_no_dockerfile_is_left_alone() {
        for name in [
            "Dockerfile.dockerignore",
            "Dockerfile.j2",
            "dockerfiles",
            "Dockerfile.md",
        ] {
            assert!(!is_dockerfile(name), "{name}");
        }
        for name in [
            "Dockerfile",
            "Dockerfile.dev",
            "api.Dockerfile",
            "Containerfile",
            "dev.dockerfile",
            "Dockerfile-prod",
        ] {
            assert!(is_dockerfile(name), "{name}");
        }
    }
}
