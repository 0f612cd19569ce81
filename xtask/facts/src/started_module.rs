//! The module or script that a container starts, and what of it the image lacks.

use ::image::{Checkout, Module, Start};
use formats::absolute;

use crate::{
    Subject,
    named_installs::NamedInstalls,
    own_code::{OwnCode, Side},
};
use diagnostics::{Place, Problem};
use evidence::code::{Code, is_of_a_package, may_bring, well_known};
use repo::{Package, RepoPath};

/// What the image starts and lacks: a name, and a problem in which `{where}` stands for the images that lack it.
pub fn started(subject: &Subject<'_>, own: &OwnCode<'_>, side: &Side<'_>) -> Option<(String, Problem)> {
    let image = side.image;
    let place = image.config.started_at()?.clone();
    let is_bare = side.is_dev && !own.holds_sources(side);
    let service = &subject.service.package;
    let (name, what) = match &side.loaded.started.start {
        Start::Module(module) => {
            let owner = own.owner(module);
            if is_bare {
                return None;
            }
            let found = side.loaded.python.module(module);
            if !matches!(found, Module::Missing) {
                let (package, code) = owner.filter(|(package, _)| own.is_told(side, package))?;
                return if side.loaded.started.is_main {
                    main_module((own, package), side, module, &found, place)
                } else {
                    attribute((own, code), side, module, &found, place)
                };
            }
            match owner {
                // That nothing of it is there is another rule.
                Some(_) if is_absent(side, module) => return None,
                Some((package, _)) if !own.is_told(side, package) => return None,
                None if !own.is_told(side, service) || may_be_another(subject, module) => return None,
                Some(_) | None => (module.clone(), format!("starts with the module `{module}`")),
            }
        }
        Start::Script(path) => {
            let folder = image.config.folder();
            let at = absolute(folder, path);
            let is_missing = matches!(side.loaded.python.file(&at), Module::Missing);
            if is_bare || !is_missing || !path.ends_with(".py") || !own.is_told(side, service) {
                return None;
            }
            (at.clone(), format!("starts with `{at}`"))
        }
        Start::Unknown => return None,
    };
    let message = format!("`{}` {what}, which is {{where}}", image.name());
    let problem = Problem::error(message).at(place);
    Some((
        name.clone(),
        source_of(own, &name).map_or(problem.clone(), |path| problem.note(stays_behind(own, &path))),
    ))
}

/// A package that is run, and has no `__main__`.
fn main_module(
    (own, package): (&OwnCode<'_>, &Package),
    side: &Side<'_>,
    module: &str,
    found: &Module,
    place: Place,
) -> Option<(String, Problem)> {
    let is_package = match found {
        Module::File { at, .. } => at.ends_with("/__init__.py"),
        Module::Namespace(_) => true,
        Module::Missing | Module::Unknown(_) => false,
    };
    let name = format!("{module}.__main__");
    if !is_package || !matches!(side.loaded.python.module(&name), Module::Missing) {
        return None;
    }
    let message = format!(
        "`{}` runs `{module}`, whose `__main__.py` is {{where}}",
        side.image.name()
    );
    let problem = Problem::error(message).at(place);
    let problem = match source_of(own, &name) {
        Some(path) => problem.note(stays_behind(own, &path)),
        None => problem.remedy(format!(
            "add the module `{name}` to `{}`, or start another one",
            package.name
        )),
    };
    Some((name, problem))
}

/// What a server or a script looks up in the module that it loads.
fn attribute(
    (own, code): (&OwnCode<'_>, &Code),
    side: &Side<'_>,
    module: &str,
    found: &Module,
    place: Place,
) -> Option<(String, Problem)> {
    let name = side.loaded.started.attribute.as_ref()?;
    let Module::File {
        source: Some(source), ..
    } = found
    else {
        return None;
    };
    let full = format!("{module}.{name}");
    // Of a package alone a module is an attribute, once something has imported it.
    let is_module = source.ends_with("/__init__.py") && !matches!(side.loaded.python.module(&full), Module::Missing);
    // An empty package stands for nothing where a module of that name lies beside it: it hides the module.
    let hides = || {
        let folder = source.strip_suffix("/__init__.py").map(|folder| format!("{folder}.py"));
        folder
            .and_then(|path| RepoPath::parse(&path))
            .is_some_and(|path| own.is_file(&path))
    };
    let is_told = own.defines_something(code, source) || hides();
    if is_module || !is_told || own.may_define(code, source, name)? {
        return None;
    }
    let message = format!(
        "`{}` starts `{module}:{name}`, and `{source}` defines no `{name}`",
        side.image.name()
    );
    let problem = Problem::error(message)
        .at(place)
        .at(Place::File(source.clone()))
        .remedy(format!("name what the module defines, or define `{name}` in it"));
    Some((full, problem))
}

/// Whether nothing at all is found of what a module is in.
pub fn is_absent(side: &Side<'_>, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    matches!(side.loaded.python.module(top), Module::Missing)
}

/// Whether a module may come with the interpreter, or with a package of others.
pub fn may_be_another(subject: &Subject<'_>, module: &str) -> bool {
    let Some(main) = subject.main() else {
        return is_of_others(subject, module);
    };
    let others = subject.development_only();
    let mut locked = main.iter().chain(&others);
    !is_of_a_package(module) || well_known(module).is_some() || locked.any(|name| may_bring(name.as_str(), module))
}

/// The same where no lock says what is installed: whether anything that the images install by name may bring it.
fn is_of_others(subject: &Subject<'_>, module: &str) -> bool {
    let mut images = subject.images();
    !is_of_a_package(module)
        || well_known(module).is_some()
        || images.any(|image| NamedInstalls::of(subject, image).is_none_or(|named| named.may_bring(module)))
}

/// Why a file of the repository is not in an image.
pub fn stays_behind(own: &OwnCode<'_>, path: &RepoPath) -> String {
    match own.listed.link(path.as_str()) {
        Some(target) => format!("`{path}` is a link to `{target}`, which leads to nothing there"),
        None => format!("`{path}` does not get there"),
    }
}

/// The file of the repository that has the name of a module.
pub fn source_of(own: &OwnCode<'_>, module: &str) -> Option<RepoPath> {
    let below = module.replace('.', "/");
    let top = below.split('/').next().unwrap_or_default();
    // Asked for every name that is imported: no path is made but that which is there.
    let mut path = String::new();
    own.roots_with(top).iter().find_map(|root| {
        let mut ends = [".py", "/__init__.py"].into_iter().filter(|end| {
            path.clear();
            path.push_str(root.as_str());
            path.push_str(if root.as_str().is_empty() { "" } else { "/" });
            path.push_str(&below);
            path.push_str(end);
            own.listed.has(&path)
        });
        let end = ends.next()?;
        Some(root.child(&format!("{below}{end}")))
    })
}
