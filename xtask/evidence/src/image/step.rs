//! What one command of a `RUN` changes in its stage.

use super::{
    PathFile,
    copy::Flow,
    disk::Disk,
    files::{self, Files, Layer},
    install::{self, By, Install, Setting, environment},
    installers,
    run::unclear,
    stage::{StageContext, State},
    system::{self, Change},
    tool::{self, Tool},
};
use ::image::Found;
use diagnostics::{Located, Place, Problem};
use formats::absolute;
use formats::shell::{Simple, Variables};
use repo::RepoPath;
use repo::Root;

impl State {
    pub(super) fn execute(
        &mut self,
        command: &Simple,
        place: Place,
        variables: &Variables,
        mounted: &[Layer],
        context: &StageContext<'_>,
        problems: &mut Vec<Problem>,
    ) {
        self.note(command, variables, &place);
        self.note_edits(command, variables, &place);
        self.refuse(command, variables, &place, context.root);
        if let Some(change) = system::read(command) {
            self.note_unheeded(
                matches!(&change, Change::Add { packages, .. } if !packages.is_empty()),
                &place,
            );
            self.change_system(&change, command.is_conditional, &place, problems);
            return;
        }
        self.note_users(command);
        self.note_pythons(command);
        self.change_rights(command, variables, &place);
        if self.fetch(command, variables, &place) {
            return;
        }
        self.poetry.apply(command);
        self.write_path_file(command, variables, &place);
        let setting = Setting {
            files: &Files {
                root: context.root,
                earlier: context.earlier,
                layers: &self.layers,
                mounted,
            },
            variables,
            environments: &self.environments,
            folders: &self.folders,
            poetry: &self.poetry,
            place: place.clone(),
        };
        let mut absent_python = None;
        let folders = made(command, &setting);
        let environment = install::environment_made_by(command, &setting);
        let asked = self.absent_python(command, &setting);
        let managed = match &asked {
            Some(asked) if asked.may_download => Some(environment::interpreters(&setting)),
            Some(_) | None => install::managed_by(command, &setting),
        };
        if let Some(asked) = asked.filter(|asked| !asked.may_download) {
            absent_python = Some(asked.noted(&self.base, &place));
        }
        let export = install::export_made_by(command, &setting);
        let uninstalled = install::uninstalled(command, &setting);
        let makefile = unfollowed(command, &setting);
        let moved = moved(command, &setting);
        let files = moved.iter().filter_map(|(from, to)| {
            let (path, found) = (to.clone(), setting.files.find(from)?);
            Some(Layer::Made { path, found })
        });
        let files: Vec<Layer> = files.collect();
        let install = install::read(command, &setting);
        let resolves = command.is_fallback && install::resolves(command, &setting);
        self.absent_pythons.extend(absent_python);
        self.note_unheeded(install.is_some(), &place);
        self.change_files(command, variables, &place, context.root);
        self.install_javascript(command, variables, &place, context.root);
        self.lay_build(command, variables, &place, context.root);
        self.lay_metadata(command, &place, context.root);
        self.folders.extend(folders);
        if let Some(path) = environment {
            self.lay_environment(&path, command, managed.as_deref(), &place);
            // The first command makes it, and others fill it.
            self.environments.entry(path.clone()).or_insert_with(|| Located {
                value: path,
                place: place.clone(),
            });
        }
        self.layers.extend(files);
        self.flows.extend(moved.into_iter().map(|(source, destination)| Flow {
            from: context.index,
            source,
            destination,
        }));
        match export {
            Some(Ok((path, export))) => self.layers.push(Layer::Made {
                path,
                found: files::Found::Export(export),
            }),
            Some(Err(why)) => problems.push(unclear(place.clone(), why)),
            None => {}
        }
        if let Some((prefix, names)) = uninstalled {
            let same = self.installs.iter_mut().filter(|install| install.prefix == prefix);
            same.for_each(|install| install.removed.extend(names.iter().cloned()));
            for name in &names {
                let path = format!("{}/{}", ::image::site_packages(&prefix), name.module());
                self.change(|tree| tree.remove_by(&path, &place));
            }
        }
        if let Some(makefile) = makefile {
            self.unfollowed(&makefile, place.clone(), problems);
        }
        match install {
            Some(Ok(mut install)) => {
                let disk = Disk(context.root);
                for file in install.files.iter_mut().chain(&mut install.constraints) {
                    let is_known = file.path.is_some() || file.export.is_some();
                    let at = file.at.as_deref().filter(|_| !is_known);
                    file.is_absent = at.is_some_and(|at| matches!(self.seen().find(at, &disk), Found::Nothing));
                }
                self.refuse_install(&install, context.root);
                install.is_link_lost = install.links_to.as_deref().is_some_and(|cache| self.is_overlaid(cache));
                install.folders = Self::folders_of(&install, context);
                self.lay_install(&install, context);
                self.add_install(install, mounted, context);
            }
            Some(Err(_)) if command.is_fallback && !self.installs.is_empty() => self.note_fallback(resolves, place),
            Some(Err(why)) => {
                self.is_unclear = true;
                // That a COPY of the manifest brings nothing is said of the COPY.
                let folder = variables.get("PWD").map_or("/", String::as_str);
                let manifest = match why {
                    install::NO_PROJECT => Some("pyproject.toml"),
                    install::NO_PIPFILE => Some("Pipfile"),
                    _ => None,
                };
                let manifest = manifest.map(|name| absolute(folder, name));
                let lacks = |layer: &Layer| match (layer, &manifest) {
                    (Layer::Context(copied), Some(manifest)) => copied.is_unmet() && copied.is_for(manifest),
                    (_, _) => false,
                };
                if !self.layers.iter().chain(mounted).any(lacks) {
                    problems.push(unclear(place, why));
                }
            }
            None => {}
        }
    }

