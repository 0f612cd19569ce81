"""Network policies: nobody reaches anything that the values do not name, and everybody what they name."""

import unittest
from copy import deepcopy

from policies import Connection, Peer, Pod, passes, pods_of
from rendering import Manifest, made, of_kind, values_of, variants

NAMESPACE = "rag"
STORES = {"qdrant": 6333, "redis": 6379, "s3": 7070}
#: Who does not belong to the release.
STRANGER = Pod("elsewhere", {"app": "stranger"})
NEIGHBOUR = Pod(NAMESPACE, {"app": "neighbour"})
PUBLIC = "93.184.216.34"
PRIVATE = "10.99.0.1"
#: Where clouds hand out credentials.
METADATA = "169.254.169.254"


class Release:
    """What a set of values makes, and which connections pass in it."""

    def __init__(self, manifests: list[Manifest]) -> None:
        self.manifests = manifests
        self.policies = list(of_kind(self.manifests, "NetworkPolicy").values())
        self.pods = pods_of(self.manifests, NAMESPACE)
        services = of_kind(self.manifests, "Service").values()
        self.ports: dict[str, int] = {
            service["spec"]["selector"]["app.kubernetes.io/component"]: service["spec"]["ports"][0]["port"]
            for service in services
        }

    def reaches(self, source: Peer | str, target: Peer | str, port: int | None = None) -> bool:
        """Tell whether one reaches another; names are of pods of the release, and have their port."""
        # What listens on no port is tried on that of the others.
        number = port or (self.ports.get(target, 8080) if isinstance(target, str) else 0)
        return passes(self.policies, NAMESPACE, Connection(self.peer(source), self.peer(target), number))

    def peer(self, name: Peer | str) -> Peer:
        """Return the pod of a name, or the peer itself."""
        return self.pods.get(name, name) if isinstance(name, str) else name

    def edges(self) -> set[tuple[str, str]]:
        """Return which pods of the release reach which others."""
        return {(one, other) for one in self.pods for other in self.pods if one != other and self.reaches(one, other)}


def meant(manifests: list[Manifest]) -> set[tuple[str, str]]:
    """Return which pods are told the address of which others, by their environment."""
    prefixes = {service: f"{name}:" for name, service in components(manifests).items()}
    found: set[tuple[str, str]] = set()
    for config in of_kind(manifests, "ConfigMap").values():
        caller = config["metadata"].get("labels", {}).get("app.kubernetes.io/component")
        urls = [value.removeprefix("http://") for value in (config["data"] or {}).values()]
        found |= {(caller, service) for service, prefix in prefixes.items() for url in urls if url.startswith(prefix)}
    return found


def components(manifests: list[Manifest]) -> dict[str, str]:
    """Return the component of every Service."""
    services = of_kind(manifests, "Service").items()
    return {name: service["spec"]["selector"]["app.kubernetes.io/component"] for name, service in services}


class EveryVariant(unittest.TestCase):
    """What holds for every set of values that has policies."""

    def test_pods_reach_those_whose_address_they_are_told_and_no_others(self) -> None:
        for variant in variants():
            release = Release(made(variant))
            if release.policies:
                with self.subTest(variant):
                    expected = meant(release.manifests)
                    # Its address is a secret.
                    expected |= {("admin-backend", "redis")} & {("admin-backend", name) for name in release.pods}
                    assert release.edges() == expected

    def test_nobody_reaches_the_metadata_of_a_cloud(self) -> None:
        for variant in variants():
            release = Release(made(variant))
            for name in release.pods if release.policies else ():
                for port in (53, 80, 443, 8080):
                    with self.subTest(variant, name=name, port=port):
                        is_dns = port == 53  # to any address, unless networkPolicy.dns.to says more
                        assert is_dns or not release.reaches(name, METADATA, port)

    def test_stores_are_reached_by_their_clients_alone_and_reach_nothing(self) -> None:
        for variant in variants():
            release = Release(made(variant))
            for store in STORES.keys() & release.pods.keys() if release.policies else ():
                with self.subTest(variant, store=store):
                    assert not release.reaches(NEIGHBOUR, store)
                    assert not release.reaches(STRANGER, store)
                    assert not release.reaches(PUBLIC, store)
                    assert not any(
                        release.reaches(store, other, 443) for other in (NEIGHBOUR, STRANGER, PUBLIC, PRIVATE)
                    )

    def test_what_is_not_exposed_is_reached_by_nobody_outside(self) -> None:
        for variant in variants():
            values = values_of(variant)
            release = Release(made(variant))
            hosts = values.get("ingress", {}).get("hosts", []) + values.get("httpRoute", {}).get("hosts", [])
            exposed = {host["service"] for host in hosts}
            exposed |= {name for name, own in values.get("services", {}).items() if "type" in own.get("service", {})}
            for name in release.pods.keys() - exposed if release.policies else ():
                with self.subTest(variant, name=name):
                    assert not any(release.reaches(other, name) for other in (NEIGHBOUR, STRANGER, PUBLIC, PRIVATE))


