//! What a `RUN` does, as far as the rules ask: the commands in it, and what they install.

use super::{
    PathFile,
    copy::Flow,
    files::{Copied, Files, Put, absolute},
    install::{self, By, Install, Setting},
    stage::{Around, State, stage_of},
    system::{self, Change},
    tool::{self, Tool},
};
use crate::{
    evidence::{
        dockerfile::{Arguments, Statement},
        shell::{self, Simple, Variables},
    },
    repo::Located,
    report::{Place, Problem},
};

/// Programs that install, by which a command that is not understood matters.
const INSTALLERS: [&str; 9] = [
    "pip", "poetry", "uv ", "pdm", "conda", "apt-get", "apt ", "apk ", "dnf ",
];
/// Shells in shells: nobody writes more.
const DEEPEST: usize = 8;

/// One text for a shell, and where its parts stand.
struct Script<'a> {
    text: String,
    place: &'a dyn Fn(std::ops::Range<usize>) -> Place,
}

impl State {
    pub(super) fn run(
        &mut self,
        statement: &Statement,
        arguments: &Arguments,
        around: &Around<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let mounted = self.mounts(statement, around, problems);
        let source = &around.dockerfile.source;
        let by_part = |span| statement.part(source, span);
        let as_a_whole = |_| statement.place.clone();
        let mut scripts: Vec<Script<'_>> = Vec::new();
        match arguments {
            Arguments::Text(text) if statement.heredocs.is_empty() => scripts.push(Script {
                text: text.value.clone(),
                place: &by_part,
            }),
            // The heredoc is the script, or what the command before it reads.
            Arguments::Text(text) => {
                let program = text.value.split("<<").next().unwrap_or_default();
                let is_script = program.trim().is_empty() || program.split_whitespace().next().is_some_and(is_shell);
                let behind = text.value.split_whitespace().nth(1);
                let is_read_by_another = behind.is_some_and(|word| !is_shell(word) && !word.starts_with('-'));
                if is_script && !(program.trim().is_empty() && is_read_by_another) {
                    scripts.extend(statement.heredocs.iter().map(|heredoc| Script {
                        text: heredoc.content.clone(),
                        place: &as_a_whole,
                    }));
                }
            }
            Arguments::Exec(words) => {
                let quoted = words
                    .iter()
                    .map(|word| format!("'{}'", word.value.replace('\'', r"'\''")));
                scripts.push(Script {
                    text: quoted.collect::<Vec<_>>().join(" "),
                    place: &as_a_whole,
                });
            }
            Arguments::Words(_) | Arguments::Pairs(_) | Arguments::Trigger(_) => {}
        }
        let mut variables = std::mem::take(&mut self.variables);
        let before = variables.insert("PWD".to_owned(), self.folder().to_owned());
        for script in scripts {
            self.script(&script, &mut variables, &mounted, around, problems, 0);
        }
        match before {
            Some(before) => drop(variables.insert("PWD".to_owned(), before)),
            None => drop(variables.remove("PWD")),
        }
        self.variables = variables;
    }

