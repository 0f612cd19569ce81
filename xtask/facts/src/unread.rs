//! Environment variables that something sets for a service and that no code of it reads, where a similar name is read.

use std::collections::BTreeSet;

use evidence::code::Variables;

use crate::Subject;

/// The name that a variable should have: one that the code reads, that is near to it, and that is not set beside it. `None` where the
/// variable is read, or where it may be one of an installed package or a script.
pub fn meant<'a>(subject: &'a Subject<'_>, variable: &str, beside: &BTreeSet<&str>) -> Option<&'a str> {
    let libs = subject.libs().map(|(_, lib)| &lib.code.variables);
    let all: Vec<&Variables> = std::iter::once(&subject.code.variables).chain(libs).collect();
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if !variable.chars().all(is_name) || all.iter().any(|read| read.may_read(variable)) {
        return None;
    }
    let names = all.iter().flat_map(|read| read.texts.iter().chain(&read.fields));
    let mut near = names.filter(|name| is_near(variable, name) && !beside.contains(name.as_str()));
    let found = near.next()?;
    (!is_of_a_package(subject, variable) && !is_named_elsewhere(subject, variable)).then_some(found.as_str())
}

/// Whether the first word of a variable is in the name of a package that may be installed: that may read it.
fn is_of_a_package(subject: &Subject<'_>, variable: &str) -> bool {
    let first = variable.split('_').next().unwrap_or_default().to_ascii_lowercase();
    let locked = subject.lock.any().into_iter().flat_map(|lock| &lock.packages);
    let own = |name: &str| {
        name == subject.service.package.name.as_str() || subject.libs.keys().any(|lib| lib.as_str() == name)
    };
    let locked = locked.map(|package| package.name.as_str());
    let pinned = subject.requirements.values().flat_map(|file| &file.entries);
    let pinned = pinned.map(|pin| pin.name.value.as_str());
    let mut names = locked.chain(pinned).filter(|name| !own(name));
    // Programs of the system that many images have read some as well.
    let is_known = [
        "python", "pip", "uv", "ld", "malloc", "path", "database", "web", "tz", "lc", "http", "https", "no", "ssl",
    ];
    is_known.contains(&first.as_str())
        || names.any(|name| name.split(['-', '_', '.']).any(|word| word.starts_with(&first)))
}

/// Whether a file of the service other than its sources names it, such as a script or the Dockerfile.
fn is_named_elsewhere(subject: &Subject<'_>, variable: &str) -> bool {
    let root = &subject.repo.root;
    let folder = subject.repo.tree().under(&subject.service.package.dir).iter();
    let files = folder.filter(|path| !path.file_name().ends_with(".py") && !path.file_name().ends_with(".lock"));
    let images = subject.images().map(|image| &image.path);
    let mut files = files.chain(images);
    files.any(|path| {
        let bytes = root.bytes(path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).contains(variable)
    })
}

/// Whether two names are one but for a word more, a shortened word, or a letter.
fn is_near(one: &str, other: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (one.split('_').collect(), other.split('_').collect());
    if one == other || a.first() != b.first() && a.concat() != b.concat() && !is_a_letter_off(one, other) {
        return false;
    }
    if a.concat() == b.concat() || is_a_letter_off(one, other) {
        return true;
    }
    let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    match long.len() - short.len() {
        // The last word says what kind of thing it is.
        1 => short.len() > 1 && short.last() == long.last() && is_within(short, long),
        0 => {
            let mut pairs = a.iter().zip(&b).filter(|(a, b)| a != b);
            let different = pairs.next().filter(|_| pairs.next().is_none());
            different.is_some_and(|(a, b)| {
                let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
                short.len() >= 3 && long.starts_with(short) && long.len() - short.len() > 1
            })
        }
        _ => false,
    }
}

/// Whether one list is the other but for some items.
fn is_within(short: &[&str], long: &[&str]) -> bool {
    let mut long = long.iter();
    short.iter().all(|word| long.any(|other| other == word))
}

/// Whether one letter is added, missing or different, or two are swapped, in names that are long enough for this to be a slip. A number tells things apart.
fn is_a_letter_off(one: &str, other: &str) -> bool {
    let (a, b) = (one.as_bytes(), other.as_bytes());
    let before = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[before..], &b[before..]);
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - behind], &b[..b.len() - behind]);
    let is_letter = |side: &[u8]| side.iter().all(u8::is_ascii_uppercase);
    let is_swapped = matches!((a, b), ([first, second], [other, last]) if first == last && second == other);
    let is_one = a.len() <= 1 && b.len() <= 1;
    one.len().min(other.len()) >= 7 && (is_one || is_swapped) && is_letter(a) && is_letter(b)
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn names_are_near_that_a_person_confuses() {
        for (one, other) in [
            ("ORDERS_URL", "ORDERS_API_URL"),
            ("ADMIN_AUTHENTICATION", "ADMIN_AUTH"),
            ("RAG_BACKND_URL", "RAG_BACKEND_URL"),
            ("ORDERSAPI_URL", "ORDERS_API_URL"),
        ] {
            assert!(is_near(one, other) && is_near(other, one), "{one}");
        }
        for (one, other) in [
            ("ORDERS_URL", "ORDERS_PATH"),
            ("ORDERS_URL", "BILLING_URL"),
            ("TEST_DATABASE_URL", "DATABASE_URL"),
            ("S3_ACCESS_KEY", "S3_SECRET_KEY"),
            ("WORKER_1", "WORKER_2"),
            ("ORDERS_URLS", "ORDERS_URLS"),
            ("PORT", "HOST"),
            ("REDIS_URL", "REDIS_URL_PREFIX"),
        ] {
            assert!(!is_near(one, other), "{one}");
        }
    }
}
