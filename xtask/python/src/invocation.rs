//! How a PEP 517 backend is called, by this task and by the wheel stages of the images: the same settings, hence the
//! same bytes.

/// The time of every file in an archive or image layer: 1980-01-01, the first that a wheel can hold. Backends read it from
/// `SOURCE_DATE_EPOCH`.
pub const EPOCH: u64 = 315_532_800;

/// The whole environment of a build, but for `PATH`: what is not here, a backend does not see.
pub const ENVIRONMENT: [(&str, &str); 9] = [
    // A backend that asks git which files are ignored would be told something else in every clone.
    ("GIT_DIR", "/dev/null"),
    ("HOME", "/nonexistent"),
    ("LC_ALL", "C.UTF-8"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONNOUSERSITE", "1"),
    ("PYTHONUTF8", "1"),
    ("SOURCE_DATE_EPOCH", "315532800"),
    ("TZ", "UTC"),
];

/// New files of a build are readable by all and writable by their owner, whatever the caller's umask.
pub const UMASK: &str = "022";

/// Backends that are a program, and look for it on `PATH`.
const PROGRAMS: [&str; 2] = ["maturin", "uv_build"];

/// What calls the backend for a wheel in an image: the same environment, modes and hook as in `hook.py`, as commands of a
/// shell that runs in the package's folder.
///
/// `object` is the backend, as `module` or `module:object`. It is in quotes, so it must be checked before.
pub fn shell(python: &str, tools: &str, object: &str, out: &str) -> Vec<String> {
    let environment: Vec<String> = ENVIRONMENT
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let (module, path) = object
        .split_once(':')
        .map_or((object, String::new()), |(module, path)| (module, format!(".{path}")));
    let is_program = PROGRAMS.contains(&module.split('.').next().unwrap_or_default());
    let path_of_tools = if is_program {
        format!(" PATH={tools}/bin:$PATH")
    } else {
        String::new()
    };
    vec![
        format!("umask {UMASK}"),
        "chmod -R u=rwX,go=rX .".into(),
        format!("mkdir {out}"),
        format!("export {} PYTHONPATH={tools}{path_of_tools}", environment.join(" ")),
        format!("{python} -P -c 'import {module} as backend; backend{path}.build_wheel(\"{out}\")'"),
    ]
}

/// What takes the metadata out of the wheels in a folder, as a command of a shell. It leaves out the list of their files, which
/// are not there.
pub fn metadata(python: &str, wheels: &str, folder: &str) -> String {
    format!(
        "{python} -I -c 'import glob, zipfile; \
         [wheel.extract(name, \"{folder}\") for wheel in map(zipfile.ZipFile, glob.glob(\"{wheels}/*.whl\")) \
         for name in wheel.namelist() if name.split(\"/\")[0].endswith(\".dist-info\") and not name.endswith(\"/RECORD\")]'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_imported_by_their_module() {
        let last = |object| shell("python3", "/opt/tools", object, "/wheels").pop().unwrap();
        let plain = "python3 -P -c 'import poetry.core.masonry.api as backend; backend.build_wheel(\"/wheels\")'";
        assert!(last("poetry.core.masonry.api").ends_with(plain));
        let legacy = "import setuptools.build_meta as backend; backend.__legacy__.build_wheel(\"/wheels\")'";
        assert!(last("setuptools.build_meta:__legacy__").ends_with(legacy));
    }

    #[test]
    fn a_backend_that_is_a_program_is_found() {
        let exports = |object| shell("python3", "/opt/tools", object, "/wheels").remove(3);
        assert!(exports("uv_build").ends_with("PYTHONPATH=/opt/tools PATH=/opt/tools/bin:$PATH"));
        assert!(exports("hatchling.build").ends_with("PYTHONPATH=/opt/tools"));
    }

    #[test]
    fn the_epoch_is_one_number() {
        assert!(ENVIRONMENT.contains(&("SOURCE_DATE_EPOCH", EPOCH.to_string().as_str())));
    }
}
