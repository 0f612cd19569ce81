use std::fmt::Write;

use super::level;
use console::style::BOLD;
use rules::Rule;

/// The documentation of rules.
pub fn explain(rules: &[&Rule]) -> String {
    let mut text = String::new();
    for rule in rules {
        let Rule {
            id,
            what,
            why,
            example,
            fix,
            ..
        } = rule;
        let _ = writeln!(
            text,
            "{BOLD}{id}{BOLD:#} ({}, {})\n  finds    {what}\n  why      {why}\n  example  {example}\n  fix      {fix}\n",
            rule.aspect.name(),
            level(rule.level),
        );
    }
    text
}