class Cases(unittest.TestCase):
    """Single sets of values."""

    def test_the_defaults(self) -> None:
        release = Release(made(""))
        assert release.edges() == {
            ("admin-backend", "document-extractor"),
            ("admin-backend", "rag-backend"),
            ("frontend", "admin-backend"),
            ("frontend", "rag-backend"),
            ("mcp-server", "rag-backend"),
            ("rag-backend", "admin-backend"),
        }
        outside = {name for name in release.pods if release.reaches(name, PUBLIC, 443)}
        assert outside == {"document-extractor"}
        assert not any(release.reaches(name, PRIVATE, 443) for name in release.pods)

    def test_external_addresses_are_reached_as_far_as_values_say(self) -> None:
        release = Release(made("external_stores"))
        assert release.reaches("rag-backend", PUBLIC, 443)  # qdrant.external.egress.public
        assert not release.reaches("rag-backend", PRIVATE, 443)
        assert not release.reaches("rag-backend", STRANGER, 443)
        assert release.reaches("rag-backend", "198.51.100.7", 11434)
        assert not release.reaches("rag-backend", PUBLIC, 11434)
        assert release.reaches("admin-backend", "10.20.0.9", 6380)
        assert not release.reaches("admin-backend", "10.20.0.9", 6379)
        assert release.reaches("admin-backend", "10.30.0.8", 9000)
        assert not release.reaches("mcp-server", "198.51.100.7", 443)

    def test_addresses_in_the_cluster_need_no_more_values(self) -> None:
        release = Release(made("stores_in_the_cluster"))
        assert release.reaches("rag-backend", Pod("data-platform", {}), 6333)
        assert release.reaches("rag-backend", NEIGHBOUR, 8000)
        assert release.reaches("admin-backend", "10.0.12.7", 6379)
        assert not release.reaches("admin-backend", "10.0.12.8", 6379)
        assert release.reaches("admin-backend", "fd00:20::8", 9000)
        assert not any(release.reaches("rag-backend", other, 443) for other in (STRANGER, PUBLIC, PRIVATE))

    def test_a_gateway_reaches_what_has_a_host(self) -> None:
        release = Release(made("gateway_api"))
        gateway = Pod("gateways", {})
        reached = {name for name in release.pods if release.reaches(gateway, name)}
        assert reached == {"frontend", "rag-backend", "admin-backend", "mcp-server"}
        assert not any(release.reaches(STRANGER, name) for name in release.pods)

    def test_a_controller_in_the_network_of_its_node(self) -> None:
        release = Release(made("several_hosts"))
        assert release.reaches("10.0.0.4", "frontend")
        assert not release.reaches("10.0.1.4", "frontend")
        assert not release.reaches("10.0.0.4", "admin-backend")

    def test_a_load_balancer_serves_the_addresses_that_it_is_given(self) -> None:
        release = Release(made("load_balancer"))
        assert release.reaches("203.0.113.9", "frontend")
        assert release.reaches("2001:db8::1", "frontend")
        assert not release.reaches(PUBLIC, "frontend")
        assert release.reaches(PUBLIC, "mcp-server")
        assert not release.reaches(PUBLIC, "rag-backend")

    def test_prometheus_reaches_metrics_alone(self) -> None:
        release = Release(made("monitoring"))
        prometheus = Pod("observability", {})
        assert release.reaches(prometheus, "frontend", 9113)
        assert release.reaches(prometheus, "rag-backend", 8888)
        assert not release.reaches(prometheus, "frontend")
        assert not release.reaches(prometheus, "admin-backend")
        assert not release.reaches(STRANGER, "frontend", 9113)

    def test_prometheus_reaches_services_with_metrics_of_their_own(self) -> None:
        release = Release(made("metrics_of_all_services"))
        prometheus = Pod("monitoring", {})
        for name in ("rag-backend", "admin-backend", "document-extractor", "mcp-server"):
            assert release.reaches(prometheus, name)
            assert not release.reaches(STRANGER, name)
        assert not release.reaches(prometheus, "frontend")

    def test_names_are_asked_where_values_say(self) -> None:
        release = Release(made("openshift"))
        dns = Pod("openshift-dns", {})
        assert release.reaches("rag-backend", dns, 5353)
        assert not release.reaches("rag-backend", dns, 53)
        assert not release.reaches("rag-backend", PUBLIC, 5353)
        udp = Connection(release.pods["rag-backend"], dns, 5353, "UDP")
        assert passes(release.policies, NAMESPACE, udp)

    def test_without_policies_everything_is_reached(self) -> None:
        release = Release(made("without_network_policies"))
        assert release.reaches(STRANGER, "rag-backend")

    def test_the_evaluation_finds_a_policy_without_clients(self) -> None:
        release = Release(deepcopy(made("deployed_stores")))
        for policy in release.policies:
            if policy["spec"]["podSelector"]["matchLabels"].get("app.kubernetes.io/component") == "redis":
                policy["spec"]["ingress"][0]["from"] = []
        assert release.reaches(STRANGER, "redis")


if __name__ == "__main__":
    unittest.main()
