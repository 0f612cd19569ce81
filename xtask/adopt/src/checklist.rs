//! What is done of the way to two generated images, what a command does, and what a person has to edit.

use diagnostics::{Place, Problem};

use crate::ByHand;

/// The parts of the way, in the order in which they are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What all images share, and what each says of itself.
    Settings,
    /// Manifests, locks and code: what production installs as packages.
    Packages,
    /// The two Dockerfiles of each service.
    Images,
    /// Live updates.
    Tilt,
    /// What runs the images elsewhere.
    Deployment,
    /// What is built, tested and compared on every change.
    Ci,
    /// What people read.
    Documentation,
}

/// How far an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is left to do.
    Done,
    /// A command does it.
    Run(String),
    /// A person does it, by this edit.
    ByHand(String),
}

/// One item of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where it belongs.
    pub section: Section,
    /// What it is.
    pub what: String,
    /// How far it is.
    pub state: State,
    /// Where it is, if it is somewhere.
    pub place: Option<Place>,
}

impl State {
    /// What a fix asks for: a command, where that is all of it.
    fn of(fix: String) -> Self {
        let command = fix.strip_prefix("run `").and_then(|rest| rest.strip_suffix('`'));
        match command.filter(|command| !command.contains('`')) {
            Some(command) => Self::Run(command.to_owned()),
            None => Self::ByHand(fix),
        }
    }
}

impl Section {
    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Packages => "Packages",
            Self::Images => "Images",
            Self::Tilt => "Tilt",
            Self::Deployment => "Charts and compose files",
            Self::Ci => "CI",
            Self::Documentation => "Documentation",
        }
    }

    /// Where what a rule finds belongs, if its name tells: places may be in the manifest of a service.
    fn of_rule(rule: &str) -> Option<Self> {
        match rule.split('-').next() {
            Some("chart" | "compose" | "address") => Some(Self::Deployment),
            Some("ci") => Some(Self::Ci),
            Some("tilt") => Some(Self::Tilt),
            Some(_) | None => None,
        }
    }

    /// Where a problem belongs, by its file.
    pub fn of(path: &str) -> Self {
        let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".tpl");
        if path.starts_with(".github/") || path.starts_with(".gitlab-ci") {
            Self::Ci
        } else if path.ends_with("Tiltfile") || path.ends_with(".star") {
            Self::Tilt
        } else if is_yaml {
            Self::Deployment
        } else {
            Self::Packages
        }
    }
}

impl Item {
    /// One that is done, or that a command does.
    pub fn new(section: Section, what: impl Into<String>, state: State) -> Self {
        Self {
            section,
            what: what.into(),
            state,
            place: None,
        }
    }

    /// Whether the command of the other one settles it as well. Generation writes and updates, and each has an item of its own.
    pub fn is_by_command_of(&self, other: &Self) -> bool {
        let is_locking = |command: &String| command.contains(" lock") || command.contains(" add ");
        matches!((&self.state, &other.state), (State::Run(one), State::Run(two)) if one == two && is_locking(one))
    }

    /// One that is left to a person.
    pub fn by_hand(section: Section, by_hand: ByHand) -> Self {
        Self {
            section,
            what: by_hand.what,
            state: State::ByHand(by_hand.edit),
            place: by_hand.place,
        }
    }

    /// A problem: its fix is the edit. The rule that found it, or else its first place, decides where it belongs.
    pub fn of(problem: &Problem, rule: Option<&str>) -> Self {
        let place = problem.places.first().cloned();
        let by_place = || {
            let place = place.as_ref();
            place.map_or(Section::Packages, |place| Section::of(place.position().0))
        };
        let section = rule.and_then(Section::of_rule).unwrap_or_else(by_place);
        let remedy = problem.remedy.clone().or_else(|| problem.notes.first().cloned());
        Self {
            section,
            what: problem.message.clone(),
            state: State::of(remedy.unwrap_or_default()),
            place,
        }
    }
}
