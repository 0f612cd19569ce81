"""The end-to-end test against what the Helm chart renders, run by `podman kube play`: no cluster is needed.

    cargo xtask tool python tests/end_to_end/on_kubernetes.py

The production images are built by Docker and copied to podman. Every Deployment is started as it is rendered, with its
security contexts, ConfigMaps, Secrets and volumes; what podman does not play, Services and probes, is done here. After
the flow the pages are asked, and through them the services; then all pods are made anew, and what they kept has to be
there. Needs root, Docker and podman.
"""

import asyncio
import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "infrastructure/rag/tests"))

from rendering import Manifest, of_kind, render  # noqa: E402  # pyright: ignore[reportMissingImports] (of the chart's tests)

READY_SECONDS = 60
RELEASE = f"e2e{os.getpid()}"
VERSION = "0.0.0-e2e"
# Beside the test of the images, which runs with a private network: podman's own must not be mixed up with it.
NETWORK = RELEASE


def run(*command: str, stdin: str | None = None) -> str:
    """Run a program and return what it wrote; its failure ends the test."""
    done = subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def services() -> dict[str, Path]:
    """Return the folder of every service that has a production image and a port, the frontend last."""
    manifests = sorted((ROOT / "services").glob("*/pyproject.toml"))
    found = {tomllib.loads(manifest.read_text())["project"]["name"]: manifest.parent for manifest in manifests}
    folder = ROOT / settings("frontend")["folder"]
    return {**found, folder.name: folder}


def settings(key: str) -> dict[str, Any]:
    """Return a table of the settings of `cargo xtask`."""
    return tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["metadata"]["xtask"][key]


def copy_images(names: Mapping[str, Path]) -> None:
    """Build every production image, and copy those over that podman does not have."""
    missing: list[str] = []
    for name, folder in names.items():
        tag = f"on-kubernetes/{name}:{VERSION}"
        print(f"building {name}", flush=True)
        os.environ["DOCKER_BUILDKIT"] = "1"
        run("docker", "build", "--quiet", "--tag", tag, "--file", str(folder / "Dockerfile"), ".")
        identifier = run("docker", "image", "inspect", "--format", "{{.Id}}", tag).removeprefix("sha256:")
        known = subprocess.run(["podman", "tag", identifier, tag], capture_output=True, check=False)  # noqa: S603, S607
        if known.returncode:
            missing.append(tag)
    if missing:
        print("copying", ", ".join(missing), flush=True)
        with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
            run("docker", "save", "--output", archive.name, *missing)
            run("podman", "load", "--quiet", "--input", archive.name)


def play(manifests: list[Manifest], deployment: Manifest, folder: Path) -> None:
    """Start a Deployment; other pods find it by the name of its Service."""
    name = deployment["metadata"]["name"]
    kinds = {"ConfigMap"}
    if name not in run("podman", "volume", "ls", "--format", "{{.Name}}").split():
        kinds.add("PersistentVolumeClaim")
    beside = [manifest for manifest in manifests if manifest["kind"] in kinds]
    needed = [manifest for manifest in beside if manifest["metadata"]["name"] == name]
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump_all([*needed, with_free_ports(deployment)]))
    run("podman", "kube", "play", "--network", f"{NETWORK}:alias={name}", str(file))


def with_free_ports(deployment: Manifest) -> Manifest:
    """Return it with ports of this machine that no one has: podman publishes every port, on the same one if it may."""
    copy: Manifest = json.loads(json.dumps(deployment))
    for port in template(copy)["containers"][0]["ports"]:
        with socket.socket() as probe:
            probe.bind(("0.0.0.0", 0))  # noqa: S104 (to see whether it is free everywhere)
            port["hostPort"] = probe.getsockname()[1]
    return copy


def pod_of(deployment: str) -> str:
    """Return the pod of a Deployment."""
    (pod,) = [
        name for name in run("podman", "pod", "ps", "--format", "{{.Name}}").split() if name.startswith(deployment)
    ]
    return pod


