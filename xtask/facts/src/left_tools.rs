//! Tools for builds that are left in an image.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::Place;
use evidence::{
    built::{At, Built},
    image::{Image, Reach},
};
use formats::PackageName;

use crate::{
    Subject, Twin, Twins,
    build_tools::{PYTHON, SYSTEM, is_system_tool, is_tool},
    together::{by_place, inside},
    twins::Producer,
};

/// What one command brings.
pub struct Tools {
    /// The tools.
    pub names: Vec<String>,
    /// The command, or where the image is.
    pub place: Place,
}

impl Tools {
    fn alone(name: &str, place: &Place) -> Self {
        Self {
            names: vec![name.to_owned()],
            place: place.clone(),
        }
    }
}

impl Twins<'_> {
    /// The tools in one of them that its service is not declared to need when it runs.
    pub fn tools(&self, twin: &Twin<'_>) -> Vec<Tools> {
        match (twin.of, self.subject) {
            (Producer::File(image), Some(subject)) => of_steps(subject, image),
            (Producer::File(_), None) => Vec::new(),
            (Producer::Built(built), _) => {
                let names = self.in_built(built).into_iter();
                names.map(|name| Tools::alone(name, &twin.place)).collect()
            }
        }
    }

    fn in_built<'b>(&self, built: &'b Built) -> BTreeSet<&'b str> {
        let wanted = self.pair().and_then(|pair| pair.pins(built, false)).unwrap_or_default();
        // Python's own installation brings setuptools; an environment has it from somebody.
        let has_own = built.interpreter.as_ref().is_some_and(|python| !python.is_environment);
        let packages = built.distributions.keys().filter(|name| !wanted.contains_key(*name));
        let packages = packages
            .map(PackageName::as_str)
            .filter(|name| is_tool(name) && !(*name == "setuptools" && has_own));
        let runtime = self
            .subject
            .map_or(&[][..], |subject| &subject.service.settings.system_packages.runtime);
        let allowed = built.system.with_needs(runtime);
        let system = built.system.packages.keys().map(String::as_str);
        let system = system.filter(|name| is_system_tool(name) && !allowed.contains(name));
        let mut names: BTreeSet<&str> = packages.chain(system).collect();
        // A program that was copied in is in no database, and may be in a folder that PATH does not have.
        let programs: BTreeSet<&'static str> = PYTHON
            .iter()
            .chain(&SYSTEM)
            .copied()
            .filter(|name| *name != "build" && !allowed.contains(name))
            .collect();
        names.extend(programs.iter().filter(|name| built.program(name).is_some()));
        let files = built.files.entries();
        let files = files.filter(|(_, at, meta)| *at == At::File && meta.mode & 0o111 != 0);
        names.extend(files.filter_map(|(path, _, _)| {
            let (folder, name) = path.rsplit_once('/')?;
            (folder.ends_with("/bin") && programs.contains(name)).then_some(name)
        }));
        names
    }
}

fn of_steps(subject: &Subject<'_>, image: &Image) -> Vec<Tools> {
    let mut found = Vec::new();
    for install in Subject::installs_in(image) {
        let named = install.packages.iter().filter_map(|package| named(package));
        let named = named.map(|name| (name, &install.place));
        let files = install
            .files
            .iter()
            .filter_map(|file| subject.requirements.get(file.path.as_ref()?));
        let listed = files
            .flat_map(|file| &file.entries)
            .filter(|entry| !is_locked(subject, &entry.name.value));
        let listed = listed.map(|entry| (entry.name.value.clone(), &entry.name.place));
        let tools = named.chain(listed);
        let tools = tools.filter(|(name, _)| PYTHON.contains(&name.as_str()) && !install.removed.contains(name));
        found.extend(tools.map(|(name, place)| Tools::alone(name.as_str(), place)));
    }
    // Where such a tool is fetched from the web, its install is known, too.
    let stays = image.tools.iter().filter(|tool| tool.reach <= Reach::Copied);
    // A stage may hand on what another one brought: that is one tool, and the last place is that of the image.
    let stays: BTreeMap<&str, &Place> = stays.map(|found| (found.what.name, &found.what.place)).collect();
    found.extend(stays.into_iter().map(|(name, place)| Tools::alone(name, place)));
    let declared = &subject.service.settings.system_packages.runtime;
    let tools = inside(&image.system);
    let tools = tools.filter(|package| is_system_tool(&package.value) && !declared.contains(&package.value));
    let tools = by_place(tools.map(|package| (package.value.as_str(), &package.place)));
    found.extend(tools.into_iter().map(|(names, place)| Tools {
        names: names.into_iter().map(str::to_owned).collect(),
        place: place.clone(),
    }));
    found
}

/// What is named by its name: no path and no address.
fn named(package: &str) -> Option<PackageName> {
    let end = package.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
    PackageName::parse(&package[..end.unwrap_or(package.len())])
}

/// A service may need at run time what is a tool for others.
fn is_locked(subject: &Subject<'_>, name: &PackageName) -> bool {
    subject
        .lock()
        .is_some_and(|lock| lock.packages.iter().any(|package| package.name == *name))
}
