//! Requirement files that a build makes from a lock.

use super::{By, Groups, Setting, call::Call, pdm, pipenv, project::Project};
use diagnostics::Place;
use formats::shell::Simple;
use repo::{RepoPath, manifest::Manifest};

/// A requirement file as `poetry export`, `uv export` or `pipenv requirements` writes it.
#[derive(Clone, Debug)]
pub struct Export {
    /// The program that writes the file.
    pub by: By,
    /// The groups that it holds.
    pub groups: Groups,
    /// Whether it holds the digests of the archives.
    pub is_hashed: bool,
    /// The lock that it is made from, where that is of the repository.
    pub lock: Option<RepoPath>,
    /// Where the command is written.
    pub place: Place,
}

/// The file that a command makes, and what is in it. `Err` where that cannot be told.
pub fn made_by(command: &Simple, setting: &Setting<'_>) -> Option<Result<(String, Export), &'static str>> {
    let call = Call::read(&command.words)?;
    let export = match call.program {
        "poetry" | "uv" => of_project(&call, setting)?,
        "pipenv" => pipenv::export(&call, setting)?,
        "pdm" => pdm::export(&call, setting)?,
        _ => return None,
    };
    if command.is_conditional {
        return Some(Err("whether it runs depends on a condition"));
    }
    if !call.is_clear {
        return Some(Err("a part of it has no value that can be told from the file"));
    }
    let written = call.value(&["-o", "--output", "--output-file"]);
    let written = written.or(command.output.as_ref().map(|word| word.text.as_str()));
    let written = written.and_then(|written| setting.absolute(written))?;
    Some(Ok((written, export)))
}

/// `poetry export`, `uv export`
fn of_project(call: &Call<'_>, setting: &Setting<'_>) -> Option<Export> {
    let (by, groups) = match (call.program, call.verbs.as_slice()) {
        ("poetry", ["export"]) => (By::Poetry, of_poetry(call)),
        ("uv", ["export"]) => (By::Uv, of_uv(call, setting)),
        (_, _) => return None,
    };
    Some(Export {
        by,
        groups,
        is_hashed: !call.has(&["--without-hashes", "--no-hashes"]),
        lock: Project::of(call, setting).and_then(|project| project.lock),
        place: setting.place.clone(),
    })
}

fn of_poetry(call: &Call<'_>) -> Groups {
    Groups {
        only: call.lists(&["--only"]),
        without: call.lists(&["--without"]),
        with: if call.has(&["--dev"]) {
            vec!["dev".to_owned()]
        } else {
            call.lists(&["--with"])
        },
        defaults: (!call.has(&["--all-groups"])).then(Vec::new),
    }
}

/// uv takes `dev` besides the main group, and no other unless an option says so.
pub fn of_uv(call: &Call<'_>, setting: &Setting<'_>) -> Groups {
    let no_dev = call.has(&["--no-dev"]) || setting.variable("UV_NO_DEV").is_some_and(super::environment::is_on);
    let mut groups = Groups {
        only: call.lists(&["--only-group"]),
        without: call.lists(&["--no-group"]),
        with: call.lists(&["--group"]),
        defaults: Some(if call.has(&["--no-default-groups"]) {
            Vec::new()
        } else {
            default_groups(call, setting).unwrap_or_else(|| vec!["dev".to_owned()])
        }),
    };
    if no_dev {
        groups.without.push("dev".to_owned());
    }
    if call.has(&["--only-dev"]) {
        groups.only.push("dev".to_owned());
    }
    if call.has(&["--all-groups"]) {
        groups.defaults = None;
    }
    groups
}

/// `default-groups` of `[tool.uv]`, where the manifest says them.
fn default_groups(call: &Call<'_>, setting: &Setting<'_>) -> Option<Vec<String>> {
    let path = Project::of(call, setting)?.dir.child("pyproject.toml");
    let source = setting.files.root.source(&path).ok()?;
    // Mostly it says none, and is read elsewhere.
    if !source.text().contains("default-groups") {
        return None;
    }
    let mut ignored = Vec::new();
    let manifest = Manifest::read(&source, &mut ignored)?;
    let groups = manifest.tool("uv")?.get("default-groups")?;
    if groups.is_array() {
        groups
            .strings(&mut ignored)
            .map(|groups| groups.into_iter().map(|group| group.value).collect())
    } else {
        // `"all"`
        Some(manifest.groups.into_keys().collect())
    }
}
