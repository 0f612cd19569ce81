use std::{
    fmt,
    process::{Command, Stdio},
};

/// A job of the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// What reads sources and compares.
    Checks,
    /// Every test that needs no Docker.
    Tests,
    /// Both flavours of the services that the change affects, and their unit tests inside the test stage.
    Images,
    /// What is expected of every image.
    Trials,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 4] = [Self::Checks, Self::Tests, Self::Images, Self::Trials];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checks => "checks",
            Self::Tests => "tests",
            Self::Images => "images",
            Self::Trials => "trials",
        }
    }
}

/// One command of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The stage that it belongs to.
    pub stage: Stage,
    /// Its name on the command line.
    pub name: String,
    /// The command.
    pub run: Run,
    /// What has to be on the machine.
    pub needs: Option<Needs>,
}

impl Step {
    /// By its own name, or by that of its stage.
    pub fn is_called(&self, name: &str) -> bool {
        let is_of_a_package = || name == "pyright" && self.name.starts_with("pyright-");
        self.name == name || self.stage.name() == name || is_of_a_package()
    }
}

/// What a step runs, in the root of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// This program, with these arguments.
    Xtask(Vec<String>),
    /// Cargo, with these arguments.
    Cargo(Vec<String>),
}

/// As a person types it.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (program, arguments) = match self {
            Self::Xtask(arguments) => (diagnostics::called::command(), arguments),
            Self::Cargo(arguments) => ("cargo", arguments),
        };
        write!(f, "{program} {}", arguments.join(" "))
    }
}

/// What not every machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A Docker engine.
    Docker,
}

impl Needs {
    /// Why a step that needs it cannot run here.
    pub fn missing(self) -> Option<&'static str> {
        match self {
            Self::Docker => {
                let mut command = Command::new("docker");
                command.args(["buildx", "version"]);
                if !succeeds(&mut command) {
                    return Some("no `docker buildx` is here");
                }
                let mut command = Command::new("docker");
                command.args(["version", "--format", "{{.Server.Version}}"]);
                (!succeeds(&mut command)).then_some("no Docker engine answers (`docker version`)")
            }
        }
    }
}

fn succeeds(command: &mut Command) -> bool {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
