//! What `docker buildx bake` builds: targets of a file.

mod file;
mod hcl;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use repo::{RepoPath, Root};
use serde_json::{Map, Value};

use super::{
    Build, What,
    command::{argument, told, within},
    compose,
    filter::{self, Stars},
    follow::anything,
};
use diagnostics::{Place, Problem, Source};
use file::Files;
use formats::growth::{self, TooLong};
use formats::shell::Variables;

/// Where bake looks when no file is named, behind the files of compose. Later ones are laid over earlier ones.
const DEFAULT: [&str; 4] = [
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
];

/// How bake is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    pub files: Vec<String>,
    pub targets: Vec<String>,
    /// `--set`, as in `web.args.DEV=1`.
    pub set: Vec<String>,
    pub pushes: bool,
}

/// Files at the root of the repository that bake would take, and that cannot be read: whether or not a workflow calls it.
pub fn check(root: &Root, problems: &mut Vec<Problem>) {
    let (mut files, mut is_whole) = (Files::default(), true);
    let mut sources = Vec::new();
    for name in DEFAULT {
        let read = root.source_if_present(&RepoPath::root().child(name));
        let read = read.and_then(|source| {
            let value = source.as_ref().map(file::read).transpose()?;
            Ok(source.zip(value))
        });
        match read {
            Ok(Some((source, value))) => {
                files.add(value, &Variables::new());
                sources.push(source);
            }
            Ok(None) => {}
            Err(problem) => {
                is_whole = false;
                let remedy =
                    "fix it; a generated file can be removed and generated again with `cargo xtask gen-dockerfiles`";
                problems.push(problem.remedy(remedy));
            }
        }
    }
    // Services of a compose file are targets, too.
    let is_alone = !compose::DEFAULT
        .iter()
        .any(|name| root.has_file(&RepoPath::root().child(name)));
    let place_of = |name: &str| {
        sources.iter().find_map(|source| {
            let quoted = format!("\"{name}\"");
            let at = source.text().find(&quoted)?;
            Some(source.place(at..at + quoted.len()))
        })
    };
    let refused = |message: String, place: Place| Problem::error(message).at(place).note("bake refuses the file");
    for (owner, name) in files.dangling().into_iter().filter(|_| is_whole) {
        let is_service = !is_alone && root_services(root).contains(&name);
        let Some(place) = place_of(&name).filter(|_| !is_service) else {
            continue;
        };
        let message = format!("`{owner}` names the target `{name}`, which no bake file defines");
        problems.push(refused(message, place));
    }
    for (target, first) in files.circles() {
        let Some(place) = place_of(&target) else { continue };
        let message =
            format!("the target `{target}` needs itself: it inherits or uses `{first}`, which leads back to it");
        problems.push(refused(message, place));
    }
}

/// The services of the compose files that bake reads beside its own.
fn root_services(root: &Root) -> Vec<String> {
    let paths = compose::DEFAULT.iter().map(|name| RepoPath::root().child(name));
    let mut reader = crate::compose::Reader::new(root);
    let services = paths.flat_map(|path| reader.of_file(&path));
    services.map(|service| service.name.value).collect()
}

/// Every target of the files at the root that bake takes by itself, each where the last of these files says it. Those with a name count
/// as pushed: that is what `--push` does with them. Then what is built without being told which target, where a file has a default group.
pub fn at_root(root: &Root) -> (Vec<Build>, Option<(Vec<Build>, Place)>) {
    let read = |name: &&str| root.source_if_present(&RepoPath::root().child(name)).ok().flatten();
    let sources: Vec<Source> = DEFAULT.iter().filter_map(read).collect();
    let mut files = Files::default();
    for source in &sources {
        // One that cannot be read is reported by `check`.
        let Ok(value) = file::read(source) else {
            return (Vec::new(), None);
        };
        files.add(value, &Variables::new());
    }
    let places: Vec<_> = sources
        .iter()
        .map(|source| (source, targets_in(source.text())))
        .collect();
    let place_of = |name: &str| {
        places.iter().rev().find_map(|(source, targets)| {
            let at = *targets.get(name)?;
            Some(source.place(at - 1..at + name.len() + 1))
        })
    };
    let default = place_of("default").map(|place| {
        let targets = files.targets("default");
        let call = Call::default();
        let builds = targets.iter().map(|(name, said)| call.build("", name, said, &place));
        (builds.collect(), place.clone())
    });
    let builds = files.names().into_iter().flat_map(|name| {
        let place = place_of(&name);
        let call = Call::default();
        let targets = files.targets(&name);
        let builds = targets
            .iter()
            .filter_map(|(name, said)| Some(call.build("", name, said, place.as_ref()?)));
        builds.collect::<Vec<_>>()
    });
    let pushed = builds.map(|build| Build {
        pushes: !build.tags.is_empty(),
        ..build
    });
    (pushed.collect(), default)
}

