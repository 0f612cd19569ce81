//! Nodes out of the events of the parser.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{
    Duplicates, Node, Value,
    indented::{PutIn, indented},
};
use diagnostics::{Problem, Source};

/// Nodes of a file with all its aliases followed: no file that people write comes near, a malicious one would fill the memory.
const MOST_NODES: usize = 200_000;
/// Mappings in mappings; more would exhaust the stack of who walks them.
const DEEPEST: usize = 100;

type Failure = Box<Problem>;

type Found = (Vec<Node>, Vec<Problem>);

pub(super) fn documents(source: &Source, text: &str, duplicates: Duplicates) -> Result<Found, Failure> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let before = source.text().len() - text.len().min(source.text().len());
    match parsed(source, text, Offsets::of(text, before), duplicates) {
        Ok(found) => Ok(found),
        Err(Stop::Failure(failure)) => Err(failure),
        // What programs read that are less strict is no error. What the parser says of the other text is not said.
        Err(Stop::Indentation(failure)) => indented(text)
            .and_then(|(again, put_in)| {
                let offsets = Offsets::of(text, before).after(put_in);
                parsed(source, &again, offsets, duplicates).ok()
            })
            .ok_or(failure),
    }
}

/// Why a text is not read.
enum Stop {
    Failure(Failure),
    /// A line stands further out than YAML 1.2 allows.
    Indentation(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

fn parsed(source: &Source, text: &str, offsets: Offsets, duplicates: Duplicates) -> Result<Found, Stop> {
    let mut builder = Builder {
        source,
        offsets,
        duplicates,
        open: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        documents: Vec::new(),
        problems: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => {
                let at = builder.offsets.byte(error.marker().index());
                let message = format!("`{}` is not YAML: {}", source.path(), error.info().trim());
                let failure = Box::new(Problem::error(message).at(source.place(at..at + 1)));
                return Err(if error.info().contains("indentation") {
                    Stop::Indentation(failure)
                } else {
                    Stop::Failure(failure)
                });
            }
        }
    }
    Ok((builder.documents, builder.problems))
}

struct Builder<'a> {
    source: &'a Source,
    offsets: Offsets,
    duplicates: Duplicates,
    /// Sequences and mappings whose end has not come yet.
    open: Vec<Open>,
    /// Finished nodes that an alias can name, and how many nodes each is.
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    documents: Vec<Node>,
    problems: Vec<Problem>,
}

struct Open {
    anchor: usize,
    start: usize,
    nodes_before: usize,
    is_mapping: bool,
    /// Of a mapping, keys and values in turn.
    members: Vec<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Failure> {
        let start = self.offsets.byte(span.start.index());
        let end = self.offsets.byte(span.end.index());
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.count(1, start)?;
                let value = Value::Scalar {
                    text: text.into_owned(),
                    is_plain: style == ScalarStyle::Plain,
                };
                let node = self.node(start, end, value);
                self.finish(node, anchor, 1);
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, start, false)?,
            Event::MappingStart(anchor, _) => self.begin(anchor, start, true)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.end(open, end)?;
                }
            }
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
                    let problem = Problem::error("this alias leads to what it is part of");
                    return Err(Box::new(problem.at(self.source.place(start..end))));
                };
                self.count(size, start)?;
                self.finish(node, 0, size);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn begin(&mut self, anchor: usize, start: usize, is_mapping: bool) -> Result<(), Failure> {
        if self.open.len() >= DEEPEST {
            let problem = Problem::error(format!("more than {DEEPEST} mappings and sequences in one another"));
            return Err(Box::new(problem.at(self.source.place(start..start + 1))));
        }
        let nodes_before = self.nodes;
        self.count(1, start)?;
        self.open.push(Open {
            anchor,
            start,
            nodes_before,
            is_mapping,
            members: Vec::new(),
        });
        Ok(())
    }

    fn end(&mut self, open: Open, end: usize) -> Result<(), Failure> {
        // The end of a block is where the next thing begins; what is shown ends with the last member. Aliases stand elsewhere.
        let last = open.members.iter().map(|member| member.span.end).max();
        let end = last.filter(|last| *last > open.start).unwrap_or(end);
        let value = if open.is_mapping {
            Value::Mapping(self.mapping(open.members)?)
        } else {
            Value::Sequence(open.members)
        };
        let node = self.node(open.start, end, value);
        self.finish(node, open.anchor, self.nodes - open.nodes_before);
        Ok(())
    }

    /// Pairs of keys and values; those of merge keys last, and only where the mapping has none of its own.
    fn mapping(&mut self, members: Vec<Node>) -> Result<Vec<(Node, Node)>, Failure> {
        let mut entries: Vec<(Node, Node)> = Vec::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut merged = Vec::new();
        let mut members = members.into_iter();
        while let (Some(key), Some(value)) = (members.next(), members.next()) {
            if key.plain() == Some("<<") {
                merged.push(value);
                continue;
            }
            if let Some(name) = key.text() {
                let first = seen.insert(name.to_owned(), entries.len());
                if let (Some(first), Duplicates::Wrong) = (first, self.duplicates) {
                    let problem = Problem::error(format!("`{name}` is there twice"));
                    self.problems.push(
                        problem
                            .at(key.place().label("the second"))
                            .at(entries[first].0.place().label("the first")),
                    );
                }
            }
            entries.push((key, value));
        }
        for value in merged {
            let sources = if value.is_mapping() {
                std::slice::from_ref(&value)
            } else {
                value.items()
            };
            for (key, value) in sources.iter().flat_map(|source| source.entries()) {
                if key.text().is_none_or(|name| !seen.contains_key(name)) {
                    seen.extend(key.text().map(|name| (name.to_owned(), entries.len())));
                    entries.push((key.clone(), value.clone()));
                }
            }
        }
        Ok(entries)
    }

    /// Puts a finished node where it belongs.
    fn finish(&mut self, node: Node, anchor: usize, size: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut() {
            Some(open) => open.members.push(node),
            None => self.documents.push(node),
        }
    }

    fn count(&mut self, nodes: usize, at: usize) -> Result<(), Failure> {
        self.nodes += nodes;
        if self.nodes <= MOST_NODES {
            return Ok(());
        }
        let message = format!("`{}` unfolds to more than {MOST_NODES} values", self.source.path());
        let problem = Problem::error(message).at(self.source.place(at..at + 1));
        Err(Box::new(problem.note("aliases of aliases multiply")))
    }

    fn node(&self, start: usize, end: usize, value: Value) -> Node {
        Node {
            source: self.source.clone(),
            span: start..end.max(start),
            value,
        }
    }
}

/// Where characters begin: the parser counts those, places count bytes.
struct Offsets {
    before: usize,
    len: usize,
    /// Empty where every character is one byte.
    bytes: Vec<usize>,
    /// What the parsed text has more.
    put_in: PutIn,
}

impl Offsets {
    fn of(text: &str, before: usize) -> Self {
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| at).collect()
        };
        Self {
            before,
            len: text.len(),
            bytes,
            put_in: PutIn::default(),
        }
    }

    fn after(self, put_in: PutIn) -> Self {
        Self { put_in, ..self }
    }

    fn byte(&self, character: usize) -> usize {
        let character = self.put_in.in_file(character);
        let at = if self.bytes.is_empty() {
            character.min(self.len)
        } else {
            self.bytes.get(character).copied().unwrap_or(self.len)
        };
        self.before + at
    }
}
