//! Which build backend a manifest names (PEP 517).

use super::Package;
use diagnostics::Problem;

/// What builds a project without a `[build-system]` table (PEP 517, PEP 518).
const LEGACY: &str = "setuptools.build_meta:__legacy__";

/// The backend that a manifest names, as `module` or `module:object`.
pub fn backend_object(package: &Package) -> Result<&str, Box<Problem>> {
    let Some(said) = package.manifest.build.as_ref().and_then(|build| build.backend.as_ref()) else {
        return Ok(LEGACY);
    };
    if is_object(&said.value) {
        return Ok(&said.value);
    }
    Err(Box::new(
        Problem::error(format!("`{}` names no build backend (PEP 517)", said.value))
            .at(said.place.clone())
            .remedy("write `module` or `module:object`, like `poetry.core.masonry.api`"),
    ))
}

fn is_object(text: &str) -> bool {
    let is_name = |name: &str| {
        let starts = name
            .chars()
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_');
        starts
            && name
                .chars()
                .all(|character| character.is_alphanumeric() || character == '_')
    };
    let (module, object) = text
        .split_once(':')
        .map_or((text, None), |(module, object)| (module, Some(object)));
    module
        .split('.')
        .chain(object.into_iter().flat_map(|object| object.split('.')))
        .all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_python_names() {
        for right in ["a", "a.b", "a.b:c.d", LEGACY] {
            assert!(is_object(right), "{right}");
        }
        for wrong in ["", "a.", "a b", "a:b:c", "1a", "os; import sys"] {
            assert!(!is_object(wrong), "{wrong}");
        }
    }
}
