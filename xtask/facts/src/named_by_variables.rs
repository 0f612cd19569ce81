//! Modules that variables of an image name, and that the image lacks.

use ::image::Module;
use diagnostics::Problem;

use crate::{
    own_code::{OwnCode, Side},
    started_elsewhere::behind_entrypoint,
    started_module::{is_absent, source_of},
};

/// Variables whose value is a module, or what is looked up in one: of Django, Celery and Flask.
const VARIABLES: [&str; 3] = ["CELERY_APP", "DJANGO_SETTINGS_MODULE", "FLASK_APP"];

/// Each module with a problem in which `{where}` stands for the images that lack it.
pub fn named_by_variables(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<(String, Problem)> {
    // What an entrypoint starts is known of the command that it passes on.
    if let Some(image) = behind_entrypoint(own, side.image) {
        let loaded = own.load(&image);
        let (image, loaded, is_dev) = (&image, &loaded, side.is_dev);
        return of(own, &Side { image, loaded, is_dev });
    }
    of(own, side)
}

fn of(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<(String, Problem)> {
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
                Some(path) => problem.note(format!("`{path}` does not get there")),
                None => problem.remedy(format!("name a module that `{}` has", package.name)),
            },
        ));
    }
    found
}
