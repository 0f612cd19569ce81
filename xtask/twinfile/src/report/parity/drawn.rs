//! The table on a terminal.

use std::{collections::BTreeSet, fmt::Write};

use super::table::{self, Cell, Why};
use console::style::{BOLD, CYAN, DIM, GREEN, RED, YELLOW};
use diagnostics::{Level, count};
use verify::Report;

/// Services down, aspects across, with at most so many services: those with the most severe findings.
pub fn table(outcome: &Report, most: usize) -> String {
    let all = table::rows(outcome);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| all[*index].1.iter().map(|cell| cell.severity()).min());
    order.truncate(most);
    order.sort_unstable();
    let rows: Vec<&(&str, Vec<Cell>)> = order.iter().map(|index| &all[*index]).collect();
    let mut text = String::new();
    let first = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let widths = outcome.aspects.iter().enumerate().map(|(column, aspect)| {
        let cells = rows.iter().map(|(_, cells)| cells[column].text().len());
        cells.max().unwrap_or(0).max(aspect.name().len())
    });
    let widths: Vec<usize> = widths.collect();
    let _ = write!(text, "{:first$}", "");
    for (aspect, width) in outcome.aspects.iter().zip(&widths) {
        let _ = write!(text, "  {BOLD}{:>width$}{BOLD:#}", aspect.name());
    }
    text.push('\n');
    for (name, cells) in &rows {
        let _ = write!(text, "{name:first$}");
        for (cell, width) in cells.iter().zip(&widths) {
            let style = match cell {
                Cell::Fine => GREEN,
                Cell::Found(Level::Error, _) => RED,
                Cell::Found(Level::Warning, _) | Cell::Unknown(_) => YELLOW,
                Cell::Found(Level::Note, _) => CYAN,
                Cell::Empty => DIM,
            };
            let _ = write!(text, "  {style}{:>width$}{style:#}", cell.text());
        }
        text.push('\n');
    }
    match all.len() - rows.len() {
        0 => {}
        more => {
            let more = count(more, "more service");
            let _ = writeln!(text, "{DIM}and {more}, with less severe findings or none{DIM:#}");
        }
    }
    let whys = rows.iter().flat_map(|(_, cells)| cells).filter_map(|cell| match cell {
        Cell::Unknown(why) => Some(*why),
        Cell::Fine | Cell::Found(..) | Cell::Empty => None,
    });
    let whys: BTreeSet<Why> = whys.collect();
    if !whys.is_empty() {
        let whys: Vec<&str> = whys.into_iter().map(Why::text).collect();
        let _ = writeln!(text, "{DIM}?: {}{DIM:#}", whys.join("; "));
    }
    text.push('\n');
    text
}
