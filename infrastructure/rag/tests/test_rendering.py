"""What Helm makes of the chart: valid for Kubernetes, hardened, and wired as the services need it.

    cargo xtask tool python -m unittest discover --start-directory infrastructure/rag/tests

The sets of values lie in `values/`.
"""

import json
import re
import tomllib
import unittest
from typing import Any

import kubernetes_validate
from helm_python import HelmError, lint
from rendering import CHART, Manifest, of_kind, render, values_of, variants

ROOT = CHART.parents[1]
KUBERNETES = ["1.32.0", "1.37.0"]
POD_OWNERS = ("Deployment", "StatefulSet")


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


def workloads(manifests: list[Manifest]) -> list[Manifest]:
    """Return what makes pods."""
    return [manifest for manifest in manifests if manifest["kind"] in POD_OWNERS]


class EveryVariant(unittest.TestCase):
    """What holds for every set of values."""

    def test_kubernetes_accepts_every_object(self) -> None:
        seen: set[str] = set()
        for variant in variants():
            for manifest in render(values_of(variant)):
                text = json.dumps(manifest, sort_keys=True)
                for version in () if text in seen else KUBERNETES:
                    seen.add(text)
                    with self.subTest(variant, kind=manifest["kind"], name=manifest["metadata"]["name"]):
                        kubernetes_validate.validate(manifest, version, strict=True)

    def test_helm_lint_finds_nothing(self) -> None:
        for variant in variants():
            with self.subTest(variant):
                report = lint(CHART, values_of(variant), strict=True)
                # An icon is recommended to charts that are listed in a hub.
                messages = [said for said in report["messages"] if "icon is recommended" not in said["error"]]
                assert (messages, report["errors"]) == ([], [])

    def test_every_container_is_hardened_and_starts_as_its_image_says(self) -> None:
        ours = ports()
        for variant in variants():
            for workload in workloads(render(values_of(variant))):
                pod = workload["spec"]["template"]["spec"]
                with self.subTest(variant, name=workload["metadata"]["name"]):
                    assert pod["automountServiceAccountToken"] is False
                    assert pod["securityContext"]["runAsNonRoot"] is True
                    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
                    (container,) = pod["containers"]
                    assert container["securityContext"] == {
                        "allowPrivilegeEscalation": False,
                        "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]},
                    }
                    assert "memory" in container["resources"]["limits"]
                    assert {"livenessProbe", "readinessProbe"} <= set(container)
                    if container["name"] in ours:
                        assert pod["securityContext"]["runAsUser"] == 10001
                        assert not {"command", "args", "env"} & set(container)

    def test_volumes_selectors_and_references_lead_somewhere(self) -> None:
        for variant in variants():
            values = values_of(variant)
            manifests = render(values)
            known = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests}
            for workload in workloads(manifests):
                template = workload["spec"]["template"]
                pod = template["spec"]
                with self.subTest(variant, name=workload["metadata"]["name"]):
                    assert workload["spec"]["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
                    assert ("ServiceAccount", pod["serviceAccountName"]) in known
                    for volume in pod.get("volumes", []):
                        if claim := volume.get("persistentVolumeClaim"):
                            assert ("PersistentVolumeClaim", claim["claimName"]) in known
                    for container in pod["containers"]:
                        for source in container.get("envFrom", []):
                            if name := source.get("configMapRef", {}).get("name"):
                                assert ("ConfigMap", name) in known
                            if name := source.get("secretRef", {}).get("name"):
                                assert ("Secret", name) in known or name in str(values), name

    def test_every_call_is_let_through_at_both_ends(self) -> None:
        for variant in variants():
            manifests = render(values_of(variant))
            policies = of_kind(manifests, "NetworkPolicy")
            if not policies:
                continue
            for caller, config in of_kind(manifests, "ConfigMap").items():
                targets = [value for value in config["data"].values() if value.startswith("http://demo-rag-")]
                for target in targets:
                    name, port = target.removeprefix("http://").split(":")
                    with self.subTest(variant, caller=caller, target=target):
                        part = {"app.kubernetes.io/component": name.removeprefix("demo-rag-")}
                        assert allows(policies[caller]["spec"]["egress"], "to", part, int(port))
                        part = {"app.kubernetes.io/component": caller.removeprefix("demo-rag-")}
                        assert allows(policies[name]["spec"]["ingress"], "from", part, int(port))


def allows(rules: list[dict[str, Any]], side: str, labels: dict[str, str], port: int) -> bool:
    """Tell whether rules of a network policy name pods with these labels, and the port."""
    return any(
        labels.items() <= peer.get("podSelector", {}).get("matchLabels", {}).items() and {"port": port} in rule["ports"]
        for rule in rules
        for peer in rule.get(side, [])
    )


class Defaults(unittest.TestCase):
    """What the chart makes when nothing is set."""

    def setUp(self) -> None:
        self.manifests = render({})
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

    def test_a_token_is_made(self) -> None:
        tokens = {of_kind(render({}), "Secret")["demo-rag-admin-backend"]["data"]["ADMIN_TOKEN"] for _ in range(2)}
        assert len(tokens) == 2
        assert min(map(len, tokens)) >= 43

    def test_a_pod_restarts_only_when_what_it_is_told_changes(self) -> None:
        def templates(values: dict[str, Any]) -> list[Any]:
            return [workload["spec"]["template"] for workload in workloads(render(values))]

        assert templates({}) == templates({})
        assert templates({}) != templates({"services": {"mcp-server": {"env": {"LOG_LEVEL": "DEBUG"}}}})


class Variants(unittest.TestCase):
    """What single sets of values change."""

    def config(self, variant: str, service: str) -> dict[str, str]:
        return of_kind(render(values_of(variant)), "ConfigMap")[f"demo-rag-{service}"]["data"]

    def test_external_stores(self) -> None:
        manifests = render(values_of("external_stores"))
        assert not of_kind(manifests, "PersistentVolumeClaim")
        assert not of_kind(manifests, "StatefulSet")
        rag = self.config("external_stores", "rag-backend")
        assert rag["QDRANT_URL"] == "https://qdrant.example.org"
        assert rag["CHAT_MODEL"] == "chat-large"
        assert "QDRANT_PATH" not in rag
        admin = self.config("external_stores", "admin-backend")
        assert (admin["S3_URL"], admin["S3_BUCKET"]) == ("http://s3.example.org:9000", "uploads")
        policies = of_kind(manifests, "NetworkPolicy")
        ports = [rule["ports"][0]["port"] for rule in policies["demo-rag-rag-backend"]["spec"]["egress"]]
        assert ports == [53, 443, 11434]
        (container,) = of_kind(manifests, "Deployment")["demo-rag-rag-backend"]["spec"]["template"]["spec"][
            "containers"
        ]
        secrets = [source["secretRef"]["name"] for source in container["envFrom"] if "secretRef" in source]
        assert secrets == ["qdrant-key", "model-keys"]

    def test_deployed_stores(self) -> None:
        manifests = render(values_of("deployed_stores"))
        stores = {"demo-rag-qdrant", "demo-rag-redis", "demo-rag-s3"}
        assert set(of_kind(manifests, "StatefulSet")) == stores
        assert stores - set(of_kind(manifests, "Service")) == set()
        assert self.config("deployed_stores", "rag-backend")["QDRANT_URL"] == "http://demo-rag-qdrant:6333"
        assert self.config("deployed_stores", "admin-backend")["S3_URL"] == "http://demo-rag-s3:7070"
        assert "REDIS_URL" in of_kind(manifests, "Secret")["demo-rag-redis"]["data"]

    def test_ingress_with_tls(self) -> None:
        manifests = render(values_of("ingress_with_tls"))
        ingress = of_kind(manifests, "Ingress")["demo-rag"]["spec"]
        paths = [(rule["host"], rule["http"]["paths"][0]) for rule in ingress["rules"]]
        found = {
            (host, path["path"], path["backend"]["service"]["name"], path["backend"]["service"]["port"]["number"])
            for host, path in paths
        }
        assert found == {
            ("rag.example.org", "/", "demo-rag-rag-backend", 8080),
            ("rag.example.org", "/admin", "demo-rag-admin-backend", 8081),
            ("mcp.example.org", "/", "demo-rag-mcp-server", 8083),
            ("ask.example.org", "/", "demo-rag-frontend", 8080),
        }
        assert ingress["tls"][0]["secretName"] == "rag-tls"
        hosts = self.config("ingress_with_tls", "mcp-server")["MCP_ALLOWED_HOSTS"].split(",")
        assert {"mcp.example.org", "mcp.example.org:*", "demo-rag-mcp-server.rag:*"} <= set(hosts)
        for service, served in (
            # The pages pass on what a browser asked them by.
            ("rag-backend", {"rag.example.org", "ask.example.org:*", "demo-rag-rag-backend:*", "demo-rag-frontend:*"}),
            ("admin-backend", {"rag.example.org", "ask.example.org", "demo-rag-admin-backend.rag.svc:*"}),
            ("document-extractor", {"demo-rag-document-extractor:*", "localhost:*"}),
        ):
            hosts = self.config("ingress_with_tls", service)["ALLOWED_HOSTS"].split(",")
            assert served <= set(hosts)
            assert "mcp.example.org" not in hosts
        rule = of_kind(manifests, "NetworkPolicy")["demo-rag-mcp-server"]["spec"]["ingress"][0]
        labels = rule["from"][0]["namespaceSelector"]["matchLabels"]
        assert labels == {"kubernetes.io/metadata.name": "ingress-nginx"}

    def test_what_keeps_state_is_reached_while_it_says_what_is_wrong_with_it(self) -> None:
        def reached(variant: str) -> set[str]:
            services = of_kind(render(values_of(variant)), "Service")
            return {name for name, service in services.items() if service["spec"].get("publishNotReadyAddresses")}

        assert reached("") == {"demo-rag-rag-backend", "demo-rag-admin-backend"}
        assert reached("external_stores") == set()

    def test_scaled(self) -> None:
        manifests = render(values_of("scaled"))
        assert set(of_kind(manifests, "HorizontalPodAutoscaler")) == {"demo-rag-document-extractor"}
        deployments = of_kind(manifests, "Deployment")
        assert "replicas" not in deployments["demo-rag-document-extractor"]["spec"]
        assert deployments["demo-rag-mcp-server"]["spec"]["replicas"] == 2
        budgets = of_kind(manifests, "PodDisruptionBudget")
        assert budgets["demo-rag-mcp-server"]["spec"]["maxUnavailable"] == "50%"

    def test_without_network_policies(self) -> None:
        assert not of_kind(render(values_of("without_network_policies")), "NetworkPolicy")

    def test_by_digest(self) -> None:
        deployments = of_kind(render(values_of("by_digest")), "Deployment")
        images = {
            name.removeprefix("demo-rag-"): deployment["spec"]["template"]["spec"]["containers"][0]["image"]
            for name, deployment in deployments.items()
        }
        assert images["rag-backend"] == f"registry.example.org/rag/rag-backend@sha256:{'a' * 64}"
        assert images["admin-backend"] == "registry.example.org/rag/admin-backend:1.4.1"
        assert images["mcp-server"] == "registry.example.org/rag/mcp-server:1.4.0"

    def test_existing_secrets(self) -> None:
        manifests = render(values_of("existing_secrets"))
        assert set(of_kind(manifests, "Secret")) == {"demo-rag-mcp-server"}
        pod = of_kind(manifests, "Deployment")["demo-rag-admin-backend"]["spec"]["template"]["spec"]
        assert {"secretRef": {"name": "admin-of-our-own"}} in pod["containers"][0]["envFrom"]

    def test_without_volumes(self) -> None:
        manifests = render(values_of("without_volumes"))
        assert not of_kind(manifests, "PersistentVolumeClaim")
        pod = of_kind(manifests, "Deployment")["demo-rag-rag-backend"]["spec"]["template"]["spec"]
        assert {"name": "state", "emptyDir": {}} in pod["volumes"]

    def test_another_service(self) -> None:
        manifests = render(values_of("another_service"))
        mailer = of_kind(manifests, "Deployment")["demo-rag-digest-mailer"]
        assert (
            mailer["spec"]["template"]["spec"]["containers"][0]["image"] == "ghcr.io/rag-template/digest-mailer:0.1.0"
        )
        assert self.config("another_service", "digest-mailer") == {
            "RAG_BACKEND_URL": "http://demo-rag-rag-backend:8080",
            "ADMIN_BACKEND_URL": "http://demo-rag-admin-backend:8081",
        }


class Refusals(unittest.TestCase):
    """Values that cannot be right are answered, and nothing is made."""

    def test_what_is_wrong_is_said(self) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"services": {"rag-backend": {"port": "http"}}}, "got string, want integer"),
            ({"services": {"rag-backend": {"replicas": -1}}}, "/services/rag-backend/replicas"),
            ({"services": {"rag-backend": {"prot": 1}}}, "'prot' not allowed"),
            ({"services": {"rag-backend": {"resources": {"limits": {"memory": "much"}}}}}, "limits/memory"),
            ({"services": {"new": {"env": {}}}}, "missing property 'port'"),
            ({"servces": {}}, "'servces' not allowed"),
            ({"image": {"tag": "latest"}}, "/image/tag"),
            ({"image": {"pullPolicy": "Sometimes"}}, "/image/pullPolicy"),
            ({"services": {"mcp-server": {"image": {"digest": "sha256:abc"}}}}, "/image/digest"),
            ({"qdrant": {"mode": "elsewhere"}}, "/qdrant/mode"),
            ({"qdrant": {"mode": "external"}}, "/qdrant/external/url"),
            ({"redis": {"mode": "external"}}, "/redis/external"),
            ({"models": {"chat": {"baseUrl": "http://models/v1"}}}, "/models/chat/model"),
            ({"ingress": {"enabled": True}}, "/ingress/hosts"),
            ({"services": {"rag-backend": {"replicas": 2}}}, "keeps its state in a folder"),
            ({"services": {"rag-backend": {"autoscaling": {"enabled": True}}}}, "keeps its state in a folder"),
            ({"services": {"mcp-server": {"calls": {"X_URL": "nobody"}}}}, "there is no service `nobody` to call"),
            ({"ingress": {"enabled": True, "hosts": [{"host": "a", "service": "nobody"}]}}, "no service of this chart"),
        ]
        for values, said in cases:
            with self.subTest(values), self.assertRaises(HelmError) as caught:  # noqa: PT027 (the tools hold no pytest)
                render(values)
            assert said in str(caught.exception)


if __name__ == "__main__":
    unittest.main()
