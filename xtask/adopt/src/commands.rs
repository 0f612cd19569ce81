//! Commands in documents, Makefiles and scripts that build images. People and machines follow them, and no rule reads them.

use std::ops::Range;

use diagnostics::Source;
use evidence::image::Image;
use facts::Subject;
use repo::{Repo, RepoPath, generated::Header};
use surfaces::workflows::{Build, What, of_command};

use crate::{
    ByHand,
    edits::{files, foreign},
};

/// How commands that build an image begin.
const BEGINNINGS: [&str; 6] = [
    "docker build ",
    "docker buildx build ",
    "docker image build ",
    "podman build ",
    "nerdctl build ",
    "buildah build ",
];

/// What ends a command in a text.
const ENDS: [&str; 6] = ["`", "&&", "||", ";", " | ", " # "];

/// Names and endings of files in which people write commands.
const NAMES: [&str; 6] = [
    "GNUmakefile",
    "Justfile",
    "Makefile",
    "Taskfile.yml",
    "justfile",
    "makefile",
];
const ENDINGS: [&str; 5] = [".md", ".mk", ".rst", ".sh", ".txt"];

/// The edits of all such commands. What builds no image of a service is named if it passes an argument.
pub(crate) fn edits(repo: &Repo, subjects: &[Subject<'_>]) -> Vec<ByHand> {
    let mut found = Vec::new();
    let is_read = |path: &&RepoPath| {
        let name = path.file_name();
        NAMES.contains(&name)
            || ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.starts_with("requirements")
    };
    for path in repo.tree().files().iter().filter(is_read) {
        let text = repo.root.text(path).unwrap_or_default();
        if Header::path_in(&text).is_some() {
            continue;
        }
        let source = Source::new(path.as_str(), text.as_str());
        for (span, words) in written(&text) {
            let place = source.place(span);
            for build in of_command(&repo.root, &words, &place) {
                let of_services = subjects.iter().filter_map(|subject| edit(subject, &build));
                let before = found.len();
                found.extend(of_services);
                if found.len() == before && path.as_str().ends_with(".md") {
                    found.extend(with_argument(&build));
                }
            }
        }
    }
    found
}

/// The commands of a text that build images, by word.
fn written(text: &str) -> Vec<(Range<usize>, Vec<String>)> {
    let mut found = Vec::new();
    let mut from = 0;
    let next = |from: usize| {
        let starts = BEGINNINGS.iter().filter_map(|start| text.get(from..)?.find(start));
        starts.min().map(|at| from + at)
    };
    while let Some(start) = next(from) {
        // A line goes on after a backslash.
        let mut end = start;
        for line in text[start..].split_inclusive('\n') {
            end += line.len();
            if !line.trim_end().ends_with('\\') {
                break;
            }
        }
        let whole = &text[start..end];
        let cut = ENDS.iter().filter_map(|mark| whole.find(mark)).min();
        let command = whole[..cut.unwrap_or(whole.len())].trim_end();
        let words = command.split_whitespace().filter(|word| *word != "\\");
        let words = words.map(|word| word.trim_matches(['"', '\'']).to_owned());
        found.push((
            start..start + command.lines().next().unwrap_or_default().trim_end().len(),
            words.collect(),
        ));
        from = start + command.len().max(1);
    }
    found
}

/// Which of the two images of a service a build makes, and the file that will make it. `None` where it makes neither.
pub(crate) fn wanted(subject: &Subject<'_>, build: &Build) -> Option<(bool, RepoPath)> {
    let [prod, dev] = files(subject);
    if let (Some(production), Some(development)) = (&subject.prod, &subject.dev)
        && production.path == development.path
        && build.names(&production.path)
    {
        let is_dev = match build.target.as_deref() {
            Some("development") => true,
            Some("production" | "test") => false,
            Some(_) | None => !build.makes(production, development, true),
        };
        return Some((is_dev, if is_dev { dev } else { prod }));
    }
    let is_from = |image: &Option<Image>, file: &RepoPath| {
        // A stage of a file for several services is that of one of them.
        let is_by_hand =
            |image: &Image| build.names(&image.path) && (image.target.is_none() || image.target == build.target);
        build.names(file) || image.as_ref().is_some_and(is_by_hand)
    };
    if is_from(&subject.dev, &dev) {
        return Some((true, dev));
    }
    is_from(&subject.prod, &prod).then_some((false, prod))
}

/// Whether a generated Dockerfile has this stage as one that is built by name.
pub(crate) fn has_stage(is_dev: bool, target: &str) -> bool {
    if is_dev {
        target == "development"
    } else {
        ["production", "test"].contains(&target)
    }
}

fn edit(subject: &Subject<'_>, build: &Build) -> Option<ByHand> {
    let What::Dockerfile(path) = &build.what else {
        return None;
    };
    let (is_dev, file) = wanted(subject, build)?;
    let is_root = build
        .context
        .as_deref()
        .is_none_or(|context| context.is_empty() || context == ".");
    let target = build.target.as_deref().filter(|target| !has_stage(is_dev, target));
    let arguments = foreign(build.args.iter().map(|(name, _)| name));
    if *path == file.as_str() && is_root && target.is_none() && arguments.is_empty() {
        return None;
    }
    let mut without: Vec<String> = target.iter().map(|target| format!("`--target {target}`")).collect();
    without.extend(arguments.iter().map(|name| format!("the argument {name}")));
    let without = if without.is_empty() {
        String::new()
    } else {
        format!(", without {}", without.join(", "))
    };
    Some(ByHand::new(
        format!(
            "this command builds `{path}` and does not fit the generated `{file}` of `{}`",
            subject.service.package.name
        ),
        format!("build `{file}` in the root of the repository: `docker build -f {file} .`{without}"),
        Some(&build.place),
    ))
}

/// A command about no service that is known: documents have placeholders.
fn with_argument(build: &Build) -> Option<ByHand> {
    let passed = foreign(build.args.iter().map(|(name, _)| name));
    (!passed.is_empty()).then(|| {
        ByHand::new(
            format!(
                "this passes {} to a build, but generated Dockerfiles take no such argument",
                passed.join(", ")
            ),
            "name `Dockerfile` or `Dockerfile.dev` of the service instead",
            Some(&build.place),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_any_text() {
        let text = "Run `docker build -t a .`.\n\nbuild:\n\tcd x && docker build \\\n\t  --target \"dev\" \\\n\t  api; docker push a\nThe docker builder.\n";
        let found: Vec<String> = written(text).into_iter().map(|(_, words)| words.join(" ")).collect();
        assert_eq!(found, ["docker build -t a .", "docker build --target dev api"]);
        assert!(written("").is_empty());
        assert!(
            written("docker build ")
                .iter()
                .all(|(_, words)| words == &["docker", "build"])
        );
    }
}
