"""Packages a Helm chart and pushes it to the registry of the images, as `charts/NAME`.

    cargo xtask tool python infrastructure/publish_chart.py CHART --tag vVERSION

Chart and appVersion become VERSION, so that one number names the images and the chart that installs them. Prints
`chart=…` and `digest=…`, to append to `$GITHUB_OUTPUT`. A version that the registry has is not pushed again. Logs
in with `REGISTRY_USER` and `REGISTRY_PASSWORD`, if they are set, and where Docker does: what signs and attests the
chart afterwards looks there. Without `--tag` the chart is packaged and not pushed.
"""

import argparse
import os
import sys
import tempfile
import tomllib
from pathlib import Path

from helm_python import HelmRegistryError, RegistryClient, package

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Package, push, and say what was pushed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("chart", type=Path, help="folder of the chart")
    parser.add_argument("--tag", help="git tag of the release, such as v1.2.0; nothing is pushed without it")
    parser.add_argument("--registry", default=image_registry(), help="default: image-registry of the settings")
    parser.add_argument("--plain-http", action="store_true", help="for a registry on this machine")
    said = parser.parse_args()
    version = said.tag.removeprefix("v") if said.tag else None
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(package(said.chart, destination=folder, version=version, app_version=version))
        if not said.tag:
            print(f"{archive.name}: {archive.stat().st_size} bytes", file=sys.stderr)
            return 0
        name = f"{said.registry}/charts/{said.chart.resolve().name}"
        with client(said.registry, plain_http=said.plain_http) as registry:
            print(f"chart={name}\ndigest={published(registry, archive, name, said.tag.removeprefix('v'))}")
    return 0


def image_registry() -> str:
    """Return where images go, by the settings of `cargo xtask`."""
    return tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["metadata"]["xtask"]["image-registry"]


def client(registry: str, *, plain_http: bool) -> RegistryClient:
    """Return a client, logged in if the environment has credentials."""
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = RegistryClient(plain_http=plain_http, credentials_file=folder / "config.json")
    user, password = os.environ.get("REGISTRY_USER"), os.environ.get("REGISTRY_PASSWORD")
    if user and password:
        made.login(registry.partition("/")[0], user, password, plain_http=plain_http)
    return made


def published(registry: RegistryClient, archive: Path, name: str, version: str) -> str:
    """Return the digest of a version, pushed if the registry does not have it: what is released stays as it is."""
    # A tag of a registry has no `+`.
    reference = f"{name}:{version.replace('+', '_')}"
    try:
        return registry.resolve(reference)["digest"]
    except HelmRegistryError as error:
        # Whatever else is wrong with the registry must not look like a version that is not there.
        if not str(error).endswith(": not found"):
            raise
        pushed = registry.push(archive, f"oci://{name.rpartition('/')[0]}")
        print(f"pushed {reference}", file=sys.stderr)
        return pushed.get("digest") or registry.resolve(reference)["digest"]


if __name__ == "__main__":
    sys.exit(main())
