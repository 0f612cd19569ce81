//! The diagrams behind markers: ordered, reduced, and shared, so that two markers are equal exactly when their ids are.
//!
//! A node asks one question: where on its line does a version variable lie, which of some texts is a string variable, or
//! whether a single test holds. Questions come in one fixed order on every path, and no node has all its answers lead to
//! the same place. The pool only grows: a run sees a few hundred different markers.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use super::{
    node::{FALSE, Id, Node, Question, TRUE, Test, answers, choices, chosen, just_above, line, pieces},
    variable::{Kind, StringVariable, VersionVariable},
};
use crate::constraint::{Cut, VersionSet};

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    And,
    Or,
}

pub(super) struct Pool {
    nodes: Vec<Arc<Node>>,
    /// Whether a test of text stands below the node, which an answer further up may decide.
    has_text_test: Vec<bool>,
    ids: HashMap<Arc<Node>, Id>,
    combined: HashMap<(Operation, Id, Id), Id>,
    negated: HashMap<Id, Id>,
}

static POOL: LazyLock<Mutex<Pool>> = LazyLock::new(|| Mutex::new(Pool::new()));

pub(super) fn lock() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    fn new() -> Self {
        let mut pool = Self {
            nodes: Vec::new(),
            has_text_test: Vec::new(),
            ids: HashMap::new(),
            combined: HashMap::new(),
            negated: HashMap::new(),
        };
        pool.add(Node::Leaf(false));
        pool.add(Node::Leaf(true));
        pool
    }

    pub(super) fn node(&self, id: Id) -> Arc<Node> {
        Arc::clone(&self.nodes[id.0 as usize])
    }

    pub(super) fn and(&mut self, a: Id, b: Id) -> Id {
        self.combine(Operation::And, a, b)
    }

    pub(super) fn or(&mut self, a: Id, b: Id) -> Id {
        self.combine(Operation::Or, a, b)
    }

    pub(super) fn implies(&mut self, a: Id, b: Id) -> bool {
        self.and(a, b) == a
    }

    pub(super) fn not(&mut self, id: Id) -> Id {
        if let Some(&known) = self.negated.get(&id) {
            return known;
        }
        let negated = match &*self.node(id) {
            Node::Leaf(true) => FALSE,
            Node::Leaf(false) => TRUE,
            Node::Versions {
                variable,
                lowest,
                above,
            } => {
                let lowest = self.not(*lowest);
                let above = above
                    .iter()
                    .map(|(cut, child)| (cut.clone(), self.not(*child)))
                    .collect();
                self.versions_node(*variable, lowest, above)
            }
            Node::Strings { variable, texts, other } => {
                let other = self.not(*other);
                let texts = texts
                    .iter()
                    .map(|(text, child)| (text.clone(), self.not(*child)))
                    .collect();
                self.strings(*variable, texts, other)
            }
            Node::Test { test, yes, no } => {
                let (yes, no) = (self.not(*yes), self.not(*no));
                self.test_node(test, yes, no)
            }
        };
        self.negated.insert(id, negated);
        negated
    }

    /// Whether a version variable lies in a set.
    pub(super) fn versions(&mut self, variable: VersionVariable, set: &VersionSet) -> Id {
        let mut lowest = FALSE;
        let mut above = Vec::new();
        for (from, to) in set.intervals() {
            match from {
                Some(from) => above.push((from.clone(), TRUE)),
                None => lowest = TRUE,
            }
            above.extend(to.map(|to| (to.clone(), FALSE)));
        }
        self.versions_node(variable, lowest, above)
    }

    /// Where a text leads, and where every other one does.
    pub(super) fn strings(&mut self, variable: StringVariable, texts: Vec<(String, Id)>, other: Id) -> Id {
        let mut kept = Vec::with_capacity(texts.len());
        for (text, child) in texts {
            // Below this answer the text is known, and with it every test of it.
            let child = self.knowing(child, variable, &text);
            if child != self.knowing(other, variable, &text) {
                kept.push((text, child));
            }
        }
        if kept.is_empty() {
            return other;
        }
        self.add(Node::Strings {
            variable,
            texts: kept,
            other,
        })
    }

    pub(super) fn test(&mut self, test: Test) -> Id {
        self.test_node(&test, TRUE, FALSE)
    }

    pub(super) fn with_extras(&mut self, id: Id, extras: &BTreeSet<String>) -> Id {
        self.deciding(id, &mut HashMap::new(), &|test| match test {
            Test::Extra(name) => Some(extras.contains(name)),
            Test::Text(_) => None,
        })
    }

    pub(super) fn with_extra(&mut self, id: Id, extra: &str, is_asked_for: bool) -> Id {
        self.deciding(id, &mut HashMap::new(), &|test| match test {
            Test::Extra(name) if name == extra => Some(is_asked_for),
            Test::Extra(_) | Test::Text(_) => None,
        })
    }

    pub(super) fn assuming_python(&mut self, id: Id, releases: &VersionSet) -> Id {
        let (lowest, above) = match &*self.node(id) {
            Node::Versions {
                variable: VersionVariable::Python,
                lowest,
                above,
            } => (*lowest, above.clone()),
            Node::Versions { .. } | Node::Leaf(_) | Node::Strings { .. } | Node::Test { .. } => return id,
        };
        // A piece outside the assumption takes on what the next piece below says, so that its cut goes.
        let mut kept: Option<(Id, Vec<(Cut, Id)>)> = None;
        let mut from: Option<&Cut> = None;
        let mut child = lowest;
        let ends = above.iter().map(|(cut, next)| (Some(cut), *next));
        for (to, next) in ends.chain([(None, FALSE)]) {
            let piece = VersionSet::from_intervals([(from.cloned(), to.cloned())]);
            if !piece.intersection(releases).is_empty() {
                match (&mut kept, from) {
                    (Some((_, above)), Some(from)) => above.push((from.clone(), child)),
                    (None, _) => kept = Some((child, Vec::new())),
                    (Some(_), None) => {}
                }
            }
            (from, child) = (to, next);
        }
        match kept {
            Some((lowest, above)) => self.versions_node(VersionVariable::Python, lowest, above),
            None => TRUE,
        }
    }

    pub(super) fn python_releases(&self, id: Id) -> VersionSet {
        let node = self.node(id);
        match &*node {
            Node::Leaf(false) => VersionSet::empty(),
            Node::Versions {
                variable: VersionVariable::Python,
                lowest,
                above,
            } => VersionSet::from_intervals(
                pieces(*lowest, above)
                    .filter(|(_, _, child)| *child != FALSE)
                    .map(|(from, to, _)| (from.cloned(), to.cloned())),
            ),
            Node::Leaf(true) | Node::Versions { .. } | Node::Strings { .. } | Node::Test { .. } => VersionSet::any(),
        }
    }

    fn combine(&mut self, operation: Operation, a: Id, b: Id) -> Id {
        let (neutral, absorbing) = match operation {
            Operation::And => (TRUE, FALSE),
            Operation::Or => (FALSE, TRUE),
        };
        if a == absorbing || b == absorbing {
            return absorbing;
        }
        if a == neutral || a == b {
            return b;
        }
        if b == neutral {
            return a;
        }
        let key = (operation, a.min(b), a.max(b));
        if let Some(&known) = self.combined.get(&key) {
            return known;
        }
        let (left, right) = (self.node(a), self.node(b));
        let combined = match left.question().min(right.question()) {
            Question::Versions(variable) => {
                let (left, right) = (line(&left, a, variable), line(&right, b, variable));
                let lowest = self.combine(operation, left.0, right.0);
                let mut cuts: Vec<&Cut> = left.1.iter().chain(right.1).map(|(cut, _)| cut).collect();
                cuts.sort_unstable();
                cuts.dedup();
                let above = cuts.into_iter().map(|cut| {
                    let (x, y) = (just_above(left, cut), just_above(right, cut));
                    (cut.clone(), self.combine(operation, x, y))
                });
                let above = above.collect();
                self.versions_node(variable, lowest, above)
            }
            Question::Strings(variable) => {
                let (left, right) = (choices(&left, a, variable), choices(&right, b, variable));
                let other = self.combine(operation, left.1, right.1);
                let names: BTreeSet<&String> = left.0.iter().chain(right.0).map(|(text, _)| text).collect();
                let texts = names.into_iter().map(|text| {
                    let (x, y) = (chosen(left, text), chosen(right, text));
                    (text.clone(), self.combine(operation, x, y))
                });
                let texts = texts.collect();
                self.strings(variable, texts, other)
            }
            Question::Test(test) => {
                let (left, right) = (answers(&left, a, test), answers(&right, b, test));
                let yes = self.combine(operation, left.0, right.0);
                let no = self.combine(operation, left.1, right.1);
                self.test_node(test, yes, no)
            }
            // Two leaves were handled above.
            Question::Nothing => absorbing,
        };
        self.combined.insert(key, combined);
        combined
    }

    /// The diagram where a string variable has a known value.
    fn knowing(&mut self, id: Id, variable: StringVariable, text: &str) -> Id {
        self.deciding(id, &mut HashMap::new(), &|test| match test {
            Test::Text(one) if one.variable.kind() == Kind::String(variable) => Some(one.holds_for(text)),
            Test::Text(_) | Test::Extra(_) => None,
        })
    }

    /// The diagram without the tests that have a known answer.
    fn deciding(&mut self, id: Id, done: &mut HashMap<Id, Id>, answer: &dyn Fn(&Test) -> Option<bool>) -> Id {
        if !self.has_text_test[id.0 as usize] {
            return id;
        }
        if let Some(&known) = done.get(&id) {
            return known;
        }
        let decided = match &*self.node(id) {
            Node::Leaf(_) => id,
            Node::Versions {
                variable,
                lowest,
                above,
            } => {
                let lowest = self.deciding(*lowest, done, answer);
                let above = above
                    .iter()
                    .map(|(cut, child)| (cut.clone(), self.deciding(*child, done, answer)));
                let above = above.collect();
                self.versions_node(*variable, lowest, above)
            }
            Node::Strings { variable, texts, other } => {
                let other = self.deciding(*other, done, answer);
                let texts = texts
                    .iter()
                    .map(|(text, child)| (text.clone(), self.deciding(*child, done, answer)));
                let texts = texts.collect();
                self.strings(*variable, texts, other)
            }
            Node::Test { test, yes, no } => match answer(test) {
                Some(true) => self.deciding(*yes, done, answer),
                Some(false) => self.deciding(*no, done, answer),
                None => {
                    let (yes, no) = (self.deciding(*yes, done, answer), self.deciding(*no, done, answer));
                    self.test_node(test, yes, no)
                }
            },
        };
        done.insert(id, decided);
        decided
    }

    fn versions_node(&mut self, variable: VersionVariable, lowest: Id, mut above: Vec<(Cut, Id)>) -> Id {
        let mut below = lowest;
        above.retain(|(_, child)| std::mem::replace(&mut below, *child) != *child);
        if above.is_empty() {
            return lowest;
        }
        self.add(Node::Versions {
            variable,
            lowest,
            above,
        })
    }

    fn test_node(&mut self, test: &Test, yes: Id, no: Id) -> Id {
        if yes == no {
            return yes;
        }
        self.add(Node::Test {
            test: test.clone(),
            yes,
            no,
        })
    }

    fn add(&mut self, node: Node) -> Id {
        if let Some(&id) = self.ids.get(&node) {
            return id;
        }
        let below = |child: &Id| self.has_text_test[child.0 as usize];
        let has_text_test = match &node {
            Node::Leaf(_) => false,
            Node::Versions { lowest, above, .. } => below(lowest) || above.iter().any(|(_, child)| below(child)),
            Node::Strings { texts, other, .. } => below(other) || texts.iter().any(|(_, child)| below(child)),
            Node::Test { .. } => true,
        };
        let node = Arc::new(node);
        let id = Id(self.nodes.len() as u32);
        self.nodes.push(Arc::clone(&node));
        self.has_text_test.push(has_text_test);
        self.ids.insert(node, id);
        id
    }
}
