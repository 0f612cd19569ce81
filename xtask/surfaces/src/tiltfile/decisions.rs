//! Conditions that only Tilt can decide: each is taken to be one way, and what that says of a value is remembered.

use std::collections::BTreeSet;

use super::{
    machine::Machine,
    value::{Condition, Value},
};
use formats::starlark::syntax::Span;

/// A condition that only Tilt can decide, and how it is taken to be.
#[derive(Debug)]
pub struct Decided {
    pub span: Span,
    /// The bytes of a flag that is asked for as it is.
    pub asked: String,
    pub is_true: bool,
}

/// What conditions that were decided say of a value that only Tilt knows: a name that is `dev` is not `prod`.
#[derive(Debug, Default)]
pub struct Settled {
    asked: String,
    /// One of these.
    among: Option<BTreeSet<String>>,
    /// None of these.
    not: BTreeSet<String>,
}

impl Machine<'_> {
    /// How a condition is taken to be.
    pub fn decide(&mut self, condition: &Value) -> bool {
        if let Some(truth) = condition.truth() {
            return truth;
        }
        match condition {
            Value::Condition(condition) => self.compared(condition),
            Value::Text(text) if text.asked.is_some() => {
                let Some(asked) = &text.asked else { return false };
                self.compared(&Condition {
                    span: asked.span,
                    asked: asked.span,
                    values: BTreeSet::from([String::new()]),
                    is_negated: true,
                    default: text.known(),
                })
            }
            Value::Unknown(unknown) => {
                let written = self.written(unknown.span).to_owned();
                self.choose(unknown.span, &written, false)
            }
            _ => self.choose(self.top, "", false),
        }
    }

    /// A comparison: by what was settled before, and else by choice.
    fn compared(&mut self, condition: &Condition) -> bool {
        let asked = self.written(condition.asked).to_owned();
        let settled = self.settled.iter().find(|settled| settled.asked == asked);
        let is_left = |value: &&String| settled.is_none_or(|settled| !settled.not.contains(*value));
        let values: BTreeSet<String> = condition.values.iter().filter(is_left).cloned().collect();
        let among = settled.and_then(|settled| settled.among.as_ref());
        let is_one = match among {
            _ if values.is_empty() => false,
            Some(among) if among.is_subset(&values) => true,
            Some(among) if among.is_disjoint(&values) => false,
            _ => {
                let default = condition
                    .default
                    .as_ref()
                    .is_some_and(|default| values.contains(default));
                self.choose(condition.span, "", default != condition.is_negated) != condition.is_negated
            }
        };
        if !self.settled.iter().any(|settled| settled.asked == asked) {
            self.settled.push(Settled {
                asked: asked.clone(),
                ..Settled::default()
            });
        }
        if let Some(settled) = self.settled.iter_mut().find(|settled| settled.asked == asked) {
            if is_one {
                settled.among = Some(match &settled.among {
                    Some(among) => among.intersection(&values).cloned().collect(),
                    None => values,
                });
            } else {
                if let Some(among) = &mut settled.among {
                    among.retain(|value| !values.contains(value));
                }
                settled.not.extend(values);
            }
        }
        is_one != condition.is_negated
    }

    fn choose(&mut self, span: Span, asked: &str, default: bool) -> bool {
        // The same flag asked for at two places is one flag.
        let is_same = |known: &&Decided| known.span == span || !asked.is_empty() && known.asked == asked;
        if let Some(known) = self.decided.iter().find(is_same) {
            return known.is_true;
        }
        let is_true = self.choices.get(&span).copied().unwrap_or(default);
        self.decided.push(Decided {
            span,
            asked: asked.to_owned(),
            is_true,
        });
        is_true
    }
}
