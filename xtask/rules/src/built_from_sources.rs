use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Place, Problem};
use facts::Subject;
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "built-from-sources",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "an install builds packages from source distributions although the lock has wheels",
    why: "the result depends on the compilers and build requirements of that day, and was not tested",
    example: "pip install --no-binary :all: -r requirements.txt",
    fix: "remove `--no-binary`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for install in subject.images().flat_map(Subject::installs_in) {
        let files = install
            .files
            .iter()
            .filter_map(|file| subject.requirements.get(file.path.as_ref()?));
        let listed = files.flat_map(|file| &file.from_sources).cloned();
        let named = install.from_sources.iter().map(|names| Located {
            value: names.clone(),
            place: install.place.clone(),
        });
        for said in listed.chain(named) {
            let problem = problem(subject, &said.value, said.place.clone());
            found.extend(problem.filter(|problem| !found.contains(problem)));
        }
    }
    found
}

fn problem(subject: &Subject<'_>, names: &str, place: Place) -> Option<Problem> {
    if names == ":none:" {
        return None;
    }
    let which = if names.contains(":all:") {
        "every package from its source archive".to_owned()
    } else {
        // Packages that the service does not need are left to others.
        let lock = subject.lock();
        let is_locked =
            |name: &PackageName| lock.is_none_or(|lock| lock.packages.iter().any(|known| known.name == *name));
        let parsed = names.split(',').filter_map(|name| PackageName::parse(name.trim()));
        let named: Vec<String> = parsed.filter(is_locked).map(|name| format!("`{name}`")).collect();
        if named.is_empty() {
            return None;
        }
        format!("{} from source archives", named.join(", "))
    };
    Some(
        Problem::error(format!("`--no-binary` builds {which}"))
            .at(place)
            .remedy("remove the option, so that the wheels of the lock are installed"),
    )
}
