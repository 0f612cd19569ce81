use affected::{Affected, Base, Changes, Touched};
use diagnostics::{Exit, Problem};
use generate::{artifact::dockerfile_name, image::Flavour};
use repo::Root;
use repo::{Repo, RepoPath};

/// List the services and libs that a change can affect, through locks, libs, settings or the tool itself
///
/// The change is the difference between the working tree and the merge base, committed or not. A file counts if it could change a byte of
/// an image (including its test stage) or of a generated file. The frontend counts as a service if its folder has a Dockerfile.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Branch, tag or commit to compare with [default: the default branch]
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// The formats of `affected`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One line each
    Text,
    /// One JSON object
    Json,
    /// `matrix=…` and `any=…`, to append to `$GITHUB_OUTPUT`: one entry per service, with its development and production images
    GithubMatrix,
}

impl Args {
    /// Compared with a revision, in no particular format.
    pub fn since(base: Option<String>) -> Self {
        Self {
            base,
            format: Format::Text,
        }
    }
}

/// What a run found.
#[derive(Debug)]
pub struct Outcome {
    /// What the change is compared with.
    pub base: Base,
    /// How many files have changed.
    pub files: usize,
    /// The affected services.
    pub services: Vec<Service>,
    /// The affected libs.
    pub libs: Vec<Lib>,
    /// How many there are of both.
    pub known: (usize, usize),
}

/// A service that the change can affect, or the pages, which have a production image alone.
#[derive(Debug)]
pub struct Service {
    /// The normalised name.
    pub name: String,
    /// Its folder.
    pub dir: RepoPath,
    /// The changed files through which it is affected.
    pub by: By,
    /// The images that have to be built.
    pub images: Vec<Image>,
}

/// A lib that the change can affect.
#[derive(Debug)]
pub struct Lib {
    /// The normalised name.
    pub name: String,
    /// Its folder.
    pub dir: RepoPath,
    /// The changed files through which it is affected.
    pub by: By,
}

/// Through which of the changed files: the first, and how many more.
#[derive(Debug)]
pub struct By {
    /// The first file.
    pub file: RepoPath,
    /// The number of other files.
    pub others: usize,
}

impl By {
    fn of<T>(touched: &Touched<T>) -> Self {
        Self {
            file: touched.by.clone(),
            others: touched.others,
        }
    }
}

/// An image of an affected service.
#[derive(Debug)]
pub struct Image {
    /// `development` or `production`.
    pub flavour: &'static str,
    /// The Dockerfile.
    pub dockerfile: RepoPath,
    /// What the image is named, without a tag.
    pub name: String,
    /// What builds it in `docker-bake.json`.
    pub target: String,
}

impl Outcome {
    /// The exit code: a repository without services and libs is an error, a change that affects nothing is not.
    pub fn exit(&self) -> Exit {
        match self.known {
            (0, 0) => Exit::Nothing,
            _ => Exit::Clean,
        }
    }
}

/// Compares the tree with the base. Problems are those of the repository and of git.
pub fn run(root: &Root, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let mut problems = Vec::new();
    let repo = Repo::found(root, &mut problems);
    let Some(repo) = repo.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let changes = Changes::since(root, args.base.as_deref())?;
    let affected = Affected::by(&repo, &changes.files, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let registry = repo.settings.image_registry.as_deref();
    let dockerfiles = &affected.dockerfiles;
    let services = affected.services.into_iter().map(|touched| {
        let package = &touched.what.package;
        let known = dockerfiles.get(&package.dir);
        // One file may build both images.
        let file = |flavour: Flavour| {
            let known = known?;
            let (own, other) = match flavour {
                Flavour::Dev => (&known.dev, &known.prod),
                Flavour::Prod => (&known.prod, &known.dev),
            };
            own.clone().or_else(|| other.clone())
        };
        let image = |flavour: Flavour| Image {
            flavour: flavour.name(),
            dockerfile: file(flavour).unwrap_or_else(|| package.dir.child(dockerfile_name(flavour))),
            name: flavour.image(registry, touched.what.image()),
            target: flavour.target(&package.name),
        };
        Service {
            name: package.name.to_string(),
            dir: package.dir.clone(),
            by: By::of(&touched),
            images: [Flavour::Dev, Flavour::Prod].map(image).into(),
        }
    });
    let pages = affected.pages.map(|touched| Service {
        name: touched.what.name.to_string(),
        dir: touched.what.dockerfile.parent(),
        by: By::of(&touched),
        images: vec![Image {
            flavour: Flavour::Prod.name(),
            dockerfile: touched.what.dockerfile.clone(),
            name: Flavour::Prod.image(registry, touched.what.name.as_str()),
            target: Flavour::Prod.target(&touched.what.name),
        }],
    });
    let libs = affected.libs.into_iter().map(|touched| Lib {
        name: touched.what.name.to_string(),
        dir: touched.what.dir.clone(),
        by: By::of(&touched),
    });
    Ok(Outcome {
        base: changes.base,
        files: changes.files.len(),
        services: services.chain(pages).collect(),
        libs: libs.collect(),
        known: (repo.services.len() + usize::from(repo.pages.is_some()), repo.libs.len()),
    })
}
