//! What a rule is, and what it looks at.

use super::Aspect;
use diagnostics::{Level, Problem};
use facts::{Member, OtherImage, Pair, Subject, Twins, Workspace};
use formats::PackageName;

/// A rule. Its id is the name of its file, with `-` for `_`.
#[derive(Debug)]
pub struct Rule {
    /// The id, in kebab case.
    pub id: &'static str,
    /// What the rule looks at.
    pub aspect: Aspect,
    /// How severe its findings are at most; only errors break parity. A finding that is less severe than the others says so.
    pub level: Level,
    /// What it finds.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// A finding of the rule, as `docs/rules.md` shows it.
    pub example: &'static str,
    /// How to fix it.
    pub fix: &'static str,
    /// The function that checks.
    pub check: Check,
}

/// What a rule checks.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Each service by itself.
    Service(fn(&Subject<'_>) -> Vec<Problem>),
    /// All services together. Each problem belongs to the service with that name.
    Among(fn(&Workspace<'_>) -> Vec<(PackageName, Problem)>),
    /// Each service and each lib, as a package. What is found in a lib counts for the first service that needs it.
    Package(fn(&Member<'_>) -> Vec<Problem>),
    /// Each service by itself, and each image that belongs to no service.
    Files(fn(&Subject<'_>) -> Vec<Problem>, fn(&OtherImage<'_>) -> Vec<Problem>),
    /// Each image that belongs to no service.
    OtherImage(fn(&OtherImage<'_>) -> Vec<Problem>),
    /// All services together. A problem belongs to none of them alone.
    Workspace(fn(&Workspace<'_>) -> Vec<Problem>),
    /// Two built images, for what no file shows.
    Images(fn(&Pair<'_>) -> Vec<Problem>),
    /// The same question of a service's images, whether their Dockerfiles or the built images answer it.
    Both(fn(&Twins<'_>) -> Vec<Problem>),
}

impl Check {
    /// What the rule finds in built images, if it looks at them.
    pub fn of_images(self, pair: &Pair<'_>) -> Vec<Problem> {
        match self {
            Self::Images(check) => check(pair),
            Self::Both(check) => check(&Twins::of_images(pair)),
            Self::Service(_)
            | Self::Among(_)
            | Self::Package(_)
            | Self::Files(..)
            | Self::OtherImage(_)
            | Self::Workspace(_) => Vec::new(),
        }
    }

    /// Whether the rule looks at built images.
    pub fn has_images(self) -> bool {
        matches!(self, Self::Images(_) | Self::Both(_))
    }
}
