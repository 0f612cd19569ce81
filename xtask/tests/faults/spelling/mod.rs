//! The same Dockerfiles in other words. What is found must not depend on how a line is written.

mod instruction;
mod settings;
mod steps;

use std::{fs, path::Path};

use crate::undo::{Undo, of, read, write};
use instruction::Instruction;

/// A way to write what a Dockerfile says.
pub struct Spelling {
    pub name: &'static str,
    rewrite: Rewrite,
}

enum Rewrite {
    /// Each instruction of a keyword, where that is possible.
    Each(&'static str, fn(&Instruction) -> Option<Vec<String>>),
    /// Every line of every instruction.
    Lines(fn(&Instruction) -> Vec<String>),
    /// The end of each line.
    Ends(&'static str),
}

const fn each(name: &'static str, keyword: &'static str, rewrite: fn(&Instruction) -> Option<Vec<String>>) -> Spelling {
    Spelling {
        name,
        rewrite: Rewrite::Each(keyword, rewrite),
    }
}

pub const ALL: [Spelling; 21] = [
    each("run-in-a-heredoc", "RUN", steps::in_a_heredoc),
    each("run-as-words", "RUN", steps::as_words),
    each("run-one-by-one", "RUN", steps::one_by_one),
    each("run-over-lines", "RUN", steps::over_lines),
    each("run-in-a-shell", "RUN", steps::in_a_shell),
    each("run-traced", "RUN", steps::traced),
    each("cmd-over-lines", "CMD", steps::array_over_lines),
    each("entrypoint-over-lines", "ENTRYPOINT", steps::array_over_lines),
    each("copy-as-array", "COPY", steps::copy_as_array),
    each("copy-from-here", "COPY", steps::copy_from_here),
    each("copy-one-by-one", "COPY", steps::copy_one_by_one),
    each("env-one-by-one", "ENV", settings::one_by_one),
    each("env-quoted", "ENV", settings::quoted),
    each("env-with-a-blank", "ENV", settings::with_a_blank),
    each("workdir-by-folder", "WORKDIR", settings::folder_by_folder),
    each("user-by-argument", "USER", settings::user_by_argument),
    each("port-with-protocol", "EXPOSE", settings::port_with_protocol),
    each("shell-as-it-is", "FROM", settings::after_its_shell),
    Spelling {
        name: "small-keywords",
        rewrite: Rewrite::Lines(small),
    },
    Spelling {
        name: "comments-between-lines",
        rewrite: Rewrite::Lines(commented),
    },
    Spelling {
        name: "lines-of-windows",
        rewrite: Rewrite::Ends("\r\n"),
    },
];

fn small(instruction: &Instruction) -> Vec<String> {
    let mut lines = instruction.lines.clone();
    let keyword = instruction.keyword();
    if let Some(first) = lines.first_mut().filter(|_| !keyword.is_empty()) {
        *first = first.replacen(&keyword, &keyword.to_lowercase(), 1);
    }
    lines
}

fn commented(instruction: &Instruction) -> Vec<String> {
    let Some((last, lines)) = instruction.lines.split_last() else {
        return Vec::new();
    };
    if instruction.body().is_none() {
        return instruction.lines.clone();
    }
    let lines = lines
        .iter()
        .flat_map(|line| [line.clone(), "    # for people".to_owned()]);
    lines.chain([last.clone()]).collect()
}

impl Spelling {
    /// A text in these words.
    fn of(&self, text: &str) -> String {
        let instructions = instruction::read(text);
        let lines = instructions.iter().flat_map(|instruction| match self.rewrite {
            Rewrite::Each(keyword, rewrite) if instruction.keyword() == keyword => {
                rewrite(instruction).unwrap_or_else(|| instruction.lines.clone())
            }
            Rewrite::Lines(rewrite) => rewrite(instruction),
            Rewrite::Each(..) | Rewrite::Ends(_) => instruction.lines.clone(),
        });
        let lines: Vec<String> = lines.collect();
        let end = match self.rewrite {
            Rewrite::Ends(end) => end,
            Rewrite::Each(..) | Rewrite::Lines(_) => "\n",
        };
        lines.join(end) + end
    }

    /// Writes every Dockerfile of a folder in these words, and says whether one is another than before.
    pub fn apply(&self, root: &Path, undo: &mut Undo) -> Result<bool, String> {
        let mut is_another = false;
        for path in dockerfiles(root)? {
            let before = read(&path)?;
            // Files with line ends of Windows, or another escape, are about that.
            if before.contains('\r') || before.contains("escape=") {
                continue;
            }
            let after = self.of(&before);
            if after.trim_end() != before.trim_end() {
                is_another = true;
                undo.note(&path)?;
                write(&path, after)?;
            }
        }
        Ok(is_another)
    }
}

fn dockerfiles(root: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).map_err(of(root))? {
        let entry = entry.map_err(of(root))?;
        let kind = entry.file_type().map_err(of(root))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_named = name.starts_with("Dockerfile") || name.ends_with(".Dockerfile");
        if kind.is_dir() && !name.starts_with('.') {
            found.extend(dockerfiles(&entry.path())?);
        } else if kind.is_file() && is_named && !name.ends_with(".dockerignore") {
            found.push(entry.path());
        }
    }
    Ok(found)
}
