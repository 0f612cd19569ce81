//! Values of compose files in the short and the long form that each has.

use super::interpolate::interpolated;
use diagnostics::Located;
use evidence::health::Health;
use formats::{shell, yaml::Node};

/// A scalar, variables in place.
pub fn text(node: &Node) -> Option<Located<String>> {
    let text = node.text().filter(|_| !node.is_null())?;
    Some(Located {
        value: interpolated(text),
        place: node.place(),
    })
}

/// `[a, b]`, or `a b` as a shell would take it apart.
pub fn words(node: &Node) -> Option<Located<Vec<String>>> {
    let value = match text(node) {
        Some(line) => split(&line.value),
        None if node.is_sequence() => {
            let items = node.items().iter().filter_map(text);
            items.map(|item| item.value).collect()
        }
        None => return None,
    };
    Some(Located {
        value,
        place: node.place(),
    })
}

fn split(line: &str) -> Vec<String> {
    match shell::commands(line, &shell::Variables::new()).as_deref() {
        Ok([command]) => command.words.iter().map(|word| word.text.clone()).collect(),
        Ok(_) | Err(_) => line.split_whitespace().map(str::to_owned).collect(),
    }
}

/// `test` of a health check: a list with how it is run in front, or a text for a shell.
pub fn health(node: &Node) -> Option<Located<Health>> {
    let disabled = node.get("disable").and_then(text).filter(|said| said.value == "true");
    if let Some(said) = disabled {
        return Some(said.map(|_| Health::Off));
    }
    let test = node.get("test")?;
    let value = match text(test) {
        Some(line) => Health::Shell(line.value),
        None => Health::of_image(&words(test)?.value)?,
    };
    Some(Located {
        value,
        place: test.place(),
    })
}

/// `{ NAME: value }` or `[NAME=value]`. A name without a value has the one of whoever starts it.
pub fn pairs(node: &Node) -> Vec<(String, Located<String>)> {
    let unknown = |place| Located {
        value: "*".to_owned(),
        place,
    };
    let mapped = node.entries().iter().filter_map(|(name, value)| {
        let said = text(value).unwrap_or_else(|| unknown(name.place()));
        Some((name.text()?.to_owned(), said))
    });
    let listed = node.items().iter().filter_map(|item| {
        let said = text(item)?;
        let place = said.place.clone();
        Some(match said.value.split_once('=') {
            Some((name, value)) => (
                name.trim().to_owned(),
                Located {
                    value: value.to_owned(),
                    place,
                },
            ),
            None => (said.value, unknown(place)),
        })
    });
    mapped.chain(listed).collect()
}

/// The port of the container: behind the last `:` of `8000:8080/tcp`, or `target`. Ranges are not followed.
pub fn port(node: &Node) -> Option<Located<String>> {
    let said = match node.get("target") {
        Some(target) => text(target)?,
        None => text(node)?,
    };
    let number = said.value.rsplit(':').next()?.split('/').next()?.to_owned();
    number.parse::<u16>().ok()?;
    Some(said.map(|_| number))
}

/// What is mounted from where: `./src:/app/src:ro`, `/app/.venv`, or `{ source, target }`. The source is `None` where no folder
/// of the machine is named.
pub fn mount(node: &Node) -> Option<(Option<String>, Located<String>)> {
    if let Some(target) = node.get("target") {
        let source = node.get("source").and_then(text).map(|source| source.value);
        let is_bind = node.get("type").and_then(Node::text) == Some("bind");
        let target = text(target)?;
        let place = node.place();
        return Some((source.filter(|_| is_bind), Located { place, ..target }));
    }
    let said = text(node)?;
    let mut parts = said.value.split(':');
    let (first, second) = (parts.next()?.to_owned(), parts.next());
    // What only a run can tell may be a folder, too.
    let is_folder = first.starts_with(['.', '/', '~', '*']);
    match second {
        Some(target) if !target.is_empty() => {
            let target = target.to_owned();
            Some((Some(first).filter(|_| is_folder), said.map(|_| target)))
        }
        Some(_) | None => Some((None, said.map(|_| first))),
    }
}
