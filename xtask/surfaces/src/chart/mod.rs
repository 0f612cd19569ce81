//! What Helm charts and plain manifests deploy: containers with their images, ports, users and environments. Templates are
//! followed as far as the files tell; Helm is not asked.

mod container;
mod discover;
mod manifests;
mod objects;
mod pod;
mod render;
#[cfg(test)]
mod tests;
mod view;

pub use container::{Asked, Container, Probe};
pub use objects::{Needed, Told};
use repo::Root;

use diagnostics::{Place, Problem, Source};
use discover::Chart;
use manifests::Manifests;
use render::Variant;
use repo::Tree;

/// All that the charts and manifests of a repository deploy.
#[derive(Debug)]
pub struct Charts {
    /// Of the defaults of each chart, then of each other file of values beside them.
    pub containers: Vec<Container>,
    /// Containers of jobs, and containers that end before others of their pod start.
    pub asides: Vec<Container>,
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
            for variant in render::variants(chart, &found.charts, problems) {
                charts.add(containers(chart, &others, &variant, problems));
            }
            charts.places.push(chart.place());
        }
        // Plain manifests are applied together. A chart, or names that a tool changes, may make what they lead to.
        let mut manifests = Manifests::default();
        manifests.leads = !found.is_any && !found.renames;
        for source in &found.manifests {
            manifests.read(&render::as_it_is(source), source, problems);
        }
        charts.add(manifests.containers());
        charts
    }

    fn add(&mut self, (containers, asides): (Vec<Container>, Vec<Container>)) {
        self.containers.extend(containers);
        self.asides.extend(asides);
    }
}

fn containers(
    chart: &Chart,
    others: &[&Chart],
    variant: &Variant,
    problems: &mut Vec<Problem>,
) -> (Vec<Container>, Vec<Container>) {
    let mut manifests = Manifests::default();
    // A chart that it depends on may make the rest.
    manifests.is_whole = others.iter().all(|chart| chart.about.get("dependencies").is_none());
    for (source, rendered) in render::templates(chart, others, variant, problems) {
        manifests.read(&rendered, &source, problems);
    }
    manifests.containers()
}

/// A place for what a whole file is.
fn first_line(source: &Source) -> Place {
    let line = source.text().lines().next().unwrap_or_default().len();
    source.place(0..line)
}