def address_of(deployment: str) -> str:
    """Return the address of its pod on the network."""
    infra = json.loads(run("podman", "pod", "inspect", pod_of(deployment)))["InfraContainerID"]
    return json.loads(run("podman", "inspect", infra))[0]["NetworkSettings"]["Networks"][NETWORK]["IPAddress"]


def container_of(deployment: Manifest) -> str:
    """Return the name of its container."""
    return f"{pod_of(deployment['metadata']['name'])}-{template(deployment)['containers'][0]['name']}"


def template(deployment: Manifest) -> dict[str, Any]:
    """Return what its pods look like."""
    return deployment["spec"]["template"]["spec"]


def wait_until_ready(deployment: Manifest) -> None:
    """Ask what the probes of its container name, as the kubelet would."""
    name = deployment["metadata"]["name"]
    container = template(deployment)["containers"][0]
    deadline = time.monotonic() + READY_SECONDS
    for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
        probe = container[kind]["httpGet"]
        url = f"http://{address_of(name)}:{probe['port']}{probe['path']}"
        while said := refusal(url):
            if time.monotonic() > deadline:
                logs = run("podman", "logs", "--tail", "40", container_of(deployment))
                raise SystemExit(f"{kind} of {name}: {said}\n{logs}")
            time.sleep(0.2)


def refusal(url: str) -> str:
    """Return why an address does not answer with success; empty when it does."""
    try:
        urllib.request.urlopen(url, timeout=6).close()  # noqa: S310 (http, see above)
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode(errors='replace')}"
    except OSError as error:
        return str(error)
    return ""


def check_hardening(deployment: Manifest) -> None:
    """See that the container is what its security contexts say: they could be right and ignored."""
    inspected = json.loads(run("podman", "inspect", container_of(deployment)))[0]
    process = Path("/proc") / str(inspected["State"]["Pid"])
    status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
    mounts = [line.split() for line in (process / "mountinfo").read_text().splitlines()]
    writable = {mount[4] for mount in mounts if "rw" in mount[5].split(",")}
    volumes = {mount["mountPath"] for mount in template(deployment)["containers"][0]["volumeMounts"]}
    user = str(template(deployment)["securityContext"]["runAsUser"])
    found = {
        "user": status["Uid"].split()[0],
        "capabilities": int(status["CapEff"], 16),
        "new privileges": status["NoNewPrivs"],
        "system calls": status["Seccomp"],
        "writable folders": {
            path for path in writable if not path.startswith(("/dev", "/proc", "/sys", "/etc", "/run"))
        },
    }
    expected = {
        "user": user, "capabilities": 0, "new privileges": "1", "system calls": "2", "writable folders": volumes,
    }  # fmt: skip
    if found != expected:
        raise SystemExit(f"{deployment['metadata']['name']} is {found}, not {expected}")


