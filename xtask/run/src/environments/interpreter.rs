//! The Python that this machine brings along. The xtask needs 3.11 or newer, and nothing else from it than `venv`.

use std::{path::PathBuf, str::FromStr};

use pep440_rs::{Version, VersionSpecifiers};
use xshell::{Shell, cmd};

use diagnostics::Problem;
use repo::Package;
use subprocess::shell;

const OLDEST: (u64, u64) = (3, 11);

/// A Python on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The program.
    pub path: PathBuf,
    /// The full version, `3.11.7`: environments of another patch release are made again.
    pub version: String,
    /// The major and the minor number.
    pub minor: (u64, u64),
}

impl Interpreter {
    /// Every usable interpreter on the path, each minor version once, the one of the images first.
    pub fn all(of_images: (u64, u64)) -> Result<Vec<Self>, Problem> {
        let names = [format!("python{}.{}", of_images.0, of_images.1)];
        let names = names.iter().map(String::as_str);
        let names = names.chain([
            "python3",
            "python",
            "python3.14",
            "python3.13",
            "python3.12",
            "python3.11",
        ]);
        let shell = shell()?;
        let mut found: Vec<Self> = Vec::new();
        for name in names {
            let Some(interpreter) = ask(&shell, name) else { continue };
            if interpreter.minor >= OLDEST && found.iter().all(|other| other.minor != interpreter.minor) {
                found.push(interpreter);
            }
        }
        if found.is_empty() {
            return Err(
                Problem::error(format!("found no Python {}.{} or newer", OLDEST.0, OLDEST.1))
                    .note("looked for `python3`, `python` and `python3.11` to `python3.14` on the path")
                    .remedy("install one, with its `venv` module (on Debian: `apt-get install python3 python3-venv`)"),
            );
        }
        Ok(found)
    }

    /// The first that the package allows.
    pub fn suitable<'a>(all: &'a [Self], package: &Package) -> Option<&'a Self> {
        let required = package.manifest.requires_python.as_ref();
        // Poetry's own language of constraints is for who resolves; here the lock is taken as it stands.
        let required = required.and_then(|required| VersionSpecifiers::from_str(&required.text.value).ok());
        all.iter().find(|python| {
            let version = Version::from_str(&python.version).ok();
            match (&required, version) {
                (Some(required), Some(version)) => required.contains(&version),
                (None, _) | (_, None) => true,
            }
        })
    }
}

/// `None` where the program is absent, or is a stub that runs nothing (pyenv and Windows have such).
fn ask(shell: &Shell, name: &str) -> Option<Interpreter> {
    let question = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";
    let answer = cmd!(shell, "{name} -c {question}")
        .quiet()
        .ignore_stderr()
        .read()
        .ok()?;
    parse(&answer)
}

fn parse(answer: &str) -> Option<Interpreter> {
    let (path, version) = answer.trim().split_once('\n')?;
    let mut numbers = version.trim().split('.').map(|part| part.parse::<u64>().ok());
    Some(Interpreter {
        path: PathBuf::from(path.trim()),
        version: version.trim().to_owned(),
        minor: (numbers.next()??, numbers.next()??),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_understood() {
        let python = parse("/usr/bin/python3\n3.13.5\n").unwrap();
        assert_eq!((python.minor, python.version.as_str()), ((3, 13), "3.13.5"));
        assert_eq!(parse("pyenv: python3.13: command not found"), None);
        assert_eq!(parse("/usr/bin/python\nthree"), None);
    }
}
