//! Images made of a few files, as `docker export` would hand them out.

use proptest::prelude::*;

use super::{distributions::base64, *};
use sha2::{Digest, Sha256};

const SITE: &str = "opt/venv/lib/python3.13/site-packages";

/// A tar, entry by entry.
#[derive(Default)]
pub(super) struct Tar(Vec<u8>);

impl Tar {
    pub(super) fn entry(mut self, name: &str, flag: u8, target: &str, content: &[u8]) -> Self {
        if name.len() > 100 {
            self = self.entry("././@LongLink", b'L', "", name.as_bytes());
        }
        let mut header = [0; 512];
        let short = &name.as_bytes()[..name.len().min(100)];
        header[..short.len()].copy_from_slice(short);
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[156] = flag;
        header[157..157 + target.len()].copy_from_slice(target.as_bytes());
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        self.0.extend(header);
        self.0.extend(content);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    pub(super) fn file(self, name: &str, content: &str) -> Self {
        self.entry(name, b'0', "", content.as_bytes())
    }

    pub(super) fn link(self, name: &str, target: &str) -> Self {
        self.entry(name, b'2', target, b"")
    }

    pub(super) fn end(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 1024, 0);
        self.0
    }

    /// A distribution with one module, noted as it is.
    fn installed(self, name: &str, version: &str, content: &str) -> Self {
        let info = format!("{name}-{version}.dist-info");
        let digest = base64(&Sha256::digest(content));
        let record = format!(
            "{name}/__init__.py,sha256={digest},{}\n{info}/RECORD,,\n",
            content.len()
        );
        self.file(&format!("{SITE}/{name}/__init__.py"), content)
            .file(
                &format!("{SITE}/{info}/METADATA"),
                &format!("Name: {name}\nVersion: {version}\n"),
            )
            .file(&format!("{SITE}/{info}/RECORD"), &record)
    }
}

pub(super) fn python() -> Tar {
    Tar::default()
        .link("usr/local/bin/python3.13", "/usr/bin/python3.13")
        .file("usr/bin/python3.13", "ELF")
        .link("opt/venv/bin/python", "/usr/local/bin/python3.13")
        .file(
            "opt/venv/pyvenv.cfg",
            "home = /usr/local/bin\nversion_info = 3.13.5\ninclude-system-site-packages = false\n",
        )
}

pub(super) fn config() -> Inspected {
    let place = Place::File("image:a".into());
    Inspected::read(r#"{"Architecture": "amd64", "Os": "linux", "Config": {"Env": ["PATH=/opt/venv/bin:/usr/bin"], "WorkingDir": "/app"}}"#, &place)
        .unwrap()
}

fn read(tar: Tar) -> Built {
    Built::read("a", config(), &mut tar.end().as_slice()).unwrap()
}

fn name(text: &str) -> PackageName {
    PackageName::parse(text).unwrap()
}

#[test]
fn an_environment_is_found_by_its_links() {
    let built = read(python().installed("core", "1.2", "x = 1"));
    let python = built.interpreter.as_ref().unwrap();
    assert_eq!(
        (python.version.as_str(), python.prefix.as_str()),
        ("3.13.5", "/opt/venv")
    );
    assert!(python.is_environment);
    let core = &built.distributions[&name("core")];
    assert_eq!((core.version.as_str(), core.altered.as_slice()), ("1.2", &[][..]));
    assert_eq!(
        built.module("core").as_deref(),
        Some(&*format!("/{SITE}/core/__init__.py"))
    );
    assert_eq!(built.module("cor"), None);
}

#[test]
fn files_that_are_not_as_noted_are_told() {
    let changed = python()
        .installed("core", "1.2", "x = 1")
        .file(&format!("{SITE}/core/__init__.py"), "x = 2");
    let altered = &read(changed).distributions[&name("core")].altered;
    assert_eq!((altered.len(), altered[0].is_missing), (1, false));
    let broken = python().installed("core", "1.2", "x = 1").file(
        &format!("{SITE}/core-1.2.dist-info/RECORD"),
        "\"a,\"\"b\"\".py\",sha256=AA,1\n\"open,sha256=AA\nno comma\n../../../../../../../etc/passwd,sha256=AA,1\n",
    );
    let altered = &read(broken).distributions[&name("core")].altered;
    let paths: Vec<&str> = altered.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["/etc/passwd", &format!("/{SITE}/a,\"b\".py")]);
    assert!(altered.iter().all(|file| file.is_missing));
}