/// Where a file first says each target: a name in quotes with a block behind it, in JSON or in HCL.
fn targets_in(text: &str) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    // The text behind each quote, up to the next: of two quotes that stand around a name, the first.
    let mut at = 0;
    let mut parts = text.split('"').peekable();
    while let Some(part) = parts.next() {
        let behind = parts.peek().map(|behind| behind.trim_start());
        let behind = behind.map(|behind| behind.strip_prefix(':').map_or(behind, str::trim_start));
        if at > 0 && behind.is_some_and(|behind| behind.starts_with('{')) {
            found.entry(part).or_insert(at);
        }
        at += part.len() + 1;
    }
    found
}

impl Call {
    pub fn of_words(words: &[&str]) -> Self {
        let mut call = Self::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if word.starts_with("--") => (name, Some(value)),
                _ => (word, None),
            };
            match name {
                "-f" | "--file" => call.files.extend(value.or_else(|| words.next()).map(str::to_owned)),
                "--push" => call.pushes = value != Some("false"),
                "--set" => call.set.extend(value.or_else(|| words.next()).map(str::to_owned)),
                "--builder" | "--metadata-file" | "--progress" | "--provenance" | "--sbom" | "--allow"
                    if value.is_none() =>
                {
                    _ = words.next();
                }
                _ if name.starts_with('-') => {}
                _ => call.targets.push(word.to_owned()),
            }
        }
        call
    }

    /// The builds of its targets. What cannot be read is said.
    pub fn read(
        &self,
        root: &Root,
        folder: &str,
        variables: &Variables,
        place: &Place,
        problems: &mut Vec<Problem>,
    ) -> Vec<Build> {
        let before = growth::refusals();
        let builds = growth::measured(|| self.measured(root, folder, variables, place, problems));
        if growth::refusals() > before {
            let message = format!("cannot determine what bake builds here: {}", TooLong::WHAT);
            problems.push(Problem::error(message).at(place.clone()));
        }
        builds
    }

    fn measured(
        &self,
        root: &Root,
        folder: &str,
        variables: &Variables,
        place: &Place,
        problems: &mut Vec<Problem>,
    ) -> Vec<Build> {
        let names: Vec<String> = if self.files.is_empty() {
            let default = compose::DEFAULT.iter().chain(&DEFAULT);
            default.map(|name| within(folder, name)).collect()
        } else {
            self.files.iter().map(|file| within(folder, file)).collect()
        };
        let (mut files, mut is_any, mut builds) = (Files::default(), false, Vec::new());
        // Services of compose files are targets, too.
        let mut has_services = false;
        for name in &names {
            let read = RepoPath::parse(name).map_or(Ok(None), |path| root.source_if_present(&path));
            let source = match read {
                Ok(Some(source)) => source,
                Ok(None) => continue,
                Err(problem) => {
                    problems.push(problem);
                    return vec![anything(place)];
                }
            };
            is_any = true;
            if name.ends_with(".yml") || name.ends_with(".yaml") {
                has_services = true;
                let words = [&["-f", name, "build"][..], &self.services()].concat();
                builds.extend(compose::builds(root, "", &words, variables, place, problems));
                continue;
            }
            match file::read(&source) {
                Ok(value) => files.add(value, variables),
                // One that lies at the root is reported in any case, and what is not known is not a fault.
                Err(problem) => {
                    if !DEFAULT.contains(&name.as_str()) {
                        problems.push(problem);
                    }
                    return vec![anything(place)];
                }
            }
        }
        if !is_any {
            let shown = names.iter().find(|name| name.contains("bake")).or(names.first());
            let shown = shown.map_or("docker-bake.hcl", String::as_str);
            // A path that only a run can tell is not a fault.
            if !shown.contains('*') {
                let message = format!("cannot determine what bake builds here: `{shown}` does not exist");
                problems.push(Problem::warning(message).at(place.clone()));
            }
            return vec![anything(place)];
        }
        let default = ["default".to_owned()];
        let wanted = if self.targets.is_empty() {
            &default[..]
        } else {
            &self.targets
        };
        for name in wanted {
            if name.contains('*') {
                builds.push(anything(place));
            }
            let targets = files.targets(name);
            if !has_services && files.lacks(name) {
                let message = format!("this builds `{name}`, but no bake file defines a target or group `{name}`");
                problems.push(Problem::error(message).at(place.clone()));
            }
            builds.extend(targets.iter().map(|(name, said)| self.build(folder, name, said, place)));
        }
        let is_pushed = |set: &String| set.contains("type=registry") || set.contains("push=true");
        let pushes = self.pushes || self.set.iter().any(is_pushed);
        builds
            .into_iter()
            .map(|build| Build {
                pushes: pushes || build.pushes,
                ..build
            })
            .collect()
    }

    /// What of the targets may be a service of a compose file.
    fn services(&self) -> Vec<&str> {
        let is_all = self.targets.iter().any(|name| name == "default");
        let names = self.targets.iter().filter(|_| !is_all);
        names.map(String::as_str).collect()
    }

    fn build(&self, folder: &str, name: &str, said: &Map<String, Value>, place: &Place) -> Build {
        let set = |key: &str| {
            let mut found = self.set.iter().rev().filter_map(|set| {
                let (path, value) = set.split_once('=')?;
                let (target, set) = path.split_once('.')?;
                (set == key && filter::matches(target, name, Stars::Anything)).then(|| value.to_owned())
            });
            found.next()
        };
        let text = |key: &str| set(key).or_else(|| said.get(key).and_then(Value::as_str).map(str::to_owned));
        let context = text("context").unwrap_or_else(|| ".".into());
        let file = text("dockerfile").unwrap_or_else(|| "Dockerfile".into());
        // bake takes it as seen from the context.
        let path = if said.contains_key("dockerfile-inline") {
            "-".to_owned()
        } else if context.starts_with('*') {
            format!("*{file}")
        } else {
            within(folder, &format!("{context}/{file}"))
        };
        let mut args: Vec<(String, String)> = Vec::new();
        for (name, value) in said.get("args").and_then(Value::as_object).into_iter().flatten() {
            // One without a value has that of the environment.
            args.push(argument(&format!("{name}={}", value.as_str().unwrap_or("*"))));
        }
        for set in &self.set {
            let (target, rest) = set.split_once('.').unwrap_or((set, ""));
            if let Some(set) = rest
                .strip_prefix("args.")
                .filter(|_| filter::matches(target, name, Stars::Anything))
            {
                let (name, value) = argument(set);
                args.retain(|(known, _)| *known != name);
                args.push((name, value));
            }
        }
        let mut contexts: Vec<(String, String)> = Vec::new();
        for (name, value) in said.get("contexts").and_then(Value::as_object).into_iter().flatten() {
            contexts.push((name.clone(), value.as_str().unwrap_or("*").to_owned()));
        }
        let listed = |key: &str| said.get(key).and_then(Value::as_array).into_iter().flatten();
        let texts = |key: &str| listed(key).filter_map(Value::as_str).map(str::to_owned);
        let tags: Vec<String> = set("tags").into_iter().chain(texts("tags")).collect();
        let pushes = texts("output").any(|output| output.contains("type=registry") || output.contains("push=true"));
        Build {
            what: What::Dockerfile(path),
            context: told(&within(folder, &context)),
            args,
            contexts,
            target: text("target"),
            tags,
            pushes,
            place: place.clone(),
        }
    }
}
