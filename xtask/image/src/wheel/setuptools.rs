//! What setuptools puts into a wheel: packages that are named or found, their modules, and data that is declared.

use std::collections::BTreeSet;

use super::{
    backend::{clean, joined},
    contents::Contents,
    manifest::Table,
    patterns::{Files, below, is_file_like, is_like, is_named, is_refuse},
};
use crate::Checkout;

/// Folders beside the manifest that are taken for no package, as `FlatLayoutPackageFinder` has them.
const ELSEWHERE: [&str; 25] = [
    "ci",
    "bin",
    "debian",
    "doc",
    "docs",
    "documentation",
    "manpages",
    "news",
    "newsfragments",
    "changelog",
    "test",
    "tests",
    "unit_test",
    "unit_tests",
    "example",
    "examples",
    "scripts",
    "tools",
    "util",
    "utils",
    "python",
    "build",
    "benchmark",
    "benchmarks",
    "exercise",
];
/// The same of modules, as `FlatLayoutModuleFinder` has them.
const NO_MODULES: [&str; 13] = [
    "setup", "conftest", "test", "tests", "example", "examples", "build", "toxfile", "noxfile", "pavement", "dodo",
    "tasks", "fabfile",
];

pub fn contents(files: &Files<'_>, root: Option<Table<'_>>, checkout: &dyn Checkout) -> Contents {
    let mut contents = Contents::default();
    let text = |name: &str| files.get(name).and_then(|source| checkout.text(source));
    if let Some(script) = text("setup.py") {
        let code: Vec<&str> = script
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let is_plain = |line: &&str| {
            line.starts_with("from ")
                || line.starts_with("import ")
                || matches!(*line, "setup()" | "setuptools.setup()")
        };
        if !code.iter().all(is_plain) {
            contents.unknown = Some("its `setup.py` may say anything".to_owned());
        }
        contents.compiled.extend(extensions(&script));
    }
    if text("setup.cfg").is_some_and(|text| text.contains("[options")) {
        contents.unknown = Some("its `setup.cfg` adds to it".to_owned());
    }
    let Some(root) = root else {
        contents
            .unknown
            .get_or_insert_with(|| "it has no pyproject.toml".to_owned());
        return contents;
    };
    let tool = root.table("tool.setuptools");
    for module in tool.tables("ext-modules").iter().filter_map(|table| table.text("name")) {
        contents.compiled.insert(module.to_owned());
    }
    let homes = tool.table("package-dir");
    let base = homes.text("").map(clean);
    let packages = packages(files, root, tool, base);
    let takes_more = tool.flag("include-package-data") != Some(false);
    let manifest_in = text("MANIFEST.in").filter(|_| takes_more).unwrap_or_default();
    for package in &packages.names {
        let path = package.replace('.', "/");
        let own = homes.text(package).map(|folder| clean(folder).to_owned());
        let folder = own.unwrap_or_else(|| joined(&packages.home, &path));
        let all: Vec<(&str, &str)> = below(files, &folder).filter(|(file, _)| !is_refuse(file)).collect();
        for (file, source) in all {
            let name = file[folder.len()..].trim_start_matches('/');
            let is_module = !name.contains('/') && name.ends_with(".py");
            let is_typing = !name.contains('/') && (name.ends_with(".pyi") || name == "py.typed");
            let is_declared = data(tool.table("package-data"), package, name);
            // A folder that is a package itself has what is declared of it.
            let is_own = !packages.names.iter().any(|other| {
                let below = other
                    .strip_prefix(package.as_str())
                    .and_then(|rest| rest.strip_prefix('.'));
                below.is_some_and(|below| name.starts_with(&format!("{}/", below.replace('.', "/"))))
            });
            let is_listed = is_own && is_listed(&manifest_in, file);
            let is_out = data(tool.table("exclude-package-data"), package, name);
            if (is_module || is_typing || is_declared || is_listed) && !is_out {
                contents.members.insert(joined(&path, name), source.to_owned());
            }
        }
    }
    for module in &packages.modules {
        let file = format!("{}.py", joined(&packages.home, module));
        if let Some(source) = files.get(file.as_str()) {
            contents.members.insert(format!("{module}.py"), (*source).to_owned());
        }
    }
    contents.roots.insert(packages.home);
    if contents.members.is_empty() && contents.unknown.is_none() {
        contents.finds_none = tool.table("packages.find").is_there() || tool.texts("packages").is_some();
        contents.unknown = Some("setuptools finds no package in it".to_owned());
    }
    contents
}

struct Packages {
    names: BTreeSet<String>,
    modules: Vec<String>,
    /// The folder that they are imported from.
    home: String,
}

