use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Place, Problem};
use evidence::image::Image;
use facts::{Pair, Side, Subject, own_code::OwnCode, user::is_same};
use image::{Closed, Found, NoCheckout};

pub const RULE: Rule = Rule {
    id: "folder-not-writable",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a folder is created for the program, but the user of the image cannot write to it",
    why: "the first write fails with `Permission denied`",
    example: "RUN mkdir /var/lib/web with ENV STATE=/var/lib/web, and USER 10001",
    fix: "change the owner of the folder: `install -d -o USER`, `chown`",
    check: Check::Halves(check, of_images),
};

/// They are about programs and libraries, and not about what is kept.
const OTHERS: [&str; 6] = ["HOME", "PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PWD"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found = unlike(subject, &own);
    found.extend(subject.images().flat_map(|image| temporary(image, &own)));
    for image in subject.images() {
        let Some(user) = image.runs_as().filter(|_| is_followed(image)) else {
            continue;
        };
        let other = subject.images().find(|other| !std::ptr::eq(*other, image));
        let made = image.tree.made();
        for (name, said) in &image.config.env {
            let path = said.value.trim_end_matches('/');
            let is_folder = path.starts_with('/') && path.len() > 1 && !path.contains([':', '$', '*', ' ']);
            if OTHERS.contains(&name.as_str()) || !is_folder || !made.iter().any(|made| made == path) {
                continue;
            }
            let is_empty = matches!(image.tree.find(path, &own.listed), Found::Folder)
                && image.tree.list(path, &own.listed).files.is_empty();
            if !is_empty || is_mounted(subject, path) || is_of_packages(image, path) {
                continue;
            }
            let Some(closed) = refused(image, path, user, &own) else {
                continue;
            };
            // It is the other user's, and that there are two is another rule.
            let theirs = other.and_then(Image::runs_as).filter(|theirs| *theirs != user);
            let is_of_other = theirs.is_some_and(|theirs| closed.owner.as_deref() == Some(theirs));
            let is_said = found.iter().any(|known| known.message.contains(&format!("`{path}`")));
            if !is_of_other && !is_said {
                found.push(problem(image, user, name, said, path, &closed));
            }
        }
    }
    found
}

/// Folders that one image makes for its user to fill, and that the user of the other may not write to.
fn unlike(subject: &Subject<'_>, own: &OwnCode<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (image, other) in [(dev, prod), (prod, dev)] {
        let (Some(user), Some(theirs)) = (image.runs_as(), other.runs_as()) else {
            continue;
        };
        // That they run as different users is another rule.
        if !is_followed(image) || !is_followed(other) || user != theirs {
            continue;
        }
        for path in image.tree.made() {
            let access = image.tree.access(&path, &own.listed);
            let Some(access) = access.filter(|access| access.owner.as_deref() == Some(user)) else {
                continue;
            };
            let is_empty = matches!(image.tree.find(&path, &own.listed), Found::Folder)
                && image.tree.list(&path, &own.listed).files.is_empty();
            if !is_empty || is_of_packages(image, &path) {
                continue;
            }
            if let Some(closed) = refused(other, &path, theirs, own).or_else(|| absent(image, other, &path, own)) {
                found.push(only_there(image, other, &path, access.step, &closed));
            }
        }
    }
    found
}

const TEMPORARY: [&str; 2] = ["/tmp", "/var/tmp"];

/// Folders for files of the moment, which every program may write to until a step takes that away.
fn temporary(image: &Image, own: &OwnCode<'_>) -> Vec<Problem> {
    let Some(user) = image.runs_as().filter(|_| is_followed(image)) else {
        return Vec::new();
    };
    let closed = |path: &str| {
        // What is copied over the root brings no such folder, whatever mode it would have there.
        let access = image
            .tree
            .access(path, &own.listed)
            .filter(|_| image.tree.changes_mode(path))?;
        let mode = access.mode.filter(|_| !access.is_unknown)?;
        let is_own = access.owner.as_deref().is_some_and(|owner| is_same(owner, user));
        (!is_own && mode & 0o022 == 0).then(|| {
            let message = format!("`{path}` has the mode {mode:o}, and `{}` runs as `{user}`", image.path);
            let problem = Problem::error(message).at(access.step);
            problem.remedy(format!("leave its mode, or run `chmod 1777 {path}`"))
        })
    };
    TEMPORARY.into_iter().filter_map(closed).collect()
}

/// Environments are filled while the image is built.
fn is_of_packages(image: &Image, path: &str) -> bool {
    let is_in = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}/"));
    let prefixes = image.installs.iter().map(|install| install.what.prefix.as_str());
    let made = image.environments.iter().map(|made| made.value.as_str());
    let workdir = image.config.workdir.as_ref().map(|said| said.value.as_str());
    prefixes
        .chain(made)
        .chain(workdir)
        .any(|prefix| is_in(prefix, path) || is_in(path, prefix))
}

fn only_there(image: &Image, other: &Image, path: &str, step: Place, closed: &Closed) -> Problem {
    let owner = match closed.owner.as_deref() {
        None | Some("0") => "root",
        Some(owner) => owner,
    };
    let user = other.runs_as().unwrap_or_default();
    let theirs = if closed.at == path && is_same(owner, user) {
        format!("has the mode {:o} there", closed.mode)
    } else if closed.at == path {
        format!("belongs to `{owner}` there")
    } else {
        "does not exist".to_owned()
    };
    let message = format!(
        "`{}` creates `{path}` for its user, but in `{}` it {theirs}",
        image.path, other.path
    );
    Problem::error(message)
        .at(if closed.at == path {
            closed.step.clone()
        } else {
            other.place.clone()
        })
        .at(step.label("made for the user"))
        .remedy(format!(
            "create it in `{}` too, above `USER`: `RUN install -d -o {user} {path}`",
            other.path
        ))
}

