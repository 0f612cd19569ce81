//! Which file stands at a path of an image, and where it comes from.

use std::cell::Cell;

use super::{
    context::{Context, Origin},
    install::Export,
    stage::State,
};
use diagnostics::Place;
use repo::RepoPath;
use repo::Root;

/// A path of the context, and where it is put.
#[derive(Clone, Debug)]
pub struct Copied {
    /// What is copied.
    pub source: Origin,
    /// Absolute.
    pub destination: String,
    /// `--chmod`, where it is a number.
    pub mode: Option<u32>,
    /// `--chown`, without the group.
    pub owner: Option<String>,
    /// `--exclude`.
    pub excluded: Vec<String>,
    /// The build context.
    pub context: Context,
    /// The virtual environments of the stage that it is copied into, made before or after.
    pub environments: Vec<String>,
    /// Where copies between stages bring it, or parts of it: the path in its stage, and the one in the image. Empty where its
    /// stage is part of the image, and where it is left behind.
    pub carried: Vec<(String, String)>,
    /// Where the copy is written.
    pub place: Place,
}

impl Copied {
    /// Whether a path of the repository comes with it: below what is copied, and neither ignored nor excluded.
    pub fn holds(&self, path: &RepoPath) -> bool {
        let Some(source) = &self.source.path else { return false };
        let below = if path == source {
            Some("")
        } else {
            path.relative_to(source)
        };
        below.is_some_and(|below| !self.excludes(below)) && self.context.sends(path)
    }

    /// As `holds`, of a folder or anything in it.
    pub fn holds_any(&self, folder: &RepoPath) -> bool {
        let relative = match self.context.dir.as_str() {
            "" => Some(folder.as_str()),
            _ => folder.relative_to(&self.context.dir),
        };
        let is_out = relative.is_none_or(|relative| self.context.ignore.excludes_all(relative).is_some());
        let below = self.source.path.as_ref().and_then(|source| folder.relative_to(source));
        let is_excluded = below.is_some_and(|below| self.excludes(below));
        self.source.path.is_some() && !is_out && !is_excluded
    }

    /// The path of the repository that is meant, whether or not something stands there and reaches the builder.
    pub fn meant(&self) -> Option<RepoPath> {
        self.context.dir.join(&self.source.written)
    }

    /// Whether the build ends here, because what is named is ignored or absent: rules of their own say that. `poetry.lock*` says
    /// that it may be absent.
    pub fn is_unmet(&self) -> bool {
        self.source.path.is_none() && !self.source.written.contains(['*', '?', '[', '$'])
    }

    /// Whether it is copied to a path of the image, or to a folder above it.
    pub fn is_for(&self, path: &str) -> bool {
        let below = path.strip_prefix(self.destination.trim_end_matches('/'));
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    }

    /// The line of the ignore file that keeps out what would come with it otherwise.
    pub fn ignored(&self, path: &RepoPath) -> Option<&Place> {
        let source = self.context.dir.join(&self.source.written)?;
        let is_named = source == *path || path.is_under(&source) || self.source.written.contains('*');
        let relative = match self.context.dir.as_str() {
            "" => path.as_str(),
            _ => path.relative_to(&self.context.dir)?,
        };
        self.context.ignore.excludes(relative).filter(|_| is_named)
    }

    fn excludes(&self, below: &str) -> bool {
        let ends = || below.match_indices('/').map(|(at, _)| at).chain([below.len()]);
        self.excluded.iter().any(|pattern| {
            let pattern = glob::Pattern::new(pattern.trim_matches('/'));
            pattern.is_ok_and(|pattern| ends().any(|end| pattern.matches(&below[..end])))
        })
    }

    /// Where something at or below its destination is in the image: what of it comes there, by its path below, and where.
    pub fn stands(&self, path: &str) -> Vec<(String, String)> {
        if self.carried.is_empty() {
            return vec![(String::new(), path.to_owned())];
        }
        let below = |path: &str, folder: &str| {
            let rest = path.strip_prefix(folder)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        };
        let carried = self.carried.iter().filter_map(|(from, to)| match below(path, from) {
            Some(rest) => Some((String::new(), format!("{to}{rest}"))),
            None => Some((below(from, path)?.trim_start_matches('/').to_owned(), to.clone())),
        });
        carried.collect()
    }

    /// What of it comes where: the path in the repository, where that is known, and the one in the image.
    pub fn places(&self) -> Vec<(Option<RepoPath>, String)> {
        let stands = self.stands(self.destination.trim_end_matches('/')).into_iter();
        let places = stands.map(|(part, path)| {
            let source = self.source.path.as_ref();
            let source = source.and_then(|source| {
                if part.is_empty() {
                    Some(source.clone())
                } else {
                    source.join(&part)
                }
            });
            (source, path)
        });
        places.collect()
    }

