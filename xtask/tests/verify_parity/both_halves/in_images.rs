//! What looks like a fault of built images and is none.

use serde_json::json;

use super::CHECK;
use crate::{
    image_folders::{DEV_IMAGE, Images, PROD_IMAGE, SITE},
    suite::DEV,
};

type ImageTwin = (&'static str, &'static str, fn(&Images));

pub const IN_IMAGES: &[ImageTwin] = &[
    ("environment-sees-system", "both do", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            let settings = "version_info = 3.13.5\ninclude-system-site-packages = true\n";
            images.write(image, "venv/pyvenv.cfg", settings);
        }
    }),
    (
        "environment-of-another-python",
        "a compiled module for all versions",
        |images| {
            for image in [DEV_IMAGE, PROD_IMAGE] {
                let record = "h11/__init__.py,,\nh11/_core.abi3.so,,\nh11/_more.so,,\n";
                images.write(image, &format!("{SITE}/h11-0.16.0.dist-info/RECORD"), record);
            }
        },
    ),
    ("folder-not-writable", "a folder that no user fills", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.env(image, "STATE=/data/state");
            images.write(image, "data/state/.keep", "");
        }
    }),
    ("label-differs", "the same title", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.set(image, "Labels", json!({"org.opencontainers.image.title": "web"}));
        }
    }),
    ("own-code-differs", "notes beside a module", |images| {
        images.write(DEV_IMAGE, "app/services/web/src/web/NOTES.md", "to do\n")
    }),
    ("secret-in-image", "an index without a password", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            let settings = "[global]\nindex-url = https://pypi.example.org/simple\n";
            images.write(image, "etc/pip.conf", settings);
        }
    }),
    ("system-files-differ", "a shell for people", |images| {
        images.write(DEV_IMAGE, "etc/profile.d/dev.sh", "PS1=dev\n")
    }),
    ("path-closed", "data that Python does not load", |images| {
        images.write(PROD_IMAGE, "srv/data.csv", "");
        images.mode(PROD_IMAGE, "srv/data.csv", 0o600);
    }),
    ("program-differs", "both have it", |images| {
        let manifest = "libs/core/pyproject.toml";
        let text = images.0.read(manifest);
        let text = format!("{text}\n[project.scripts]\ncore-limit = \"core:host\"\n");
        images.0.write(manifest, text);
        let install = "RUN pip install --no-deps --no-index -e /app/libs/core\nUSER 10001";
        images.0.edit(DEV, "USER 10001", install);
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.program(image, "venv/bin/core-limit");
        }
    }),
    ("program-missing", "by a link to it", |images| {
        images.remove(PROD_IMAGE, "venv/bin/uvicorn");
        images.program(PROD_IMAGE, "opt/uvicorn");
        images.link(PROD_IMAGE, "venv/bin/uvicorn", "../../opt/uvicorn");
    }),
    ("service-missing", "in a folder of its own on the path", |images| {
        let lines = [
            "PATH=/venv/bin:/usr/bin",
            "PYTHONUNBUFFERED=1",
            "PYTHONPATH=/app/services/web/src:/srv/core",
        ];
        images.set(DEV_IMAGE, "Env", json!(lines));
        images.write(DEV_IMAGE, "srv/core/.keep", "");
        images.rename(DEV_IMAGE, "app/libs/core/src/core", "srv/core/core");
    }),
    ("sources-not-replaceable", "no Tiltfile syncs them", |images| {
        images.0.write("docs/Tiltfile.md", "")
    }),
    ("startup-differs", "the same line in another file", |images| {
        images.write(DEV_IMAGE, &format!("{SITE}/_virtualenv.pth"), "import _virtualenv\n");
        images.write(
            PROD_IMAGE,
            &format!("{SITE}/distutils-precedence.pth"),
            "import _virtualenv\n",
        );
    }),
    ("user-missing", "a number that no image knows", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.write(image, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        }
    }),
    (
        "build-tool-in-production",
        "what a compiled library stands on",
        |images| {
            for image in [DEV_IMAGE, PROD_IMAGE] {
                images.debian(image, "gcc-14-base", "14.2");
            }
        },
    ),
    ("command-differs", "a program by its module", |images| {
        let command = "python -m uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload";
        let words: Vec<&str> = command.split(' ').collect();
        images.set(DEV_IMAGE, "Cmd", json!(words))
    }),
    ("development-package-in-production", "a module of that name", |images| {
        images.write(PROD_IMAGE, "app/debugpy.py", "")
    }),
    ("environment-differs", "a setting of an installer", |images| {
        images.env(DEV_IMAGE, "PIP_NO_CACHE_DIR=1")
    }),
    ("health-check-differs", "any failure is its failure", |images| {
        images.set(DEV_IMAGE, "Healthcheck", json!({"Test": ["CMD-SHELL", CHECK]}));
        let test = format!("{CHECK} || exit 1");
        images.set(PROD_IMAGE, "Healthcheck", json!({"Test": ["CMD-SHELL", test]}));
    }),
    (
        "health-check-fails",
        "the port is said by the command alone",
        |images| {
            for image in [DEV_IMAGE, PROD_IMAGE] {
                images.set(image, "ExposedPorts", json!({}));
                images.set(image, "Healthcheck", json!({"Test": ["CMD-SHELL", CHECK]}));
            }
        },
    ),
    (
        "installed-files-differ",
        "one archive with other code in it",
        |images| {
            for image in [DEV_IMAGE, PROD_IMAGE] {
                images.uninstall(image, "idna", "3.20");
                images.install_as(image, "idna", "3.20", "X = 1\n");
            }
        },
    ),
    ("lib-missing", "it is one file", |images| {
        images.remove(DEV_IMAGE, "app/libs/core/src/core/__init__.py");
        images.remove(DEV_IMAGE, "app/libs/core/src/core");
        let code = images.0.read("libs/core/src/core/__init__.py");
        images.write(DEV_IMAGE, "app/libs/core/src/core.py", &code);
    }),
    ("package-missing", "its name is written in another way", |images| {
        images.uninstall(DEV_IMAGE, "typing-extensions", "4.16.0");
        images.install(DEV_IMAGE, "Typing_Extensions", "4.16.0");
    }),
    ("platform-differs", "both for another processor", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            let config = images.config(image).replace("amd64", "arm64");
            images.write(image, "../config.json", &config);
        }
    }),
    ("port-differs", "that of the debugger", |images| {
        images.set(DEV_IMAGE, "ExposedPorts", json!({"8080/tcp": {}, "5678/tcp": {}}))
    }),
    ("python-outside-range", "a later release of the same Python", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.write(image, "venv/pyvenv.cfg", "version_info = 3.13.99\n");
        }
    }),
    ("pythonpath-in-production", "a name that begins alike", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.env(image, "PYTHONPATHS=/opt/more");
        }
    }),
    ("stop-signal-differs", "by its number", |images| {
        images.set(DEV_IMAGE, "StopSignal", json!("15"));
        images.set(PROD_IMAGE, "StopSignal", json!("SIGTERM"));
    }),
    ("system-packages-differ", "the same in another order", |images| {
        images.debian(DEV_IMAGE, "libpq5", "17");
        images.debian(DEV_IMAGE, "libgomp1", "14");
        images.debian(PROD_IMAGE, "libgomp1", "14");
        images.debian(PROD_IMAGE, "libpq5", "17");
    }),
    ("user-differs", "another one in both", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.set(image, "User", json!("1000:1000"));
        }
    }),
    ("user-is-root", "a name that begins alike", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.set(image, "User", json!("rootless"));
        }
    }),
    ("volume-differs", "a volume of both", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.set(image, "Volumes", json!({"/data": {}}));
        }
    }),
    ("volume-over-packages", "a folder whose name begins alike", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.set(image, "Volumes", json!({"/venv-data": {}}));
        }
    }),
    ("workdir-differs", "another one in both", |images| {
        for image in [DEV_IMAGE, PROD_IMAGE] {
            images.set(image, "WorkingDir", json!("/srv"));
        }
    }),
];
