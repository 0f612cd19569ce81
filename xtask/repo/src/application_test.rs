//! The test of the application as a whole: `[workspace.metadata.xtask.application-test]` in the root `Cargo.toml`.
//!
//! ```toml
//! [workspace.metadata.xtask.application-test]
//! script = "tests/end_to_end/flow.py"       # a Python program, one file
//! python-of = "mcp-server"                  # the service in whose environment, or image, it runs
//! env = { ADMIN_URL = "{url:admin-backend}" }   # for the script, and for the services
//! ```
//!
//! It prints TAP: a line `ok …` or `not ok …` for each thing that it has seen.

use std::collections::BTreeMap;

use super::{RepoPath, Service, keys, settings::required, template::Template, toml::Table, up};
use crate::Root;
use diagnostics::Located;
use diagnostics::Problem;
use formats::PackageName;

/// `[workspace.metadata.xtask.application-test]`: the program that tests all services together.
#[derive(Clone, Debug)]
pub struct ApplicationTest {
    /// The Python script that is run.
    pub script: Located<RepoPath>,
    /// The service whose environment runs it.
    pub python_of: Located<PackageName>,
    /// Additional environment variables, by name.
    pub env: BTreeMap<String, Template>,
}

impl ApplicationTest {
    /// `None` where there is none, or where it says something wrong, which is reported.
    pub fn read(settings: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let table = settings.table("application-test", problems)?;
        table.reject_unknown(&keys::APPLICATION_TEST, problems);
        let script = required(table, "script", problems);
        let service = required(table, "python-of", problems);
        let env = up::templates(table, problems);
        let (script, service) = (script?, service?);
        let path = RepoPath::parse(&script.value);
        if path.is_none() {
            problems.push(
                Problem::error(format!("`{}` leads out of the repository", script.value)).at(script.place.clone()),
            );
        }
        let name = PackageName::parse(&service.value);
        if name.is_none() {
            problems
                .push(Problem::error(format!("`{}` is not a package name", service.value)).at(service.place.clone()));
        }
        Some(Self {
            script: Located {
                value: path?,
                place: script.place,
            },
            python_of: Located {
                value: name?,
                place: service.place,
            },
            env,
        })
    }

    pub(super) fn check(&self, services: &[Service], root: &Root, problems: &mut Vec<Problem>) {
        let script = &self.script;
        if !root.has_file(&script.value) {
            problems.push(Problem::error(format!("`{}` is not a file", script.value)).at(script.place.clone()));
        }
        if services
            .iter()
            .all(|service| service.package.name != self.python_of.value)
        {
            problems.push(up::unknown_service(&self.python_of, services));
        }
        up::check(services, self.env.values(), problems);
    }
}