    fn script(
        &mut self,
        script: &Script<'_>,
        variables: &mut Variables,
        mounted: &[Put],
        around: &Around<'_>,
        problems: &mut Vec<Problem>,
        depth: usize,
    ) {
        let mut visit = |command: &Simple, variables: &Variables| {
            let place = (script.place)(command.span.clone());
            self.execute(command, place, variables, mounted, around, problems, depth);
        };
        let Err(span) = shell::walk(&script.text, variables, &mut visit) else {
            return;
        };
        if INSTALLERS.iter().any(|name| script.text.contains(name)) {
            self.is_unclear = true;
            problems.push(unclear((script.place)(span), "it is no shell text that can be read"));
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a command sees, each once")]
    fn execute(
        &mut self,
        command: &Simple,
        place: Place,
        variables: &Variables,
        mounted: &[Put],
        around: &Around<'_>,
        problems: &mut Vec<Problem>,
        depth: usize,
    ) {
        if let Some((text, is_clear)) = inner_script(command) {
            if !INSTALLERS.iter().any(|name| text.contains(name)) {
                return;
            }
            if depth < DEEPEST && is_clear && !command.is_conditional {
                let script = Script {
                    text: text.to_owned(),
                    place: &|_| place.clone(),
                };
                self.script(&script, &mut variables.clone(), mounted, around, problems, depth + 1);
            } else {
                self.is_unclear = true;
                problems.push(unclear(
                    place,
                    "a part of it has no value that can be told from the file",
                ));
            }
            return;
        }
        if let Some(change) = system::read(command) {
            self.change_system(&change, command.is_conditional, &place, problems);
            return;
        }
        if self.fetch(command, variables, &place) {
            return;
        }
        self.poetry.apply(command);
        self.write_path_file(command, variables, &place);
        let setting = Setting {
            files: &Files {
                root: around.root,
                earlier: around.earlier,
                puts: &self.puts,
                mounted,
            },
            variables,
            environments: &self.environments,
            poetry: &self.poetry,
            place: place.clone(),
        };
        let environment = install::environment_made_by(command, &setting);
        let export = install::export_made_by(command, &setting);
        let uninstalled = install::uninstalled(command, &setting);
        let moved = moved(command, &setting);
        let files = moved.iter().filter_map(|(from, to)| {
            let (path, found) = (to.clone(), setting.files.find(from)?);
            Some(Put::Made { path, found })
        });
        let files: Vec<Put> = files.collect();
        let install = install::read(command, &setting);
        if let Some(path) = environment {
            self.environments.insert(
                path.clone(),
                Located {
                    value: path,
                    place: place.clone(),
                },
            );
        }
        self.puts.extend(files);
        self.flows.extend(moved.into_iter().map(|(source, destination)| Flow {
            from: around.index,
            source,
            destination,
        }));
        match export {
            Some(Ok((path, export))) => self.puts.push(Put::Made {
                path,
                found: super::files::Found::Export(export),
            }),
            Some(Err(why)) => problems.push(unclear(place.clone(), why)),
            None => {}
        }
        if let Some((prefix, names)) = uninstalled {
            let same = self.installs.iter_mut().filter(|install| install.prefix == prefix);
            same.for_each(|install| install.removed.extend(names.iter().cloned()));
        }
        match install {
            Some(Ok(install)) => self.add_install(install, mounted, around),
            Some(Err(why)) => {
                self.is_unclear = true;
                problems.push(unclear(place, why));
            }
            None => {}
        }
    }

    fn add_install(&mut self, install: Install, mounted: &[Put], around: &Around<'_>) {
        if matches!(install.by, By::Poetry | By::Uv) && install.prefix != install::SYSTEM {
            let made = Located {
                value: install.prefix.clone(),
                place: install.place.clone(),
            };
            self.environments.entry(install.prefix.clone()).or_insert(made);
        }
        // What stands in a folder of wheels gets into the environment.
        for folder in &install.wheels {
            self.flows.push(Flow {
                from: around.index,
                source: folder.clone(),
                destination: install.prefix.clone(),
            });
            for put in self.puts.iter().chain(mounted) {
                if let Put::Stage {
                    stage,
                    source,
                    destination,
                } = put
                {
                    let origins = super::files::origins(source, destination, folder).into_iter();
                    self.flows.extend(origins.map(|source| Flow {
                        from: *stage,
                        source,
                        destination: install.prefix.clone(),
                    }));
                }
            }
        }
        self.installs.push(install);
    }

    fn change_system(&mut self, change: &Change<'_>, is_conditional: bool, place: &Place, problems: &mut Vec<Problem>) {
        match change {
            Change::Add { packages, group } => {
                if is_conditional && !packages.is_empty() {
                    problems.push(unclear(place.clone(), "whether it runs depends on a condition"));
                    return;
                }
                for word in packages {
                    if !word.is_clear {
                        let why = "a package name has no value that can be told from the file";
                        problems.push(unclear(place.clone(), why));
                        continue;
                    }
                    self.removed.retain(|name| *name != system::name(&word.text));
                    self.system.push(Located {
                        value: word.text.clone(),
                        place: place.clone(),
                    });
                    if let Some(group) = group {
                        let members = self.groups.entry((*group).to_owned()).or_default();
                        members.push(system::name(&word.text).to_owned());
                    }
                }
            }
            Change::Remove(packages) if !is_conditional => {
                for word in packages {
                    match self.groups.remove(&word.text) {
                        Some(members) => self.removed.extend(members),
                        None => self.removed.push(system::name(&word.text).to_owned()),
                    }
                }
            }
            Change::Remove(_) => {}
        }
    }

    /// Whether the command runs an installer from the web.
    fn fetch(&mut self, command: &Simple, variables: &Variables, place: &Place) -> bool {
        // `curl -o install.py https://…`
        let words = || command.words.iter().map(|word| word.text.as_str());
        if matches!(words().next(), Some("curl" | "wget"))
            && let Some(script) = words().find_map(tool::Script::at)
            && let Some(file) = words()
                .skip_while(|word| !word.starts_with('-') || !word.ends_with(['o', 'O']))
                .nth(1)
        {
            let folder = variables.get("PWD").map_or("/", String::as_str);
            self.scripts.insert(absolute(folder, file), script);
        }
        let folder = variables.get("PWD").map_or("/", String::as_str);
        let scripts = &self.scripts;
        let Some(fetched) = tool::fetched(command, variables, |path| scripts.get(&absolute(folder, path)).cloned())
        else {
            return false;
        };
        let puts: &[Put] = &[];
        let setting = Setting {
            files: &Files {
                root: std::path::Path::new(""),
                earlier: &[],
                puts,
                mounted: puts,
            },
            variables,
            environments: &self.environments,
            poetry: &self.poetry,
            place: place.clone(),
        };
        let mut install = Install::new(By::Pip, &setting);
        install.packages.push(match fetched.version {
            Some(version) => format!("{}=={version}", fetched.name),
            None => fetched.name.to_owned(),
        });
        install.prefix = fetched.path.clone();
        self.tools.push(Tool {
            name: fetched.name,
            path: fetched.path,
            place: place.clone(),
        });
        self.installs.push(install);
        true
    }

    /// `echo /app/src > …/site-packages/app.pth`
    fn write_path_file(&mut self, command: &Simple, variables: &Variables, place: &Place) {
        let Some(output) = command.output.as_ref().filter(|output| output.text.ends_with(".pth")) else {
            return;
        };
        let folder = variables.get("PWD").map_or("/", String::as_str);
        let words = command.words.iter().skip(1).filter(|word| !word.text.starts_with('-'));
        let lines = words.flat_map(|word| word.text.split("\\n").flat_map(str::lines));
        self.path_files.push(PathFile {
            path: absolute(folder, &output.text),
            entries: lines.filter(|line| line.starts_with('/')).map(str::to_owned).collect(),
            place: place.clone(),
        });
    }

    /// The bind mounts of a step: files of the context, and other stages.
    fn mounts(&mut self, statement: &Statement, around: &Around<'_>, problems: &mut Vec<Problem>) -> Vec<Put> {
        let mut mounted = Vec::new();
        for mount in statement.flag("mount") {
            let option = |names: &[&str]| {
                let mut options = mount.value.split(',').filter_map(|option| option.split_once('='));
                options.find(|(name, _)| names.contains(name)).map(|(_, value)| value)
            };
            if option(&["type"]).is_some_and(|kind| kind != "bind") {
                continue;
            }
            let source = option(&["source", "src", "from-path"]).unwrap_or("");
            let target = absolute(self.folder(), option(&["target", "dst", "destination"]).unwrap_or("/"));
            match option(&["from"]) {
                Some(from) => {
                    let reference = Located {
                        value: from.to_owned(),
                        place: mount.place.clone(),
                    };
                    match stage_of(&reference, around, problems) {
                        Some(stage) => {
                            self.mounted_from.push(stage);
                            mounted.push(Put::Stage {
                                stage,
                                source: absolute("/", source),
                                destination: target,
                            });
                        }
                        None => self.images.push(reference),
                    }
                }
                None => {
                    let copied = Copied {
                        source: around.context.find(around.root, source),
                        destination: target,
                        excluded: Vec::new(),
                        context: around.context.clone(),
                        place: mount.place.clone(),
                    };
                    self.mounted.push(copied.clone());
                    mounted.push(Put::Context(copied));
                }
            }
        }
        mounted
    }
}

/// What `cp` and `mv` bring from where to where.
fn moved(command: &Simple, setting: &Setting<'_>) -> Vec<(String, String)> {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let Some((program, rest)) = words.split_first() else {
        return Vec::new();
    };
    if !matches!(*program, "cp" | "mv" | "install") || command.is_conditional {
        return Vec::new();
    }
    let operands: Vec<&str> = rest.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let Some((to, sources)) = operands.split_last() else {
        return Vec::new();
    };
    let is_folder = to.ends_with('/') || *to == "." || sources.len() > 1;
    let moved = sources.iter().filter_map(|from| {
        let (from, to) = (setting.absolute(from)?, setting.absolute(to)?);
        let name = from.rsplit('/').next().unwrap_or_default();
        let to = if is_folder { absolute(&to, name) } else { to };
        Some((from, to))
    });
    moved.collect()
}

/// The text of `sh -c TEXT`, and whether it is known.
fn inner_script(command: &Simple) -> Option<(&str, bool)> {
    let (first, rest) = command.words.split_first()?;
    if !is_shell(&first.text) {
        return None;
    }
    let flag = rest
        .iter()
        .position(|word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c'))?;
    rest.get(flag + 1).map(|word| (word.text.as_str(), word.is_clear))
}

fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("sh" | "bash" | "dash" | "ash" | "zsh"))
}

fn unclear(place: Place, why: &str) -> Problem {
    Problem::warning(format!("cannot tell what this command installs: {why}")).at(place)
}
