use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::{LockState, Subject};
use formats::{
    PackageName,
    requirements::{Entry, RequirementFile},
};
use python::constraint::{Dialect, VersionSet};
use repo::{
    RepoPath, Root,
    manifest::{DependencySource, Manifest},
};

pub const RULE: Rule = Rule {
    id: "compiled-requirements-stale",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "a requirement file lacks a package that the file names from which it is compiled, or pins a version that this or the manifest beside it does not allow",
    why: "the images install the compiled file, and so not what was asked for",
    example: "sentry-sdk in requirements.in, and not in requirements.txt; redis>=5,<6 in pyproject.toml, redis==6.0 in requirements.txt",
    fix: "compile it again: `pip-compile requirements.in`, or `uv pip compile requirements.in --output-file requirements.txt`",
    check: Check::Service(check),
};

/// What the programs that compile write into the first lines.
const COMPILERS: [&str; 2] = ["pip-compile", "uv pip compile"];
/// Of the file; the command is among them.
const HEADER: usize = 12;
/// What pip-compile leaves out unless it is told otherwise.
const LEFT_OUT: [&str; 3] = ["distribute", "pip", "setuptools"];

/// What a file asks for, of which another one is compiled.
struct Asked<'a> {
    name: &'a PackageName,
    /// The versions, as written and as read. `None` where any will do.
    range: Option<(&'a str, VersionSet)>,
    place: &'a Place,
}

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let root = &subject.repo.root;
    let installs = subject.images().flat_map(|image| &image.installs);
    let files = installs.flat_map(|install| &install.what.files);
    let paths: BTreeSet<&RepoPath> = files.filter_map(|file| file.path.as_ref()).collect();
    // With a lock, the pins are those of the lock, and whether that fits the manifest is another rule.
    let is_locked = !matches!(subject.lock, LockState::Missing | LockState::Unneeded);
    let package = &subject.service.package;
    let mut found = Vec::new();
    for path in paths {
        let Some(compiled) = subject.requirements.get(path) else {
            continue;
        };
        let header = Header::of(root, path);
        for input in header.iter().flat_map(|header| header.inputs(root, path)) {
            let Ok(source) = root.source(&input) else { continue };
            let asked = RequirementFile::read(&source);
            let asked = asked.entries.iter().filter_map(of_entry);
            found.extend(asked.filter_map(|asked| differs(&asked, compiled, path, header.as_ref())));
        }
        let of_manifest = header.as_ref().is_none_or(Header::is_of_manifest);
        if of_manifest && !is_locked && path.parent() == package.dir {
            // A lib of the repository comes by its path, whatever the range says.
            let asked = of_dependencies(&package.manifest).filter(|asked| !subject.libs.contains_key(asked.name));
            found.extend(asked.filter_map(|asked| differs(&asked, compiled, path, header.as_ref())));
        }
    }
    found
}

/// The first lines of a requirement file, where they say that it is compiled, and by which command.
struct Header(Vec<String>);

impl Header {
    fn of(root: &Root, path: &RepoPath) -> Option<Self> {
        let source = root.source(path).ok()?;
        let header = source.text().lines().take(HEADER);
        let header: Vec<&str> = header.take_while(|line| line.starts_with('#')).collect();
        let is_one = header
            .iter()
            .any(|line| COMPILERS.iter().any(|name| line.contains(name)));
        let words = header.iter().flat_map(|line| line.split_whitespace());
        is_one.then(|| Self(words.map(str::to_owned).collect()))
    }

    /// The files of requirements that it names.
    fn inputs(&self, root: &Root, path: &RepoPath) -> Vec<RepoPath> {
        // The command was run in the root, or where the file lies.
        let folders = [RepoPath::root(), path.parent()];
        let named = self.0.iter();
        let named = named.filter(|word| word.ends_with(".in") && !word.starts_with('-'));
        let named = named.filter_map(|word| {
            let mut candidates = folders.iter().filter_map(|folder| folder.join(word));
            candidates.find(|candidate| root.has_file(candidate))
        });
        named.collect()
    }

    /// Whether it is of what the package itself needs, and not only of one of its groups.
    fn is_of_manifest(&self) -> bool {
        let names_it = |word: &String| word.rsplit('/').next() == Some("pyproject.toml");
        self.0.iter().any(names_it) && !self.0.iter().any(|word| word.starts_with("--only-"))
    }

