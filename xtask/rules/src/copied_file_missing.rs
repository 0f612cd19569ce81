use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Copied, Image};
use facts::{LockState, OtherImage, Subject, is_made};
use repo::{RepoPath, lock::Manager};

pub const RULE: Rule = Rule {
    id: "copied-file-missing",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a Dockerfile copies or mounts a path that is not in the build context, or not in the stage that it names",
    why: "the build fails at this step",
    example: "COPY requirements-prod.txt ./ after the file was renamed",
    fix: "use a path that exists in the build context",
    check: Check::Files(check, of_other),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let absent = image.unmet().filter(|copied| copied.source.ignored.is_none());
        // That there is no lock at all is another rule.
        let absent = absent.filter(|copied| !(is_lock(copied) && matches!(subject.lock, LockState::Missing)));
        // Nor that a generated file is not there.
        let absent = absent.filter(|copied| !is_drawn(subject, image, copied));
        let absent: Vec<&Copied> = absent.collect();
        match told_by_compose(subject, image, &absent) {
            Some(problem) => found.push(problem),
            None => found.extend(absent.into_iter().map(|copied| missing(image, copied))),
        }
        found.extend(image.absent_sources.iter().map(|source| {
            let message = format!("`{}` is not in the stage that it is taken from", source.value);
            Problem::error(message).at(source.place.clone())
        }));
    }
    found
}

fn of_other(other: &OtherImage<'_>) -> Vec<Problem> {
    let image = &other.image;
    let is_no_file_of_ours = |copied: &Copied| {
        copied.meant().is_none_or(|path| {
            let ignored = other.repo.ignored();
            is_made(&path) || ignored.holds(path.as_str()) || ignored.holds(&format!("{path}/_"))
        })
    };
    let absent = image
        .unmet()
        .filter(|copied| copied.source.ignored.is_none() && !is_no_file_of_ours(copied));
    absent.map(|copied| missing(image, copied)).collect()
}

/// A compose file says what the image is built with, and all that is missing there is in a folder above: then that is the cause.
fn told_by_compose(subject: &Subject<'_>, image: &Image, absent: &[&Copied]) -> Option<Problem> {
    let first = absent.first()?;
    let context = &image.context.dir;
    let builds = subject.compose.iter().filter_map(|run| run.service.build.as_ref());
    let mut builds = builds.filter(|build| build.context.as_ref() == Some(context));
    let build = builds.find(|build| build.dockerfile().as_ref() == Some(&image.path))?;
    let up = |folder: &RepoPath| (*folder != RepoPath::root()).then(|| folder.parent());
    let has = |folder: &RepoPath, copied: &Copied| {
        let path = folder.join(&copied.source.written);
        path.is_some_and(|path| subject.repo.root.has(&path))
    };
    let right =
        std::iter::successors(up(context), up).find(|folder| absent.iter().all(|copied| has(folder, copied)))?;
    let more = match absent.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more that it copies"),
    };
    let message = format!(
        "builds `{}` with the context {}, which does not contain `{}`{more}",
        image.path,
        context.in_words(),
        first.source.written
    );
    let problem = Problem::error(message).at(build.place.clone()).at(first.place.clone());
    Some(problem.remedy(format!("build it with `{}` as the context", right.shown())))
}

fn is_lock(copied: &Copied) -> bool {
    let written = &copied.source.written;
    let name = written.rsplit('/').next().unwrap_or_default();
    Manager::of_lock(name).is_some()
}

fn is_drawn(subject: &Subject<'_>, image: &Image, copied: &Copied) -> bool {
    let path = copied.source.written.trim_start_matches("./");
    subject.changes.iter().any(|change| {
        let below = change.path.relative_to(&image.context.dir);
        below.is_some_and(|below| below == path)
    })
}

fn missing(image: &Image, copied: &Copied) -> Problem {
    let written = &copied.source.written;
    let context = match image.context.dir.as_str() {
        "" => "the root of the repository, which it is built with",
        folder => folder,
    };
    let problem = Problem::error(format!("`{written}` is not in {context}")).at(copied.place.clone());
    if written.starts_with("..") {
        problem
            .remedy("files above the build context cannot be copied: build with the root of the repository as context")
    } else {
        problem
    }
}