async def forward(address: str, port: int, ready: list[int]) -> None:
    """Serve a port of this machine with connections to a pod, as `kubectl port-forward` does."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_pod = await asyncio.open_connection(address, port)
        await asyncio.gather(copy(reader, to_pod[1]), copy(to_pod[0], writer), return_exceptions=True)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    ready.append(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def forwarded(service: Manifest) -> str:
    """Return an address on this machine that leads to a service, as long as this program runs."""
    ready: list[int] = []
    port = service["spec"]["ports"][0]["port"]
    serving = forward(address_of(service["metadata"]["name"]), port, ready)
    Thread(target=asyncio.run, args=(serving,), daemon=True).start()
    while not ready:
        time.sleep(0.01)
    return f"http://127.0.0.1:{ready[0]}"


@contextmanager
def network() -> Generator[None]:
    """Make a network; at its end take away everything of this run."""
    run("podman", "network", "create", NETWORK)
    try:
        yield
    finally:
        remove("pod", "ps", "--format", "{{.Name}}", "rm", "--force")
        remove("volume", "ls", "--format", "{{.Name}}", "rm", "--force")
        remove("secret", "ls", "--format", "{{.Name}}", "rm")
        run("podman", "network", "rm", "--force", NETWORK)


def remove(noun: str, listing: str, option: str, form: str, *action: str) -> None:
    """Remove what podman lists and is of this run."""
    for name in run("podman", noun, listing, option, form).split():
        if name.startswith(RELEASE):
            run("podman", noun, *action, name)


def flow(urls: dict[str, str], token: str) -> int:
    """Run the flow in the environment of the service that its settings name."""
    test = settings("application-test")
    known = {f"{{url:{name}}}": url for name, url in urls.items()}
    given: dict[str, str] = test["env"]
    environment = {
        **os.environ,
        **{name: known.get(value, value) for name, value in given.items()},
        "ADMIN_TOKEN": token,
    }
    command = ["cargo", "xtask", "tool", "--for", test["python-of"], "python", str(ROOT / test["script"])]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603


def check_pages(url: str, token: str) -> None:
    """See that the frontend serves its pages, and passes calls on to the services as they know them in the cluster."""
    for path in ("/healthz", "/chat/", "/admin/", "/api/rag/readyz", "/api/admin/readyz"):
        if said := refusal(f"{url}{path}"):
            raise SystemExit(f"{path} of the frontend: {said}")
    with urllib.request.urlopen(f"{url}/chat/", timeout=6) as page:  # noqa: S310 (http, see above)
        if b"<script" not in page.read() or "default-src 'none'" not in page.headers["Content-Security-Policy"]:
            raise SystemExit("/chat/ of the frontend is not the page")
    print(f"{len(documents(f'{url}/api/admin', token))} documents through the pages", flush=True)


def documents(url: str, token: str) -> set[str]:
    """Return the names of all documents."""
    request = urllib.request.Request(f"{url}/all_documents_status", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return {document["file_name"] for document in json.load(answer)}


def main() -> int:
    """Render, play, ask, play again."""
    if not shutil.which("podman") or not shutil.which("docker"):
        print("skipped: podman and Docker are needed to play what the chart renders")
        return 0
    names = services()
    copy_images(names)
    values = {"image": {"registry": "localhost/on-kubernetes", "tag": VERSION}}
    manifests = render(values, release=RELEASE)
    deployments = of_kind(manifests, "Deployment")
    secrets = of_kind(manifests, "Secret")
    token = base64.b64decode(secrets[f"{RELEASE}-rag-admin-backend"]["data"]["ADMIN_TOKEN"]).decode()
    with network(), tempfile.TemporaryDirectory() as folder:
        for name, secret in secrets.items():
            # As podman 4 wants those that containers take their environment from.
            run("podman", "secret", "create", name, "-", stdin=json.dumps(secret["data"]))
        start(manifests, deployments, Path(folder))
        urls = {name: forwarded(of_kind(manifests, "Service")[f"{RELEASE}-rag-{name}"]) for name in names}
        if failed := flow(urls, token):
            return failed
        before = documents(urls["admin-backend"], token)
        check_pages(urls[Path(settings("frontend")["folder"]).name], token)
        for name in deployments:
            run("podman", "pod", "rm", "--force", pod_of(name))
        start(manifests, deployments, Path(folder))
        again = forwarded(of_kind(manifests, "Service")[f"{RELEASE}-rag-admin-backend"])
        after = documents(again, token)
    print(f"{len(after)} documents outlived their pods")
    return 0 if before and before == after else 1


def start(manifests: list[Manifest], deployments: dict[str, Manifest], folder: Path) -> None:
    """Play all Deployments and see that each is ready, and confined."""
    for deployment in deployments.values():
        play(manifests, deployment, folder)
    for deployment in deployments.values():
        wait_until_ready(deployment)
        check_hardening(deployment)
    print(f"{len(deployments)} deployments are ready and confined", flush=True)


if __name__ == "__main__":
    sys.exit(main())
