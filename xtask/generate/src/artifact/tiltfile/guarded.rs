//! Edits of a call that several services share, in a loop or in a function, for one of them alone.

use super::{candidates::New, edit::Edit, literal::Literals, state::State};
use formats::starlark::syntax::Span;
use surfaces::{
    tilt::Demand,
    tiltfile::{Build, Sequence, outline::BracketItem},
};

/// One more item of an argument where the call is made for that service, or for that image.
pub fn more<T>(state: &State, build: &Build, sequence: &Sequence<T>, new: &New, demand: &Demand<'_>) -> Vec<Vec<Edit>> {
    let file = build.call.file;
    let Some(call) = state
        .outline(file)
        .and_then(|outline| outline.brackets.get(&build.call))
    else {
        return Vec::new();
    };
    let written = &new.written;
    let mut found = Vec::new();
    // A dictionary supplies the argument, and other calls have it too.
    for item in call.items.iter().filter(|item| item.is_spread) {
        let text = state.written(item.span);
        if let Some(name) = text.strip_prefix("**").map(str::trim).filter(|name| is_name(name)) {
            let argument = new.argument;
            let wider = format!("**dict({name}, {argument}={name}['{argument}'] + [{written}])");
            found.push(vec![Edit::replace(item.span, wider)]);
        }
    }
    let said = sequence
        .expression
        .and_then(|at| call.items.iter().find(|item| item.value == at && !item.is_spread));
    for condition in conditions(state, build, &call.items, demand) {
        let addition = format!("[{written}] if {condition} else []");
        match said {
            Some(item) => {
                let before = state.written(item.value);
                let is_text = before.starts_with(['"', '\'']);
                let sum = match (is_text, item.is_loose) {
                    (true, _) => format!("[{before}] + ({addition})"),
                    (false, true) => format!("({before}) + ({addition})"),
                    (false, false) => format!("{before} + ({addition})"),
                };
                found.push(vec![Edit::replace(item.value, sum)]);
            }
            None if sequence.homes.is_empty() => {
                let new = format!("{}={addition}", new.argument);
                found.extend(super::candidates::argument(state, build, &new));
            }
            None => {}
        }
    }
    found
}

/// Another value of an argument for that service, or for that image.
pub fn instead(state: &State, build: &Build, at: Span, new: &str, demand: &Demand<'_>) -> Vec<Vec<Edit>> {
    let file = build.call.file;
    let Some(call) = state
        .outline(file)
        .and_then(|outline| outline.brackets.get(&build.call))
    else {
        return Vec::new();
    };
    if call.items.iter().all(|item| item.value != at) {
        return Vec::new();
    }
    let before = state.written(at);
    let conditions = conditions(state, build, &call.items, demand).into_iter();
    let edits = conditions.map(|condition| vec![Edit::replace(at, format!("{new} if {condition} else {before}"))]);
    edits.collect()
}

/// What holds for this service alone, as a person would write it: a name in the reference of the image, compared with the service.
fn conditions(state: &State, build: &Build, items: &[BracketItem], demand: &Demand<'_>) -> Vec<String> {
    let Some(image) = build.image.known() else {
        return Vec::new();
    };
    let said = items.iter().find(|item| matches!(item.keyword.as_deref(), Some("ref")));
    let said = said.or_else(|| items.first().filter(|item| item.keyword.is_none() && !item.is_spread));
    let Some(said) = said else { return Vec::new() };
    let literals = Literals::of(state.text(build.call.file));
    let last = image.rsplit('/').next().unwrap_or(&image);
    let package = &demand.service.package;
    let mut values = vec![
        last,
        package.dir.file_name(),
        package.name.as_str(),
        package.dir.as_str(),
        &image,
    ];
    values.dedup();
    let expression = state.written(said.value);
    let mut found = Vec::new();
    for name in names(expression) {
        found.extend(
            values
                .iter()
                .map(|value| format!("{name} == {}", literals.quote(value))),
        );
    }
    // What is written there says which image it is, too.
    if !found.is_empty() || expression.contains('[') || expression.contains('.') {
        let whole = if is_name(expression) || !said.is_loose {
            expression.to_owned()
        } else {
            format!("({expression})")
        };
        found.push(format!("{whole} == {}", literals.quote(&image)));
    }
    found
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Names in an expression, outside of texts, each once. Functions and fields are none.
fn names(expression: &str) -> Vec<&str> {
    let bytes = expression.as_bytes();
    let mut found: Vec<&str> = Vec::new();
    let mut quote: Option<u8> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match quote {
            Some(_) if byte == b'\\' => at += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'"' || byte == b'\'' => quote = Some(byte),
            None if byte.is_ascii_alphabetic() || byte == b'_' => {
                let rest = &expression[at..];
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let is_field = at > 0 && bytes[at - 1] == b'.';
                let is_called = rest[end..].trim_start().starts_with('(');
                let name = &rest[..end];
                if !is_field && !is_called && !found.contains(&name) && !matches!(name, "if" | "else" | "for" | "in") {
                    found.push(name);
                }
                at += end - 1;
            }
            None => {}
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_found_outside_of_texts() {
        assert_eq!(names("'team/' + name"), ["name"]);
        assert_eq!(names("'%s/%s' % (org, name)"), ["org", "name"]);
        assert_eq!(names("'it\\'s'.format(x=service['name'])"), ["x", "service"]);
        assert_eq!(names("image(name) + é"), ["name"]);
        assert_eq!(names("'open"), Vec::<&str>::new());
    }
}
