//! What pods need by name is made by their chart, and the addresses that services are given lead to services.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, pair, stay_quiet, suite},
};

const TEMPLATE: &str = "charts/app/templates/all.yaml";
const COMPOSE: &str = "compose.prod.yaml";

/// `admin` calls `web`, in a chart and in a compose file.
fn calling() -> Fixture {
    let repo = pair();
    repo.write("charts/app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
    repo.write(
        "charts/app/values.yaml",
        "registry: registry.example.org/team\nexistingSecret: shop-keys\n",
    );
    let mut chart = String::from(
        "apiVersion: v1
kind: ServiceAccount
metadata: { name: \"{{ .Release.Name }}-shop\" }
---
apiVersion: v1
kind: Secret
metadata: { name: shop-tokens }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: shop-settings }
data:
  LOG_FORMAT: json
",
    );
    for name in ["web", "admin"] {
        chart += &format!(
            "---
apiVersion: v1
kind: Service
metadata: {{ name: {name} }}
spec:
  selector: {{ app: {name} }}
  ports: [{{ port: 80, targetPort: http }}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  template:
    metadata:
      labels: {{ app: {name}, tier: shop }}
    spec:
      serviceAccountName: \"{{{{ .Release.Name }}}}-shop\"
      volumes: [{{ name: data, emptyDir: {{}} }}]
      containers:
        - name: {name}
          image: \"{{{{ .Values.registry }}}}/{name}:1\"
          ports: [{{ name: http, containerPort: 8080 }}]
          envFrom:
            - configMapRef: {{ name: shop-settings }}
            - secretRef: {{ name: shop-tokens }}
            - secretRef: {{ name: \"{{{{ .Values.existingSecret }}}}\" }}
            - secretRef: {{ name: extra, optional: true }}
          volumeMounts: [{{ name: data, mountPath: /data }}]
          lifecycle: {{ preStop: {{ exec: {{ command: [python, -V] }} }} }}
          env:
            - name: FORMAT
              valueFrom: {{ configMapKeyRef: {{ name: shop-settings, key: LOG_FORMAT }} }}
            - name: WEB_URL
              value: http://web:80/api
            - name: METRICS_URL
              value: http://collector:4318
"
        );
    }
    repo.write(TEMPLATE, chart);
    repo.write(
        COMPOSE,
        "services:
  web:
    image: registry.example.org/team/web:1
    ports: [\"80:8080\"]
  admin:
    image: registry.example.org/team/admin:1
    environment:
      WEB_URL: http://web:8080
      METRICS_URL: http://collector:4318
",
    );
    repo
}

/// Every occurrence, so that both services have it.
fn replace(repo: &Fixture, from: &str, to: &str) {
    crate::suite::replace_all(repo, TEMPLATE, from, to);
}

pub const FAULTS: &[Fault] = &[
    ("chart-object-missing", "another service account", |repo| {
        replace(
            repo,
            "serviceAccountName: \"{{ .Release.Name }}-shop\"",
            "serviceAccountName: runner",
        )
    }),
    ("chart-object-missing", "a config map with another suffix", |repo| {
        replace(
            repo,
            "configMapRef: { name: shop-settings }",
            "configMapRef: { name: shop-settings-env }",
        )
    }),
    ("chart-object-missing", "a secret that is not made", |repo| {
        replace(
            repo,
            "secretRef: { name: shop-tokens }",
            "secretRef: { name: shop-token }",
        )
    }),
    (
        "chart-object-missing",
        "a key of a config map that is not made",
        |repo| {
            replace(
                repo,
                "            - name: METRICS_URL\n              value: http://collector:4318\n",
                "            - name: A\n              valueFrom: { configMapKeyRef: { name: settings, key: a } }\n",
            )
        },
    ),
    (
        "chart-object-missing",
        "a key that the config map does not have",
        |repo| replace(repo, "key: LOG_FORMAT", "key: FORMAT"),
    ),
    (
        "chart-object-missing",
        "a key with a new name in the config map",
        |repo| replace(repo, "  LOG_FORMAT: json", "  FORMAT: json"),
    ),
    ("chart-object-missing", "a volume with another name", |repo| {
        replace(repo, "volumes: [{ name: data", "volumes: [{ name: state")
    }),
    ("chart-object-missing", "the volumes lost", |repo| {
        replace(repo, "      volumes: [{ name: data, emptyDir: {} }]\n", "")
    }),
    ("chart-probe-fails", "a program of no image before the end", |repo| {
        replace(repo, "[python, -V]", "[curl, -f, \"http://localhost:8080/drain\"]")
    }),
    ("chart-object-missing", "a Service to an unknown port", |repo| {
        replace(repo, "targetPort: http", "targetPort: web")
    }),
    ("chart-port-differs", "a Service to another number", |repo| {
        replace(repo, "targetPort: http", "targetPort: 8000")
    }),
    ("address-leads-nowhere", "no Service of that name", |repo| {
        replace(repo, "http://web:80/api", "http://site:80/api")
    }),
    (
        "address-leads-nowhere",
        "another port than that of the Service",
        |repo| replace(repo, "http://web:80/api", "http://web:8080/api"),
    ),
    ("address-leads-nowhere", "a whole name in the cluster", |repo| {
        replace(repo, "http://web:80/api", "http://site.shop.svc.cluster.local:80/api")
    }),
    ("address-leads-nowhere", "in the keys of a config map", |repo| {
        replace(
            repo,
            "LOG_FORMAT: json",
            "LOG_FORMAT: json\n  ADMIN_URL: http://administration:80",
        )
    }),
    (
        "address-leads-nowhere",
        "a service of the compose file renamed",
        |repo| repo.edit(COMPOSE, "  web:\n", "  site:\n"),
    ),
];

#[test]
fn faults_in_what_services_need_are_found() {
    suite(calling, FAULTS, &[]);
}

#[test]
fn what_is_there_or_elsewhere_is_silent() {
    let twins: [Twin; 11] = [
        ("as it is", |_| {}),
        ("a key that may be missing", |repo| {
            replace(repo, "key: LOG_FORMAT", "key: FORMAT, optional: true")
        }),
        ("a volume that the workload claims", |repo| {
            replace(repo, "      volumes: [{ name: data, emptyDir: {} }]\n", "");
            replace(repo, "kind: Deployment", "kind: StatefulSet");
            replace(
                repo,
                "spec:\n  template:",
                "spec:\n  volumeClaimTemplates: [{ metadata: { name: data } }]\n  template:",
            );
        }),
        ("an address outside of the cluster", |repo| {
            replace(repo, "http://web:80/api", "https://web.example.org/api")
        }),
        ("a Service by its whole name, without a port", |repo| {
            replace(repo, "http://web:80/api", "http://web.shop.svc/api")
        }),
        ("a Service whose port no values set", |repo| {
            replace(
                repo,
                "port: 80, targetPort",
                "port: \"{{ .Values.webPort }}\", targetPort",
            )
        }),
        ("secrets that an operator makes", |repo| {
            replace(repo, "kind: Secret\n", "kind: ExternalSecret\n");
        }),
        ("a chart that makes no service account", |repo| {
            replace(
                repo,
                "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: \"{{ .Release.Name }}-shop\" }\n",
                "",
            );
            replace(
                repo,
                "serviceAccountName: \"{{ .Release.Name }}-shop\"",
                "serviceAccountName: runner",
            );
        }),
        ("a chart that depends on another", |repo| {
            repo.edit(
                "charts/app/Chart.yaml",
                "version: 1.0.0\n",
                "version: 1.0.0\ndependencies: [{ name: base, version: 1.0.0, repository: 'oci://registry.example.org/charts' }]\n",
            );
            replace(repo, "http://web:80/api", "http://site:80/api");
        }),
        ("another name in the network", |repo| {
            repo.edit(COMPOSE, "  web:\n", "  site:\n    container_name: web\n")
        }),
        ("another address of another project", |repo| {
            repo.edit(COMPOSE, "http://web:8080", "http://web.internal.example.org")
        }),
    ];
    stay_quiet(calling, twins);
}
