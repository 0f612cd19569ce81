//! What one call that builds an image is given: as plain data, with the bytes that say it.

use std::sync::OnceLock;

use super::{
    given::{add_rest, argument, build_args, dockerfile, in_command, steps, syncs, text, texts, words},
    machine::{CallSite, Event, File},
    text::Text,
    value::Unknown,
};
use formats::starlark::syntax::Span;
use repo::RepoPath;

/// One image that Tilt builds.
#[derive(Clone, Debug)]
pub struct Build {
    /// The function that is called.
    pub kind: Kind,
    /// The whole call.
    pub call: Span,
    /// The statement of the outermost level that it is made by.
    pub statement: Span,
    /// The folder that its paths start from.
    pub dir: RepoPath,
    /// The reference of the image.
    pub image: Text,
    /// `None` where it leads out of the repository, or cannot be told.
    pub context: Option<RepoPath>,
    /// The Dockerfile that it builds.
    pub dockerfile: Dockerfile,
    /// The words of `entrypoint`, where one is given and known, and where that is.
    pub entrypoint: Option<(Vec<String>, Span)>,
    /// The stage, where one is named. `None` where that cannot be told.
    pub target: Option<Option<String>>,
    /// `build_args`.
    pub build_args: Sequence<BuildArg>,
    /// The syncs of `live_update`.
    pub syncs: Sequence<Sync>,
    /// The names of all steps of `live_update`, in order.
    pub steps: Vec<String>,
    /// `ignore`.
    pub ignore: Sequence<Text>,
    /// `only`.
    pub only: Sequence<Text>,
    /// `deps` of a `custom_build`: the files that it watches.
    pub deps: Sequence<Text>,
    /// The items of the loops around it, and the literals that they come from.
    pub made_from: Vec<Span>,
    /// Literals whose items the arguments are made from.
    pub feeders: Vec<Span>,
    /// The calls of functions around it, outermost first.
    pub frames: Vec<CallSite>,
    /// All that it is given besides, as text.
    pub rest: String,
    /// A dictionary (`**`) supplies more, and what is not known.
    pub has_hole: bool,
    /// Arguments of which the file alone does not tell the value.
    pub unknowns: Vec<Unknown>,
    /// See [`crate::tilt::service_of`].
    pub(crate) owner: OnceLock<Option<usize>>,
}

/// The functions of Tilt, and of its extensions, that build an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `docker_build`.
    Docker,
    /// `docker_build_with_restart`, of the extension `restart_process`.
    DockerWithRestart,
    /// `custom_build`.
    Custom,
    /// `custom_build_with_restart`, of the extension `restart_process`.
    CustomWithRestart,
}

/// The Dockerfile that is built.
#[derive(Clone, Debug)]
pub enum Dockerfile {
    /// Nothing is said: the one in the context.
    Default,
    /// The Dockerfile that `dockerfile` names, or the default.
    Said {
        /// The path relative to the folder of the Tiltfile.
        text: Text,
        /// What the caret points at.
        place: Span,
    },
    /// The command of `custom_build`, and the path behind `-f` or `--file` in it.
    InCommand {
        /// The command.
        command: Text,
        /// The path as it is written.
        path: Option<String>,
        /// What the caret points at.
        place: Span,
    },
    /// It is written in the Tiltfile.
    Contents(Span),
    /// Nothing tells which one it is.
    Unknown,
}

/// The items of an argument, and where more of them can be written.
#[derive(Clone, Debug)]
pub struct Sequence<T> {
    /// The items, in order.
    pub items: Vec<Placed<T>>,
    /// The list or dict literals that it was put together from.
    pub homes: Vec<Span>,
    /// The literals whose items its items were made from.
    pub feeders: Vec<Span>,
    /// The expression in the call itself.
    pub expression: Option<Span>,
    /// Some of its items cannot be told.
    pub has_hole: bool,
}

/// An item with where it is written.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The item.
    pub what: T,
    /// What says it, for a caret.
    pub place: Span,
    /// Its bytes in a literal.
    pub span: Option<Span>,
    /// Literals that a loop or comprehension made it from.
    pub made_from: Vec<Span>,
}

/// A call of `sync`.
#[derive(Clone, Debug)]
pub struct Sync {
    /// The path on this machine.
    pub local: Text,
    /// The path in the container.
    pub remote: Text,
}

/// An entry of `build_args`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildArg {
    /// The name of the argument.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl<T> Default for Sequence<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            homes: Vec::new(),
            feeders: Vec::new(),
            expression: None,
            has_hole: false,
        }
    }
}

