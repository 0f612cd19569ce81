//! A stand-in for `docker`: an image is a folder of files beside what is said of it.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    process::{Command, Output},
};

use evidence::built::distributions::base64;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{fixture::Fixture, suite::by_hand};

pub const SITE: &str = "venv/lib/python3.13/site-packages";
pub const PROD_IMAGE: &str = "xtask-parity/web:production";
pub const DEV_IMAGE: &str = "xtask-parity/web:development";

/// Images are folders; `docker` knows as much as is asked of it.
const DOCKER: &str = r#"#!/bin/sh
images=${0%/*}/../images
# A run adds something of its own to each name.
for name in "$@"; do case $name in *:*) image=$(echo "$name" | sed 's/-[0-9a-f]\{16\}$//') ;; esac; done
case $1 in
version) echo 20.10 ;;
build) shift; echo "$*" | sed 's/-[0-9a-f]\{16\} / /' >> "$images/built" ;;
create) [ -d "$images/$image" ] && echo "$image" > "$images/$3.container" || { echo "Error: No such image: $image" >&2; exit 1; } ;;
inspect) cat "$images/$4.container" ;;
image)
    case $2 in
    rm) echo "$4" >> "$images/untagged" ;;
    history) if [ -f "$images/$image/history" ]; then cat "$images/$image/history"; fi ;;
    *) cat "$images/$image/config.json" ;;
    esac ;;
export) tar --create --directory "$images/$(cat "$images/$2.container")/files" . ;;
rm) [ -f "$images/$4.container" ] && rm "$images/$4.container" && echo "$4" >> "$images/removed" ;;
*) echo "what is $1?" >&2; exit 2 ;;
esac
"#;

/// The repository of the suite, with both images of its service as they should be.
pub struct Images(pub Fixture);

impl Images {
    pub fn new() -> Self {
        let images = Self(by_hand());
        images.0.write("bin/docker", DOCKER);
        let docker = images.0.path("bin/docker");
        fs::set_permissions(docker, fs::Permissions::from_mode(0o755)).unwrap();
        let main = [
            ("click", "8.5.1"),
            ("h11", "0.16.0"),
            ("idna", "3.20"),
            ("uvicorn", "0.54.0"),
        ];
        let dev = [
            ("anyio", "4.16.0"),
            ("debugpy", "1.8.22"),
            ("typing-extensions", "4.16.0"),
            ("watchfiles", "1.3.0"),
        ];
        let local = [("core", "1.2.0"), ("web", "0.3.0")];
        for (image, path, command) in [
            (
                DEV_IMAGE,
                Some("PYTHONPATH=/app/services/web/src:/app/libs/core/src"),
                " --reload",
            ),
            (PROD_IMAGE, None, ""),
        ] {
            let env = ["PATH=/venv/bin:/usr/bin", "PYTHONUNBUFFERED=1"]
                .into_iter()
                .chain(path);
            let command = format!("uvicorn web.main:app --host 0.0.0.0 --port 8080{command}");
            let config = json!({"Architecture": "amd64", "Os": "linux", "Config": {
                "User": "10001",
                "WorkingDir": "/app",
                "Env": env.collect::<Vec<_>>(),
                "ExposedPorts": {"8080/tcp": {}},
                "Cmd": command.split(' ').collect::<Vec<_>>(),
            }});
            images.write(image, "../config.json", &config.to_string());
            images.program(image, "usr/bin/python3.13");
            images.write(image, "app/README.md", "");
            images.link(image, "venv/bin/python", "/usr/bin/python3.13");
            images.write(image, "venv/pyvenv.cfg", "version_info = 3.13.5\n");
            images.program(image, "venv/bin/uvicorn");
            images.debian(image, "libc6", "2.41");
            for (name, version) in main {
                images.install(image, name, version);
            }
        }
        for (name, version) in dev {
            images.install(DEV_IMAGE, name, version);
        }
        for (name, version) in local {
            images.install(PROD_IMAGE, name, version);
        }
        for folder in ["libs/core/src/core", "services/web/src/web"] {
            images.own(folder);
        }
        images
    }

    /// The modules of a package of the repository: its sources in development, and its wheel in production.
    fn own(&self, folder: &str) {
        let module = folder.rsplit('/').next().unwrap();
        let mut lines = String::new();
        for file in fs::read_dir(self.0.path(folder)).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let text = self.0.read(&format!("{folder}/{name}"));
            self.write(DEV_IMAGE, &format!("app/{folder}/{name}"), &text);
            self.write(PROD_IMAGE, &format!("{SITE}/{module}/{name}"), &text);
            let digest = base64(&Sha256::digest(&text));
            lines += &format!("{module}/{name},sha256={digest},{}\n", text.len());
        }
        self.record(module, &lines);
    }

    /// What the wheel of a package of the repository lists.
    fn record(&self, module: &str, lines: &str) {
        let version = if module == "core" { "1.2.0" } else { "0.3.0" };
        self.write(
            PROD_IMAGE,
            &format!("{SITE}/{module}-{version}.dist-info/RECORD"),
            lines,
        );
    }

    /// A file that can be run.
    pub fn program(&self, image: &str, path: &str) {
        self.write(image, path, "#!/venv/bin/python\n");
        self.mode(image, path, 0o755);
    }

    pub fn mode(&self, image: &str, path: &str, mode: u32) {
        let path = self.0.path(&Self::path(image, path));
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(&[], arguments)
    }

    pub fn run_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied()).output().unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let path = format!("{}:/usr/bin:/bin", self.0.path("bin").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.env_clear().env("PATH", path);
        command
            .current_dir(self.0.path("."))
            .args(["--root", ".", "verify-parity"])
            .args(arguments);
        command
    }

    pub fn path(image: &str, path: &str) -> String {
        match path.strip_prefix("../") {
            Some(beside) => format!("images/{image}/{beside}"),
            None => format!("images/{image}/files/{path}"),
        }
    }

    pub fn write(&self, image: &str, path: &str, text: &str) {
        self.0.write(&Self::path(image, path), text);
    }

    pub fn remove(&self, image: &str, path: &str) {
        let path = self.0.path(&Self::path(image, path));
        let is_folder = path.symlink_metadata().unwrap().is_dir();
        if is_folder {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        }
        .unwrap();
    }

    pub fn rename(&self, image: &str, from: &str, to: &str) {
        let [from, to] = [from, to].map(|path| self.0.path(&Self::path(image, path)));
        fs::rename(from, to).unwrap();
    }

    pub fn link(&self, image: &str, path: &str, target: &str) {
        let path = self.0.path(&Self::path(image, path));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    }

    pub fn config(&self, image: &str) -> String {
        self.0.read(&Self::path(image, "../config.json"))
    }

    pub fn set(&self, image: &str, key: &str, value: Value) {
        let mut config: Value = serde_json::from_str(&self.config(image)).unwrap();
        config["Config"][key] = value;
        self.write(image, "../config.json", &config.to_string());
    }

    pub fn env(&self, image: &str, entry: &str) {
        let config: Value = serde_json::from_str(&self.config(image)).unwrap();
        let mut env = config["Config"]["Env"].as_array().unwrap().clone();
        env.push(json!(entry));
        self.set(image, "Env", json!(env));
    }

    /// The last of a name counts, as it does for dpkg.
    pub fn debian(&self, image: &str, name: &str, version: &str) {
        let path = Self::path(image, "var/lib/dpkg/status");
        let before = fs::read_to_string(self.0.path(&path)).unwrap_or_default();
        let paragraph = format!("Package: {name}\nStatus: install ok installed\nVersion: {version}\n\n");
        self.0.write(&path, before + &paragraph);
    }

    pub fn install(&self, image: &str, name: &str, version: &str) {
        self.install_as(image, name, version, "x = 1\n");
    }

    pub fn install_as(&self, image: &str, name: &str, version: &str, code: &str) {
        let module = name.replace('-', "_");
        let info = format!("{module}-{version}.dist-info");
        let digest = base64(&Sha256::digest(code));
        let record = format!("{module}/__init__.py,sha256={digest},6\n{info}/RECORD,,\n");
        self.write(image, &format!("{SITE}/{module}/__init__.py"), code);
        self.write(
            image,
            &format!("{SITE}/{info}/METADATA"),
            &format!("Name: {name}\nVersion: {version}\n"),
        );
        self.write(image, &format!("{SITE}/{info}/RECORD"), &record);
        self.write(image, &format!("{SITE}/{info}/INSTALLER"), "pip\n");
    }

    pub fn uninstall(&self, image: &str, name: &str, version: &str) {
        let info = format!("{SITE}/{}-{version}.dist-info", name.replace('-', "_"));
        let module = format!("{SITE}/{}", name.replace('-', "_"));
        for folder in [info, module] {
            fs::remove_dir_all(self.0.path(&Self::path(image, &folder))).unwrap();
        }
    }
}
