//! From comparisons to diagrams.

use std::str::FromStr;

use pep440_rs::Version;

use super::{
    Comparison, Expression, MarkerOperator, Variable,
    expression::list,
    node::{FALSE, Id, TRUE, Test},
    pool::{Pool, lock},
    python::{precision, releases},
    variable::{Kind, VersionVariable},
};
use crate::constraint::{Operator, Pattern, VersionSet, specifier};
use formats::PackageName;

pub(super) fn expression(pool: &mut Pool, expression: &Expression) -> Id {
    match expression {
        // The parser refused what has no meaning.
        Expression::Compare(one) => comparison(pool, one).unwrap_or(FALSE),
        Expression::All(members) => members.iter().fold(TRUE, |all, member| {
            let member = self::expression(pool, member);
            pool.and(all, member)
        }),
        Expression::Any(members) => members.iter().fold(FALSE, |any, member| {
            let member = self::expression(pool, member);
            pool.or(any, member)
        }),
    }
}

/// Why a comparison has no meaning, if it has none.
pub(super) fn fault(one: &Comparison) -> Option<String> {
    comparison(&mut lock(), one).err()
}

fn comparison(pool: &mut Pool, one: &Comparison) -> Result<Id, String> {
    let kind = one.variable.kind();
    if one.swapped {
        return match kind {
            Kind::Extra => extra(pool, one),
            Kind::PythonVersion | Kind::PythonFullVersion | Kind::Version(_) | Kind::String(_) => Ok(test(pool, one)),
        };
    }
    if let Some(precision) = precision(kind) {
        let releases = releases(precision, one.operator, &one.value)?;
        return Ok(pool.versions(VersionVariable::Python, &releases));
    }
    match (kind, one.operator) {
        (Kind::Extra, _) => extra(pool, one),
        (_, MarkerOperator::In) => any_of(pool, one),
        (_, MarkerOperator::NotIn) => {
            let any = any_of(pool, one)?;
            Ok(pool.not(any))
        }
        (Kind::Version(variable), operator) => match version_set(operator, &one.value) {
            Some(set) => Ok(pool.versions(variable, &set)),
            None => text(pool, one),
        },
        (Kind::String(variable), MarkerOperator::Equal | MarkerOperator::Arbitrary) => {
            Ok(pool.strings(variable, vec![(one.value.clone(), TRUE)], FALSE))
        }
        (Kind::String(variable), MarkerOperator::NotEqual) => {
            Ok(pool.strings(variable, vec![(one.value.clone(), FALSE)], TRUE))
        }
        (Kind::String(_) | Kind::PythonVersion | Kind::PythonFullVersion, _) => text(pool, one),
    }
}

/// `in "a b"`, one comparison a member.
fn any_of(pool: &mut Pool, one: &Comparison) -> Result<Id, String> {
    let mut any = FALSE;
    for member in list(&one.value) {
        let equal = Comparison {
            operator: MarkerOperator::Equal,
            value: member.to_owned(),
            ..one.clone()
        };
        let equal = comparison(pool, &equal)?;
        any = pool.or(any, equal);
    }
    Ok(any)
}

fn extra(pool: &mut Pool, one: &Comparison) -> Result<Id, String> {
    let is_set = one.variable != Variable::Extra;
    if is_set && !(one.swapped && matches!(one.operator, MarkerOperator::In | MarkerOperator::NotIn)) {
        let name = one.variable.name();
        return Err(format!(
            "`{name}` is a set, which can only be searched: `\"NAME\" in {name}`"
        ));
    }
    let (names, negated): (Vec<&str>, bool) = match (one.operator, one.swapped) {
        (MarkerOperator::Equal | MarkerOperator::Arbitrary, false) | (MarkerOperator::In, true) => {
            (vec![&one.value], false)
        }
        (MarkerOperator::NotEqual, false) | (MarkerOperator::NotIn, true) => (vec![&one.value], true),
        (MarkerOperator::In, false) => (list(&one.value).collect(), false),
        (MarkerOperator::NotIn, false) => (list(&one.value).collect(), true),
        (operator, _) => return Err(format!("`extra` cannot be compared with `{}`", operator.text())),
    };
    let mut any = FALSE;
    for name in names {
        // Names of extras compare like package names (PEP 685); an invalid one is never asked for.
        let name = PackageName::parse(name).map_or_else(|| name.to_owned(), |name| name.to_string());
        let name = match one.variable {
            Variable::DependencyGroups => group_variable(&name),
            _ => name,
        };
        let asked = pool.test(Test::Extra(name));
        any = pool.or(any, asked);
    }
    Ok(if negated { pool.not(any) } else { any })
}

/// The name by which a dependency group is decided, as extras are by theirs. No extra can have it.
pub(super) fn group_variable(name: &str) -> String {
    format!("group:{name}")
}

/// A comparison of texts, after PEP 508 for values that are not versions.
fn text(pool: &mut Pool, one: &Comparison) -> Result<Id, String> {
    let name = one.variable.name();
    match one.operator {
        MarkerOperator::Compatible => Err(format!("`~=` compares versions, and `{name}` has none here")),
        MarkerOperator::Equal
        | MarkerOperator::NotEqual
        | MarkerOperator::Less
        | MarkerOperator::LessEqual
        | MarkerOperator::Greater
        | MarkerOperator::GreaterEqual
        | MarkerOperator::Arbitrary
        | MarkerOperator::In
        | MarkerOperator::NotIn => Ok(test(pool, one)),
    }
}

/// One test for a comparison and its opposite, so that the two are known to exclude each other.
fn test(pool: &mut Pool, one: &Comparison) -> Id {
    let opposite = match one.operator {
        MarkerOperator::NotEqual => Some(MarkerOperator::Equal),
        MarkerOperator::NotIn => Some(MarkerOperator::In),
        MarkerOperator::Greater => Some(MarkerOperator::LessEqual),
        MarkerOperator::GreaterEqual => Some(MarkerOperator::Less),
        MarkerOperator::Arbitrary
        | MarkerOperator::Equal
        | MarkerOperator::Less
        | MarkerOperator::LessEqual
        | MarkerOperator::Compatible
        | MarkerOperator::In => None,
    };
    let asked = pool.test(Test::Text(Comparison {
        operator: opposite.unwrap_or(one.operator),
        ..one.clone()
    }));
    if opposite.is_some() { pool.not(asked) } else { asked }
}

fn version_set(operator: MarkerOperator, value: &str) -> Option<VersionSet> {
    let operator = match operator {
        MarkerOperator::Equal => Operator::Equal,
        MarkerOperator::NotEqual => Operator::NotEqual,
        MarkerOperator::Less => Operator::Less,
        MarkerOperator::LessEqual => Operator::LessEqual,
        MarkerOperator::Greater => Operator::Greater,
        MarkerOperator::GreaterEqual => Operator::GreaterEqual,
        MarkerOperator::Compatible => Operator::Compatible,
        MarkerOperator::Arbitrary | MarkerOperator::In | MarkerOperator::NotIn => return None,
    };
    let pattern = Pattern::parse(value)?;
    // What these variables say is a release, so that `<13` need not leave out the pre-releases of 13, and its opposite
    // is `>=13`.
    if operator == Operator::Less && !pattern.wildcard {
        let bound = crate::constraint::Cut::before(Version::from_str(value).ok()?);
        return Some(VersionSet::below(bound));
    }
    specifier(operator, pattern)
}
