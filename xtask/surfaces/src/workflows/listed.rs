//! Lists of a job that may be of services: what its matrix goes over.

use std::collections::BTreeMap;

use super::Listed;
use diagnostics::Place;
use formats::yaml::Node;

/// The lists of a matrix, and what its `include` has under each name.
pub fn of_job(job: &Node) -> Vec<Listed> {
    let Some(matrix) = job.at(&["strategy", "matrix"]) else {
        return Vec::new();
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
    let listed = lists.into_iter().map(|(name, (items, place))| Listed {
        what: format!("the list `{name}`"),
        items,
        place,
    });
    listed.filter(|listed| !listed.items.is_empty()).collect()
}
