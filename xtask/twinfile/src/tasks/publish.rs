//! `build-wheels --publish`: what is built goes to an index, and what is there is written down.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use diagnostics::{Place, Problem};
use formats::PackageName;
use generate::sync::{self, Plan};
use release::{
    dependents,
    history::{self, History},
    index::{Credentials, Index},
    publish::{self, Archive, Publication},
};
use repo::{
    Package, Published, Repo, RepoPath,
    generated::{Change, Kind},
    published,
    suggestion::suggestion,
    toml::quoted,
};
use run::environments::{Interpreter, Tools};
use wheels::Manifest;

#[expect(missing_docs, reason = "clap would show it as what `build-wheels` does")]
#[derive(Debug, clap::Args)]
#[group(id = "publish")]
pub struct Args {
    /// Upload missing files to this index: its name in `lib-index`, or its upload URL
    ///
    /// Refuses a tree with uncommitted changes, a version that the index has with different bytes, and a lib whose own libs are neither
    /// published nor named. After an interruption, run the same command again. The published files are recorded in `published.toml` beside
    /// the manifest of each lib, for `lib-source = "index"`.
    ///
    /// Credentials come from the environment: `UV_PUBLISH_USERNAME` and `UV_PUBLISH_PASSWORD`, or `UV_PUBLISH_TOKEN`; in
    /// GitHub Actions with `id-token: write` and none of them, trusted publishing. An index that asks who reads takes
    /// uv's `UV_INDEX_NAME_USERNAME` and `UV_INDEX_NAME_PASSWORD`; builds of images take `--secret id=lib-index,src=FILE`.
    #[arg(long = "publish", value_name = "INDEX", conflicts_with_all = ["check", "verify"])]
    pub index: Option<String>,

    /// URL of the simple API (PEP 503), if `--publish` is an upload URL
    #[arg(long, value_name = "URL", requires = "index")]
    index_url: Option<String>,

    /// Time limit for all requests to the index together, in seconds
    #[arg(long, value_name = "SECONDS", requires = "index", default_value_t = 1800)]
    pub deadline: u64,

    /// Build the lib that this tag releases (`LIB-vVERSION`); fail if the tree has a different version or commit
    #[arg(long, value_name = "TAG", conflicts_with_all = ["libs", "service"])]
    pub tag: Option<String>,
}

/// What a run found and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What people call the index.
    pub index: String,
    /// The archives of the published libs.
    pub archives: Vec<Archive>,
    /// The records that were written; nothing where the index is not the one of the settings.
    pub recorded: Plan,
    /// Whether the records were written.
    pub is_recorded: bool,
}

/// The lib that a tag releases.
pub fn tagged(repo: &Repo, tag: &str) -> Result<PackageName, Problem> {
    let (name, version) = publish::read_tag(tag)?;
    let Some(lib) = repo.lib(&name) else {
        let known: Vec<&str> = repo.libs.iter().map(|lib| lib.name.as_str()).collect();
        return Err(
            Problem::error(format!("`{tag}` refers to lib `{name}`, which does not exist")).remedy(suggestion(
                "lib",
                name.as_str(),
                &known,
            )),
        );
    };
    let here = dependents::version(lib)?;
    if here != version {
        let place = lib.manifest.version.as_ref().map(|version| version.place.clone());
        return Err(Problem::error(format!(
            "`{tag}` names {version}, but the version of `{name}` here is {here}"
        ))
        .at(place.unwrap_or_else(|| Place::File(lib.dir.to_string())))
        .remedy(format!(
            "set the tag on the commit of `cargo xtask bump {name} {version}`"
        )));
    }
    let history = History::open(&repo.root)?;
    if history.commit_of(tag)?.as_ref() == Some(&history.revision()?) {
        return Ok(name);
    }
    Err(Problem::error(format!("`{tag}` is not the checked-out commit")).remedy(format!("run `git checkout {tag}`")))
}

/// What has to hold before anything is built: the index is known, and the tree is what its commit says.
pub fn prepare(repo: &Repo, args: &Args) -> Result<Option<Index>, Vec<Problem>> {
    let Some(said) = &args.index else { return Ok(None) };
    let mut problems = Vec::new();
    let index = Index::named(said, args.index_url.as_deref(), &repo.settings);
    let index = index.map_err(|problem| problems.push(problem)).ok();
    match refuse_dirty(repo) {
        Ok(dirty) => problems.extend(dirty),
        Err(problem) => problems.push(problem),
    }
    if problems.is_empty() { Ok(index) } else { Err(problems) }
}

