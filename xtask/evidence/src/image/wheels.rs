//! What installs and builds put into the tree: wheels of local packages, and what was asked for of others.

use std::sync::Arc;

use ::image::{Entry, Origin, Requested, Wheel, site_packages};

use super::{
    disk::Disk,
    install::{By, Destination, Install, Own, is_path},
    stage::{StageContext, State},
    tree::matching,
};
use diagnostics::Place;
use formats::{
    PackageName, absolute,
    shell::{Simple, Variables},
};
use repo::Root;

impl State {
    /// A virtual environment that a command makes.
    pub(super) fn lay_environment(&mut self, path: &str, command: &Simple, managed: Option<&str>, place: &Place) {
        let sees_system = command.words.iter().any(|word| word.text == "--system-site-packages");
        let entry = Entry::new(Origin::Environment { sees_system }, place.clone());
        self.change(|tree| tree.put(path, entry.clone()));
        self.lay_python(path, managed, place);
    }

    /// The Python of an environment. Without a copy, it leads to the one that it was made from.
    fn lay_python(&mut self, path: &str, managed: Option<&str>, place: &Place) {
        let made = Entry::new(Origin::Written(None), place.clone());
        let interpreter = managed.map(|folder| absolute(folder, "bin/python"));
        let python = match &interpreter {
            Some(interpreter) => Entry::new(Origin::Link(interpreter.clone()), place.clone()),
            None => made.clone(),
        };
        self.change(|tree| {
            for name in ["python", "python3"] {
                tree.put(&absolute(path, &format!("bin/{name}")), python.clone());
            }
            if let Some(interpreter) = &interpreter {
                tree.put(interpreter, made.clone());
            }
        });
    }

    /// What an install brings, into the folder that it brings it to.
    pub(super) fn lay_install(&mut self, install: &Install, context: &StageContext<'_>) {
        let root = context.root;
        let folder = match install.into {
            Destination::Environment => site_packages(&install.prefix),
            Destination::Folder | Destination::Wheels => install.prefix.clone(),
            Destination::Elsewhere => return,
        };
        let mut entries: Vec<Origin> = Vec::new();
        let mut asked = Requested {
            lock: install.lock.as_ref().map(|path| path.as_str().to_owned()),
            ..Requested::default()
        };
        asked.files.extend(install.files.iter().map(|file| match &file.path {
            Some(path) => path.as_str().to_owned(),
            None => file.written.clone(),
        }));
        match install.by {
            By::Pip => self.of_pip(install, root, &mut entries, &mut asked),
            By::Poetry | By::Uv | By::Pipenv | By::Pdm | By::Resolver => {
                if let Some(folders) = &install.folders {
                    entries.extend(self.of_lock(install, folders, context));
                }
                let is_known = install.by != By::Poetry && install.folders.is_some();
                if !is_known
                    && let (Some(at), Own::Copied | Own::Editable) = (&install.folder, install.own)
                    && let Some(wheel) = self.wheel(at, &install.place, root)
                {
                    entries.push(match install.own {
                        Own::Editable => Origin::Editable(wheel),
                        Own::Copied | Own::LeftOut => Origin::Installed(wheel),
                    });
                }
            }
        }
        // What stands there are links; what they lead to, the cache has.
        if let Some(cache) = install.links_to.as_ref().filter(|_| !install.is_link_lost) {
            let entry = Entry::new(Origin::Distributions(Arc::new(asked.clone())), install.place.clone());
            self.change(|tree| tree.put(cache, entry.clone()));
        }
        if install.by == By::Resolver {
            // It may install anything that is declared.
            self.doubt(&folder, "what a resolver installs", &install.place);
        }
        let is_open = |origin: &Origin| matches!(origin, Origin::Distributions(_) | Origin::Unknown(_));
        let is_of_others = asked != Requested::default()
            || install.by != By::Pip
            || entries.iter().any(is_open)
            || (entries.is_empty() && !install.wheels.is_empty());
        // Programs come along.
        if is_of_others && install.into == Destination::Environment {
            let entry = Entry::new(Origin::Distributions(Arc::new(asked.clone())), install.place.clone());
            let programs = absolute(&install.prefix, "bin");
            self.change(|tree| tree.put(&programs, entry.clone()));
        }
        if asked != Requested::default() {
            entries.insert(0, Origin::Distributions(Arc::new(asked)));
        }
        let built = entries.iter().filter_map(|origin| match origin {
            Origin::Installed(wheel) | Origin::Editable(wheel) => Some(wheel.clone()),
            _ => None,
        });
        self.built.extend(built);
        if let Some(managed) = &install.managed {
            let entry = Entry::new(Origin::Environment { sees_system: false }, install.place.clone());
            if self.seen().entries(&install.prefix).is_empty() {
                self.change(|tree| tree.put(&install.prefix, entry.clone()));
            }
            self.lay_python(&install.prefix, Some(managed), &install.place);
        }
        // It takes out what it was not asked for.
        if install.by == By::Uv && install.is_exact && install.folders.is_some() {
            self.change(|tree| tree.remove(&folder));
        }
        for origin in entries {
            let path = match &origin {
                Origin::Archive(wheel) => absolute(&folder, &file_name(wheel)),
                _ => folder.clone(),
            };
            let entry = Entry::new(origin, install.place.clone());
            self.change(|tree| tree.put(&path, entry.clone()));
        }
    }

