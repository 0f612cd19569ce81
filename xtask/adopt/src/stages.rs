//! One Dockerfile with a stage for each service: whose stage it is, the names tell.

use repo::{Home, RepoPath, Root, Tree, dockerfiles};

use crate::{edits::is_named, table::header_of_service};

/// A stage of a Dockerfile that is named after a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The Dockerfile.
    pub file: RepoPath,
    /// The stage.
    pub name: String,
}

/// Where the stages of services may be: Dockerfiles that lie in the folder of no service, each with its stages.
pub fn shared_stages(root: &Root, tree: &Tree, services: &[RepoPath]) -> Vec<Stage> {
    let mut found = Vec::new();
    let files = tree
        .files()
        .iter()
        .filter(|path| dockerfiles::is_dockerfile(path.file_name()));
    for file in files.filter(|file| {
        !services
            .iter()
            .any(|dir| *dir != RepoPath::root() && file.is_under(dir))
    }) {
        for line in root.text(file).unwrap_or_default().lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [from, .., r#as, name] = words.as_slice()
                && from.eq_ignore_ascii_case("FROM")
                && r#as.eq_ignore_ascii_case("AS")
            {
                found.push(Stage {
                    file: file.clone(),
                    name: (*name).to_owned(),
                });
            }
        }
    }
    found
}

/// The stage of a package.
pub fn stage_of<'a>(stages: &'a [Stage], dir: &RepoPath, name: &str) -> Option<&'a Stage> {
    stages.iter().find(|stage| is_named(dir.file_name(), name, &stage.name))
}

/// The table by which a service says that its production image is that stage.
pub fn table_of_stage(home: Home, dir: &RepoPath, stage: &Stage) -> String {
    let up = "../".repeat(dir.as_str().split('/').count());
    format!(
        "[{}.dockerfiles]\nprod = {{ file = \"{up}{}\", target = \"{}\", context = \"{}\" }}\n",
        header_of_service(home),
        stage.file,
        stage.name,
        up.trim_end_matches('/'),
    )
}
