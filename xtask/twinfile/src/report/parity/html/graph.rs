//! Services and libs as a graph: what needs what, and where something differs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use super::{super::level, text::escaped};
use diagnostics::{Level, count};
use verify::{Finding, Report};

const COLUMN: usize = 260;
const ROW: usize = 64;
const WIDTH: usize = 190;
const HEIGHT: usize = 44;
/// Longer names are cut; the whole one is the title of the box.
const LETTERS: usize = 24;

struct Node<'a> {
    name: &'a str,
    needs: &'a [String],
    is_service: bool,
    found: Vec<Level>,
}

/// The section, or nothing where there are no libs to show.
pub fn section(outcome: &Report) -> String {
    let nodes = nodes(outcome);
    if nodes.iter().all(|node| node.is_service) {
        return String::new();
    }
    let columns = columns(&nodes);
    let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
    let places: BTreeMap<(&str, bool), (usize, usize)> = nodes
        .iter()
        .map(|node| {
            let column = columns[&(node.name, node.is_service)];
            let row = rows.entry(column).or_default();
            *row += 1;
            // Every second column is lower, so that a line that leads past a box can be told from one that leads to it.
            let y = (*row - 1) * ROW + column % 2 * ROW / 2 + 2;
            ((node.name, node.is_service), (column * COLUMN + 2, y))
        })
        .collect();
    let width = (rows.keys().max().unwrap_or(&0) * COLUMN) + WIDTH + 4;
    let height = places.values().map(|(_, y)| y + HEIGHT + 4).max().unwrap_or(0);
    let mut text = format!(
        "<section>\n<h2>Services and libs</h2>\n<div class=\"wide\"><svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"which service needs which lib\">\n"
    );
    for node in &nodes {
        let (x, y) = places[&(node.name, node.is_service)];
        for lib in node.needs {
            let Some((to_x, to_y)) = places.get(&(lib.as_str(), false)) else {
                continue;
            };
            let (from, to, middle) = (x + WIDTH, *to_x, y + HEIGHT / 2);
            let (bend, end) = ((from + to) / 2, to_y + HEIGHT / 2);
            let _ = writeln!(
                text,
                "<path d=\"M{from} {middle} C{bend} {middle} {bend} {end} {to} {end}\"/>"
            );
        }
    }
    for node in &nodes {
        text.push_str(&drawn(node, places[&(node.name, node.is_service)]));
    }
    text.push_str("</svg></div>\n</section>\n");
    text
}

fn drawn(node: &Node<'_>, (x, y): (usize, usize)) -> String {
    let worst = node.found.iter().min();
    let class = worst.map_or("fine", |worst| level(*worst));
    let said = match worst {
        None => "no difference".to_owned(),
        Some(worst) => {
            let number = node.found.iter().filter(|level| *level == worst).count();
            count(number, level(*worst))
        }
    };
    let name: String = if node.name.chars().count() > LETTERS {
        node.name.chars().take(LETTERS - 1).chain(['…']).collect()
    } else {
        node.name.to_owned()
    };
    let kind = if node.is_service { "service" } else { "lib" };
    format!(
        "<g class=\"{class} {kind}\"><title>{kind} {}: {said}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>\
         <text x=\"{text_x}\" y=\"{name_y}\">{}</text><text class=\"said\" x=\"{text_x}\" y=\"{said_y}\">{kind}, {said}</text></g>\n",
        escaped(node.name),
        escaped(&name),
        text_x = x + 10,
        name_y = y + 18,
        said_y = y + 35,
    )
}

fn nodes(outcome: &Report) -> Vec<Node<'_>> {
    let of_service = |finding: &&Finding, name: &str| finding.service.as_deref() == Some(name);
    let services = outcome.portraits.iter().map(|portrait| Node {
        name: &portrait.service,
        needs: &portrait.libs,
        is_service: true,
        found: levels(
            outcome
                .findings
                .iter()
                .filter(|finding| of_service(finding, &portrait.service)),
        ),
    });
    let libs = outcome.libs.iter().map(|lib| {
        let quoted = format!("`{}`", lib.name);
        let is_about = |finding: &&Finding| {
            let mut places = finding.problem.places.iter().map(|place| place.position().0);
            let is_in = |path: &str| {
                path.strip_prefix(lib.dir.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            places.any(is_in) || finding.problem.message.contains(&quoted)
        };
        Node {
            name: &lib.name,
            needs: &lib.libs,
            is_service: false,
            found: levels(outcome.findings.iter().filter(is_about)),
        }
    });
    services.chain(libs).collect()
}

fn levels<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Level> {
    findings.map(|finding| finding.problem.level).collect()
}

/// Services first, then each lib behind all that need it.
fn columns<'a>(nodes: &[Node<'a>]) -> BTreeMap<(&'a str, bool), usize> {
    let mut columns: BTreeMap<(&str, bool), usize> = nodes
        .iter()
        .map(|node| ((node.name, node.is_service), usize::from(!node.is_service)))
        .collect();
    // Libs that need each other in a circle would be moved for ever.
    for _ in 0..nodes.len() {
        let mut moved = BTreeSet::new();
        for node in nodes {
            let behind = columns[&(node.name, node.is_service)] + 1;
            for lib in node.needs {
                if let Some(column) = columns.get_mut(&(lib.as_str(), false))
                    && *column < behind
                    && behind < nodes.len()
                {
                    *column = behind;
                    moved.insert(lib);
                }
            }
        }
        if moved.is_empty() {
            break;
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lib_stands_behind_all_that_need_it_and_circles_end() {
        let need = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let (web, api, core) = (need(&["api", "core"]), need(&["core"]), need(&["api"]));
        let node = |name, needs, is_service| Node {
            name,
            needs,
            is_service,
            found: Vec::new(),
        };
        let line = columns(&[
            node("web", &web, true),
            node("api", &api, false),
            node("core", &[], false),
        ]);
        assert_eq!(
            (line[&("web", true)], line[&("api", false)], line[&("core", false)]),
            (0, 1, 2)
        );
        let circle = columns(&[
            node("web", &web, true),
            node("api", &api, false),
            node("core", &core, false),
        ]);
        assert!(circle.values().all(|column| *column < 3));
    }
}
