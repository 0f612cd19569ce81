use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Copied, Image, Reach};
use facts::{Pair, Subject, built_code::in_image, own_code::OwnCode, user::is_same};
use surfaces::tilt::builds_of;

pub const RULE: Rule = Rule {
    id: "sources-not-replaceable",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the user of the development image cannot replace the sources that Tilt syncs",
    why: "live update writes as the user of the container, so an edit fails with `Permission denied`",
    example: "COPY services/web /app in Dockerfile.dev, with USER 10001",
    fix: "change their owner: `COPY --chown=USER`",
    check: Check::Halves(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(dev) = &subject.dev else { return Vec::new() };
    let Some(user) = dev.runs_as() else { return Vec::new() };
    let synced = synced(subject, dev);
    if synced.is_empty() {
        return Vec::new();
    }
    let own = OwnCode::of(subject);
    let theirs = subject.prod.as_ref().and_then(Image::runs_as);
    let copied = dev.copied.iter().filter(|copied| copied.reach != Reach::Mounted);
    let found = copied.filter_map(|copied| of_copy((dev, user), theirs, &copied.what, &synced, &own));
    found.collect()
}

fn of_copy(
    (dev, user): (&Image, &str),
    theirs: Option<&str>,
    copied: &Copied,
    synced: &[String],
    own: &OwnCode<'_>,
) -> Option<Problem> {
    let source = copied.source.path.as_ref()?;
    let is_synced = |path: &str| synced.iter().any(|remote| path.starts_with(&format!("{remote}/")));
    let mut files = own.below(source).iter().filter(|path| copied.holds(path));
    let path = files.find_map(|path| copied.in_image(path).into_iter().find(|path| is_synced(path)))?;
    let access = dev.tree.access(&path, &own.listed)?;
    let owner = access.owner.as_deref()?;
    // Where they belong to the user of production, that development runs as another one is another rule.
    let is_of_other = theirs.is_some_and(|theirs| theirs != user && is_same(owner, theirs) && owner != "0");
    let is_closed =
        !is_of_other && !is_same(owner, user) && access.mode.is_none_or(|mode| mode & 0o022 == 0) && !access.is_unknown;
    let owner = if owner == "0" { "root" } else { owner };
    is_closed.then(|| {
        let message = format!(
            "`{}` belongs to `{owner}`, and `{}` runs as `{user}`, so live update cannot replace it",
            copied.source.written, dev.path
        );
        let problem = Problem::error(message).at(copied.place.clone());
        let problem = match &dev.config.user {
            Some(said) => problem.at(said.place.clone().label("the user")),
            None => problem,
        };
        problem.remedy(format!("copy it with `--chown={user}`"))
    })
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

/// Without the Tiltfile's own evaluation: that there is one says that the sources are synced.
fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let (Some(subject), Some(user)) = (pair.subject, pair.dev.runs_as()) else {
        return Vec::new();
    };
    let mut files = subject.repo.tree().files().iter();
    if !files.any(|path| path.file_name() == "Tiltfile") {
        return Vec::new();
    }
    let own = OwnCode::of(subject);
    let place = pair.in_dev();
    let mut found = Vec::new();
    for &(package, code) in &own.packages {
        let modules = code.modules.iter().filter_map(|module| in_image(pair.dev, module));
        let mut paths = modules.flat_map(|module| {
            let paths: Vec<String> = module.files.keys().map(|file| module.path(file)).collect();
            paths
        });
        let is_closed = |path: &String| {
            let is_installed = path.contains("/site-packages/") || path.contains("/dist-packages/");
            let meta = pair.dev.files.meta(path);
            !is_installed && meta.is_some_and(|meta| meta.owner.to_string() != user && meta.mode & 0o022 == 0)
        };
        if let Some(path) = paths.find(is_closed) {
            let message = format!(
                "`{path}` of `{}` does not belong to the user `{user}` of development, so live update cannot replace it",
                package.name
            );
            found.push(
                Problem::error(message)
                    .at(place.clone())
                    .remedy(format!("copy it with `--chown={user}`")),
            );
        }
    }
    found
}
