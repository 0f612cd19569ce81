use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Twins, own_code::OwnCode, synced::Replaced, user::is_same};

pub const RULE: Rule = Rule {
    id: "sources-not-replaceable",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the user of the development image cannot replace the sources that Tilt syncs",
    why: "live update writes as the user of the container, so an edit fails with `Permission denied`",
    example: "COPY services/web /app in Dockerfile.dev, with USER 10001",
    fix: "change their owner: `COPY --chown=USER`",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let (Some(subject), Some(dev)) = (twins.subject, &twins.dev) else {
        return Vec::new();
    };
    let Some(user) = dev.runs_as() else { return Vec::new() };
    let theirs = twins.prod.as_ref().and_then(|prod| prod.runs_as());
    let own = OwnCode::of(subject);
    let owner_of = |path: &String| {
        let access = dev.tree().access(path, &own.listed)?;
        let owner = access.owner.as_deref()?;
        // Where they belong to the user of production, that development runs as another one is another rule.
        let of_other = theirs.as_deref().filter(|theirs| *theirs != user && owner != "0");
        let is_closed = !of_other.is_some_and(|theirs| is_same(owner, theirs))
            && !is_same(owner, &user)
            && dev.who(&user, |who| who.is_kept_from_writing(&access));
        is_closed.then(|| if owner == "0" { "root" } else { owner }.to_owned())
    };
    let title = twins.title(dev);
    let problem = |replaced: Replaced| {
        let owner = replaced.paths.iter().find_map(owner_of)?;
        let message = format!(
            "`{}` belongs to `{owner}`, and `{title}` runs as `{user}`, so live update cannot replace it",
            replaced.shown
        );
        let problem = Problem::error(message).at(replaced.place);
        let said = dev.file().and_then(|image| image.config.user.as_ref());
        let problem = match said {
            Some(said) => problem.at(said.place.clone().label("the user")),
            None => problem,
        };
        Some(problem.remedy(format!("copy it with `--chown={user}`")))
    };
    twins.replaced(&own).into_iter().filter_map(problem).collect()
}
