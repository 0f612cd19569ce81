"""Which connections pass: network policies evaluated as Kubernetes describes them (networking.k8s.io/v1)."""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from rendering import Manifest
from workloads import template_of

NAME_OF_NAMESPACE = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class Pod:
    """A pod as policies see it."""

    namespace: str
    labels: dict[str, str]
    #: Ports of its containers, by name.
    ports: dict[str, int] = field(default_factory=dict[str, int])


#: Either end of a connection: a pod, or an address that is none of the cluster's pods.
Peer = Pod | str


def pods_of(manifests: list[Manifest], namespace: str) -> dict[str, Pod]:
    """Return the pods that a release makes, by their component."""
    found: dict[str, Pod] = {}
    for manifest in manifests:
        if template := template_of(manifest):
            containers = template["spec"].get("initContainers", []) + template["spec"]["containers"]
            named = [port for one in containers for port in one.get("ports", []) if "name" in port]
            ports = {port["name"]: port["containerPort"] for port in named}
            labels = template["metadata"]["labels"]
            found[labels["app.kubernetes.io/component"]] = Pod(namespace, labels, ports)
    return found


@dataclass(frozen=True)
class Connection:
    """What somebody tries."""

    source: Peer
    target: Peer
    port: int
    protocol: str = "TCP"


def passes(policies: list[Manifest], namespace: str, tried: Connection) -> bool:
    """Tell whether a connection passes at both ends; all policies are of one namespace."""
    ends = (("Egress", tried.source), ("Ingress", tried.target))
    return all(passes_at(policies, namespace, pod, direction, tried) for direction, pod in ends if isinstance(pod, Pod))


def passes_at(policies: list[Manifest], namespace: str, pod: Pod, direction: str, tried: Connection) -> bool:
    """Tell whether the policies of one pod let a connection pass: everything does where none is about the direction."""
    about = [policy["spec"] for policy in policies if concerns(policy["spec"], namespace, pod, direction)]
    rules = [rule for spec in about for rule in spec.get(direction.lower(), [])]
    side, other = ("to", tried.target) if direction == "Egress" else ("from", tried.source)
    return not about or any(
        # A rule without peers, or without ports, is about all of them.
        (not rule.get(side) or any(is_peer(peer, namespace, other) for peer in rule[side]))
        and (not rule.get("ports") or any(is_port(allowed, tried) for allowed in rule["ports"]))
        for rule in rules
    )


def concerns(spec: dict[str, Any], namespace: str, pod: Pod, direction: str) -> bool:
    """Tell whether a policy is about a pod and a direction."""
    return pod.namespace == namespace and direction in spec["policyTypes"] and selects(spec["podSelector"], pod.labels)


def is_peer(peer: dict[str, Any], namespace: str, other: Peer) -> bool:
    """Tell whether a peer of a rule means a pod or an address. Blocks hold addresses outside the cluster."""
    if block := peer.get("ipBlock"):
        excepted: list[str] = block.get("except", [])
        return isinstance(other, str) and is_in(block["cidr"], other) and not any(is_in(one, other) for one in excepted)
    if not isinstance(other, Pod):
        return False
    if "namespaceSelector" in peer:
        is_namespace = selects(peer["namespaceSelector"], {NAME_OF_NAMESPACE: other.namespace})
    else:
        is_namespace = other.namespace == namespace
    return is_namespace and selects(peer.get("podSelector", {}), other.labels)


def is_in(cidr: str, address: str) -> bool:
    """Tell whether a block of addresses has one."""
    return ip_address(address) in ip_network(cidr)


def is_port(allowed: dict[str, Any], tried: Connection) -> bool:
    """Tell whether a port of a rule means that of a connection; a name is that of a container's port."""
    number = allowed.get("port")
    if isinstance(number, str):
        number = tried.target.ports.get(number, -1) if isinstance(tried.target, Pod) else -1
    is_number = number is None or number <= tried.port <= allowed.get("endPort", number)
    return is_number and allowed.get("protocol", "TCP") == tried.protocol


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Tell whether a label selector means something with these labels."""
    assert set(selector) <= {"matchLabels"}, f"not evaluated here: {selector}"
    return selector.get("matchLabels", {}).items() <= labels.items()
