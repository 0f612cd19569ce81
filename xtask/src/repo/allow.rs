//! Differences between the images that are wanted: `[[workspace.metadata.xtask.allow]]`, each with its reason.

use super::{
    Located, PackageName,
    settings::required,
    toml::{Node, Table},
};
use crate::report::Problem;

/// One exception from a parity rule.
#[derive(Clone, Debug)]
pub struct Allow {
    pub rule: Located<String>,
    pub service: Located<PackageName>,
    pub reason: String,
    /// Only images show what it allows, so that without images it is not missed.
    pub images: bool,
}

/// What is malformed is reported and left out.
pub fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Vec<Allow> {
    let nodes = table.get("allow").and_then(|node| node.array(problems));
    let nodes = nodes.unwrap_or_default();
    nodes.iter().filter_map(|node| one(node, problems)).collect()
}

fn one(node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Allow> {
    let table = node.table(problems)?;
    table.reject_unknown("key of `allow`", &["rule", "service", "reason", "images"], problems);
    let (rule, service) = (required(table, "rule", problems), required(table, "service", problems));
    let reason = required(table, "reason", problems)?;
    if reason.value.trim().is_empty() {
        problems.push(Problem::error("an exception has a reason").at(reason.place));
        return None;
    }
    let images = table.boolean("images", problems).is_some_and(|images| images.value);
    let service = service?;
    let Some(name) = PackageName::parse(&service.value) else {
        problems.push(Problem::error(format!("`{}` is no valid package name", service.value)).at(service.place));
        return None;
    };
    Some(Allow {
        rule: rule?,
        service: service.map(|_| name),
        reason: reason.value,
        images,
    })
}