/// Whether the build gets to the end, and all that it does is known.
fn is_followed(image: &Image) -> bool {
    !image.is_unclear && image.refused.is_empty()
}

fn refused(image: &Image, path: &str, user: &str, own: &OwnCode<'_>) -> Option<Closed> {
    let is_own = |owner: &str| is_same(owner, user);
    image.tree.refuses(path, &is_own, &own.listed)
}

/// A folder at the top that one image makes and the other does not have: both have the same base, and `/` is root's there.
fn absent(image: &Image, other: &Image, path: &str, own: &OwnCode<'_>) -> Option<Closed> {
    let is_at_top = path.rfind('/') == Some(0);
    let is_there =
        !matches!(other.tree.find(path, &own.listed), Found::Nothing) || other.tree.access(path, &own.listed).is_some();
    (is_at_top && !is_there && image.base.value == other.base.value).then(|| Closed {
        at: "/".to_owned(),
        mode: 0o755,
        owner: None,
        step: other.base.place.clone(),
    })
}

/// Whether what runs it puts a volume there, whose owner is another matter.
fn is_mounted(subject: &Subject<'_>, path: &str) -> bool {
    let is_over = |target: &str| {
        let target = target.trim_end_matches('/');
        path == target || path.starts_with(&format!("{target}/"))
    };
    let mut mounts = subject.containers().flat_map(|container| &container.mounts);
    mounts.any(|mount| is_over(&mount.value))
}

fn problem(image: &Image, user: &str, name: &str, said: &Located<String>, path: &str, closed: &Closed) -> Problem {
    let owner = match closed.owner.as_deref() {
        None | Some("0") => "root",
        Some(owner) => owner,
    };
    let belongs = if closed.at == path {
        format!("which belongs to `{owner}`")
    } else {
        format!("and `{}` above it belongs to `{owner}`", closed.at)
    };
    let message = format!(
        "`{name}` names `{path}`, {belongs}, and `{}` runs as `{user}`",
        image.path
    );
    Problem::error(message)
        .at(said.place.clone())
        .at(closed.step.clone().label("the folder"))
        .remedy(format!(
            "make the user its owner, above `USER`: `RUN install -d -o {user} {path}`"
        ))
}

/// Folders that a variable names in both images, and that the user of one of them can write to.
fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let [dev, prod] = pair.sides();
    // That they run as different users is another rule.
    if dev.built.runs_as() != prod.built.runs_as() {
        return Vec::new();
    }
    let (env, theirs) = (&dev.built.config.env, &prod.built.config.env);
    let mut found: Vec<Problem> = [&dev, &prod].into_iter().flat_map(temporary_in).collect();
    let is_same =
        |name: &String, said: &Located<String>| theirs.get(name).is_some_and(|other| other.value == said.value);
    for (name, said) in env.iter().filter(|(name, said)| is_same(name, said)) {
        let path = said.value.trim_end_matches('/');
        let is_path = path.starts_with('/') && path.len() > 1 && !path.contains([':', '$', '*', ' ']);
        let is_file = [&dev, &prod].iter().any(|side| side.built.files.is_file(path));
        if OTHERS.contains(&name.as_str()) || !is_path || is_file {
            continue;
        }
        for (side, other) in [(&dev, &prod), (&prod, &dev)] {
            let (Some(closed), None) = (closed_in(side, path), closed_in(other, path)) else {
                continue;
            };
            let message = format!(
                "`{name}` names `{path}`, which the user of {} cannot write to, but the user of {} can",
                side.name, other.name
            );
            let problem = Problem::error(message).at(side.place());
            found.push(problem.note(format!("`{}` belongs to `{}` there", closed.0, closed.1)));
        }
    }
    found
}

/// Folders for files of the moment that the user of a built image cannot write to.
fn temporary_in(side: &Side<'_>) -> Vec<Problem> {
    let closed = |path: &str| {
        let (user, access) = (side.built.runs_as()?, side.built.tree().access(path, &NoCheckout)?);
        let mode = access.mode.filter(|mode| mode & 0o022 == 0)?;
        (access.owner.as_deref() != Some(&user)).then(|| {
            let message = format!(
                "`{path}` has the mode {mode:o}, and `{}` runs as `{user}`",
                side.title()
            );
            let problem = Problem::error(message).at(side.place());
            problem.remedy(format!("leave its mode, or run `chmod 1777 {path}`"))
        })
    };
    TEMPORARY.into_iter().filter_map(closed).collect()
}

/// The folder that keeps the user of a built image from writing to a path, and its owner.
fn closed_in(side: &Side<'_>, path: &str) -> Option<(String, String)> {
    let user = side.built.runs_as()?;
    // A volume has an owner of its own.
    let is_volume = |volume: &Located<String>| path.starts_with(volume.value.trim_end_matches('/'));
    if side.built.config.volumes.iter().any(is_volume) {
        return None;
    }
    let is_own = |owner: &str| owner == user;
    let top = path.split('/').nth(1).unwrap_or_default();
    if !side.built.files.exists(&format!("/{top}")) {
        return Some(("/".to_owned(), "root".to_owned()));
    }
    let closed = side.built.tree().refuses(path, &is_own, &NoCheckout)?;
    let owner = closed.owner.as_deref().filter(|owner| *owner != "0").unwrap_or("root");
    Some((closed.at.clone(), owner.to_owned()))
}