    fn of_pip(&mut self, install: &Install, root: &Root, entries: &mut Vec<Origin>, asked: &mut Requested) {
        let brought = |wheel: Arc<Wheel>, is_editable: bool| match install.into {
            Destination::Wheels => Origin::Archive(wheel),
            _ if is_editable => Origin::Editable(wheel),
            _ => Origin::Installed(wheel),
        };
        for local in &install.local {
            match self.wheel(&local.path, &install.place, root) {
                Some(wheel) => entries.push(brought(wheel, local.is_editable)),
                None => entries.push(Origin::Unknown(format!("what is built in {}", local.path))),
            }
            // What it needs is taken from an index, or from its own paths.
            if !install.is_alone {
                entries.insert(0, Origin::Unknown(format!("what {} needs", local.path)));
            }
        }
        let named = |word: &String| !is_path(word) && !word.ends_with(".whl");
        let links = install.wheels.iter();
        let archives: Vec<(bool, Arc<Wheel>)> = links
            .flat_map(|pattern| {
                let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
                let is_meant = install.packages.iter().any(|word| word.ends_with(name) && !named(word));
                let found = self.archives(folder, name, root);
                found.into_iter().map(move |wheel| (is_meant, wheel))
            })
            .collect();
        for (_, wheel) in archives.iter().filter(|(is_meant, _)| *is_meant) {
            entries.push(brought(wheel.clone(), false));
            if !install.is_alone && !install.is_offline {
                entries.insert(
                    0,
                    Origin::Unknown(format!("what the wheel of `{}` needs", wheel.project)),
                );
            }
        }
        for word in install.packages.iter().filter(|word| named(word)) {
            let name = word
                .split(['[', ';', '=', '<', '>', '~', '!', ' ', '@'])
                .next()
                .unwrap_or_default();
            let name = PackageName::parse(name);
            let archive = archives
                .iter()
                .find(|(_, wheel)| name.as_ref().is_some_and(|name| wheel.is_of(name)));
            match archive {
                Some((_, wheel)) => entries.push(brought(wheel.clone(), false)),
                None => asked.names.push(word.clone()),
            }
        }
        // Names in requirement files may be of wheels that lie there.
        for file in &install.files {
            let text = file.path.as_ref().and_then(|path| root.text(path));
            let text = text.unwrap_or_default();
            for (is_meant, wheel) in &archives {
                let is_named = |line: &str| {
                    let name = line.split(['[', ';', '=', '<', '>', '~', '!', ' ', '@', '\\']).next();
                    name.and_then(PackageName::parse).is_some_and(|name| wheel.is_of(&name))
                };
                if !is_meant && text.lines().any(is_named) {
                    entries.push(brought(wheel.clone(), false));
                }
            }
        }
        // A folder of wheels that was filled from an index or that cannot be told may hold anything.
        for pattern in &install.wheels {
            let folder = pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
            for entry in self.seen().entries(folder) {
                if let Origin::Unknown(_) | Origin::Distributions(_) = &entry.origin {
                    entries.insert(0, entry.origin.clone());
                }
            }
        }
    }

    fn wheel(&self, folder: &str, place: &Place, root: &Root) -> Option<Arc<Wheel>> {
        Wheel::of(self.seen(), folder, place.clone(), &Disk(root)).map(Arc::new)
    }

    /// Wheels of local packages in a folder, by a pattern of names or by the name of one whose version is spelt out.
    pub(super) fn archives(&self, folder: &str, pattern: &str, root: &Root) -> Vec<Arc<Wheel>> {
        let is_spelt = !pattern.contains(['*', '?', '[']);
        let named = PackageName::parse(pattern.split('-').next().unwrap_or_default());
        let found = matching(self.seen(), folder, if is_spelt { "*.whl" } else { pattern }, root);
        found
            .into_iter()
            .filter_map(|(_, entry)| match &entry.origin {
                Origin::Archive(wheel) => Some(wheel.clone()),
                _ => None,
            })
            .filter(|wheel| !is_spelt || wheel.name == named)
            .collect()
    }

