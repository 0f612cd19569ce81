//! From diagrams back to text that people can read: a diagram is taken apart along its first question, an answer that
//! does not matter is left out, and what all alternatives share is written once.

use std::collections::HashMap;

use super::{
    MarkerOperator, Variable,
    node::{FALSE, Id, Node, TRUE, Test, pieces},
    pool::Pool,
    variable::VersionVariable,
};
use crate::constraint::{Cut, Interval, VersionSet};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Formula {
    Compare(String),
    /// Empty: holds everywhere.
    All(Vec<Formula>),
    /// Empty: holds nowhere.
    Any(Vec<Formula>),
}

pub(super) fn text(pool: &mut Pool, id: Id) -> String {
    match id {
        TRUE => String::new(),
        FALSE => compare(Variable::PythonVersion, "<", "0"),
        _ => write(&formula(pool, id, &mut HashMap::new()), false),
    }
}

fn formula(pool: &mut Pool, id: Id, done: &mut HashMap<Id, Formula>) -> Formula {
    if let Some(known) = done.get(&id) {
        return known.clone();
    }
    let node = pool.node(id);
    let formula = match &*node {
        Node::Leaf(true) => Formula::All(Vec::new()),
        Node::Leaf(false) => Formula::Any(Vec::new()),
        Node::Versions {
            variable,
            lowest,
            above,
        } => {
            let children = distinct(pieces(*lowest, above).map(|(_, _, child)| child));
            let terms = children.into_iter().map(|child| {
                let covered = pieces(*lowest, above).filter(|(_, _, other)| pool.implies(child, *other));
                let set = VersionSet::from_intervals(covered.map(|(from, to, _)| (from.cloned(), to.cloned())));
                let guard = versions(*variable, &set);
                all([guard, self::formula(pool, child, done)])
            });
            any(terms.collect())
        }
        Node::Strings { variable, texts, other } => {
            let children = distinct(texts.iter().map(|(_, child)| *child).chain([*other]));
            let variable = variable.variable();
            let terms = children.into_iter().map(|child| {
                let (covered, left_out): (Vec<_>, Vec<_>) =
                    texts.iter().partition(|(_, other)| pool.implies(child, *other));
                let guard = if pool.implies(child, *other) {
                    all(left_out
                        .iter()
                        .map(|(text, _)| Formula::Compare(compare(variable, "!=", text))))
                } else {
                    any(covered
                        .iter()
                        .map(|(text, _)| Formula::Compare(compare(variable, "==", text)))
                        .collect())
                };
                all([guard, self::formula(pool, child, done)])
            });
            any(terms.collect())
        }
        Node::Test { test, yes, no } => {
            let terms = [(*yes, *no, true), (*no, *yes, false)];
            let terms = terms
                .into_iter()
                .filter(|(child, _, _)| *child != FALSE)
                .map(|(child, other, answer)| {
                    let guard = if pool.implies(child, other) {
                        Formula::All(Vec::new())
                    } else {
                        Formula::Compare(asked(test, answer))
                    };
                    all([guard, self::formula(pool, child, done)])
                });
            any(terms.collect())
        }
    };
    done.insert(id, formula.clone());
    formula
}

/// Where something can hold at all, each place once, in the order of the questions' answers.
fn distinct(children: impl Iterator<Item = Id>) -> Vec<Id> {
    let mut seen = Vec::new();
    for child in children {
        if child != FALSE && !seen.contains(&child) {
            seen.push(child);
        }
    }
    seen
}

fn all(members: impl IntoIterator<Item = Formula>) -> Formula {
    let mut flat = Vec::new();
    for member in members {
        match member {
            Formula::All(inner) => flat.extend(inner),
            Formula::Compare(_) | Formula::Any(_) => flat.push(member),
        }
    }
    let mut kept: Vec<Formula> = Vec::new();
    for member in flat {
        if !kept.contains(&member) {
            kept.push(member);
        }
    }
    match kept.pop() {
        Some(only) if kept.is_empty() => only,
        last => {
            kept.extend(last);
            Formula::All(kept)
        }
    }
}

fn any(members: Vec<Formula>) -> Formula {
    let mut terms: Vec<Vec<Formula>> = Vec::new();
    for member in members {
        match member {
            Formula::Any(inner) => terms.extend(inner.into_iter().map(factors)),
            Formula::Compare(_) | Formula::All(_) => terms.push(factors(member)),
        }
    }
    let Some(first) = terms.first() else {
        return Formula::Any(Vec::new());
    };
    let shared: Vec<Formula> = first
        .iter()
        .filter(|factor| terms.iter().all(|term| term.contains(factor)))
        .cloned()
        .collect();
    let mut rests: Vec<Formula> = Vec::new();
    for term in terms {
        let rest = all(term.into_iter().filter(|factor| !shared.contains(factor)));
        if rest == Formula::All(Vec::new()) {
            // One alternative asks for nothing more than what all ask for.
            return all(shared);
        }
        if !rests.contains(&rest) {
            rests.push(rest);
        }
    }
    let rest = match rests.pop() {
        Some(only) if rests.is_empty() => only,
        last => {
            rests.extend(last);
            Formula::Any(rests)
        }
    };
    all(shared.into_iter().chain([rest]))
}

