//! Whether each pin has an archive that the images can install: said before the build, where an installer would only say that there is
//! no version.

use super::Pins;
use diagnostics::Problem;
use python::marker::Environment;
use repo::{BaseImage, Platform, lock::Lock};
use requirements::{Pin, PinSource};

/// Reports pins that no archive of the lock suits, on one of the platforms of the settings. Where these list none, one that has an
/// archive is enough.
pub fn check(pins: &Pins, lock: &Lock, base: &BaseImage, stated: &[Platform], problems: &mut Vec<Problem>) {
    let (major, minor) = base.python;
    let of_musl = base.reference.value.contains("alpine");
    for pin in [&pins.main, &pins.dev, &pins.test]
        .into_iter()
        .flat_map(|export| &export.pins)
    {
        if !matches!(pin.source, PinSource::Default | PinSource::Index { .. }) {
            continue;
        }
        let mut packages = lock.packages.iter();
        let package = packages.find(|package| package.name == pin.name && package.place == pin.place);
        let names: Vec<&str> = package
            .into_iter()
            .flat_map(|package| package.files.iter())
            .map(|file| file.name.as_str())
            .collect();
        // A lock of Pipenv has digests alone, and from sources anything may be built.
        if names.is_empty() || names.iter().any(|name| !name.ends_with(".whl")) {
            continue;
        }
        let is_needed = |platform: &&Platform| {
            let python = format!("{major}.{minor}.0");
            pin.marker.evaluate(&Environment::linux(&python, platform.machine()))
        };
        let all = if stated.is_empty() { &Platform::ALL } else { stated };
        let needed: Vec<&Platform> = all.iter().filter(is_needed).collect();
        let suits = |name: &&str, platform: &Platform| suits(name, (major, minor), platform.machine(), of_musl);
        let is_missing = |platform: &&&Platform| !names.iter().any(|name| suits(name, platform));
        let missing: Vec<&Platform> = needed.iter().filter(is_missing).copied().collect();
        let is_enough = stated.is_empty() && missing.len() < needed.len();
        if !missing.is_empty() && !is_enough {
            problems.push(without(pin, (major, minor), of_musl, &missing));
        }
    }
}

fn without(pin: &Pin, (major, minor): (u64, u64), of_musl: bool, platforms: &[&Platform]) -> Problem {
    let libc = if of_musl { "musl" } else { "glibc" };
    let names: Vec<&str> = platforms.iter().map(|platform| platform.name()).collect();
    let platforms = names.join(" and ");
    Problem::error(format!(
        "`{}` {} has no wheel for Python {major}.{minor} on {platforms} with {libc}, and no source archive",
        pin.name, pin.version
    ))
    .at(pin.place.clone())
    .note("the images could not install it")
    .remedy(format!(
        "lock a version of `{}` that has one, or choose another `base-image`",
        pin.name
    ))
}

/// Whether an interpreter on Linux installs a wheel of this name (PEP 425, PEP 600, PEP 656).
fn suits(name: &str, (major, minor): (u64, u64), machine: &str, of_musl: bool) -> bool {
    let mut parts = name.trim_end_matches(".whl").rsplit('-');
    let (Some(platforms), Some(abis), Some(pythons)) = (parts.next(), parts.next(), parts.next()) else {
        // Whatever it is, it is not known not to be installed.
        return true;
    };
    let (own, stable) = (format!("cp{major}{minor}"), format!("cp{major}"));
    let is_earlier = |python: &str| {
        let number = python.strip_prefix(&stable).and_then(|minor| minor.parse::<u64>().ok());
        number.is_some_and(|number| number <= minor)
    };
    let is_generic = |python: &str| {
        let number = python.strip_prefix(&format!("py{major}"));
        number.is_some_and(|rest| rest.is_empty() || rest.parse::<u64>().is_ok_and(|number| number <= minor))
    };
    let of_python = abis.split('.').any(|abi| match abi {
        "none" => pythons
            .split('.')
            .any(|python| is_generic(python) || is_earlier(python)),
        "abi3" => pythons.split('.').any(is_earlier),
        other => other == own && pythons.split('.').any(|python| python == own),
    });
    let libc = if of_musl { "musllinux" } else { "manylinux" };
    let of_platform = platforms.split('.').any(|platform| {
        let is_linux = platform.starts_with(libc) || platform.starts_with("linux_");
        platform == "any" || is_linux && platform.ends_with(&format!("_{machine}"))
    });
    of_python && of_platform
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wheels_are_told_by_their_tags() {
        let suits = |name: &str| suits(name, (3, 13), "x86_64", false);
        for name in [
            "a-1-py3-none-any.whl",
            "a-1-py2.py3-none-any.whl",
            "a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "a-1-2-cp39-abi3-manylinux_2_28_x86_64.whl",
            "a-1-py3-none-manylinux2014_x86_64.whl",
            "a-1-cp311-none-any.whl",
            "a-1-cp313-cp313-linux_x86_64.whl",
        ] {
            assert!(suits(name), "{name}");
        }
        for name in [
            "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
            "a-1-cp314-abi3-manylinux_2_17_x86_64.whl",
            "a-1-cp313-cp313t-manylinux_2_17_x86_64.whl",
            "a-1-cp313-cp313-musllinux_1_2_x86_64.whl",
            "a-1-cp313-cp313-manylinux_2_17_aarch64.whl",
            "a-1-cp313-cp313-macosx_11_0_arm64.whl",
            "a-1-cp313-cp313-win_amd64.whl",
            "a-1-py2-none-any.whl",
        ] {
            assert!(!suits(name), "{name}");
        }
    }
}
