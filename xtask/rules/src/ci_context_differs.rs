use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Image;
use facts::Subject;
use repo::{RepoPath, Root};
use surfaces::workflows::{Build, What};

pub const RULE: Rule = Rule {
    id: "ci-context-differs",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a workflow or a bake file builds an image with a context that lacks files which its Dockerfile copies",
    why: "the build fails, or copies different files than on the machine of a developer",
    example: "context: services/web in a workflow, and COPY libs/core in services/web/Dockerfile",
    fix: "pass the folder that contains everything the Dockerfile copies as the context",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for (_, build) in &subject.builds {
        let root = &subject.repo.root;
        let is_of = |image: &&Image| build.is_told() && build.names(&image.path);
        let outside = subject
            .images()
            .filter(is_of)
            .filter_map(|image| outside(root, build, image));
        let without_file = subject.images().filter_map(|image| without_file(root, build, image));
        for problem in outside.chain(without_file) {
            // A matrix says the same again and again.
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}

/// bake and the build action look for the Dockerfile itself in a context that does not hold it.
fn without_file(root: &Root, build: &Build, image: &Image) -> Option<Problem> {
    let What::Dockerfile(path) = &build.what else {
        return None;
    };
    let context = build.context.as_deref().filter(|_| !path.contains('*'))?;
    let below = path.strip_suffix(image.path.as_str())?.strip_suffix('/')?;
    let is_there = RepoPath::parse(path).is_some_and(|path| root.kind(&path).is_some());
    if is_there || below.trim_matches('/') != context.trim_matches('/') {
        return None;
    }
    let message = format!(
        "builds with the context `{context}`, in which `{}` does not exist",
        image.path
    );
    let problem = Problem::error(message).at(build.place.clone());
    Some(problem.remedy(format!("pass `{}` as the context", image.context.dir.shown())))
}

/// What the image copies and that context does not have. A file name that only a run can tell may be that of another image.
fn outside(root: &Root, build: &Build, image: &Image) -> Option<Problem> {
    let context = build.context.as_deref()?;
    let context = match context.trim_matches('/') {
        "" | "." => RepoPath::root(),
        folder => RepoPath::parse(folder)?,
    };
    if context == image.context.dir {
        return None;
    }
    let is_there = |path: &RepoPath| root.kind(path).is_some();
    let is_missing = |path: &&RepoPath| {
        let below = path.relative_to(&image.context.dir).filter(|below| !below.is_empty());
        below.is_some_and(|below| is_there(path) && context.join(below).is_none_or(|other| !is_there(&other)))
    };
    let copied = image.copied.iter().chain(&image.mounted);
    let outside = copied
        .filter_map(|copied| copied.what.source.path.as_ref())
        .find(is_missing)?;
    let message = format!(
        "builds `{}` with the context {}, which does not contain `{outside}`",
        image.path,
        context.in_words()
    );
    let problem = Problem::error(message).at(build.place.clone());
    Some(problem.remedy(format!("pass `{}` as the context", image.context.dir.shown())))
}
