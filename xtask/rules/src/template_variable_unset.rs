use std::collections::BTreeSet;

use ::image::Found;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::{
    OtherImage,
    web_server::{self, Settings, asked},
};
use formats::absolute;

pub const RULE: Rule = Rule {
    id: "template-variable-unset",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a template of nginx settings contains a variable that nothing fills in",
    why: "nginx takes it for a variable of its own, which does not exist, and ends at start",
    example: "`${API_URL}` in nginx.conf.template, and a start script that fills in `${BACKEND_URL}` alone",
    fix: "use the name that the start script or the environment has",
    check: Check::OtherImage(check),
};

/// Where the start script of nginx's image looks for templates.
const TEMPLATES: &str = "/etc/nginx/templates/";

fn check(other: &OtherImage<'_>) -> Vec<Problem> {
    if !other.is_nginx() {
        return Vec::new();
    }
    let settings = web_server::settings(other).unwrap_or_default();
    let script = script(other);
    let mut found = Vec::new();
    for file in &settings {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let missing = match &script {
            Some((path, text)) if text.contains(name) => by_script(file, path, text),
            // Another start script may do anything.
            Some(_) => Vec::new(),
            None if other.image.config.entrypoint.is_none() && file.path.starts_with(TEMPLATES) => {
                by_environment(other, file)
            }
            None => Vec::new(),
        };
        found.extend(missing);
    }
    found
}

/// The script of the repository that the image starts with.
fn script(other: &OtherImage<'_>) -> Option<(String, String)> {
    let image = &other.image;
    let said = image.config.entrypoint.as_ref()?;
    let name = said.value.first()?;
    let folders = if name.contains('/') {
        vec![image.config.folder()]
    } else {
        image.config.path().collect()
    };
    folders.into_iter().find_map(|folder| {
        let Found::File(file) = image.tree.find(&absolute(folder, name), &other.listed) else {
            return None;
        };
        let source = file.source?;
        let text = ::image::Checkout::text(&other.listed, &source)?;
        Some((source, text))
    })
}

fn by_script(file: &Settings, path: &str, text: &str) -> Vec<Problem> {
    // Without a list, `envsubst` fills in whatever the environment has.
    let is_open = text.lines().any(|line| {
        let mut words = line.split_whitespace().skip_while(|word| !word.ends_with("envsubst"));
        words.next().is_some() && words.next().is_none_or(|next| next.starts_with(['<', '>', '|']))
    });
    let names: BTreeSet<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    if is_open {
        return Vec::new();
    }
    let missing = asked(file)
        .into_iter()
        .filter(|(name, _)| !names.contains(name.as_str()));
    let problem = |(name, place): (String, Place)| {
        let message = format!(
            "`{}` contains `${{{name}}}`, which `{path}` does not fill in",
            file.source.path()
        );
        Problem::error(message).at(place)
    };
    missing.map(problem).collect()
}

/// What the start script of the image of nginx fills in: variables of the environment, where every one is known.
fn by_environment(other: &OtherImage<'_>, file: &Settings) -> Vec<Problem> {
    let env = &other.image.config.env;
    let mut found = Vec::new();
    for run in &other.runs {
        if run.has_env_file || run.extends || run.covers(TEMPLATES) {
            continue;
        }
        for (name, place) in asked(file) {
            if env.contains_key(&name) || run.environment.contains_key(&name) {
                continue;
            }
            let message = format!(
                "`{}` contains `${{{name}}}`, which `{}` does not set",
                file.source.path(),
                run.name.value
            );
            let problem = Problem::error(message).at(place);
            let problem = problem.at(run.name.place.clone().label("without the variable"));
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}