#[test]
fn the_path_is_python_s_own() {
    let mut image = config();
    let place = Place::File("image:a".into());
    let value = "libs:/nowhere".into();
    image
        .config
        .env
        .insert("PYTHONPATH".into(), diagnostics::Located { value, place });
    let tar = python()
        .installed("core", "1.2", "")
        .file("app/libs/core.py", "")
        .file("srv/more/extra/module.py", "")
        .file(&format!("{SITE}/a.pth"), "/srv/more\n# no\nimport os\n../gone\n");
    let built = Built::read("a", image, &mut tar.end().as_slice()).unwrap();
    assert_eq!(built.module("core").as_deref(), Some("/app/libs/core.py"));
    assert_eq!(built.module("extra").as_deref(), Some("/srv/more/extra"));
    let file = &built.interpreter.as_ref().unwrap().path_files[0];
    assert_eq!(file.folders, ["/srv/more", "/opt/venv/lib/python3.13/gone"]);
    assert_eq!(file.code, ["import os"]);
    let linked = python()
        .link("opt/venv/lib64", "lib")
        .file(&format!("{SITE}/a.pth"), "/gone\n");
    assert_eq!(read(linked).interpreter.unwrap().path_files.len(), 1);
    let linked = python().link("opt/venv/lib64", "lib").installed("core", "1.2", "");
    assert_eq!(
        read(linked).module("core").as_deref(),
        Some(&*format!("/{SITE}/core/__init__.py"))
    );
}

#[test]
fn editable_installs_name_their_sources() {
    let url = r#"{"url": "file:///src/core", "dir_info": {"editable": true}}"#;
    let tar = python()
        .installed("core", "1.2", "")
        .file(&format!("{SITE}/core-1.2.dist-info/direct_url.json"), url)
        .file(&format!("{SITE}/old-lib.egg-link"), "/src/old\n.");
    let built = read(tar);
    assert_eq!(
        built.distributions[&name("core")].editable.as_deref(),
        Some("/src/core")
    );
    assert_eq!(
        built.distributions[&name("old-lib")].editable.as_deref(),
        Some("/src/old")
    );
}

#[test]
fn the_environment_of_poetry_is_found() {
    let mut image = config();
    image.config.command = Some(diagnostics::Located {
        value: vec!["/bin/sh".into(), "-c".into(), "poetry run uvicorn web:app".into()],
        place: Place::File("image:a".into()),
    });
    let home = "root/.cache/pypoetry/virtualenvs/web-x-py3.13";
    let tar = python()
        .link(&format!("{home}/bin/python"), "/usr/bin/python3.13")
        .file(&format!("{home}/pyvenv.cfg"), "version = 3.13.5\n");
    let built = Built::read("a", image, &mut tar.end().as_slice()).unwrap();
    assert_eq!(built.interpreter.unwrap().prefix, format!("/{home}"));
}

#[test]
fn an_image_without_python_has_none() {
    assert!(read(Tar::default()).interpreter.is_none());
    assert!(
        read(Tar::default().link("opt/venv/bin/python", "/gone"))
            .interpreter
            .is_none()
    );
}

#[test]
fn links_in_a_circle_lead_nowhere() {
    let tar = Tar::default()
        .link("opt/venv/bin/python", "python3")
        .link("opt/venv/bin/python3", "python")
        .link("usr/bin", "/usr/bin/../bin");
    assert!(read(tar).interpreter.is_none());
}

