//! Runs a template.

use std::collections::BTreeSet;

use super::{
    Datum, Places, Text, UNKNOWN, Value, function, known,
    parse::{Defines, Node, Operand, Pipeline},
};
use crate::growth;
use diagnostics::Place;

/// Steps of one rendering; no chart that people write comes near, an endless one would never return.
const MOST_STEPS: usize = 100_000;
/// Texts and values in one value: what doubles what doubles would fill the memory.
const MOST_PARTS: usize = 100_000;
/// Lists in lists; more would exhaust the stack.
const DEEPEST_VALUE: usize = 200;
/// Templates that include one another.
const DEEPEST: usize = 40;

/// What a template makes, and whether all of it is known.
#[derive(Debug)]
pub struct Rendered {
    /// The text that the template renders to.
    pub text: Text,
    /// Whether no part of it depends on a value that only a cluster has.
    pub is_known: bool,
    /// Named templates that were included and are not defined, which Helm refuses.
    pub undefined: BTreeSet<String>,
    /// Functions that do not exist, which Helm refuses: the name, the one that is meant, and where.
    pub misspelt: Vec<(String, &'static str, Option<Place>)>,
    /// Values that are asked for below a value which is not set, which Helm refuses: as written, and where.
    pub nowhere: Vec<(String, Option<Place>)>,
    /// Booleans of files whose truth decided what it renders to, by where they are written. Those that one action asks about
    /// together have the same number.
    pub asked: Vec<(usize, Place)>,
}

/// Functions that make of a boolean which of several things is rendered.
const ASKING: [&str; 9] = [
    "and", "or", "not", "empty", "default", "ternary", "coalesce", "eq", "ne",
];

/// Renders the templates of a chart with one set of values.
pub struct Machine<'a> {
    defines: &'a Defines,
    root: Datum,
    variables: Vec<(String, Datum)>,
    steps: usize,
    depth: usize,
    is_known: bool,
    undefined: BTreeSet<String>,
    misspelt: Vec<(String, &'static str, Option<Place>)>,
    nowhere: Vec<(String, Option<Place>)>,
    /// The action that is evaluated.
    here: Option<Place>,
    asked: Vec<(usize, Place)>,
    /// The action that asks.
    action: usize,
    /// Whether templates are included for a condition: what these ask about, the condition asks about.
    is_in_condition: bool,
}

impl<'a> Machine<'a> {
    /// `root` is what a template finds as `$`.
    pub fn new(defines: &'a Defines, root: Datum) -> Self {
        Self {
            defines,
            root,
            variables: Vec::new(),
            steps: 0,
            depth: 0,
            is_known: true,
            undefined: BTreeSet::new(),
            misspelt: Vec::new(),
            nowhere: Vec::new(),
            here: None,
            asked: Vec::new(),
            action: 0,
            is_in_condition: false,
        }
    }

    /// Renders the nodes of one template.
    pub fn render(mut self, nodes: &[Node]) -> Rendered {
        let root = self.root.clone();
        self.variables.push((String::new(), root.clone()));
        // Every file of a chart has a measure of its own, however many values it is rendered with.
        let text = growth::measured(|| self.run(nodes, &root));
        Rendered {
            is_known: self.is_known && text.is_known(),
            text,
            undefined: self.undefined,
            misspelt: self.misspelt,
            nowhere: self.nowhere,
            asked: self.asked,
        }
    }

    fn run(&mut self, nodes: &[Node], dot: &Datum) -> Text {
        let mut out = Text::default();
        let scope = self.variables.len();
        for node in nodes {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.is_known = false;
                break;
            }
            if !self.is_in_condition {
                self.action = self.steps;
            }
            match node {
                Node::Text(text) => out.push(text.clone()),
                Node::Output(pipeline) => {
                    let value = self.value(pipeline, dot);
                    if pipeline.variables.is_empty() {
                        let shown = value.shown();
                        out.push(
                            pipeline
                                .place
                                .as_ref()
                                .map_or(shown.clone(), |place| shown.or_at(place)),
                        );
                    }
                }
                Node::If(branches, otherwise) => out.push(self.choose(branches, otherwise, dot)),
                Node::With(pipeline, body, otherwise) => {
                    let inner = self.variables.len();
                    let value = self.value(pipeline, dot);
                    let text = if self.holds(&value) {
                        self.run(body, &value)
                    } else {
                        self.run(otherwise, dot)
                    };
                    self.variables.truncate(inner);
                    out.push(text);
                }
                Node::Range(pipeline, body, otherwise) => out.push(self.repeat(pipeline, body, otherwise, dot)),
                Node::Template(name, argument) => {
                    let value = argument
                        .as_ref()
                        .map_or_else(|| Value::Null.into(), |argument| self.value(argument, dot));
                    out.push(self.include(name, &value));
                }
                Node::Leave => self.is_known = false,
            }
        }
        self.variables.truncate(scope);
        out
    }

