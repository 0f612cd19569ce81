use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Datum, Machine, Rendered, UNKNOWN, parse};
use crate::yaml;
use diagnostics::Source;

fn values(text: &str) -> Datum {
    let nodes = yaml::read(&Source::new("values.yaml", text), &mut Vec::new());
    let values = nodes.first().map_or_else(|| Datum::map([]), Datum::of);
    Datum::map([
        ("Values", values),
        ("Chart", Datum::map([("AppVersion", Datum::text("1.2.3"))])),
    ])
}

fn render(template: &str, with: &str) -> Result<Rendered, String> {
    let source = Source::new("templates/a.yaml", template);
    let mut defines = Default::default();
    let nodes = parse(template, &|range| Some(source.place(range)), &mut defines).map_err(|(what, _)| what)?;
    Ok(Machine::new(&defines, values(with)).render(&nodes))
}

fn text(template: &str, with: &str) -> String {
    render(template, with).unwrap().text.plain()
}

#[test]
fn actions_are_run_as_go_does() {
    assert_eq!(text("a {{- /* c }} */ -}} b", ""), "ab");
    assert_eq!(
        text(
            "{{ if .Values.a }}1{{ else if .Values.b }}2{{ else }}3{{ end }}",
            "b: x"
        ),
        "2"
    );
    assert_eq!(
        text(
            "{{ range $i, $x := .Values.a }}{{ $i }}={{ $x }};{{ else }}none{{ end }}",
            "a: [x, y]"
        ),
        "0=x;1=y;"
    );
    assert_eq!(
        text(
            "{{ range $k, $v := .Values.a }}{{ $k }}{{ $v.b }}{{ end }}",
            "a: {z: {b: 1}, y: {b: 2}}"
        ),
        "y2z1"
    );
    assert_eq!(
        text(
            "{{ with .Values.a }}{{ .b }}{{ $.Chart.AppVersion }}{{ end }}",
            "a: {b: 1}"
        ),
        "11.2.3"
    );
    assert_eq!(text("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", ""), "2");
    assert_eq!(
        text(
            "{{ define \"n\" }}<{{ .a }}>{{ end }}{{ include \"n\" (dict \"a\" \"x\") | upper }}",
            ""
        ),
        "<X>"
    );
    assert_eq!(
        text("{{ .Values.a.b.c | default (printf \"%s-%d\" \"x\" 3) | quote }}", ""),
        "\"x-3\""
    );
    assert_eq!(text("{{ (index .Values.a 1).b }}", "a: [{}, {b: 7}]"), "7");
    assert_eq!(
        text("a:{{ toYaml .Values.a | nindent 2 }}", "a: {b: [1, x], c: {}}"),
        "a:\n  b:\n    - 1\n    - \"x\"\n  c: {}"
    );
    assert_eq!(text("{{ tpl .Values.a . }}", "a: '{{ .Values.b }}!'\nb: 1"), "1!");
    assert_eq!(
        text(
            "{{ eq .Values.a \"x\" | ternary 1 2 }}{{ and .Values.a .Values.b }}",
            "a: x\nb: 3"
        ),
        "13"
    );
}

#[test]
fn what_cannot_be_told_is_not_guessed() {
    for template in [
        "{{ .Files.Get \"a\" }}",
        "{{ randAlphaNum 5 }}",
        "{{ include \"nowhere\" . }}",
        "{{ .Values.a | nobody }}",
    ] {
        let template = template.replace(".Files", "$unknown.Files");
        let rendered = render(&template, "a: 1").unwrap();
        assert!(!rendered.is_known, "{template}");
        assert_eq!(rendered.text.plain(), UNKNOWN.to_string(), "{template}");
    }
    assert_eq!(
        text("{{ with $unknown }}{{ printf \"a:%s\" . }}{{ end }}", ""),
        format!("a:{UNKNOWN}")
    );
}

#[test]
fn what_is_no_template_is_said() {
    for (template, said) in [
        ("{{ if .a }}", "this block has no end"),
        ("{{ .a", "this action does not end"),
        ("{{ end }}", "nothing is open that this ends"),
        ("{{ (.a }}", "this action cannot be read"),
        ("{{ .a ^ }}", "this cannot be read"),
    ] {
        assert_eq!(render(template, "").unwrap_err(), said, "{template}");
    }
}

#[test]
fn endless_templates_end() {
    let recursive = "{{ define \"a\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}";
    assert!(!render(recursive, "").unwrap().is_known);
    let mut doubling = "{{ $x := \"0123456789\" }}".to_owned();
    let mut lists = "{{ $x := list 1 2 }}".to_owned();
    for _ in 0..60 {
        doubling += "{{ $x = printf \"%s%s\" $x $x }}";
        lists += "{{ $x = list $x $x }}";
    }
    for mut template in [doubling, lists] {
        write!(template, "{{{{ $x }}}}").unwrap();
        assert!(!render(&template, "").unwrap().is_known);
    }
    let nested = "{{ range 1000 }}".repeat(20) + &"{{ end }}".repeat(20);
    assert!(!render(&nested, "").unwrap().is_known);
    assert!(render(&"{{ if 1 }}".repeat(500), "").is_err());
    assert!(render(&format!("{{{{ {}1 }}}}", "(".repeat(500)), "").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_template_panics(template in "(\\{\\{|\\}\\}|-|\\$|\\.|x|[a-c|():= \"`\n]|if|end|range|else|define|with|ü|/\\*|\\*/){0,60}") {
        let _ = render(&template, "a: {b: [1, {c: x}]}");
    }
}
