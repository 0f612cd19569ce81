"""What single sets of values change: one test for each file of `values/`."""

import unittest
from typing import Any

from rendering import made, of_kind, render, values_of, variants
from workloads import workloads


class Variants(unittest.TestCase):
    """A set of values, and what it is there for."""

    def config(self, variant: str, service: str) -> dict[str, str]:
        return of_kind(made(variant), "ConfigMap")[f"demo-rag-{service}"]["data"]

    def pod(self, variant: str, service: str) -> dict[str, Any]:
        return of_kind(made(variant), "Deployment")[f"demo-rag-{service}"]["spec"]["template"]["spec"]

    def test_a_service_that_is_optional_is_left_out_where_it_is_disabled(self) -> None:
        assert self.config("", "rag-backend")["ADMIN_BACKEND_URL"] == "http://demo-rag-admin-backend:8081"
        assert "ADMIN_BACKEND_URL" not in self.config("disabled_services", "rag-backend")

    def test_external_stores(self) -> None:
        manifests = made("external_stores")
        assert not of_kind(manifests, "PersistentVolumeClaim")
        assert not of_kind(manifests, "StatefulSet")
        rag = self.config("external_stores", "rag-backend")
        assert rag["QDRANT_URL"] == "https://qdrant.example.org"
        assert rag["CHAT_MODEL"] == "chat-large"
        assert "QDRANT_PATH" not in rag
        admin = self.config("external_stores", "admin-backend")
        assert (admin["S3_URL"], admin["S3_BUCKET"]) == ("http://s3.example.org:9000", "uploads")
        policies = of_kind(manifests, "NetworkPolicy")
        ports = {port["port"] for rule in policies["demo-rag-rag-backend"]["spec"]["egress"] for port in rule["ports"]}
        assert ports == {53, 443, 8081, 11434}
        (container,) = of_kind(manifests, "Deployment")["demo-rag-rag-backend"]["spec"]["template"]["spec"][
            "containers"
        ]
        secrets = [source["secretRef"]["name"] for source in container["envFrom"] if "secretRef" in source]
        assert secrets == ["qdrant-key", "model-keys"]

    def test_deployed_stores(self) -> None:
        manifests = made("deployed_stores")
        stores = {"demo-rag-qdrant", "demo-rag-redis", "demo-rag-s3"}
        assert set(of_kind(manifests, "StatefulSet")) == stores
        assert stores - set(of_kind(manifests, "Service")) == set()
        assert self.config("deployed_stores", "rag-backend")["QDRANT_URL"] == "http://demo-rag-qdrant:6333"
        assert self.config("deployed_stores", "admin-backend")["S3_URL"] == "http://demo-rag-s3:7070"
        assert "REDIS_URL" in of_kind(manifests, "Secret")["demo-rag-redis"]["data"]

    def test_ingress_with_tls(self) -> None:
        manifests = made("ingress_with_tls")
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
        hosts = self.config("ingress_with_tls", "mcp-server")["ALLOWED_HOSTS"].split(",")
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
        manifests = made("scaled")
        assert set(of_kind(manifests, "HorizontalPodAutoscaler")) == {"demo-rag-document-extractor"}
        deployments = of_kind(manifests, "Deployment")
        assert "replicas" not in deployments["demo-rag-document-extractor"]["spec"]
        assert deployments["demo-rag-mcp-server"]["spec"]["replicas"] == 2
        budgets = of_kind(manifests, "PodDisruptionBudget")
        assert budgets["demo-rag-mcp-server"]["spec"]["maxUnavailable"] == "50%"
        assert budgets["demo-rag-frontend"]["spec"]["minAvailable"] == 2
        assert "maxUnavailable" not in budgets["demo-rag-frontend"]["spec"]
        scaler = of_kind(manifests, "HorizontalPodAutoscaler")["demo-rag-document-extractor"]["spec"]
        assert [metric["type"] for metric in scaler["metrics"]] == ["Resource", "Resource", "Pods"]
        assert scaler["behavior"] == {"scaleDown": {"stabilizationWindowSeconds": 600}}

    def test_numbers_booleans_texts_and_references_as_environment(self) -> None:
        config = self.config("corporate_proxy", "document-extractor")
        assert config["WORKERS"] == "8"
        assert config["WORKER_MEMORY_BYTES"] == "2500000000"
        assert config["ALLOW_PRIVATE_ADDRESSES"] == "false"
        assert config["FETCH_TIMEOUT_SECONDS"] == "12.5"
        assert config["NO_PROXY"] == "rag.svc,127.0.0.1"
        container = self.pod("corporate_proxy", "mcp-server")["containers"][0]
        assert {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}} in container["env"]
        assert {variable["name"] for variable in container["env"]} == {"POD_IP", "TRACE_TOKEN"}
        assert {"configMapRef": {"name": "demo-common", "optional": True}} in container["envFrom"]
        assert {"name": "certificates", "mountPath": "/etc/corporate", "readOnly": True} in container["volumeMounts"]

    def test_containers_of_others_run_beside_and_before(self) -> None:
        pod = self.pod("service_mesh", "rag-backend")
        assert [container["name"] for container in pod["initContainers"]] == ["proxy"]
        assert pod["initContainers"][0]["args"] == ["--service", "demo"]
        assert pod["containers"][0]["lifecycle"] == {"preStop": {"sleep": {"seconds": 5}}}
        deployments = of_kind(made("service_mesh"), "Deployment")
        labels = deployments["demo-rag-frontend"]["spec"]["template"]["metadata"]["labels"]
        assert labels["sidecar.istio.io/inject"] == "true"
        names = [container["name"] for container in self.pod("monitoring", "frontend")["containers"]]
        assert names == ["frontend", "exporter"]

    def test_placement_of_services_and_stores(self) -> None:
        pod = self.pod("spot_nodes", "document-extractor")
        assert (pod["runtimeClassName"], pod["priorityClassName"]) == ("gvisor", "low")
        assert pod["nodeSelector"] == {"kubernetes.io/arch": "arm64"}
        (spread,) = pod["topologySpreadConstraints"]
        assert spread["labelSelector"]["matchLabels"]["app.kubernetes.io/component"] == "document-extractor"
        store = of_kind(made("spot_nodes"), "StatefulSet")["demo-rag-qdrant"]["spec"]["template"]
        assert store["spec"]["nodeSelector"] == {"disk": "nvme"}
        assert store["spec"]["tolerations"] == [{"key": "dedicated", "operator": "Exists"}]
        assert store["spec"]["priorityClassName"] == "stateful"
        assert store["metadata"]["annotations"] == {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}

    def test_existing_claims(self) -> None:
        manifests = made("existing_claims")
        claims = of_kind(manifests, "PersistentVolumeClaim")
        assert not claims
        volumes = self.pod("existing_claims", "rag-backend")["volumes"]
        assert {"name": "state", "persistentVolumeClaim": {"claimName": "restored-index"}} in volumes
        stores = of_kind(manifests, "StatefulSet")
        assert "volumeClaimTemplates" not in stores["demo-rag-redis"]["spec"]
        (template,) = stores["demo-rag-s3"]["spec"]["volumeClaimTemplates"]
        assert template["spec"]["storageClassName"] == "bulk"
        assert template["metadata"]["annotations"] == {"k8up.io/backup": "true"}

    def test_gateway_api(self) -> None:
        routes = of_kind(made("gateway_api"), "HTTPRoute")
        assert {name: route["spec"]["hostnames"] for name, route in routes.items()} == {
            "demo-rag-ask.example.org": ["ask.example.org"],
            "demo-rag-api.example.org": ["api.example.org"],
            "demo-rag-any.mcp.example.org": ["*.mcp.example.org"],
        }
        rules = routes["demo-rag-api.example.org"]["spec"]["rules"]
        found = [(rule["matches"][0]["path"]["value"], rule["backendRefs"][0]) for rule in rules]
        assert found == [
            ("/rag", {"name": "demo-rag-rag-backend", "port": 8080}),
            ("/admin", {"name": "demo-rag-admin-backend", "port": 8081}),
        ]
        assert rules[0]["filters"][0]["type"] == "URLRewrite"
        hosts = self.config("gateway_api", "mcp-server")["ALLOWED_HOSTS"].split(",")
        assert "*.mcp.example.org" in hosts

    def test_monitors(self) -> None:
        manifests = made("monitoring")
        monitor = of_kind(manifests, "ServiceMonitor")["demo-rag-frontend"]
        assert monitor["metadata"]["labels"]["release"] == "kube-prometheus-stack"
        assert monitor["spec"]["endpoints"] == [{"port": "metrics", "path": "/metrics", "interval": "15s"}]
        ports = of_kind(manifests, "Service")["demo-rag-frontend"]["spec"]["ports"]
        assert "metrics" in [port["name"] for port in ports]
        pods = of_kind(manifests, "PodMonitor")["demo-rag-rag-backend"]["spec"]
        assert pods["podMetricsEndpoints"] == [{"port": "telemetry", "path": "/metrics"}]

    def test_one_setting_monitors_every_service_with_metrics(self) -> None:
        monitors = of_kind(made("metrics_of_all_services"), "ServiceMonitor")
        services = ("rag-backend", "admin-backend", "document-extractor", "mcp-server")
        assert set(monitors) == {f"demo-rag-{name}" for name in services}
        for monitor in monitors.values():
            assert monitor["spec"]["endpoints"] == [{"port": "http", "path": "/metrics", "interval": "30s"}]

    def test_requests_in_flight_get_less_time_than_their_pod(self) -> None:
        for variant in variants():
            for name in ("rag-backend", "admin-backend", "document-extractor", "mcp-server"):
                deployments = of_kind(made(variant), "Deployment")
                found = [key for key in deployments if key.endswith(f"-{name}")]
                for key in found:
                    given = deployments[key]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
                    data = of_kind(made(variant), "ConfigMap")[key]["data"]
                    assert 0 < int(data["UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN"]) < given, (variant, name)

    def test_images_of_an_air_gapped_registry(self) -> None:
        pods = [workload["spec"]["template"]["spec"] for workload in workloads(made("air_gapped"))]
        images = [container["image"] for pod in pods for container in pod["containers"]]
        assert len(images) == 8
        assert all(image.startswith("harbor.corp.example:5000/") for image in images)
        assert all({"name": "harbor"} in pod["imagePullSecrets"] for pod in pods)
        frontend = self.pod("air_gapped", "frontend")
        assert frontend["containers"][0]["image"] == f"harbor.corp.example:5000/web/rag-pages@sha256:{'b' * 64}"
        assert frontend["imagePullSecrets"] == [{"name": "harbor"}, {"name": "harbor-web"}]

    def test_load_balancer(self) -> None:
        services = of_kind(made("load_balancer"), "Service")
        frontend = services["demo-rag-frontend"]
        assert frontend["spec"]["type"] == "LoadBalancer"
        assert frontend["spec"]["externalTrafficPolicy"] == "Local"
        assert frontend["metadata"]["labels"]["team"] == "search"
        assert services["demo-rag-mcp-server"]["spec"]["ports"][0]["nodePort"] == 30083

    def test_openshift_chooses_users(self) -> None:
        for workload in workloads(made("openshift")):
            context = workload["spec"]["template"]["spec"]["securityContext"]
            assert context == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}

    def test_disabled_services(self) -> None:
        manifests = made("disabled_services")
        assert set(of_kind(manifests, "Deployment")) == {"demo-rag-rag-backend", "demo-rag-mcp-server"}
        config = self.config("extractor_elsewhere", "admin-backend")
        assert config["DOCUMENT_EXTRACTOR_URL"] == "http://extractor.shared.svc:8082"

    def test_timings_of_probes(self) -> None:
        container = self.pod("slow_nodes", "rag-backend")["containers"][0]
        assert container["startupProbe"] == {
            "httpGet": {"path": "/healthz", "port": 8080},
            "periodSeconds": 10,
            "failureThreshold": 60,
        }
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
        assert container["readinessProbe"]["successThreshold"] == 2

    def test_names_and_labels_of_ones_own(self) -> None:
        deployment = of_kind(made("renamed"), "Deployment")["search-production-of-the-whole-company-eu-rag-backend"]
        assert deployment["metadata"]["labels"]["cost-center"] == "4711"
        assert "cost-center" not in deployment["spec"]["selector"]["matchLabels"]
        assert set(of_kind(made("renamed"), "ServiceAccount")) == {"search-identity"}

    def test_further_objects(self) -> None:
        manifests = made("extra_objects")
        assert "demo-rag-dashboards" in of_kind(manifests, "ConfigMap")
        assert "demo-rag" in of_kind(manifests, "Certificate")
        assert "rag" in of_kind(manifests, "ResourceQuota")

    def test_without_network_policies(self) -> None:
        assert not of_kind(made("without_network_policies"), "NetworkPolicy")

    def test_by_digest(self) -> None:
        deployments = of_kind(made("by_digest"), "Deployment")
        images = {
            name.removeprefix("demo-rag-"): deployment["spec"]["template"]["spec"]["containers"][0]["image"]
            for name, deployment in deployments.items()
        }
        assert images["rag-backend"] == f"registry.example.org/rag/rag-backend@sha256:{'a' * 64}"
        assert images["admin-backend"] == "registry.example.org/rag/admin-backend:1.4.1"
        assert images["mcp-server"] == "registry.example.org/rag/mcp-server:1.4.0"

    def test_without_volumes(self) -> None:
        manifests = made("without_volumes")
        assert not of_kind(manifests, "PersistentVolumeClaim")
        pod = of_kind(manifests, "Deployment")["demo-rag-rag-backend"]["spec"]["template"]["spec"]
        assert {"name": "state", "emptyDir": {}} in pod["volumes"]

    def test_workers_and_jobs(self) -> None:
        manifests = made("workers_and_jobs")
        names = {"demo-rag-indexer", "demo-rag-nightly-report", "demo-rag-migrate"}
        assert not names & set(of_kind(manifests, "Service"))
        assert names & set(of_kind(manifests, "Deployment")) == {"demo-rag-indexer"}
        nightly = of_kind(manifests, "CronJob")["demo-rag-nightly-report"]["spec"]
        assert (nightly["schedule"], nightly["jobTemplate"]["spec"]["backoffLimit"]) == ("0 3 * * *", 2)
        assert nightly["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] == "Never"
        migrate = of_kind(manifests, "Job")["demo-rag-migrate"]
        assert migrate["metadata"]["annotations"]["helm.sh/hook"] == "post-install,post-upgrade"
        assert migrate["spec"]["backoffLimit"] == 0
        assert self.config("workers_and_jobs", "indexer")["RAG_BACKEND_URL"] == "http://demo-rag-rag-backend:8080"

    def test_another_service(self) -> None:
        manifests = made("another_service")
        mailer = of_kind(manifests, "Deployment")["demo-rag-digest-mailer"]
        assert (
            mailer["spec"]["template"]["spec"]["containers"][0]["image"] == "ghcr.io/rag-template/digest-mailer:0.1.0"
        )
        assert self.config("another_service", "digest-mailer") == {
            "RAG_BACKEND_URL": "http://demo-rag-rag-backend:8080",
            "ADMIN_BACKEND_URL": "http://demo-rag-admin-backend:8081",
        }


if __name__ == "__main__":
    unittest.main()
