//! Regions of a hand-written file that are ours: what stands between `<!-- xtask:NAME -->` and `<!-- /xtask:NAME -->`.

use std::{collections::BTreeMap, ops::Range};

use super::Fragment;
use diagnostics::{Place, Problem, Source};
use repo::toml::quoted;

const OPEN: &str = "<!-- xtask:";
const CLOSE: &str = "<!-- /xtask:";
const END: &str = "-->";

/// A line with its place.
struct Line<'a> {
    /// With its line end.
    written: &'a str,
    span: Range<usize>,
}

enum Mark<'a> {
    Open(&'a str),
    Close(&'a str),
    /// Something of a marker on a line that holds more.
    Broken,
}

/// Whether a text says anything of regions at all.
pub fn has_marker(source: &Source) -> bool {
    [OPEN, CLOSE].into_iter().any(|start| source.text().contains(start))
}

/// The text with every region drawn again. All bytes outside of regions stay, the markers too.
pub fn replaced(source: &Source, draw: impl Fn(Fragment) -> String) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut text = String::new();
    let mut open: Option<(&str, Line<'_>)> = None;
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    let mut fence = Fence::default();
    for line in lines(source.text()) {
        let place = source.place(line.span.clone());
        let is_shown = open.is_none() && fence.holds(line.written);
        match (mark(line.written).filter(|_| !is_shown), open.take()) {
            (None, Some(region)) => open = Some(region),
            (None, None) => text.push_str(line.written),
            (Some(Mark::Broken), region) => {
                let problem = Problem::error("a region marker needs a line of its own").at(place);
                problems
                    .push(problem.remedy("write `<!-- xtask:NAME -->`, and `<!-- /xtask:NAME -->` after the region"));
                open = region;
            }
            (Some(Mark::Open(name)), Some((outer, region))) => {
                let message = format!("the region `{name}` begins inside of the region `{outer}`");
                let begin = source.place(region.span.clone()).label("not closed yet");
                problems.push(Problem::error(message).at(place).at(begin));
                open = Some((outer, region));
            }
            (Some(Mark::Open(name)), None) => {
                match seen.get(name) {
                    Some(first) => problems.push(
                        Problem::error(format!("the region `{name}` is here twice"))
                            .at(place)
                            .at(first.clone().label("the first")),
                    ),
                    None => drop(seen.insert(name, place)),
                }
                text.push_str(line.written);
                open = Some((name, line));
            }
            (Some(Mark::Close(name)), None) => {
                problems.push(Problem::error(format!("no region `{name}` is open here")).at(place));
            }
            (Some(Mark::Close(name)), Some((opened, region))) if name != opened => {
                let message = format!("the region `{opened}` is closed as `{name}`");
                let begin = source.place(region.span.clone()).label("opened here");
                problems.push(Problem::error(message).at(place).at(begin));
            }
            (Some(Mark::Close(name)), Some((_, region))) => {
                match Fragment::ALL.into_iter().find(|fragment| fragment.name() == name) {
                    Some(fragment) => text.push_str(&body(&draw(fragment), region.written)),
                    None => {
                        let known = Fragment::ALL.map(Fragment::name);
                        problems.push(
                            Problem::error(format!("region `{name}` does not exist"))
                                .at(source.place(region.span))
                                .remedy(format!("known are {}", quoted(&known))),
                        );
                    }
                }
                text.push_str(line.written);
            }
        }
    }
    if let Some((name, region)) = open {
        problems.push(
            Problem::error(format!("the region `{name}` is not closed"))
                .at(source.place(region.span))
                .remedy(format!("write `{CLOSE}{name} {END}` on a line after it")),
        );
    }
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

/// What stands between the markers, with the line ends of the file. Markdown wants empty lines around it.
fn body(drawn: &str, opening: &str) -> String {
    let text = format!("\n{}\n\n", drawn.trim_end());
    if opening.ends_with("\r\n") {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |written| {
        let start = at;
        at += written.len();
        Line {
            written,
            span: start..start + written.trim_end_matches(['\r', '\n']).len(),
        }
    })
}

fn mark(line: &str) -> Option<Mark<'_>> {
    let text = line.trim_end();
    let name = |start: &str| text.strip_prefix(start)?.strip_suffix(END).map(str::trim);
    let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if let Some(name) = name(OPEN).filter(is_name) {
        return Some(Mark::Open(name));
    }
    if let Some(name) = name(CLOSE).filter(is_name) {
        return Some(Mark::Close(name));
    }
    // In backticks it is text about markers.
    let is_ours = |start: &str| text.match_indices(start).any(|(at, _)| !text[..at].ends_with('`'));
    (is_ours(OPEN) || is_ours(CLOSE)).then_some(Mark::Broken)
}

/// A block of code shows markers, and has none.
#[derive(Default)]
struct Fence {
    open: Option<(char, usize)>,
}

impl Fence {
    /// Whether a line is part of a block of code.
    fn holds(&mut self, line: &str) -> bool {
        let text = line.trim();
        let Some(sign) = text.chars().next().filter(|sign| "`~".contains(*sign)) else {
            return self.open.is_some();
        };
        let length = text.chars().take_while(|character| *character == sign).count();
        match self.open {
            None if length >= 3 => self.open = Some((sign, length)),
            Some((of, least)) if of == sign && length >= least && text.len() == length => self.open = None,
            None => return false,
            Some(_) => {}
        }
        true
    }
}

#[cfg(test)]
mod tests;
