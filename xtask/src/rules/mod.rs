//! What has to hold between the two images of a service. One file a rule: what it is about, and the function that checks it.

mod base_image_differs;
mod base_image_floats;
mod build_tool_in_production;
mod chart_command_overrides;
mod chart_image_differs;
mod chart_image_floats;
mod chart_not_followed;
mod chart_port_differs;
mod chart_pythonpath;
mod chart_service_missing;
mod chart_user_differs;
mod command_differs;
mod development_package_in_production;
mod dockerfile_missing;
mod environment_differs;
mod exception_unused;
mod generated_file_stale;
mod install_resolves;
mod install_without_hashes;
mod lib_constraint_unsatisfied;
mod lib_missing;
mod lib_not_needed;
mod lib_version_stale;
mod lock_missing;
mod lock_stale;
mod package_missing;
mod pin_not_in_lock;
mod port_differs;
mod python_outside_range;
mod pythonpath_in_production;
mod subject;
mod system_packages_differ;
#[cfg(test)]
mod tests;
mod user_differs;
mod user_is_root;
mod workdir_differs;

pub use crate::report::Level;
use crate::report::Problem;

pub use exception_unused::{RULE as EXCEPTION_UNUSED, check as exceptions_unused};
pub use generated_file_stale::{RULE as GENERATED_FILE_STALE, stale};
pub use subject::{LockState, Subject, Whole};

/// A rule. Its id is the name of its file, with `-` for `_`.
#[derive(Debug)]
pub struct Rule {
    pub id: &'static str,
    pub aspect: Aspect,
    /// How grave it is; only errors break parity.
    pub level: Level,
    /// What it finds.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    pub example: &'static str,
    /// How to mend it.
    pub fix: &'static str,
    pub check: Check,
}

/// What a rule is asked about.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Each service by itself.
    Service(fn(&Subject<'_>) -> Vec<Problem>),
    /// All services together, where what is wrong is of none of them alone.
    Whole(fn(&Whole<'_>) -> Vec<Problem>),
}

/// What a rule looks at: a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    Files,
    Base,
    Lock,
    Packages,
    Libs,
    Runtime,
    Tilt,
    Chart,
    Ci,
}

impl Aspect {
    pub const ALL: [Self; 9] = [
        Self::Files,
        Self::Base,
        Self::Lock,
        Self::Packages,
        Self::Libs,
        Self::Runtime,
        Self::Tilt,
        Self::Chart,
        Self::Ci,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Base => "base",
            Self::Lock => "lock",
            Self::Packages => "packages",
            Self::Libs => "libs",
            Self::Runtime => "runtime",
            Self::Tilt => "tilt",
            Self::Chart => "chart",
            Self::Ci => "ci",
        }
    }
}

/// Every rule, by id.
pub const RULES: [&Rule; 34] = [
    &base_image_differs::RULE,
    &base_image_floats::RULE,
    &build_tool_in_production::RULE,
    &chart_command_overrides::RULE,
    &chart_image_differs::RULE,
    &chart_image_floats::RULE,
    &chart_not_followed::RULE,
    &chart_port_differs::RULE,
    &chart_pythonpath::RULE,
    &chart_service_missing::RULE,
    &chart_user_differs::RULE,
    &command_differs::RULE,
    &development_package_in_production::RULE,
    &dockerfile_missing::RULE,
    &environment_differs::RULE,
    &exception_unused::RULE,
    &generated_file_stale::RULE,
    &install_resolves::RULE,
    &install_without_hashes::RULE,
    &lib_constraint_unsatisfied::RULE,
    &lib_missing::RULE,
    &lib_not_needed::RULE,
    &lib_version_stale::RULE,
    &lock_missing::RULE,
    &lock_stale::RULE,
    &package_missing::RULE,
    &pin_not_in_lock::RULE,
    &port_differs::RULE,
    &python_outside_range::RULE,
    &pythonpath_in_production::RULE,
    &system_packages_differ::RULE,
    &user_differs::RULE,
    &user_is_root::RULE,
    &workdir_differs::RULE,
];

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.into_iter().find(|rule| rule.id == id)
}
