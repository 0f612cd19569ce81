//! What starts a service: as its image says, as its script does, or as its package lets one assume.

use std::collections::BTreeMap;

use evidence::{image::Image, loaded::Listed};
use facts::{Subject, command::plain};
use formats::shell;
use repo::{Package, RepoPath, Root, stages};
use surfaces::compose::{Purpose, Run};

use crate::ByHand;

/// Servers whose module and program have one name.
const PROGRAMS: [&str; 8] = [
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "granian",
    "celery",
    "flask",
    "streamlit",
    "arq",
];

/// The one program that a package declares.
pub(crate) fn script(package: &Package) -> Option<String> {
    match package.manifest.scripts().as_slice() {
        [only] => Some((*only).to_owned()),
        [..] => None,
    }
}

/// What the image starts. Where that is a script of the repository, what the script starts in the end.
pub(crate) fn of_image(subject: &Subject<'_>, image: &Image, root: &Root, by_hand: &mut Vec<ByHand>) -> Vec<String> {
    let mut said = image.program();
    let place = image
        .config
        .entrypoint
        .as_ref()
        .or(image.config.command.as_ref())
        .map(|said| &said.place);
    let listed = Listed::of(subject.repo);
    let script_at = said
        .iter()
        .position(|word| word.ends_with(".sh") || script_at(image, &listed, root, word).is_some());
    let script_name = script_at.map(|at| said[at].clone());
    if let Some(at) = script_at
        && let Some(script) = Script::of(subject, image, &listed, root, &said[at..])
    {
        by_hand.push(ByHand::new(
            format!(
                "the image starts with `{}`, which generated images do not contain",
                script.path
            ),
            format!(
                "check `command`: it is the program that the script finally starts{}",
                script.before()
            ),
            place,
        ));
        said = script.started;
    }
    let words = started(&said);
    if let Some(script) = script_name.filter(|script| said.contains(script)) {
        let script = script.rsplit('/').next().unwrap_or_default();
        by_hand.push(ByHand::new(
            format!("the image starts with the script `{script}`, which generated images do not contain"),
            "set `command` to the program that the script finally starts, and move its other steps into the program",
            place,
        ));
    } else if words.iter().any(|word| word == "-c") {
        by_hand.push(ByHand::new(
            "a shell starts the service",
            "check `command`: name the program itself, in exec form, so that it receives SIGTERM",
            place,
        ));
    } else if !subject.service.package.is_program
        && words.first().is_some_and(|word| word == "python")
        && words.get(1).is_some_and(|word| word.ends_with(".py"))
    {
        by_hand.push(ByHand::new(
            format!("`{}` is started as a file", words[1]),
            "set `command` to `[\"python\", \"-m\", \"PACKAGE.MODULE\"]`: in production the package is installed",
            place,
        ));
    }
    words
}

/// A command without what only reloads or debugs. A module that Python runs is named as such.
fn started(said: &[String]) -> Vec<String> {
    let mut words = plain(said.to_vec());
    let module = said.windows(3).find(|words| {
        let name = words[0].rsplit('/').next().unwrap_or_default();
        name.starts_with("python") && words[1] == "-m"
    });
    if let (Some([_, _, module]), Some(first)) = (module, words.first())
        && module == first
        && !PROGRAMS.contains(&first.as_str())
    {
        words.splice(..0, ["python".to_owned(), "-m".to_owned()]);
    }
    words
}

/// The shell script of the repository that stands at a path of the image, whatever it is called there.
fn script_at(image: &Image, listed: &Listed, root: &Root, word: &str) -> Option<RepoPath> {
    if !word.contains('/') {
        return None;
    }
    let workdir = image
        .config
        .workdir
        .as_ref()
        .map_or("/", |workdir| workdir.value.as_str());
    let path = if word.starts_with('/') {
        word.to_owned()
    } else {
        format!("{workdir}/{}", word.trim_start_matches("./"))
    };
    let source = RepoPath::parse(&image.tree.source(&path, listed)?)?;
    let text = root.text(&source)?;
    let interpreter = text.lines().next()?.strip_prefix("#!")?;
    let program = interpreter.split_whitespace().find(|word| !word.ends_with("/env"))?;
    shell::is_shell(program).then_some(source)
}

/// A script of the repository that an image starts.
struct Script {
    path: String,
    /// Programs that it runs before.
    earlier: Vec<String>,
    /// What it becomes in the end.
    started: Vec<String>,
}

