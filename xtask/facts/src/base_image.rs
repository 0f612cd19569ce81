//! What the reference of a base image tells.

pub use evidence::image::python_of;

/// The interpreter of an official image of Python, which an environment links to.
pub fn interpreter_of(base: &str) -> Option<String> {
    let name = base.split(['@', ':']).next().unwrap_or_default();
    let (major, minor) = python_of(base).filter(|_| name.rsplit('/').next() == Some("python"))?;
    Some(format!("/usr/local/bin/python{major}.{minor}"))
}

/// `docker.io/library/python:3.13` is `python:3.13`.
pub fn canonical(reference: &str) -> &str {
    let hosts = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let path = hosts.iter().find_map(|host| reference.strip_prefix(host));
    let path = path.unwrap_or(reference);
    path.strip_prefix("library/").unwrap_or(path)
}

/// Whether a reference can be another image tomorrow.
pub fn floats(reference: &str) -> bool {
    if reference == "scratch" || reference.contains('@') {
        return false;
    }
    // A colon before the last slash belongs to the port of a registry.
    let last = reference.rsplit('/').next().unwrap_or_default();
    last.split_once(':')
        .is_none_or(|(name, tag)| !tag.bytes().any(|byte| byte.is_ascii_digit()) && !names_a_release(name, tag))
}

/// Whether the tag of a distribution has the name of a release, such as `noble` or `bookworm-slim`, which stands for its number.
fn names_a_release(distribution: &str, tag: &str) -> bool {
    // Others name their images after what they are made from: `ubuntu-devcontainer:noble`.
    let mut words = distribution.split(['-', '_']);
    let releases = words.find_map(|word| match word {
        "debian" => Some(DEBIAN),
        "ubuntu" => Some(UBUNTU),
        _ => None,
    });
    let Some(releases) = releases else { return false };
    let first = tag.split('-').next().unwrap_or_default();
    releases.iter().any(|(_, name, _)| *name == first)
}

/// Number and name of releases, and the Python that they have as a package.
type Releases = &'static [(&'static str, &'static str, (u64, u64))];

const DEBIAN: Releases = &[
    ("11", "bullseye", (3, 9)),
    ("12", "bookworm", (3, 11)),
    ("13", "trixie", (3, 13)),
];
const UBUNTU: Releases = &[
    ("20.04", "focal", (3, 8)),
    ("22.04", "jammy", (3, 10)),
    ("24.04", "noble", (3, 12)),
    ("25.10", "questing", (3, 13)),
    ("26.04", "resolute", (3, 14)),
];

/// A reference without its tag and digest.
pub fn untagged(reference: &str) -> &str {
    let reference = reference.split('@').next().unwrap_or_default();
    // A colon before the last slash belongs to the port of a registry.
    let last = reference.rfind('/').map_or(0, |slash| slash + 1);
    reference[last..]
        .find(':')
        .map_or(reference, |colon| &reference[..last + colon])
}

/// The image of Python that an image of uv stands on, where its tag says so: `uv:0.9.2-python3.13-bookworm-slim` is
/// `python:3.13-slim-bookworm` with uv in it.
pub fn python_below(reference: &str) -> Option<String> {
    let (path, tag) = reference.split('@').next()?.rsplit_once(':')?;
    if path != "uv" && !path.ends_with("/uv") {
        return None;
    }
    let (version, rest) = tag[tag.find("python")?..].strip_prefix("python")?.split_once('-')?;
    let tag = match rest.split_once('-') {
        Some((release, "slim")) => format!("slim-{release}"),
        Some(_) => return None,
        None => rest.to_owned(),
    };
    Some(format!("python:{version}-{tag}"))
}

