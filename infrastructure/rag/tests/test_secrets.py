"""Secrets: made once, kept from then on, and never different in two renderings."""

import base64
import unittest
from typing import Any

from helm_python import HelmError
from rendering import Manifest, made, of_kind, render, template, values_of


def data(manifests: list[Manifest]) -> dict[str, dict[str, str]]:
    """Return what every Secret holds."""
    return {name: secret["data"] for name, secret in of_kind(manifests, "Secret").items()}


class Secrets(unittest.TestCase):
    """What is secret, in a cluster and without one."""

    def test_a_first_installation_makes_long_and_different_ones(self) -> None:
        one, other = (data(render(values_of("flux"))) for _ in range(2))
        assert set(one) == {"demo-rag-admin-backend", "demo-rag-qdrant", "demo-rag-redis", "demo-rag-s3"}
        for name, values in one.items():
            for key, value in values.items():
                with self.subTest(name, key=key):
                    assert value != other[name][key]
                    assert len(base64.b64decode(value)) >= 43

    def test_an_upgrade_keeps_them(self) -> None:
        before = render(values_of("flux"))
        assert data(render(values_of("flux"), existing=before)) == data(before)

    def test_an_upgrade_makes_what_is_missing_and_keeps_the_rest(self) -> None:
        before = render({})
        after = data(render(values_of("flux"), existing=before))
        assert after["demo-rag-admin-backend"] == data(before)["demo-rag-admin-backend"]
        assert "QDRANT_API_KEY" in after["demo-rag-qdrant"]

    def test_the_address_of_the_store_has_the_password_that_is_kept(self) -> None:
        before = render(values_of("flux"))
        secret = data(render(values_of("flux"), existing=before))["demo-rag-redis"]
        password, url = (base64.b64decode(secret[key]).decode() for key in ("REDIS_PASSWORD", "REDIS_URL"))
        assert url == f"redis://:{password}@demo-rag-redis:6379/0"

    def test_without_a_cluster_none_is_made(self) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({}, "set services.admin-backend.secret.existingSecret to a Secret that has it"),
            *(
                (
                    {"services": {"admin-backend": {"secret": {"existingSecret": "a"}}}, name: {"mode": "deployed"}},
                    remedy,
                )
                for name, remedy in [
                    ("qdrant", "set qdrant.existingSecret"),
                    ("redis", "set redis.existingSecret"),
                    ("s3", "set s3.existingSecret"),
                ]
            ),
        ]
        for values, remedy in cases:
            with self.subTest(values), self.assertRaises(HelmError) as caught:  # noqa: PT027 (the tools hold no pytest)
                template(values)
            assert "no cluster can be asked for the Secret" in str(caught.exception)
            assert remedy in str(caught.exception)

    def test_argo_cd_renders_the_same_twice(self) -> None:
        values = values_of("argo_cd")
        assert template(values) == template(values)
        assert not of_kind(template(values), "Secret")

    def test_values_of_ones_own_need_no_cluster(self) -> None:
        manifests = template({"services": {"admin-backend": {"secret": {"values": {"ADMIN_TOKEN": "mine"}}}}})
        assert data(manifests)["demo-rag-admin-backend"] == {"ADMIN_TOKEN": base64.b64encode(b"mine").decode()}

    def test_existing_ones_reach_those_who_need_them(self) -> None:
        manifests = made("argo_cd")
        wanted = {
            "demo-rag-admin-backend": {"rag-admin", "rag-redis", "rag-s3"},
            "demo-rag-rag-backend": {"rag-qdrant"},
        }
        for name, expected in wanted.items():
            pod = of_kind(manifests, "Deployment")[name]["spec"]["template"]["spec"]
            sources = [
                source["secretRef"]["name"] for source in pod["containers"][0]["envFrom"] if "secretRef" in source
            ]
            assert set(sources) == expected
        for name, expected in (("qdrant", "rag-qdrant"), ("redis", "rag-redis"), ("s3", "rag-s3")):
            store = of_kind(manifests, "StatefulSet")[f"demo-rag-{name}"]["spec"]["template"]["spec"]["containers"][0]
            found = {
                variable["valueFrom"]["secretKeyRef"]["name"] for variable in store["env"] if "valueFrom" in variable
            }
            assert found == {expected}

    def test_existing_secrets(self) -> None:
        manifests = made("existing_secrets")
        assert set(of_kind(manifests, "Secret")) == {"demo-rag-mcp-server"}
        pod = of_kind(manifests, "Deployment")["demo-rag-admin-backend"]["spec"]["template"]["spec"]
        assert {"secretRef": {"name": "admin-of-our-own"}} in pod["containers"][0]["envFrom"]


if __name__ == "__main__":
    unittest.main()
