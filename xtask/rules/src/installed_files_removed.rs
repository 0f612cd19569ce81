use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::image::{Image, Install};
use facts::{
    Subject,
    own_code::{OwnCode, Side},
};

pub const RULE: Rule = Rule {
    id: "installed-files-removed",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a step removes files that an installed package or Python itself needs, or installs links to files that are not in the image",
    why: "imports fail, or version and plugin lookups find nothing",
    example: "RUN find /opt/venv -name '*.dist-info' -exec rm -rf {} +",
    fix: "remove only files that are never loaded: `__pycache__`, tests, caches",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found: Vec<Problem> = Vec::new();
    for side in own.sides() {
        for problem in of_image(subject, &side) {
            // One file may make both images.
            if !found.iter().any(|known| known.places == problem.places) {
                found.push(problem);
            }
        }
    }
    found
}

/// Packages that are links into a cache, which is gone.
fn links(image: &Image, title: &str) -> Option<Problem> {
    let mut linked = Subject::installs_in(image).filter_map(|install| Some((install, install.links_to.as_ref()?)));
    let is_gone =
        |install: &Install, cache: &str| install.is_link_lost || !image.tree.may_hold(&format!("{cache}/archive"));
    let (install, cache) = linked.find(|(install, cache)| is_gone(install, cache))?;
    let message = format!("this installs links into the cache `{cache}`, which `{title}` does not have");
    Some(
        Problem::error(message)
            .at(install.place.clone())
            .remedy("use `--link-mode=copy`"),
    )
}

fn of_image(subject: &Subject<'_>, side: &Side<'_>) -> Vec<Problem> {
    let tree = &side.image.tree;
    let title = side.image.name();
    if let Some(step) = tree.removed("/usr/local/lib/python3/os.py") {
        let message = format!("`{title}` no longer has the standard library of Python: `/usr/local/lib` is removed");
        return vec![Problem::error(message).at(step)];
    }
    if let Some(problem) = links(side.image, &title) {
        return vec![problem];
    }
    let Some(main) = subject.main() else { return Vec::new() };
    let mut found: Vec<(Place, Vec<String>, &str)> = Vec::new();
    for folder in &side.loaded.python.packages {
        let losses = tree.losses(folder);
        if losses.are_none() {
            continue;
        }
        for name in main {
            let name_of_module = name.module();
            let below = [
                format!("{name_of_module}/__init__.py"),
                format!("{name_of_module}-0.dist-info"),
            ];
            if !below.iter().any(|path| losses.may_have(path)) {
                continue;
            }
            let module = format!("{folder}/{name_of_module}");
            let files = ["sources", "metadata"]
                .into_iter()
                .zip(below.map(|path| format!("{folder}/{path}")));
            let files: Vec<(&str, String)> = files.collect();
            let whole = tree
                .removed(&module)
                .filter(|_| tree.removed(&format!("{module}.py")).is_none());
            let part = files.iter().find_map(|(what, path)| Some((tree.removed(path)?, *what)));
            let Some((step, what)) = whole.map(|step| (step, "package")).or(part) else {
                continue;
            };
            match found.iter_mut().find(|(known, _, _)| *known == step) {
                Some((_, names, _)) => names.push(format!("`{name}`")),
                None => found.push((step, vec![format!("`{name}`")], what)),
            }
        }
    }
    let problem = |(step, names, what): (Place, Vec<String>, &str)| {
        let more = match names.len() {
            0..=3 => String::new(),
            number => format!(" and {} more", number - 3),
        };
        let names = names[..names.len().min(3)].join(", ");
        let what = match what {
            "package" => "the files".to_owned(),
            "metadata" => "the metadata (`*.dist-info`)".to_owned(),
            _ => "the sources (`*.py`)".to_owned(),
        };
        Problem::error(format!("this removes {what} of {names}{more} from `{title}`")).at(step)
    };
    found.into_iter().map(problem).collect()
}
