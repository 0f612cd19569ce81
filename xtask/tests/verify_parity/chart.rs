//! Faults in the chart of a small repository, which is in the style of `helm create`.

use std::collections::BTreeSet;

use crate::{
    fixture::Fixture,
    suite::{self, Fault, consequences, found},
};

const VALUES: &str = "charts/app/values.yaml";
const TEMPLATE: &str = "charts/app/templates/web.yaml";
const NAMES: &str = "charts/app/templates/_names.tpl";

fn charted() -> Fixture {
    let repo = suite::drawn();
    repo.write(
        "charts/app/Chart.yaml",
        "apiVersion: v2\nname: app\nversion: 1.0.0\nappVersion: \"2.1.0\"\n",
    );
    repo.write(
        VALUES,
        "\
image: &image
  registry: registry.example.org/team
  tag: \"\"
web:
  image:
    <<: *image
    name: web
  replicas: 2
  port: 8080
  podSecurityContext:
    runAsNonRoot: true
    runAsUser: 10001
  env: []
  config: {}
  resources: {}
",
    );
    repo.write(
        NAMES,
        "\
{{/* The image of a part. */}}
{{- define \"app.image\" -}}
{{- $tag := .image.tag | default .root.Chart.AppVersion -}}
{{- printf \"%s/%s:%s\" .image.registry .image.name $tag -}}
{{- end }}
{{- define \"app.labels\" -}}
app.kubernetes.io/name: {{ .Chart.Name | trunc 63 | trimSuffix \"-\" }}
{{- end }}
",
    );
    repo.write(
        TEMPLATE,
        "\
{{- if .Values.web }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  labels: {{- include \"app.labels\" . | nindent 4 }}
spec:
  replicas: {{ .Values.web.replicas }}
  template:
    spec:
      {{- with .Values.web.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: app
          image: {{ include \"app.image\" (dict \"root\" $ \"image\" .Values.web.image) | quote }}
          ports:
            - name: http
              containerPort: {{ .Values.web.port }}
          livenessProbe:
            httpGet: { path: /, port: http }
          {{- if .Values.web.env }}
          env: {{- toYaml .Values.web.env | nindent 12 }}
          {{- end }}
          envFrom:
            - configMapRef:
                name: {{ .Release.Name }}-web
        - name: proxy
          image: docker.io/envoyproxy/envoy:latest
          command: [envoy]
          ports: [{ containerPort: 9901 }]
          securityContext: { runAsUser: 101 }
      volumes:
        - { name: data, emptyDir: {} }
        - { name: tmp, emptyDir: {} }
        - { name: settings, configMap: { name: \"{{ .Release.Name }}-web\" } }
        - { name: more, emptyDir: {} }
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-web
data:
  A: \"1\"
  {{- range $key, $value := .Values.web.config }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
{{- end }}
",
    );
    repo
}

/// Of the container that runs the service.
fn say_of_app(repo: &Fixture, lines: &str) {
    let above = "        - name: app\n";
    repo.edit(TEMPLATE, above, &format!("{above}{lines}"));
}

/// What a program writes is mounted beside it, and one file beside others.
#[test]
fn volumes_of_data_are_silent() {
    let repo = charted();
    say_of_app(
        &repo,
        "          workingDir: /app\n          volumeMounts:\n            - { name: data, mountPath: /var/lib/web }\n            \
         - { name: tmp, mountPath: /tmp }\n            - { name: settings, mountPath: /opt/venv/settings.ini, subPath: settings.ini \
         }\n            - { name: more, mountPath: {{ .Values.unsaid | quote }} }\n",
    );
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.is_empty() && problems.is_empty(), "{rules:?} {problems:?}");
}

/// A rule, a fault, and what it does.
pub const FAULTS: &[Fault] = &[
    ("chart-workdir-differs", "another folder to start in", |repo| {
        say_of_app(repo, "          workingDir: /srv\n")
    }),
    ("chart-mounts-over-code", "a volume over the packages", |repo| {
        say_of_app(repo, "          volumeMounts: [{ name: data, mountPath: /opt/venv }]\n")
    }),
    ("chart-mounts-over-code", "a volume over a folder above them", |repo| {
        say_of_app(
            repo,
            "          volumeMounts:\n            - name: data\n              mountPath: /opt/\n",
        )
    }),
    ("chart-command-overrides", "a command in the template", |repo| {
        repo.edit(
            TEMPLATE,
            "          ports:\n            - name",
            "          command: [python, -m, web]\n          ports:\n            - name",
        )
    }),
    ("chart-command-overrides", "arguments alone", |repo| {
        repo.edit(
            TEMPLATE,
            "          ports:\n            - name",
            "          args:\n            - --reload\n          ports:\n            - name",
        )
    }),
    ("chart-image-differs", "another registry in the values", |repo| {
        repo.edit(VALUES, "registry.example.org/team", "registry.example.org/other")
    }),
    ("chart-image-differs", "the development image in the template", |repo| {
        repo.edit(TEMPLATE, "- name: app\n", "- name: web\n");
        repo.edit(VALUES, "name: web", "name: web-dev")
    }),
    ("chart-image-differs", "another image in a file of values", |repo| {
        repo.write(
            "charts/app/values-staging.yaml",
            "web:\n  image:\n    registry: staging.example.org\n",
        )
    }),
    ("chart-image-floats", "latest in the values", |repo| {
        repo.edit(VALUES, "tag: \"\"", "tag: latest")
    }),
    ("chart-image-floats", "no tag in the template", |repo| {
        repo.edit(
            TEMPLATE,
            "{{ include \"app.image\" (dict \"root\" $ \"image\" .Values.web.image) | quote }}",
            "registry.example.org/team/web",
        )
    }),
    ("chart-image-floats", "a tag that moves in Chart.yaml", |repo| {
        repo.edit("charts/app/Chart.yaml", "\"2.1.0\"", "main")
    }),
    ("chart-not-followed", "an image from a file that no one reads", |repo| {
        repo.edit(TEMPLATE, "name: app\n          image: {{ include \"app.image\" (dict \"root\" $ \"image\" .Values.web.image) | quote }}", "name: web\n          image: {{ .Files.Get \"image\" }}")
    }),
    ("chart-port-differs", "another port in the values", |repo| {
        repo.edit(VALUES, "port: 8080", "port: 8000")
    }),
    ("chart-port-differs", "a probe that asks another port", |repo| {
        repo.edit(TEMPLATE, "port: http }", "port: 8081 }")
    }),
    ("chart-pythonpath", "PYTHONPATH in the values", |repo| {
        repo.edit(VALUES, "env: []", "env:\n    - name: PYTHONPATH\n      value: /app")
    }),
    ("chart-pythonpath", "PYTHONPATH in a ConfigMap", |repo| {
        repo.edit(VALUES, "config: {}", "config: { PYTHONPATH: /app }")
    }),
    ("chart-user-differs", "another user in the values", |repo| {
        repo.edit(VALUES, "runAsUser: 10001", "runAsUser: 1000")
    }),
    ("chart-user-differs", "root in the container", |repo| {
        repo.edit(
            TEMPLATE,
            "          ports:\n            - name",
            "          securityContext:\n            runAsUser: 0\n          ports:\n            - name",
        )
    }),
];

/// What is wrong with the report of a fault: its rule has to find it, and nothing else.
pub fn misjudged(repo: &Fixture, rule: &str, what: &str) -> Option<String> {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (mut found, problems) = found(&output);
    let is_found = found.remove(rule);
    for expected in consequences(rule) {
        found.remove(*expected);
    }
    let code = suite::expected_exit(&output, rule);
    let is_right = is_found && found.is_empty() && problems.is_empty() && output.status.code() == Some(code);
    (!is_right).then(|| {
        format!(
            "{what}: `{rule}` found: {is_found}, besides: {found:?}, {:?}, {problems:?}",
            output.status.code()
        )
    })
}

pub fn assert_silent(repo: &Fixture) {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    assert_eq!((output.status.code(), found(&output)), (Some(0), Default::default()));
}

#[test]
fn faults_in_a_chart_are_found() {
    assert_silent(&charted());
    let wrong = FAULTS.iter().filter_map(|(rule, what, apply)| {
        let repo = charted();
        apply(&repo);
        misjudged(&repo, rule, what)
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_no_chart_is_an_error_with_its_place() {
    let cases: [(&str, &str, &str, &str, usize); 5] = [
        (VALUES, "web:\n", "web: [\n", "is not YAML", 6),
        (
            VALUES,
            "  replicas: 2",
            "  port: 1\n  replicas: 2",
            "`port` is there twice",
            10,
        ),
        (TEMPLATE, "spec:\n  replicas", "spec:\n replicas", "is not YAML", 9),
        (
            TEMPLATE,
            "{{- end }}\n      containers",
            "\n      containers",
            "this block has no end",
            1,
        ),
        ("charts/app/Chart.yaml", "name: app", "name: [app", "is not YAML", 3),
    ];
    for (file, from, to, said, line) in cases {
        let repo = charted();
        repo.edit(file, from, to);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (_, problems) = found(&output);
        assert_eq!(output.status.code(), Some(1), "{said}: {problems:?}");
        let problem = &problems[0];
        assert!(problem["message"].as_str().unwrap().contains(said), "{problem}");
        let places: BTreeSet<u64> = problem["places"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|place| place["line"].as_u64())
            .collect();
        assert!(places.contains(&(line as u64)), "{said}: line {line}, {problem}");
        assert_eq!(problem["places"][0]["path"], file, "{problem}");
    }
}

#[test]
fn values_of_a_developers_machine_are_not_judged() {
    let repo = charted();
    let text = "web:\n  image:\n    tag: 1.0.0\n  env: [{ name: PYTHONPATH, value: /app }]\n";
    repo.write("charts/app/values-dev.yaml", text);
    assert_silent(&repo);
    repo.write("charts/app/values-production.yaml", text);
    assert_eq!(misjudged(&repo, "chart-pythonpath", "as production"), None);
}

#[test]
fn plain_manifests_are_judged_too() {
    let repo = suite::drawn();
    repo.write(
        "deploy/web.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: registry.example.org/team/web:1.0.0\n",
    );
    assert_silent(&repo);
    repo.edit("deploy/web.yaml", "web:1.0.0", "web");
    assert_eq!(misjudged(&repo, "chart-image-floats", "no tag"), None);
}

#[test]
fn a_problem_in_a_chart_is_shown_where_the_value_is() {
    let repo = charted();
    repo.edit(VALUES, "runAsUser: 10001", "runAsUser: 1000");
    repo.edit(VALUES, "registry.example.org/team", "registry.example.org/other");
    repo.edit(
        TEMPLATE,
        "          ports:\n            - name",
        "          command: [python, -m, web]\n          ports:\n            - name",
    );
    let output = repo.run(&["verify-parity"]);
    let out = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!("chart", format!("{out}{}", crate::fixture::shown(&output)));
}
