//! Repositories of other people, in temporary folders.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

pub struct Repository {
    pub home: TempDir,
}

impl Repository {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self {
            home: TempDir::new().unwrap(),
        };
        for (path, text) in files {
            repository.write(path, text);
        }
        repository
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_twinfile"))
            .env_clear()
            .env("PATH", "/nowhere")
            .current_dir(self.home.path())
            .args(arguments)
            .output()
            .unwrap()
    }

    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn add(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    add(&entry.path(), found);
                } else {
                    found.insert(entry.path(), fs::read(entry.path()).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        add(self.home.path(), &mut found);
        found
    }
}

pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

pub const WEB: &str = "\
[project]
name = \"web\"
version = \"1.0.0\"
requires-python = \">=3.11,<3.14\"
dependencies = [\"uvicorn>=0.30\"]

[dependency-groups]
dev = [\"debugpy>=1.8\"]
lint = [\"ruff\"]

[tool.poetry.dependencies]
core = { path = \"../../libs/core\", develop = true }
";

pub const CORE: &str = "\
[project]
name = \"core\"
version = \"1.0.0\"
requires-python = \">=3.11,<3.14\"

[build-system]
requires = [\"poetry-core>=2.0,<3.0\"]
build-backend = \"poetry.core.masonry.api\"
";

pub const SWITCHED: &str = "\
FROM python:3.12-slim-bookworm
ARG dev=0
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq5 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1234 app
RUN pip install poetry==2.1.3
WORKDIR /app/services/web
COPY services/web/pyproject.toml services/web/poetry.lock ./
COPY libs /app/libs
RUN if [ \"$dev\" = 1 ]; then poetry install --no-root --with dev; else poetry install --no-root --only main; fi
COPY services/web/src ./src
COPY config/logging.yaml /app/config/logging.yaml
ENV PYTHONPATH=/app/services/web/src:/app/libs/core/src
ENV LOG_FORMAT=json
USER app
EXPOSE 8080
CMD [\"poetry\", \"run\", \"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]
";

pub fn start() -> Repository {
    Repository::new(&[
        ("services/web/pyproject.toml", WEB),
        ("services/web/Dockerfile", SWITCHED),
        (
            "services/web/src/web/main.py",
            "import core\nROUTES = [\"/api/health\"]\n",
        ),
        ("services/web/src/web/__init__.py", ""),
        ("libs/core/pyproject.toml", CORE),
        ("libs/core/src/core/__init__.py", ""),
        ("config/logging.yaml", "a: 1\n"),
        ("README.md", "# Shop\n"),
        (
            "compose.yaml",
            "services:\n  web:\n    image: registry.example.org/shop/web:1.0\n    build: { context: ., dockerfile: services/web/Dockerfile }\n",
        ),
        (
            "Tiltfile",
            "docker_build('web', '.', dockerfile='services/web/Dockerfile', build_args={'dev': '1'})\n",
        ),
    ])
}