    /// Where a path of the repository that comes with it is in the image.
    pub fn in_image(&self, path: &RepoPath) -> Vec<String> {
        let stands = self.seen_as(path).map(|there| self.stands(&there)).unwrap_or_default();
        stands
            .into_iter()
            .filter(|(part, _)| part.is_empty())
            .map(|(_, path)| path)
            .collect()
    }

    /// Where a path of the repository that comes with it is in its stage.
    fn seen_as(&self, path: &RepoPath) -> Option<String> {
        let source = self.source.path.as_ref()?;
        let destination = self.destination.trim_end_matches('/');
        match path.relative_to(source) {
            Some(below) => Some(format!("{destination}/{below}")),
            None => (path == source).then(|| destination.to_owned()),
        }
    }
}

/// Something that one step puts into a stage.
#[derive(Clone, Debug)]
pub enum Layer {
    Context(Copied),
    /// `COPY --from`, or a mount of another stage.
    Stage {
        stage: usize,
        source: String,
        destination: String,
    },
    /// Written by a command.
    Made {
        path: String,
        found: Found,
    },
}

/// What stands at a path.
#[derive(Clone, Debug)]
pub enum Found {
    File(RepoPath),
    Export(Export),
}

/// What a command can see: later ones hide earlier ones.
pub struct Files<'a> {
    pub root: &'a Root,
    pub earlier: &'a [State],
    pub layers: &'a [Layer],
    pub mounted: &'a [Layer],
}

/// Copies of copies of copies could make a tree that takes for ever.
const MOST_STEPS: usize = 10_000;

impl Files<'_> {
    pub fn find(&self, path: &str) -> Option<Found> {
        let steps = Cell::new(0);
        let layers = || self.layers.iter().chain(self.mounted).rev();
        layers().find_map(|layer| self.at(layer, path, &steps))
    }

    /// The file of the repository.
    pub fn file(&self, path: &str) -> Option<RepoPath> {
        match self.find(path)? {
            Found::File(path) => Some(path),
            Found::Export(_) => None,
        }
    }

    fn at(&self, layer: &Layer, path: &str, steps: &Cell<usize>) -> Option<Found> {
        steps.set(steps.get() + 1);
        if steps.get() > MOST_STEPS {
            return None;
        }
        match layer {
            Layer::Context(copied) => copied_file(self.root, copied, path).map(Found::File),
            Layer::Made { path: made, found } => (made == path).then(|| found.clone()),
            Layer::Stage {
                stage,
                source,
                destination,
            } => {
                let stage = self.earlier.get(*stage)?;
                let mut origins = origins(source, destination, path).into_iter();
                origins.find_map(|origin| {
                    stage
                        .layers
                        .iter()
                        .rev()
                        .find_map(|layer| self.at(layer, &origin, steps))
                })
            }
        }
    }
}

/// The file of the context that a copy puts at that path.
fn copied_file(root: &Root, copied: &Copied, path: &str) -> Option<RepoPath> {
    let source = copied.source.path.as_ref()?;
    // Most copies are for elsewhere, and need not be looked at.
    if !copied.is_for(path) {
        return None;
    }
    if root.has_folder(source) {
        let below = path.strip_prefix(copied.destination.trim_end_matches('/'))?;
        let file = source.join(below.strip_prefix('/')?)?;
        return (root.is_file(&file) && copied.holds(&file)).then_some(file);
    }
    let folder = copied.destination.trim_end_matches('/');
    let is_there = path == copied.destination || path == format!("{folder}/{}", source.file_name());
    is_there.then(|| source.clone())
}

/// Where in the other stage a path of this one was: what is copied may be a folder or a file.
pub fn origins(source: &str, destination: &str, path: &str) -> Vec<String> {
    let (source, folder) = (source.trim_end_matches('/'), destination.trim_end_matches('/'));
    let Some(below) = path.strip_prefix(folder) else {
        return Vec::new();
    };
    if below.is_empty() {
        return vec![source.to_owned()];
    }
    if !below.starts_with('/') {
        return Vec::new();
    }
    let name = source.rsplit('/').next().unwrap_or_default();
    let mut origins = vec![format!("{source}{below}")];
    // A file, or all of a pattern, that is put into a folder.
    if below[1..] == *name {
        origins.push(source.to_owned());
    } else if name.contains('*') {
        origins.push(format!("{}{below}", &source[..source.len() - name.len() - 1]));
    }
    origins
}