impl Script {
    /// The script with its arguments, if the image copies it and its last command is clear.
    fn of(subject: &Subject<'_>, image: &Image, listed: &Listed, root: &Root, words: &[String]) -> Option<Self> {
        let (script, arguments) = words.split_first()?;
        let name = script.rsplit('/').next()?;
        // On the path, where it is not named by one.
        let is_copied = |path: &&RepoPath| {
            let mut copied = image.copied.iter();
            path.file_name() == name && copied.any(|copied| copied.what.holds(path))
        };
        let path = script_at(image, listed, root, script)
            .or_else(|| subject.repo.tree().files().iter().find(is_copied).cloned())?;
        let variables: BTreeMap<String, String> = image
            .config
            .env
            .iter()
            .map(|(name, said)| (name.clone(), said.value.clone()))
            .collect();
        let mut commands = shell::commands(&root.text(&path)?, &variables).ok()?;
        let last = commands.pop().filter(|last| !last.is_conditional)?;
        let mut started = Vec::new();
        for word in &last.words {
            match word.text.as_str() {
                "exec" if started.is_empty() => {}
                "$@" | "${@}" => started.extend(arguments.iter().cloned()),
                text if word.is_clear => started.push(text.to_owned()),
                _ => return None,
            }
        }
        let programs = commands.iter().filter_map(|command| command.words.first());
        let is_of_shell = |name: &&str| ["set", "export", "echo", "cd", "exec", "trap", ":"].contains(name);
        let earlier = programs
            .map(|word| word.text.as_str())
            .filter(|name| !is_of_shell(name));
        Some(Self {
            path: path.to_string(),
            earlier: earlier.map(str::to_owned).collect(),
            started,
        })
        .filter(|script| !script.started.is_empty())
    }

    fn before(&self) -> String {
        match self.earlier.as_slice() {
            [] => String::new(),
            programs => format!(
                "; run its other steps ({}) in the program, or as a step of the deployment",
                programs.join(", ")
            ),
        }
    }
}

/// What compose files start of a service whose image is not known, production before anything else. Files of the image do not count,
/// because generated images do not contain them.
pub(crate) fn of_compose(subject: &Subject<'_>) -> Option<Vec<String>> {
    let of = |purpose: Option<Purpose>| {
        let runs = subject.compose.iter();
        let mut runs =
            runs.filter(|run| purpose.is_none_or(|purpose| run.purpose == purpose) && is_named_so(subject, run));
        let command = runs.find_map(|run| run.service.command.as_ref())?;
        let words = started(&command.value);
        let is_clear = |word: &String| !word.contains(['*', '$']) && !word.ends_with(".sh");
        let is_program = words.first().is_some_and(|first| !first.starts_with(['/', '.']));
        (is_program && words.iter().all(is_clear)).then_some(words)
    };
    of(Some(Purpose::Production)).or_else(|| of(None))
}

/// That a compose file builds a service from a Dockerfile for several, of which nothing could be read.
pub(crate) fn unread(subject: &Subject<'_>) -> Option<ByHand> {
    let mut runs = subject.compose.iter().filter(|run| is_named_so(subject, run));
    let (build, file) = runs.find_map(|run| {
        let build = run.service.build.as_ref()?;
        let file = build.dockerfile().filter(|file| subject.repo.root.has_file(file))?;
        Some((build, file))
    })?;
    Some(ByHand::new(
        format!(
            "`{file}` builds `{}`, and an argument chooses the service in it",
            subject.service.package.name
        ),
        "copy its system packages, user and environment to this table, and its base image to `base-image`",
        Some(&build.place),
    ))
}

/// Several services may be built from one Dockerfile.
fn is_named_so(subject: &Subject<'_>, run: &Run<'_>) -> bool {
    let package = &subject.service.package;
    stages::is_named(&package.dir, package.name.as_str(), &run.service.name.value)
}

/// What a package without an image starts, by what it depends on and holds.
pub(crate) fn assumed(package: &Package, root: &Root, by_hand: &mut Vec<ByHand>) -> Vec<String> {
    let module = package.import_roots.iter().find_map(|folder| {
        let mut entries = root.entries(folder).into_iter();
        let is_module = |entry: &repo::root::Entry| {
            root.is_file(&entry.path.child("__init__.py")) || root.is_file(&entry.path.child("main.py"))
        };
        entries.find(is_module).map(|entry| entry.path)
    });
    let needs = |name: &str| {
        let mut main = package.manifest.main.iter();
        main.any(|dependency| dependency.name.value.as_str() == name)
    };
    // The one program that it declares is not assumed.
    if let Some(script) = script(package) {
        return vec![script];
    }
    let served = |module: &str| {
        let application = format!("{module}:app");
        let words = ["uvicorn", &application, "--host", "0.0.0.0", "--port", "8000"];
        words.iter().map(|word| (*word).to_owned()).collect()
    };
    let is_served = needs("uvicorn") || needs("fastapi");
    let assumed: Vec<String> = match &module {
        Some(module) if is_served => served(&format!("{}.main", module.file_name())),
        None if is_served && root.is_file(&package.dir.child("main.py")) => served("main"),
        Some(module) if root.is_file(&module.child("__main__.py")) => {
            vec!["python".into(), "-m".into(), module.file_name().into()]
        }
        Some(_) | None => Vec::new(),
    };
    if !assumed.is_empty() {
        by_hand.push(ByHand::new(
            format!("no Dockerfile shows how `{}` starts", package.name),
            format!("check `command`: `{}` is an assumption", assumed.join(" ")),
            None,
        ));
    }
    assumed
}
