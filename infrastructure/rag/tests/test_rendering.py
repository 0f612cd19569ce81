"""What Helm makes of the chart: valid for Kubernetes, hardened, and wired as the services need it.

    cargo xtask tool python -m unittest discover --start-directory infrastructure/rag/tests

The sets of values lie in `values/`.
"""

import json
import re
import tomllib
import unittest
from copy import deepcopy
from typing import Any

import kubernetes_validate
from helm_python import lint
from rendering import CHART, made, of_kind, render, values_of, variants
from workloads import pods, workloads

ROOT = CHART.parents[1]
# The oldest that the chart says, one that many have, and the newest.
KUBERNETES = ["1.29.0", "1.33.0", "1.37.0"]
#: Objects of other APIs, which the schemas of Kubernetes do not know.
FOREIGN = {
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    "ServiceMonitor": "monitoring.coreos.com/v1",
    "PodMonitor": "monitoring.coreos.com/v1",
    "ExternalSecret": "external-secrets.io/v1",
    "Certificate": "cert-manager.io/v1",
}


def services() -> dict[str, dict[str, Any]]:
    """Return what `[tool.xtask]` says of every Python service of the repository."""
    manifests = (ROOT / "services").glob("*/pyproject.toml")
    found = [tomllib.loads(manifest.read_text()) for manifest in manifests]
    return {manifest["project"]["name"]: manifest["tool"]["xtask"] for manifest in found}


def pages() -> tuple[str, int]:
    """Return the name of the frontend, and the port that its Dockerfile exposes."""
    settings = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["metadata"]["xtask"]
    folder = ROOT / settings["frontend"]["folder"]
    exposed = re.findall(r"^EXPOSE (\d+)$", (folder / "Dockerfile").read_text(), re.MULTILINE)
    return folder.name, int(exposed[-1])


def ports() -> dict[str, int]:
    """Return the port of every image of the repository."""
    return {name: settings["port"] for name, settings in services().items()} | dict([pages()])


