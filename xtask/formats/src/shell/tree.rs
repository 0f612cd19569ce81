//! What shell text says, before it is known what it comes to: commands in lists, branches and loops.

use std::ops::Range;

pub type List = Vec<Item>;

/// A pipeline, and how it follows what precedes it.
#[derive(Debug)]
pub struct Item {
    pub joined: Joined,
    pub is_negated: bool,
    pub pipeline: Vec<Command>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    Then,
    And,
    Or,
}

#[derive(Debug)]
pub enum Command {
    Simple {
        words: Vec<Range<usize>>,
        output: Option<Range<usize>>,
        span: Range<usize>,
    },
    /// `{ … }`
    Group(List),
    /// `( … )`
    Subshell(List),
    If {
        branches: Vec<(List, List)>,
        otherwise: List,
    },
    /// `while` and `until`
    Loop {
        condition: List,
        body: List,
    },
    For {
        name: Range<usize>,
        words: Vec<Range<usize>>,
        body: List,
    },
    Case {
        subject: Range<usize>,
        arms: Vec<(Vec<Range<usize>>, List)>,
    },
    Function {
        name: Range<usize>,
        body: List,
    },
}
