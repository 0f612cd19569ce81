use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::image::Image;
use facts::Subject;
use repo::{Package, RepoPath};

pub const RULE: Rule = Rule {
    id: "lib-build-input-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "production builds a wheel without a file that the manifest names, or of a package whose manifest says that it is not built",
    why: "the build backend fails, or builds a different wheel than the published one; without `py.typed` its types are not visible",
    example: "`readme = \"README.md\"` in libs/core/pyproject.toml, and `**/*.md` in .dockerignore",
    fix: "copy the file too, and include it in the ignore file",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let mut found = Vec::new();
    let service = &subject.service.package;
    let libs = subject.libs().map(|(lib, facts)| (lib, &facts.code));
    for (lib, code) in libs.chain([(service, &subject.code)]) {
        if let Some(problem) = no_package(prod, lib) {
            found.push(problem);
            continue;
        }
        if prod.built.iter().any(|wheel| wheel.project == lib.dir.as_str()) {
            found.extend(no_version(lib));
        }
        let manifest = lib.dir.child("pyproject.toml");
        let named = named(lib);
        let mut inputs = named.iter().map(|(path, _)| path).chain([&manifest]);
        let is_built = if lib.dir == service.dir {
            // Sources of a service may be run where they are copied.
            prod.built.iter().any(|wheel| wheel.project == lib.dir.as_str())
        } else {
            // It is built where its modules are, and its manifest or what that names.
            inputs.any(|path| reaches(prod, path).is_ok())
                && lib.import_roots.iter().any(|root| copies_below(prod, root))
        };
        drop(inputs);
        if !is_built {
            continue;
        }
        let named = named.into_iter().map(|(path, place)| (path, Some(place)));
        let named = named.chain([(manifest, None)]);
        let typed = code.typed.iter().map(|path| (path.clone(), None));
        for (path, place) in named.chain(typed) {
            let Err(ignored) = reaches(prod, &path) else {
                continue;
            };
            // That a COPY which names it brings nothing is another rule.
            if prod.unmet().any(|copied| copied.meant().as_ref() == Some(&path)) {
                continue;
            }
            let how = match ignored {
                Some(file) => format!(
                    "`{file}` excludes `{path}`, which the wheel of `{}` is built from",
                    lib.name
                ),
                None => format!(
                    "`{}` does not copy `{path}`, which the wheel of `{}` is built from",
                    prod.path, lib.name
                ),
            };
            // Without its readme, setuptools builds the wheel, and only warns.
            let is_readme = lib.manifest.contents.readmes.iter().any(|readme| {
                let readme = lib.dir.join(&readme.value);
                readme.as_ref() == Some(&path)
            });
            let problem = if is_readme && is_of_setuptools(lib) {
                Problem::warning(how)
            } else {
                Problem::error(how)
            };
            let mut problem = problem.at(place_of(prod, lib));
            problem.places.extend(place.map(|place| place.label("in the manifest")));
            found.push(problem);
        }
    }
    found
}

fn is_of_setuptools(lib: &Package) -> bool {
    let build = lib.manifest.build.as_ref();
    let backend = build.and_then(|build| build.backend.as_ref());
    backend.is_none_or(|backend| backend.value.starts_with("setuptools."))
}

