//! Writes instructions, and quotes what is in them.

/// A Dockerfile in the making.
pub struct Draft(String);

/// What a `RUN` sees besides the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mount {
    /// A file of the build context.
    File { source: String, target: &'static str },
    /// A folder of another stage.
    Stage {
        from: &'static str,
        source: &'static str,
        target: &'static str,
    },
    /// A folder that stays on the build machine, for downloads.
    Cache { target: &'static str },
    /// A folder of this step alone. Mounts below it leave no trace in the layer: not even the time of their folder.
    Scratch { target: &'static str },
    /// The same as `Cache` for package lists, which only one build at a time may write.
    LockedCache { target: &'static str },
    /// A file that only this step sees. Where the build is given none, there is none.
    Secret { id: &'static str, target: &'static str },
}

impl Draft {
    pub fn new(header: &str) -> Self {
        Self(header.to_owned())
    }

    /// Starts a stage, with the reason why it exists.
    pub fn stage(&mut self, why: &[&str], from: &str, name: Option<&str>) {
        self.0.push('\n');
        self.comment(why);
        match name {
            Some(name) => self.line(&format!("FROM {from} AS {name}")),
            None => self.line(&format!("FROM {from}")),
        }
    }

    pub fn comment(&mut self, lines: &[&str]) {
        for line in lines {
            self.line(&format!("# {line}"));
        }
    }

    pub fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// One `RUN`: mounts first, then commands that all have to succeed.
    pub fn run(&mut self, mounts: &[Mount], commands: &[String]) {
        let mounts = mounts.iter().map(|mount| format!("{} \\\n    ", mount.option()));
        let text = format!("RUN {}{}", mounts.collect::<String>(), commands.join(" \\\n    && "));
        self.line(&text);
    }

    /// `ENV` or `LABEL`, one key a line. Values are taken as they are: nothing in them is expanded.
    pub fn pairs<'a>(&mut self, instruction: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let pairs: Vec<String> = pairs
            .into_iter()
            .map(|(key, value)| format!("{key}={}", quoted(value)))
            .collect();
        if !pairs.is_empty() {
            self.line(&format!("{instruction} {}", pairs.join(" \\\n    ")));
        }
    }

    pub fn finish(self) -> String {
        self.0
    }
}

impl Mount {
    fn option(&self) -> String {
        match self {
            Self::File { source, target } => format!("--mount=type=bind,source={source},target={target}"),
            Self::Stage { from, source, target } => {
                format!("--mount=type=bind,from={from},source={source},target={target}")
            }
            Self::Cache { target } => format!("--mount=type=cache,target={target}"),
            Self::Scratch { target } => format!("--mount=type=tmpfs,target={target}"),
            Self::LockedCache { target } => format!("--mount=type=cache,sharing=locked,target={target}"),
            Self::Secret { id, target } => format!("--mount=type=secret,id={id},target={target}"),
        }
    }
}

/// A value in double quotes, in which Docker expands variables and takes a backslash as an escape.
pub fn quoted(value: &str) -> String {
    let mut text = String::from("\"");
    for character in value.chars() {
        if matches!(character, '"' | '\\' | '$') {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_is_expanded() {
        assert_eq!(quoted(r#"a "b" $HOME \n"#), r#""a \"b\" \$HOME \\n""#);
    }
}
