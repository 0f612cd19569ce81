//! Images that commands of a job give another name, and those that they tell a cluster to run.

use diagnostics::Place;
use formats::yaml::Node;
use repo::RepoPath;

/// An image that gets another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The reference that it has.
    pub from: String,
    /// The reference that it gets. `*` stands for what only a run can tell.
    pub to: String,
    /// The command.
    pub place: Place,
}

/// An image that `kubectl set image` names for a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The name of the container.
    pub container: String,
    /// The reference of its image. `*` stands for what only a run can tell.
    pub image: String,
    /// The command.
    pub place: Place,
}

/// Services that a job deploys with compose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The files that are named.
    pub files: Vec<String>,
    /// The folder that it runs in. `None` where only a run can tell.
    pub folder: Option<RepoPath>,
    /// The command.
    pub place: Place,
}

/// Words of a workflow or a job that is there to deploy.
const DEPLOYS: [&str; 6] = ["deploy", "deployment", "production", "prod", "release", "rollout"];

/// `docker compose up` of a job that deploys: by the names of the job, of its environment and of the workflow.
pub fn started(workflow: &str, name: &str, job: &Node) -> Vec<Started> {
    let environment = job.get("environment");
    let environment = environment.and_then(|said| said.text().or_else(|| said.get("name")?.text()));
    let title = job.get("name").and_then(Node::text);
    let said = [Some(workflow), Some(name), environment, title];
    let is_named = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| DEPLOYS.contains(&word))
    };
    if !said.into_iter().flatten().any(is_named) {
        return Vec::new();
    }
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    let found = steps.iter().flat_map(|step| {
        let folder = step.get("working-directory").map_or(Some("."), Node::text);
        let folder = folder.and_then(RepoPath::parse);
        of_step(step).into_iter().filter_map(move |(words, place)| {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let rest = match words.as_slice() {
                ["docker" | "podman", "compose", rest @ ..] | ["docker-compose" | "podman-compose", rest @ ..] => rest,
                _ => return None,
            };
            let (mut files, mut is_up, mut is_elsewhere) = (Vec::new(), false, false);
            let mut words = rest.iter().copied();
            while let Some(word) = words.next() {
                match word.split_once('=').unwrap_or((word, "")) {
                    ("-f" | "--file", "") => files.extend(words.next().map(str::to_owned)),
                    ("--file", value) => files.push(value.to_owned()),
                    ("--project-directory", _) => is_elsewhere = true,
                    _ => is_up |= word == "up",
                }
            }
            (is_up && !is_elsewhere).then(|| Started {
                files,
                folder: folder.clone(),
                place,
            })
        })
    });
    found.collect()
}

/// What is copied within registries, or named before it is pushed.
pub fn of_job(job: &Node) -> Vec<Copied> {
    let pushes = commands(job).any(|(words, _)| words.iter().any(|word| word == "push" || word == "--push"));
    let copied = commands(job).flat_map(|(words, place)| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let pairs = match words.as_slice() {
            ["docker" | "podman" | "nerdctl" | "buildah", "tag", rest @ ..]
            | ["docker" | "podman" | "nerdctl", "image", "tag", rest @ ..]
                if pushes =>
            {
                named(rest)
            }
            ["crane" | "gcrane", "copy" | "cp", rest @ ..]
            | ["skopeo", "copy", rest @ ..]
            | ["regctl", "image", "copy" | "cp", rest @ ..]
            | ["oras", "cp" | "copy", rest @ ..] => named(rest),
            ["docker", "buildx", "imagetools", "create", rest @ ..] => of_imagetools(rest),
            _ => Vec::new(),
        };
        pairs.into_iter().map(move |(from, to)| Copied {
            from,
            to,
            place: place.clone(),
        })
    });
    copied.collect()
}

/// `kubectl set image WORKLOAD CONTAINER=IMAGE`
pub fn deployed(job: &Node) -> Vec<Deployed> {
    let found = commands(job).flat_map(|(words, place)| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let at = words.windows(2).position(|pair| pair == ["set", "image"]);
        let is_kubectl = words.first().is_some_and(|word| ["kubectl", "oc"].contains(word));
        let rest = at.filter(|_| is_kubectl).map_or(&[][..], |at| &words[at + 2..]);
        let pairs = rest.iter().filter(|word| !word.starts_with('-'));
        let pairs: Vec<(String, String)> = pairs
            .filter_map(|word| word.split_once('='))
            .map(|(container, image)| (container.to_owned(), image.to_owned()))
            .collect();
        pairs.into_iter().map(move |(container, image)| Deployed {
            container,
            image,
            place: place.clone(),
        })
    });
    found.collect()
}

