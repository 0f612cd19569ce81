//! The command line of an installer: which one, what it is asked to do, options and operands.

use formats::shell::Word;

#[derive(Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Without a version: `pip`, `uv`, `poetry`, `pipx` and the like.
    pub program: &'a str,
    /// The Python or the program that was called, as written: it tells the environment.
    pub executable: &'a str,
    /// `install`, or `pip install` of uv.
    pub verbs: Vec<&'a str>,
    /// Each option with its value, `-r` and `--requirement` as they stand.
    pub options: Vec<(&'a str, &'a str)>,
    pub operands: Vec<&'a str>,
    /// Whether every word is known.
    pub is_clear: bool,
}

/// Verbs that are followed by another.
const LEADING: [(&str, &str); 12] = [
    ("uv", "pip"),
    ("uv", "tool"),
    ("uv", "python"),
    ("poetry", "self"),
    ("poetry", "env"),
    ("conda", "env"),
    ("mamba", "env"),
    ("micromamba", "env"),
    ("pdm", "self"),
    ("pdm", "venv"),
    ("hatch", "env"),
    ("pixi", "global"),
];

impl<'a> Call<'a> {
    /// `None` where the command runs no installer.
    pub fn read(words: &'a [Word]) -> Option<Self> {
        let (executable, program, rest) = program(words)?;
        let is_clear = words.iter().all(|word| word.is_clear);
        let mut call = Self {
            program,
            executable,
            verbs: Vec::new(),
            options: Vec::new(),
            operands: Vec::new(),
            is_clear,
        };
        let mut rest = rest.iter().map(|word| word.text.as_str());
        while let Some(word) = rest.next() {
            if word == "--" {
                call.operands.extend(rest);
                break;
            }
            if !word.starts_with('-') || word == "-" {
                call.operand(word);
                // The rest is of another command.
                if matches!(
                    (program, call.verbs.as_slice()),
                    ("poetry" | "uv" | "pipenv" | "pdm", ["run"])
                ) {
                    call.operands.extend(rest);
                    break;
                }
                continue;
            }
            let (name, inline) = option(program, word);
            let value = match inline {
                Some(value) => value,
                None if takes_value(program, name) => rest.next().unwrap_or_default(),
                None => "",
            };
            call.options.push((name, value));
        }
        Some(call)
    }

    fn operand(&mut self, word: &'a str) {
        let is_led = |first: &&str| LEADING.contains(&(self.program, *first));
        match self.verbs.as_slice() {
            [] if !matches!(self.program, "venv" | "virtualenv" | "pip-sync" | "pip-compile") => self.verbs.push(word),
            [first] if is_led(first) => self.verbs.push(word),
            [..] => self.operands.push(word),
        }
    }

    pub fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| names.contains(name))
    }

    /// What is said last holds.
    pub fn value(&self, names: &[&str]) -> Option<&'a str> {
        let mut options = self.options.iter().rev();
        options.find(|(name, _)| names.contains(name)).map(|(_, value)| *value)
    }

    pub fn values<'b>(&'b self, names: &'b [&str]) -> impl Iterator<Item = &'a str> + 'b {
        let options = self.options.iter();
        options
            .filter(|(name, _)| names.contains(name))
            .map(|(_, value)| *value)
    }

    /// Comma-separated values, as of `--with`.
    pub fn lists(&self, names: &[&str]) -> Vec<String> {
        let values = self.values(names).flat_map(|value| value.split(','));
        values.map(|value| value.trim().to_owned()).collect()
    }
}

/// What was called, the installer that it is, and its arguments: `/opt/bin/pip3.12`, `python -m pip`, `poetry run pip`.
fn program(words: &[Word]) -> Option<(&str, &str, &[Word])> {
    let (first, rest) = words.split_first()?;
    let name = first.text.rsplit('/').next().unwrap_or_default();
    let is_python = name
        .strip_prefix("python")
        .is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    if is_python {
        let module = rest.iter().position(|word| word.text == "-m")?;
        let (module, rest) = rest.get(module + 1..)?.split_first()?;
        let program = installer(&module.text)?;
        return Some((&first.text, program, rest));
    }
    if name == "uvx" {
        return None;
    }
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let program = installer(bare)?;
    Some((&first.text, program, rest))
}

/// Asked of every command of a Dockerfile, so it has to be quick.
fn installer(name: &str) -> Option<&'static str> {
    Some(match name {
        "pip" => "pip",
        "uv" => "uv",
        "poetry" => "poetry",
        "pipx" => "pipx",
        "pip-sync" => "pip-sync",
        "pip-compile" => "pip-compile",
        "pipenv" => "pipenv",
        "pdm" => "pdm",
        "conda" => "conda",
        "conda-lock" => "conda-lock",
        "mamba" => "mamba",
        "micromamba" => "micromamba",
        "virtualenv" => "virtualenv",
        "venv" => "venv",
        "hatch" => "hatch",
        "pixi" => "pixi",
        "rye" => "rye",
        _ => return None,
    })
}

