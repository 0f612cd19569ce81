//! Edits around the same places that are right.

use super::*;

pub const TWINS: [Twin; 32] = [
    ("as it is", |_| {}),
    ("pull requests build both images", |repo| {
        on_tags(repo);
        pull_requests(
            repo,
            "docker build -f services/web/Dockerfile.dev . && docker build -f services/web/Dockerfile .",
        );
    }),
    ("pull requests build no image", |repo| {
        on_tags(repo);
        pull_requests(repo, "ruff check");
    }),
    ("what pull requests build is decided by a run", |repo| {
        on_tags(repo);
        pull_requests(
            repo,
            "docker build -f services/web/Dockerfile.dev . && docker build -f services/web/$FILE .",
        );
    }),
    ("folders are mounted where the image has them", |repo| {
        mounts(
            repo,
            "./services/web/src:/app/services/web/src\n      - ./libs:/app/libs\n      - cache:/app/cache",
        );
    }),
    ("the repository is mounted over all of it", |repo| {
        mounts(repo, ".:/app")
    }),
    (
        "the chart is installed with the registry of the images, and another one for others",
        |repo| {
            let deploy = "  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          helm upgrade --install app charts/app --set image.registry=registry.example.org/team \\\n            --set=redis.image.registry=mirror.example.org --set \"image.registry=$REGISTRY\"\n";
            repo.write(RELEASE, repo.read(RELEASE) + deploy);
        },
    ),
    (
        "images are called otherwise, as those that build and run them agree",
        |repo| {
            without_registry(repo);
            renamed(repo);
        },
    ),
    ("images are called otherwise, as the settings say", |repo| {
        with_setting(repo);
        renamed(repo);
    }),
    ("one image alone is called otherwise, as the settings say", |repo| {
        renamed_web(repo);
    }),
    ("the default is passed", |repo| {
        edit_last(
            repo,
            RELEASE,
            "          push: true\n",
            "          push: true\n          build-args: PYTHON=3.13\n",
        );
    }),
    ("what a run decides is passed", |repo| {
        edit_last(
            repo,
            RELEASE,
            "          push: true\n",
            "          push: true\n          build-args: PYTHON=${{ inputs.python }}\n",
        );
    }),
    ("an argument that nobody uses is passed", |repo| {
        repo.edit(BAKE, "\"web\": {", "\"web\": { \"args\": { \"COMMIT\": \"abc\" },");
    }),
    ("the base image is pinned by a context", |repo| {
        repo.edit(
            BAKE,
            "\"web\": {",
            "\"web\": { \"contexts\": { \"python:3.13-slim-trixie\": \"docker-image://python:3.13-slim-trixie@sha256:0000000000000000000000000000000000000000000000000000000000000000\" },",
        );
    }),
    ("the same image prepares", |repo| {
        init(repo, "{{ $.Values.image.registry }}/{{ . }}:{{ $.Chart.AppVersion }}");
    }),
    ("somebody else's image prepares", |repo| init(repo, "busybox:1.37")),
    ("a job of the same image", |repo| {
        job(
            repo,
            "Job",
            "image: registry.example.org/team/web:2.1.0\n          command: [python, -m, web.main]",
        );
    }),
    ("a job of somebody else's image", |repo| {
        job(repo, "CronJob", "image: postgres:17")
    }),
    ("another path that is served", |repo| {
        repo.edit(TEMPLATE, "path: /api/healthz", "path: /readyz?full=1")
    }),
    ("a path of the framework", |repo| {
        repo.edit(TEMPLATE, "path: /api/healthz", "path: /docs")
    }),
    ("a program of the image", |repo| {
        repo.edit(
            TEMPLATE,
            "httpGet: { path: /api/healthz, port: 8080 }",
            "exec: { command: [python, --version] }",
        );
    }),
    ("a list of folders", |repo| {
        edit_last(
            repo,
            RELEASE,
            "service: [web, admin]",
            "service: [web, admin], folder: [./services/web/, services/admin]",
        );
    }),
    ("a list of platforms", |repo| {
        edit_last(
            repo,
            RELEASE,
            "service: [web, admin]",
            "service: [web, admin], platform: [amd64, arm64]",
        );
    }),
    ("a service with a job of its own", |repo| {
        edit_last(repo, RELEASE, "[web, admin]", "[web]");
        let own = "  admin:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: docker build -f services/admin/Dockerfile -t registry.example.org/team/admin:1 --push .\n";
        repo.write(RELEASE, repo.read(RELEASE) + own);
    }),
    ("no default group", |repo| repo.edit(BAKE, "\"default\"", "\"some\"")),
    ("a command that imports from where its lib is mounted", |repo| {
        mounts(repo, "./libs/core:/srv/core\n    working_dir: /srv");
    }),
    ("tests with the Python of the images, and an older one", |repo| {
        tested_with(repo, "| \n            3.13.2\n            3.12");
    }),
    ("tests with a Python that only a run can tell", |repo| {
        tested_with(repo, "${{ env.PYTHON }}");
    }),
    ("compose asks nothing", |repo| {
        repo.edit(COMPOSE, "{ test: [CMD, python, --version] }", "{ disable: true }");
    }),
    ("the command of the image in other words, and a debugger", |repo| {
        repo.edit("Tiltfile", "services/web/Dockerfile.dev',", "services/web/Dockerfile.dev', entrypoint=['python', '-m', 'uvicorn', 'web.main:app', '--port=8080', '--host', '0.0.0.0', '--reload'],");
        repo.edit(
            "Tiltfile",
            "services/admin/Dockerfile.dev',",
            "services/admin/Dockerfile.dev', entrypoint='python -m debugpy --listen 5678 -m uvicorn admin.main:app',",
        );
    }),
    ("ports of this machine, of the debugger, and of others", |repo| {
        repo.edit(
            "Tiltfile",
            "'app-web', port_forwards='8080:8080'",
            "'app-web', port_forwards=['9090:8080', port_forward(5678), '127.0.0.1:8081:8080']",
        );
        repo.write(
            "Tiltfile",
            repo.read("Tiltfile") + "k8s_resource('redis', port_forwards=6379)\n",
        );
    }),
    ("a registry of another image", |repo| {
        repo.edit(
            "Tiltfile",
            "'image.registry=' + registry",
            "'redis.image.registry=mirror.example.org'",
        );
    }),
];
