//! Modules that variables of an image name, and that the image lacks.

use ::image::Module;
use diagnostics::Problem;

use crate::{
    own_code::{OwnCode, Side},
    started_module::{is_absent, source_of, stays_behind},
};

/// Variables whose value is a module, or what is looked up in one: of Django, Celery and Flask.
const VARIABLES: [&str; 3] = ["CELERY_APP", "DJANGO_SETTINGS_MODULE", "FLASK_APP"];

/// Each module with a problem in which `{where}` stands for the images that lack it. What an entrypoint starts is known of the
/// command that it passes on, so the side is that of the image behind it.
pub fn named_by_variables(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<(String, Problem)> {
    let mut found = Vec::new();
    for variable in VARIABLES {
        let Some(said) = side.image.config.env.get(variable) else {
            continue;
        };
        let module = said.value.split(':').next().unwrap_or_default();
        // Flask also takes a path.
        if module.is_empty() || module.ends_with(".py") || module.contains(['/', '$']) {
            continue;
        }
        let Some((package, _)) = own.owner(module).filter(|_| !is_absent(side, module)) else {
            continue;
        };
        if !own.is_told(side, package) || !matches!(side.loaded.python.module(module), Module::Missing) {
            continue;
        }
        let message = format!(
            "`{}` sets `{variable}` to the module `{module}`, which is {{where}}",
            side.image.name()
        );
        let problem = Problem::error(message).at(said.place.clone());
        found.push((
            module.to_owned(),
            match source_of(own, module) {
                Some(path) => problem.note(stays_behind(own, &path)),
                None => problem.remedy(format!("name a module that `{}` has", package.name)),
            },
        ));
    }
    found
}
