//! A monorepo of any number of services, made of those of this one: to see how the time grows.

#![expect(clippy::disallowed_methods, reason = "a scratch folder of the measurement's own")]

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use repo::Root;
use walkdir::{DirEntry, WalkDir};

use diagnostics::{Place, Problem};
use repo::{Repo, RepoPath, Service};

/// Makes it in an empty folder. Each service is a copy of one of ours, in turn, under a name of its own.
pub fn make(repo: &Repo, to: &Path, services: usize) -> Result<(), Problem> {
    let write = |from: &RepoPath, path: &RepoPath, text: &[u8]| {
        write(&from.under(&repo.root), &path.under(to), text).map_err(|error| {
            Problem::error(format!("cannot make a monorepo to measure: {error}")).at(Place::File(path.to_string()))
        })
    };
    let settings = repo.settings.home.file();
    write(&settings, &settings, &read(&repo.root, &settings)?)?;
    if let Some(test) = &repo.settings.application_test {
        write(
            &test.script.value,
            &test.script.value,
            &read(&repo.root, &test.script.value)?,
        )?;
    }
    let pages = repo.settings.frontend.iter().map(|frontend| &frontend.folder.value);
    let libs = repo.libs.iter().map(|lib| &lib.dir);
    let shared = libs.chain([&repo.settings.tools.value]).chain(pages);
    for dir in shared {
        for path in files(&repo.root, dir) {
            write(&path, &path, &read(&repo.root, &path)?)?;
        }
    }
    for (number, service) in repo.services.iter().cycle().take(services).enumerate() {
        let copy = Copy {
            service,
            // The first of each keeps its name: others may know it.
            suffix: if number < repo.services.len() {
                None
            } else {
                Some(number)
            },
        };
        for from in files(&repo.root, &service.package.dir) {
            let text = read(&repo.root, &from)?;
            let path = RepoPath::parse(&copy.renamed(from.as_str())).unwrap_or_else(|| from.clone());
            match String::from_utf8(text) {
                Ok(text) => write(&from, &path, copy.renamed(&text).as_bytes())?,
                Err(bytes) => write(&from, &path, bytes.as_bytes())?,
            }
        }
    }
    Ok(())
}

/// A service under another name.
struct Copy<'a> {
    service: &'a Service,
    suffix: Option<usize>,
}

impl Copy<'_> {
    fn renamed(&self, text: &str) -> String {
        let Some(number) = self.suffix else {
            return text.to_owned();
        };
        let name = &self.service.package.name;
        let (dashed, module) = (name.as_str(), name.module());
        let text = text.replace(dashed, &format!("{dashed}-{number}"));
        if module == dashed {
            text
        } else {
            text.replace(&module, &format!("{module}_{number}"))
        }
    }
}

fn files(root: &Root, dir: &RepoPath) -> Vec<RepoPath> {
    let is_source = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_hidden = name.starts_with('.') && entry.file_type().is_dir();
        entry.depth() == 0 || !(is_hidden || name == "__pycache__" || name == "node_modules")
    };
    let entries = WalkDir::new(dir.under(root))
        .into_iter()
        .filter_entry(is_source)
        .flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    let paths = files.filter_map(|entry| RepoPath::parse(entry.path().strip_prefix(root).ok()?.to_str()?));
    paths.collect()
}

fn read(root: &Root, path: &RepoPath) -> Result<Vec<u8>, Problem> {
    fs::read(path.under(root))
        .map_err(|error| Problem::error(format!("cannot read `{path}`: {error}")).at(Place::File(path.to_string())))
}

/// With the mode of the file that it is made from: a script stays one.
fn write(from: &Path, file: &PathBuf, text: &[u8]) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(Path::new("/")))?;
    fs::write(file, text)?;
    fs::set_permissions(file, fs::metadata(from)?.permissions())
}