/// The name of an option, and its value where that is in the same word.
fn option<'a>(program: &str, word: &'a str) -> (&'a str, Option<&'a str>) {
    if word.starts_with("--") {
        return match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
    }
    // `-rfile`, and `-Ur file`.
    let second = word.char_indices().nth(2).map(|(at, _)| at);
    match second {
        Some(at) if takes_value(program, &word[..at]) => (&word[..at], Some(&word[at..])),
        Some(_) => {
            let last = word.chars().last().map_or('-', |last| last);
            let short = SHORT.iter().find(|short| short.ends_with(last));
            (
                short
                    .copied()
                    .filter(|short| takes_value(program, short))
                    .unwrap_or(word),
                None,
            )
        }
        None => (word, None),
    }
}

/// Short options that are followed by a value, whichever program has them.
const SHORT: [&str; 17] = [
    "-G", "-L", "-k", "-r", "-c", "-t", "-i", "-f", "-p", "-E", "-C", "-e", "-P", "-w", "-d", "-o", "-n",
];

fn takes_value(program: &str, name: &str) -> bool {
    match name {
        "-n" | "--name" | "--file" | "--lock-file" => {
            matches!(program, "conda" | "conda-lock" | "mamba" | "micromamba")
        }
        // For development, not a folder of downloads.
        "-d" if matches!(program, "pipenv" | "pdm") => false,
        "-G" | "-L" | "-k" | "--lockfile" | "--skip" | "--venv" => program == "pdm",
        // With Pipenv's lock it asks for a requirement file, on the standard output.
        "-r" | "--requirements" if program == "pipenv" => false,
        "--categories" | "--extra-pip-args" | "--pypi-mirror" => program == "pipenv",
        "-e" | "-c" | "-i" | "-t" | "-r" => !matches!(program, "venv" | "virtualenv"),
        "-P" | "-C" | "-E" | "-f" | "-p" | "-w" | "-d" | "-o" => true,
        _ => is_long(name),
    }
}

/// Long options that are followed by a value, the ones that are in Dockerfiles.
fn is_long(name: &str) -> bool {
    matches!(
        name,
        "--requirement"
            | "--requirements"
            | "--constraint"
            | "--constraints"
            | "--build-constraints"
            | "--overrides"
            | "--target"
            | "--prefix"
            | "--root"
            | "--index-url"
            | "--extra-index-url"
            | "--find-links"
            | "--trusted-host"
            | "--python"
            | "--cache-dir"
            | "--only"
            | "--without"
            | "--with"
            | "--group"
            | "--no-group"
            | "--only-group"
            | "--only-binary"
            | "--no-binary"
            | "--no-build-package"
            | "--timeout"
            | "--retries"
            | "--link-mode"
            | "--index-strategy"
            | "--keyring-provider"
            | "--extra"
            | "--extras"
            | "--no-extra"
            | "--directory"
            | "--project"
            | "--package"
            | "--no-install-package"
            | "--no-emit-package"
            | "--index"
            | "--default-index"
            | "--platform"
            | "--python-version"
            | "--python-platform"
            | "--abi"
            | "--implementation"
            | "--root-user-action"
            | "--progress-bar"
            | "--src"
            | "--editable"
            | "--upgrade-package"
            | "--upgrade-strategy"
            | "--config-settings"
            | "--wheel-dir"
            | "--dest"
            | "--output"
            | "--output-file"
            | "--format"
            | "--prompt"
            | "--proxy"
            | "--cert"
            | "--client-cert"
            | "--color"
            | "--config-file"
            | "--config-setting"
            | "--exclude-newer"
            | "--fork-strategy"
            | "--log"
            | "--no-build-isolation-package"
            | "--prerelease"
            | "--python-preference"
            | "--refresh-package"
            | "--report"
            | "--resolution"
            | "--torch-backend"
            | "--uploaded-prior-to"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use formats::shell;

    fn shown(text: &str) -> String {
        let commands = shell::commands(text, &Default::default()).unwrap();
        let call = Call::read(&commands[0].words).unwrap();
        format!(
            "{} {:?} {:?} {:?}",
            call.program, call.verbs, call.options, call.operands
        )
    }

    #[test]
    fn command_lines_are_read() {
        for (text, expected) in [
            (
                "/v/bin/pip3.12 install -Ur a.txt -rb.txt --no-deps x",
                r#"pip ["install"] [("-r", "a.txt"), ("-r", "b.txt"), ("--no-deps", "")] ["x"]"#,
            ),
            (
                "poetry -C /app install --only=main",
                r#"poetry ["install"] [("-C", "/app"), ("--only", "main")] []"#,
            ),
            (
                "uv pip install --system -e . 'x[y]==1'",
                r#"uv ["pip", "install"] [("--system", ""), ("-e", ".")] ["x[y]==1"]"#,
            ),
            ("python3 -m venv --copies /v", r#"venv [] [("--copies", "")] ["/v"]"#),
            (
                "python -m pip wheel -w /w -r r.txt",
                r#"pip ["wheel"] [("-w", "/w"), ("-r", "r.txt")] []"#,
            ),
            (
                "poetry run pip install -e .",
                r#"poetry ["run"] [] ["pip", "install", "-e", "."]"#,
            ),
            (
                "poetry export -nf requirements.txt",
                r#"poetry ["export"] [("-f", "requirements.txt")] []"#,
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
