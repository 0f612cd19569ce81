//! Environment variables without which a source fails.

use std::collections::BTreeSet;

use diagnostics::{Place, Source};
use python_imports::literals;
use repo::RepoPath;

/// A variable that a source reads, and for which it has no default.
#[derive(Clone, Debug)]
pub struct Required {
    /// Its name.
    pub name: String,
    /// The source.
    pub file: RepoPath,
    /// Where it is read.
    pub place: Place,
    /// Whether it is read when the source is imported; otherwise when something is called.
    pub is_at_import: bool,
}

/// What the sources of a package require.
#[derive(Debug, Default)]
pub struct Requirements {
    /// Every place that requires a variable.
    pub required: Vec<Required>,
    /// Names that sources which read the environment have otherwise: they may set them, or ask first.
    pub otherwise: BTreeSet<String>,
}

/// Types of fields that one variable fills.
const PLAIN: [&str; 8] = ["str", "int", "float", "bool", "Path", "SecretStr", "Decimal", "bytes"];

impl Requirements {
    /// Adds what a source has.
    pub fn add(&mut self, path: &RepoPath, text: &str) {
        let reads = text.contains("environ") || text.contains("getenv");
        let has_fields = text.contains("BaseSettings");
        let decouples = text.contains("decouple import");
        if !reads && !has_fields && !decouples {
            return;
        }
        // A file beside the program may set what it reads.
        let is_set = text.contains("dotenv") || text.contains("env_file") || text.contains("read_env");
        let catches = text.contains("KeyError") || text.contains("UndefinedValueError");
        let source = Source::new(path.as_str(), text);
        for span in literals(text) {
            let name = &text[span.clone()];
            if !is_variable(name) {
                continue;
            }
            if is_set || catches || !is_required(text, &span, decouples) {
                self.otherwise.insert(name.to_owned());
                continue;
            }
            let line = text[..span.start].rfind('\n').map_or(0, |end| end + 1);
            self.required.push(Required {
                name: name.to_owned(),
                file: path.clone(),
                place: source.place(span),
                is_at_import: !text[line..].starts_with([' ', '\t']),
            });
        }
        if has_fields && !is_set {
            self.required.extend(fields(path, &source));
        }
    }
}

fn is_variable(name: &str) -> bool {
    let is_of_it = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.len() > 2 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_of_it)
}

/// Whether a text is the name in a read that has no default: `environ["X"]`, and `config("X")` of decouple.
fn is_required(text: &str, span: &std::ops::Range<usize>, decouples: bool) -> bool {
    let before = text[..span.start].strip_suffix(['"', '\'']).unwrap_or_default();
    let behind = text.get(span.end + 1..).unwrap_or_default();
    if decouples && before.ends_with("config(") && !before.ends_with("_config(") {
        let arguments = behind.split(')').next().unwrap_or_default();
        return !arguments.contains("default");
    }
    let Some(before) = before.strip_suffix("environ[") else {
        return false;
    };
    let line = before.rsplit('\n').next().unwrap_or_default();
    let Some(behind) = behind.strip_prefix(']') else {
        return false;
    };
    let behind = behind.trim_start_matches(' ');
    let is_set = behind.starts_with('=') && !behind.starts_with("==");
    !is_set && !line.trim_start().starts_with("del ")
}

