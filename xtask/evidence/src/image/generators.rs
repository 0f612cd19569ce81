//! Commands that may write modules, and that nobody can follow: code generators, compilers, scripts.

use formats::{absolute, shell::Simple};

/// What generates or unpacks files, by its name.
const PROGRAMS: [&str; 13] = [
    "buf",
    "cargo",
    "cython",
    "cythonize",
    "invoke",
    "just",
    "make",
    "maturin",
    "protoc",
    "rsync",
    "tar",
    "task",
    "unzip",
];
/// Modules that `python -m` runs without writing one.
const TAME: [&str; 14] = [
    "build",
    "compileall",
    "ensurepip",
    "nltk.downloader",
    "pip",
    "pip_audit",
    "pipx",
    "playwright",
    "poetry",
    "py_compile",
    "pytest",
    "site",
    "spacy",
    "venv",
];

/// Commands of Django's `manage.py` that write no module: they write assets, translations or a database.
const OF_DJANGO: [&str; 8] = [
    "check",
    "collectstatic",
    "compilemessages",
    "compress",
    "createcachetable",
    "loaddata",
    "migrate",
    "tailwind",
];

/// The folders that a command may write to: where it runs, and what it names. Empty where it is known to write no module.
pub fn written_to(command: &Simple, folder: &str) -> Vec<String> {
    let mut words = command.words.iter().map(|word| word.text.as_str());
    let Some(program) = words.next() else {
        return Vec::new();
    };
    let rest: Vec<&str> = words.collect();
    if !generates(program, &rest) {
        return Vec::new();
    }
    let mut folders: Vec<String> = Vec::new();
    // All that there is would be in doubt; and an archive is often told where to go.
    let goes_elsewhere = rest.iter().any(|word| matches!(*word, "-C" | "-d" | "--directory"));
    if folder != "/" && !goes_elsewhere {
        folders.push(folder.to_owned());
    }
    for word in rest {
        let path = word.split_once('=').map_or(word, |(_, value)| value);
        if path.contains('/') && !path.contains("://") && !path.starts_with('-') {
            let path = absolute(folder, path);
            // A file that it reads is none that it writes, but may stand where it writes.
            let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
            let above = path.rsplit_once('/').map_or("/", |(above, _)| above);
            let path = if is_file { above.to_owned() } else { path };
            if path != "/" && !path.is_empty() {
                folders.push(path);
            }
        }
    }
    folders.sort();
    folders.dedup();
    folders
}

fn generates(program: &str, rest: &[&str]) -> bool {
    let name = program.rsplit('/').next().unwrap_or_default();
    let mut words = std::iter::once(&program).chain(rest);
    if words.any(|word| word.ends_with("manage.py")) {
        return words.next().is_none_or(|verb| !OF_DJANGO.contains(verb));
    }
    if name.starts_with("python") {
        return match rest.iter().position(|word| *word == "-m") {
            Some(at) => rest.get(at + 1).is_none_or(|module| !TAME.contains(module)),
            None => rest.iter().any(|word| word.ends_with(".py")),
        };
    }
    if name == "git" {
        let verb = rest.iter().find(|word| !word.starts_with('-'));
        return verb.is_some_and(|verb| matches!(*verb, "clone" | "checkout" | "pull" | "submodule" | "apply"));
    }
    let is_script = program.starts_with("./") || name.ends_with(".sh") || name.ends_with(".py");
    let is_shell = formats::shell::is_shell(program) && !rest.contains(&"-c");
    PROGRAMS.contains(&name) || name.contains("codegen") || name.contains("generate") || is_script || is_shell
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        let commands = formats::shell::commands(text, &Default::default()).unwrap();
        written_to(&commands[0], "/app").join(" ")
    }

    #[test]
    fn folders_are_told() {
        for (text, expected) in [
            (
                "python -m grpc_tools.protoc -I. --python_out=/srv/src a.proto",
                "/app /srv/src",
            ),
            ("protoc --python_out=gen a.proto", "/app"),
            ("make proto", "/app"),
            ("./generate.sh /opt/x", "/app /opt/x"),
            ("tar -xf /tmp/a.tar.gz -C /opt/x", "/opt/x /tmp"),
            ("python -m pip install x", ""),
            ("python -m compileall /app", ""),
            ("python -c 'import nltk'", ""),
            ("python manage.py collectstatic --noinput", ""),
            ("./manage.py compilemessages -l de", ""),
            ("python manage.py generate_models", "/app"),
            ("apt-get install make", ""),
            ("git config --global safe.directory /app", ""),
            ("chmod +x /app/start.sh", ""),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
