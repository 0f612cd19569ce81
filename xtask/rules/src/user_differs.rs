use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem};
use evidence::{built::Built, image::Image};
use facts::{Pair, Subject, differs, user::is_root};

pub const RULE: Rule = Rule {
    id: "user-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images run as different users",
    why: "a file that is writable in development can be read-only in production",
    example: "USER 1000 in Dockerfile.dev, USER 10001 in Dockerfile",
    fix: "use the same number in both files",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    // Where one of them is root, another rule says so.
    if is_root(dev) != is_root(prod) {
        return Vec::new();
    }
    if let Some(problem) = account_differs(dev, prod) {
        return vec![problem];
    }
    let (in_dev, in_prod) = (dev.user.as_ref(), prod.user.as_ref());
    let (Some(ours), Some(theirs)) = (in_dev, in_prod) else {
        return differs("user", (dev, in_dev), (prod, in_prod)).into_iter().collect();
    };
    match (number(dev, ours), number(prod, theirs)) {
        // A name says what it stands for where it is made.
        (Some(one), Some(other)) if one == other => Vec::new(),
        (Some(one), Some(other)) if ours.value == theirs.value => {
            let message = format!(
                "user differs: `{}` is {one} in development and {other} in production",
                ours.value
            );
            vec![
                Problem::error(message)
                    .at(ours.place.clone().label("development"))
                    .at(theirs.place.clone().label("production"))
                    .remedy("add the user with the same number in both files: `useradd --uid`"),
            ]
        }
        // Two names say less than what they stand for.
        (Some(one), Some(other)) => {
            let by_number = |said: &Located<String>, number: String| said.clone().map(|_| number);
            let (ours, theirs) = (by_number(ours, one), by_number(theirs, other));
            let problem = differs("user", (dev, Some(&ours)), (prod, Some(&theirs)));
            problem.into_iter().collect()
        }
        (_, _) => differs("user", (dev, in_dev), (prod, in_prod)).into_iter().collect(),
    }
}

/// The account that the user of both images is meant to be, made with another number or another home: `USER 10001` does not say that.
fn account_differs(dev: &Image, prod: &Image) -> Option<Problem> {
    let user = dev.runs_as().filter(|user| prod.runs_as() == Some(user))?;
    let problem = |message: String| {
        let place = |image: &Image| {
            image
                .user
                .as_ref()
                .map_or_else(|| image.place.clone(), |user| user.place.clone())
        };
        Problem::error(message)
            .at(place(dev).label("development"))
            .at(place(prod).label("production"))
            .remedy("make the user by the same command in both files")
    };
    for (name, ours) in &dev.users {
        let theirs = prod.users.get(name)?;
        if ours != theirs && [ours, theirs].iter().any(|number| *number == user) {
            return Some(problem(format!(
                "the images run as {user}, and the user `{name}` is {ours} in development and {theirs} in production"
            )));
        }
        let homes = (dev.homes.get(name), prod.homes.get(name));
        if let (Some(ours), Some(theirs)) = homes
            && ours != theirs
            && dev.users.get(name).is_some_and(|number| number == user)
            && !dev.env.contains_key("HOME")
        {
            return Some(problem(format!(
                "the home of the user `{name}` is `{ours}` in development and `{theirs}` in production"
            )));
        }
    }
    None
}

/// The number of a user, where a command of the file gives it. A group is compared as it is written.
fn number(image: &Image, user: &Located<String>) -> Option<String> {
    let (name, group) = user
        .value
        .split_once(':')
        .map_or((user.value.as_str(), None), |(name, group)| (name, Some(group)));
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_number { name } else { image.users.get(name)? };
    Some(match group.filter(|group| *group != name && *group != number) {
        Some(group) => format!("{number}:{group}"),
        None => number.to_owned(),
    })
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let user = |built: &Built| built.config.user.clone();
    let (dev, prod) = (user(pair.dev), user(pair.prod));
    let said = |image: &Image| image.user.as_ref().map(|user| user.place.clone());
    if let Some(problem) = pair.differs("user", dev.as_deref(), prod.as_deref(), said) {
        return vec![problem];
    }
    home_differs(pair).into_iter().collect()
}

/// The same user with another home, which programs and Python read settings from.
fn home_differs(pair: &Pair<'_>) -> Option<Problem> {
    let home = |built: &Built| {
        let user = built.config.user.as_deref().unwrap_or("0");
        let account = built.account(user.split(':').next().unwrap_or_default())?;
        let said = built.config.env.get("HOME").map_or(account.home, String::as_str);
        Some((account.name.to_owned(), said.to_owned()))
    };
    let ((name, dev), (_, prod)) = (home(pair.dev)?, home(pair.prod)?);
    if dev == prod {
        return None;
    }
    let message = format!("the home of the user `{name}` is `{dev}` in development and `{prod}` in production");
    Some(Problem::error(message).at(pair.in_dev()).at(pair.in_prod()))
}
