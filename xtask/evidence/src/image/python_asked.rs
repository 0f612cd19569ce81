//! Which Python a step asks for, and whether its stage has it.

use std::borrow::Cow;

use super::{
    base::python_of,
    install::{Setting, call::Call, environment},
    stage::State,
};
use crate::config::Config;
use diagnostics::{Located, Place};
use formats::{absolute, shell::Simple};
use repo::RepoPath;

/// A Python that a step runs, and that its stage does not have.
#[derive(Clone, Debug)]
pub struct AbsentPython {
    /// As it is asked for: `python3.12`, or `3.12`.
    pub asked: String,
    /// The file that asks for it, where the step does not.
    pub by_file: Option<RepoPath>,
    /// The image that the stage is based on.
    pub base: Located<String>,
    /// The step.
    pub place: Place,
}

/// What a command asks for.
pub(super) struct Asked<'a> {
    written: Cow<'a, str>,
    by_file: Option<RepoPath>,
    version: (u64, u64),
    /// An installer of Pythons downloads it where the stage has none.
    pub may_download: bool,
}

impl State {
    /// The Python that a command asks for, where its stage is known to have another one alone.
    pub(super) fn absent_python<'a>(&self, command: &'a Simple, setting: &'a Setting<'_>) -> Option<Asked<'a>> {
        if command.is_conditional {
            return None;
        }
        self.unless_there(asked(command, setting)?)
    }

    /// The Python that the image starts by its version, where it is known to have another one alone.
    pub(super) fn absent_start(&self, config: &Config) -> Option<AbsentPython> {
        let words = config.program();
        let asked = self.unless_there(by_name(words.first()?)?)?;
        Some(asked.noted(&self.base, config.started_at()?))
    }

    fn unless_there<'a>(&self, asked: Asked<'a>) -> Option<Asked<'a>> {
        if self.has_more_pythons || self.is_unclear || asked.written.contains('$') {
            return None;
        }
        let has = of_image_of_python(&self.base.value)?;
        let name = format!("python{}.{}", asked.version.0, asked.version.1);
        let is_of_system = |package: &Located<String>| package.value.starts_with(&name);
        let may_be_there = || {
            let mut folders = ["/usr/local/bin", "/usr/bin", "/bin"].iter();
            folders.any(|folder| self.seen().may_hold(&format!("{folder}/{name}")))
        };
        (asked.version != has && !self.system.iter().any(is_of_system) && !may_be_there()).then_some(asked)
    }

    /// Commands that bring Pythons besides the one of the base.
    pub(super) fn note_pythons(&mut self, command: &Simple) {
        const MANAGERS: [&str; 9] = [
            "asdf",
            "conda",
            "hatch",
            "mamba",
            "micromamba",
            "mise",
            "pyenv",
            "rye",
            "uv",
        ];
        let mut words = command.words.iter().map(|word| word.text.as_str());
        let program = words.next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let is_manager = MANAGERS.contains(&program);
        let is_made = matches!(program, "make" | "tar" | "unzip" | "ln" | "update-alternatives");
        let names_python = |word: &str| word.contains("python");
        let installs = command
            .words
            .iter()
            .any(|word| matches!(word.text.as_str(), "install" | "create"));
        if (is_manager && installs && words.clone().any(names_python)) || (is_made && words.any(names_python)) {
            self.has_more_pythons = true;
        }
    }
}

impl Asked<'_> {
    pub(super) fn noted(&self, base: &Located<String>, place: &Place) -> AbsentPython {
        AbsentPython {
            asked: self.written.to_string(),
            by_file: self.by_file.clone(),
            base: base.clone(),
            place: place.clone(),
        }
    }
}