    /// Whether the command leaves a package out on purpose.
    fn leaves_out(&self, name: &PackageName) -> bool {
        let is_it = |word: &String| {
            let said = word.rsplit('=').next().unwrap_or_default();
            PackageName::parse(said).is_some_and(|said| said == *name)
        };
        let options = ["--no-emit-package", "--unsafe-package"];
        let mut pairs = self.0.iter().zip(self.0.iter().skip(1).chain([&self.0[0]]));
        let is_option = |word: &String| options.iter().any(|option| word.starts_with(option));
        LEFT_OUT.contains(&name.as_str())
            || pairs.any(|(option, value)| is_option(option) && (is_it(option) || is_it(value)))
    }
}

/// What a file of requirements asks for. A marker may be true nowhere.
fn of_entry(entry: &Entry) -> Option<Asked<'_>> {
    if entry.marker.is_some() || entry.address.is_some() {
        return None;
    }
    let text = entry.version.as_deref().or(entry.range.as_deref());
    let set = text.and_then(|text| match &entry.version {
        Some(version) => VersionSet::parse(&format!("=={version}"), Dialect::Pep440).ok(),
        None => VersionSet::parse(text, Dialect::Pep440).ok(),
    });
    Some(Asked {
        name: &entry.name.value,
        range: text.zip(set),
        place: &entry.name.place,
    })
}

/// What a manifest asks for, wherever its package runs.
fn of_dependencies(manifest: &Manifest) -> impl Iterator<Item = Asked<'_>> {
    let everywhere = manifest.main.iter().filter(|dependency| {
        let is_plain =
            matches!(dependency.source, DependencySource::Index(_)) && dependency.name.value.as_str() != "python";
        let is_chosen = dependency.optional || dependency.extra.is_some();
        let is_for_some = dependency.marker.is_some() || dependency.python.is_some() || dependency.platform.is_some();
        is_plain && !is_chosen && !is_for_some
    });
    everywhere.map(|dependency| {
        let constraint = dependency.constraint.as_ref();
        let range = constraint.and_then(|constraint| {
            let set = VersionSet::parse(&constraint.text.value, constraint.dialect).ok()?;
            Some((constraint.text.value.as_str(), set))
        });
        Asked {
            name: &dependency.name.value,
            range,
            place: &dependency.name.place,
        }
    })
}

fn differs(asked: &Asked<'_>, compiled: &RequirementFile, path: &RepoPath, header: Option<&Header>) -> Option<Problem> {
    let name = asked.name;
    let pins = compiled.entries.iter().filter(|pin| pin.name.value == *name);
    let pins: Vec<&Entry> = pins.collect();
    let (message, remedy) = match (pins.first(), &asked.range, header) {
        (None, _, Some(header)) if !header.leaves_out(name) => (
            format!("`{path}` lacks `{name}`, which the file asks for that it is compiled from"),
            None,
        ),
        (Some(pin), Some((text, set)), header) if pins.iter().all(|pin| is_outside(pin, set)) => {
            let version = pin.version.as_deref().unwrap_or_default();
            match header {
                Some(_) => (
                    format!("`{path}` pins `{name}` {version}, but the file that it is compiled from asks for {text}"),
                    None,
                ),
                None => (
                    format!("`{path}` pins `{name}` {version}, but the manifest beside it asks for {text}"),
                    Some(format!(
                        "pin a version of `{name}` that the manifest allows, or change the manifest"
                    )),
                ),
            }
        }
        (Some(_), _, _) | (None, _, _) => return None,
    };
    let place = pins.first().map(|pin| pin.name.place.clone());
    let place = place.unwrap_or_else(|| Place::File(path.to_string()));
    let label = if header.is_some() { "compiled" } else { "pinned" };
    let problem = Problem::error(message).at(asked.place.clone()).at(place.label(label));
    Some(match remedy {
        Some(remedy) => problem.remedy(remedy),
        None => problem,
    })
}

/// Whether a pin is surely a version that the set does not have. What a builder adds behind `+` is not compared.
fn is_outside(pin: &Entry, allowed: &VersionSet) -> bool {
    let version = pin.version.as_deref().and_then(|version| version.split('+').next());
    version.is_some_and(|version| version.parse().is_ok_and(|version| !allowed.contains(&version)))
}
