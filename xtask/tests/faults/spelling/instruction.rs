//! A Dockerfile as the lines of its instructions: read here by simple means, so that the reader of the tool is not asked about itself.

/// One instruction with the lines that continue it, or a line between instructions.
#[derive(Clone)]
pub struct Instruction {
    pub lines: Vec<String>,
    has_heredoc: bool,
}

/// All lines of a text, instruction by instruction.
pub fn read(text: &str) -> Vec<Instruction> {
    let mut all = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    let mut until: Option<String> = None;
    for line in text.lines() {
        lines.push(line.to_owned());
        if let Some(end) = &until {
            if line.trim() == end {
                until = None;
                all.push(Instruction {
                    lines: std::mem::take(&mut lines),
                    has_heredoc: true,
                });
            }
            continue;
        }
        until = heredoc(line);
        let is_between = lines.len() == 1 && (line.trim().is_empty() || line.trim_start().starts_with('#'));
        let goes_on = line.trim_end().ends_with('\\') || line.trim_start().starts_with('#') || line.trim().is_empty();
        if until.is_none() && (is_between || !goes_on) {
            all.push(Instruction {
                lines: std::mem::take(&mut lines),
                has_heredoc: false,
            });
        }
    }
    if !lines.is_empty() {
        all.push(Instruction {
            lines,
            has_heredoc: until.is_some(),
        });
    }
    all
}

fn heredoc(line: &str) -> Option<String> {
    let (_, name) = line.split_once("<<")?;
    let name = name.trim_start_matches('-').trim_start_matches(['"', '\'']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let name = &name[..end.unwrap_or(name.len())];
    (!name.is_empty()).then(|| name.to_owned())
}

impl Instruction {
    /// `RUN`, in capitals; empty for what is between instructions.
    pub fn keyword(&self) -> String {
        let first = self.lines.first().map_or("", |line| line.trim_start());
        let end = first.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(first.len());
        first[..end].to_ascii_uppercase()
    }

    /// Its flags, and what follows them in one line. `None` where a heredoc follows.
    pub fn body(&self) -> Option<(Vec<String>, String)> {
        if self.has_heredoc {
            return None;
        }
        let lines = self.lines.iter().map(|line| line.trim());
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let lines: Vec<&str> = lines.map(|line| line.trim_end_matches('\\').trim()).collect();
        let text = lines.join(" ");
        let mut rest = text[self.keyword().len()..].trim_start();
        let mut flags = Vec::new();
        while rest.starts_with("--") {
            let end = rest.find(' ')?;
            flags.push(rest[..end].to_owned());
            rest = rest[end..].trim_start();
        }
        Some((flags, rest.to_owned()))
    }
}

/// An instruction of a line.
pub fn line(keyword: &str, flags: &[String], body: &str) -> String {
    let mut words = vec![keyword];
    words.extend(flags.iter().map(String::as_str));
    words.push(body);
    words.join(" ")
}