    /// Notes an install whose failure nobody sees.
    fn note_unheeded(&mut self, is_install: bool, place: &Place) {
        if is_install && self.is_unheeded {
            self.unheeded.push(place.clone());
        }
    }

    pub(super) fn unfollowed(&mut self, path: &RepoPath, place: Place, problems: &mut Vec<Problem>) {
        self.is_unclear = true;
        let why = format!("it runs `{path}`, which is not followed");
        let remedy = "install in the Dockerfile itself, or by a script of plain commands, which is followed";
        problems.push(unclear(place, &why).remedy(remedy));
    }

    fn add_install(&mut self, install: Install, mounted: &[Layer], context: &StageContext<'_>) {
        let is_environment = install.prefix != install::SYSTEM && !install.prefix.ends_with(install::PACKAGES);
        if install.by.manager().is_some() && is_environment {
            let made = Located {
                value: install.prefix.clone(),
                place: install.place.clone(),
            };
            self.environments.entry(install.prefix.clone()).or_insert(made);
        }
        if install.is_exact {
            let is_undone = |other: &Install| {
                // What has no lock keeps to files, and takes out all that these do not list.
                let is_of_same_lock = match install.by {
                    By::Pip => other.by == By::Pip && other.into == install.into,
                    by => other.by == by && other.lock.is_some() && other.lock == install.lock,
                };
                is_of_same_lock && other.prefix == install.prefix
            };
            self.installs.retain(|other| !is_undone(other));
        }
        // What is in a folder of wheels gets into the environment.
        for folder in &install.wheels {
            self.flows.push(Flow {
                from: context.index,
                source: folder.clone(),
                destination: install.prefix.clone(),
            });
            for layer in self.layers.iter().chain(mounted) {
                if let Layer::Stage {
                    stage,
                    source,
                    destination,
                } = layer
                {
                    let origins = files::origins(source, destination, folder).into_iter();
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

    /// `uv sync --frozen || uv sync`: what is installed is what the first one installs, as long as it works.
    fn note_fallback(&mut self, resolves: bool, place: Place) {
        if let Some(install) = self.installs.last_mut().filter(|_| resolves) {
            install.falls_back.get_or_insert(place);
        }
    }

    fn change_system(&mut self, change: &Change<'_>, is_conditional: bool, place: &Place, problems: &mut Vec<Problem>) {
        match change {
            Change::Add {
                packages,
                group,
                release,
            } => {
                if is_conditional && !packages.is_empty() {
                    problems.push(unclear(place.clone(), "whether it runs depends on a condition"));
                    return;
                }
                let named = packages.iter().map(|word| system::name(&word.text).to_owned());
                self.names.extend(named);
                for word in packages {
                    if !word.is_clear {
                        let why = "a package name has no value that can be told from the file";
                        problems.push(unclear(place.clone(), why));
                        continue;
                    }
                    self.removed.retain(|name| *name != system::name(&word.text));
                    self.system.push(Located {
                        // As apt itself writes it: `git/trixie-backports`.
                        value: release.map_or_else(|| word.text.clone(), |release| format!("{}/{release}", word.text)),
                        place: place.clone(),
                    });
                    if let Some(group) = group {
                        let members = self.groups.entry((*group).to_owned()).or_default();
                        members.push(system::name(&word.text).to_owned());
                    }
                }
            }
            Change::Upgrade => self.upgraded.push(place.clone()),
            Change::Remove(packages) if !is_conditional => {
                for word in packages {
                    self.taken.push(Located {
                        value: system::name(&word.text).to_owned(),
                        place: place.clone(),
                    });
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
        let layers: &[Layer] = &[];
        // What is fetched comes from no file of the repository.
        let nowhere = Root::new("");
        let setting = Setting {
            files: &Files {
                root: &nowhere,
                earlier: &[],
                layers,
                mounted: layers,
            },
            variables,
            environments: &self.environments,
            folders: &self.folders,
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
}

/// The folders of `mkdir`.
fn made(command: &Simple, setting: &Setting<'_>) -> Vec<String> {
    let mut words = command.words.iter().map(|word| word.text.as_str());
    if words.next() != Some("mkdir") {
        return Vec::new();
    }
    let folders = words.filter(|word| !word.starts_with('-'));
    folders.filter_map(|folder| setting.absolute(folder)).collect()
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

/// A Makefile of the repository that a command runs, and that speaks of an installer.
fn unfollowed(command: &Simple, setting: &Setting<'_>) -> Option<RepoPath> {
    let program = command.words.first()?;
    if program.text.rsplit('/').next()? != "make" {
        return None;
    }
    let path = setting.files.file(&setting.absolute("Makefile")?)?;
    let text = setting.files.root.text(&path)?;
    installers::installs(&text).then_some(path)
}
