//! The text that a chart's templates make of its values.

use formats::template::{self, Datum, Defines, Machine, Parsed, Rendered, Text, Value};

use super::{discover::Chart, first_line};
use diagnostics::{Problem, Source};
use formats::yaml;

/// Values that a chart may be rendered with.
pub struct Variant(pub(super) Datum);

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

/// The templates of a chart, read once for all values.
pub struct Templates<'a> {
    chart: &'a Chart,
    defines: Defines,
    own: Vec<(&'a Source, Parsed)>,
    /// Charts that it depends on, and that lie elsewhere, may define more.
    pub is_whole: bool,
}

impl<'a> Templates<'a> {
    /// One that cannot be read is reported.
    pub fn of(chart: &'a Chart, family: &[&'a Chart], problems: &mut Vec<Problem>) -> Self {
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
                    problems.push(problem.at(source.place(range)));
                }
                Err(_) => {}
            }
        }
        Self {
            chart,
            defines,
            own,
            is_whole: family.iter().all(|chart| chart.about.get("dependencies").is_none()),
        }
    }

    /// What each makes of the values.
    pub fn render(&self, variant: &Variant, problems: &mut Vec<Problem>) -> Vec<(&'a Source, Rendered)> {
        let root = context(self.chart, variant);
        let rendered = self.own.iter().map(|(source, nodes)| {
            let rendered = Machine::new(&self.defines, root.clone()).render(nodes);
            (*source, rendered)
        });
        let rendered: Vec<(&Source, Rendered)> = rendered.collect();
        for (source, (name, meant, place)) in rendered
            .iter()
            .flat_map(|(source, rendered)| rendered.misspelt.iter().map(move |misspelt| (source, misspelt)))
        {
            let place = place.clone().unwrap_or_else(|| first_line(source));
            let problem = Problem::error(format!("Helm has no function `{name}`")).at(place);
            let problem = problem
                .note("Helm refuses to render the chart")
                .remedy(format!("did you mean `{meant}`?"));
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        if !self.is_whole {
            return rendered;
        }
        for (source, rendered) in &rendered {
            for name in &rendered.undefined {
                let at = source.text().find(&format!("\"{name}\""));
                let place = at.map_or_else(|| first_line(source), |at| source.place(at..at + name.len() + 2));
                let problem = Problem::error(format!(
                    "`{}` includes the template `{name}`, which is not defined",
                    source.path()
                ))
                .at(place)
                .note("Helm refuses to render the chart");
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
        rendered
    }

    /// What the template of a file makes of other values.
    pub fn render_one(&self, at: usize, values: &Variant) -> Option<Rendered> {
        let (_, nodes) = self.own.get(at)?;
        Some(Machine::new(&self.defines, context(self.chart, values)).render(nodes))
    }
}

/// A file that is not a template.
pub fn as_it_is(source: &Source) -> Rendered {
    let place = source.place(0..source.text().len());
    Rendered {
        text: Text::new(source.text(), Some(place)),
        is_known: true,
        undefined: Default::default(),
        misspelt: Vec::new(),
        nowhere: Vec::new(),
        asked: Vec::new(),
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
