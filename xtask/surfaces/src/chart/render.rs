//! The text that a chart's templates make of its values.

use formats::template::{self, Datum, Machine, Rendered, Text, Value};

use super::discover::Chart;
use diagnostics::{Problem, Source};
use formats::yaml;

/// Values that a chart may be rendered with.
pub struct Variant(Datum);

/// Of the defaults, and of every file of values beside them, on top of the defaults.
pub fn variants(chart: &Chart, all: &[Chart], problems: &mut Vec<Problem>) -> Vec<Variant> {
    let Some(own) = chart
        .values
        .as_ref()
        .map_or_else(|| Some(empty()), |source| values(source, problems))
    else {
        return Vec::new();
    };
    // A chart above says more about the values of one below.
    let above = all.iter().find(|above| {
        let inside = chart
            .dir
            .relative_to(&above.dir)
            .and_then(|path| path.strip_prefix("charts/"));
        inside.is_some_and(|path| !path.contains('/'))
    });
    let defaults = match above.and_then(|above| above.values.as_ref()) {
        Some(source) => {
            let said = values(source, &mut Vec::new()).unwrap_or_else(empty);
            let name = chart.name();
            let over = said.get(name);
            if matches!(over.value, Value::Map(_)) {
                own.overlaid(&over)
            } else {
                own
            }
        }
        None => own,
    };
    let overlays = chart.overlays.iter().filter_map(|source| values(source, problems));
    let variants: Vec<Datum> = overlays.map(|over| defaults.overlaid(&over)).collect();
    std::iter::once(defaults).chain(variants).map(Variant).collect()
}

fn values(source: &Source, problems: &mut Vec<Problem>) -> Option<Datum> {
    let before = problems.len();
    let documents = yaml::read(source, problems);
    if problems.len() > before {
        return None;
    }
    match documents.first() {
        None => Some(empty()),
        Some(node) if node.is_null() => Some(empty()),
        Some(node) if node.is_mapping() => Some(Datum::of(node)),
        Some(node) => {
            let message = format!("`{}` has no values: its top level is not a mapping", source.path());
            problems.push(Problem::error(message).at(node.place()));
            None
        }
    }
}

fn empty() -> Datum {
    Datum::map([])
}

/// What each template makes. One that cannot be read is reported.
pub fn templates(
    chart: &Chart,
    family: &[&Chart],
    variant: &Variant,
    problems: &mut Vec<Problem>,
) -> Vec<(Source, Rendered)> {
    let mut defines = Default::default();
    let mut own = Vec::new();
    // Its own definitions come last, because the last one counts.
    let others = family
        .iter()
        .filter(|other| other.dir != chart.dir)
        .flat_map(|other| &other.templates);
    for (is_own, source) in others
        .map(|source| (false, source))
        .chain(chart.templates.iter().map(|source| (true, source)))
    {
        match template::parse(source.text(), &|range| Some(source.place(range)), &mut defines) {
            Ok(nodes) if is_own && !source.path().ends_with(".tpl") => own.push((source, nodes)),
            Ok(_) => {}
            Err((what, range)) if is_own => {
                let problem = Problem::error(format!("`{}` is not a template: {what}", source.path()));
                let problem = problem.at(source.place(range));
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
            Err(_) => {}
        }
    }
    let root = context(chart, variant);
    let rendered = own
        .into_iter()
        .map(|(source, nodes)| (source.clone(), Machine::new(&defines, root.clone()).render(&nodes)));
    let rendered: Vec<(Source, Rendered)> = rendered.collect();
    // Charts that it depends on, and that lie elsewhere, may define more.
    if family.iter().any(|chart| chart.about.get("dependencies").is_some()) {
        return rendered;
    }
    for (source, rendered) in &rendered {
        for name in &rendered.undefined {
            let at = source.text().find(&format!("\"{name}\"")).unwrap_or(0);
            let problem = Problem::error(format!(
                "`{}` includes the template `{name}`, which is not defined",
                source.path()
            ))
            .at(source.place(at..at + name.len() + 2))
            .note("Helm refuses to render the chart");
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    rendered
}

/// A file that is not a template.
pub fn as_it_is(source: &Source) -> Rendered {
    let place = source.place(0..source.text().len());
    Rendered {
        text: Text::new(source.text(), Some(place)),
        is_known: true,
        undefined: Default::default(),
    }
}

/// What templates find as `$`. What an installation decides is a name that stands for any other.
fn context(chart: &Chart, variant: &Variant) -> Datum {
    let about = |key: &str| {
        chart.about.get(key).map_or_else(
            || Value::Null.into(),
            |node| {
                let text = node.text().unwrap_or_default();
                Datum {
                    value: Value::Text(Text::new(text, Some(node.place()))),
                    place: Some(node.place()),
                }
            },
        )
    };
    let unknown = || Datum::from(Value::Unknown);
    Datum::map([
        ("Values", variant.0.clone()),
        (
            "Chart",
            Datum::map([
                ("Name", about("name")),
                ("Version", about("version")),
                ("AppVersion", about("appVersion")),
                ("Description", about("description")),
            ]),
        ),
        (
            "Release",
            Datum::map([
                ("Name", Datum::text("release")),
                ("Namespace", Datum::text("default")),
                ("Service", Datum::text("Helm")),
                ("Revision", Value::Integer(1).into()),
                ("IsInstall", Value::Bool(true).into()),
                ("IsUpgrade", Value::Bool(false).into()),
            ]),
        ),
        (
            "Template",
            Datum::map([("Name", Datum::text("")), ("BasePath", Datum::text(""))]),
        ),
        ("Capabilities", unknown()),
        ("Files", unknown()),
        ("Subcharts", unknown()),
    ])
}
