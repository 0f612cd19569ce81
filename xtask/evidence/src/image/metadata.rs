//! Commands that take the metadata out of wheels, and nothing else: what `importlib.metadata` finds of packages that run from
//! sources.

use std::sync::Arc;

use ::image::{Entry, Origin};

use super::{fetch::is_python, stage::State};
use diagnostics::Place;
use formats::shell::Simple;
use repo::Root;

impl State {
    /// Metadata in a folder of its own.
    pub(super) fn lay_metadata(&mut self, command: &Simple, place: &Place, root: &Root) {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let Some((wheels, target)) = taken_out(&words) else {
            return;
        };
        if command.is_conditional {
            return self.doubt(target, "whether metadata is unpacked depends on a condition", place);
        }
        let (folder, pattern) = wheels.rsplit_once('/').unwrap_or(("", wheels));
        for wheel in self.archives(folder, pattern, root) {
            let entry = Entry::new(Origin::Metadata(Arc::clone(&wheel)), place.clone());
            self.change(|tree| tree.put(target, entry.clone()));
        }
    }
}

/// The wheels, as a pattern, and the folder that a script of Python takes their metadata to.
fn taken_out<'a>(words: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let (program, rest) = words.split_first()?;
    if !is_python(program) {
        return None;
    }
    let code = rest.iter().skip_while(|word| **word != "-c").nth(1)?;
    if !(code.contains("zipfile") && code.contains(".dist-info")) {
        return None;
    }
    let texts = || code.split(['"', '\'']).skip(1).step_by(2);
    let wheels = texts().find(|text| text.starts_with('/') && text.ends_with(".whl"))?;
    let target = texts().find(|text| text.len() > 1 && text.starts_with('/') && !text.ends_with(".whl"))?;
    // The list of files is of no use without them, and a sign that they are taken out too.
    texts().any(|text| text.ends_with("RECORD")).then_some((wheels, target))
}

#[cfg(test)]
mod tests {
    use super::taken_out;
    use python::invocation;

    fn told(command: &str) -> Option<(String, String)> {
        let (words, code) = command.split_once(" '").unwrap_or((command, ""));
        let words: Vec<&str> = words.split(' ').chain([code.trim_end_matches('\'')]).collect();
        taken_out(&words).map(|(wheels, target)| (wheels.to_owned(), target.to_owned()))
    }

    #[test]
    fn the_command_of_generated_files_is_told() {
        let command = invocation::metadata("python3.13", "/wheels", "/layer/opt/metadata");
        let expected = ("/wheels/*.whl".to_owned(), "/layer/opt/metadata".to_owned());
        assert_eq!(told(&command), Some(expected));
    }

    #[test]
    fn other_scripts_are_not() {
        for command in [
            "python -m zipfile -e /wheels/core.whl /opt",
            "python -c 'import zipfile; zipfile.ZipFile(\"/wheels/core.whl\").extractall(\"/opt\")'",
            "sh -c 'zipfile .dist-info \"/w/a.whl\" \"/opt\" \"RECORD\"'",
            "python",
        ] {
            assert_eq!(told(command), None, "{command}");
        }
    }
}
