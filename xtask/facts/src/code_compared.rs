//! The code of the repository's packages in two images, compared: by the files that they come from, or by their contents.

use std::collections::BTreeSet;

use evidence::code::{Code, mentions};
use repo::{Package, RepoPath};

use crate::{
    Pair, Twins,
    built_code::{Digest, ModuleFiles, in_checkout, in_image},
    own_code::{OwnCode, Side},
    owned::site,
};

impl Twins<'_> {
    /// What differs between the images, in words, by package.
    pub fn code_between<'b>(&self, own: &OwnCode<'b>) -> Vec<(&'b Package, Vec<String>)> {
        let packages = own.packages.iter().copied();
        let of_files = || self.files().map(|_| own.sides());
        let sides = of_files();
        let compared = packages.map(|(package, code)| {
            let files = match (self.pair(), sides.as_deref()) {
                (Some(pair), _) => compared(&pair, own, (package, code)).between,
                (None, Some([dev, prod])) => of_sources(own, (package, code), [dev, prod]),
                (None, _) => Vec::new(),
            };
            (package, files)
        });
        compared.filter(|(_, files)| !files.is_empty()).collect()
    }
}

/// Modules that the two images take from different files of the repository.
fn of_sources(own: &OwnCode<'_>, (package, code): (&Package, &Code), [dev, prod]: [&Side<'_>; 2]) -> Vec<String> {
    let mut found = Vec::new();
    for path in own.wheel_members(package, code) {
        let Some(name) = path.strip_suffix(".py") else { continue };
        let name = name.strip_suffix("/__init__").unwrap_or(name).replace('/', ".");
        let (Some(ours), Some(theirs)) = (dev.loaded.source(&name), prod.loaded.source(&name)) else {
            continue;
        };
        if ours != theirs && own.text(&ours) != own.text(&theirs) {
            found.push(format!(
                "`{name}` is `{ours}` in development, and `{theirs}` in production"
            ));
        }
    }
    found
}

/// The files of two built images and of the checkout.
pub fn compared(pair: &Pair<'_>, own: &OwnCode<'_>, (package, code): (&Package, &Code)) -> Compared {
    let mut compared = Compared::default();
    if is_another(pair, package) {
        return compared;
    }
    for module in &code.modules {
        // That an image finds nothing of it is another rule.
        if let (Some(dev), Some(prod)) = (in_image(pair.dev, module), in_image(pair.prod, module)) {
            let ours = in_checkout(own, package, module).unwrap_or_default();
            compared.add(pair, (own, package, code), module, [&dev, &prod, &ours]);
        }
    }
    compared
}

/// That production has another version, or sources beside the wheel, is another rule.
fn is_another(pair: &Pair<'_>, package: &Package) -> bool {
    let Some(installed) = pair.prod.distributions.get(&package.name) else {
        return false;
    };
    let version = package.version.as_ref().map(|version| version.value.as_str());
    let module = pair.prod.module(&package.name.module()).unwrap_or_default();
    let is_installed = module.is_empty() || module.starts_with(&format!("{}/", site(installed)));
    version.is_some_and(|version| version != installed.version) || !is_installed
}

/// What is found of one package.
#[derive(Default)]
pub struct Compared {
    /// What differs between the images, in words.
    pub between: Vec<String>,
    /// Files that are the same in both, and not those of the checkout.
    pub both: Vec<String>,
}

impl Compared {
    fn add(
        &mut self,
        pair: &Pair<'_>,
        (own, package, code): (&OwnCode<'_>, &Package, &Code),
        module: &str,
        [dev, prod, ours]: [&ModuleFiles; 3],
    ) {
        let installed = pair.prod.distributions.get(&package.name);
        let altered: BTreeSet<&str> = installed
            .iter()
            .flat_map(|installed| installed.altered.iter().map(|file| file.path.as_str()))
            .collect();
        let has_record = installed.is_some_and(|installed| installed.has_record);
        let listed: BTreeSet<String> = installed
            .iter()
            .flat_map(|installed| {
                installed
                    .record
                    .keys()
                    .map(|path| formats::absolute(site(installed), path))
            })
            .collect();
        let contents = own.contents(package, code);
        let paths: BTreeSet<&String> = dev
            .files
            .keys()
            .chain(prod.files.keys())
            .chain(ours.files.keys())
            .collect();
        for path in paths {
            let in_prod = prod.path(path);
            let shown = dev.shown(module, path);
            let is_unlisted = has_record && prod.files.contains_key(path) && !listed.contains(&in_prod);
            // Another rule says so, of the file as it was installed or of a module that nobody installed.
            if altered.contains(in_prod.as_str()) || (is_unlisted && is_code(path)) {
                continue;
            }
            let source = ours.files.get(path);
            // A build may write files of its own into a wheel.
            let is_built = source.is_none() && contents.may_hold(&shown);
            match (dev.files.get(path), prod.files.get(path)) {
                (Some(dev), Some(prod)) if dev != prod => self.between.push(differs(&shown, dev, prod, source)),
                (Some(here), Some(_)) if source.is_some_and(|source| source != here) => self.both.push(shown),
                (Some(_), Some(_)) if source.is_none() && is_code(path) && !is_built => self.both.push(shown),
                (Some(_), Some(_)) => {}
                (Some(_), None) if is_code(path) || is_read(own, package, ours, path) => {
                    self.between.push(format!("`{shown}` is only in development"));
                }
                (None, Some(_)) if is_unlisted || (is_code(path) && !is_built) => {
                    self.between.push(format!("`{shown}` is only in production"));
                }
                (None, None) if is_code(path) => self.both.push(shown),
                (Some(_), None) | (None, Some(_) | None) => {}
            }
        }
    }
}

fn differs(path: &str, dev: &Digest, prod: &Digest, source: Option<&Digest>) -> String {
    let which = match source {
        Some(source) if source == dev => ": development has the code of this checkout",
        Some(source) if source == prod => ": production has the code of this checkout",
        Some(_) => ": neither has the code of this checkout",
        None => "",
    };
    format!("`{path}` differs{which}")
}

fn is_code(path: &str) -> bool {
    path.ends_with(".py") || path.ends_with(".so")
}

/// Whether the code of the package names a file that is not code.
fn is_read(own: &OwnCode<'_>, package: &Package, ours: &ModuleFiles, path: &str) -> bool {
    let Some(path) = RepoPath::parse(&ours.path(path)) else {
        return false;
    };
    let sources = own.below(&package.dir).iter();
    let mut texts = sources
        .filter(|source| source.file_name().ends_with(".py"))
        .filter_map(|source| own.text(source.as_str()));
    texts.any(|text| mentions(&text, package, &path))
}
