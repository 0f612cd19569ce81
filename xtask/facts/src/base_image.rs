//! What the reference of a base image tells.

pub use evidence::image::python_of;

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
        .is_none_or(|(_, tag)| !tag.bytes().any(|byte| byte.is_ascii_digit()))
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
