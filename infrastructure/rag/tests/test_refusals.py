"""Values that cannot be right are answered, and nothing is made."""

import unittest
from typing import Any

from helm_python import HelmError
from rendering import render

OUTSIDE = "is a host name, and a NetworkPolicy knows only addresses"


def service(name: str, **own: object) -> dict[str, Any]:
    """Return values of one service."""
    return {"services": {name: own}}


def exposed(kind: str, to: str, **more: object) -> dict[str, Any]:
    """Return values with one host."""
    return {kind: {"enabled": True, "hosts": [{"host": "a.example.org", "service": to}], **more}}


GATEWAY: dict[str, Any] = {"parentRefs": [{"name": "public"}]}

BY_SCHEMA: list[tuple[dict[str, Any], str]] = [
    (service("rag-backend", port="http"), "got string, want integer"),
    (service("rag-backend", port=80), "/services/rag-backend/port"),
    (service("rag-backend", replicas=-1), "/services/rag-backend/replicas"),
    (service("rag-backend", prot=1), "'prot' not allowed"),
    (service("rag-backend", resources={"limits": {"memory": "much"}}), "limits/memory"),
    (service("rag-backend", probes={"readiness": {"periodSecond": 1}}), "'periodSecond' not allowed"),
    (service("rag-backend", probes={"readiness": {"path": "readyz"}}), "/readiness/path"),
    (service("rag-backend", env={"A": ["list"]}), "/env/A"),
    (service("rag-backend", env={"A": {"valueform": {}}}), "/env/A"),
    (service("rag-backend", env={"A-B": "1"}), "A-B"),
    (service("rag-backend", service={"typ": "NodePort"}), "'typ' not allowed"),
    (service("rag-backend", service={"type": "ExternalName"}), "/service/type"),
    (service("rag-backend", monitoring={"kind": "Probe"}), "/monitoring/kind"),
    (service("rag-backend", podLabels={"a": "no spaces here"}), "/podLabels/a"),
    (service("rag-backend", image={"repository": "r.example.org/x:1"}), "/image/repository"),
    (service("rag-backend", volumes=[{"name": "state", "emptyDir": {}}]), "/volumes/0/name"),
    (service("rag-backend", sidecars=[{"image": "a"}]), "missing property 'name'"),
    (service("rag-backend", secret={"existingsecret": "x"}), "'existingsecret' not allowed"),
    (service("rag-backend", state={"existingClaim": "No_Name"}), "/state/existingClaim"),
    (service("mcp-server", image={"digest": "sha256:abc"}), "/image/digest"),
    (service("new", hooks=["pre-install"]), "/services/new/hooks"),
    (service("new", schedule="@daily", port=8090), "services.new has a port, but a job answers nobody"),
    (service("new", schedule="@daily", hooks=["post-install"]), "services.new has a schedule and hooks"),
    (service("new", schedule="@daily", autoscaling={"enabled": True}), "services.new is a job, which is not scaled"),
    (
        {"services": {"new": {}, "other": {"port": 8090, "calls": {"NEW_URL": "new"}}}},
        "services.other.calls.NEW_URL points to `new`, which has no port",
    ),
    (exposed("ingress", "new") | service("new", env={}), "points to `new`, which has no port"),
    ({"servces": {}}, "'servces' not allowed"),
    ({"image": {"tag": "latest"}}, "/image/tag"),
    ({"image": {"pullPolicy": "Sometimes"}}, "/image/pullPolicy"),
    ({"qdrant": {"mode": "elsewhere"}}, "/qdrant/mode"),
    ({"qdrant": {"mode": "external"}}, "/qdrant/external/url"),
    ({"qdrant": {"nodeselector": {}}}, "'nodeselector' not allowed"),
    ({"redis": {"mode": "external"}}, "/redis/external"),
    ({"redis": {"external": {"egress": {"too": []}}}}, "'too' not allowed"),
    ({"models": {"chat": {"baseUrl": "http://models/v1"}}}, "/models/chat/model"),
    ({"ingress": {"enabled": True}}, "/ingress/hosts"),
    (
        exposed("ingress", "frontend", hosts=[{"host": "a", "service": "b", "pathtype": "Exact"}]),
        "'pathtype' not allowed",
    ),
    (exposed("httpRoute", "frontend"), "/httpRoute/parentRefs"),
    ({"networkPolicy": {"dns": {"ports": []}}}, "/networkPolicy/dns/ports"),
    ({"fullnameOverride": "Not-A-Name"}, "/fullnameOverride"),
    ({"fullnameOverride": "a" * 64}, "/fullnameOverride"),
]

