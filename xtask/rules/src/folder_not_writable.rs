use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Place, Problem};
use facts::{Twin, Twins, own_code::OwnCode, user::is_same, writes::Writer};
use image::Closed;

pub const RULE: Rule = Rule {
    id: "folder-not-writable",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a folder is created for the program, but the user of the image cannot write to it",
    why: "the first write fails with `Permission denied`",
    example: "RUN mkdir /var/lib/web with ENV STATE=/var/lib/web, and USER 10001",
    fix: "change the owner of the folder: `install -d -o USER`, `chown`",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let own = twins.subject.map(OwnCode::of);
    let writer = |twin| Writer::of(twin, own.as_ref());
    let mut found = Vec::new();
    if let Some((dev, prod)) = twins.both() {
        for (twin, other) in [(dev, prod), (prod, dev)] {
            // That they run as different users is another rule.
            if let (Some(ours), Some(theirs)) = (writer(twin), writer(other))
                && ours.user == theirs.user
            {
                found.extend(unlike(twins, (twin, &ours), (other, &theirs)));
            }
        }
    }
    for twin in twins.each() {
        let Some(writer) = writer(twin) else { continue };
        let title = twins.title(twin);
        found.extend(writer.temporary().into_iter().map(|(path, mode, step)| {
            let message = format!(
                "`{path}` has the mode {mode:o}, and `{title}` runs as `{}`",
                writer.user
            );
            let problem = Problem::error(message).at(step);
            problem.remedy(format!("leave its mode, or run `chmod 1777 {path}`"))
        }));
        let named = named(twins, (twin, &writer), own.as_ref()).into_iter();
        for (path, problem) in named {
            let is_said = found.iter().any(|known| known.message.contains(&format!("`{path}`")));
            found.extend((!is_said).then_some(problem));
        }
    }
    found
}

/// Folders that variables name, and that the user of this image cannot write to: it is made to be filled, or the other user can.
fn named(
    twins: &Twins<'_>,
    (twin, writer): (&Twin<'_>, &Writer<'_>),
    own: Option<&OwnCode<'_>>,
) -> Vec<(String, Problem)> {
    let mut others = twins.each().filter(|other| other.is_dev() != twin.is_dev());
    let other = others.next();
    let theirs = other.and_then(|other| Writer::of(other, own));
    let mut found = Vec::new();
    for (name, path, said) in twins.named_folders(twin) {
        let is_same_there = || other.is_some_and(|other| other.config.variable(name) == Some(&said.value));
        let can_other = || {
            let same_user = theirs.as_ref().filter(|theirs| theirs.user == writer.user);
            is_same_there() && same_user.is_some_and(|theirs| theirs.surely_writes(path))
        };
        if writer.is_file(path) || !(writer.is_made(path) || can_other()) {
            continue;
        }
        let Some(closed) = writer.refused(path) else { continue };
        // It is the other user's, and that there are two is another rule.
        let user = other.and_then(Twin::runs_as).filter(|user| *user != writer.user);
        if user.is_none_or(|user| closed.owner.as_deref() != Some(&user)) {
            found.push((
                path.to_owned(),
                problem(twins, (twin, writer), (name, path, said), closed),
            ));
        }
    }
    found
}

fn problem(
    twins: &Twins<'_>,
    (twin, writer): (&Twin<'_>, &Writer<'_>),
    (name, path, said): (&str, &str, &Located<String>),
    closed: Closed,
) -> Problem {
    let owner = owner(&closed);
    let belongs = if closed.at != path {
        format!("and `{}` above it belongs to `{owner}`", closed.at)
    } else if is_of(&closed, &writer.user) {
        format!("which has the mode {:o}", closed.mode)
    } else {
        format!("which belongs to `{owner}`")
    };
    let (title, user) = (twins.title(twin), &writer.user);
    let message = format!("`{name}` names `{path}`, {belongs}, and `{title}` runs as `{user}`");
    Problem::error(message)
        .at(said.place.clone())
        .at(twin.step(closed.step).label("the folder"))
        .remedy(format!(
            "make the user its owner, above `USER`: `RUN install -d -o {user} {path}`"
        ))
}

/// Folders that one image makes for its user to fill, and that the same user may not write to in the other.
fn unlike(
    twins: &Twins<'_>,
    (twin, ours): (&Twin<'_>, &Writer<'_>),
    (other, theirs): (&Twin<'_>, &Writer<'_>),
) -> Vec<Problem> {
    let titles = [twins.title(twin), twins.title(other)];
    let made = ours.made_for_it().into_iter();
    let only_there = |(path, step): (String, Place)| {
        let closed = theirs.refused(&path).or_else(|| theirs.absent(ours, &path))?;
        let (user, [here, there]) = (&theirs.user, &titles);
        let owner = owner(&closed);
        let (how, place) = if closed.at != path {
            ("does not exist".to_owned(), other.place.clone())
        } else if is_of(&closed, user) {
            (format!("has the mode {:o} there", closed.mode), closed.step)
        } else {
            (format!("belongs to `{owner}` there"), closed.step)
        };
        let message = format!("`{here}` creates `{path}` for its user, but in `{there}` it {how}");
        let remedy = format!("create it in `{there}` too, above `USER`: `RUN install -d -o {user} {path}`");
        let problem = Problem::error(message).at(place);
        Some(problem.at(step.label("made for the user")).remedy(remedy))
    };
    made.filter_map(only_there).collect()
}

/// Whether it belongs to the user, whose mode then keeps it out.
fn is_of(closed: &Closed, user: &str) -> bool {
    closed.owner.as_deref().is_some_and(|owner| is_same(owner, user))
}

fn owner(closed: &Closed) -> &str {
    match closed.owner.as_deref() {
        None | Some("0") => "root",
        Some(owner) => owner,
    }
}