/// A version that the backend is to find out, and that nothing tells it.
fn no_version(package: &Package) -> Option<Problem> {
    let manifest = &package.manifest;
    let project = manifest.document.get("project")?;
    let dynamic = project.get("dynamic").and_then(|dynamic| dynamic.as_array());
    let is_dynamic = dynamic.is_some_and(|names| names.iter().any(|name| name.as_str() == Some("version")));
    if !is_dynamic || project.get("version").is_some() {
        return None;
    }
    let build = manifest.build.as_ref()?;
    // A plugin may know it.
    if build
        .requires
        .iter()
        .any(|required| required.value.contains("vcs") || required.value.contains("version"))
    {
        return None;
    }
    let backend = build.backend.as_ref()?;
    let said = |tool: &str| manifest.tool(tool).is_some_and(|table| table.get("version").is_some());
    let key = match backend.value.as_str() {
        "poetry.core.masonry.api" if !said("poetry") => "`[tool.poetry] version`",
        "hatchling.build" if !said("hatch") => "`[tool.hatch.version]`",
        "pdm.backend" if !said("pdm") => "`[tool.pdm.version]`",
        "uv_build" => "nothing: this backend reads no dynamic version",
        _ => return None,
    };
    let message = format!(
        "the version of `{}` is dynamic, and nothing sets it, so its wheel cannot be built",
        package.name
    );
    let place = manifest.name.as_ref().map(|name| name.place.clone());
    let problem = Problem::error(message).at(place.unwrap_or_else(|| Place::File(manifest.source.path().to_owned())));
    Some(
        problem
            .note(format!("`{}` takes it from {key}", backend.value))
            .remedy("write `version` in `[project]`"),
    )
}

/// A wheel of a package whose manifest says that there is none: the backend of Poetry refuses, those of others build it. Managers
/// that know the word install nothing of it.
fn no_package(prod: &Image, package: &Package) -> Option<Problem> {
    let backend = package.manifest.build.as_ref().and_then(|build| build.backend.as_ref());
    if !package.manifest.contents.is_no_package || !backend.is_some_and(|said| said.value.starts_with("poetry.")) {
        return None;
    }
    let is_of_manager = |step: &Place| {
        let mut installs = prod.installs.iter().map(|install| &install.what);
        installs.any(|install| install.by.manager().is_some() && install.place == *step)
    };
    let mut built = prod.built.iter();
    let wheel = built.find(|wheel| wheel.project == package.dir.as_str() && !is_of_manager(&wheel.step))?;
    let message = format!(
        "the wheel of `{}` cannot be built: its manifest has `package-mode = false`",
        package.name
    );
    let problem = Problem::error(message)
        .at(wheel.step.clone())
        .at(Place::File(package.manifest.source.path().to_owned()));
    Some(problem.remedy("remove `package-mode = false`, or copy its sources and install only what it needs"))
}

/// Files that the manifest names one by one.
fn named(lib: &Package) -> Vec<(RepoPath, Place)> {
    let contents = &lib.manifest.contents;
    let files = contents
        .readmes
        .iter()
        .chain(&contents.license_files)
        .chain(&contents.include)
        .chain(&contents.build_scripts);
    let plain = files.filter(|file| !file.value.contains(['*', '?', '[']));
    plain
        .filter_map(|file| Some((lib.dir.join(&file.value)?, file.place.clone())))
        .collect()
}

/// `Err` where a file of the repository reaches no stage, with the ignore file where that is why.
fn reaches(image: &Image, path: &RepoPath) -> Result<(), Option<RepoPath>> {
    let mut sources = image
        .copied
        .iter()
        .filter_map(|copied| copied.what.source.path.as_ref());
    if !sources.any(|source| source == path || path.is_under(source)) {
        return Err(None);
    }
    if image.context.sends(path) {
        Ok(())
    } else {
        Err(image.context.ignore.path.clone())
    }
}

fn copies_below(image: &Image, folder: &RepoPath) -> bool {
    let mut copied = image.copied.iter().map(|copied| &copied.what);
    copied.any(|copied| {
        let path = copied.source.path.as_ref();
        path.is_some_and(|path| {
            path == folder || path.is_under(folder) || (folder.is_under(path) && copied.holds_any(folder))
        })
    })
}

/// The first `COPY` of something of the lib.
fn place_of(image: &Image, lib: &Package) -> Place {
    let mut copied = image.copied.iter().map(|copied| &copied.what);
    let of_lib = copied.find(|copied| {
        let path = copied.source.path.as_ref();
        path.is_some_and(|path| *path == lib.dir || path.is_under(&lib.dir) || lib.dir.is_under(path))
    });
    of_lib.map_or_else(|| image.place.clone(), |copied| copied.place.clone())
}
