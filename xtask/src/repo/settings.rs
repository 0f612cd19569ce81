//! The facts that all images share: `[workspace.metadata.xtask]` in the root `Cargo.toml`.

use super::{
    Allow, ApplicationTest, Frontend, LibIndex, Located, RepoPath, Source, allow,
    toml::{self, Table},
};
use crate::report::{Place, Problem};

/// Where the settings stand.
pub const FILE: &str = "Cargo.toml";

const KEYS: [&str; 13] = [
    "allow",
    "services",
    "libs",
    "base-image",
    "python",
    "uv-version",
    "image-registry",
    "user",
    "lib-source",
    "lib-index",
    "tools",
    "application-test",
    "frontend",
];

/// Globs of folders that hold a `pyproject.toml`.
#[derive(Clone, Debug)]
pub struct Folders {
    pub services: Vec<Located<String>>,
    pub libs: Vec<Located<String>>,
}

#[derive(Clone, Debug)]
pub struct Settings {
    pub base_image: BaseImage,
    pub uv_version: Located<String>,
    /// What image names start with, as `REGISTRY/SERVICE`.
    pub image_registry: Option<String>,
    pub user: User,
    pub lib_source: LibSource,
    /// There for sure when libs come from it.
    pub lib_index: Option<LibIndex>,
    /// The folder whose manifest and lock pin uv and the PEP 517 backends.
    pub tools: Located<RepoPath>,
    pub application_test: Option<ApplicationTest>,
    pub frontend: Option<Frontend>,
    /// Differences between images that are wanted.
    pub allow: Vec<Allow>,
}

/// The image that both flavours of every service start from.
#[derive(Clone, Debug)]
pub struct BaseImage {
    /// `NAME:TAG`, with or without `@sha256:…`.
    pub reference: Located<String>,
    /// The Python minor version inside, from the tag or from the `python` setting.
    pub python: (u64, u64),
}

/// Whom containers run as. Group id and user id are the same number.
#[derive(Clone, Debug)]
pub struct User {
    pub name: String,
    pub uid: u32,
}

/// How libs reach the production image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibSource {
    /// As wheels that the image's own build stage makes.
    Wheelhouse,
    /// From the index of the settings, by version and hash.
    Index,
}

/// Reads the settings from the text of the root `Cargo.toml`. Each part is `None` when something that it needs is missing or
/// wrong, so that the other can still be looked at.
pub fn read(source: &Source, problems: &mut Vec<Problem>) -> (Option<Folders>, Option<Settings>) {
    let document = match toml::parse(source) {
        Ok(document) => document,
        Err(problem) => {
            problems.push(problem);
            return (None, None);
        }
    };
    let root = Table::root(source, &document);
    let metadata = root
        .table("workspace", problems)
        .and_then(|table| table.table("metadata", problems));
    let Some(table) = metadata.and_then(|table| table.table("xtask", problems)) else {
        problems.push(
            Problem::error(format!("`{}` has no `[workspace.metadata.xtask]` table", source.path()))
                .at(Place::File(source.path().into()))
                .note("it names the folders of services and libs, and the base image"),
        );
        return (None, None);
    };
    table.reject_unknown("setting", &KEYS, problems);
    (Some(Folders::read(table, problems)), Settings::read(table, problems))
}

impl Folders {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Self {
        let mut globs = |key| table.strings(key, problems).unwrap_or_default();
        Self {
            services: globs("services"),
            libs: globs("libs"),
        }
    }
}

impl Settings {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let base_image = required(table, "base-image", problems)
            .and_then(|reference| BaseImage::read(reference, table.string("python", problems), problems));
        let uv_version = required(table, "uv-version", problems);
        let user = User::read(table, problems);
        let lib_index = LibIndex::read(table, problems);
        let lib_source = LibSource::read(table, problems);
        let tools = read_tools(table, problems);
        let allow = allow::read(table, problems);
        Some(Self {
            base_image: base_image?,
            uv_version: uv_version?,
            image_registry: table.string("image-registry", problems).map(|text| text.value),
            user: user?,
            lib_source: lib_source?,
            lib_index,
            tools: tools?,
            application_test: ApplicationTest::read(table, problems),
            frontend: Frontend::read(table, problems),
            allow,
        })
    }
}