/// The version of an image that holds one Python and no other.
fn of_image_of_python(base: &str) -> Option<(u64, u64)> {
    let name = base.split(['@', ':']).next().unwrap_or_default();
    let is_known = matches!(
        name,
        "python" | "docker.io/python" | "docker.io/library/python" | "library/python"
    );
    // An image of uv for a Python stands on the official one.
    let is_of_uv = name.rsplit('/').next() == Some("uv") && base.contains("-python3.");
    python_of(base).filter(|_| is_known || is_of_uv)
}

fn asked<'a>(command: &'a Simple, setting: &'a Setting<'_>) -> Option<Asked<'a>> {
    if let Some(asked) = by_name(&command.words.first()?.text) {
        return Some(asked);
    }
    let call = Call::read(&command.words)?;
    match (call.program, call.verbs.as_slice()) {
        ("virtualenv", []) => of(call.value(&["-p", "--python"])?, false),
        ("uv", ["venv" | "sync"]) => {
            let named = call.value(&["-p", "--python"]);
            let may_download = environment::may_download(&call, setting);
            match named.or_else(|| setting.variable("UV_PYTHON")) {
                Some(written) => of(written, may_download),
                None => by_file(&call, setting, may_download),
            }
        }
        ("poetry", ["env", "use"]) => of(call.operands.first()?, false),
        (_, _) => None,
    }
}

/// What `.python-version` says, in the folder of the project or above it.
fn by_file<'a>(call: &Call<'_>, setting: &Setting<'_>, may_download: bool) -> Option<Asked<'a>> {
    if call.has(&["--no-config"]) || setting.variable("UV_NO_CONFIG").is_some() {
        return None;
    }
    let named = call.value(&["--directory", "--project"]);
    let mut folder = setting.absolute(named.unwrap_or("."))?;
    let path = loop {
        if let Some(path) = setting.files.file(&absolute(&folder, ".python-version")) {
            break path;
        }
        let (above, _) = folder.rsplit_once('/').filter(|_| folder != "/")?;
        folder = absolute("/", above);
    };
    let source = setting.files.root.source(&path).ok()?;
    let mut lines = source.text().lines().map(str::trim);
    let written = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
    Some(Asked {
        version: version(written)?,
        written: Cow::Owned(written.to_owned()),
        by_file: Some(path),
        may_download,
    })
}

fn of(written: &str, may_download: bool) -> Option<Asked<'_>> {
    Some(Asked {
        written: Cow::Borrowed(written),
        by_file: None,
        version: version(written)?,
        may_download,
    })
}

/// `python3.12`, `/usr/local/bin/python3.12`: the program itself.
fn by_name(program: &str) -> Option<Asked<'_>> {
    let name = program.rsplit('/').next().unwrap_or_default();
    let is_of_system = !program.contains('/') || program.starts_with("/usr/") || program.starts_with("/bin/");
    if name.starts_with("python") && name.contains('.') && is_of_system {
        return of(name, false);
    }
    None
}

/// `python3.12`, `3.12`, `cpython@3.12.4`, `/usr/bin/python3.12`. `None` for a range, or another interpreter.
fn version(written: &str) -> Option<(u64, u64)> {
    let name = written.rsplit('/').next()?;
    let rest = name
        .strip_prefix("cpython")
        .or_else(|| name.strip_prefix("python"))
        .unwrap_or(name);
    let rest = rest.trim_start_matches(['@', '-']);
    let mut numbers = rest.split('.').map(|number| number.parse::<u64>().ok());
    let version = (numbers.next()??, numbers.next()??);
    numbers.all(|number| number.is_some()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read_in_every_form() {
        for written in [
            "python3.12",
            "3.12",
            "cpython@3.12.4",
            "cpython-3.12",
            "/usr/bin/python3.12",
        ] {
            assert_eq!(version(written), Some((3, 12)), "{written}");
        }
        for written in [
            "python3",
            "3",
            ">=3.12",
            "pypy3.10",
            "/opt/venv/bin/python",
            "3.12-dev",
            "",
        ] {
            assert_eq!(version(written), None, "{written}");
        }
    }
}
