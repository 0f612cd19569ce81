//! The pages that people open in a browser: `[workspace.metadata.xtask.frontend]` in the root `Cargo.toml`.
//!
//! ```toml
//! [workspace.metadata.xtask.frontend]
//! folder = "frontend"                      # holds a package.json and a package-lock.json
//! command = ["npm", "run", "dev"]          # serves the pages beside the services, in `cargo xtask up`
//! port = 8090
//! env = { FRONTEND_PORT = "{port}", RAG_URL = "{url:rag-backend}" }
//! open = ["/chat/", "/admin/"]             # or one path, as in `[tool.xtask.up]` of a service, and `health`
//! test = ["npm", "test"]                   # without the services
//! browser-test = { command = ["npm", "run", "test:browser"], env = { RAG_URL = "{url:rag-backend}" } }
//! image-test = ["npm", "run", "test:image"]   # of the image that the Dockerfile in the folder builds
//! ```
//!
//! The tests write a report in JUnit's format to the file that `XTASK_JUNIT` names. The `env` of the test in a browser is
//! for the services too.

use std::collections::BTreeMap;

use super::{RepoPath, Service, keys, settings::required, template::Template, toml::Table, up};
use crate::Root;
use diagnostics::Located;
use diagnostics::Problem;

const LOCK: &str = "package-lock.json";

/// `[workspace.metadata.xtask.frontend]`: the pages, and how they are served and tested.
#[derive(Clone, Debug)]
pub struct Frontend {
    /// That of its folder.
    pub name: String,
    /// The folder of the pages.
    pub folder: Located<RepoPath>,
    /// What serves the pages on this machine.
    pub serve: Program,
    /// The port on which they are served.
    pub port: u16,
    /// The paths that `up` shows to open, such as `/chat/`.
    pub open: Vec<String>,
    /// The path that answers with success once the pages are served.
    pub health: String,
    /// The command that tests the pages without a browser.
    pub test: Option<Vec<String>>,
    /// What tests the pages in a browser.
    pub browser_test: Option<Program>,
    /// The command that tests the image of the pages.
    pub image_test: Option<Vec<String>>,
}

/// Words of a command, with what its environment holds.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Environment variables by name.
    pub env: BTreeMap<String, Template>,
}

impl Frontend {
    /// `None` where there is none, or where it says something wrong, which is reported.
    pub fn read(settings: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let table = settings.table("frontend", problems)?;
        table.reject_unknown(&keys::FRONTEND, problems);
        let folder = required(table, "folder", problems);
        let serve = program(table, problems);
        let port = port(table, problems);
        let open = up::paths(table, "open", problems);
        let health = up::path(table, "health", problems);
        let test = table.get("test").and_then(|_| words(table, "test", problems));
        let image_test = table
            .get("image-test")
            .and_then(|_| words(table, "image-test", problems));
        let browser_test = table.table("browser-test", problems).and_then(|table| {
            table.reject_unknown(&keys::BROWSER_TEST, problems);
            program(table, problems)
        });
        let folder = folder?;
        let path = RepoPath::parse(&folder.value);
        if path.is_none() {
            problems.push(
                Problem::error(format!("`{}` leads out of the repository", folder.value)).at(folder.place.clone()),
            );
        }
        let path = path?;
        Some(Self {
            name: path.as_str().rsplit('/').next().unwrap_or_default().to_owned(),
            folder: Located {
                value: path,
                place: folder.place,
            },
            serve: serve?,
            port: port?,
            open: if open.is_empty() { vec!["/".into()] } else { open },
            health: health.unwrap_or_else(|| "/healthz".into()),
            test,
            browser_test,
            image_test,
        })
    }

    pub(super) fn check(&self, services: &[Service], root: &Root, problems: &mut Vec<Problem>) {
        if !root.has_file(&self.folder.value.child(LOCK)) {
            problems.push(
                Problem::error(format!("`{}` does not contain `{LOCK}`", self.folder.value))
                    .at(self.folder.place.clone()),
            );
        }
        let programs = std::iter::once(&self.serve).chain(&self.browser_test);
        up::check(services, programs.flat_map(|program| program.env.values()), problems);
    }

    /// The text of its lock.
    pub fn lock(&self, root: &Root) -> Result<String, Problem> {
        let source = root.source(&self.folder.value.child(LOCK))?;
        Ok(source.text().to_owned())
    }
}

fn program(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Program> {
    let env = up::templates(table, problems);
    Some(Program {
        command: words(table, "command", problems)?,
        env,
    })
}

fn words(table: Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Option<Vec<String>> {
    let Some(node) = table.get(key) else {
        required(table, key, problems);
        return None;
    };
    let words = table.strings(key, problems)?;
    if words.is_empty() {
        problems.push(Problem::error(format!("`{key}` is empty")).at(node.place()));
        return None;
    }
    Some(words.into_iter().map(|word| word.value).collect())
}

fn port(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<u16> {
    if table.get("port").is_none() {
        required(table, "port", problems);
    }
    let port = table.integer("port", problems)?;
    match u16::try_from(port.value) {
        Ok(number) if number > 0 => Some(number),
        Ok(_) | Err(_) => {
            problems.push(Problem::error(format!("{} is not a port", port.value)).at(port.place));
            None
        }
    }
}
