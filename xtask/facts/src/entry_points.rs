//! What the programs of installed packages lead to, and what of it is missing.

use ::image::Module;

use crate::own_code::{OwnCode, Side};
use diagnostics::{Located, Problem};
use evidence::code::Code;

/// Programs that the image has and that fail as soon as they are called: a name, and a problem in which `{where}` stands for the images
/// that lack it.
pub fn programs(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<(String, Problem)> {
    let installed = own
        .packages
        .iter()
        .filter(|(package, _)| side.loaded.distribution(package).is_some() && own.is_told(side, package));
    let found = installed.flat_map(|(package, code)| {
        let programs = package.manifest.programs().into_iter();
        programs.filter_map(|(program, target)| fails((own, code), side, &program, &target))
    });
    found.collect()
}

/// An entry point is `module:attribute`, perhaps with more behind a dot, and extras in brackets.
fn fails(
    (own, code): (&OwnCode<'_>, &Code),
    side: &Side<'_>,
    program: &str,
    target: &Located<String>,
) -> Option<(String, Problem)> {
    let stated = target.value.split('[').next().unwrap_or_default();
    let (module, attribute) = stated.split_once(':')?;
    let (module, attribute) = (module.trim(), attribute.trim().split('.').next()?);
    if !code.provides(module) {
        return None;
    }
    let (missing, problem) = match side.loaded.python.module(module) {
        Module::Missing => (
            module.to_owned(),
            Problem::error(format!(
                "the program `{program}` starts the module `{module}`, which is {{where}}"
            )),
        ),
        Module::File {
            source: Some(source), ..
        } if own.defines_something(code, &source) && !own.may_define(code, &source, attribute)? => (
            format!("{module}.{attribute}"),
            Problem::error(format!(
                "the program `{program}` calls `{module}:{attribute}`, and `{source}` defines no `{attribute}`"
            )),
        ),
        Module::File { .. } | Module::Namespace(_) | Module::Unknown(_) => return None,
    };
    let problem = problem.at(target.place.clone()).remedy(format!(
        "name what the module defines, or remove the program `{program}`"
    ));
    Some((missing, problem))
}