    fn choose(&mut self, branches: &[(Pipeline, Vec<Node>)], otherwise: &[Node], dot: &Datum) -> Text {
        let scope = self.variables.len();
        let action = self.action;
        for (condition, body) in branches {
            self.action = action;
            let outer = std::mem::replace(&mut self.is_in_condition, true);
            let value = self.value(condition, dot);
            let holds = self.holds(&value);
            self.is_in_condition = outer;
            if holds {
                let text = self.run(body, dot);
                self.variables.truncate(scope);
                return text;
            }
        }
        let text = self.run(otherwise, dot);
        self.variables.truncate(scope);
        text
    }

    /// What cannot be told is taken to be so.
    fn holds(&mut self, value: &Datum) -> bool {
        self.note_asked(value);
        value.is_true().unwrap_or_else(|| {
            self.is_known = false;
            true
        })
    }

    fn note_asked(&mut self, value: &Datum) {
        if let (Value::Bool(_), Some(place)) = (&value.value, &value.place)
            && !self
                .asked
                .iter()
                .any(|(action, known)| *action == self.action && known == place)
        {
            self.asked.push((self.action, place.clone()));
        }
    }

    fn repeat(&mut self, pipeline: &Pipeline, body: &[Node], otherwise: &[Node], dot: &Datum) -> Text {
        let over = self.operand_of(pipeline, dot);
        let items: Vec<(Datum, Datum)> = match &over.value {
            Value::List(items) => items
                .iter()
                .cloned()
                .enumerate()
                .map(|(at, item)| (Value::Integer(at as i64).into(), item))
                .collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|(key, value)| {
                    let key = Datum {
                        value: Value::Text(Text::new(key, value.place.clone())),
                        place: value.place.clone(),
                    };
                    (key, value.clone())
                })
                .collect(),
            Value::Integer(number) => (0..(*number).clamp(0, 1000))
                .map(|at| (Value::Integer(at).into(), Value::Integer(at).into()))
                .collect(),
            Value::Unknown => {
                self.is_known = false;
                Vec::new()
            }
            Value::Null | Value::Bool(_) | Value::Float(_) | Value::Text(_) => Vec::new(),
        };
        if items.is_empty() {
            return self.run(otherwise, dot);
        }
        let mut out = Text::default();
        for (key, value) in items {
            self.steps += 1;
            let scope = self.variables.len();
            match pipeline.variables.as_slice() {
                [only] => self.variables.push((only.clone(), value.clone())),
                [first, second, ..] => {
                    self.variables.push((first.clone(), key));
                    self.variables.push((second.clone(), value.clone()));
                }
                [] => {}
            }
            out.push(self.run(body, &value));
            self.variables.truncate(scope);
            if self.steps > MOST_STEPS {
                self.is_known = false;
                break;
            }
        }
        out
    }

    /// The value of a pipeline, put into its variable where it has one.
    fn value(&mut self, pipeline: &Pipeline, dot: &Datum) -> Datum {
        let value = self.operand_of(pipeline, dot);
        if let Some(name) = pipeline.variables.first() {
            let known = self.variables.iter_mut().rev().find(|(known, _)| known == name);
            match (pipeline.declares, known) {
                (false, Some((_, slot))) => *slot = value.clone(),
                (true, _) | (false, None) => self.variables.push((name.clone(), value.clone())),
            }
        }
        value
    }

    fn operand_of(&mut self, pipeline: &Pipeline, dot: &Datum) -> Datum {
        if pipeline.place.is_some() {
            self.here.clone_from(&pipeline.place);
        }
        let mut last: Option<Datum> = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, last, dot));
        }
        last.unwrap_or_else(|| Value::Null.into())
    }

    fn command(&mut self, operands: &[Operand], piped: Option<Datum>, dot: &Datum) -> Datum {
        self.steps += 1;
        let Some((first, rest)) = operands.split_first() else {
            return Value::Null.into();
        };
        let Operand::Function(name) = first else {
            let value = self.operand(first, dot);
            // A member with arguments is a method, such as `.Capabilities.APIVersions.Has`.
            return if rest.is_empty() { value } else { Value::Unknown.into() };
        };
        let mut arguments: Vec<Datum> = Vec::new();
        for operand in rest {
            let value = self.operand(operand, dot);
            let is_true = value.is_true();
            arguments.push(value);
            // What follows is not evaluated, so that `and .a .a.b` is right without `.a`.
            if (name == "and" && is_true == Some(false)) || (name == "or" && is_true == Some(true)) {
                break;
            }
        }
        arguments.extend(piped);
        self.call(name, arguments)
    }

    fn operand(&mut self, operand: &Operand, dot: &Datum) -> Datum {
        match operand {
            Operand::Literal(datum) => datum.clone(),
            Operand::Dot => dot.clone(),
            Operand::Variable(name) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                found.map_or_else(|| Value::Unknown.into(), |(_, value)| value.clone())
            }
            Operand::Function(name) => self.call(name, Vec::new()),
            Operand::Nested(pipeline) => self.operand_of(pipeline, dot),
            Operand::Member(of, name) => {
                let of_value = self.operand(of, dot);
                if matches!((&of_value.value, &**of), (Value::Null, Operand::Member(..)))
                    && let Some(path) =
                        written(operand).filter(|path| self.nowhere.iter().all(|(known, _)| known != path))
                {
                    self.nowhere.push((path, self.here.clone()));
                }
                of_value.get(name)
            }
        }
    }

    fn call(&mut self, name: &str, arguments: Vec<Datum>) -> Datum {
        if ASKING.contains(&name) {
            arguments.iter().for_each(|argument| self.note_asked(argument));
        }
        match (name, arguments.as_slice()) {
            ("include", [name, argument]) => {
                let text = self.include(&name.plain(), argument);
                Value::Text(text).into()
            }
            ("tpl", [template, root]) => Value::Text(self.template_in(template, root)).into(),
            _ => {
                if let Some(meant) = known::meant(name)
                    && self.misspelt.iter().all(|(said, ..)| said != name)
                {
                    self.misspelt.push((name.to_owned(), meant, self.here.clone()));
                }
                let value = function::call(name, arguments).filter(|value| {
                    let size = value.size();
                    size.parts <= MOST_PARTS && size.depth <= DEEPEST_VALUE
                });
                value.unwrap_or_else(|| Value::Unknown.into())
            }
        }
    }

    fn include(&mut self, name: &str, argument: &Datum) -> Text {
        let defines = self.defines;
        let Some(body) = defines.get(name).filter(|_| self.depth < DEEPEST) else {
            self.is_known = false;
            if !defines.contains_key(name) && !name.contains(UNKNOWN) {
                self.undefined.insert(name.to_owned());
            }
            return Text::unknown();
        };
        self.depth += 1;
        let outer = std::mem::replace(&mut self.variables, vec![(String::new(), argument.clone())]);
        let text = self.run(body, argument);
        self.variables = outer;
        self.depth -= 1;
        text
    }

    /// A template that is a value.
    fn template_in(&mut self, template: &Datum, root: &Datum) -> Text {
        let text = template.plain();
        if !text.contains("{{") || text.contains(UNKNOWN) {
            return template.shown();
        }
        let place = Places::of(&template.shown()).place(0..text.len());
        let parsed = super::parse(&text, &|_| place.clone(), &mut Defines::new());
        let (Ok(nodes), true) = (parsed, self.depth < DEEPEST) else {
            return Text::unknown();
        };
        self.depth += 1;
        let outer = std::mem::replace(&mut self.variables, vec![(String::new(), root.clone())]);
        let out = self.run(&nodes, root);
        self.variables = outer;
        self.depth -= 1;
        out
    }
}

/// A chain of names as it is written.
fn written(operand: &Operand) -> Option<String> {
    match operand {
        Operand::Dot => Some(String::new()),
        Operand::Variable(name) => Some(format!("${name}")),
        Operand::Member(of, name) => Some(format!("{}.{name}", written(of)?)),
        Operand::Literal(_) | Operand::Function(_) | Operand::Nested(_) => None,
    }
}
