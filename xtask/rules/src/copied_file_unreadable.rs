use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Copied, Image, Reach};
use facts::{Subject, own_code::OwnCode, user::is_same, user::may_be_member};
use image::Who;

pub const RULE: Rule = Rule {
    id: "copied-file-unreadable",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a file is copied with a mode that the user of the image cannot read",
    why: "it works only while the container runs as root",
    example: "COPY --chmod=600 settings.yaml /etc/web/, and USER 10001",
    fix: "make it readable for others, or change its owner: `COPY --chown=USER`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found = Vec::new();
    for image in subject.images() {
        let Some(user) = image.runs_as() else { continue };
        let copied = image.copied.iter().filter(|copied| copied.reach == Reach::Chain);
        for copied in copied.map(|copied| &copied.what) {
            let Some(path) = stands_at(image, copied, &own) else {
                continue;
            };
            let who = Who {
                is_owner: &|owner| is_same(owner, user),
                is_member: &|group| may_be_member(image, group),
            };
            let closed = image.tree.closed_to(std::iter::once(path), who, &own.listed).next();
            let Some((closed, _)) = closed else { continue };
            // That a folder above it is closed concerns more than this copy.
            let is_above = !closed.at.starts_with(copied.destination.trim_end_matches('/'));
            if is_above {
                continue;
            }
            let owner = match closed.owner.as_deref() {
                None | Some("0") => "root",
                Some(owner) => owner,
            };
            let message = format!(
                "`{}` is readable only by `{owner}` (mode {:o}), but `{}` runs as `{user}`",
                copied.source.written, closed.mode, image.path
            );
            let problem = Problem::error(message).at(copied.place.clone());
            let problem = if closed.step == copied.place {
                problem
            } else {
                problem.at(closed.step.label("its rights"))
            };
            found.push(match &image.config.user {
                Some(said) => problem.at(said.place.clone().label("the user")),
                None => problem,
            });
        }
    }
    found
}

/// A file that a copy brings, by its path in the image.
fn stands_at(image: &Image, copied: &Copied, own: &OwnCode<'_>) -> Option<String> {
    let source = copied.source.path.as_ref()?;
    let folder = copied.destination.trim_end_matches('/');
    if !own.is_file(source) {
        let first = own.below(source).iter().find(|path| copied.holds(path))?;
        return copied.in_image(first).into_iter().next();
    }
    let inside = format!("{folder}/{}", source.file_name());
    let is_there = |path: &str| image.tree.source(path, &own.listed).as_deref() == Some(source.as_str());
    [folder.to_owned(), inside].into_iter().find(|path| is_there(path))
}
