//! Dockerfiles, read by BuildKit's grammar: a typed tree in which every word knows its place.

mod body;
mod expand;
mod lines;
mod statement;
#[cfg(test)]
mod tests;
mod words;

use diagnostics::{Located, Problem, Source};
use lines::Lines;

pub use expand::{Expansion, Unreadable, expand};
pub use statement::{Arguments, Heredoc, Keyword, Statement};

/// A parsed Dockerfile.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// The file that was read.
    pub source: Source,
    /// What joins lines and takes the meaning from a character: `\`, or what the directive says.
    pub escape: char,
    /// `ARG` before the first `FROM`: known to `FROM` lines, and to stages that name them again.
    pub global: Vec<Statement>,
    /// Its stages, in the order of the file.
    pub stages: Vec<Stage>,
}

/// From one `FROM` to the next.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The `FROM` that opens the stage.
    pub from: Statement,
    /// An image, or another stage; not expanded.
    pub base: Located<String>,
    /// The name behind `AS`, as it is written.
    pub name: Option<Located<String>>,
    /// What follows the `FROM`.
    pub statements: Vec<Statement>,
}

impl Dockerfile {
    /// Reads a Dockerfile. What cannot be read is reported, each place of it, and left out.
    pub fn read(source: &Source, problems: &mut Vec<Problem>) -> Self {
        let mut dockerfile = Self {
            source: source.clone(),
            escape: '\\',
            global: Vec::new(),
            stages: Vec::new(),
        };
        let (escape, statements) = statements(source, problems);
        dockerfile.escape = escape;
        for statement in statements {
            dockerfile.add(statement, problems);
        }
        if dockerfile.stages.is_empty() {
            problems.push(Problem::error(format!("`{}` has no `FROM`", source.path())).at(source.place(0..0)));
        }
        dockerfile
    }

    /// The stage of that name, or of that number, before another one. Names are compared without case.
    pub fn stage_before(&self, reference: &str, before: usize) -> Option<usize> {
        let named = |stage: &Stage| {
            let name = stage.name.as_ref();
            name.is_some_and(|name| name.value.eq_ignore_ascii_case(reference))
        };
        let earlier = self.stages.get(..before).unwrap_or_default();
        earlier.iter().rposition(named)
    }

    fn add(&mut self, statement: Statement, problems: &mut Vec<Problem>) {
        match (statement.keyword, self.stages.last_mut()) {
            (Keyword::From, _) => match stage(&statement) {
                Some(stage) => self.stages.push(stage),
                None => problems.push(
                    Problem::error("`FROM` takes an image, and a name behind `AS`")
                        .at(statement.place)
                        .remedy("write it as `FROM image` or `FROM image AS name`"),
                ),
            },
            (_, Some(stage)) => stage.statements.push(statement),
            (Keyword::Arg, None) => self.global.push(statement),
            (_, None) => {
                problems.push(Problem::error("only `ARG` is allowed before the first `FROM`").at(statement.place))
            }
        }
    }
}

/// The instructions as they stand, and the escape character.
fn statements(source: &Source, problems: &mut Vec<Problem>) -> (char, Vec<Statement>) {
    let mut lines = Lines::new(source, problems);
    let mut statements = Vec::new();
    while let Some(line) = lines.next_logical() {
        statements.extend(statement::read(source, &line, &mut lines, problems));
    }
    (lines.escape, statements)
}

fn stage(from: &Statement) -> Option<Stage> {
    let Arguments::Words(words) = &from.arguments else {
        return None;
    };
    let (base, name) = match words.as_slice() {
        [base] => (base, None),
        [base, between, name] if between.value.eq_ignore_ascii_case("as") => (base, Some(name.clone())),
        [..] => return None,
    };
    Some(Stage {
        from: from.clone(),
        base: base.clone(),
        name,
        statements: Vec::new(),
    })
}
