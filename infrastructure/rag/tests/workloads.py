"""What makes pods, and the pods that it makes."""

from rendering import Manifest


def template_of(manifest: Manifest) -> Manifest | None:
    """Return what pods an object makes, if it makes some."""
    if manifest["kind"] == "CronJob":
        return manifest["spec"]["jobTemplate"]["spec"]["template"]
    return manifest["spec"]["template"] if manifest["kind"] in ("Deployment", "StatefulSet", "Job") else None


def workloads(manifests: list[Manifest]) -> list[Manifest]:
    """Return what makes pods."""
    return [manifest for manifest in manifests if template_of(manifest)]


def pods(workload: Manifest) -> Manifest:
    """Return what pods a workload makes."""
    template = template_of(workload)
    assert template
    return template
