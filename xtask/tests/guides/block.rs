//! The fenced blocks of a guide, and what each is for.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Commands, each with the output that the guide promises.
    Console { line: usize, steps: Vec<Step> },
    /// A text that goes into a file.
    File { line: usize, path: String, text: String },
    /// A difference that is applied.
    Diff { line: usize, text: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub command: String,
    /// Nothing promised where it is empty.
    pub output: Vec<String>,
}

impl Block {
    pub fn line(&self) -> usize {
        match self {
            Self::Console { line, .. } | Self::File { line, .. } | Self::Diff { line, .. } => *line,
        }
    }

    pub fn calls_compose(&self) -> bool {
        match self {
            Self::Console { steps, .. } => steps.iter().any(|step| step.command.contains("docker compose ")),
            Self::File { .. } | Self::Diff { .. } => false,
        }
    }

    /// Whether a command has this text.
    pub fn calls(&self, text: &str) -> bool {
        match self {
            Self::Console { steps, .. } => steps.iter().any(|step| step.command.contains(text)),
            Self::File { .. } | Self::Diff { .. } => false,
        }
    }

    pub fn calls_poetry(&self) -> bool {
        match self {
            Self::Console { steps, .. } => steps
                .iter()
                .any(|step| step.command.contains("poetry ") || step.command.contains("xtask bump ")),
            Self::File { .. } | Self::Diff { .. } => false,
        }
    }
}

/// Every block, or why one is none that can be run.
pub fn read(guide: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut lines = guide.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(kind) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        let mut inside = Vec::new();
        loop {
            match lines.next() {
                Some((_, "```")) => break,
                Some((_, line)) => inside.push(line),
                None => return Err(format!("line {}: the block does not end", number + 1)),
            }
        }
        blocks.push(one(kind, number + 1, &inside)?);
    }
    Ok(blocks)
}

fn one(kind: &str, line: usize, inside: &[&str]) -> Result<Block, String> {
    match kind {
        "console" => Ok(Block::Console {
            line,
            steps: steps(inside).map_err(|why| format!("line {line}: {why}"))?,
        }),
        "diff" => Ok(Block::Diff {
            line,
            text: inside.join("\n") + "\n",
        }),
        "dockerfile" | "json" | "markdown" | "python" | "rust" | "toml" | "yaml" => {
            let [first, rest @ ..] = inside else {
                return Err(format!("line {line}: the block is empty"));
            };
            let path = first
                .strip_prefix("# ")
                .or_else(|| first.strip_prefix("// "))
                .or_else(|| first.strip_prefix("<!-- ")?.strip_suffix(" -->"));
            let path = path.filter(|path| !path.contains(' ') && path.contains(['.', '/']));
            let path =
                path.ok_or_else(|| format!("line {line}: the first line does not name the file: `# path/to/file`"))?;
            Ok(Block::File {
                line,
                path: path.to_owned(),
                text: rest.join("\n") + "\n",
            })
        }
        _ => Err(format!(
            "line {line}: a block of the kind `{kind}` is not run by anything"
        )),
    }
}

fn steps(lines: &[&str]) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for line in lines {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                command: command.to_owned(),
                output: Vec::new(),
            }),
            (None, Some(step)) => step.output.push((*line).to_owned()),
            (None, None) => return Err("a console begins with a command: `$ …`".into()),
        }
    }
    if steps.is_empty() {
        Err("the block is empty".into())
    } else {
        Ok(steps)
    }
}
