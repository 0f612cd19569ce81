//! Faults of built images, by the rule that names each.

use serde_json::json;

use crate::{
    image_folders::{DEV_IMAGE, Images, PROD_IMAGE, SITE},
    rights::TILTFILE,
};
type ImageFault = (&'static str, &'static str, fn(&Images));

pub const FAULTS: &[ImageFault] = &[
    ("user-differs", "another user in development", |images| {
        images.set(DEV_IMAGE, "User", json!("1000"))
    }),
    ("user-is-root", "no user in both", |images| {
        images.set(DEV_IMAGE, "User", json!(""));
        images.set(PROD_IMAGE, "User", json!(""));
    }),
    (
        "environment-of-another-python",
        "settings of an older version",
        |images| {
            images.write(
                PROD_IMAGE,
                "venv/pyvenv.cfg",
                "home = /usr/bin\nversion_info = 3.12.1\n",
            )
        },
    ),
    (
        "environment-of-another-python",
        "a compiled module for an older version in both",
        |images| {
            for image in [DEV_IMAGE, PROD_IMAGE] {
                let record = "h11/__init__.py,,\nh11/_core.cpython-312-x86_64-linux-gnu.so,,\n";
                images.write(image, &format!("{SITE}/h11-0.16.0.dist-info/RECORD"), record);
            }
        },
    ),
    ("path-closed", "the accounts of the system", |images| {
        images.write(PROD_IMAGE, "etc/passwd", "root:x:0:0::/root:/bin/sh\n");
        images.mode(PROD_IMAGE, "etc/passwd", 0o600);
    }),
    ("rights-too-wide", "a second root", |images| {
        images.write(
            PROD_IMAGE,
            "etc/passwd",
            "root:x:0:0::/root:/bin/sh\ntoor::0:0::/root:/bin/sh\n",
        );
        images.write(DEV_IMAGE, "etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    }),
    ("program-missing", "an environment without its settings", |images| {
        images.env(PROD_IMAGE, "VIRTUAL_ENV=/venv");
        images.env(DEV_IMAGE, "VIRTUAL_ENV=/venv");
        images.remove(PROD_IMAGE, "venv/pyvenv.cfg");
    }),
    ("secret-in-image", "a token that was typed", |images| {
        images.write(PROD_IMAGE, "root/.bash_history", "export API_TOKEN=abc123\n")
    }),
    ("environment-differs", "a variable that the command sets", |images| {
        let command = "env WEB_CONCURRENCY=4 uvicorn web.main:app --host 0.0.0.0 --port 8080";
        images.program(PROD_IMAGE, "usr/bin/env");
        images.program(DEV_IMAGE, "usr/bin/env");
        images.set(PROD_IMAGE, "Cmd", json!(command.split(' ').collect::<Vec<_>>()))
    }),
    ("workdir-differs", "another folder", |images| {
        images.set(DEV_IMAGE, "WorkingDir", json!("/code"))
    }),
    ("environment-differs", "a variable of the base alone", |images| {
        images.env(PROD_IMAGE, "LOG_LEVEL=info")
    }),
    ("port-differs", "another port", |images| {
        images.set(DEV_IMAGE, "ExposedPorts", json!({"8000/tcp": {}, "8080/tcp": {}}))
    }),
    ("command-differs", "another server", |images| {
        images.program(PROD_IMAGE, "venv/bin/gunicorn");
        images.set(PROD_IMAGE, "Cmd", json!(["gunicorn", "web.main:app"]))
    }),
    ("stop-signal-differs", "another signal of the base", |images| {
        images.set(PROD_IMAGE, "StopSignal", json!("SIGQUIT"))
    }),
    ("volume-differs", "a volume of the base of production", |images| {
        images.set(PROD_IMAGE, "Volumes", json!({"/data": {}}))
    }),
    ("health-check-differs", "another check in the base", |images| {
        images.set(
            DEV_IMAGE,
            "Healthcheck",
            json!({"Test": ["CMD", "python", "-c", "pass"]}),
        );
        images.set(PROD_IMAGE, "Healthcheck", json!({"Test": ["CMD", "python", "-V"]}));
    }),
    ("volume-over-packages", "a volume of the base", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.set(image, "Volumes", json!({"/venv": {}}));
        }
    }),
    ("health-check-fails", "a program that is not there", |images| {
        let test = ["CMD-SHELL", "curl -f http://localhost:8080/ || exit 1"];
        images.set(PROD_IMAGE, "Healthcheck", json!({"Test": test}))
    }),
    ("health-check-fails", "another port", |images| {
        let test = [
            "CMD",
            "python",
            "-c",
            "from urllib.request import urlopen; urlopen('http://localhost:80/')",
        ];
        images.set(PROD_IMAGE, "Healthcheck", json!({"Test": test}))
    }),
    ("pythonpath-in-production", "set by the base", |images| {
        images.env(PROD_IMAGE, "PYTHONPATH=/opt/more")
    }),
    ("platform-differs", "pulled for another processor", |images| {
        let config = images.config(DEV_IMAGE).replace("amd64", "arm64");
        images.write(DEV_IMAGE, "../config.json", &config);
    }),
    ("python-differs", "a base that was pulled later", |images| {
        images.write(DEV_IMAGE, "venv/pyvenv.cfg", "version_info = 3.13.9\n")
    }),
    ("python-outside-range", "a Python that is too new", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.rename(image, "usr/bin/python3.13", "usr/bin/python3.14");
            images.rename(image, "venv/lib/python3.13", "venv/lib/python3.14");
            images.remove(image, "venv/bin/python");
            images.link(image, "venv/bin/python", "/usr/bin/python3.14");
            images.write(image, "venv/pyvenv.cfg", "version = 3.14.0\n");
        }
    }),
    ("system-packages-differ", "a package in development alone", |images| {
        images.debian(DEV_IMAGE, "libpq5", "17")
    }),
    ("system-packages-differ", "an upgrade in production alone", |images| {
        images.debian(PROD_IMAGE, "libc6", "2.42")
    }),
    ("build-tool-in-production", "a compiler in both", |images| {
        images.debian(DEV_IMAGE, "gcc", "14");
        images.debian(PROD_IMAGE, "gcc", "14");
    }),
    ("build-tool-in-production", "Poetry in the environment", |images| {
        images.install(PROD_IMAGE, "poetry", "2.1.0");
    }),
    ("build-tool-in-production", "uv copied from its own image", |images| {
        images.write(PROD_IMAGE, "usr/bin/uv", "ELF")
    }),
    ("development-package-in-production", "the debugger", |images| {
        images.install(PROD_IMAGE, "debugpy", "1.8.22");
    }),
    ("package-missing", "removed from production", |images| {
        images.uninstall(PROD_IMAGE, "h11", "0.16.0")
    }),
    ("package-missing", "a development package is absent", |images| {
        images.uninstall(DEV_IMAGE, "watchfiles", "1.3.0")
    }),
    ("package-not-in-lock", "installed besides in both", |images| {
        images.install(DEV_IMAGE, "gunicorn", "23.0.0");
        images.install(PROD_IMAGE, "gunicorn", "23.0.0");
    }),
    ("installed-version-differs", "another version in both", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.uninstall(image, "h11", "0.16.0");
            images.install(image, "h11", "0.14.0");
        }
    }),
    ("installed-version-differs", "an upgrade in production", |images| {
        images.uninstall(PROD_IMAGE, "uvicorn", "0.54.0");
        images.install(PROD_IMAGE, "uvicorn", "0.55.0");
    }),
    ("installed-version-differs", "an image of an older tree", |images| {
        images.uninstall(PROD_IMAGE, "core", "1.2.0");
        images.install(PROD_IMAGE, "core", "1.1.0");
    }),
    ("installed-files-changed", "patched in place", |images| {
        images.write(PROD_IMAGE, &format!("{SITE}/h11/__init__.py"), "patched = True\n")
    }),
    ("installed-files-changed", "a file was removed", |images| {
        images.remove(DEV_IMAGE, &format!("{SITE}/h11/__init__.py"))
    }),
    (
        "installed-files-differ",
        "another archive of the same version",
        |images| images.install_as(PROD_IMAGE, "h11", "0.16.0", "compiled = True\n"),
    ),
    ("path-file-astray", "left by an editable install", |images| {
        images.write(PROD_IMAGE, &format!("{SITE}/other.pth"), "/build/libs/other\n")
    }),
    ("path-file-astray", "code at every start", |images| {
        images.write(PROD_IMAGE, &format!("{SITE}/patch.pth"), "import patch\n")
    }),
    ("path-file-astray", "code under a name that is known", |images| {
        images.write(PROD_IMAGE, &format!("{SITE}/end_on_sigterm.pth"), "import patch\n")
    }),
    ("lib-missing", "its sources are absent", |images| {
        images.remove(DEV_IMAGE, "app/libs/core/src/core/__init__.py");
        images.remove(DEV_IMAGE, "app/libs/core/src/core");
    }),
    ("lib-imported-from-elsewhere", "installed in development", |images| {
        images.set(
            DEV_IMAGE,
            "Env",
            json!([
                "PATH=/venv/bin:/usr/bin",
                "PYTHONUNBUFFERED=1",
                "PYTHONPATH=/app/services/web/src"
            ]),
        );
        let code = images.0.read("libs/core/src/core/__init__.py");
        images.install_as(DEV_IMAGE, "core", "1.2.0", &code);
    }),
    (
        "lib-imported-from-elsewhere",
        "installed besides its sources",
        |images| images.install(DEV_IMAGE, "core", "1.2.0"),
    ),
    (
        "lib-imported-from-elsewhere",
        "sources in production's folder",
        |images| images.write(PROD_IMAGE, "app/core/__init__.py", ""),
    ),
    (
        "lib-imported-from-elsewhere",
        "sources of the service beside its wheel",
        |images| images.write(PROD_IMAGE, "app/web/__init__.py", ""),
    ),
    ("bytecode-differs", "something else in its cache", |images| {
        let path = format!("{SITE}/h11/__pycache__/__init__.cpython-313.pyc");
        images.write(PROD_IMAGE, &path, "no bytecode")
    }),
    ("environment-sees-system", "made with another option", |images| {
        let settings = "version_info = 3.13.5\ninclude-system-site-packages = true\n";
        images.write(DEV_IMAGE, "venv/pyvenv.cfg", settings)
    }),
    ("folder-not-writable", "a folder of development alone", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.env(image, "STATE=/data/state");
            images.write(image, "data/state/.keep", "");
        }
        images.mode(DEV_IMAGE, "data/state", 0o777);
    }),
    ("health-check-differs", "in development alone", |images| {
        let test = json!({"Test": ["CMD", "python", "-V"]});
        images.set(DEV_IMAGE, "Healthcheck", test)
    }),
    ("installed-files-changed", "the list of files removed", |images| {
        images.remove(PROD_IMAGE, &format!("{SITE}/h11-0.16.0.dist-info/RECORD"))
    }),
    ("label-differs", "of another commit", |images| {
        for (image, commit) in [(DEV_IMAGE, "1111"), (PROD_IMAGE, "2222")] {
            let labels = json!({
                "org.opencontainers.image.title": "web",
                "org.opencontainers.image.revision": commit,
            });
            images.set(image, "Labels", labels);
        }
    }),
    (
        "module-of-no-package",
        "a module copied into an environment",
        |images| images.write(PROD_IMAGE, &format!("{SITE}/patches.py"), ""),
    ),
    ("module-of-no-package", "code at every start", |images| {
        images.write(DEV_IMAGE, &format!("{SITE}/sitecustomize.py"), "")
    }),
    ("module-shadowed", "a script of the name of a package", |images| {
        images.write(PROD_IMAGE, "app/click.py", "")
    }),
    (
        "module-shadowed",
        "a package of the name of a part of Python",
        |images| images.write(DEV_IMAGE, "app/json/__init__.py", ""),
    ),
    ("own-code-differs", "development of another commit", |images| {
        images.write(DEV_IMAGE, "app/services/web/src/web/main.py", "app = None\n")
    }),
    ("own-code-differs", "a module that development lacks", |images| {
        images.remove(DEV_IMAGE, "app/services/web/src/web/main.py")
    }),
    ("own-code-of-another-commit", "both of another commit", |images| {
        let path = "services/web/src/web/main.py";
        images.0.write(path, images.0.read(path) + "# of today\n");
    }),
    ("package-installed-twice", "one version over another", |images| {
        let path = format!("{SITE}/h11-0.9.0.dist-info/METADATA");
        images.write(PROD_IMAGE, &path, "Name: h11\nVersion: 0.9.0\n")
    }),
    ("package-not-in-lock", "from a folder of the build", |images| {
        let path = format!("{SITE}/h11-0.16.0.dist-info/direct_url.json");
        images.write(PROD_IMAGE, &path, r#"{"url": "file:///build/h11", "dir_info": {}}"#)
    }),
    ("path-closed", "a package of root alone", |images| {
        images.mode(PROD_IMAGE, &format!("{SITE}/h11"), 0o700)
    }),
    ("program-differs", "of the wheel of a lib", |images| {
        let manifest = "libs/core/pyproject.toml";
        let text = images.0.read(manifest);
        let text = format!("{text}\n[project.scripts]\ncore-limit = \"core:host\"\n");
        images.0.write(manifest, text);
        images.program(PROD_IMAGE, "venv/bin/core-limit");
    }),
    ("program-missing", "the server removed", |images| {
        images.remove(PROD_IMAGE, "venv/bin/uvicorn")
    }),
    ("program-missing", "the server not executable", |images| {
        images.mode(PROD_IMAGE, "venv/bin/uvicorn", 0o644)
    }),
    ("program-missing", "an environment of a Python that is gone", |images| {
        let settings = "home = /opt/python/bin\nversion_info = 3.13.5\n";
        images.write(PROD_IMAGE, "venv/pyvenv.cfg", settings)
    }),
    ("rights-too-wide", "code that everybody may change", |images| {
        images.mode(PROD_IMAGE, &format!("{SITE}/h11/__init__.py"), 0o666)
    }),
    ("rights-too-wide", "Python for everybody as its owner", |images| {
        images.write(PROD_IMAGE, "var/lib/dpkg/info/libc6.list", "/usr/lib/libc.so.6\n");
        images.mode(PROD_IMAGE, "usr/bin/python3.13", 0o4755)
    }),
    ("secret-in-image", "passwords of whoever built it", |images| {
        images.write(PROD_IMAGE, "root/.netrc", "machine a login b password c\n")
    }),
    ("program-missing", "what starts the program", |images| {
        for image in [PROD_IMAGE, DEV_IMAGE] {
            let command = "env uvicorn web.main:app --host 0.0.0.0 --port 8080";
            images.set(image, "Cmd", json!(command.split(' ').collect::<Vec<_>>()));
        }
        images.program(DEV_IMAGE, "usr/bin/env");
    }),
    ("secret-in-image", "a build argument in the history", |images| {
        images.write(
            PROD_IMAGE,
            "../history",
            "\"RUN |1 INDEX_TOKEN=abc123 /bin/sh -c test -n \\\"$INDEX_TOKEN\\\"\"\n\"CMD [\\\"uvicorn\\\"]\"\n",
        )
    }),
    ("secret-in-image", "a token by its form", |images| {
        images.write(
            PROD_IMAGE,
            "srv/notes.txt",
            &format!("hvs.{}\n", "16C7e42F292c6912E7710c83"),
        )
    }),
    ("secret-in-image", "the passwords of apt", |images| {
        images.write(
            PROD_IMAGE,
            "etc/apt/auth.conf.d/a.conf",
            "machine packages.example.org login ci password abc\n",
        )
    }),
    ("secret-in-image", "the history of the repository", |images| {
        images.write(DEV_IMAGE, "app/.git/HEAD", "ref: refs/heads/main\n")
    }),
    ("secret-in-image", "an address with a password", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.env(image, "PIP_INDEX_URL=https://user:abc@example.org/simple");
        }
    }),
    ("service-missing", "its wheel removed", |images| {
        images.remove(PROD_IMAGE, &format!("{SITE}/web"));
        images.remove(PROD_IMAGE, &format!("{SITE}/web-0.3.0.dist-info"));
    }),
    ("sources-not-replaceable", "sources of root", |images| {
        images.0.write("Tiltfile", TILTFILE)
    }),
    ("startup-differs", "a line of a path file in development", |images| {
        images.write(DEV_IMAGE, &format!("{SITE}/patch.pth"), "import patch\n")
    }),
    ("system-files-differ", "another build of Python", |images| {
        images.write(PROD_IMAGE, "usr/bin/python3.13", "patched")
    }),
    ("user-missing", "a name that no image knows", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.write(image, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
            images.set(image, "User", json!("app"));
        }
    }),
    ("user-differs", "another home", |images| {
        for (image, home) in [(DEV_IMAGE, "/app"), (PROD_IMAGE, "/home/app")] {
            images.write(image, "etc/passwd", &format!("app:x:10001:10001::{home}:/bin/sh\n"));
        }
    }),
    ("lib-imported-from-elsewhere", "editable in production", |images| {
        let url = r#"{"url": "file:///app/libs/core", "dir_info": {"editable": true}}"#;
        images.write(PROD_IMAGE, &format!("{SITE}/core-1.2.0.dist-info/direct_url.json"), url);
    }),
];
