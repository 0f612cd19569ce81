use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use evidence::code::Written;
use facts::{Member, base_image::python_of};

pub const RULE: Rule = Rule {
    id: "syntax-error",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a Python source of a service or lib has a syntax error, or a feature of the language that the Python of an image does not have",
    why: "Python ends with `SyntaxError` when it imports the file",
    example: "a bracket that is never closed; `except ValueError, KeyError:`, which Python 3.13 does not read",
    fix: "correct the line, or use a base image with a newer Python",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let written = member.code.written.iter();
    written.filter_map(|written| refused(member, written)).collect()
}

fn refused(member: &Member<'_>, written: &Written) -> Option<Problem> {
    match written {
        Written::Wrong {
            path,
            place,
            what,
            error,
        } => {
            let message = format!("Python does not read `{path}`: {what}");
            let problem = Problem::error(message).at(place.clone());
            Some(problem.note(format!("whatever imports it ends with `{error}`")))
        }
        Written::New {
            path,
            place,
            what,
            minor,
        } => too_new(member, path.as_str(), place, what, *minor),
    }
}

/// What an image with an older Python does not read.
fn too_new(member: &Member<'_>, path: &str, place: &Place, what: &str, first: u64) -> Option<Problem> {
    let images = member.services.iter().flat_map(|subject| subject.images());
    let older: Vec<_> = images
        .filter_map(|image| Some((image, python_of(&image.base.value)?)))
        .filter(|(_, (major, minor))| *major == 3 && *minor < first)
        .collect();
    let &(_, (_, minor)) = older.first()?;
    let message = format!("Python 3.{minor} does not read `{path}`: {what} is new in Python 3.{first}");
    let problem = Problem::error(message).at(place.clone());
    let places = older
        .iter()
        .map(|(image, (_, minor))| image.base.place.clone().label(format!("Python 3.{minor}")));
    Some(places.take(2).fold(problem, Problem::at))
}
