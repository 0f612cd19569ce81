//! The health check of an image, and programs that it runs and the image does not have.

use super::stage::State;
use crate::health::Health;
use diagnostics::Place;
use formats::{
    dockerfile::{Arguments, Dockerfile, Keyword, Statement},
    shell::Variables,
};

/// `HEALTHCHECK` of the image.
#[derive(Clone, Debug)]
pub struct HealthCheck {
    /// How the health is checked.
    pub health: Health,
    /// What it runs, variables in place.
    pub commands: Vec<Vec<String>>,
    /// Programs that it runs, and that nothing brings.
    pub absent: Vec<String>,
    /// Where the instruction is written.
    pub place: Place,
}

/// What asks a port, and where it is not: images of Debian have none of these, and Alpine has its own.
const CLIENTS: [(&str, bool); 3] = [("curl", false), ("nc", true), ("wget", true)];

/// The check that the last of these stages ends up with. `None` where there is none.
pub fn of(dockerfile: &Dockerfile, stages: &[State]) -> Option<HealthCheck> {
    let last = stages.last()?;
    let health = last.health.as_ref().filter(|said| said.value != Health::Off)?;
    let env: Variables = last
        .env
        .iter()
        .map(|(name, said)| (name.clone(), said.value.clone()))
        .collect();
    let commands = health.value.commands(&env);
    let programs = commands.iter().filter_map(|words| words.first());
    let absent = programs.filter(|program| lacks(dockerfile, stages, program));
    Some(HealthCheck {
        absent: absent.cloned().collect(),
        commands,
        health: health.value.clone(),
        place: health.place.clone(),
    })
}

/// Whether nothing that the last stage stands on can have brought a program. What speaks of it at all, or installs what
/// cannot be told, may have.
fn lacks(dockerfile: &Dockerfile, stages: &[State], program: &str) -> bool {
    let known = CLIENTS.iter().find(|(name, _)| *name == program);
    let Some((_, is_of_busybox)) = known else { return false };
    let mut at = Some(stages.len() - 1);
    while let Some(index) = at {
        let statements = dockerfile.stages.get(index).map_or(&[][..], |stage| &stage.statements);
        if stages[index].is_unclear || statements.iter().any(|statement| may_bring(statement, program)) {
            return false;
        }
        at = stages[index].on;
    }
    let base = stages.last().map_or("", |last| last.base.value.as_str());
    match Base::of(base) {
        Base::Debian => true,
        Base::Alpine => !is_of_busybox,
        Base::Unknown => false,
    }
}

fn may_bring(statement: &Statement, program: &str) -> bool {
    let is_run = match statement.keyword {
        Keyword::Run => true,
        Keyword::Add | Keyword::Copy | Keyword::Onbuild => false,
        Keyword::Arg
        | Keyword::Cmd
        | Keyword::Entrypoint
        | Keyword::Env
        | Keyword::Expose
        | Keyword::From
        | Keyword::Healthcheck
        | Keyword::Label
        | Keyword::Maintainer
        | Keyword::Shell
        | Keyword::Stopsignal
        | Keyword::User
        | Keyword::Volume
        | Keyword::Workdir => return false,
    };
    let speaks = |text: &str| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let is_netcat = |word: &str| program == "nc" && (word.starts_with("netcat") || word == "ncat");
        let installs_untold = is_run && text.contains(['$', '<', '@']) && text.contains("install");
        words.any(|word| word == program || is_netcat(word)) || installs_untold || text.contains("xargs")
    };
    let in_arguments = match &statement.arguments {
        Arguments::Text(text) => speaks(&text.value),
        Arguments::Exec(words) | Arguments::Words(words) => words.iter().any(|word| speaks(&word.value)),
        Arguments::Pairs(_) | Arguments::Trigger(_) => false,
    };
    in_arguments || statement.heredocs.iter().any(|heredoc| speaks(&heredoc.content))
}

/// What an image is made of, where everybody knows.
enum Base {
    Debian,
    Alpine,
    Unknown,
}

impl Base {
    fn of(reference: &str) -> Self {
        let reference = reference.split('@').next().unwrap_or_default();
        let (name, tag) = reference.rsplit_once(':').unwrap_or((reference, ""));
        let name = name.rsplit_once("library/").map_or(name, |(_, name)| name);
        let name = name.trim_start_matches("docker.io/");
        match name {
            "alpine" => Self::Alpine,
            "python" | "ghcr.io/astral-sh/uv" if tag.contains("alpine") => Self::Alpine,
            "python" | "ghcr.io/astral-sh/uv" if tag.contains("slim") => Self::Debian,
            "debian" | "ubuntu" => Self::Debian,
            _ => Self::Unknown,
        }
    }
}
