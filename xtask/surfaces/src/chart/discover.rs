//! Which charts and manifests a repository holds.

use super::first_line;
use diagnostics::{Place, Problem, Source};
use formats::yaml;
use repo::Root;
use repo::{RepoPath, Tree};

/// Folders in folders; below, no one keeps a chart.
const DEEPEST: usize = 8;
const TEMPLATES: &str = "/templates/";

pub struct Chart {
    pub dir: RepoPath,
    pub about: yaml::Node,
    source: Source,
    /// Files below `templates`, but for notes.
    pub templates: Vec<Source>,
    /// `values.yaml`, if there is one.
    pub values: Option<Source>,
    /// Other files of values beside it.
    pub overlays: Vec<Source>,
}

#[derive(Default)]
pub struct Found {
    pub charts: Vec<Chart>,
    /// Whether there is a chart, be it one that cannot be read.
    pub is_any: bool,
    /// Manifests outside of charts.
    pub manifests: Vec<Source>,
    /// Whether kustomize gives their objects other names.
    pub renames: bool,
}

impl Chart {
    pub fn name(&self) -> &str {
        self.about.get("name").and_then(yaml::Node::text).unwrap_or_default()
    }

    pub fn place(&self) -> Place {
        let name = self.about.get("name");
        name.map_or_else(|| first_line(&self.source), yaml::Node::place)
    }

    /// Charts of one tree have one set of named templates.
    pub fn shares_templates_with(&self, other: &Self) -> bool {
        let top = |chart: &Self| {
            chart
                .dir
                .as_str()
                .split("/charts/")
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        top(self) == top(other)
    }
}

pub fn charts(root: &Root, tree: &Tree, problems: &mut Vec<Problem>) -> Found {
    let mut found = Found::default();
    let meant = tree.files().iter().filter(|path| is_meant(path.as_str()));
    let files: Vec<RepoPath> = meant.cloned().collect();
    let dirs: Vec<RepoPath> = files
        .iter()
        .filter(|path| path.file_name() == "Chart.yaml")
        .map(RepoPath::parent)
        .collect();
    found.is_any = !dirs.is_empty();
    for path in &files {
        // The innermost chart is the last one whose folder the file is in.
        let owner = dirs
            .iter()
            .filter(|dir| path.is_under(dir))
            .max_by_key(|dir| dir.as_str().len());
        match owner {
            Some(dir) if path.file_name() == "Chart.yaml" => {
                // Helm follows links.
                let files = tree.reached_from(root, dir);
                found.charts.extend(chart(root, dir, &files, problems));
            }
            Some(_) => {}
            // Folders of templates are not Kubernetes' alone: what lies there may be pages and pictures.
            None if !is_yaml(path.as_str()) => {}
            None if path.file_name().starts_with("kustomization.") => {
                let text = root.text(path).unwrap_or_default();
                found.renames |= ["namePrefix", "nameSuffix", "helmCharts", "://"]
                    .iter()
                    .any(|key| text.contains(key));
            }
            None => found.manifests.extend(manifest(root, path)),
        }
    }
    found
}

/// Not in folders of tests, nor deeper than anyone keeps a chart.
fn is_meant(path: &str) -> bool {
    const SKIPPED: [&str; 6] = ["target", "venv", "fixtures", "testdata", "tests", "cassettes"];
    (is_yaml(path) || path.contains(TEMPLATES))
        && path.matches('/').count() < DEEPEST
        && !path.split('/').any(|name| SKIPPED.contains(&name))
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

fn chart(root: &Root, dir: &RepoPath, files: &[RepoPath], problems: &mut Vec<Problem>) -> Option<Chart> {
    let mut read = |path: &RepoPath| {
        let source = root.source(path);
        source.map_err(|problem| problems.push(problem)).ok()
    };
    let source = read(&dir.child("Chart.yaml"))?;
    let inside = |path: &&RepoPath| path.relative_to(dir).is_some_and(|path| !path.starts_with("charts/"));
    let mut templates = Vec::new();
    let mut values = None;
    let mut overlays = Vec::new();
    for path in files.iter().filter(|path| is_meant(path.as_str())).filter(inside) {
        let relative = path.relative_to(dir).unwrap_or_default();
        let is_template = relative.starts_with("templates/") && (is_yaml(relative) || relative.ends_with(".tpl"));
        if is_template && !relative.starts_with("templates/tests/") {
            templates.extend(read(path));
        } else if relative == "values.yaml" {
            values = read(path);
        } else if is_overlay(relative) {
            overlays.extend(read(path));
        }
    }
    let about = yaml::read(&source, problems).into_iter().next()?;
    Some(Chart {
        dir: dir.clone(),
        about,
        source,
        templates,
        values,
        overlays,
    })
}

/// Values of another place to run, such as `values-staging.yaml`. Those of a developer's machine may name what they like.
fn is_overlay(relative: &str) -> bool {
    const OF_DEVELOPERS: [&str; 7] = ["dev", "development", "local", "tilt", "debug", "test", "ci"];
    let mut words = relative.split(['-', '.', '_']);
    words.next() == Some("values") && !words.any(|word| OF_DEVELOPERS.contains(&word))
}

/// A file that looks like one with containers, in YAML or JSON. Whether it is meant for Kubernetes, its keys say.
fn manifest(root: &Root, path: &RepoPath) -> Option<Source> {
    // Pages about `app.yml` may lie in a folder of that name.
    let is_text = root.is_file(path);
    let source = is_text.then(|| root.source_if_present(path).ok()).flatten()??;
    let text = source.text();
    let is_of_kubernetes = text.contains("apiVersion") && text.contains("kind");
    let is_meant = text.contains("containers") || text.contains("Service");
    (is_of_kubernetes && is_meant && !text.contains("{{")).then_some(source)
}