impl BaseImage {
    fn read(reference: Located<String>, python: Option<Located<String>>, problems: &mut Vec<Problem>) -> Option<Self> {
        let name = reference.value.split('@').next().unwrap_or_default();
        // A colon before the last slash belongs to the port of a registry.
        let last = name.rsplit('/').next().unwrap_or_default();
        let Some((repository, tag)) = last.split_once(':').filter(|(_, tag)| !tag.is_empty()) else {
            problems.push(
                Problem::error(format!("base image `{}` has no tag", reference.value))
                    .at(reference.place)
                    .note("without a tag it is `latest`, which changes under the build")
                    .remedy("name a tag, as in `python:3.13-slim-trixie`, and best a digest behind it"),
            );
            return None;
        };
        let said = match &python {
            Some(python) => minor_version(&python.value),
            None if repository == "python" => minor_version(tag),
            None => None,
        };
        let Some(version) = said else {
            let place = python.map_or(reference.place, |python| python.place);
            problems.push(
                Problem::error("cannot tell which Python the base image holds")
                    .at(place)
                    .remedy("set `python = \"3.13\"` beside `base-image`"),
            );
            return None;
        };
        Some(Self {
            reference,
            python: version,
        })
    }
}

impl User {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let Some(user) = table.table("user", problems) else {
            return Some(Self {
                name: "nonroot".into(),
                uid: 10001,
            });
        };
        user.reject_unknown("key of `user`", &["name", "uid"], problems);
        let name = required(user, "name", problems);
        let uid = user.integer("uid", problems)?;
        let name = name?;
        let is_name = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
                && text
                    .bytes()
                    .next()
                    .is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        if !is_name(&name.value) {
            problems.push(Problem::error(format!("`{}` is no user name", name.value)).at(name.place));
            return None;
        }
        match u32::try_from(uid.value) {
            Ok(number) if number > 0 => Some(Self {
                name: name.value,
                uid: number,
            }),
            Ok(_) | Err(_) => {
                problems.push(
                    Problem::error(format!("user id {} is not allowed", uid.value))
                        .at(uid.place)
                        .note("images run as a user that is not root"),
                );
                None
            }
        }
    }
}

impl LibSource {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let Some(text) = table.string("lib-source", problems) else {
            return Some(Self::Wheelhouse);
        };
        match text.value.as_str() {
            "wheelhouse" => Some(Self::Wheelhouse),
            "index" if table.get("lib-index").is_some() => Some(Self::Index),
            "index" => {
                problems.push(
                    Problem::error("`lib-index` is missing")
                        .at(text.place)
                        .remedy("add `lib-index = { name = \"…\", url = \"https://…/simple/\" }`"),
                );
                None
            }
            _ => {
                problems.push(
                    Problem::error(format!("unknown lib source `{}`", text.value))
                        .at(text.place)
                        .remedy("known are `wheelhouse` and `index`"),
                );
                None
            }
        }
    }
}

fn read_tools(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Located<RepoPath>> {
    let text = match table.string("tools", problems) {
        Some(text) => text,
        None => Located {
            value: "xtask/tools".into(),
            place: table.place(),
        },
    };
    let path = RepoPath::parse(&text.value);
    if path.is_none() {
        problems.push(Problem::error(format!("`{}` leads out of the repository", text.value)).at(text.place.clone()));
    }
    Some(Located {
        value: path?,
        place: text.place,
    })
}

/// A string that has to be there.
pub(super) fn required(table: Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    if table.get(key).is_none() {
        problems.push(Problem::error(format!("`{key}` is missing")).at(table.place()));
    }
    table.string(key, problems)
}

/// `3.13` out of `3.13`, `3.13.2` or `3.13-slim-trixie`.
fn minor_version(text: &str) -> Option<(u64, u64)> {
    let release = text.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut parts = release.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_is_read_from_the_tag() {
        assert_eq!(minor_version("3.13-slim-trixie"), Some((3, 13)));
        assert_eq!(minor_version("3.13.2"), Some((3, 13)));
        assert_eq!(minor_version("3-slim"), None);
        assert_eq!(minor_version("slim"), None);
    }
}
