use super::{container::Container, manifests::Manifests};
use diagnostics::Source;
use formats::template::{Datum, Machine, Rendered, parse};
use formats::yaml;
use proptest::prelude::*;

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

fn containers(template: &str, with: &str) -> Vec<Container> {
    let source = Source::new("templates/a.yaml", template);
    let mut problems = Vec::new();
    let mut manifests = Manifests::default();
    manifests.read(&render(template, with).unwrap(), &source, &mut problems);
    assert_eq!(problems, []);
    manifests.containers().0
}

#[test]
fn a_container_belongs_to_the_service_that_its_image_is_of() {
    let found = containers(
        "kind: Deployment\nmetadata: {name: x-admin-api}\nspec: {template: {spec: {containers: [{name: app, image: 'r:5000/t/{{ .Values.image }}:1'}]}}}",
        "image: admin-api",
    );
    assert_eq!(found[0].image_name(), "r:5000/t/admin-api");
    assert_eq!(found[0].service(&["api", "admin-api"]), Some("admin-api"));
    assert_eq!(found[0].service(&["api"]), Some("api"));
    assert_eq!(found[0].service(&["pi"]), None);
}

const REAL: &str = include_str!("../../../../infrastructure/rag/templates/deployments.yaml");
const VALUES: &str = include_str!("../../../../infrastructure/rag/values.yaml");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_damage_panics(at in 0..REAL.len(), len in 0..40_usize, with in "[-{}|(). \"$\n]{0,4}") {
        let end = (at + len).min(REAL.len());
        let template = format!("{}{with}{}", &REAL[..at], &REAL[end..]);
        if let Ok(rendered) = render(&template, VALUES) {
            let mut manifests = Manifests::default();
            manifests.read(&rendered, &Source::new("a.yaml", template), &mut Vec::new());
            let _ = manifests.containers();
        }
    }
}
