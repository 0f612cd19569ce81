use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Copied, Image, Starved};
use facts::{OtherImage, Subject, copied_lib, is_made};
use repo::Repo;

pub const RULE: Rule = Rule {
    id: "copied-file-ignored",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "the ignore file excludes a path that the Dockerfile copies or mounts",
    why: "the build fails, or the file is missing in the image",
    example: "`*.md` in .dockerignore, and COPY README.md in the Dockerfile",
    fix: "include it with `!PATH` at the end of the ignore file",
    check: Check::Files(check, of_other),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        // What should not be copied at all is not to be let in.
        let needed = image
            .unmet()
            .filter(|copied| copied_lib::needless_lib(subject, copied).is_none());
        found.extend(needed.filter_map(|copied| ignored(image, copied)));
        found.extend(starved(image, subject.repo));
    }
    found
}

fn of_other(other: &OtherImage<'_>) -> Vec<Problem> {
    let image = &other.image;
    let copied = image.unmet().filter_map(|copied| ignored(image, copied));
    copied.chain(starved(image, other.repo)).collect()
}

/// What a command takes out of a folder that was copied without it.
fn starved<'a>(image: &'a Image, repo: &'a Repo) -> impl Iterator<Item = Problem> + 'a {
    let file = image.context.ignore.path.as_ref();
    // What another command may have made, or no checkout has, may be there all the same.
    let is_ours = |starved: &&Starved| {
        let (tree, source) = (repo.tree(), &starved.source);
        !is_made(source) && (tree.is_file(source.as_str()) || !tree.under(source).is_empty())
    };
    let starved = image.starved.iter().filter(is_ours);
    let starved = starved.filter_map(move |starved| Some((file?, starved)));
    starved.map(|(file, starved)| {
        let (written, source) = (&starved.written, &starved.source);
        let message = format!("a command takes `{written}`, but `{file}` excludes `{source}`");
        let problem = Problem::error(message).at(starved.place.clone());
        let below = source.relative_to(&image.context.dir).unwrap_or(source.as_str());
        let problem = problem.at(starved.pattern.clone().label("ignored here"));
        problem.remedy(format!("add `!{below}` at the end of `{file}`"))
    })
}

fn ignored(image: &Image, copied: &Copied) -> Option<Problem> {
    let file = image.context.ignore.path.as_ref()?;
    let written = &copied.source.written;
    let pattern = copied.source.ignored.as_ref()?;
    let is_mounted = image.mounted.iter().any(|mounted| mounted.what.place == copied.place);
    let how = if is_mounted { "mounted" } else { "copied" };
    let problem = Problem::error(format!("`{file}` excludes `{written}`, which is {how}"))
        .at(copied.place.clone())
        .at(pattern.clone().label("ignored here"))
        .remedy(format!("add `!{written}` at the end of `{file}`"));
    Some(problem)
}
