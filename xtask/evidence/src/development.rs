//! Words that tell development from production, in what a build or a start is called with.

/// In the names of stages and arguments, and as their values.
pub const WORDS: [&str; 6] = ["dev", "devel", "develop", "development", "debug", "debugpy"];
/// As a word of a path it is a folder of every system.
const LOCAL: &str = "local";
/// `--without dev` asks for production.
const NEGATIONS: [&str; 5] = ["without", "no", "not", "exclude", "only"];
/// Programs and options that start a program over, or stop in it.
const RELOADING: [&str; 9] = [
    "--reload",
    "--debug",
    "debugpy",
    "pdb",
    "pydevd",
    "runserver",
    "runserver_plus",
    "watchfiles",
    "watchmedo",
];

/// Stages that are neither for development nor for production, though they may stand last.
const STAGES_FOR_CHECKS: [&str; 7] = ["ci", "test", "tests", "testing", "lint", "e2e", "debug"];

/// Whether a stage is there to check something in.
pub fn is_for_checks(stage: &str) -> bool {
    STAGES_FOR_CHECKS.iter().any(|name| stage.eq_ignore_ascii_case(name))
}

/// What of a build asks for development: its stage, or an argument.
pub fn asked<'a>(target: Option<&str>, mut arguments: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let is_named = |text: &str| is_named(text) || text.eq_ignore_ascii_case(LOCAL);
    if let Some(target) = target.filter(|target| is_named(target)) {
        return Some(format!("the stage `{target}`"));
    }
    let is_on = |value: &str| ["1", "true", "yes", "on"].contains(&value.to_ascii_lowercase().as_str());
    let argument = arguments.find(|(name, value)| is_named(value) || (is_named(name) && is_on(value)));
    argument.map(|(name, value)| format!("`{name}={value}`"))
}

/// Whether a word of it names development, and none takes that back.
pub fn is_named(text: &str) -> bool {
    let is_any = |known: &[&str]| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| known.contains(&word.to_ascii_lowercase().as_str()))
    };
    is_any(&WORDS) && !is_any(&NEGATIONS)
}

/// The word of a command that reloads, debugs or waits for a person.
pub fn reloading(words: &[String]) -> Option<&str> {
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    let name = |word: &&&str| {
        let last = word.rsplit('/').next().unwrap_or_default();
        let option = last.split('=').next().unwrap_or_default();
        RELOADING.contains(&option)
    };
    let pairs = [["fastapi", "dev"], ["sleep", "infinity"], ["-f", "/dev/null"]];
    let idle = words.windows(2).find(|two| pairs.iter().any(|pair| pair == two));
    let found = words.iter().find(name).copied();
    found.or_else(|| idle.map(|two| two[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_development() {
        let args = |name, value| asked(None, [(name, value)].into_iter());
        for (name, value, is_asked) in [
            ("INSTALL_DEV", "true", true),
            ("dev", "1", true),
            ("DEVEL", "yes", true),
            ("BUILD_ENVIRONMENT", "local", true),
            ("PREFIX", "/usr/local", false),
            ("ENV", "development", true),
            ("POETRY_ARGS", "--with dev", true),
            ("POETRY_ARGS", "--without dev", false),
            ("UV_ARGS", "--no-dev", false),
            ("DEV", "0", false),
            ("DEVICE", "1", false),
            ("ENV", "production", false),
        ] {
            assert_eq!(args(name, value).is_some(), is_asked, "{name}={value}");
        }
        assert!(asked(Some("web-dev"), std::iter::empty()).is_some());
    }

    #[test]
    fn what_reloads() {
        let found = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            reloading(&words).map(str::to_owned)
        };
        assert_eq!(found("uvicorn a:b --reload").as_deref(), Some("--reload"));
        assert_eq!(found("fastapi dev app").as_deref(), Some("dev"));
        assert_eq!(found("tail -f /dev/null").as_deref(), Some("/dev/null"));
        assert_eq!(found("gunicorn a:b -w 4"), None);
        let inner = [
            "sh".to_owned(),
            "-c".to_owned(),
            "python manage.py runserver 0:80".to_owned(),
        ];
        assert_eq!(reloading(&inner), Some("runserver"));
    }
}
