//! The sources of the development image that live update replaces while it runs.

use diagnostics::Place;
use evidence::image::{Image, Reach};
use surfaces::tilt::builds_of;

use crate::{Subject, Twins, built_code::in_image, own_code::OwnCode, twins::Producer};

/// Sources that one step or one package brings, and that are replaced one file at a time.
pub struct Replaced {
    /// What a message calls them.
    pub shown: String,
    /// The files, where they are in the image.
    pub paths: Vec<String>,
    /// Where they come from.
    pub place: Place,
}

impl Twins<'_> {
    /// What Tilt replaces in the development image.
    pub fn replaced(&self, own: &OwnCode<'_>) -> Vec<Replaced> {
        match self.dev.as_ref().map(|dev| (dev.of, &dev.place)) {
            Some((Producer::File(dev), _)) => self
                .subject
                .map_or_else(Vec::new, |subject| of_copies(subject, dev, own)),
            Some((Producer::Built(_), place)) => self.of_modules(own, place),
            None => Vec::new(),
        }
    }

    /// Without the Tiltfile's own evaluation: that there is one says that the sources are synced. What is installed is not.
    fn of_modules(&self, own: &OwnCode<'_>, place: &Place) -> Vec<Replaced> {
        let (Some(subject), Some(built)) = (self.subject, self.dev.as_ref().and_then(|dev| dev.built())) else {
            return Vec::new();
        };
        let mut files = subject.repo.tree().files().iter();
        if !files.any(|path| path.file_name() == "Tiltfile") {
            return Vec::new();
        }
        let of_package = |(package, code): &(&repo::Package, &evidence::code::Code)| {
            let modules = code.modules.iter().filter_map(|module| in_image(built, module));
            let paths =
                modules.flat_map(|module| module.files.keys().map(|file| module.path(file)).collect::<Vec<_>>());
            let is_installed = |path: &String| path.contains("/site-packages/") || path.contains("/dist-packages/");
            Replaced {
                shown: package.dir.to_string(),
                paths: paths
                    .filter(|path| !is_installed(path))
                    .filter_map(|path| built.files.resolve(&path))
                    .collect(),
                place: place.clone(),
            }
        };
        own.packages.iter().map(of_package).collect()
    }
}

/// The first file of each copy that is synced: the others have the same owner and mode.
fn of_copies(subject: &Subject<'_>, dev: &Image, own: &OwnCode<'_>) -> Vec<Replaced> {
    let synced = synced(subject, dev);
    if synced.is_empty() {
        return Vec::new();
    }
    let is_synced = |path: &String| synced.iter().any(|remote| path.starts_with(&format!("{remote}/")));
    let copied = dev.copied.iter().filter(|copied| copied.reach != Reach::Mounted);
    let replaced = copied.filter_map(|copied| {
        let copied = &copied.what;
        let mut files = own
            .below(copied.source.path.as_ref()?)
            .iter()
            .filter(|path| copied.holds(path));
        let path = files.find_map(|path| copied.in_image(path).into_iter().find(is_synced))?;
        Some(Replaced {
            shown: copied.source.written.clone(),
            paths: vec![path],
            place: copied.place.clone(),
        })
    });
    replaced.collect()
}

/// The folders of the image that Tilt syncs to.
fn synced(subject: &Subject<'_>, dev: &Image) -> Vec<String> {
    let Some(tiltfile) = &subject.surroundings.tiltfile else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for world in &tiltfile.worlds {
        for build in builds_of(world, subject.repo, &subject.service.package.name) {
            if build.dockerfile_path().as_ref() != Some(&dev.path) {
                continue;
            }
            let remotes = build.syncs.items.iter().filter_map(|sync| sync.what.remote.known());
            found.extend(remotes.map(|remote| remote.trim_end_matches('/').to_owned()));
        }
    }
    found
}