    /// Commands that build a wheel and install nothing.
    pub(super) fn lay_build(&mut self, command: &Simple, variables: &Variables, place: &Place, root: &Root) {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let folder = variables.get("PWD").map_or("/", String::as_str);
        let Some((source, target)) = built(&words) else { return };
        let source = absolute(folder, source.unwrap_or("."));
        let target = match target {
            Some(target) => absolute(folder, target),
            None => absolute(&source, "dist"),
        };
        if command.is_conditional {
            return self.doubt(&target, "whether a wheel is built depends on a condition", place);
        }
        match self.wheel(&source, place, root) {
            Some(wheel) => {
                let path = absolute(&target, &file_name(&wheel));
                self.built.push(wheel.clone());
                let entry = Entry::new(Origin::Archive(wheel), place.clone());
                self.change(|tree| tree.put(&path, entry.clone()));
            }
            None => self.doubt(&target, "a wheel of something that is not in the repository", place),
        }
    }
}

/// Its version is of no interest here, and often not known before it is built.
fn file_name(wheel: &Wheel) -> String {
    let name = wheel
        .name
        .as_ref()
        .map_or_else(|| "unknown".to_owned(), |name| name.as_str().replace('-', "_"));
    format!("{name}-0-py3-none-any.whl")
}

/// The folder that a command makes a wheel of, and the folder that it puts it into. `None` where it makes none.
fn built<'a>(words: &[&'a str]) -> Option<(Option<&'a str>, Option<&'a str>)> {
    let (program, rest) = words.split_first()?;
    let program = program.rsplit('/').next()?;
    let is_python = program.starts_with("python");
    let is_manager = matches!(program, "uv" | "poetry" | "hatch" | "flit" | "pdm" | "maturin");
    let (home, rest) = if is_manager { started_in(rest) } else { (None, rest) };
    let rest = match (is_python, rest) {
        (true, ["-m", "build", rest @ ..]) => rest,
        // `import poetry.core.masonry.api as backend; backend.build_wheel("/wheels")`
        (true, _) => {
            let code = rest.iter().find(|word| word.contains("build_wheel("))?;
            let (_, call) = code.split_once("build_wheel(")?;
            let quote = call.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            return Some((None, call[1..].split(quote).next()));
        }
        (false, ["build", rest @ ..]) if is_manager => rest,
        (false, rest) if program == "pyproject-build" => rest,
        (false, _) => return None,
    };
    // Options that are followed by a value: the folder that it goes to, or something else.
    const INTO: [&str; 6] = ["-o", "--outdir", "--out-dir", "--output", "-d", "--dest"];
    const OTHERS: [&str; 8] = [
        "-f",
        "--format",
        "-t",
        "--target",
        "-C",
        "--config-setting",
        "--package",
        "--python",
    ];
    let (mut source, mut target) = (home, None);
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        if let Some((_, value)) = word.split_once('=').filter(|(name, _)| INTO.contains(name)) {
            target = Some(value);
        } else if INTO.contains(word) {
            target = words.next().copied();
        } else if OTHERS.contains(word) {
            words.next();
        } else if !word.starts_with('-') {
            source = source.or(Some(*word));
        }
    }
    Some((source, target))
}

/// The folder of the project that precedes the verb of a manager, and what is behind: `poetry --directory libs/core build`.
fn started_in<'a, 'b>(mut rest: &'b [&'a str]) -> (Option<&'a str>, &'b [&'a str]) {
    const FOLDERS: [&str; 5] = ["-C", "--directory", "-P", "-p", "--project"];
    let mut home = None;
    while let Some((word, behind)) = rest.split_first().filter(|(word, _)| word.starts_with('-')) {
        rest = behind;
        if let Some((_, value)) = word.split_once('=').filter(|(name, _)| FOLDERS.contains(name)) {
            home = Some(value);
        } else if FOLDERS.contains(word)
            && let Some((value, behind)) = rest.split_first()
        {
            home = Some(*value);
            rest = behind;
        }
    }
    (home, rest)
}

#[cfg(test)]
mod tests {
    use super::built;

    #[test]
    fn commands_that_build_a_wheel_are_told() {
        for (text, expected) in [
            (
                "python -m build --wheel --outdir /w libs/core",
                Some((Some("libs/core"), Some("/w"))),
            ),
            ("uv build --wheel -o /w", Some((None, Some("/w")))),
            (
                "uv --quiet build --out-dir=/w libs/core",
                Some((Some("libs/core"), Some("/w"))),
            ),
            (
                "/opt/poetry/bin/poetry --directory /a build --format wheel --output /w",
                Some((Some("/a"), Some("/w"))),
            ),
            ("poetry -C=/a build -f wheel", Some((Some("/a"), None))),
            ("hatch build -t wheel", Some((None, None))),
            ("docker build .", None),
            ("poetry install", None),
            ("python -c x", None),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(built(&words), expected, "{text}");
        }
        let code = "import flit_core.buildapi as backend; backend.build_wheel('/w')";
        assert_eq!(built(&["python3.13", "-c", code]), Some((None, Some("/w"))));
    }
}
