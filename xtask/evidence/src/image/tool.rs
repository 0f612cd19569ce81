//! Tools that do not reach an image as packages: copied out of their own images, or by an installer from the web.

use diagnostics::Place;
use formats::shell::{Simple, Variables, is_shell};

/// A program that builds, and needs not be where things run.
#[derive(Clone, Debug)]
pub struct Tool {
    /// The name of the program.
    pub name: &'static str,
    /// Where it stands.
    pub path: String,
    /// Where it is brought in.
    pub place: Place,
}

/// What an image of a `FROM` or a `COPY --from` is made for.
pub fn of_image(reference: &str) -> Option<&'static str> {
    let name = reference.rsplit('/').next().unwrap_or_default();
    let name = name.split([':', '@']).next().unwrap_or_default();
    ["uv", "poetry", "pdm", "pipenv"].into_iter().find(|tool| *tool == name)
}

/// What an address is known to install.
pub fn of_address(text: &str) -> Option<&'static str> {
    if ["install.python-poetry.org", "install-poetry.py", "get-poetry.py"]
        .iter()
        .any(|part| text.contains(part))
    {
        Some("poetry")
    } else if text.contains("astral.sh/uv") {
        Some("uv")
    } else if text.contains("install-pdm.py") {
        Some("pdm")
    } else {
        None
    }
}

/// The version that an address names: `https://astral.sh/uv/0.5.1/install.sh`.
pub fn version_in(address: &str) -> Option<String> {
    let mut parts = address.split('/');
    let version = parts.find(|part| part.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(version.to_owned())
}

/// A script that was fetched: what it installs, and which version where that is known.
#[derive(Clone, Debug)]
pub struct Script {
    pub name: &'static str,
    pub version: Option<String>,
}

impl Script {
    pub fn at(address: &str) -> Option<Self> {
        of_address(address).map(|name| Self {
            name,
            version: version_in(address),
        })
    }
}

/// An installer that is run as it comes from the web: the tool, where it goes, and its version where one is named.
#[derive(Debug)]
pub struct Fetched {
    pub name: &'static str,
    pub path: String,
    pub version: Option<String>,
}

/// `curl … | python3 -`, or the run of a script that was fetched before, which `known` tells.
pub fn fetched(command: &Simple, variables: &Variables, known: impl Fn(&str) -> Option<Script>) -> Option<Fetched> {
    let (program, arguments) = command.words.split_first()?;
    let program = program.text.rsplit('/').next().unwrap_or_default();
    let is_interpreter = is_shell(program) || program.starts_with("python");
    if !is_interpreter {
        return None;
    }
    let addresses = command.input.iter().flatten().map(|word| word.text.as_str());
    let script = addresses
        .filter_map(Script::at)
        .chain(arguments.iter().find_map(|word| known(&word.text)))
        .next()?;
    let variable = |name: &str| variables.get(name).filter(|value| !value.is_empty()).cloned();
    let home = variable("HOME").unwrap_or_else(|| "/root".to_owned());
    let is_version = |word: &str| word == "--version" || (word == "-v" && script.name == "pdm");
    let said = arguments.iter().skip_while(|word| !is_version(&word.text)).nth(1);
    let said = said.map(|word| word.text.clone());
    Some(match script.name {
        name @ "poetry" => Fetched {
            name,
            path: variable("POETRY_HOME").unwrap_or_else(|| format!("{home}/.local/share/pypoetry")),
            version: said.or_else(|| variable("POETRY_VERSION")),
        },
        name @ "pdm" => Fetched {
            name,
            path: variable("PDM_HOME").unwrap_or_else(|| format!("{home}/.local/share/pdm")),
            version: said.or_else(|| variable("PDM_VERSION")),
        },
        name => Fetched {
            name,
            path: variable("UV_INSTALL_DIR").unwrap_or_else(|| format!("{home}/.local/bin")),
            version: script.version,
        },
    })
}