/// The first two words that are no options: what there is, and what it becomes.
fn named(words: &[&str]) -> Vec<(String, String)> {
    let plain = |word: &&&str| !word.starts_with('-');
    let transport = |word: &str| {
        let known = ["docker://", "containers-storage:", "docker-daemon:"];
        let bare = known.iter().find_map(|prefix| word.strip_prefix(prefix));
        bare.unwrap_or(word).to_owned()
    };
    let words: Vec<String> = words.iter().filter(plain).map(|word| transport(word)).collect();
    match words.as_slice() {
        [from, to] => vec![(from.clone(), to.clone())],
        _ => Vec::new(),
    }
}

fn of_imagetools(words: &[&str]) -> Vec<(String, String)> {
    let (mut to, mut from) = (Vec::new(), Vec::new());
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word.split_once('=').unwrap_or((word, "")) {
            ("-t" | "--tag", "") => to.extend(words.next()),
            ("--tag", value) => to.push(value),
            ("--annotation" | "--builder" | "-f" | "--file" | "--progress", "") => _ = words.next(),
            _ if word.starts_with('-') => {}
            _ => from.push(word),
        }
    }
    let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
    pairs.map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

/// The words of each command of a job.
fn commands(job: &Node) -> impl Iterator<Item = (Vec<String>, Place)> {
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    steps.iter().flat_map(of_step)
}

fn of_step(step: &Node) -> Vec<(Vec<String>, Place)> {
    let commands = step.get("run").into_iter().flat_map(|run| {
        let text = without_expressions(run.text().unwrap_or_default()).replace("\\\n", " ");
        let place = run.place();
        let commands = text.split(['\n', ';', '&', '|']).map(|line| {
            let words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
            words.map(starred).collect::<Vec<String>>()
        });
        let commands: Vec<Vec<String>> = commands.filter(|words| !words.is_empty()).collect();
        commands.into_iter().map(move |words| (words, place.clone()))
    });
    commands.collect()
}

/// A text with `*` for each expression of the workflow.
fn without_expressions(text: &str) -> String {
    let mut parts = text.split("${{");
    let mut found = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        found.push('*');
        found.push_str(part.split_once("}}").map_or("", |(_, rest)| rest));
    }
    found
}

/// A word with `*` for each variable of the shell.
fn starred(word: &str) -> String {
    let mut found = String::new();
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('$') {
        found.push_str(before);
        found.push('*');
        rest = match behind.strip_prefix('{') {
            Some(braced) => braced.split_once('}').map_or("", |(_, rest)| rest),
            None => behind.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'),
        };
    }
    found + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;
    use formats::yaml;

    fn job(run: &str) -> Node {
        let text = format!("steps:\n  - run: |\n      {run}\n");
        let documents = yaml::read(&Source::new("job", text), &mut Vec::new());
        documents.into_iter().next().expect("a job")
    }

    #[test]
    fn names_that_an_image_gets() {
        for (run, from, to) in [
            (
                "docker tag web-dev r/web:1 && docker push r/web:1",
                "web-dev",
                "r/web:1",
            ),
            (
                "crane copy r/web-dev:1 r/web:${{ github.ref_name }}",
                "r/web-dev:1",
                "r/web:*",
            ),
            (
                "skopeo copy --all docker://r/web-dev:$TAG docker://r/web:${TAG}",
                "r/web-dev:*",
                "r/web:*",
            ),
            (
                "docker buildx imagetools create -t r/web:1 r/web-dev:1",
                "r/web-dev:1",
                "r/web:1",
            ),
        ] {
            let found = of_job(&job(run));
            let found: Vec<(&str, &str)> = found.iter().map(|copied| (&*copied.from, &*copied.to)).collect();
            assert_eq!(found, [(from, to)], "{run}");
        }
        assert_eq!(of_job(&job("docker tag web-dev r/web:1")), []);
        let found = deployed(&job(
            "kubectl -n x set image deployment/web web=r/web:$TAG proxy=envoy:1",
        ));
        let found: Vec<(&str, &str)> = found.iter().map(|said| (&*said.container, &*said.image)).collect();
        assert_eq!(found, [("web", "r/web:*"), ("proxy", "envoy:1")]);
    }
}