impl Kind {
    /// The kind of a function by its name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "docker_build" => Self::Docker,
            "docker_build_with_restart" => Self::DockerWithRestart,
            "custom_build" => Self::Custom,
            "custom_build_with_restart" => Self::CustomWithRestart,
            _ => return None,
        })
    }

    /// Whether the function takes a Dockerfile, and does not run a command instead.
    pub fn has_dockerfile(self) -> bool {
        matches!(self, Self::Docker | Self::DockerWithRestart)
    }

    /// Parameters that can be given without their names, in order, as the documentation of Tilt has them.
    pub fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Docker => &[
                "ref",
                "context",
                "build_args",
                "dockerfile",
                "dockerfile_contents",
                "live_update",
                "match_in_env_vars",
                "ignore",
                "only",
                "entrypoint",
                "target",
            ],
            Self::DockerWithRestart => &["ref", "context", "entrypoint", "live_update"],
            Self::Custom => &[
                "ref",
                "command",
                "deps",
                "tag",
                "disable_push",
                "skips_local_docker",
                "live_update",
                "match_in_env_vars",
                "ignore",
            ],
            Self::CustomWithRestart => &["ref", "command", "deps", "entrypoint", "live_update"],
        }
    }
}

/// Parameters that have a field of their own.
pub const FOLLOWED: [&str; 9] = [
    "ref",
    "context",
    "build_args",
    "dockerfile",
    "dockerfile_contents",
    "live_update",
    "ignore",
    "only",
    "command",
];

impl Build {
    /// The build that a call makes; `None` where the call builds nothing.
    pub fn of(event: &Event, files: &[File]) -> Option<Self> {
        let kind = Kind::of(&event.name)?;
        let call = &event.call;
        let dir = files
            .get(usize::from(call.file))
            .map_or_else(RepoPath::root, |file| file.path.parent());
        let mut unknowns: Vec<Unknown> = Vec::new();
        if let Some(hole) = &call.hole {
            let why = format!("cannot determine all build arguments of this image: {}", hole.why);
            unknowns.push(Unknown { span: call.span, why });
        }
        let given = |name: &str| argument(call, kind, name);
        let mut about_image = Vec::new();
        let image = text(given("ref"), call.span, "which image this builds", &mut about_image);
        // A registry that depends on where Tilt runs hides no image.
        let shown = image.shown();
        if shown.rsplit('/').next().is_none_or(|name| name.contains('…')) {
            unknowns.append(&mut about_image);
        }
        let context = given("context").map(|_| {
            text(
                given("context"),
                call.span,
                "the folder that this builds in",
                &mut unknowns,
            )
        });
        let context = match (&context, kind.has_dockerfile()) {
            (Some(context), true) => context.known().and_then(|context| dir.join(&context)),
            (_, _) => Some(dir.clone()),
        };
        let dockerfile = dockerfile(call, kind, &mut unknowns);
        let target = match given("target") {
            // What cannot be told may hold it, and so may a command.
            None => (call.hole.is_none() && kind.has_dockerfile()).then_some(None),
            given => text(given, call.span, "the stage", &mut Vec::new()).known().map(Some),
        };
        let mut build_args = build_args(given("build_args"), &mut unknowns);
        if let Dockerfile::InCommand { command, place, .. } = &dockerfile {
            build_args.items.extend(in_command(command, *place));
        }
        let mut rest = String::new();
        for (position, argument) in call.positional.iter().enumerate() {
            let name = kind.parameters().get(position).copied().unwrap_or("");
            add_rest(name, argument, &mut rest);
        }
        for (name, argument) in &call.named {
            add_rest(name, argument, &mut rest);
        }
        let mut build = Self {
            kind,
            call: call.span,
            statement: event.top,
            dir,
            image,
            context,
            dockerfile,
            entrypoint: words(given("entrypoint")),
            target,
            build_args,
            syncs: syncs(given("live_update"), &mut unknowns),
            steps: steps(given("live_update")),
            ignore: texts(given("ignore"), "what is ignored here", &mut unknowns),
            only: texts(given("only"), "what is built from here", &mut unknowns),
            deps: texts(given("deps"), "what is watched here", &mut Vec::new()),
            made_from: event.made_from.clone(),
            feeders: event.feeders.clone(),
            frames: event.frames.clone(),
            rest,
            has_hole: call.hole.is_some(),
            unknowns,
            owner: OnceLock::new(),
        };
        // What is not said may be in what cannot be told.
        if call.hole.is_some() {
            build.syncs.has_hole |= given("live_update").is_none();
            build.ignore.has_hole |= given("ignore").is_none();
            build.only.has_hole |= given("only").is_none();
            build.deps.has_hole |= given("deps").is_none();
        }
        Some(build)
    }

    /// The Dockerfile, from the root of the repository.
    pub fn dockerfile_path(&self) -> Option<RepoPath> {
        match &self.dockerfile {
            Dockerfile::Default => Some(self.context.as_ref()?.child("Dockerfile")),
            Dockerfile::Said { text, .. } => self.dir.join(&text.known()?),
            Dockerfile::InCommand { path, .. } => self.dir.join(path.as_ref()?),
            Dockerfile::Contents(_) | Dockerfile::Unknown => None,
        }
    }

    /// What says which Dockerfile is built.
    pub fn dockerfile_place(&self) -> Span {
        match &self.dockerfile {
            Dockerfile::Said { place, .. } | Dockerfile::InCommand { place, .. } | Dockerfile::Contents(place) => {
                *place
            }
            Dockerfile::Default | Dockerfile::Unknown => self.call,
        }
    }
}
