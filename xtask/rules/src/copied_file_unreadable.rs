use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Image, Reach};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "copied-file-unreadable",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a file is copied with rights that keep out the user whom the image runs as",
    why: "it works wherever the container runs as root, and fails where it does not",
    example: "COPY --chmod=600 settings.yaml /etc/web/, and USER 10001",
    fix: "let others read it, or make it the user's own: `COPY --chown=USER`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let Some(user) = user(image).filter(|_| !image.is_touched) else {
            continue;
        };
        let copied = image.copied.iter().filter(|copied| copied.reach == Reach::Chain);
        for copied in copied.map(|copied| &copied.what) {
            let owner = copied.owner.as_deref().unwrap_or("root");
            let number = image.users.get(owner).map_or(owner, String::as_str);
            let bits = if number == user { 0o444 } else { 0o044 };
            // Whoever is in the group is not told from here.
            let Some(mode) = copied.mode.filter(|mode| mode & bits == 0) else {
                continue;
            };
            let message = format!(
                "`{}` is `{owner}`'s alone (mode {mode:o}), and `{}` runs as `{user}`",
                copied.source.written, image.path
            );
            let problem = Problem::error(message).at(copied.place.clone());
            found.push(match &image.user {
                Some(said) => problem.at(said.place.clone().label("the user")),
                None => problem,
            });
        }
    }
    found
}

/// The user, by number where that is known. `None` for root, who may read everything.
fn user(image: &Image) -> Option<&str> {
    let said = image.user.as_ref()?.value.split(':').next()?;
    let number = image.users.get(said).map_or(said, String::as_str);
    (!matches!(number, "root" | "0" | "")).then_some(number)
}