fn factors(formula: Formula) -> Vec<Formula> {
    match formula {
        Formula::All(inner) => inner,
        Formula::Compare(_) | Formula::Any(_) => vec![formula],
    }
}

fn versions(variable: VersionVariable, set: &VersionSet) -> Formula {
    if set.is_any() {
        return Formula::All(Vec::new());
    }
    let intervals = set.intervals();
    let singles: Option<Vec<String>> = intervals
        .iter()
        .map(|interval| single(variable, "==", *interval))
        .collect();
    if let Some(singles) = singles {
        return any(singles.into_iter().map(Formula::Compare).collect());
    }
    // `>=3.9,<4` without 3.11 reads better as one interval with a hole.
    let complement = set.clone().complement();
    let (lowest, highest) = (
        intervals.first().and_then(|first| first.0),
        intervals.last().and_then(|last| last.1),
    );
    let holes = complement.intervals();
    let holes = holes.iter().filter(|(from, to)| from.is_some() && to.is_some());
    let holes: Option<Vec<String>> = holes.map(|hole| single(variable, "!=", *hole)).collect();
    match holes {
        Some(holes) => all([
            interval(variable, (lowest, highest)),
            all(holes.into_iter().map(Formula::Compare)),
        ]),
        None => any(intervals.iter().map(|one| interval(variable, *one)).collect()),
    }
}

fn interval(variable: VersionVariable, one: Interval<'_>) -> Formula {
    if let Some(equal) = single(variable, "==", one) {
        return Formula::Compare(equal);
    }
    let from = one
        .0
        .map(|from| bound(variable, if from.after { ">" } else { ">=" }, from));
    let to = one.1.map(|to| bound(variable, if to.after { "<=" } else { "<" }, to));
    all(from.into_iter().chain(to).map(Formula::Compare))
}

fn bound(variable: VersionVariable, operator: &str, cut: &Cut) -> String {
    match (variable, cut.version.release()) {
        (VersionVariable::Python, [major, minor, 0]) => {
            compare(Variable::PythonVersion, operator, &format!("{major}.{minor}"))
        }
        _ => compare(variable.variable(), operator, &cut.version.to_string()),
    }
}

/// One comparison for an interval that holds a single value of a variable.
fn single(variable: VersionVariable, operator: &str, one: Interval<'_>) -> Option<String> {
    let (Some(from), Some(to)) = one else { return None };
    if variable != VersionVariable::Python {
        let exact = from.version == to.version;
        return exact.then(|| compare(variable.variable(), operator, &from.version.to_string()));
    }
    match (from.version.release(), to.version.release()) {
        ([a, b, 0], [c, d, 0]) if a == c && b.checked_add(1) == Some(*d) => {
            Some(compare(Variable::PythonVersion, operator, &format!("{a}.{b}")))
        }
        ([a, b, c], [d, e, f]) if a == d && b == e && c.checked_add(1) == Some(*f) => {
            Some(compare(Variable::PythonFullVersion, operator, &format!("{a}.{b}.{c}")))
        }
        _ => None,
    }
}

fn asked(test: &Test, answer: bool) -> String {
    match test {
        Test::Extra(name) => compare(Variable::Extra, if answer { "==" } else { "!=" }, name),
        Test::Text(one) => {
            let operator = if answer {
                one.operator.text()
            } else {
                opposite(one.operator)
            };
            if one.swapped {
                format!("{} {operator} {}", quoted(&one.value), one.variable.name())
            } else {
                compare(one.variable, operator, &one.value)
            }
        }
    }
}

fn opposite(operator: MarkerOperator) -> &'static str {
    match operator {
        MarkerOperator::Equal | MarkerOperator::Arbitrary => "!=",
        MarkerOperator::NotEqual => "==",
        MarkerOperator::Less => ">=",
        MarkerOperator::LessEqual => ">",
        MarkerOperator::Greater => "<=",
        MarkerOperator::GreaterEqual => "<",
        MarkerOperator::In => "not in",
        MarkerOperator::NotIn => "in",
        // No test is made of it.
        MarkerOperator::Compatible => "!=",
    }
}

fn compare(variable: Variable, operator: &str, value: &str) -> String {
    format!("{} {operator} {}", variable.name(), quoted(value))
}

/// A value came out of one kind of quotes, so that at least the other kind is free.
fn quoted(value: &str) -> String {
    if value.contains('"') {
        format!("'{value}'")
    } else {
        format!("\"{value}\"")
    }
}

fn write(formula: &Formula, inside_and: bool) -> String {
    match formula {
        Formula::Compare(text) => text.clone(),
        Formula::All(members) => members
            .iter()
            .map(|member| write(member, true))
            .collect::<Vec<_>>()
            .join(" and "),
        Formula::Any(members) => {
            let text = members
                .iter()
                .map(|member| write(member, false))
                .collect::<Vec<_>>()
                .join(" or ");
            if inside_and { format!("({text})") } else { text }
        }
    }
}