#[test]
fn names_lead_out_of_nothing() {
    let long = format!("{SITE}/{}", "deep/".repeat(400));
    let tar = python()
        .installed("core", "1.2", "")
        .file("../../../../etc/shadow", "x")
        .file("/absolute", "x")
        .file(&format!("{long}module.py"), "x");
    let built = read(tar);
    assert!(built.files.is_file("/etc/shadow") && built.files.is_file("/absolute"));
    assert!(built.files.is_file(&format!("/{long}module.py")));
}

#[test]
fn what_ends_in_the_middle_is_said() {
    let whole = python().installed("core", "1.2", "").end();
    for length in [100, 512 * 3, 512 * 3 + 100, whole.len() - 1024] {
        let error = Built::read("a", config(), &mut &whole[..length]).unwrap_err();
        assert_eq!(error.to_string(), "it ends in the middle", "{length}");
    }
    let error = Built::read("a", config(), &mut [b'x'; 1024].as_slice()).unwrap_err();
    assert_eq!(error.to_string(), "it is not a tar archive");
    let mut huge = Tar::default().entry("x", b'L', "", b"").0;
    huge[124..136].copy_from_slice(b"\x80\0\0\0\0\x7f\xff\xff\xff\xff\xff\xff");
    assert!(Built::read("a", config(), &mut huge.as_slice()).is_err());
}

#[test]
fn databases_of_the_system_are_read() {
    let dpkg = "Package: gcc\nStatus: install ok installed\nVersion: 4:14.2\nDepends: cpp (>= 1) | clang, libc6:amd64\n\n\
        Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: cpp\nStatus: install ok installed\nVersion: 2\n";
    let system = read(Tar::default().file("var/lib/dpkg/status", dpkg)).system;
    assert_eq!(system.packages.keys().collect::<Vec<_>>(), ["cpp", "gcc"]);
    assert_eq!(system.packages["gcc"].version, "4:14.2");
    assert_eq!(
        system.with_needs(&["gcc".into()]).into_iter().collect::<Vec<_>>(),
        ["cpp", "gcc"]
    );
    let apk = "P:musl\nV:1.2.5-r0\np:so:libc=1\n\nP:busybox\nV:1\nD:so:libc\n";
    let system = read(Tar::default().file("lib/apk/db/installed", apk)).system;
    assert_eq!(system.packages["musl"].version, "1.2.5-r0");
    assert_eq!(system.with_needs(&["busybox".into()]).len(), 2);
}

proptest! {
    #[test]
    fn no_tar_panics(at in 0_usize..6000, byte in any::<u8>(), length in 0_usize..8000) {
        let mut bytes = python().installed("core", "1.2", "x").link("a", "b").end();
        let length = length.min(bytes.len());
        let at = at.min(bytes.len() - 1);
        bytes[at] = byte;
        let _ = Built::read("a", config(), &mut &bytes[..length]);
    }

    #[test]
    fn no_text_panics(text in "[a-z\",=/.\n:#-]{0,200}", file in 0_usize..6) {
        let path = [
            format!("{SITE}/core-1.2.dist-info/RECORD"),
            format!("{SITE}/core-1.2.dist-info/METADATA"),
            format!("{SITE}/x.pth"),
            "opt/venv/pyvenv.cfg".to_owned(),
            "var/lib/dpkg/status".to_owned(),
            "lib/apk/db/installed".to_owned(),
        ];
        let _ = read(python().installed("core", "1.2", "x").file(&path[file], &text));
    }
}

/// `a-b` and `a.b` sort between `a` and what lies in `a`.
#[test]
fn each_name_in_a_folder_is_listed_once() {
    let files = ["d/a/x", "d/a/y/z", "d/a-b", "d/a.b/x", "d/a0", "d/b/x", "d0/x"];
    let tar = files.iter().fold(Tar::default(), |tar, path| tar.file(path, ""));
    let tar = tar.entry("d/a", b'5', "", b"").end();
    let files = Files::read(&mut tar.as_slice()).unwrap();
    assert_eq!(files.names("/d"), ["a", "a-b", "a.b", "a0", "b"]);
    assert_eq!(files.names("/"), ["d", "d0"]);
    assert!(files.names("/d/a/x").is_empty());
}
