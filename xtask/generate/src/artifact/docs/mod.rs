//! The reference pages under `docs/`, and the same texts between markers in README files.

mod commands;
mod environment;
mod packages;
mod region;
mod rules;
mod settings;
mod values;

use std::collections::BTreeMap;

use clap::Command;

use super::Artifact;
use diagnostics::{Exit, Problem, Source};
use repo::environment::Environment;
use repo::generated::Header;
use repo::{Guide, Repo, RepoPath};

pub use rules::RuleText;

/// The folder of the pages.
pub const FOLDER: &str = "docs";

/// What the texts are drawn from.
pub struct Facts<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The built tree of the command line.
    pub cli: &'a Command,
    /// The guides that people wrote.
    pub guides: &'a [Guide],
    /// The rules of `verify-parity`, in their order.
    pub rules: &'a [RuleText],
    /// What the services read from their environment.
    pub environments: &'a [Environment],
    /// The `values.yaml` of every folder that has one beside its README.
    pub values: &'a BTreeMap<RepoPath, Source>,
}

/// What pages and regions are made of. The name is that of the markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// The table of the services.
    Services,
    /// The table of the libs.
    Libs,
    /// The graph of services and libs.
    LibGraph,
    /// The reference of the settings.
    Settings,
    /// The reference of the commands.
    Commands,
    /// The table of the exit codes.
    ExitCodes,
    /// The table of the rules of `verify-parity`.
    Rules,
    /// The list of the guides.
    Guides,
    /// The reference of the chart's values.
    Values,
}

impl Fragment {
    /// Every fragment.
    pub const ALL: [Self; 9] = [
        Self::Services,
        Self::Libs,
        Self::LibGraph,
        Self::Settings,
        Self::Commands,
        Self::ExitCodes,
        Self::Rules,
        Self::Guides,
        Self::Values,
    ];

    /// The name in the markers, such as `services`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Libs => "libs",
            Self::LibGraph => "lib-graph",
            Self::Settings => "settings",
            Self::Commands => "commands",
            Self::ExitCodes => "exit-codes",
            Self::Rules => "rules",
            Self::Guides => "guides",
            Self::Values => "values",
        }
    }

    /// The text in a file of that folder: paths in it are relative.
    fn draw(self, facts: &Facts<'_>, folder: &RepoPath) -> String {
        let Facts { repo, cli, .. } = facts;
        match self {
            Self::Services => packages::services(repo, folder),
            Self::Libs => packages::libs(repo, folder),
            Self::LibGraph => packages::graph(repo),
            Self::Settings => settings::tables(),
            Self::Commands => commands::overview(cli),
            Self::ExitCodes => exit_codes(),
            Self::Rules => rules::overview(facts.rules, repo.settings.docs.as_ref().map(|docs| &docs.value), folder),
            Self::Guides => guides(facts.guides, folder),
            Self::Values => facts.values.get(folder).map_or_else(String::new, values::of),
        }
    }
}

/// The pages of the reference.
pub fn pages(facts: &Facts<'_>) -> Vec<Artifact> {
    let Facts { repo, cli, .. } = facts;
    let Some(folder) = repo.settings.docs.as_ref().map(|folder| folder.value.clone()) else {
        return Vec::new();
    };
    let draw = |fragment: Fragment| fragment.draw(facts, &folder);
    let page = |name: &str, title: &str, sources: &[RepoPath], parts: &[String]| {
        let path = folder.child(name);
        let header = Header::in_markdown(repo.settings.home, &path, sources);
        Artifact {
            text: format!(
                "{}\n# {title}\n\n{}",
                header.as_str(),
                repo.settings.home.worded(&parts.join("\n"))
            ),
            path,
        }
    };
    let manifests: Vec<RepoPath> = std::iter::once(repo.settings.home.file())
        .chain(
            repo.services
                .iter()
                .map(|service| service.package.dir.child("pyproject.toml")),
        )
        .chain(repo.libs.iter().map(|lib| lib.dir.child("pyproject.toml")))
        .collect();
    let section = |title: &str, text: String| format!("## {title}\n\n{text}");
    vec![
        page(
            "commands.md",
            "Commands",
            &[],
            &[
                draw(Fragment::Commands),
                commands::sections(cli),
                section("Exit codes", draw(Fragment::ExitCodes)),
            ],
        ),
        page(
            rules::PAGE,
            "Rules of `verify-parity`",
            &[],
            &[draw(Fragment::Rules), rules::sections(facts.rules)],
        ),
        page(
            "services.md",
            "Services and libs",
            &manifests,
            &[
                draw(Fragment::Services),
                section("Libs", draw(Fragment::Libs)),
                section("What depends on what", draw(Fragment::LibGraph)),
            ],
        ),
        page(
            "settings.md",
            "Settings",
            &facts
                .environments
                .iter()
                .map(|one| one.path.clone())
                .collect::<Vec<_>>(),
            &[environment::tables(facts.environments), draw(Fragment::Settings)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>(),
        ),
    ]
}

/// A README as it has to be: what stands between its markers is drawn, all other bytes are as they were. `None` for one
/// without markers.
pub fn readme(facts: &Facts<'_>, path: &RepoPath, source: &Source) -> Result<Option<Artifact>, Vec<Problem>> {
    if !region::has_marker(source) {
        return Ok(None);
    }
    let folder = path.parent();
    let text = region::replaced(source, |fragment| fragment.draw(facts, &folder))?;
    Ok(Some(Artifact {
        path: path.clone(),
        text,
    }))
}

fn guides(guides: &[Guide], folder: &RepoPath) -> String {
    let lines = guides
        .iter()
        .map(|guide| format!("- {}\n", link(&guide.title, folder, &guide.path)));
    lines.collect()
}

fn exit_codes() -> String {
    let rows = Exit::ALL.map(|exit| vec![(exit as u8).to_string(), exit.meaning().to_owned()]);
    table(&["code", "meaning"], rows)
}

/// A table of Markdown. A cell is one line, paragraphs in it are broken, and `|` in it is escaped, which holds inside of code too.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let mut text = line(&head);
    text.push_str(&line(&vec!["---".to_owned(); head.len()]));
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| cell.replace('|', "\\|").replace("\n\n", "<br>").replace('\n', " "))
            .collect();
        text.push_str(&line(&cells));
    }
    text
}

/// A text as code. One with backticks takes more of them around it.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// How a file of `folder` names a path of the repository.
fn link(text: &str, folder: &RepoPath, path: &RepoPath) -> String {
    let from: Vec<&str> = folder.as_str().split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.as_str().split('/').filter(|part| !part.is_empty()).collect();
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; from.len() - same];
    parts.extend(&to[same..]);
    let path = if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    };
    // Angle brackets around a path take blanks and parentheses.
    if path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/-._".contains(&byte))
    {
        format!("[{text}]({path})")
    } else {
        format!("[{text}](<{path}>)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative() {
        let path = |text: &str| RepoPath::parse(text).unwrap();
        assert_eq!(link("a", &RepoPath::root(), &path("services/a")), "[a](services/a)");
        assert_eq!(link("a", &path("docs"), &path("services/a")), "[a](../services/a)");
        assert_eq!(link("a", &path("services/b"), &path("services/a")), "[a](../a)");
        assert_eq!(link("a", &path("services/a"), &path("services/a")), "[a](.)");
    }

    #[test]
    fn cells_hold_what_they_hold() {
        assert_eq!(table(&["a"], [vec![code("x|y")]]), "| a |\n| --- |\n| `x\\|y` |\n");
        assert_eq!(code("a`b"), "`` a`b ``");
    }
}