class EveryVariant(unittest.TestCase):
    """What holds for every set of values."""

    def test_kubernetes_accepts_every_object(self) -> None:
        seen: set[str] = set()
        for variant in variants():
            for manifest in made(variant):
                if foreign := FOREIGN.get(manifest["kind"]):
                    assert manifest["apiVersion"] == foreign
                    continue
                text = json.dumps(manifest, sort_keys=True)
                for version in () if text in seen else KUBERNETES:
                    seen.add(text)
                    with self.subTest(variant, kind=manifest["kind"], name=manifest["metadata"]["name"]):
                        kubernetes_validate.validate(manifest, version, strict=True)

    def test_helm_lint_finds_nothing(self) -> None:
        for variant in variants():
            with self.subTest(variant):
                report = lint(CHART, with_secrets(values_of(variant)), strict=True)
                # An icon is recommended to charts that are listed in a hub.
                messages = [said for said in report["messages"] if "icon is recommended" not in said["error"]]
                assert (messages, report["errors"]) == ([], [])

    def test_every_container_is_hardened_and_starts_as_its_image_says(self) -> None:
        ours = ports()
        for variant in variants():
            for workload in workloads(made(variant)):
                pod = pods(workload)["spec"]
                with self.subTest(variant, name=workload["metadata"]["name"]):
                    assert pod["automountServiceAccountToken"] is False
                    assert pod["securityContext"]["runAsNonRoot"] is True
                    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
                    # What values add comes after it.
                    container = pod["containers"][0]
                    assert container["securityContext"] == {
                        "allowPrivilegeEscalation": False,
                        "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]},
                    }
                    assert "memory" in container["resources"]["limits"]
                    probes = {"livenessProbe", "readinessProbe", "startupProbe"} & set(container)
                    assert ("ports" in container) == ({"livenessProbe", "readinessProbe"} <= probes) == bool(probes)
                    if container["name"] in ours:
                        assert pod["securityContext"].get("runAsUser") == (None if variant == "openshift" else 10001)
                        assert not {"command", "args"} & set(container)

    def test_volumes_selectors_and_references_lead_somewhere(self) -> None:
        for variant in variants():
            values = str(values_of(variant))
            manifests = made(variant)
            known = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests}
            for workload in workloads(manifests):
                template = pods(workload)
                pod = template["spec"]
                with self.subTest(variant, name=workload["metadata"]["name"]):
                    if "Job" not in workload["kind"]:
                        labels = template["metadata"]["labels"]
                        assert workload["spec"]["selector"]["matchLabels"].items() <= labels.items()
                    for kind, name in references(pod):
                        assert (kind, name) in known or name in values, (kind, name)
                    volumes = {volume["name"] for volume in pod.get("volumes", [])}
                    volumes |= {claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", [])}
                    mounts = [mount for container in pod["containers"] for mount in container.get("volumeMounts", [])]
                    assert {mount["name"] for mount in mounts} <= volumes

    def test_names_fit(self) -> None:
        for variant in variants():
            for manifest in made(variant):
                with self.subTest(variant, kind=manifest["kind"], name=manifest["metadata"]["name"]):
                    # A StatefulSet's pods carry its name and a hash in a label.
                    most = {"StatefulSet": 52, "HTTPRoute": 253}.get(manifest["kind"], 63)
                    assert len(manifest["metadata"]["name"]) <= most
                    labels = manifest["metadata"].get("labels", {})
                    assert all(len(value) <= 63 for value in labels.values())


def with_secrets(values: dict[str, Any]) -> dict[str, Any]:
    """Return values with an existing Secret wherever one would be generated: lint has no cluster."""
    values = deepcopy(values)
    secret = values.setdefault("services", {}).setdefault("admin-backend", {}).setdefault("secret", {})
    for block in (secret, *(values.setdefault(store, {}) for store in ("qdrant", "redis", "s3"))):
        block.setdefault("existingSecret", "exists")
    return values


def references(pod: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the objects that a pod names."""
    found = [("ServiceAccount", pod["serviceAccountName"])]
    for volume in pod.get("volumes", []):
        if claim := volume.get("persistentVolumeClaim"):
            found.append(("PersistentVolumeClaim", claim["claimName"]))
        if config := volume.get("configMap"):
            found.append(("ConfigMap", config["name"]))
    for container in pod["containers"]:
        for source in container.get("envFrom", []):
            if config := source.get("configMapRef"):
                found += [] if config.get("optional") else [("ConfigMap", config["name"])]
            if secret := source.get("secretRef"):
                found.append(("Secret", secret["name"]))
    return found


class Defaults(unittest.TestCase):
    """What the chart makes when nothing is set."""

    def setUp(self) -> None:
        self.manifests = made("")
        self.deployments = of_kind(self.manifests, "Deployment")

    def test_every_service_of_the_repository_runs_with_its_image_and_port(self) -> None:
        for name, port in ports().items():
            with self.subTest(name):
                (container,) = self.deployments[f"demo-rag-{name}"]["spec"]["template"]["spec"]["containers"]
                assert container["image"] == f"ghcr.io/rag-template/{name}:0.1.0"
                assert container["ports"] == [{"name": "http", "containerPort": port}]
                service = of_kind(self.manifests, "Service")[f"demo-rag-{name}"]
                assert service["spec"]["ports"][0]["port"] == port

    def test_the_pages_are_asked_by_those_who_may_and_ask_what_they_need(self) -> None:
        name, port = pages()
        config = of_kind(self.manifests, "ConfigMap")[f"demo-rag-{name}"]["data"]
        assert config == {
            "RAG_BACKEND_URL": "http://demo-rag-rag-backend:8080",
            "ADMIN_BACKEND_URL": "http://demo-rag-admin-backend:8081",
        }
        own = of_kind(self.manifests, "NetworkPolicy")[f"demo-rag-{name}"]["spec"]
        assert "ingress" not in own
        assert [rule["ports"][0]["port"] for rule in own["egress"]] == [53, 8081, 8080]
        exposed = {"ingress": {"enabled": True, "hosts": [{"host": "rag.example.org", "service": name}]}}
        manifests = render(exposed)
        path = of_kind(manifests, "Ingress")["demo-rag"]["spec"]["rules"][0]["http"]["paths"][0]
        assert path["backend"]["service"] == {"name": f"demo-rag-{name}", "port": {"number": port}}
        (rule,) = of_kind(manifests, "NetworkPolicy")[f"demo-rag-{name}"]["spec"]["ingress"]
        assert rule == {"from": [{"namespaceSelector": {}}], "ports": [{"port": port}]}
        assert of_kind(manifests, "NetworkPolicy")["demo-rag-document-extractor"]["spec"]["ingress"][0]["from"] == [
            {
                "podSelector": {
                    "matchLabels": {
                        "app.kubernetes.io/name": "rag",
                        "app.kubernetes.io/instance": "demo",
                        "app.kubernetes.io/component": "admin-backend",
                    }
                }
            }
        ]

    def test_what_keeps_state_has_a_claim_and_one_pod_at_a_time(self) -> None:
        claims = of_kind(self.manifests, "PersistentVolumeClaim")
        assert set(claims) == {"demo-rag-rag-backend", "demo-rag-admin-backend"}
        for name in claims:
            assert self.deployments[name]["spec"]["strategy"] == {"type": "Recreate"}

    def test_a_pod_restarts_only_when_what_it_is_told_changes(self) -> None:
        def templates(values: dict[str, Any]) -> list[Any]:
            return [pods(workload) for workload in workloads(render(values))]

        assert templates({}) == templates({})
        assert templates({}) != templates({"services": {"mcp-server": {"env": {"LOG_LEVEL": "DEBUG"}}}})


if __name__ == "__main__":
    unittest.main()
