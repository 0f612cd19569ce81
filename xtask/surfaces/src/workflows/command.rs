//! What a command line of a workflow builds.

use super::{Build, What, bake, compose};
use diagnostics::{Place, Problem};
use formats::shell::Variables;
use repo::RepoPath;
use repo::Root;

/// What the words of one command build, seen from a folder of the repository. What is pushed by a command of its own is
/// marked in what was built before.
pub fn read(
    root: &Root,
    folder: &str,
    words: &[String],
    variables: &Variables,
    place: &Place,
    builds: &mut Vec<Build>,
    problems: &mut Vec<Problem>,
) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["docker", "buildx", "build" | "b", rest @ ..]
        | ["docker" | "podman" | "nerdctl", "image", "build", rest @ ..]
        | ["docker" | "podman" | "nerdctl", "build", rest @ ..]
        | ["docker", "builder", "build", rest @ ..]
        | ["buildah", "bud" | "build" | "build-using-dockerfile", rest @ ..] => {
            builds.push(of_dockerfile(folder, rest, place));
        }
        ["docker", "buildx", "bake" | "f", rest @ ..] => {
            let called = bake::Call::of_words(rest);
            builds.extend(called.read(root, folder, variables, place, problems));
        }
        ["docker" | "podman" | "nerdctl", "compose", rest @ ..] | ["docker-compose" | "podman-compose", rest @ ..] => {
            let found = compose::builds(root, folder, rest, variables, place, problems);
            if compose::is_push(rest) {
                let is_pushed = |build: &Build| {
                    found
                        .iter()
                        .any(|pushed| pushed.what == build.what && pushed.tags == build.tags)
                };
                for build in builds.iter_mut() {
                    build.pushes |= is_pushed(build);
                }
            } else {
                builds.extend(found)
            }
        }
        ["docker" | "podman" | "buildah" | "nerdctl", "push", rest @ ..]
        | ["docker" | "podman", "image", "push", rest @ ..] => {
            for build in builds.iter_mut() {
                build.pushes |= rest.iter().any(|pushed| build.tags.iter().any(|tag| tag == pushed));
            }
        }
        ["cargo", "xtask", rest @ ..] => builds.extend(of_xtask(rest, place)),
        _ => {}
    }
}

/// Options that take the next word, where they hold no `=`.
const WITH_VALUE: [&str; 22] = [
    "--add-host",
    "--annotation",
    "--attest",
    "--builder",
    "--cache-from",
    "--cache-to",
    "--format",
    "--iidfile",
    "--label",
    "--memory",
    "--metadata-file",
    "--network",
    "--output",
    "--platform",
    "--progress",
    "--provenance",
    "--sbom",
    "--secret",
    "--shm-size",
    "--ssh",
    "--ulimit",
    "-o",
];

fn of_dockerfile(folder: &str, words: &[&str], place: &Place) -> Build {
    let mut build = Build {
        what: What::Dockerfile(String::new()),
        context: None,
        args: Vec::new(),
        contexts: Vec::new(),
        target: None,
        tags: Vec::new(),
        pushes: false,
        place: place.clone(),
    };
    let (mut file, mut context) = (None, None);
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if word.starts_with("--") => (name, Some(value)),
            _ => (word, None),
        };
        match name {
            "-f" | "--file" => file = value.or_else(|| words.next()),
            "-t" | "--tag" => build.tags.extend(value.or_else(|| words.next()).map(str::to_owned)),
            "--target" => build.target = value.or_else(|| words.next()).map(str::to_owned),
            "--build-arg" => build.args.extend(value.or_else(|| words.next()).map(argument)),
            "--build-context" => build.contexts.extend(value.or_else(|| words.next()).map(argument)),
            "--push" => build.pushes = value != Some("false"),
            "--output" | "-o" => {
                let output = value.or_else(|| words.next()).unwrap_or_default();
                build.pushes |= output.contains("type=registry") || output.contains("push=true");
            }
            _ if WITH_VALUE.contains(&name) && value.is_none() => _ = words.next(),
            _ if name.starts_with('-') => {}
            _ => context = Some(word),
        }
    }
    let context = context.unwrap_or(".");
    let file = file.map_or_else(
        || format!("{}/Dockerfile", context.trim_end_matches('/')),
        str::to_owned,
    );
    build.what = What::Dockerfile(within(folder, &file));
    build.context = told(&within(folder, context));
    build
}

/// A context of the repository; none where it is an archive, another repository, or what only a run can tell.
pub fn told(context: &str) -> Option<String> {
    let is_elsewhere = context == "-" || context.contains(['*', '$', ':', '#']) || context.starts_with(['/', '~']);
    (!is_elsewhere && !context.starts_with("..")).then(|| context.to_owned())
}

/// `NAME=VALUE`, or a name whose value the environment has.
pub fn argument(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.trim().to_owned(), value.trim().to_owned())
}

/// A path as seen from the root of the repository; as written where it leads out of it.
pub fn within(folder: &str, path: &str) -> String {
    let home = RepoPath::parse(folder).unwrap_or_else(RepoPath::root);
    home.join(path).map_or_else(|| path.to_owned(), |path| path.to_string())
}

/// What the tasks of this tool build: they know the services themselves.
fn of_xtask(words: &[&str], place: &Place) -> Vec<Build> {
    let words = match words {
        ["--root", _, rest @ ..] => rest,
        _ => words,
    };
    let has = |word: &str| words.contains(&word);
    let (task, rest) = words.split_first().map_or(("", &[][..]), |(task, rest)| (*task, rest));
    // Options with a value, and names behind them.
    let mut named: Vec<&str> = Vec::new();
    let mut words = rest.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "--service" => named.extend(words.next()),
            "--tag" | "--platform" | "--base" | "--may-skip" | "--release" => _ = words.next(),
            _ if word.starts_with('-') => {}
            _ if task == "build-images" => named.push(word),
            _ => {}
        }
    }
    let builds = match task {
        // A release names what was built before.
        "build-images" => !has("--release"),
        "ci" => has("images") || has("trials") || rest.iter().all(|word| word.starts_with('-')),
        "test" => has("images") || rest.is_empty(),
        _ => false,
    };
    if !builds {
        return Vec::new();
    }
    if named.is_empty() {
        named.push("*");
    }
    let build = |name: &str| Build {
        what: What::Service {
            name: name.to_owned(),
            both: !has("--push"),
        },
        context: None,
        args: Vec::new(),
        contexts: Vec::new(),
        target: None,
        tags: Vec::new(),
        pushes: has("--push"),
        place: place.clone(),
    };
    named.into_iter().map(build).collect()
}