/// The Python that a release of a distribution has as a package, by its number or its name.
pub fn python_of_distribution(reference: &str) -> Option<(u64, u64)> {
    let (path, tag) = reference.split('@').next()?.rsplit_once(':').unwrap_or((reference, ""));
    let name = path.rsplit('/').next()?;
    // `distroless/python3-debian12`: the release is in the name.
    let release = if path.contains("distroless/") {
        name.strip_prefix("python3-")?
    } else {
        tag
    };
    let is_of = |distribution: &str| name == distribution || release.starts_with(distribution);
    let number = release.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let is_release = |known: &str, named: &str| number.starts_with(known) || release.starts_with(named);
    let known: Releases = if is_of("debian") {
        DEBIAN
    } else if is_of("ubuntu") {
        UBUNTU
    } else {
        &[]
    };
    let mut known = known.iter();
    known
        .find(|(number, named, _)| is_release(number, named))
        .map(|(_, _, python)| *python)
}

/// Whether two references are of one image of Python, with uv in it or without.
pub fn are_alike(one: &str, other: &str) -> bool {
    let plain = |reference: &str| python_below(reference).unwrap_or_else(|| canonical(reference).to_owned());
    plain(one) == plain(other)
}

/// Whether an image holds a distribution, a Python or a tool, and nothing else: one that people made themselves may hold packages.
pub fn is_plain(reference: &str) -> bool {
    let path = reference.split('@').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let name = last.split(':').next().unwrap_or_default();
    path.contains("distroless/") || PLAIN.contains(&name) || name.starts_with("python3")
}

const PLAIN: [&str; 9] = [
    "alpine",
    "busybox",
    "chainguard",
    "debian",
    "python",
    "scratch",
    "ubuntu",
    "uv",
    "wolfi-base",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_without_a_version_can_be_another_image_tomorrow() {
        for fixed in [
            "ubuntu:noble",
            "debian:bookworm-slim",
            "docker.io/library/debian:trixie",
            "python:3.13",
        ] {
            assert!(!floats(fixed), "{fixed}");
        }
        for moving in [
            "ubuntu",
            "debian:stable-slim",
            "python:bookworm",
            "python:slim-trixie",
            "ubuntu:latest",
        ] {
            assert!(floats(moving), "{moving}");
        }
    }

    #[test]
    fn an_image_of_uv_stands_on_one_of_python() {
        for (uv, python) in [
            (
                "ghcr.io/astral-sh/uv:0.9.2-python3.13-bookworm-slim",
                "python:3.13-slim-bookworm",
            ),
            (
                "ghcr.io/astral-sh/uv:python3.12-trixie",
                "docker.io/library/python:3.12-trixie",
            ),
            ("astral/uv:python3.12-alpine", "python:3.12-alpine"),
        ] {
            assert!(are_alike(uv, python), "{uv}");
        }
        for other in [
            "python:3.12-slim-bookworm",
            "python:3.13-bookworm",
            "python:3.13-slim",
            "debian:bookworm-slim",
        ] {
            assert!(
                !are_alike("ghcr.io/astral-sh/uv:python3.13-bookworm-slim", other),
                "{other}"
            );
        }
        assert_eq!(python_below("ghcr.io/astral-sh/uv:0.9.2"), None);
        assert_eq!(python_below("team/uvicorn:python3.13-slim"), None);
    }

    #[test]
    fn a_distribution_has_one_python() {
        for (reference, python) in [
            ("debian:12-slim", Some((3, 11))),
            ("debian:trixie", Some((3, 13))),
            ("ubuntu:22.04", Some((3, 10))),
            ("gcr.io/distroless/python3-debian12:nonroot", Some((3, 11))),
            ("gcr.io/distroless/python3-debian12@sha256:00", Some((3, 11))),
            ("gcr.io/distroless/base-debian12", None),
            ("debian", None),
            ("alpine:3.20", None),
        ] {
            assert_eq!(python_of_distribution(reference), python, "{reference}");
        }
    }

    #[test]
    fn what_people_made_is_not_plain() {
        for plain in [
            "python:3.13-slim",
            "registry.example.org:5000/python",
            "cgr.dev/chainguard/wolfi-base:1",
            "python311",
            "gcr.io/distroless/python3-debian12@sha256:00",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for own in ["team/base:1", "ghcr.io/team/python-base", "wolfi", "pythonista/app"] {
            assert!(!is_plain(own), "{own}");
        }
    }
}
