use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem};
use facts::{Twin, Twins, accounts::Account, twins::differs};

pub const RULE: Rule = Rule {
    id: "user-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images run as different users",
    why: "a file that is writable in development can be read-only in production",
    example: "USER 1000 in Dockerfile.dev, USER 10001 in Dockerfile",
    fix: "use the same number in both files",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    // Where one of them is root, another rule says so.
    if dev.config.is_root() != prod.config.is_root() {
        return Vec::new();
    }
    if let Some(problem) = account_differs(dev, prod) {
        return vec![problem];
    }
    let (in_dev, in_prod) = (dev.config.user.as_ref(), prod.config.user.as_ref());
    let as_written = || differs("user", (dev, in_dev), (prod, in_prod)).into_iter().collect();
    let (Some(ours), Some(theirs)) = (in_dev, in_prod) else {
        // Both are root, one by its word.
        return if dev.config.is_root() { Vec::new() } else { as_written() };
    };
    match (number(dev, ours), number(prod, theirs)) {
        // A name says what it stands for where it is made.
        (Some(one), Some(other)) if one == other => Vec::new(),
        (Some(one), Some(other)) if ours.value == theirs.value => {
            let message = format!(
                "user differs: `{}` is {one} in development and {other} in production",
                ours.value
            );
            let problem = Problem::error(message)
                .at(dev.shown(Some(&ours.place)))
                .at(prod.shown(Some(&theirs.place)));
            vec![problem.remedy("add the user with the same number in both files: `useradd --uid`")]
        }
        // Two names say less than what they stand for.
        (Some(one), Some(other)) => {
            let by_number = |said: &Located<String>, number: String| said.clone().map(|_| number);
            let (ours, theirs) = (by_number(ours, one), by_number(theirs, other));
            let problem = differs("user", (dev, Some(&ours)), (prod, Some(&theirs)));
            problem.into_iter().collect()
        }
        (_, _) => as_written(),
    }
}

/// The account that the user of both images is meant to be, made with another number or another home: `USER 10001` does not say that.
fn account_differs(dev: &Twin<'_>, prod: &Twin<'_>) -> Option<Problem> {
    let user = |twin: &Twin<'_>| match twin.config.user_name() {
        "" | "root" => Some("0".to_owned()),
        user => twin.number_of(user),
    };
    let user = user(dev).filter(|number| user(prod).as_ref() == Some(number))?;
    let problem = |message: String| {
        let place = |twin: &Twin<'_>| twin.shown(twin.config.user.as_ref().map(|user| &user.place));
        Problem::error(message)
            .at(place(dev))
            .at(place(prod))
            .remedy("make the user by the same command in both files")
    };
    let in_prod = prod.accounts();
    for ours in dev.accounts() {
        let Some(theirs) = in_prod.iter().find(|theirs| theirs.name == ours.name) else {
            continue;
        };
        let name = &ours.name;
        if ours.number != theirs.number && [&ours.number, &theirs.number].contains(&&user) {
            return Some(problem(format!(
                "the images run as {user}, and the user `{name}` is {} in development and {} in production",
                ours.number, theirs.number
            )));
        }
        let groups = (dev.groups_of(name), prod.groups_of(name));
        if let (Some(in_dev), Some(in_prod)) = &groups
            && in_dev != in_prod
            && ours.number == user
        {
            return Some(problem(format!(
                "the user `{name}` is in {} in development, and in {} in production",
                listed(in_dev),
                listed(in_prod)
            )));
        }
        let home = |twin: &Twin<'_>, account: &Account| {
            let said = twin.config.variable("HOME").map(str::to_owned);
            said.or_else(|| account.home.clone())
        };
        if let (Some(in_dev), Some(in_prod)) = (home(dev, &ours), home(prod, theirs))
            && in_dev != in_prod
            && ours.number == user
        {
            return Some(problem(format!(
                "the home of the user `{name}` is `{in_dev}` in development and `{in_prod}` in production"
            )));
        }
    }
    None
}

/// The further groups of a user.
fn listed(groups: &BTreeSet<String>) -> String {
    let names: Vec<String> = groups.iter().map(|group| format!("`{group}`")).collect();
    match names.as_slice() {
        [] => "no further group".to_owned(),
        [one] => format!("the group {one}"),
        several => format!("the groups {}", several.join(", ")),
    }
}

/// The number of a user, where the image tells it. A group is compared as it is written.
fn number(twin: &Twin<'_>, user: &Located<String>) -> Option<String> {
    let (name, group) = user
        .value
        .split_once(':')
        .map_or((user.value.as_str(), None), |(name, group)| (name, Some(group)));
    let number = twin.number_of(name)?;
    Some(match group.filter(|group| *group != name && *group != number) {
        Some(group) => format!("{number}:{group}"),
        None => number,
    })
}
