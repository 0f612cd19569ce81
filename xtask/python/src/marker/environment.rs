use std::{collections::BTreeSet, str::FromStr};

use pep440_rs::Version;

use super::{
    Variable,
    node::{Id, Node, Test, pieces},
    pool::Pool,
    variable::{StringVariable, VersionVariable},
};
use crate::constraint::{Cut, VersionSet};

/// One interpreter on one machine, as PEP 508 describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// `3.13.1`; `python_version` is its first two numbers.
    pub python_full_version: String,
    /// `sys.implementation.name`, such as `cpython`.
    pub implementation_name: String,
    /// `sys.implementation.version` as a version.
    pub implementation_version: String,
    /// `platform.python_implementation()`, such as `CPython`.
    pub platform_python_implementation: String,
    /// `os.name`.
    pub os_name: String,
    /// `sys.platform`.
    pub sys_platform: String,
    /// `platform.system()`.
    pub platform_system: String,
    /// `platform.machine()`.
    pub platform_machine: String,
    /// `platform.release()`.
    pub platform_release: String,
    /// `platform.version()`.
    pub platform_version: String,
    /// Normalised.
    pub extras: BTreeSet<String>,
}

impl Environment {
    /// CPython on Linux, as in a container image. `machine` is `x86_64` or `aarch64`.
    pub fn linux(python_full_version: &str, machine: &str) -> Self {
        Self {
            python_full_version: python_full_version.into(),
            implementation_name: "cpython".into(),
            implementation_version: python_full_version.into(),
            platform_python_implementation: "CPython".into(),
            os_name: "posix".into(),
            sys_platform: "linux".into(),
            platform_system: "Linux".into(),
            platform_machine: machine.into(),
            platform_release: String::new(),
            platform_version: String::new(),
            extras: BTreeSet::new(),
        }
    }

    /// The text that a comparison sees. `extra` has none: several can be asked for at once.
    pub(super) fn text(&self, variable: Variable) -> &str {
        match variable {
            Variable::PythonVersion => {
                let second_dot = self.python_full_version.match_indices('.').nth(1);
                let end = second_dot.map_or(self.python_full_version.len(), |(at, _)| at);
                self.python_full_version.get(..end).unwrap_or_default()
            }
            Variable::PythonFullVersion => &self.python_full_version,
            Variable::ImplementationVersion => &self.implementation_version,
            Variable::PlatformRelease => &self.platform_release,
            Variable::PlatformVersion => &self.platform_version,
            Variable::SysPlatform => &self.sys_platform,
            Variable::PlatformSystem => &self.platform_system,
            Variable::OsName => &self.os_name,
            Variable::PlatformMachine => &self.platform_machine,
            Variable::PlatformPythonImplementation => &self.platform_python_implementation,
            Variable::ImplementationName => &self.implementation_name,
            Variable::Extra | Variable::Extras | Variable::DependencyGroups => "",
        }
    }

    pub(super) fn string(&self, variable: StringVariable) -> &str {
        self.text(variable.variable())
    }

    /// `None` where the text is not a version: the kernel release `6.1.0-13-amd64`.
    pub(super) fn version(&self, variable: VersionVariable) -> Option<Version> {
        let version = Version::from_str(self.text(variable.variable())).ok()?;
        match variable {
            // A pre-release of Python counts as its release.
            VersionVariable::Python => Some(version.only_release()),
            VersionVariable::Implementation | VersionVariable::PlatformRelease | VersionVariable::PlatformVersion => {
                Some(version)
            }
        }
    }
}

impl Pool {
    pub(super) fn evaluate(&self, id: Id, environment: &Environment) -> bool {
        let mut at = id;
        loop {
            at = match &*self.node(at) {
                Node::Leaf(holds) => return *holds,
                Node::Versions {
                    variable,
                    lowest,
                    above,
                } => match environment.version(*variable) {
                    Some(version) => {
                        let reached = |(from, to, _): &(Option<&Cut>, Option<&Cut>, Id)| {
                            VersionSet::from_intervals([(from.cloned(), to.cloned())]).contains(&version)
                        };
                        pieces(*lowest, above)
                            .find(reached)
                            .map_or(*lowest, |(_, _, child)| child)
                    }
                    None => *lowest,
                },
                Node::Strings { variable, texts, other } => {
                    let text = environment.string(*variable);
                    let found = texts.iter().find(|(known, _)| known == text);
                    found.map_or(*other, |(_, child)| *child)
                }
                Node::Test { test, yes, no } => {
                    let holds = match test {
                        Test::Extra(name) => environment.extras.contains(name),
                        Test::Text(one) => one.holds_for(environment.text(one.variable)),
                    };
                    if holds { *yes } else { *no }
                }
            };
        }
    }
}
