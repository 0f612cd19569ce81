//! What Helm charts and plain manifests deploy: containers with their images, ports, users and environments. Templates are
//! followed as far as the files tell; Helm is not asked.

mod combinations;
mod container;
mod dangling;
mod difference;
mod discover;
mod manifests;
mod objects;
mod pod;
mod render;
mod switches;
#[cfg(test)]
mod tests;
mod view;

pub use container::{Asked, Container, Probe};
pub use dangling::Dangling;
pub use objects::{Needed, Told};
use repo::Root;

use diagnostics::{Place, Problem, Source};
use discover::Chart;
use formats::template::Rendered;
use manifests::Manifests;
use render::{Templates, Variant};
use repo::Tree;

/// All that the charts and manifests of a repository deploy.
#[derive(Debug)]
pub struct Charts {
    /// Of the defaults of each chart, then of each other file of values beside them.
    pub containers: Vec<Container>,
    /// Containers of jobs, and containers that end before others of their pod start.
    pub asides: Vec<Container>,
    /// Routes and policies that lead to nothing.
    pub dangling: Vec<Dangling>,
    /// Where each chart says what it is.
    pub places: Vec<Place>,
    /// Whether there is a chart, be it one that cannot be read.
    pub is_any: bool,
}

impl Charts {
    /// What a repository without charts has.
    pub const NONE: Self = Self {
        containers: Vec::new(),
        asides: Vec::new(),
        dangling: Vec::new(),
        places: Vec::new(),
        is_any: false,
    };

    /// What cannot be read is reported, and left out.
    pub fn read(root: &Root, tree: &Tree, problems: &mut Vec<Problem>) -> Self {
        let found = discover::charts(root, tree, problems);
        let mut charts = Self {
            is_any: found.is_any,
            ..Self::NONE
        };
        for chart in &found.charts {
            let others: Vec<&Chart> = found
                .charts
                .iter()
                .filter(|other| other.shares_templates_with(chart))
                .collect();
            let templates = Templates::of(chart, &others, problems);
            let mut nowhere: Option<Vec<(String, Place)>> = None;
            for (at, variant) in render::variants(chart, &found.charts, problems).iter().enumerate() {
                // Other files of values say what they choose.
                let explored = if at == 0 { Explored::All } else { Explored::AsSaid };
                let rendered = templates.render(variant, problems);
                let unset = unset(&rendered);
                // Where another file of values sets it, the defaults are not meant to be complete.
                nowhere = Some(match nowhere {
                    None => unset,
                    Some(known) => known.into_iter().filter(|known| unset.contains(known)).collect(),
                });
                let (found, dangling) = containers(&templates, &rendered, variant, explored, problems);
                // Another file of values may well turn off what the defaults lead to.
                charts.add(found, if at == 0 { dangling } else { Vec::new() });
            }
            if templates.is_whole {
                problems.extend(
                    nowhere
                        .unwrap_or_default()
                        .into_iter()
                        .map(|(path, place)| not_set(&path, place)),
                );
            }
            charts.places.push(chart.place());
        }
        // Plain manifests are applied together. A chart, or names that a tool changes, may make what they lead to.
        let mut manifests = Manifests::default();
        manifests.leads = !found.is_any && !found.renames;
        for source in &found.manifests {
            manifests.read(&render::as_it_is(source), source, problems);
        }
        let dangling = manifests.dangling(std::iter::empty());
        charts.add(manifests.containers(), dangling);
        charts
    }

    fn add(&mut self, (containers, asides): (Vec<Container>, Vec<Container>), dangling: Vec<Dangling>) {
        self.dangling.extend(dangling);
        self.containers.extend(containers);
        self.asides.extend(asides);
    }
}

/// Which values of booleans a chart is rendered with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Explored {
    /// The ones that are written.
    AsSaid,
    /// These, and the other ones.
    All,
}

fn containers<'a>(
    templates: &Templates<'a>,
    rendered: &[(&'a Source, Rendered)],
    variant: &Variant,
    explored: Explored,
    problems: &mut Vec<Problem>,
) -> ((Vec<Container>, Vec<Container>), Vec<Dangling>) {
    let mut manifests = Manifests::default();
    // A chart that it depends on may make the rest.
    manifests.is_whole = templates.is_whole;
    for (source, rendered) in rendered {
        manifests.read(rendered, source, problems);
    }
    let switched = if explored == Explored::All {
        switches::explore(templates, variant, rendered, problems)
    } else {
        Vec::new()
    };
    let others = switched.iter().map(|switched| {
        let mut others = Manifests::default();
        others.read(&switched.rendered, switched.source, problems);
        (others, switched.under.as_str())
    });
    let mut others: Vec<(Manifests, &str)> = others.collect();
    for (others, _) in &others {
        manifests.may_make(others);
    }
    for (others, _) in &mut others {
        others.beside(&manifests);
    }
    let dangling = manifests.dangling(others.iter().map(|(others, _)| others));
    let (mut containers, mut asides) = manifests.containers();
    let (mut own, mut own_asides) = (containers.clone(), asides.clone());
    for (others, under) in others {
        let (found, found_asides) = others.containers();
        beyond(found, under, &mut own, &mut containers);
        beyond(found_asides, under, &mut own_asides, &mut asides);
    }
    ((containers, asides), dangling)
}

/// Values of the chart that are asked for below one which is not set.
fn unset(rendered: &[(&Source, Rendered)]) -> Vec<(String, Place)> {
    let nowhere = rendered.iter().flat_map(|(_, rendered)| &rendered.nowhere);
    let of_values = nowhere.filter_map(|(path, place)| {
        let below = path.strip_prefix("$").unwrap_or(path).strip_prefix(".Values.")?;
        // Helm makes that one.
        let is_given = below.starts_with("global.");
        Some((path.clone(), place.clone()?)).filter(|_| !is_given)
    });
    of_values.collect()
}

fn not_set(path: &str, place: Place) -> Problem {
    let parent = path.rsplit_once('.').map_or(path, |(parent, _)| parent);
    let message = format!("reads `{path}`, but no values set `{parent}`");
    Problem::error(message)
        .at(place)
        .note("Helm refuses to render the chart")
}

/// Adds what containers have under other values and none of the known ones has.
fn beyond(found: Vec<Container>, under: &str, known: &mut Vec<Container>, containers: &mut Vec<Container>) {
    for container in found {
        let same: Vec<&Container> = known.iter().collect();
        containers.extend(container.clone().beyond(&same, under));
        known.push(container);
    }
}

/// A place for what a whole file is.
fn first_line(source: &Source) -> Place {
    let line = source.text().lines().next().unwrap_or_default().len();
    source.place(0..line)
}