/// Publishes the folder that was just built. The caller holds the lock.
pub fn run(
    repo: &Repo,
    index: &Index,
    dir: &Path,
    limit: Duration,
    on_upload: &dyn Fn(&Archive),
) -> Result<Outcome, Vec<Problem>> {
    let one = |problem| vec![problem];
    let pythons = Interpreter::all(repo.settings.base_image()?.python)?;
    let tools = Tools::provide(&repo.root, &repo.settings, &pythons[0])?;
    let manifest = Manifest::read(dir).map_err(one)?;
    let manifest = manifest.ok_or_else(|| vec![Problem::error("nothing was built that could be published")])?;
    let publication = Publication {
        index,
        credentials: &Credentials::of(index),
        python: tools.program("python").map_err(one)?,
        uv: tools.program("uv").map_err(one)?,
        dir,
        on_upload,
        deadline: Instant::now() + limit,
    };
    let archives = publication.run(&manifest)?;
    let is_recorded = index.name.is_some();
    let recorded = if is_recorded {
        record(repo, &archives)?
    } else {
        Plan::default()
    };
    sync::carry_out(&repo.root, &recorded)?;
    Ok(Outcome {
        index: index.shown().to_owned(),
        archives,
        recorded,
        is_recorded,
    })
}

/// Adds to the records what is on the index for sure.
fn record(repo: &Repo, archives: &[Archive]) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut records: BTreeMap<RepoPath, (String, Published)> = BTreeMap::new();
    for archive in archives {
        let Some(lib) = repo.lib(&archive.lib) else { continue };
        let path = lib.dir.child(published::FILE);
        if !records.contains_key(&path) {
            let before = repo.root.source_if_present(&path).map_err(|problem| vec![problem])?;
            let before = before.map(|source| source.text().to_owned()).unwrap_or_default();
            records.insert(
                path.clone(),
                (before, Published::read(&repo.root, &lib.dir, &mut problems)),
            );
        }
        if let Some((_, published)) = records.get_mut(&path) {
            let files = published.0.entry(version(lib, archive)).or_default();
            files.insert(archive.file.clone(), archive.sha256.clone());
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut plan = Plan::default();
    for (path, (before, published)) in records {
        let after = published.render();
        if before != after {
            plan.changes.push(Change {
                path,
                kind: if before.is_empty() { Kind::Create } else { Kind::Update },
                before,
                after,
            });
        }
    }
    Ok(plan)
}

/// As the manifest writes it, which is how images look it up.
fn version(lib: &Package, archive: &Archive) -> String {
    let said = lib.manifest.version.as_ref().map(|version| version.value.clone());
    said.unwrap_or_else(|| archive.version.to_string())
}

/// What is published has to be what a commit says: changes that are not committed, but for our own records, and files of
/// the libs that git does not know.
fn refuse_dirty(repo: &Repo) -> Result<Vec<Problem>, Problem> {
    let mut folders: Vec<&RepoPath> = repo.libs.iter().map(|lib| &lib.dir).collect();
    let records: Vec<RepoPath> = folders.iter().map(|folder| folder.child(published::FILE)).collect();
    folders.push(&repo.settings.tools.value);
    let dirty = History::open(&repo.root)?.dirty()?;
    let counts = |dirty: &history::Dirty| {
        let is_ours = records.contains(&dirty.path);
        !is_ours && (!dirty.is_untracked || folders.iter().any(|folder| dirty.path.is_under(folder)))
    };
    let dirty: Vec<String> = dirty
        .into_iter()
        .filter(counts)
        .map(|dirty| dirty.path.to_string())
        .collect();
    if dirty.is_empty() {
        return Ok(Vec::new());
    }
    let files: Vec<&str> = dirty.iter().map(String::as_str).collect();
    Ok(vec![
        Problem::error("the working tree has uncommitted changes")
            .note(format!("they are in {}", quoted(&files)))
            .note("a release must be a commit, so that it can be built again")
            .remedy("commit or stash them, and run this again"),
    ])
}