fn packages(files: &Files<'_>, root: Table<'_>, tool: Table<'_>, base: Option<&str>) -> Packages {
    let modules: Vec<String> = tool
        .texts("py-modules")
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect();
    let find = tool.table("packages.find");
    if let Some(named) = tool.texts("packages") {
        return Packages {
            names: named.into_iter().map(str::to_owned).collect(),
            modules,
            home: base.unwrap_or("").to_owned(),
        };
    }
    if find.is_there() {
        let home = find
            .texts("where")
            .and_then(|folders| folders.first().copied())
            .map_or("", clean);
        let include = find.texts("include").unwrap_or_else(|| vec!["*"]);
        let exclude = find.texts("exclude").unwrap_or_default();
        let names = folders(files, home, find.flag("namespaces") != Some(false)).into_iter();
        let is_meant = |name: &String| {
            include.iter().any(|pattern| is_named(pattern, name))
                && !exclude.iter().any(|pattern| is_named(pattern, name))
        };
        return Packages {
            names: names.filter(is_meant).collect(),
            modules,
            home: home.to_owned(),
        };
    }
    if !modules.is_empty() {
        return Packages {
            names: BTreeSet::new(),
            modules,
            home: base.unwrap_or("").to_owned(),
        };
    }
    discovered(files, root, base)
}

/// Automatic discovery: all that lies in `src`, else one package or one module beside the manifest.
fn discovered(files: &Files<'_>, root: Table<'_>, base: Option<&str>) -> Packages {
    let src = base.unwrap_or("src");
    if !src.is_empty() && below(files, src).next().is_some() {
        let modules = below(files, src).filter_map(|(path, _)| {
            let name = path[src.len()..].trim_start_matches('/').strip_suffix(".py")?;
            (!name.contains('/')).then(|| name.to_owned())
        });
        return Packages {
            names: folders(files, src, true),
            modules: modules.collect(),
            home: src.to_owned(),
        };
    }
    let is_meant = |name: &String| {
        let top = name.split('.').next().unwrap_or_default();
        !ELSEWHERE.contains(&top) && !top.starts_with(['_', '.']) && !top.starts_with("test_")
    };
    let names: BTreeSet<String> = folders(files, "", false).into_iter().filter(is_meant).collect();
    // Below a package, folders without `__init__.py` are packages too.
    let tops: BTreeSet<&str> = names
        .iter()
        .filter(|name| !name.contains('.'))
        .map(String::as_str)
        .collect();
    let below_tops = folders(files, "", true).into_iter();
    let all = below_tops.filter(|name| name.split('.').next().is_some_and(|top| tops.contains(top)));
    let names: BTreeSet<String> = all.collect();
    let mut modules = Vec::new();
    if names.is_empty() {
        let found = files.keys().filter_map(|path| path.strip_suffix(".py"));
        modules.extend(
            found
                .filter(|name| !name.contains('/') && !NO_MODULES.contains(name))
                .map(str::to_owned),
        );
    }
    let _ = root;
    Packages {
        names,
        modules,
        home: String::new(),
    }
}

/// Folders as packages: with `__init__.py` in each, or every one.
fn folders(files: &Files<'_>, home: &str, with_namespaces: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, _) in below(files, home).filter(|(path, _)| !is_refuse(path)) {
        let inside = path[home.len()..].trim_start_matches('/');
        let Some((folder, _)) = inside.rsplit_once('/') else {
            continue;
        };
        let mut name = String::new();
        for part in folder.split('/') {
            let is_name = part.chars().all(|c| c.is_alphanumeric() || c == '_')
                && !part.starts_with(|c: char| c.is_ascii_digit());
            if !is_name {
                break;
            }
            name = if name.is_empty() {
                part.to_owned()
            } else {
                format!("{name}.{part}")
            };
            let init = joined(home, &format!("{}/__init__.py", name.replace('.', "/")));
            if !with_namespaces && !files.contains_key(init.as_str()) {
                break;
            }
            found.insert(name.clone());
        }
    }
    found
}

/// Whether a table of patterns by package names a file of that package.
fn data(table: Table<'_>, package: &str, name: &str) -> bool {
    let both = [package, "*", ""]
        .into_iter()
        .filter_map(|key| table.texts(key))
        .flatten();
    both.into_iter().any(|pattern| is_file_like(pattern, name))
}

/// Whether `MANIFEST.in` takes a file, by its lines in their order.
fn is_listed(text: &str, file: &str) -> bool {
    let mut is_in = false;
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let Some(verb) = words.next() else { continue };
        let words: Vec<&str> = words.collect();
        let matches = match verb {
            "include" | "exclude" => words.iter().any(|pattern| is_file_like(clean(pattern), file)),
            "global-include" | "global-exclude" => {
                let name = file.rsplit('/').next().unwrap_or_default();
                words.iter().any(|pattern| is_named(pattern, name))
            }
            "graft" | "prune" => words.iter().any(|folder| is_like(folder, file)),
            "recursive-include" | "recursive-exclude" => words.split_first().is_some_and(|(folder, patterns)| {
                let inside = clean(folder);
                let name = file.rsplit('/').next().unwrap_or_default();
                (inside.is_empty() || file.starts_with(&format!("{inside}/")))
                    && patterns.iter().any(|pattern| is_named(pattern, name))
            }),
            _ => continue,
        };
        if matches {
            is_in = !verb.contains("exclude") && verb != "prune";
        }
    }
    is_in
}

/// The names in `Extension("core._fast", …)`.
fn extensions(script: &str) -> Vec<String> {
    let calls = script.match_indices("Extension(");
    let named = calls.filter_map(|(at, call)| {
        let rest = script[at + call.len()..].trim_start();
        let rest = rest.strip_prefix("name=").unwrap_or(rest).trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest[1..].split(quote).next().map(str::to_owned)
    });
    named.collect()
}