BY_TEMPLATE: list[tuple[dict[str, Any], str]] = [
    (service("rag-backend", replicas=2), "keeps its state in a folder, so it has one replica: set the mode of qdrant"),
    (service("rag-backend", autoscaling={"enabled": True}), "keeps its state in a folder"),
    (
        service("mcp-server", autoscaling={"enabled": True, "minReplicas": 9}),
        "minReplicas (9) is more than maxReplicas (6)",
    ),
    (
        service("mcp-server", calls={"X_URL": "nobody"}),
        "services.mcp-server.calls.X_URL points to `nobody`, which is not a",
    ),
    (
        service("document-extractor", enabled=False),
        "services.admin-backend.calls.DOCUMENT_EXTRACTOR_URL points to `document-extractor`, which is disabled: enable "
        "it, or set services.admin-backend.calls.DOCUMENT_EXTRACTOR_URL to null and services.admin-backend.env.DOC",
    ),
    (service("rag-backend", enabled=False), "points to `rag-backend`, which is disabled"),
    (
        exposed("ingress", "nobody"),
        "ingress.hosts: a.example.org points to `nobody`, which is not a service of this chart",
    ),
    (exposed("httpRoute", "nobody", **GATEWAY), "httpRoute.hosts: a.example.org points to `nobody`"),
    (
        {**exposed("ingress", "mcp-server"), **service("mcp-server", enabled=False)},
        "ingress.hosts: a.example.org points to `mcp-server`, which is disabled",
    ),
    (
        {"qdrant": {"mode": "deployed"}, **service("rag-backend", uses=[])},
        "qdrant.mode is `deployed`, but no enabled service uses it: set it to `embedded`",
    ),
    (
        {"s3": {"mode": "deployed"}, **service("admin-backend", uses=[])},
        "s3.mode is `deployed`, but no enabled service uses it",
    ),
    (
        {
            "redis": {"mode": "deployed"},
            "services": {"admin-backend": {"enabled": False}, "frontend": {"enabled": False}},
        },
        "redis.mode is `deployed`, but no enabled service uses it: set it to `none`, or add `redis` to the `uses` of a",
    ),
    (
        {"models": {"chat": {"baseUrl": "https://models.example.org/v1", "model": "m"}}},
        f"models.chat.baseUrl {OUTSIDE}: list who may be reached in models.egress.to, or set models.egress.public",
    ),
    ({"qdrant": {"mode": "external", "external": {"url": "https://q.example.org"}}}, f"qdrant.external {OUTSIDE}"),
    ({"redis": {"mode": "external", "external": {"existingSecret": "a"}}}, f"redis.external {OUTSIDE}"),
    (
        {"fullnameOverride": "a" * 50},
        "-admin-backend` has 64 characters, and Kubernetes allows 63: choose a shorter release name, or set fullname",
    ),
    ({"services": {f"a{'b' * 38}": {"port": 8090}}, "fullnameOverride": "c" * 30}, "has 70 characters"),
]


class Refusals(unittest.TestCase):
    """Each with its message."""

    def test_what_is_wrong_is_said(self) -> None:
        for values, said in BY_SCHEMA + BY_TEMPLATE:
            with self.subTest(values), self.assertRaises(HelmError) as caught:  # noqa: PT027 (the tools hold no pytest)
                render(values)
            assert said in str(caught.exception), f"{values}: {caught.exception}"

    def test_a_long_name_of_a_release_is_refused_and_not_shortened(self) -> None:
        with self.assertRaises(HelmError) as caught:  # noqa: PT027
            render({}, release="r" * 50)
        assert "has 67 characters" in str(caught.exception) or "has 68" in str(caught.exception), str(caught.exception)


if __name__ == "__main__":
    unittest.main()
