//! Lists of a job that may be of services, which its matrix goes over; and what its commands render charts with.

use std::collections::BTreeMap;

use super::Listed;
use diagnostics::Place;
use formats::yaml::Node;

/// The lists of a matrix, and what its `include` has under each name.
pub fn of_job(job: &Node) -> Vec<Listed> {
    let listed = lists(job).into_iter().map(|(name, (items, place))| Listed {
        what: format!("the list `{name}`"),
        items,
        place,
    });
    listed.filter(|listed| !listed.items.is_empty()).collect()
}

/// What the matrix of a job has under a name.
pub fn values(job: &Node, name: &str) -> Vec<String> {
    lists(job).remove(name).map(|(items, _)| items).unwrap_or_default()
}

fn lists(job: &Node) -> BTreeMap<&str, (Vec<String>, Place)> {
    let Some(matrix) = job.at(&["strategy", "matrix"]) else {
        return BTreeMap::new();
    };
    let mut lists: BTreeMap<&str, (Vec<String>, Place)> = BTreeMap::new();
    for (name, values) in matrix.entries() {
        let pairs: Vec<(&str, &Node)> = match name.text() {
            Some("exclude") | None => continue,
            Some("include") => {
                let entries = values.items().iter().flat_map(Node::entries);
                entries
                    .filter_map(|(name, value)| Some((name.text()?, value)))
                    .collect()
            }
            Some(name) => values.items().iter().map(|value| (name, value)).collect(),
        };
        for (name, value) in pairs {
            let (items, _) = lists.entry(name).or_insert_with(|| (Vec::new(), values.place()));
            items.extend(value.text().map(str::to_owned));
        }
    }
    lists
}

/// `--set KEY=VALUE` of the commands that call Helm. Values that only a run can tell are left out.
pub fn settings(job: &Node) -> Vec<(String, String, Place)> {
    let mut found = Vec::new();
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    for run in steps.iter().filter_map(|step| step.get("run")) {
        let text = run.text().unwrap_or_default();
        if !text.contains("helm ") {
            continue;
        }
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            let said = match word.split_once('=') {
                Some(("--set" | "--set-string", said)) => Some(said),
                _ if matches!(word, "--set" | "--set-string") => words.next(),
                _ => None,
            };
            for pair in said.unwrap_or_default().split(',') {
                let Some((key, value)) = pair.trim_matches(['"', '\'']).split_once('=') else {
                    continue;
                };
                let value = value.trim_matches(['"', '\'']);
                if !value.contains(['$', '*', '{']) && !value.is_empty() {
                    found.push((key.to_owned(), value.to_owned(), run.place()));
                }
            }
        }
    }
    found
}