/// The fields without a default of classes that read the environment.
fn fields(path: &RepoPath, source: &Source) -> Vec<Required> {
    let text = source.text();
    let mut found = Vec::new();
    let mut at = 0;
    let mut class: Option<Vec<Required>> = None;
    let mut prefix: Option<String> = Some(String::new());
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    // Ends the last class.
    lines.push("end\n");
    for line in lines {
        let starts_at = at;
        at += line.len();
        let code = line.trim_end();
        if !code.is_empty() && !code.starts_with([' ', '\t', '#', ')']) {
            if let (Some(fields), Some(prefix)) = (class.take(), prefix.take()) {
                let named = fields.into_iter().map(|field| Required {
                    name: format!("{prefix}{}", field.name).to_ascii_uppercase(),
                    ..field
                });
                found.extend(named);
            }
            prefix = Some(String::new());
            class = is_settings(code).then(Vec::new);
            continue;
        }
        let Some(fields) = &mut class else { continue };
        if let Some((_, said)) = code.split_once("env_prefix") {
            prefix = literal(said);
        }
        // What looks at values, or takes them from elsewhere, may fill a field.
        let is_open = [
            "customise_sources",
            "mode=\"before\"",
            "mode='before'",
            "root_validator",
            "alias",
        ];
        if is_open.iter().any(|word| code.contains(word)) {
            prefix = None;
        }
        let indent = code.len() - code.trim_start().len();
        if let Some(name) = field(code.trim_start()).filter(|_| indent <= 4) {
            let start = starts_at + indent;
            fields.push(Required {
                name: name.to_owned(),
                file: path.clone(),
                place: source.place(start..start + name.len()),
                is_at_import: true,
            });
        }
    }
    found
}

/// Whether a line starts a class of settings.
fn is_settings(line: &str) -> bool {
    let bases = line.strip_prefix("class ").and_then(|rest| rest.split_once('('));
    bases.is_some_and(|(_, bases)| {
        matches!(
            bases.trim_end_matches("):"),
            "BaseSettings" | "pydantic_settings.BaseSettings"
        )
    })
}

/// The name of a field that one variable has to fill.
fn field(line: &str) -> Option<&str> {
    let line = line.split('#').next()?.trim_end();
    let (name, kind) = line.split_once(':')?;
    let kind = kind.trim();
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
    let is_address = kind.chars().all(char::is_alphanumeric) && (kind.ends_with("Url") || kind.ends_with("Dsn"));
    (is_name && !name.starts_with('_') && (PLAIN.contains(&kind) || is_address)).then_some(name)
}

/// The text behind `=`, where it is written out.
fn literal(said: &str) -> Option<String> {
    let rest = said
        .trim_start_matches(['"', '\''])
        .trim_start()
        .trim_start_matches([':', '='])
        .trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let text = rest[1..].split(quote).next()?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, bool)> {
        let mut found = Requirements::default();
        found.add(&RepoPath::parse("a.py").unwrap(), text);
        let required = found.required.into_iter();
        required.map(|one| (one.name, one.is_at_import)).collect()
    }

    #[test]
    fn variables_are_required_that_have_no_default() {
        let text = "import os\nA = os.environ['FIRST']\ndef f():\n    return os.environ[\"SECOND\"] == ''\n";
        assert_eq!(read(text), [("FIRST".to_owned(), true), ("SECOND".to_owned(), false)]);
        let config = "from decouple import config\nA = config(\"FIRST\")\nB = config('OTHER', default='')\n";
        assert_eq!(read(config), [("FIRST".to_owned(), true)]);
        for other in [
            "os.environ.get('FIRST')\n",
            "os.environ['FIRST'] = '1'\n",
            "del os.environ['FIRST']\n",
            "# os.environ['FIRST']\n",
            "\"\"\"Reads os.environ['FIRST'].\"\"\"\n",
            "try:\n    A = os.environ['FIRST']\nexcept KeyError:\n    A = ''\n",
            "load_dotenv()\nA = os.environ['FIRST']\n",
        ] {
            assert!(read(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn fields_of_settings_are_required_that_have_no_default() {
        let text = "class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=\"SHOP_\")
    database_url: PostgresDsn
    workers: int = 2
    token: SecretStr  # of the vault
    nested: Nested
    other: str | None

    def name(self) -> str:
        local: str
        return local
";
        let names: Vec<String> = read(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["SHOP_DATABASE_URL", "SHOP_TOKEN"]);
        for other in [
            text.replace("\"SHOP_\"", "PREFIX"),
            text.replace("env_prefix", "env_file=\".env\", env_prefix"),
            text.replace("BaseSettings)", "Base)"),
            text.replace("workers: int = 2", "workers: int = Field(alias=\"W\")"),
        ] {
            assert!(read(&other).is_empty(), "{other}");
        }
    }
}
